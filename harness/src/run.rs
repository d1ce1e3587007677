//! All of it: runtimes are made ready, cells are run side by side, and every record is written as it comes.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use wasmatrix_reports::{
    Cell, Configuration, FORMAT_VERSION, Footer, Header, Measured, Measuring, Record, RunFileError, RunWriter, RuntimeReceipt, SuiteDigest,
    Tally,
};

use crate::{
    build::BuildNews,
    catalog::Catalog,
    cell::{IdleWorkers, Repetition, run_cell, run_cell_repeatedly},
    date::Date,
    fetch::{FetchNews, PackageFile, fetch},
    fixtures::Fixtures,
    id::RuntimeId,
    machine::this_machine,
    measure::{Asked, MeasureEvent, MeasureOptions, Sampler, Surroundings, available_counters},
    packages::Packages,
    plan::PlannedCell,
    prepare::{Prepared, prepare},
    runtime::Known,
    suite::Case,
    worker::{Limits, Stop},
};

/// How a run is done.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// Cells at a time; at least 1.
    pub jobs: usize,
    /// What a worker may use up.
    pub limits: Limits,
    /// Whether each cell has a process of its own.
    pub fresh: bool,
    /// How often each cell is asked; where that is more than once, each time in a process of its own. At least 1.
    pub repeat: u64,
    /// `Some`: the cells are run in an order that this number decides, instead of the planned one.
    pub seed: Option<u64>,
    /// Whether a failing recommended case counts.
    pub strict: bool,
    /// Whether this is every bundled suite on every default runtime.
    pub everything: bool,
    /// Whether the cases have expectations.
    pub expectations: bool,
    /// How what passed is measured; `None`: it is not.
    pub measuring: Option<MeasureOptions>,
    /// The folder of `run.jsonl`.
    pub out: PathBuf,
}

