//! `wasmatrix upgrade`

use std::{fs, path::PathBuf, time::Duration};

use anyhow::{Context as _, bail};
use clap::Args;
use semver::Version;
use serde::Serialize;
use wasmatrix_reports::{
    Availability, Cell, Change, Header, Measurements, Record, Tally, Upgrade,
    change::{CellId, Changed, Kind},
    compared::Comparison,
    each_record,
    upgrade::{GoneSide, Pair, Sides, Told},
};

use super::{
    confirm,
    exit::Code,
    format::Format,
    measured::{self, MeasureArguments, budget},
    output,
    progress::Progress,
    run::timeout,
};
use crate::{
    catalog::Catalog,
    id::RuntimeId,
    machine::processors,
    measure::MeasureOptions,
    plan::{PlannedCell, Selection, SelectionError, plan, select_runtimes},
    prepare::{Prepared, prepare},
    repro::scrub::scrubbed,
    root::Root,
    run::{self, Event, RunOptions, RunResult, default_out},
    worker::{Limits, Stop},
    yaml::did_you_mean,
};

#[derive(Debug, Args)]
pub(super) struct UpgradeArguments {
    /// The runtime, wasmtime say
    runtime: String,

    /// The version that is used now, as after the @ of a runtime
    old: String,

    /// The version that it would be upgraded to
    new: String,

    /// A glob for suites, core/* say; repeatable
    #[arg(long, value_name = "GLOB")]
    suite: Vec<String>,

    /// A glob for cases; repeatable
    #[arg(long, value_name = "GLOB")]
    case: Vec<String>,

    /// A variant; repeatable [default: all that both versions have]
    #[arg(long, value_name = "VARIANT", value_delimiter = ',')]
    variant: Vec<String>,

    /// A suite file or folder to take instead of the bundled suites; repeatable
    #[arg(long, value_name = "PATH")]
    suites: Vec<PathBuf>,

    /// Cells at a time [default: the number of processors]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,

    /// The deadline of a single request to a worker, 500ms or 10s say
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = timeout)]
    timeout: Duration,

    /// The resident memory that a worker may have, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 1024, value_parser = clap::value_parser!(u64).range(16..))]
    memory: u64,

    /// Measure both versions too, for so long, and say of each case that is measured what became of its output and of its times
    #[arg(long, value_name = "TIME", value_parser = budget)]
    bench: Option<Duration>,

    #[command(flatten)]
    measure: MeasureArguments,

    /// The folder to store the run in [default: a new one below target/wasmatrix/runs]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// How the page is written
    #[arg(long, value_enum, default_value = "text")]
    format: Format,

    /// Write the page as Markdown to this file too
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,

    /// Believe at once what got worse, without asking both versions again in fresh processes
    #[arg(long)]
    no_confirm: bool,
}

