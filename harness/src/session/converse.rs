//! Requests to a worker, their answers, and how it ended.

use wasmatrix_adapter::{Answer, FailureKind, Op, Reply, Response};

use crate::{
    judge::{SessionEnd, was_interrupted},
    worker::{Exchange, Limits, Stop, Worker},
};

/// How a conversation ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) end: SessionEnd,
    /// The end of what the worker wrote to its standard error, where it is of interest.
    pub(crate) stderr: String,
    /// The worker, where it is ready for another cell.
    pub(crate) idle: Option<Worker>,
}

/// Sends requests, which are numbered from 1, and hands over each answer with its request's place. `None`: it was stopped, and nothing is
/// known. With `reuse`, the worker is made ready for another cell where it can be; otherwise it is told to go, and how it goes belongs to
/// the cell.
///
/// Everything is sent before the first answer is awaited, so that the worker never waits for us: answers come in order, and the first
/// request without one is where it died. Only after an interruption at the deadline nothing more is heard.
pub(crate) fn converse<'o>(
    requests: impl ExactSizeIterator<Item = &'o Op>,
    mut worker: Worker,
    limits: &Limits,
    reuse: bool,
    stop: &Stop,
    mut answered: impl FnMut(usize, Response),
) -> Option<Ended> {
    let count = requests.len() as u64;
    for (id, op) in (1..).zip(requests) {
        worker.send(id, op, limits);
    }
    if reuse {
        worker.send(count + 1, &Op::Reset {}, limits);
    }
    for id in 1..=count {
        match worker.answer(id, limits, stop) {
            Exchange::Answered(response) => {
                // The guest stands where nobody asked it to stand, so nothing more can be learned from it. The worker may have gone on
                // with what was sent after, and is killed.
                let interrupted = was_interrupted(&response.reply);
                answered(usize::try_from(id - 1).unwrap_or(usize::MAX), *response);
                if interrupted {
                    return Some(Ended { end: SessionEnd::Completed, stderr: String::new(), idle: None });
                }
            }
            Exchange::Ended(end) => return Some(ended(end, worker)),
            Exchange::Stopped => return None,
        }
    }
    if reuse {
        match worker.answer(count + 1, limits, stop) {
            Exchange::Answered(response) => match response.reply {
                Reply::Ok(Answer::Done) => {
                    worker.served(count + 1);
                    return Some(Ended { end: SessionEnd::Completed, stderr: String::new(), idle: Some(worker) });
                }
                // It serves one cell only.
                Reply::Failed(failure) if matches!(failure.kind, FailureKind::Unsupported(_)) => {}
                other => return Some(ended(SessionEnd::Broken(format!("told to reset, it answered {other:?}")), worker)),
            },
            Exchange::Ended(end) => return Some(ended(end, worker)),
            Exchange::Stopped => return None,
        }
    }
    let end = worker.finish(limits, stop)?;
    Some(ended(end, worker))
}

fn ended(end: SessionEnd, mut worker: Worker) -> Ended {
    let stderr = if end == SessionEnd::Completed { String::new() } else { worker.stderr() };
    Ended { end, stderr, idle: None }
}
