//! Does a cell's script with workers, and takes down what comes back.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use wasmatrix_adapter::{Answer, Failure, Op, Reply, Response};
use wasmatrix_reports::{CacheSeen, CanarySeen, FilesLeft, Observation, StepRecord};

use super::{
    Does, Line, Scratch,
    acts::perform,
    branches::{in_processes, of_threads},
    converse::{Conversation, Ended, Heard, converse},
    notes::{FilesThere, Notes, counted},
    script::kept_path,
};
use crate::{
    command_form,
    judge::{Seen, SessionEnd},
    suite::{Act, Case, Disk, Form, Lifecycle, Restart, StepOp, Within},
    worker::{Limits, Stop, Worker},
};

/// What came of driving a cell.
#[derive(Debug)]
pub(crate) struct Driven {
    /// For the judge.
    pub(crate) seen: Seen,
    /// For the record.
    pub(crate) steps: Vec<StepRecord>,
    /// What stood in the preopens afterwards; `None` where there are none, or the session broke off.
    pub(crate) files: Option<FilesLeft>,
    /// The end of what the worker wrote to its standard error, where it is of interest.
    pub(crate) stderr: String,
    /// The worker, where it is ready for another cell.
    pub(crate) idle: Option<Worker>,
}

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// The writer's: what it leaves is for another to read.
    Writer,
    /// The cell's own runtime's.
    Own,
}

/// Starts a worker, which sees a folder as a disk where one is given; `Err` says why that cannot be.
pub(crate) type Start<'s> = dyn Fn(Turn, Option<(&Disk, PathBuf)>) -> Result<Worker, String> + 's;

/// What driving a cell needs.
pub(crate) struct Session<'s> {
    pub(crate) case: &'s Case,
    pub(crate) start: &'s Start<'s>,
    pub(crate) limits: &'s Limits,
    /// Whether the worker is made ready for another cell.
    pub(crate) reuse: bool,
    pub(crate) stop: &'s Stop,
}

/// Drives a cell. `None`: it was stopped, and nothing is known about it.
pub(crate) fn drive(session: &Session<'_>, script: &[Line], scratch: &Scratch, worker: Worker) -> Option<Driven> {
    let case = session.case;
    let mut notes = Notes::of(case.steps.len());
    let Ended { end, stderr, idle } = if case.has_its_own_processes() {
        one_after_the_other(session, script, scratch.folder(), worker, &mut notes)?
    } else {
        let ops: Vec<&Op> = script.iter().filter_map(Line::asks).collect();
        converse(ops.into_iter(), worker, session.limits, session.reuse, session.stop, |place, response| {
            if let Some(line) = script.get(place) {
                notes.note(line, response);
            }
        })?
    };
    let Notes { mut observed, busy_ns, caches, canaries, .. } = notes;
    if let (Form::Command, Some(Observation::Answered(reply))) = (case.form, observed.first()) {
        observed = command_form::observed(case, reply.clone());
    }
    let steps = steps(case, &observed, busy_ns, &caches, &canaries);
    let is_complete = end == SessionEnd::Completed;
    let files = if is_complete { scratch.left(case) } else { BTreeMap::new() };
    let left = (is_complete && !case.world.preopens.is_empty()).then(|| scratch.everything_left(case));
    let seen = Seen { steps: observed, caches, canaries, deadline: session.limits.deadline, end, files };
    Some(Driven { seen, steps, files: left, stderr, idle })
}

fn steps(
    case: &Case,
    observed: &[Observation],
    busy_ns: Vec<u64>,
    caches: &BTreeMap<usize, CacheSeen>,
    canaries: &BTreeMap<usize, Result<CanarySeen, String>>,
) -> Vec<StepRecord> {
    let seen = case.steps.iter().zip(observed).zip(busy_ns).enumerate();
    seen.map(|(place, ((step, observed), busy_ns))| StepRecord {
        does: step.to_string(),
        observed: observed.clone(),
        busy_ns,
        cache: caches.get(&place).cloned(),
        canary: canaries.get(&place).and_then(|seen| seen.as_ref().ok()).copied(),
    })
    .collect()
}

