//! `wasmatrix run`

use std::{fmt::Write as _, path::PathBuf, sync::Arc, time::Duration};

use clap::Args;
use wasmatrix_reports::{Assertions, Availability, Cell, Level, Matrix, Outcome, Tally, known_cells, red_cell};

use super::{exit::Code, output, progress::Progress, select::SelectArguments};
use crate::{
    id::RuntimePattern,
    machine::processors,
    plan::{plan, select_runtimes, unnamed},
    root::Root,
    run::{self, RunOptions, RunResult, default_out},
    suite::Case,
    worker::{Limits, Stop},
};

#[derive(Debug, Args)]
pub(super) struct RunArguments {
    #[command(flatten)]
    select: SelectArguments,

    /// A runtime that must be able to run, on top of those named by --runtime; repeatable
    #[arg(long, value_name = "RUNTIME", value_delimiter = ',')]
    require: Vec<String>,

    /// Cells at a time [default: the number of processors]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,

    /// The deadline of a single request to a worker, 500ms or 10s say; a worker that has not answered a second later is killed
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = timeout)]
    timeout: Duration,

    /// The resident memory that a worker may have, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 1024, value_parser = clap::value_parser!(u64).range(16..))]
    memory: u64,

    /// A process for each cell, instead of one for many
    #[arg(long)]
    fresh: bool,

    /// Run the cells in the order that this number decides
    #[arg(long, value_name = "N")]
    seed: Option<u64>,

    /// The folder to store the run in [default: a new one below target/wasmatrix/runs]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Let a failing recommended case count
    #[arg(long)]
    strict: bool,
}

