//! A session's observation held against the case's expectations.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use wasmatrix_adapter::{Answer, Backtrace, Capability, Failure, FailureKind, GuestBytes, Reply, TrapCode};
use wasmatrix_reports::{CacheSeen, CacheUse, CanarySeen, Level, Observation, Red, is_clean_refusal};

use super::{
    expected,
    patterns::{Returned, all_match, bytes_match},
    response::judge_response,
};
use crate::suite::{BytesPattern, Case, FileExpectation, LeftFile, Lifecycle, Step, StepOp, Way};

/// Everything that was seen of a cell. Facts only.
#[derive(Debug)]
pub struct Seen {
    /// One for each step of the case, in order.
    pub steps: Vec<Observation>,
    /// What was seen of compilation caches, by the step's place from 0.
    pub caches: BTreeMap<usize, CacheSeen>,
    /// What became of canaries, by the step's place from 0, or why nobody can tell.
    pub canaries: BTreeMap<usize, Result<CanarySeen, String>>,
    /// How long each request could take until the runtime was to interrupt it.
    pub deadline: Duration,
    /// How the session ended.
    pub end: SessionEnd,
    /// What stood on the host's side afterwards, by guest path. Only the files that the case asks for.
    pub files: BTreeMap<String, LeftBehind>,
}

/// What stood on the host's side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeftBehind {
    /// Nothing, or a link that leads out of the preopen.
    Nothing,
    /// A directory, or something else that has no content to compare.
    Other,
    /// A file.
    File(GuestBytes),
}

/// How a session ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionEnd {
    /// Every request was answered and the worker went when it was told to.
    Completed,
    /// The worker died; with its status in words.
    Died(String),
    /// The worker did not answer in time.
    Hung(String),
    /// The worker said something that is not the protocol.
    Broken(String),
    /// The worker went over a limit that is ours.
    Overlimit(String),
}

/// What that means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Every expectation was met.
    Pass,
    /// Some were not.
    Fail(Vec<Red>),
    /// Implementation-defined: there was nothing to judge.
    Observed,
    /// The runtime says that it cannot, and never claimed that it could.
    Unsupported(String),
    /// The worker died; with what was red, this included.
    Crashed(Vec<Red>),
    /// The worker did not answer in time; with what was red, this included.
    Hung(Vec<Red>),
    /// The adapter's fault.
    Broken(Vec<Red>),
    /// Our limit; with what was red, this included.
    Overlimit(Vec<Red>),
}

/// Whether `known.yaml` may name this kind of failure.
pub fn is_red_kind(kind: &str) -> bool {
    let failure = |text: &str| serde_json::from_value::<FailureKind>(serde_json::Value::String(text.to_owned())).is_ok();
    match kind.split_once(' ') {
        None => {
            matches!(
                kind,
                "wrong-value"
                    | "returned"
                    | "stdout"
                    | "stderr"
                    | "response"
                    | "files"
                    | "cache"
                    | "canary"
                    | "crashed"
                    | "hung"
                    | "broken"
                    | "overlimit"
            ) || (kind != "interrupted" && failure(kind))
        }
        Some(("trap", code)) => serde_json::from_value::<TrapCode>(serde_json::Value::String(code.to_owned())).is_ok(),
        Some(("exhausted", what)) => {
            serde_json::from_value::<wasmatrix_adapter::Exhaustible>(serde_json::Value::String(what.to_owned())).is_ok()
        }
        Some(("exit", code)) => code.parse::<u32>().is_ok(),
        Some(_) => false,
    }
}