/// A script in which processes follow each other, and the harness has its own part in between.
fn one_after_the_other(session: &Session<'_>, script: &[Line], folder: &Path, worker: Worker, notes: &mut Notes) -> Option<Ended> {
    let Session { case, limits, stop, .. } = session;
    let mut turn = if case.from.is_some() { Turn::Writer } else { Turn::Own };
    let mut now = Conversation::with(worker);
    let mut rest = script;
    while let Some((line, after)) = rest.split_first() {
        if notes.passes_over(line) {
            rest = after;
            continue;
        }
        match &line.does {
            Does::Acts(Act::Restart { how, disk }) => {
                let ended = match how {
                    Restart::Told | Restart::Reader => now.finish(limits, stop)?,
                    // Dropped, it is killed.
                    Restart::Killed => now.ended(SessionEnd::Completed),
                };
                if ended.end != SessionEnd::Completed {
                    return Some(ended);
                }
                if *how == Restart::Reader {
                    turn = Turn::Own;
                }
                let disk = disk.as_ref().map(|disk| (disk, kept_path(folder, &disk.path)));
                match (session.start)(turn, disk) {
                    Ok(worker) => now = Conversation::with(worker),
                    Err(reason) => {
                        notes.see(line.step, Observation::Answered(Reply::Failed(Failure::unsupported(reason))));
                        return Some(Ended { end: SessionEnd::Completed, stderr: String::new(), idle: None });
                    }
                }
                notes.see(line.step, done());
                rest = after;
            }
            Does::Acts(act) => {
                let acted = perform(act, folder);
                let failed = acted.is_err();
                notes.see(line.step, acted.map_or_else(|failure| Observation::Answered(Reply::Failed(failure)), |()| done()));
                if failed {
                    return now.finish(limits, stop);
                }
                rest = after;
            }
            Does::Branches { lines, times, within: Within::Processes } => {
                let (seen, ended) = in_processes(session, turn, lines, branch_steps(case, line.step), *times)?;
                notes.see(line.step, seen);
                if ended.end != SessionEnd::Completed {
                    return Some(ended);
                }
                rest = after;
            }
            Does::Watches { dir, .. } => {
                match watch(session, line, dir.as_deref(), &mut now, notes) {
                    Heard::All => {}
                    heard => return after_that(heard, now),
                }
                rest = after;
            }
            Does::Asks(_) | Does::Looks { .. } | Does::Branches { within: Within::Threads, .. } => {
                let together = rest.len() - after_those_asked_together(case, rest, notes).len();
                let (batch, later) = rest.split_at(together);
                match ask(session, batch, &mut now, notes) {
                    Heard::All => {}
                    heard => return after_that(heard, now),
                }
                rest = later;
            }
        }
    }
    now.finish(limits, stop)
}

fn done() -> Observation {
    Observation::Answered(Reply::Ok(Answer::Done))
}

fn after_that(heard: Heard, now: Conversation) -> Option<Ended> {
    match heard {
        Heard::Stopped => None,
        Heard::Ended(end) => Some(now.ended(end)),
        Heard::All | Heard::Interrupted => Some(now.ended(SessionEnd::Completed)),
    }
}

fn branch_steps(case: &Case, step: usize) -> usize {
    match case.steps.get(step).map(|step| &step.op) {
        Some(StepOp::Lifecycle(Lifecycle::Parallel { steps, .. })) => steps.len(),
        _ => 0,
    }
}

/// What is left after the first lines that can be asked without waiting: until the harness has something to do or to look at, until a step has
/// been asked that may be refused, and until one that needs what was refused.
fn after_those_asked_together<'l>(case: &Case, lines: &'l [Line], notes: &mut Notes) -> &'l [Line] {
    let mut rest = lines;
    while let Some((line, after)) = rest.split_first() {
        if !matches!(line.does, Does::Asks(_) | Does::Looks { .. } | Does::Branches { within: Within::Threads, .. })
            || notes.passes_over(line)
        {
            break;
        }
        rest = after;
        // Its opening may be what is refused.
        let may_be_refused = case.steps.get(line.step).is_some_and(|step| step.expectation.or_refused);
        if may_be_refused {
            break;
        }
    }
    rest
}

fn ask(session: &Session<'_>, batch: &[Line], now: &mut Conversation, notes: &mut Notes) -> Heard {
    let ops: Vec<Vec<Op>> = batch.iter().map(Line::sends).collect();
    now.tell(ops.iter().flatten(), session.limits);
    let heard = now.hear(session.limits, session.stop, &mut |place, response| {
        let Some(line) = batch.get(place) else { return };
        match &line.does {
            Does::Branches { lines, times, .. } => {
                let steps = branch_steps(session.case, line.step);
                let seen = of_threads(lines, steps, *times, &response.reply).unwrap_or(Observation::Answered(response.reply));
                notes.see(line.step, seen);
            }
            _ => notes.note(line, response),
        }
    });
    if let (Some(line), Some(ops)) = (batch.last(), ops.last())
        && session.case.steps.get(line.step).is_some_and(|step| step.expectation.or_refused)
    {
        notes.settle(line.step, ops);
    }
    heard
}

/// A compilation between two looks at its cache.
fn watch(session: &Session<'_>, line: &Line, dir: Option<&Path>, now: &mut Conversation, notes: &mut Notes) -> Heard {
    let before = dir.map(FilesThere::below);
    let ops = line.sends();
    now.tell(ops.iter(), session.limits);
    let mut replies: Vec<Option<Response>> = Vec::new();
    let heard = now.hear(session.limits, session.stop, &mut |_, response| replies.push(Some(response)));
    let mut said = |place: usize| replies.get_mut(place).and_then(Option::take);
    let (counted_before, compiled, counted_after) = (said(0), said(1), said(2));
    let after = dir.map(FilesThere::below);
    let counted = counted(counted_before.as_ref().map(|it| &it.reply), counted_after.as_ref().map(|it| &it.reply));
    let directory = before.zip(after).map(|(before, after)| before.until(&after));
    notes.caches.insert(line.step, CacheSeen { counted, directory });
    if let Some(compiled) = compiled {
        notes.note(line, compiled);
    }
    if session.case.steps.get(line.step).is_some_and(|step| step.expectation.or_refused) {
        notes.settle(line.step, &ops);
    }
    heard
}
