//! Sends a case to a worker and takes down what comes back.

use std::collections::BTreeMap;

use wasmatrix_adapter::Reply;
use wasmatrix_reports::{FilesLeft, Observation, StepRecord};

use super::{
    Line, Scratch,
    converse::{Ended, converse},
};
use crate::{
    command_form,
    judge::{Seen, SessionEnd},
    suite::{Case, Form},
    worker::{Limits, Stop, Worker},
};

/// What came of driving a cell.
#[derive(Debug)]
pub struct Driven {
    /// For the judge.
    pub seen: Seen,
    /// For the record.
    pub steps: Vec<StepRecord>,
    /// What stood in the preopens afterwards; `None` where there are none, or the session broke off.
    pub files: Option<FilesLeft>,
    /// The end of what the worker wrote to its standard error, where it is of interest.
    pub stderr: String,
    /// The worker, where it is ready for another cell.
    pub idle: Option<Worker>,
}

/// Drives a cell. `None`: it was stopped, and nothing is known about it. With `reuse`, the worker is made ready for another cell where it
/// can be; otherwise it is told to go, and how it goes belongs to the cell.
///
/// What a step did whose opening had failed is ignored, since it was done to nothing; later steps count, because what a runtime does after a
/// failure is a question too.
pub fn drive(case: &Case, script: &[Line], scratch: &Scratch, worker: Worker, limits: &Limits, reuse: bool, stop: &Stop) -> Option<Driven> {
    let mut observed: Vec<Observation> = vec![Observation::Unanswered; case.steps.len()];
    let mut busy_ns = vec![0_u64; case.steps.len()];
    let requests = script.iter().map(|line| &line.op);
    let Ended { end, stderr, idle } = converse(requests, worker, limits, reuse, stop, |place, response| {
        let line = &script[place];
        if matches!(observed[line.step], Observation::NotOpened { .. }) {
            return;
        }
        busy_ns[line.step] = busy_ns[line.step].saturating_add(response.busy_ns);
        match (&line.opening, response.reply) {
            (None, reply) => observed[line.step] = Observation::Answered(reply),
            (Some(_), Reply::Ok(_)) => {}
            (Some(opening), reply) => observed[line.step] = Observation::NotOpened { opening: opening.clone(), reply },
        }
    })?;
    if let (Form::Command, Some(Observation::Answered(reply))) = (case.form, observed.first()) {
        observed = command_form::observed(case, reply.clone());
    }
    let steps = case
        .steps
        .iter()
        .zip(&observed)
        .zip(busy_ns)
        .map(|((step, observed), busy_ns)| StepRecord { does: step.to_string(), observed: observed.clone(), busy_ns })
        .collect();
    let is_complete = end == SessionEnd::Completed;
    let files = if is_complete { scratch.left(case) } else { BTreeMap::new() };
    let left = (is_complete && !case.world.preopens.is_empty()).then(|| scratch.everything_left(case));
    Some(Driven { seen: Seen { steps: observed, deadline: limits.deadline, end, files }, steps, files: left, stderr, idle })
}
