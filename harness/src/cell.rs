//! One cell, from its plan to its record.

use std::{
    collections::{BTreeSet, HashMap},
    path::PathBuf,
    thread::{self, JoinHandle},
    time::Instant,
};

use wasmatrix_adapter::Capability;
use wasmatrix_reports::{Availability, Cell, Outcome, Receipt};

use crate::{
    id::RuntimeId,
    judge::{JudgedScript, ScriptLines, ScriptSeen, SessionEnd, Settled, apart, judge, judge_script, settle, together},
    needs::unmet,
    plan::PlannedCell,
    prepare::Prepared,
    runtime::{KnownEntry, KnownOn},
    script::{Ask, Claims, ScriptSource, ask},
    session::{Driven, Ended, Scratch, Session, Turn, asks, converse, drive, script, wrapped},
    suite::Disk,
    worker::{Limits, Stop, Worker},
};

/// Workers that have served a cell and can serve another; one for each runtime is enough for one thread.
#[derive(Debug)]
pub struct IdleWorkers {
    idle: HashMap<RuntimeId, Worker>,
    reuse: bool,
    /// Those that are no longer wanted: ending a process takes its time, and nobody need wait for it but the last.
    leaving: Vec<JoinHandle<()>>,
}

impl IdleWorkers {
    /// With `reuse`, a worker serves many cells; without, each cell has a process of its own.
    pub fn new(reuse: bool) -> Self {
        Self { idle: HashMap::new(), reuse, leaving: Vec::new() }
    }

    fn let_go(&mut self, worker: Option<Worker>) {
        self.leaving.retain(|thread| !thread.is_finished());
        self.leaving.extend(worker.map(|worker| thread::spawn(move || drop(worker))));
    }

    fn take(&mut self, id: &RuntimeId) -> Option<Worker> {
        self.idle.remove(id)
    }

    fn keep(&mut self, id: &RuntimeId, worker: Option<Worker>) {
        if let Some(worker) = worker {
            self.idle.insert(id.clone(), worker);
        }
    }
}

/// Runs a cell. `None`: the run is to stop, and nothing is known about the cell.
///
/// A red seen in a process that had served other cells is confirmed in a fresh one before it is believed: red there too, that is the record;
/// green there, the cell is intermittent.
pub fn run_cell(
    planned: &PlannedCell,
    prepared: &Prepared,
    writer: Option<&Prepared>,
    known: KnownOn<'_>,
    limits: &Limits,
    workers: &mut IdleWorkers,
    stop: &Stop,
) -> Option<Cell> {
    match approach(planned, prepared, writer, known, limits, stop) {
        Ok(attempt) => attempt.once(workers),
        Err(cell) => Some(*cell),
    }
}

/// How often a cell is asked.
pub struct Repetition<'a> {
    /// So many times.
    pub times: u64,
    /// What is called after each time but the last.
    pub again: &'a mut dyn FnMut(),
}

/// Asks a cell again and again, each time in a process of its own, and makes one record of what came of it. What turns out to be unsupported or cannot
/// be executed the first time is not asked again. `None`: the run is to stop, and nothing is known about the cell; where it was asked fewer times until
/// then, the record says how many.
pub fn run_cell_repeatedly(
    Repetition { times, again }: Repetition<'_>,
    planned: &PlannedCell,
    prepared: &Prepared,
    writer: Option<&Prepared>,
    known: KnownOn<'_>,
    limits: &Limits,
    stop: &Stop,
) -> Option<Cell> {
    let attempt = match approach(planned, prepared, writer, known, limits, stop) {
        Ok(attempt) => attempt,
        Err(cell) => return Some(*cell),
    };
    let mut cells = Vec::new();
    for time in 1..=times.max(1) {
        let Some(cell) = attempt.once(&mut IdleWorkers::new(false)) else { break };
        let is_over = time == 1 && !cell.outcome.is_executed();
        cells.push(cell);
        if is_over {
            break;
        }
        if time < times {
            again();
        }
    }
    together(cells, &attempt.known(), known.today)
}

