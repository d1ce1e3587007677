//! `wasmatrix run`

use std::{collections::BTreeSet, path::PathBuf, sync::Arc, time::Duration};

use clap::Args;
use wasmatrix_reports::{Cell, Change, Divergences, Level, Outcome, Tally, change::Side, divergence::Scope, each_record};

use super::{exit::Code, output, progress::Progress, report::report, select::SelectArguments, sides};
use crate::{
    catalog::Catalog,
    id::{RuntimeId, RuntimePattern},
    machine::processors,
    plan::{Names, plan, select_runtimes, unnamed},
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

    /// Ask each cell so many times, each time in a new process; what is not the same every time is intermittent
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(2..=1000), conflicts_with = "no_expect")]
    repeat: Option<u64>,

    /// Run the cells in the order that this number decides
    #[arg(long, value_name = "N")]
    seed: Option<u64>,

    /// The folder to store the run in [default: a new one below target/wasmatrix/runs]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Let a failing recommended case count
    #[arg(long)]
    strict: bool,

    /// Run modules (.wasm, .wat, or folders with some) without any expectation, and fail where runtimes disagree
    #[arg(long, conflicts_with_all = ["suite", "strict", "baseline", "save_baseline"])]
    no_expect: bool,

    /// Compare with this baseline, or run, and fail only on what got worse
    #[arg(long, value_name = "NAME|PATH")]
    baseline: Option<String>,

    /// Keep what came out as a baseline: a name in reports/baselines, or a path; one of that name is replaced
    #[arg(long, value_name = "NAME|PATH")]
    save_baseline: Option<String>,
}

pub(super) fn timeout(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(time) if time >= Duration::from_millis(10) => Ok(time),
        Ok(_) => Err("less than 10ms".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

pub(super) fn run(root: Root, arguments: &RunArguments, stop: &Stop) -> anyhow::Result<Code> {
    if arguments.no_expect && arguments.select.paths().is_empty() {
        output::complain("--no-expect needs modules: name .wasm or .wat files, or folders with some");
        return Ok(Code::NothingSelected);
    }
    let catalog = if arguments.no_expect { arguments.select.modules(root)? } else { arguments.select.catalog(root)? };
    let catalog = catalog.naming(&arguments.require)?;
    // A baseline that cannot be read is said before the run, not after it.
    let before = arguments.baseline.as_deref().map(|name| sides::side(&catalog.root, name)).transpose()?;
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
        fresh: arguments.fresh || arguments.repeat.is_some(),
        repeat: arguments.repeat.unwrap_or(1),
        seed: arguments.seed,
        strict: arguments.strict,
        everything: arguments.select.is_everything() && !arguments.no_expect,
        measuring: None,
        expectations: !arguments.no_expect,
        out,
    };
    let mut progress = Progress::new();
    let result = run::run(&catalog, &runtimes, &cells, &options, stop, &mut |event| progress.follow(&event));
    progress.finish();
    let result = result?;
    let must_run: Vec<&String> = selection.runtimes.iter().chain(&arguments.require).collect();
    let scope = Scope {
        everything: options.everything && result.complete && result.prepared.iter().all(|prepared| prepared.receipt().is_some()),
        expectations: options.expectations,
    };
    let divergences = Divergences::of(&result.cells, scope);
    output::print(&report(&result, &divergences, options.expectations, &rerun_prefix(arguments, &catalog.root)))?;
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
    let change = compared(arguments, &catalog, &runtimes, &result, before)?;
    if let Some(change) = &change {
        output::print(&format!("\n{}\n", change.text()))?;
    }
    if let Some(name) = arguments.save_baseline.as_deref().filter(|_| result.complete) {
        let folder = sides::save_baseline(&catalog.root, name, &stored(&result, name)?)?;
        output::remark(&format!("baseline kept in {}", folder.display()));
    }
    if let Some(times) = arguments.repeat {
        output::print(&format!("{}\n", repeated(&result.cells, times)))?;
    }
    output::print(&format!("{tally}\n"))?;
    let is_worse = change.as_ref().map(Change::is_worse);
    let disagree = arguments.no_expect && divergences.open() > 0;
    Ok(match code(&result, &tally, &missing, arguments.strict) {
        Code::Findings if is_worse == Some(false) => Code::Clean,
        Code::Clean if is_worse == Some(true) || disagree => Code::Findings,
        code => code,
    })
}

/// `30 cells were asked 20 times each, and 2 were not the same every time`
fn repeated(cells: &[Cell], times: u64) -> String {
    let asked: Vec<_> = cells.iter().filter_map(|cell| cell.repeated.as_ref()).collect();
    let fully = asked.iter().filter(|repeated| repeated.asked == times).count();
    let fewer = match asked.len() - fully {
        0 => String::new(),
        fewer => format!(" ({fewer} more stopped in the middle)"),
    };
    let apart = asked.iter().filter(|repeated| !repeated.ways.is_empty()).count();
    let (cells, was) = (if fully == 1 { "cell was" } else { "cells were" }, if apart == 1 { "was" } else { "were" });
    format!("{fully} {cells} asked {times} times each{fewer}, and {apart} {was} not the same every time")
}

/// The run as it is stored.
fn stored(result: &RunResult, name: &str) -> anyhow::Result<Side> {
    let mut side = Side::named(name);
    each_record(&result.stored, |record| side.add(&record))?;
    Ok(side)
}

/// What changed since the baseline, where one is named. Of a run of some cells, only those are compared: the rest is not removed, only not run.
fn compared(
    arguments: &RunArguments,
    catalog: &Catalog,
    runtimes: &[RuntimeId],
    result: &RunResult,
    before: Option<Side>,
) -> anyhow::Result<Option<Change>> {
    let Some(mut before) = before.filter(|_| result.complete) else { return Ok(None) };
    let after = stored(result, &result.stored.display().to_string())?;
    if !arguments.select.is_everything() {
        let names = Names::selected(&arguments.select.selection())?;
        // Another line of a runtime that was run is what this run is compared with.
        let without_line = |id: &str| {
            let (name, rest) = id.split_once('@').unwrap_or((id, ""));
            (name.to_owned(), rest.split_once('+').map(|(_, variant)| variant.to_owned()))
        };
        let run: BTreeSet<_> = runtimes.iter().map(|id| without_line(&id.to_string())).collect();
        let has_paths = !arguments.select.paths().is_empty();
        let is_here = |suite: &str| !has_paths || catalog.suites.iter().any(|one| one.name == suite);
        before.cells.retain(|id, _| {
            run.contains(&without_line(&id.runtime)) && is_here(&id.suite) && names.include(&id.runtime, &id.suite, &id.case)
        });
    }
    Ok(Some(Change::between(&before, &after)))
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
    let no_expect = if arguments.no_expect { " --no-expect" } else { "" };
    let repeat = arguments.repeat.map_or_else(String::new, |times| format!(" --repeat {times}"));
    format!("{program} run{no_expect}{}{root}{timeout}{repeat}", paths.collect::<String>())
}

/// A word as a shell reads it.
fn quoted(word: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "/._-+@=:".contains(character);
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}