/// What a run tells while it goes on.
#[derive(Debug)]
pub enum Event<'e> {
    /// A line is being built.
    Building {
        /// `wasmtime@48`
        line: &'e str,
        /// What is new.
        news: BuildNews,
    },
    /// A file of a package is being fetched.
    Fetching {
        /// Which.
        file: &'e PackageFile,
        /// What is new.
        news: FetchNews,
    },
    /// A runtime was made ready, or could not be.
    Prepared(&'e Prepared),
    /// The cells start.
    Started {
        /// So many.
        cells: usize,
        /// How often each is asked.
        repeat: u64,
    },
    /// A cell that is asked several times was asked once more, and will be again.
    Asked,
    /// A cell has ended.
    Ended(&'e Cell),
    /// Something was measured.
    Measuring(MeasureEvent<'e>),
}

/// What is left of a run.
#[derive(Debug)]
pub struct RunResult {
    /// The cells' cases whose modules are not here, each once.
    pub absent: Vec<Arc<Case>>,
    /// The runtimes, ready or not.
    pub prepared: Vec<Prepared>,
    /// The cells that were planned, with their modules.
    pub asked: Vec<PlannedCell>,
    /// The cells that have a record.
    pub cells: Vec<Cell>,
    /// What was measured.
    pub measured: Vec<Measured>,
    /// What could not be measured although it should be.
    pub wrong: Vec<String>,
    /// What makes the times doubtful.
    pub warnings: Vec<String>,
    /// How many were planned.
    pub planned: usize,
    /// Whether all have a record.
    pub complete: bool,
    /// Where the run is stored.
    pub stored: PathBuf,
    /// A message for each fixture that was changed while the run went on, and that makes it worth nothing.
    pub changed_fixtures: Vec<String>,
}

/// Keeps what the dependencies of versions on demand were resolved to beside the run, so that the same can be had again (`--resolved`).
fn keep_resolved(prepared: &[Prepared], out: &Path) -> Result<(), RunFileError> {
    for one in prepared {
        let folder = out.join("lockfiles").join(one.id.line_id());
        for path in &one.resolved {
            let kept = folder.join(path.file_name().unwrap_or_default());
            fs::create_dir_all(&folder)
                .and_then(|()| fs::copy(path, &kept))
                .map_err(|source| RunFileError::Write { path: kept.clone(), source })?;
        }
    }
    Ok(())
}

/// Runs cells.
///
/// # Errors
/// Where the run cannot be written. What was written until then stays.
pub fn run(
    catalog: &Catalog,
    runtimes: &[RuntimeId],
    cells: &[PlannedCell],
    options: &RunOptions,
    stop: &Stop,
    listener: &mut dyn FnMut(Event<'_>),
) -> Result<RunResult, RunFileError> {
    let needed: Vec<RuntimeId> = runtimes
        .iter()
        .filter(|id| cells.iter().any(|cell| cell.runtime == **id || cell.case.from.as_ref() == Some(*id)))
        .cloned()
        .collect();
    let fixtures = Fixtures::of(cells.iter().map(|cell| &*cell.case));
    // The folder is tried before the long builds, not after them.
    let mut writer = RunWriter::create(&options.out)?;
    let started = SystemTime::now();
    let mut fetching = |file: &PackageFile| fetch(file, stop, &mut |news| listener(Event::Fetching { file, news }));
    let mut packages = Packages::default();
    let complete = |cell: &PlannedCell| PlannedCell { case: packages.complete(&cell.case, &mut fetching), ..cell.clone() };
    let cells: Vec<PlannedCell> = cells.iter().map(complete).collect();
    let prepared = prepare(catalog, &needed, stop, &mut |line, news| listener(Event::Building { line, news }));
    let stopped = prepared.is_none();
    let prepared = prepared.unwrap_or_default();
    for one in &prepared {
        listener(Event::Prepared(one));
    }
    keep_resolved(&prepared, &options.out)?;
    writer.write(&Record::Header(header(catalog, &prepared, &cells, options, started)))?;
    listener(Event::Started { cells: cells.len(), repeat: options.repeat });
    let mut order: Vec<&PlannedCell> = cells.iter().collect();
    if let Some(seed) = options.seed {
        fastrand::Rng::with_seed(seed).shuffle(&mut order);
    }
    // A run is of the day on which it began, however long it takes.
    let judging = Judging { catalog, prepared: &prepared, options, today: Date::of(started) };
    let ended = if stopped { Vec::new() } else { run_cells(judging, &order, stop, &mut writer, listener)? };
    // One that was stopped in the middle has its record, and was not asked as often as it should have been.
    let was_cut_short = |cell: &Cell| cell.outcome.is_executed() && asked(cell) < options.repeat;
    let asked_all = ended.len() == cells.len() && !ended.iter().any(was_cut_short);
    let measured = match &options.measuring {
        Some(measuring) if asked_all => measure(measuring, &cells, &prepared, &ended, stop, listener),
        _ => MeasuredAll { complete: asked_all, ..MeasuredAll::default() },
    };
    for one in &measured.measured {
        writer.write(&Record::Measured(one.clone()))?;
    }
    let complete = asked_all && measured.complete;
    writer.write(&Record::Footer(Footer { complete, totals: Tally::of(&ended).totals, warnings: measured.warnings.clone() }))?;
    let (absent, stored) = (absent(&cells), writer.path().to_owned());
    let (planned, changed_fixtures) = (cells.len(), fixtures.changes());
    let MeasuredAll { measured, wrong, warnings, .. } = measured;
    Ok(RunResult { absent, prepared, asked: cells, cells: ended, measured, wrong, warnings, planned, complete, stored, changed_fixtures })
}

/// What came of measuring.
#[derive(Default)]
struct MeasuredAll {
    measured: Vec<Measured>,
    wrong: Vec<String>,
    warnings: Vec<String>,
    complete: bool,
}

fn measure(
    options: &MeasureOptions,
    cells: &[PlannedCell],
    prepared: &[Prepared],
    seen: &[Cell],
    stop: &Stop,
    listener: &mut dyn FnMut(Event<'_>),
) -> MeasuredAll {
    let mut sampler = Sampler::new(to_measure(cells, prepared, seen), options.clone());
    let before = Surroundings::now();
    let mut listener = |event: MeasureEvent<'_>| listener(Event::Measuring(event));
    let complete = sampler.try_out(stop, &mut listener) && sampler.measure(stop, &mut listener);
    let warnings = Surroundings::now().since(&before);
    MeasuredAll { measured: sampler.measured(), wrong: sampler.wrong(), warnings, complete }
}

/// The cells that measure something, in the planned order, with what was seen of each.
pub fn to_measure<'a>(cells: &'a [PlannedCell], prepared: &'a [Prepared], seen: &'a [Cell]) -> Vec<Asked<'a>> {
    let ids: HashMap<String, &Cell> = seen.iter().map(|cell| (cell.id(), cell)).collect();
    let asked = |planned: &'a PlannedCell| {
        let prepared = prepared.iter().find(|prepared| prepared.id == planned.runtime)?;
        Some(Asked { planned, prepared, seen: ids.get(&planned.id())? })
    };
    cells.iter().filter(|planned| !planned.case.measures.is_empty()).filter_map(asked).collect()
}

/// How often a cell was asked.
fn asked(cell: &Cell) -> u64 {
    cell.repeated.as_ref().map_or(1, |repeated| repeated.asked)
}

/// The cases without all their modules, each once: the cells of a case stand side by side.
fn absent(cells: &[PlannedCell]) -> Vec<Arc<Case>> {
    let mut cases: Vec<Arc<Case>> = cells.iter().filter(|cell| cell.case.absent.is_some()).map(|cell| Arc::clone(&cell.case)).collect();
    cases.dedup_by(|one, other| Arc::ptr_eq(one, other));
    cases
}

/// What every cell of a run is asked and judged with.
#[derive(Clone, Copy)]
struct Judging<'r> {
    catalog: &'r Catalog,
    prepared: &'r [Prepared],
    options: &'r RunOptions,
    today: Date,
}