/// What it takes to ask a cell, or its record where it is not asked.
fn approach<'a>(
    planned: &'a PlannedCell,
    prepared: &'a Prepared,
    writer: Option<&'a Prepared>,
    known: KnownOn<'a>,
    limits: &Limits,
    stop: &'a Stop,
) -> Result<Attempt<'a>, Box<Cell>> {
    let mut cell = blank(planned);
    let not_asked = |cell: Cell| Err(Box::new(cell));
    let receipt = match &prepared.availability {
        Availability::Available(receipt) => receipt,
        Availability::Unavailable(reason) => return not_asked(Cell { reason: Some(reason.clone()), ..cell }),
    };
    cell.version.clone_from(&receipt.version);
    if let Some(absent) = &planned.case.absent {
        return not_asked(Cell { reason: Some(absent.reason.clone()), ..cell });
    }
    if receipt.commands_only && !planned.case.asks_commands_only() {
        let reason = commands_only(&receipt.capabilities).to_owned();
        return not_asked(Cell { outcome: Outcome::Unsupported, reason: Some(reason), ..cell });
    }
    if let Some(reason) = planned.case.entry_path.and_then(|path| path.is_missed(&receipt.capabilities)) {
        return not_asked(Cell { outcome: Outcome::Unsupported, reason: Some(reason.to_owned()), ..cell });
    }
    if let Some(missing) = unmet(&planned.case.needs, &receipt.capabilities) {
        return not_asked(Cell { outcome: Outcome::Unsupported, reason: Some(format!("needs {missing}")), ..cell });
    }
    if let Some(writer) = writer {
        let Some(written_by) = writer.receipt() else {
            return not_asked(Cell { reason: Some(format!("the writer, {}, is unavailable", writer.id)), ..cell });
        };
        if let Some(missing) = unmet(&planned.case.needs, &written_by.capabilities) {
            let reason = format!("the writer, {}, would need {missing}", writer.id);
            return not_asked(Cell { outcome: Outcome::Unsupported, reason: Some(reason), ..cell });
        }
    }
    let limits = limits.with_time(planned.case.deadline);
    Ok(Attempt { planned, prepared, writer, receipt, known, limits, blank: cell, stop })
}

/// Why a runtime that only runs commands cannot be asked a case that wants more.
fn commands_only(capabilities: &BTreeSet<Capability>) -> &'static str {
    if capabilities.contains(&Capability::Component) {
        "a component exports neither core functions nor a memory, and this case is no command"
    } else {
        "a command line runs commands, and this case calls exports"
    }
}

impl Drop for IdleWorkers {
    fn drop(&mut self) {
        for thread in self.leaving.drain(..) {
            // A worker's end cannot fail in a way that anybody could do something about.
            let _ = thread.join();
        }
    }
}

fn blank(planned: &PlannedCell) -> Cell {
    let case = &planned.case;
    Cell {
        runtime: planned.runtime.to_string(),
        version: String::new(),
        suite: case.suite.clone(),
        case: case.name.clone(),
        from: case.from.as_ref().map(ToString::to_string),
        level: case.level,
        outcome: Outcome::Unavailable,
        asks: Some(asks(case).to_owned()),
        why: case.why.clone(),
        reason: None,
        issue: None,
        wall_us: 0,
        steps: Vec::new(),
        files: None,
        script: None,
        reds: Vec::new(),
        worker_stderr: None,
        repeated: None,
    }
}

/// Everything that an attempt at a cell needs but the process.
struct Attempt<'a> {
    planned: &'a PlannedCell,
    prepared: &'a Prepared,
    writer: Option<&'a Prepared>,
    receipt: &'a Receipt,
    known: KnownOn<'a>,
    limits: Limits,
    /// Its record before anything was asked.
    blank: Cell,
    stop: &'a Stop,
}