fn timeout(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(time) if time >= Duration::from_millis(10) => Ok(time),
        Ok(_) => Err("less than 10ms".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

pub(super) fn run(root: Root, arguments: &RunArguments, stop: &Stop) -> anyhow::Result<Code> {
    let catalog = arguments.select.catalog(root)?;
    let selection = arguments.select.selection();
    let mut runtimes = select_runtimes(&catalog, &selection.runtimes)?;
    if !arguments.require.is_empty() {
        runtimes.extend(select_runtimes(&catalog, &arguments.require)?);
        runtimes.sort();
        runtimes.dedup();
    }
    let cells = plan(&catalog, &runtimes, &selection)?;
    let left_out = unnamed(&catalog, &runtimes, &selection)?;
    let left_out = match left_out.as_slice() {
        [] => String::new(),
        names => format!("left out: {}, which run only where they are named (--suite)\n", names.join(", ")),
    };
    if cells.is_empty() {
        output::complain(&arguments.select.nothing());
        output::print(&left_out)?;
        return Ok(Code::NothingSelected);
    }
    let root = &catalog.root;
    output::remark(&format!("suites and runtimes from {} ({})", root.path.display(), root.said_by));
    let out = arguments.out.clone().map_or_else(|| default_out(&root.target()), Ok)?;
    let options = RunOptions {
        jobs: arguments.jobs.map_or_else(processors, usize::from),
        limits: Limits { deadline: arguments.timeout, memory: arguments.memory << 20 },
        fresh: arguments.fresh,
        seed: arguments.seed,
        strict: arguments.strict,
        out,
    };
    let mut progress = Progress::new();
    let result = run::run(&catalog, &runtimes, &cells, &options, stop, &mut |event| progress.follow(&event));
    progress.finish();
    let result = result?;
    let must_run: Vec<&String> = selection.runtimes.iter().chain(&arguments.require).collect();
    output::print(&report(&result, &rerun_prefix(arguments, &catalog.root)))?;
    output::print(&left_out)?;
    for absent in contradictions(&result) {
        output::complain(&absent);
    }
    let missing = missing(&result, &must_run);
    for one in &missing {
        output::complain(one);
    }
    for one in &result.changed_fixtures {
        output::complain(one);
    }
    let tally = Tally { unreached: (result.planned - result.cells.len()) as u64, ..Tally::of(&result.cells) };
    if result.complete && tally.executed() == 0 {
        output::complain("no cell was executed, so nothing is known");
    }
    output::print(&format!("{tally}\n"))?;
    Ok(code(&result, &tally, &missing, arguments.strict))
}

/// The exit code of a run. What could not run outweighs what was found, since it may have been found too.
fn code(result: &RunResult, tally: &Tally, missing: &[String], strict: bool) -> Code {
    let counts = |cell: &Cell| cell.outcome.is_red() && (strict || cell.level != Level::Recommended || cell.outcome != Outcome::Fail);
    if !result.complete {
        Code::Interrupted
    } else if tally.executed() == 0 || !missing.is_empty() || !result.changed_fixtures.is_empty() || !contradictions(result).is_empty() {
        Code::CouldNotRun
    } else if result.cells.iter().any(counts) {
        Code::Findings
    } else {
        Code::Clean
    }
}

/// Packages that are not what their suites say, which are no surroundings to be put up with.
fn contradictions(result: &RunResult) -> Vec<String> {
    let said = |case: &Arc<Case>| {
        let absent = case.absent.as_ref().filter(|absent| absent.is_contradiction)?;
        Some(format!("{}/{}: {}", case.suite, case.name, absent.reason))
    };
    result.absent.iter().filter_map(said).collect()
}

/// Runtimes that must run and did not.
fn missing(result: &RunResult, must_run: &[&String]) -> Vec<String> {
    if !result.complete {
        return Vec::new();
    }
    let mut missing = Vec::new();
    for name in must_run {
        let pattern = RuntimePattern::parse(name);
        let meant: Vec<_> = result.prepared.iter().filter(|prepared| pattern.matches(&prepared.id)).collect();
        if meant.is_empty() {
            missing.push(format!("{name} must run, and no selected cell is its"));
        }
        let unavailable: Vec<_> = meant.iter().filter(|prepared| prepared.receipt().is_none()).collect();
        missing.extend(unavailable.iter().map(|prepared| format!("{} must run, and it is unavailable", prepared.id)));
        let ids: Vec<String> = meant.iter().map(|prepared| prepared.id.to_string()).collect();
        let was_asked = |cell: &Cell| cell.outcome.is_executed() && ids.contains(&cell.runtime);
        if !meant.is_empty() && unavailable.is_empty() && !result.cells.iter().any(was_asked) {
            missing.push(format!("{name} must run, and none of its cells could be executed"));
        }
    }
    missing
}

/// What is printed after a run, all but the last line.
fn report(result: &RunResult, rerun: &str) -> String {
    let mut text = String::from("\n");
    let ids = result.prepared.iter().map(|prepared| prepared.id.to_string());
    text.push_str(&Matrix::new(ids.clone(), &result.cells).render(true));
    text.push('\n');
    let assertions = Assertions::new(ids, &result.cells);
    if !assertions.is_empty() {
        let _ = writeln!(text, "{}", assertions.render());
    }
    for prepared in &result.prepared {
        if let Availability::Unavailable(reason) = &prepared.availability {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{} {}\n    {}\n", output::bold("unavailable"), prepared.id, reason.replace('\n', "\n    "));
        }
    }
    for case in &result.absent {
        let reason = case.absent.as_ref().map_or("", |absent| &absent.reason).replace('\n', "\n    ");
        let _ = writeln!(text, "{} {}/{}\n    {reason}\n", output::bold("unavailable"), case.suite, case.name);
    }
    let mut cells: Vec<&Cell> = result.cells.iter().collect();
    cells.sort_by_key(|cell| cell.id());
    let known = known_cells(cells.iter().copied());
    if !known.is_empty() {
        let _ = writeln!(text, "{known}");
    }
    for cell in cells.iter().filter(|cell| cell.outcome.is_red()) {
        let rerun = format!("{rerun} --runtime {} --suite {} --case {}", cell.runtime, cell.suite, cell.case);
        text.push_str(&red_cell(cell, &rerun, true));
        text.push('\n');
    }
    let _ = writeln!(text, "stored in {}", result.stored.display());
    text
}

/// The beginning of a command line that runs something of this again, from the same folder.
fn rerun_prefix(arguments: &RunArguments, root: &Root) -> String {
    let program = std::env::args_os().next().map_or_else(|| "wasmatrix".to_owned(), |program| quoted(&program.to_string_lossy()));
    // An environment variable is still there when it is run again; an option has to be repeated.
    let root = if root.said_by == "--root" { format!(" --root {}", quoted(&root.path.to_string_lossy())) } else { String::new() };
    let paths = arguments.select.paths().into_iter().map(|path| format!(" {}", quoted(&path.to_string_lossy())));
    let timeout = match arguments.timeout {
        default if default == Duration::from_secs(10) => String::new(),
        other => format!(" --timeout {}", humantime::format_duration(other).to_string().replace(' ', "")),
    };
    format!("{program} run{}{root}{timeout}", paths.collect::<String>())
}

/// A word as a shell reads it.
fn quoted(word: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "/._-+@=:".contains(character);
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}
