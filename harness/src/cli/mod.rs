//! The commands, a file each, and what they share.

mod bench;
mod bless;
mod build;
mod check;
mod completions;
mod confirm;
mod diff;
mod diverge;
mod exit;
mod format;
mod ground;
mod help;
mod inspect;
mod lint;
mod list;
mod man;
mod measured;
mod output;
mod progress;
mod ready;
mod replay;
mod report;
mod repro;
mod run;
mod select;
mod show;
mod sides;
mod stored;
mod table;
mod truth;
mod upgrade;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::{root::Root, worker::Stop};

/// Runs suites written in YAML on many WebAssembly runtimes, and says which do what the specification says
#[derive(Debug, Parser)]
#[command(name = "wasmatrix", version, max_term_width = 110, after_help = help::TOP)]
struct Arguments {
    /// The folder with suites/ and runtimes/ [default: WASMATRIX_ROOT, else the checkout this was built from]
    #[arg(long, global = true, value_name = "DIR")]
    root: Option<PathBuf>,

    #[command(flatten)]
    color: colorchoice_clap::Color,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Build what is needed, run cases on runtimes, print the matrix and store the run
    #[command(after_help = help::RUN)]
    Run(run::RunArguments),
    /// Measure cases that are right: phase by phase, in rounds of fresh processes, and compare
    #[command(after_help = help::BENCH)]
    Bench(bench::BenchArguments),
    /// Say what changed from one run or baseline to another
    #[command(after_help = help::DIFF)]
    Diff(diff::DiffArguments),
    /// Say where the runtimes of a run disagree
    #[command(after_help = help::DIVERGE)]
    Diverge(diverge::DivergeArguments),
    /// Show a run case by case: what each runtime did, and its own words where it refused or failed
    #[command(after_help = help::TABLE)]
    Table(table::TableArguments),
    /// Run the suites on two versions of a runtime, and say on one page what the upgrade changes
    #[command(after_help = help::UPGRADE)]
    Upgrade(upgrade::UpgradeArguments),
    /// List runtimes, suites and cases, what each needs, and whether it can run here
    List(list::ListArguments),
    /// Say what modules and components are: who made them, what they import and need, what Spin says of them, who can run them
    #[command(after_help = help::INSPECT)]
    Inspect(inspect::InspectArguments),
    /// Print the exact protocol lines of a cell
    Show(show::ShowArguments),
    /// Write a cell as a folder that needs nothing of wasmatrix, to attach to an issue
    Repro(repro::ReproArguments),
    /// Hold runtimes against the contract that every worker keeps
    Check(check::CheckArguments),
    /// Hold the verdicts on scripts against those of the runtimes' own script runners
    Truth(truth::TruthArguments),
    /// Enter what is red in a run into known.yaml, and take out what is fixed
    #[command(after_help = help::BLESS)]
    Bless(bless::BlessArguments),
    /// Look through known.yaml for entries that are stale, expired or not written out
    #[command(after_help = help::LINT)]
    Lint(lint::LintArguments),
    /// Build the workers of runtimes and say who they are
    Build(build::BuildArguments),
    /// Print the script that makes a shell complete this command line
    Completions(completions::CompletionsArguments),
    /// Print a manual page, for man(1)
    Man(man::ManArguments),
}

/// Reads the command line, does what it says and returns the exit code.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    arguments.color.write_global();
    let stop = Stop::default();
    let on_signal = stop.clone();
    // Where the handler cannot be set, Ctrl-C ends the process at once and workers die with it.
    let _ = ctrlc::set_handler(move || on_signal.raise());
    match perform(arguments, &stop) {
        Ok(code) => code.into(),
        Err(error) => {
            output::complain(&format!("{error:#}"));
            exit::Code::CouldNotRun.into()
        }
    }
}

fn perform(arguments: Arguments, stop: &Stop) -> anyhow::Result<exit::Code> {
    let root = || Root::find(arguments.root.as_deref());
    match arguments.command {
        Command::Run(arguments) => run::run(root()?, &arguments, stop),
        Command::Bench(arguments) => bench::bench(root()?, &arguments, stop),
        Command::Diff(arguments) => diff::diff(root()?, &arguments, stop),
        // A run is all it needs.
        Command::Diverge(arguments) => diverge::diverge(&arguments),
        // Nor does this, but for the newest run.
        Command::Table(arguments) => table::table(|| Ok(root()?), &arguments),
        Command::Upgrade(arguments) => upgrade::upgrade(root()?, &arguments, stop),
        Command::List(arguments) => list::list(root()?, &arguments, stop),
        Command::Inspect(arguments) => inspect::inspect(root()?, &arguments, stop),
        Command::Show(arguments) => show::show(root()?, &arguments, stop),
        Command::Repro(arguments) => repro::repro(root()?, &arguments, stop),
        Command::Check(arguments) => check::check(root()?, &arguments, stop),
        Command::Truth(arguments) => truth::truth(root()?, &arguments, stop),
        Command::Bless(arguments) => bless::known(root()?, &arguments),
        Command::Lint(arguments) => lint::known(root()?, &arguments),
        Command::Build(arguments) => build::build(root()?, &arguments, stop),
        // A package can be made of these where no checkout is.
        Command::Completions(arguments) => completions::completions(&arguments),
        Command::Man(arguments) => man::man(&arguments),
    }
}