/// What the threads tell that run cells.
enum News {
    Asked,
    Ended(Box<Cell>),
}

fn run_cells(
    judging: Judging<'_>,
    cells: &[&PlannedCell],
    stop: &Stop,
    writer: &mut RunWriter,
    listener: &mut dyn FnMut(Event<'_>),
) -> Result<Vec<Cell>, RunFileError> {
    let Judging { catalog, prepared, options, today } = judging;
    let next = AtomicUsize::new(0);
    let none = Known::default();
    let mut ended = Vec::new();
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        for _ in 0..options.jobs.max(1) {
            let sender = sender.clone();
            let (next, none) = (&next, &none);
            scope.spawn(move || {
                let mut workers = IdleWorkers::new(!options.fresh);
                while let Some(planned) = cells.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if stop.is_raised() {
                        return;
                    }
                    let Some(prepared) = prepared.iter().find(|prepared| prepared.id == planned.runtime) else { return };
                    let known = catalog.line(&planned.runtime).map_or(none, |(runtime, _)| &runtime.known);
                    let writer = planned.case.from.as_ref().and_then(|from| judging.prepared.iter().find(|prepared| prepared.id == *from));
                    let (known, limits) = (known.on(today), &options.limits);
                    let ended = if options.repeat > 1 {
                        // Nobody listens any more where nothing can be written, and then the run is stopped anyway.
                        let mut again = || drop(sender.send(News::Asked));
                        run_cell_repeatedly(
                            Repetition { times: options.repeat, again: &mut again },
                            planned,
                            prepared,
                            writer,
                            known,
                            limits,
                            stop,
                        )
                    } else {
                        run_cell(planned, prepared, writer, known, limits, &mut workers, stop)
                    };
                    let Some(cell) = ended else { return };
                    if sender.send(News::Ended(Box::new(cell))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        for news in receiver {
            let cell = match news {
                News::Asked => {
                    listener(Event::Asked);
                    continue;
                }
                News::Ended(cell) => *cell,
            };
            // Once nothing can be written any more there is no point in going on; the scope waits for the cells under way.
            writer.write(&Record::Cell(cell.clone())).inspect_err(|_| stop.raise())?;
            listener(Event::Ended(&cell));
            ended.push(cell);
        }
        Ok(ended)
    })
}

fn header(catalog: &Catalog, prepared: &[Prepared], cells: &[PlannedCell], options: &RunOptions, started: SystemTime) -> Header {
    let in_use = |suite: &&crate::suite::Suite| cells.iter().any(|cell| cell.case.suite == suite.name);
    Header {
        format: FORMAT_VERSION,
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        started: humantime::format_rfc3339_millis(sayable(started)).to_string(),
        runtimes: prepared
            .iter()
            .map(|prepared| RuntimeReceipt { id: prepared.id.to_string(), availability: prepared.availability.clone() })
            .collect(),
        suites: catalog
            .suites
            .iter()
            .filter(in_use)
            .map(|suite| SuiteDigest { suite: suite.name.clone(), sha256: suite.digest.hex().to_owned(), cases: suite.cases.len() as u64 })
            .collect(),
        machine: this_machine(),
        configuration: Configuration {
            jobs: options.jobs as u64,
            timeout_ms: u64::try_from(options.limits.deadline.as_millis()).unwrap_or(u64::MAX),
            memory_limit: options.limits.memory,
            fresh: options.fresh,
            repeat: options.repeat,
            seed: options.seed,
            strict: options.strict,
            everything: options.everything,
            expectations: options.expectations,
            measuring: options.measuring.as_ref().map(measuring),
        },
        planned: cells.len() as u64,
    }
}

/// How it is measured, as it is recorded.
pub fn measuring(options: &MeasureOptions) -> Measuring {
    let milliseconds = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    Measuring {
        seed: options.seed,
        budget_ms: milliseconds(options.budget),
        floor_percent: options.floor_percent,
        sample_ms: milliseconds(options.sample),
        samples: options.samples,
        counters: available_counters(),
        warnings: Surroundings::now().warnings(),
    }
}

/// Makes the folder where a run goes when nobody says: a new one below `target/wasmatrix/runs/`, named by its time and process.
///
/// Neither makes a name unique. A clock can be set back, and in containers that share a checkout every harness may be process 1; so a name
/// that is taken gets a number behind it.
///
/// # Errors
/// Where it cannot be created.
pub fn default_out(target: &Path) -> Result<PathBuf, RunFileError> {
    let now = humantime::format_rfc3339_seconds(sayable(SystemTime::now())).to_string().replace(':', "");
    let runs = target.join("wasmatrix").join("runs");
    let name = format!("{now}-{}", std::process::id());
    let mut folder = runs.join(&name);
    let mut number = 1;
    loop {
        match fs::create_dir_all(&runs).and_then(|()| fs::create_dir(&folder)) {
            Ok(()) => return Ok(folder),
            // Not where `runs` itself is a file.
            Err(source) if source.kind() == io::ErrorKind::AlreadyExists && runs.is_dir() => {
                number += 1;
                folder = runs.join(format!("{name}-{number}"));
            }
            Err(source) => return Err(RunFileError::Write { path: folder.join("run.jsonl"), source }),
        }
    }
}

/// The nearest time that RFC 3339 can say, the years 1970 to 9999 as far as `humantime` goes, which panics beyond. A machine without a
/// battery for its clock can believe to be anywhen.
fn sayable(time: SystemTime) -> SystemTime {
    const LAST: Duration = Duration::from_secs(253_402_300_799);
    time.clamp(UNIX_EPOCH, UNIX_EPOCH + LAST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_beyond_all_calendars_can_be_said() {
        let day = Duration::from_secs(86400);
        for (time, said) in [
            (UNIX_EPOCH - day, "1970-01-01T00:00:00Z"),
            (UNIX_EPOCH + day, "1970-01-02T00:00:00Z"),
            (UNIX_EPOCH + day * 3_000_000, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(humantime::format_rfc3339_seconds(sayable(time)).to_string(), said);
        }
    }
}