pub(super) fn upgrade(root: Root, arguments: &UpgradeArguments, stop: &Stop) -> anyhow::Result<Code> {
    let named = [&arguments.old, &arguments.new].map(|version| format!("{}@{version}", arguments.runtime));
    let catalog = Catalog::read(root, &arguments.suites)?.naming(&named)?;
    let [old, new] = versions(&catalog, arguments)?;
    let selection = Selection {
        suites: arguments.suite.clone(),
        cases: arguments.case.clone(),
        unnamed_too: !arguments.suites.is_empty(),
        ..Selection::default()
    };
    // What is misspelt is said before the long builds.
    if plan(&catalog, &new, &selection)?.is_empty() {
        output::complain("nothing is selected; `wasmatrix list` shows all there is");
        return Ok(Code::NothingSelected);
    }
    let mut progress = Progress::new();
    let ids = [old.clone(), new.clone()].concat();
    let prepared = prepare(&catalog, &ids, stop, &mut |line, news| progress.follow(&Event::Building { line, news }));
    progress.finish();
    let Some(prepared) = prepared else { return Ok(Code::Interrupted) };
    let (sides, mut remarks) = sides(&catalog, arguments, &old, &new, &prepared)?;
    let is_compared = |id: &RuntimeId| {
        let id = id.to_string();
        sides.pairs.iter().any(|pair| [&pair.old, &pair.new].contains(&&id)) || sides.gone.iter().any(|gone| gone.old == id)
    };
    let runtimes: Vec<RuntimeId> = ids.into_iter().filter(is_compared).collect();
    let cells = plan(&catalog, &runtimes, &selection)?;
    let (result, options) = run(&catalog, &runtimes, &cells, arguments, stop)?;
    if !result.complete {
        return Ok(Code::Interrupted);
    }
    if let Some(code) = is_worth_nothing(&result) {
        return Ok(code);
    }
    let header = header(&result)?;
    let private = [catalog.root.path.clone(), std::env::temp_dir()];
    let cells: Vec<Cell> = result.cells.iter().cloned().map(|cell| without_folders(cell, &private)).collect();
    let [before, after] = sides.split(&header, &cells);
    let mut change = Change::between(&before, &after);
    // What crashed or hung with the old version may have done so for want of time, too.
    let is_doubtful = |cell: &Changed| cell.worse || cell.kind == Kind::NoLongerCrashing;
    let doubtful = change.cells.iter().filter(|cell| is_doubtful(cell)).count();
    if !arguments.no_confirm && doubtful > 0 {
        output::remark(&format!("asking again, in fresh processes on both versions: {doubtful} cells"));
        if !confirm::again(&mut change, is_doubtful, [&before, &after], &catalog, &result.prepared, stop) {
            return Ok(Code::Interrupted);
        }
    }
    remarks.extend(result.absent.iter().map(|case| {
        let reason = case.absent.as_ref().map_or("", |absent| absent.reason.lines().next().unwrap_or_default());
        format!("{}/{} was not run, since its modules are not here: {reason}", case.suite, case.name)
    }));
    let told = Told {
        remarks,
        command: command(arguments),
        paths: arguments.suites.iter().map(|path| path.display().to_string()).collect(),
        selection: arguments
            .suite
            .iter()
            .map(|glob| ("--suite", glob))
            .chain(arguments.case.iter().map(|glob| ("--case", glob)))
            .map(|(option, glob)| (option.to_owned(), glob.clone()))
            .collect(),
        all_variants: arguments.variant.is_empty() && sides.pairs.len() == old.len() && sides.pairs.len() == new.len(),
        confirmed: !arguments.no_confirm,
    };
    let page = Upgrade::of(&sides, &header, &cells, &change, told);
    let behaviour = |id: &CellId| Some(behaviour(&change, id));
    let measured = match &options.measuring {
        None => None,
        Some(measuring) => match compared(&sides, &result, measuring, arguments, stop)? {
            None => return Ok(Code::Interrupted),
            compared => compared,
        },
    };
    let joined = |of_page: String, of_measured: &dyn Fn(&Comparison) -> String| match &measured {
        None => of_page,
        Some(measured) => format!("{of_page}\n{}", of_measured(measured)),
    };
    let markdown = || joined(page.markdown(), &|measured| measured.markdown(&behaviour));
    if let Some(path) = &arguments.write {
        fs::write(path, markdown()).with_context(|| format!("cannot write {}", path.display()))?;
    }
    output::print(&match arguments.format {
        Format::Text => joined(page.text(), &|measured| measured.text(&behaviour)),
        Format::Markdown => markdown(),
        Format::Json => serde_json::to_string_pretty(&Joined { page: &page, measured: measured.as_ref() })? + "\n",
    })?;
    output::remark(&format!("stored in {}", options.out.display()));
    let is_slower = measured.as_ref().is_some_and(Comparison::is_worse);
    Ok(if page.is_worse || is_slower { Code::Findings } else { Code::Clean })
}

/// What an upgrade has to say to programs.
#[derive(Serialize)]
struct Joined<'j> {
    #[serde(flatten)]
    page: &'j Upgrade,
    #[serde(skip_serializing_if = "Option::is_none")]
    measured: Option<&'j Comparison>,
}

/// The old version held against the new one, in every variant that both have. `None`: the run is to stop.
fn compared(
    sides: &Sides,
    result: &RunResult,
    measuring: &MeasureOptions,
    arguments: &UpgradeArguments,
    stop: &Stop,
) -> anyhow::Result<Option<Comparison>> {
    for warning in &result.warnings {
        output::complain(warning);
    }
    for wrong in &result.wrong {
        output::complain(wrong);
    }
    let now = measured::measurements("this run", &result.stored)?;
    let pairs: Vec<(&str, &str)> = sides.pairs.iter().map(|pair| (pair.old.as_str(), pair.new.as_str())).collect();
    let compare = |now: &Measurements| Comparison::within(now, &pairs, measured::options(&arguments.measure));
    let first = compare(&now);
    if arguments.no_confirm { Ok(Some(first)) } else { measured::confirmed(first, result, measuring, &now, &compare, stop) }
}

/// What became of a cell's behaviour.
fn behaviour(change: &Change, id: &CellId) -> String {
    let is_it = |changed: &&Changed| changed.after.as_ref().is_some_and(|after| after.cell == *id);
    change.cells.iter().find(is_it).map_or_else(|| "same output".to_owned(), |changed| changed.kind.to_string())
}