/// Judges what was seen of a case on a runtime that claims these capabilities.
pub fn judge(case: &Case, claimed: &BTreeSet<Capability>, seen: &Seen) -> Verdict {
    if let Some(reason) = writer_failed(case, claimed, seen) {
        return Verdict::Unsupported(reason);
    }
    let mut reds = Vec::new();
    for (index, (step, observed)) in case.steps.iter().zip(&seen.steps).enumerate().skip(case.steps_of_writer()) {
        let beside = Beside { cache: seen.caches.get(&index), canary: seen.canaries.get(&index) };
        match judge_step(step, claimed, observed, beside, case.level) {
            StepVerdict::Met => {}
            StepVerdict::Red(more) => reds.extend(more.into_iter().map(|red| Red { step: Some(index as u64 + 1), ..red })),
            StepVerdict::Unsupported(reason) if reds.is_empty() => return Verdict::Unsupported(reason),
            StepVerdict::Unsupported(_) => break,
            StepVerdict::Broken(red) => {
                reds.push(Red { step: Some(index as u64 + 1), ..red });
                return Verdict::Broken(reds);
            }
            StepVerdict::Interrupted { expected, said } => {
                let observed = format!("no answer: interrupted by the runtime after {:.1} s", seen.deadline.as_secs_f64());
                reds.push(Red { step: Some(index as u64 + 1), expected, ..red("hung", observed, Some(&said)) });
                return Verdict::Hung(reds);
            }
        }
    }
    // Where the session broke off: the first step without an answer, or after the last one.
    let broke_off = seen.steps.iter().position(is_unanswered);
    let step = broke_off.map(|index| index as u64 + 1);
    let when = if broke_off.is_none() { " after its last answer" } else { "" };
    let ended = |kind: &str, observed: String| Red {
        step,
        kind: kind.to_owned(),
        expected: broke_off.and_then(|index| case.steps.get(index)).map_or_else(|| "ends when it is told to".to_owned(), expected::ways),
        observed,
        ..Red::default()
    };
    match &seen.end {
        SessionEnd::Completed => {}
        SessionEnd::Died(status) => {
            reds.push(ended("crashed", format!("the worker died{when}: {status}")));
            return Verdict::Crashed(reds);
        }
        SessionEnd::Hung(how_long) => {
            reds.push(ended("hung", format!("no answer{when}: {how_long}")));
            return Verdict::Hung(reds);
        }
        SessionEnd::Broken(what) => {
            reds.push(ended("broken", what.clone()));
            return Verdict::Broken(reds);
        }
        SessionEnd::Overlimit(what) => {
            reds.push(ended("overlimit", what.clone()));
            return Verdict::Overlimit(reds);
        }
    }
    reds.extend(case.files.iter().filter_map(|file| judge_file(file, &seen.files)));
    match (reds.is_empty(), case.level) {
        (false, _) => Verdict::Fail(reds),
        (true, Level::ImplementationDefined) => Verdict::Observed,
        (true, Level::Required | Level::Recommended) => Verdict::Pass,
    }
}

/// Whether an answer is what a step expects.
///
/// # Errors
/// What was expected, and what came instead.
pub fn holds(step: &Step, reply: &Reply) -> Result<(), String> {
    let observed = Observation::Answered(reply.clone());
    match judge_step(step, &BTreeSet::new(), &observed, Beside::default(), Level::Required) {
        StepVerdict::Met => Ok(()),
        StepVerdict::Red(reds) => Err(reds.first().map_or_else(String::new, |red| format!("expected {}; {}", red.expected, red.observed))),
        StepVerdict::Unsupported(why) => Err(why),
        StepVerdict::Broken(red) => Err(red.observed),
        StepVerdict::Interrupted { said, .. } => Err(said.text),
    }
}

/// Why the writer has left nothing to read, where it has not; that is no fault of the reader's, and stands in a cell of the writer's own.
fn writer_failed(case: &Case, claimed: &BTreeSet<Capability>, seen: &Seen) -> Option<String> {
    let writer = case.from.as_ref()?;
    // Its last one is to go when it is told to: until then the reader's first step has no answer.
    let has_gone = seen.steps.get(case.steps_of_writer()).is_none_or(|observed| !is_unanswered(observed));
    let own = case.steps.iter().zip(&seen.steps).take(case.steps_of_writer() + usize::from(!has_gone));
    for (step, observed) in own {
        let why = match judge_step(step, claimed, observed, Beside::default(), case.level) {
            StepVerdict::Met if !is_unanswered(observed) => continue,
            StepVerdict::Met => match &seen.end {
                SessionEnd::Completed => "no answer".to_owned(),
                SessionEnd::Died(what) | SessionEnd::Hung(what) | SessionEnd::Broken(what) | SessionEnd::Overlimit(what) => what.clone(),
            },
            StepVerdict::Red(reds) => reds.first().map_or_else(String::new, |red| match red.words.as_str() {
                "" => red.observed.clone(),
                words => format!("{} ({words})", red.observed),
            }),
            StepVerdict::Unsupported(why) => why,
            StepVerdict::Broken(red) => red.observed,
            StepVerdict::Interrupted { said, .. } => said.text,
        };
        return Some(format!("the writer, {writer}, at its step `{step}`: {why}"));
    }
    None
}

