//! One cell, from its plan to its record.

use std::time::{Duration, Instant};

use wasmatrix_adapter::Capability;
use wasmatrix_reports::{Availability, Cell, Outcome};

use crate::{
    judge::{SessionEnd, judge, settle},
    plan::PlannedCell,
    prepare::Prepared,
    runtime::Known,
    session::{Driven, Scratch, drive, script},
    worker::{Stop, Worker},
};

/// Runs a cell. `None`: the run is to stop, and nothing is known about the cell.
pub fn run_cell(planned: &PlannedCell, prepared: &Prepared, known: &Known, timeout: Duration, stop: &Stop) -> Option<Cell> {
    let started = Instant::now();
    let case = &planned.case;
    let mut cell = Cell {
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
    };
    let receipt = match &prepared.availability {
        Availability::Available(receipt) => receipt,
        Availability::Unavailable(reason) => {
            cell.reason = Some(reason.clone());
            return Some(cell);
        }
    };
    cell.version.clone_from(&receipt.version);
    let missing: Vec<String> = case.needs.difference(&receipt.capabilities).map(Capability::to_string).collect();
    if !missing.is_empty() {
        cell.outcome = Outcome::Unsupported;
        cell.reason = Some(format!("needs {}", missing.join(", ")));
        return Some(cell);
    }
    let scratch = match Scratch::temporary(case) {
        Ok(scratch) => scratch,
        Err(error) => {
            cell.reason = Some(format!("cannot prepare the cell's files: {error}"));
            return Some(cell);
        }
    };
    let worker = match Worker::start(&prepared.command, &scratch.worker()) {
        Ok(worker) => worker,
        Err(error) => {
            cell.reason = Some(format!("cannot start {}: {error}", prepared.command.program.display()));
            return Some(cell);
        }
    };
    let Driven { seen, steps, stderr } = drive(case, &script(case, scratch.folder()), &scratch, worker, timeout, stop)?;
    let known = known.about(&planned.runtime, &receipt.version, &case.suite, &case.name);
    let settled = settle(judge(case, &receipt.capabilities, &seen), &known);
    cell.outcome = settled.outcome;
    cell.reason = settled.reason;
    cell.issue = settled.issue;
    cell.reds = settled.reds;
    cell.steps = steps;
    cell.worker_stderr = (seen.end != SessionEnd::Completed).then_some(stderr);
    cell.wall_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    Some(cell)
}
