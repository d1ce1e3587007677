//! Sends a script to a worker and takes down what comes back.

use std::time::Duration;

use wasmatrix_adapter::Reply;
use wasmatrix_reports::{Observation, StepRecord};

use super::{Line, Scratch};
use crate::{
    judge::{Seen, SessionEnd},
    suite::Case,
    worker::{Exchange, Stop, Worker},
};

/// What came of driving a cell.
#[derive(Debug)]
pub struct Driven {
    /// For the judge.
    pub seen: Seen,
    /// For the record.
    pub steps: Vec<StepRecord>,
    /// The end of what the worker wrote to its standard error.
    pub stderr: String,
}

/// Drives a cell. `None`: it was stopped, and nothing is known about it.
///
/// After an operation that opens what a step needs has failed, the step itself is not sent; later steps are, since what
/// a runtime does after a failure is a question too.
pub fn drive(case: &Case, script: &[Line], scratch: &Scratch, mut worker: Worker, deadline: Duration, stop: &Stop) -> Option<Driven> {
    let mut observed: Vec<Observation> = vec![Observation::Unanswered; case.steps.len()];
    let mut busy_ns = vec![0_u64; case.steps.len()];
    let mut end = None;
    for line in script {
        if matches!(observed[line.step], Observation::NotOpened { .. }) {
            continue;
        }
        match worker.exchange(&line.request, deadline, stop) {
            Exchange::Answered(response) => {
                busy_ns[line.step] = busy_ns[line.step].saturating_add(response.busy_ns);
                match (&line.opening, response.reply) {
                    (None, reply) => observed[line.step] = Observation::Answered(reply),
                    (Some(_), Reply::Ok(_)) => {}
                    (Some(opening), reply) => observed[line.step] = Observation::NotOpened { opening: opening.clone(), reply },
                }
            }
            Exchange::Ended(how) => {
                end = Some(how);
                break;
            }
            Exchange::Stopped => return None,
        }
    }
    let end = match end {
        Some(end) => end,
        None => worker.finish(deadline, stop)?,
    };
    let stderr = worker.stderr();
    drop(worker);
    let steps = case
        .steps
        .iter()
        .zip(&observed)
        .zip(busy_ns)
        .map(|((step, observed), busy_ns)| StepRecord { does: step.to_string(), observed: observed.clone(), busy_ns })
        .collect();
    let files = if end == SessionEnd::Completed { scratch.left(case) } else { std::collections::BTreeMap::new() };
    Some(Driven { seen: Seen { steps: observed, end, files }, steps, stderr })
}