/// Whether a step, or one of its branches, has no answer.
fn is_unanswered(observed: &Observation) -> bool {
    match observed {
        Observation::Unanswered => true,
        Observation::Parallel(branches) => branches.iter().flatten().any(is_unanswered),
        Observation::Answered(_) | Observation::NotOpened { .. } | Observation::NotAsked(_) => false,
    }
}

enum StepVerdict {
    Met,
    Red(Vec<Red>),
    Unsupported(String),
    Broken(Red),
    /// By the runtime, at the deadline.
    Interrupted {
        expected: String,
        said: Failure,
    },
}

/// What was seen of a step beside its answer.
#[derive(Clone, Copy, Default)]
struct Beside<'s> {
    cache: Option<&'s CacheSeen>,
    canary: Option<&'s Result<CanarySeen, String>>,
}

fn judge_step(step: &Step, claimed: &BTreeSet<Capability>, observed: &Observation, beside: Beside<'_>, level: Level) -> StepVerdict {
    let (reply, opening) = match observed {
        Observation::Answered(reply) => (reply, None),
        Observation::NotOpened { opening, reply } => (reply, Some(opening.as_str())),
        Observation::Parallel(branches) => return judge_branches(step, claimed, branches, level),
        Observation::Unanswered | Observation::NotAsked(_) => return StepVerdict::Met,
    };
    if let Some(failure) = failure_of(reply)
        && let FailureKind::Unsupported(missing) = &failure.kind
    {
        return match missing.filter(|capability| claimed.contains(capability)) {
            Some(capability) => StepVerdict::Broken(Red {
                expected: format!("it claims `{capability}`"),
                ..red("broken", format!("it answers that `{capability}` is unsupported"), Some(failure))
            }),
            None => StepVerdict::Unsupported(match missing {
                Some(capability) => format!("{capability}: {}", failure.text),
                None => failure.text.clone(),
            }),
        };
    }
    if let Some(failure) = failure_of(reply)
        && failure.kind == FailureKind::Interrupted
    {
        return StepVerdict::Interrupted { expected: expected::ways(step), said: failure.clone() };
    }
    if let Some(Err(reason)) = beside.canary {
        return StepVerdict::Unsupported(reason.clone());
    }
    if level == Level::ImplementationDefined {
        return StepVerdict::Met;
    }
    if step.expectation.or_refused && failure_of(reply).is_some_and(|failure| is_clean_refusal(&failure.kind)) {
        return StepVerdict::Met;
    }
    if let Some(opening) = opening {
        let observed = format!("{opening} {}", expected::reply(reply));
        return StepVerdict::Red(vec![Red { expected: expected::ways(step), ..red(&kind(reply), observed, failure_of(reply)) }]);
    }
    if let (StepOp::Wagi { .. }, Reply::Ok(Answer::Command(end))) = (&step.op, reply) {
        let Some(difference) = judge_response(&step.expectation.response, end) else { return StepVerdict::Met };
        // How the command ended says more, where it did not end well.
        let kind = match end.failure.as_ref().map(|failure| &failure.kind) {
            None | Some(FailureKind::Exit(0)) => "response".to_owned(),
            Some(kind) => kind.to_string(),
        };
        return StepVerdict::Red(vec![Red { expected: difference.expected, ..red(&kind, difference.observed, failure_of(reply)) }]);
    }
    let Some(returned) = returned(&step.op, reply) else {
        return StepVerdict::Broken(Red {
            expected: "an answer of this operation's sort".to_owned(),
            ..red("broken", expected::reply(reply), None)
        });
    };
    let mut reds = Vec::new();
    if !ended_as_expected(step, reply, returned.as_ref()) {
        let kind = match (&returned, expects_values(step)) {
            (Some(_), true) => "wrong-value".to_owned(),
            _ => kind(reply),
        };
        reds.push(Red { expected: expected::ways(step), ..red(&kind, expected::reply(reply), failure_of(reply)) });
    }
    if let (Some(expected), Reply::Ok(_)) = (&step.expectation.cached, reply) {
        let shows = beside.cache.map_or(CacheUse::Unknown, CacheSeen::shows);
        if shows == CacheUse::Unknown {
            return StepVerdict::Unsupported(
                "nobody can tell a hit from a miss: the runtime does not count, and its cache has no directory that can be seen into"
                    .to_owned(),
            );
        }
        if !expected.contains(&shows) {
            reds.push(Red { expected: expected::cached(expected), ..red("cache", format!("the cache: {shows}"), None) });
        }
    }
    if let (Some(expected), Some(Ok(seen))) = (step.expectation.canary, beside.canary)
        && seen.shows() != expected
    {
        reds.push(Red { expected: format!("the canary: {expected}"), ..red("canary", format!("the canary: {seen}"), None) });
    }
    let output = match reply {
        Reply::Ok(Answer::Output(output)) => Some(output),
        Reply::Ok(Answer::Command(end)) => Some(&end.output),
        _ => None,
    };
    if let Some(output) = output {
        reds.extend(judge_stream("stdout", step.expectation.stdout.as_ref(), &output.stdout, output.stdout_cut));
        reds.extend(judge_stream("stderr", step.expectation.stderr.as_ref(), &output.stderr, output.stderr_cut));
    }
    if reds.is_empty() { StepVerdict::Met } else { StepVerdict::Red(reds) }
}