impl Attempt<'_> {
    /// Asks the cell once. A red seen in a process that had served other cells is confirmed in a fresh one before it is believed: red there too, that
    /// is the record; green there, the cell is intermittent.
    fn once(&self, workers: &mut IdleWorkers) -> Option<Cell> {
        let started = Instant::now();
        let id = &self.planned.runtime;
        let reuse = workers.reuse && !self.planned.case.has_its_own_processes();
        // A process that will not live is not one that has served others: a hang costs its whole deadline, and would be confirmed by another one.
        let used = if self.ends_its_process() || !reuse { None } else { workers.take(id) };
        let served = used.as_ref().map_or(0, Worker::cells);
        let (mut ended, mut idle) = self.run(self.blank.clone(), used, reuse)?;
        let wants_confirmation = ended.outcome.is_red() || ended.outcome == Outcome::Known;
        if served > 0 && wants_confirmation {
            workers.let_go(idle.take());
            let (fresh, fresh_idle) = self.run(self.blank.clone(), None, reuse)?;
            idle = fresh_idle;
            ended = match (ended.outcome, fresh.outcome) {
                // Its entries say that it may pass.
                (Outcome::Known, Outcome::Pass | Outcome::Observed) => apart(ended, fresh),
                (Outcome::Fixed, Outcome::Fixed) => fresh,
                (_, again) if again != Outcome::Fixed && (again.is_red() || again == Outcome::Known) => fresh,
                (first, again) => {
                    let reason = format!("{first} in a process that had served {served} cells before, {again} in a fresh one");
                    Cell { outcome: Outcome::Intermittent, reason: Some(reason), ..apart(ended, fresh) }
                }
            };
        }
        workers.keep(id, idle);
        ended.wall_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        Some(ended)
    }

    /// Drives the cell in a worker, or in a new one, and judges it. Hands back the worker where it can serve another cell.
    fn run(&self, blank: Cell, worker: Option<Worker>, reuse: bool) -> Option<(Cell, Option<Worker>)> {
        match &self.planned.case.script {
            Some(source) => self.run_script(source, blank, worker, reuse),
            None => self.run_steps(blank, worker, reuse),
        }
    }

    fn run_steps(&self, blank: Cell, worker: Option<Worker>, reuse: bool) -> Option<(Cell, Option<Worker>)> {
        let case = &self.planned.case;
        let scratch = match Scratch::temporary(case) {
            Ok(scratch) => scratch,
            Err(error) => return Some((not_executed(blank, format!("cannot prepare the cell's files: {error}")), worker)),
        };
        let first = if self.writer.is_some() { Turn::Writer } else { Turn::Own };
        let worker = match worker.map_or_else(|| self.start(first, None), Ok) {
            Ok(worker) => worker,
            Err(reason) => return Some((not_executed(blank, reason), None)),
        };
        let lines = script(case, scratch.folder());
        let start = |turn, disk: Option<(&Disk, PathBuf)>| self.start(turn, disk);
        let session = Session { case, start: &start, limits: &self.limits, reuse, stop: self.stop };
        let Driven { seen, steps, files, stderr, idle } = drive(&session, &lines, &scratch, worker)?;
        let settled = settle(judge(case, &self.receipt.capabilities, &seen), &self.known(), &ScriptLines::default(), self.known.today);
        let worker_stderr = (seen.end != SessionEnd::Completed).then_some(stderr);
        Some((Cell { steps, files, worker_stderr, ..settled_cell(blank, settled) }, idle))
    }

    fn run_script(&self, source: &ScriptSource, blank: Cell, worker: Option<Worker>, reuse: bool) -> Option<(Cell, Option<Worker>)> {
        let script = match source.compiled() {
            Ok(script) => script,
            Err(error) => return Some((not_executed(blank, format!("the script cannot be read: {error}")), worker)),
        };
        let Receipt { capabilities, switchable, .. } = self.receipt;
        let asked = ask(script, source.features.as_ref(), Claims { capabilities, switchable });
        let (seen, busy_ns, stderr, idle) = if asked.directives.iter().any(|ask| matches!(ask, Ask::Requests(_))) {
            let worker = match worker.map_or_else(|| self.start(Turn::Own, None), Ok) {
                Ok(worker) => worker,
                Err(reason) => return Some((not_executed(blank, reason), None)),
            };
            let mut replies = vec![None; asked.requests.len()];
            let mut busy_ns = 0_u64;
            let Ended { end, stderr, idle } =
                converse(asked.requests.iter(), worker, &self.limits, reuse, self.stop, |place, response| {
                    busy_ns = busy_ns.saturating_add(response.busy_ns);
                    replies[place] = Some(response.reply);
                })?;
            let deadline = self.limits.deadline.as_secs_f64();
            (ScriptSeen { replies, end, deadline }, busy_ns, stderr, idle)
        } else {
            (ScriptSeen { replies: Vec::new(), end: SessionEnd::Completed, deadline: 0.0 }, 0, String::new(), worker)
        };
        let JudgedScript { verdict, mut record, lines } = judge_script(&source.part, script, &asked, capabilities, &seen);
        let settled = settle(verdict, &self.known(), &lines, self.known.today);
        let is_known_assertion = |place: &&usize| {
            settled.reds.get(**place).and_then(|red| red.directive.as_ref()).is_some_and(|directive| directive.is_assertion)
        };
        record.known = settled.known.iter().filter(is_known_assertion).count() as u64;
        record.failed = record.failed.saturating_sub(record.known);
        record.busy_ns = busy_ns;
        let worker_stderr = (seen.end != SessionEnd::Completed).then_some(stderr);
        Some((Cell { script: Some(record), worker_stderr, ..settled_cell(blank, settled) }, idle))
    }

    fn start(&self, turn: Turn, disk: Option<(&Disk, PathBuf)>) -> Result<Worker, String> {
        let command = match turn {
            Turn::Writer => &self.writer.unwrap_or(self.prepared).command,
            Turn::Own => &self.prepared.command,
        };
        let on_disk = disk.map(|(disk, path)| wrapped(command, disk, &path)).transpose()?;
        let command = on_disk.as_ref().unwrap_or(command);
        Worker::start(command).map_err(|error| format!("cannot start {}: {error}", command.program.display()))
    }

    /// Whether the cell is known to take its process with it, and not for anything else besides.
    fn ends_its_process(&self) -> bool {
        let ends = ["crashed", "hung", "overlimit"];
        let ends_it = |entry: &&KnownEntry| !entry.kinds.may_pass && entry.kinds.red.iter().all(|kind| ends.contains(&kind.as_str()));
        self.known().iter().any(ends_it)
    }

    fn known(&self) -> Vec<&KnownEntry> {
        let case = &self.planned.case;
        self.known.about(&self.planned.runtime, &self.receipt.version, std::env::consts::OS, &case.suite, &case.name)
    }
}

fn not_executed(blank: Cell, reason: String) -> Cell {
    Cell { reason: Some(reason), ..blank }
}

fn settled_cell(blank: Cell, settled: Settled) -> Cell {
    let Settled { outcome, reason, issue, reds, .. } = settled;
    Cell { outcome, reason, issue, reds, ..blank }
}