/// Every variant that is asked for of the old version, and of the new one.
fn versions(catalog: &Catalog, arguments: &UpgradeArguments) -> anyhow::Result<[Vec<RuntimeId>; 2]> {
    let UpgradeArguments { runtime, old, new, variant, .. } = arguments;
    let of = |version: &String| -> anyhow::Result<Vec<RuntimeId>> {
        let mut ids = select_runtimes(catalog, &[format!("{runtime}@{version}")])?;
        let known: Vec<String> = ids.iter().filter_map(|id| id.variant.clone()).collect();
        if let Some(unknown) = variant.iter().find(|variant| !known.contains(variant)) {
            // Says what became of it, where the runtime has it in another line.
            select_runtimes(catalog, &[format!("{runtime}@{version}+{unknown}")]).or_else(|error| match error {
                SelectionError::NotOfLine { .. } => Err(error),
                _ => Ok(Vec::new()),
            })?;
            let hint = did_you_mean(unknown, known.iter().map(String::as_str)).unwrap_or_default();
            let there_are = if known.is_empty() { "it has none".to_owned() } else { format!("there are {}", known.join(", ")) };
            bail!("{runtime}@{version} has no variant `{unknown}`{hint}; {there_are}");
        }
        ids.retain(|id| variant.is_empty() || id.variant.as_ref().is_some_and(|named| variant.contains(named)));
        Ok(ids)
    };
    let [old_ids, new_ids] = [of(old)?, of(new)?];
    if old_ids == new_ids {
        bail!("{runtime}@{old} and {runtime}@{new} are the same version; name two (`wasmatrix list` shows the lines there are)");
    }
    Ok([old_ids, new_ids])
}

/// The variants that both versions have and that can run, and what is to be said of the others.
fn sides(
    catalog: &Catalog,
    arguments: &UpgradeArguments,
    old: &[RuntimeId],
    new: &[RuntimeId],
    prepared: &[Prepared],
) -> anyhow::Result<(Sides, Vec<String>)> {
    let UpgradeArguments { runtime, old: old_named, new: new_named, .. } = arguments;
    let receipt = |id: &RuntimeId| prepared.iter().find(|one| one.id == *id).and_then(Prepared::receipt);
    let why = |id: &RuntimeId| match prepared.iter().find(|one| one.id == *id).map(|one| &one.availability) {
        Some(Availability::Unavailable(reason)) => reason.clone(),
        _ => "it cannot run".to_owned(),
    };
    for (named, ids) in [(old_named, old), (new_named, new)] {
        if let (Some(first), true) = (ids.first(), ids.iter().all(|id| receipt(id).is_none())) {
            bail!("{runtime}@{named} is unavailable: {}", why(first));
        }
    }
    let mut remarks = Vec::new();
    let (mut pairs, mut gone) = (Vec::new(), Vec::new());
    let called =
        |id: &RuntimeId| id.variant.as_ref().map_or_else(|| "the only variant".to_owned(), |variant| format!("the variant {variant}"));
    for id in old {
        match new.iter().find(|other| other.variant == id.variant) {
            None => match (&id.variant, absence(catalog, id, new), receipt(id)) {
                (Some(variant), Some(why), Some(_)) => gone.push(GoneSide { variant: variant.clone(), old: id.to_string(), why }),
                (_, Some(absence), None) => {
                    let unasked = format!("What went with it is not known, since {id} is unavailable: {}", why(id));
                    remarks.push(format!("{new_named} does not have {} of {old_named}: {absence}. {unasked}", called(id)));
                }
                _ => remarks.push(format!("{new_named} does not have {} of {old_named}, which is left out.", called(id))),
            },
            Some(other) => match [id, other].into_iter().find(|id| receipt(id).is_none()) {
                Some(absent) => remarks.push(format!("{} is left out, since {absent} is unavailable: {}", called(id), why(absent))),
                None => pairs.push(Pair { variant: id.variant.clone(), old: id.to_string(), new: other.to_string() }),
            },
        }
    }
    let only_new = new.iter().filter(|id| !old.iter().any(|other| other.variant == id.variant));
    remarks.extend(only_new.map(|id| format!("{old_named} does not have {} of {new_named}, which is left out.", called(id))));
    let first = pairs.first().and_then(|pair| {
        let find = |named: &String| prepared.iter().find(|one| one.id.to_string() == *named).and_then(Prepared::receipt);
        find(&pair.old).zip(find(&pair.new))
    });
    let Some((old_receipt, new_receipt)) = first else {
        bail!("{runtime}@{old_named} and {runtime}@{new_named} have no variant in common that can run: {}", remarks.join(" "))
    };
    if old_receipt.version == new_receipt.version {
        if old_receipt.worker.sha256 == new_receipt.worker.sha256 {
            bail!(
                "{runtime}@{old_named} and {runtime}@{new_named} are both {}, and one and the same worker; name two versions",
                old_receipt.version
            );
        }
        remarks.push(format!("Both say that they are {}, and their workers are not the same.", old_receipt.version));
    }
    if let (Ok(old), Ok(new)) = (Version::parse(&old_receipt.version), Version::parse(&new_receipt.version))
        && old > new
    {
        remarks.push(format!("{old} is the newer version of the two, so this is a downgrade."));
    }
    let named = [old_named.clone(), new_named.clone()];
    Ok((Sides { runtime: runtime.clone(), named, pairs, gone }, remarks))
}