/// Every branch is to do all of it. What several did alike is one red.
fn judge_branches(step: &Step, claimed: &BTreeSet<Capability>, branches: &[Vec<Observation>], level: Level) -> StepVerdict {
    let StepOp::Lifecycle(Lifecycle::Parallel { steps, .. }) = &step.op else {
        return StepVerdict::Broken(red("broken", "branches, which nobody had asked for".to_owned(), None));
    };
    let mut reds: Vec<(Red, usize)> = Vec::new();
    let mut unsupported = None;
    for branch in branches {
        for (inner, observed) in steps.iter().zip(branch) {
            match judge_step(inner, claimed, observed, Beside::default(), level) {
                StepVerdict::Met => {}
                StepVerdict::Red(more) => {
                    for one in more {
                        let one =
                            Red { expected: format!("{inner}: {}", one.expected), observed: format!("{inner}: {}", one.observed), ..one };
                        match reds.iter_mut().find(|(known, _)| is_alike(known, &one)) {
                            Some((_, count)) => *count += 1,
                            None => reds.push((one, 1)),
                        }
                    }
                }
                StepVerdict::Unsupported(reason) => {
                    unsupported.get_or_insert(reason);
                    break;
                }
                other => return other,
            }
        }
    }
    if reds.is_empty() {
        return unsupported.map_or(StepVerdict::Met, StepVerdict::Unsupported);
    }
    let all = branches.len();
    let counted = |(red, count): (Red, usize)| Red { observed: format!("{} (in {count} of {all} branches)", red.observed), ..red };
    StepVerdict::Red(reds.into_iter().map(counted).collect())
}

/// What a runtime said to it counts: two that differ are two to read. Where a guest was does not.
fn is_alike(one: &Red, other: &Red) -> bool {
    let without = |red: &Red| Red { backtrace: Backtrace::default(), ..red.clone() };
    without(one) == without(other)
}

/// `said`: what the runtime failed with, where it did.
pub(super) fn red(kind: &str, observed: String, said: Option<&Failure>) -> Red {
    Red {
        kind: kind.to_owned(),
        observed,
        words: said.map_or_else(String::new, |failure| failure.text.clone()),
        backtrace: said.map_or_else(Backtrace::default, |failure| failure.backtrace.clone()),
        ..Red::default()
    }
}

/// The failure in a reply, a command's own end included.
pub(super) fn failure_of(reply: &Reply) -> Option<&Failure> {
    match reply {
        Reply::Failed(failure) => Some(failure),
        Reply::Ok(Answer::Command(end)) => end.failure.as_ref(),
        Reply::Ok(_) => None,
    }
}

/// Whether the runtime interrupted the guest at the deadline.
pub fn was_interrupted(reply: &Reply) -> bool {
    failure_of(reply).is_some_and(|failure| failure.kind == FailureKind::Interrupted)
}

/// How a reply that was not expected is called.
pub(super) fn kind(reply: &Reply) -> String {
    failure_of(reply).map_or_else(|| "returned".to_owned(), |failure| failure.kind.to_string())
}

