//! One cell, from its plan to its record.

use std::{collections::HashMap, time::Instant};

use wasmatrix_adapter::Capability;
use wasmatrix_reports::{Availability, Cell, Outcome, Receipt};

use crate::{
    id::RuntimeId,
    judge::{SessionEnd, judge, settle},
    plan::PlannedCell,
    prepare::Prepared,
    runtime::Known,
    session::{Driven, Scratch, drive, script},
    worker::{Limits, Stop, Worker},
};

/// Workers that have served a cell and can serve another; one for each runtime is enough for one thread.
#[derive(Debug)]
pub struct IdleWorkers {
    idle: HashMap<RuntimeId, Worker>,
    reuse: bool,
}

impl IdleWorkers {
    /// With `reuse`, a worker serves many cells; without, each cell has a process of its own.
    pub fn new(reuse: bool) -> Self {
        Self { idle: HashMap::new(), reuse }
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
    known: &Known,
    limits: &Limits,
    workers: &mut IdleWorkers,
    stop: &Stop,
) -> Option<Cell> {
    let started = Instant::now();
    let mut cell = blank(planned);
    let receipt = match &prepared.availability {
        Availability::Available(receipt) => receipt,
        Availability::Unavailable(reason) => return Some(Cell { reason: Some(reason.clone()), ..cell }),
    };
    cell.version.clone_from(&receipt.version);
    let missing: Vec<String> = planned.case.needs.difference(&receipt.capabilities).map(Capability::to_string).collect();
    if !missing.is_empty() {
        return Some(Cell { outcome: Outcome::Unsupported, reason: Some(format!("needs {}", missing.join(", "))), ..cell });
    }
    let attempt = Attempt { planned, prepared, receipt, known, limits, reuse: workers.reuse, stop };
    let used = workers.take(&planned.runtime);
    let served = used.as_ref().map_or(0, Worker::cells);
    let (mut ended, mut idle) = attempt.run(cell.clone(), used)?;
    let wants_confirmation = ended.outcome.is_red() || ended.outcome == Outcome::Known;
    if served > 0 && wants_confirmation {
        drop(idle.take());
        let (fresh, fresh_idle) = attempt.run(cell, None)?;
        idle = fresh_idle;
        ended = if fresh.outcome.is_red() || fresh.outcome == Outcome::Known {
            fresh
        } else {
            let reason = format!("{} in a process that had served {served} cells before, {} in a fresh one", ended.outcome, fresh.outcome);
            Cell { outcome: Outcome::Intermittent, reason: Some(reason), ..ended }
        };
    }
    workers.keep(&planned.runtime, idle);
    ended.wall_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    Some(ended)
}

fn blank(planned: &PlannedCell) -> Cell {
    let case = &planned.case;
    Cell {
        runtime: planned.runtime.to_string(),
        version: String::new(),
        suite: case.suite.clone(),
        case: case.name.clone(),
        level: case.level,
        outcome: Outcome::Unavailable,
        why: case.why.clone(),
        reason: None,
        issue: None,
        wall_us: 0,
        steps: Vec::new(),
        reds: Vec::new(),
        worker_stderr: None,
    }
}

/// Everything that an attempt at a cell needs but the process.
struct Attempt<'a> {
    planned: &'a PlannedCell,
    prepared: &'a Prepared,
    receipt: &'a Receipt,
    known: &'a Known,
    limits: &'a Limits,
    reuse: bool,
    stop: &'a Stop,
}

impl Attempt<'_> {
    /// Drives the cell in a worker, or in a new one, and judges it. Hands back the worker where it can serve another cell.
    fn run(&self, blank: Cell, worker: Option<Worker>) -> Option<(Cell, Option<Worker>)> {
        let case = &self.planned.case;
        let not_executed = |reason: String| Some((Cell { reason: Some(reason), ..blank.clone() }, None));
        let scratch = match Scratch::temporary(case) {
            Ok(scratch) => scratch,
            Err(error) => return not_executed(format!("cannot prepare the cell's files: {error}")),
        };
        let worker = match worker.map_or_else(|| Worker::start(&self.prepared.command), Ok) {
            Ok(worker) => worker,
            Err(error) => return not_executed(format!("cannot start {}: {error}", self.prepared.command.program.display())),
        };
        let lines = script(case, scratch.folder());
        let Driven { seen, steps, stderr, idle } = drive(case, &lines, &scratch, worker, self.limits, self.reuse, self.stop)?;
        let known = self.known.about(&self.planned.runtime, &self.receipt.version, &case.suite, &case.name);
        let settled = settle(judge(case, &self.receipt.capabilities, &seen), &known);
        let cell = Cell {
            outcome: settled.outcome,
            reason: settled.reason,
            issue: settled.issue,
            reds: settled.reds,
            steps,
            worker_stderr: (seen.end != SessionEnd::Completed).then_some(stderr),
            ..blank
        };
        Some((cell, idle))
    }
}