/// Why the new version does not have a variant of the old one; `None` where no file says.
fn absence(catalog: &Catalog, id: &RuntimeId, new: &[RuntimeId]) -> Option<String> {
    let (runtime, line) = catalog.line(new.first()?)?;
    let variant = runtime.variants.iter().find(|variant| Some(&variant.name) == id.variant.as_ref())?;
    Some(variant.absence(line))
}

fn run(
    catalog: &Catalog,
    runtimes: &[RuntimeId],
    cells: &[PlannedCell],
    arguments: &UpgradeArguments,
    stop: &Stop,
) -> anyhow::Result<(RunResult, RunOptions)> {
    let root = &catalog.root;
    output::remark(&format!("suites and runtimes from {} ({})", root.path.display(), root.said_by));
    let limits = Limits { deadline: arguments.timeout, memory: arguments.memory << 20 };
    let options = RunOptions {
        jobs: arguments.jobs.map_or_else(processors, usize::from),
        limits,
        fresh: false,
        repeat: 1,
        seed: None,
        // What passed and does not any more got worse, however binding it is.
        strict: true,
        everything: false,
        measuring: arguments.bench.map(|budget| arguments.measure.options(budget, None, &[], limits)),
        expectations: true,
        out: arguments.out.clone().map_or_else(|| default_out(&root.target()), Ok)?,
    };
    let mut progress = Progress::new();
    let result = run::run(catalog, runtimes, cells, &options, stop, &mut |event| progress.follow(&event));
    progress.finish();
    Ok((result?, options))
}

/// Says why a run that came to its end tells nothing.
fn is_worth_nothing(result: &RunResult) -> Option<Code> {
    for changed in &result.changed_fixtures {
        output::complain(changed);
    }
    let nothing = Tally::of(&result.cells).executed() == 0;
    if nothing {
        output::complain("no cell was executed, so nothing is known");
    }
    (nothing || !result.changed_fixtures.is_empty()).then_some(Code::CouldNotRun)
}

fn header(result: &RunResult) -> anyhow::Result<Header> {
    let mut header = None;
    each_record(&result.stored, |record| {
        if let Record::Header(found) = record {
            header = Some(found);
        }
    })?;
    header.with_context(|| format!("{} has no header", result.stored.display()))
}

/// A cell whose words name no folder of this machine: a page is published.
fn without_folders(mut cell: Cell, private: &[PathBuf]) -> Cell {
    let texts =
        cell.reds.iter_mut().flat_map(|red| [&mut red.words, &mut red.observed]).chain(&mut cell.worker_stderr).chain(&mut cell.reason);
    for text in texts {
        *text = scrubbed(text, private);
    }
    cell
}

/// The command line as whoever reads the page would write it.
fn command(arguments: &UpgradeArguments) -> Vec<String> {
    let UpgradeArguments { runtime, old, new, suite, case, variant, suites, timeout, memory, no_confirm, bench, .. } = arguments;
    let mut words: Vec<String> = ["wasmatrix", "upgrade", runtime, old, new].map(str::to_owned).into();
    let mut option = |name: &str, value: String| words.extend([name.to_owned(), value]);
    suite.iter().for_each(|glob| option("--suite", glob.clone()));
    case.iter().for_each(|glob| option("--case", glob.clone()));
    variant.iter().for_each(|variant| option("--variant", variant.clone()));
    suites.iter().for_each(|path| option("--suites", path.display().to_string()));
    if *timeout != Duration::from_secs(10) {
        option("--timeout", humantime::format_duration(*timeout).to_string().replace(' ', ""));
    }
    if *memory != 1024 {
        option("--memory", memory.to_string());
    }
    if let Some(budget) = bench {
        words.extend(["--bench".to_owned(), humantime::format_duration(*budget).to_string().replace(' ', "")]);
    }
    if *no_confirm {
        words.push("--no-confirm".to_owned());
    }
    words
}