/// `Some(Some(_))`: it returned; `Some(None)`: it did not; `None`: the answer is not one that this operation can have.
#[allow(clippy::option_option, reason = "the three cases are three")]
fn returned<'r>(op: &StepOp, reply: &'r Reply) -> Option<Option<Returned<'r>>> {
    let answer = match reply {
        Reply::Failed(_) => return Some(None),
        Reply::Ok(answer) => answer,
    };
    Some(match (op, answer) {
        (
            StepOp::Compile { .. }
            | StepOp::Instantiate { .. }
            | StepOp::GlobalSet { .. }
            | StepOp::MemoryWrite { .. }
            | StepOp::Environment { .. }
            | StepOp::Close { .. }
            | StepOp::Lifecycle(_),
            Answer::Done,
        )
        | (StepOp::WasiOutput { .. }, Answer::Output(_)) => Some(Returned::Nothing),
        (StepOp::Invoke { .. }, Answer::Values(values)) => Some(Returned::Values(values)),
        (StepOp::GlobalGet { .. }, Answer::Values(values)) if values.len() == 1 => Some(Returned::Values(values)),
        (StepOp::MemorySize { .. } | StepOp::MemoryGrow { .. }, Answer::Pages(pages)) => Some(Returned::Pages(*pages)),
        (StepOp::MemoryRead { .. }, Answer::Bytes(bytes)) => Some(Returned::Bytes(bytes)),
        (StepOp::Run { .. }, Answer::Command(end)) => end.failure.is_none().then_some(Returned::Nothing),
        _ => return None,
    })
}

fn expects_values(step: &Step) -> bool {
    step.expectation.ways.iter().any(|way| matches!(way, Way::Returns(_)))
}

fn ended_as_expected(step: &Step, reply: &Reply, returned: Option<&Returned<'_>>) -> bool {
    let is_run = matches!(step.op, StepOp::Run { .. });
    let failure = failure_of(reply).map(|failure| &failure.kind);
    if step.expectation.ways.is_empty() {
        return returned.is_some() || (is_run && failure == Some(&FailureKind::Exit(0)));
    }
    step.expectation.ways.iter().any(|way| match (way, failure) {
        (Way::Returns(patterns), None) => returned.is_some_and(|returned| all_match(patterns, returned)),
        // A command that returns from `_start` ends with status 0.
        (Way::Exits(0), None) => is_run,
        (Way::Exits(code), Some(FailureKind::Exit(exited))) => code == exited,
        (Way::Traps(code), Some(FailureKind::Trap(trapped))) => code == trapped,
        (Way::Exhausts(what), Some(FailureKind::Exhausted(exhausted))) => what == exhausted,
        (Way::Rejected, Some(FailureKind::Rejected))
        | (Way::Unlinkable, Some(FailureKind::Unlinkable))
        | (Way::Exception, Some(FailureKind::Exception))
        | (Way::Stale, Some(FailureKind::Stale)) => true,
        _ => false,
    })
}

/// What is only the beginning of what was written never equals anything; it can contain something.
fn judge_stream(name: &str, pattern: Option<&BytesPattern>, written: &GuestBytes, cut: u64) -> Option<Red> {
    let is_met = |pattern: &BytesPattern| bytes_match(pattern, &written.0) && (cut == 0 || matches!(pattern, BytesPattern::Contains(_)));
    let pattern = pattern.filter(|pattern| !is_met(pattern))?;
    let observed = if cut == 0 { expected::shown(written) } else { expected::shown_cut(written, cut) };
    Some(Red { expected: expected::bytes(pattern), ..red(name, observed, None) })
}

fn judge_file(file: &FileExpectation, files: &BTreeMap<String, LeftBehind>) -> Option<Red> {
    let found = files.get(&file.guest_path).unwrap_or(&LeftBehind::Nothing);
    let met = match (&file.left, found) {
        (LeftFile::Absent, found) => *found == LeftBehind::Nothing,
        (LeftFile::Content(pattern), LeftBehind::File(bytes)) => bytes_match(pattern, &bytes.0),
        (LeftFile::Content(_), LeftBehind::Nothing | LeftBehind::Other) => false,
    };
    let expected = expected::left(&file.left);
    let path = &file.guest_path;
    let observed = match found {
        LeftBehind::Nothing => "(no file)".to_owned(),
        LeftBehind::Other => "(not a file)".to_owned(),
        LeftBehind::File(bytes) => expected::shown(bytes),
    };
    (!met).then(|| Red { expected: format!("{path}:\n{expected}"), ..red("files", format!("{path}:\n{observed}"), None) })
}
