//! Requests to a worker, their answers, and how it ended.

use wasmatrix_adapter::{Answer, CommandEnd, FailureKind, Op, Reply, Response};

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

/// What was heard of what a worker was told.
#[derive(Debug)]
pub(super) enum Heard {
    /// An answer to everything.
    All,
    /// The runtime interrupted a guest at the deadline. The guest stands where nobody asked it to stand, so nothing more can be learned.
    Interrupted,
    /// It ended before it had answered everything.
    Ended(SessionEnd),
    /// The run is to stop.
    Stopped,
}

/// A worker that is being talked to. Requests are numbered from 1.
///
/// Everything that can be sent is sent before the first answer is awaited, so that the worker never waits for us: answers come in order, and the
/// first request without one is where it died.
#[derive(Debug)]
pub(super) struct Conversation {
    worker: Worker,
    told: u64,
    heard: u64,
}

impl Conversation {
    pub(super) fn with(worker: Worker) -> Self {
        Self { worker, told: 0, heard: 0 }
    }

    /// Sends requests.
    pub(super) fn tell<'o>(&mut self, requests: impl Iterator<Item = &'o Op>, limits: &Limits) {
        for op in requests {
            self.told += 1;
            self.worker.send(self.told, op, limits);
        }
    }

    /// Hears what is not heard yet, and hands over each answer with its place among those.
    pub(super) fn hear(&mut self, limits: &Limits, stop: &Stop, answered: &mut dyn FnMut(usize, Response)) -> Heard {
        self.hear_until(self.told, limits, stop, answered)
    }

    fn hear_until(&mut self, last: u64, limits: &Limits, stop: &Stop, answered: &mut dyn FnMut(usize, Response)) -> Heard {
        for place in 0.. {
            if self.heard == last {
                break;
            }
            self.heard += 1;
            match self.worker.answer(self.heard, limits, stop) {
                Exchange::Answered(response) => {
                    // The worker may have gone on with what was sent after.
                    let interrupted = was_interrupted(&response.reply);
                    answered(place, Response { reply: bounded(response.reply), ..*response });
                    if interrupted {
                        return Heard::Interrupted;
                    }
                }
                Exchange::Ended(end) => return Heard::Ended(end),
                Exchange::Stopped => return Heard::Stopped,
            }
        }
        Heard::All
    }

    /// The worker is told to go, and how it goes belongs to the cell. `None`: the run is to stop.
    pub(super) fn finish(mut self, limits: &Limits, stop: &Stop) -> Option<Ended> {
        let end = self.worker.finish(limits, stop)?;
        Some(self.ended(end))
    }

    /// It ended in this way, or is of no use any more and is killed.
    pub(super) fn ended(mut self, end: SessionEnd) -> Ended {
        let stderr = if end == SessionEnd::Completed { String::new() } else { self.worker.stderr() };
        Ended { end, stderr, idle: None }
    }
}

/// Sends requests and hands over each answer with its request's place. `None`: it was stopped, and nothing is known. With `reuse`, the worker is
/// made ready for another cell where it can be; otherwise it is told to go.
pub(crate) fn converse<'o>(
    requests: impl Iterator<Item = &'o Op>,
    worker: Worker,
    limits: &Limits,
    reuse: bool,
    stop: &Stop,
    mut answered: impl FnMut(usize, Response),
) -> Option<Ended> {
    let mut conversation = Conversation::with(worker);
    conversation.tell(requests, limits);
    let asked = conversation.told;
    if reuse {
        conversation.tell([&Op::Reset {}].into_iter(), limits);
    }
    match conversation.hear_until(asked, limits, stop, &mut answered) {
        Heard::All => {}
        Heard::Interrupted => return Some(conversation.ended(SessionEnd::Completed)),
        Heard::Ended(end) => return Some(conversation.ended(end)),
        Heard::Stopped => return None,
    }
    if !reuse {
        return conversation.finish(limits, stop);
    }
    let mut reset = None;
    match conversation.hear(limits, stop, &mut |_, response| reset = Some(response.reply)) {
        Heard::All => {}
        Heard::Interrupted => return Some(conversation.ended(SessionEnd::Broken("told to reset, it was interrupted".to_owned()))),
        Heard::Ended(end) => return Some(conversation.ended(end)),
        Heard::Stopped => return None,
    }
    match reset {
        Some(Reply::Ok(Answer::Done)) => {
            let Conversation { mut worker, told, .. } = conversation;
            worker.served(told);
            Some(Ended { end: SessionEnd::Completed, stderr: String::new(), idle: Some(worker) })
        }
        // It serves one cell only.
        Some(Reply::Failed(failure)) if matches!(failure.kind, FailureKind::Unsupported(_)) => conversation.finish(limits, stop),
        other => Some(conversation.ended(SessionEnd::Broken(format!("told to reset, it answered {other:?}")))),
    }
}

/// What a worker may tell of where its guest was is bounded; one that tells more breaks its contract, and must not fill the records.
fn bounded(mut reply: Reply) -> Reply {
    match &mut reply {
        Reply::Failed(failure) | Reply::Ok(Answer::Command(CommandEnd { failure: Some(failure), .. })) => {
            failure.backtrace = std::mem::take(&mut failure.backtrace).bounded();
        }
        Reply::Ok(Answer::Parallel(threads)) => {
            for one in threads.iter_mut().flatten() {
                *one = bounded(std::mem::replace(one, Reply::Ok(Answer::Done)));
            }
        }
        Reply::Ok(_) => {}
    }
    reply
}
