//! Branches side by side: the answers of threads taken apart, and processes that are told the same at the same time.

use wasmatrix_adapter::{Answer, Op, Reply, Response};
use wasmatrix_reports::Observation;

use super::{
    Line,
    converse::{Conversation, Ended, Heard},
    drive::{Session, Turn},
    notes::Notes,
};
use crate::judge::SessionEnd;

/// What the replies of threads say of each branch's steps; `None`: they are not what was asked for.
pub(super) fn of_threads(lines: &[Line], steps: usize, times: usize, reply: &Reply) -> Option<Observation> {
    let Reply::Ok(Answer::Parallel(threads)) = reply else { return None };
    let fits = threads.len() == times && threads.iter().all(|replies| replies.len() == lines.len());
    fits.then(|| Observation::Parallel(threads.iter().map(|replies| branch(lines, steps, replies)).collect()))
}

fn branch(lines: &[Line], steps: usize, replies: &[Reply]) -> Vec<Observation> {
    let mut notes = Notes::of(steps);
    for (line, reply) in lines.iter().zip(replies) {
        notes.note(line, Response { id: 0, busy_ns: 0, reply: reply.clone() });
    }
    notes.observed
}

/// What came of processes, and how the first of them ended that did not end well, or any of them. `None`: it was stopped.
pub(super) fn in_processes(session: &Session<'_>, turn: Turn, lines: &[Line], steps: usize, times: usize) -> Option<(Observation, Ended)> {
    let ops: Vec<Op> = lines.iter().filter_map(Line::asks).cloned().collect();
    let mut started: Vec<Conversation> = Vec::new();
    for _ in 0..times {
        match (session.start)(turn, None) {
            Ok(worker) => started.push(Conversation::with(worker)),
            Err(reason) => return Some((Observation::Unanswered, ended(SessionEnd::Broken(reason)))),
        }
    }
    // All are told before any is heard.
    for conversation in &mut started {
        conversation.tell(ops.iter(), session.limits);
    }
    let mut first = ended(SessionEnd::Completed);
    let mut branches = Vec::new();
    for mut conversation in started {
        let mut notes = Notes::of(steps);
        let heard = conversation.hear(session.limits, session.stop, &mut |place, response| {
            if let Some(line) = lines.get(place) {
                notes.note(line, response);
            }
        });
        let ended = match heard {
            Heard::Stopped => return None,
            Heard::Ended(end) => conversation.ended(end),
            Heard::Interrupted => conversation.ended(SessionEnd::Completed),
            Heard::All => conversation.finish(session.limits, session.stop)?,
        };
        if first.end == SessionEnd::Completed {
            first = ended;
        }
        branches.push(notes.observed);
    }
    Some((Observation::Parallel(branches), first))
}

fn ended(end: SessionEnd) -> Ended {
    Ended { end, stderr: String::new(), idle: None }
}
