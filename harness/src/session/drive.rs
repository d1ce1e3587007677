//! Sends a script to a worker and takes down what comes back.

use wasmatrix_adapter::{Answer, FailureKind, Op, Reply, Request};
use wasmatrix_reports::{Observation, StepRecord};

use super::{Line, Scratch};
use crate::{
    judge::{Seen, SessionEnd, was_interrupted},
    suite::Case,
    worker::{Exchange, Limits, Stop, Worker},
};

/// What came of driving a cell.
#[derive(Debug)]
pub struct Driven {
    /// For the judge.
    pub seen: Seen,
    /// For the record.
    pub steps: Vec<StepRecord>,
    /// The end of what the worker wrote to its standard error, where it is of interest.
    pub stderr: String,
    /// The worker, where it is ready for another cell.
    pub idle: Option<Worker>,
}

/// Drives a cell. `None`: it was stopped, and nothing is known about it. With `reuse`, the worker is made ready for another cell where it
/// can be; otherwise it is told to go, and how it goes belongs to the cell.
///
/// Everything is sent before the first answer is awaited, so that the worker never waits for us: answers come in order, and the first
/// request without one is where it died. What a step did whose opening had failed is ignored, since it was done to nothing; later steps count,
/// because what a runtime does after a failure is a question too. Only after an interruption at the deadline nothing counts any more.
pub fn drive(
    case: &Case,
    script: &[Line],
    scratch: &Scratch,
    mut worker: Worker,
    limits: &Limits,
    reuse: bool,
    stop: &Stop,
) -> Option<Driven> {
    let mut observed: Vec<Observation> = vec![Observation::Unanswered; case.steps.len()];
    let mut busy_ns = vec![0_u64; case.steps.len()];
    let mut end = None;
    let mut was_stopped_inside = false;
    for line in script {
        worker.send(&line.request, limits);
    }
    let reset = Request { id: script.len() as u64 + 1, deadline_ms: None, op: Op::Reset {} };
    if reuse {
        worker.send(&reset, limits);
    }
    for line in script {
        match worker.answer(line.request.id, limits, stop) {
            Exchange::Answered(_) if matches!(observed[line.step], Observation::NotOpened { .. }) => {}
            Exchange::Answered(response) => {
                busy_ns[line.step] = busy_ns[line.step].saturating_add(response.busy_ns);
                let interrupted = was_interrupted(&response.reply);
                match (&line.opening, response.reply) {
                    (None, reply) => observed[line.step] = Observation::Answered(reply),
                    (Some(_), Reply::Ok(_)) => {}
                    (Some(opening), reply) => observed[line.step] = Observation::NotOpened { opening: opening.clone(), reply },
                }
                // The guest stands where nobody asked it to stand, so nothing more can be learned from it.
                if interrupted {
                    was_stopped_inside = true;
                    break;
                }
            }
            Exchange::Ended(how) => {
                end = Some(how);
                break;
            }
            Exchange::Stopped => return None,
        }
    }
    let mut ready = false;
    if end.is_none() && reuse && !was_stopped_inside {
        match worker.answer(reset.id, limits, stop) {
            Exchange::Answered(response) => match response.reply {
                Reply::Ok(Answer::Done) => ready = true,
                Reply::Failed(failure) if matches!(failure.kind, FailureKind::Unsupported(_)) => {}
                other => end = Some(SessionEnd::Broken(format!("told to reset, it answered {other:?}"))),
            },
            Exchange::Ended(how) => end = Some(how),
            Exchange::Stopped => return None,
        }
    }
    let end = match end {
        Some(end) => end,
        // It may have gone on with what was sent after; it is killed with the worker.
        None if ready || was_stopped_inside => SessionEnd::Completed,
        None => worker.finish(limits, stop)?,
    };
    let stderr = if end == SessionEnd::Completed { String::new() } else { worker.stderr() };
    let idle = ready.then(|| {
        worker.served(script.len() as u64 + 1);
        worker
    });
    let steps = case
        .steps
        .iter()
        .zip(&observed)
        .zip(busy_ns)
        .map(|((step, observed), busy_ns)| StepRecord { does: step.to_string(), observed: observed.clone(), busy_ns })
        .collect();
    let files = if end == SessionEnd::Completed { scratch.left(case) } else { std::collections::BTreeMap::new() };
    Some(Driven { seen: Seen { steps: observed, deadline: limits.deadline, end, files }, steps, stderr, idle })
}
