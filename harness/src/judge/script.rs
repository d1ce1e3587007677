//! What was seen of a script held against what it asserts.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use wasmatrix_adapter::{Answer, Capability, Exhaustible, Failure, FailureKind, Op, Reply};
use wasmatrix_reports::{DirectiveRecord, Lines, Red, ScriptRecord, UnsupportedFor};

use super::{
    SessionEnd, Verdict, expected,
    patterns::{Returned, all_match},
    verdict::{failure_of, kind, red, was_interrupted},
};
use crate::script::{Action, Ask, Asked, Directive, Expected, Exporter, Script};

/// What has to be there before the first directive.
const OPENINGS: &str = "an engine, a store and spectest";

/// Everything that was seen of a script. Facts only.
#[derive(Debug)]
pub struct ScriptSeen {
    /// One for each request, in order; `None` where there was no answer.
    pub replies: Vec<Option<Reply>>,
    /// How the session ended.
    pub end: SessionEnd,
    /// How long each request could take until the runtime was to interrupt it, in seconds.
    pub deadline: f64,
}

/// What that means.
#[derive(Debug)]
pub struct JudgedScript {
    /// For the cell.
    pub verdict: Verdict,
    /// The counts. Nothing is known yet of what is known to fail: `known` is 0.
    pub record: ScriptRecord,
    /// For what is known to fail.
    pub lines: ScriptLines,
}

/// Lines of a script, by what came of them.
#[derive(Debug, Default)]
pub struct ScriptLines {
    /// The lines of the assertions that passed, and of no other directive.
    pub passed: BTreeSet<u64>,
    /// The lines of the directives that this runtime cannot be asked.
    pub unsupported: BTreeSet<u64>,
}

/// What came of one directive, or of what has to be opened before the first.
enum Came {
    Met,
    Red(Red),
    Unsupported(String),
    Broken(Red),
    Hung(Red),
    /// There was no answer.
    Nothing,
}

/// Judges what was seen of a script on a runtime that claims these capabilities.
pub fn judge_script(part: &str, script: &Script, asked: &Asked, claimed: &BTreeSet<Capability>, seen: &ScriptSeen) -> JudgedScript {
    let mut judge = Judge { script, asked, claimed, seen, not_compiled: BTreeMap::new(), not_opened: BTreeMap::new() };
    let openings = judge.openings();
    let mut record = ScriptRecord { part: part.to_owned(), assertions: script.assertions() as u64, ..ScriptRecord::default() };
    let mut reds = Vec::new();
    let mut passed = BTreeSet::new();
    let mut unsupported: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
    let mut worst = None;
    let mut was_asked = false;
    let mut unanswered = None;
    for (directive, ask) in script.directives.iter().zip(&asked.directives) {
        let counted = u64::from(directive.is_assertion);
        let came = match ask {
            Ask::Nothing => continue,
            Ask::NotAsked => {
                record.not_asked += counted;
                continue;
            }
            Ask::Unsupported(reason) => Came::Unsupported(reason.clone()),
            Ask::Requests(requests) => match &openings {
                Came::Unsupported(reason) => Came::Unsupported(reason.clone()),
                _ => judge.directive(directive, requests),
            },
        };
        was_asked |= !matches!(came, Came::Unsupported(_) | Came::Nothing);
        match came {
            Came::Met => {
                record.passed += counted;
                if directive.is_assertion {
                    passed.insert(u64::from(directive.line));
                }
            }
            Came::Red(red) => {
                record.failed += counted;
                reds.push(red);
            }
            Came::Unsupported(reason) => {
                record.unsupported += counted;
                unsupported.entry(reason).or_default().insert(directive.line.into());
            }
            Came::Nothing => {
                record.unanswered += counted;
                unanswered.get_or_insert(directive);
            }
            Came::Broken(red) => {
                record.failed += counted;
                reds.push(red);
                worst.get_or_insert(Worst::Broken);
            }
            Came::Hung(red) => {
                record.failed += counted;
                reds.push(red);
                worst.get_or_insert(Worst::Hung);
            }
        }
    }
    // Two assertions can stand on one line; it passed where both did.
    for red in &reds {
        red.directive.as_ref().map(|directive| passed.remove(&directive.line));
    }
    let all: BTreeSet<u64> = script.directives.iter().map(|directive| directive.line.into()).collect();
    record.unsupported_for = unsupported
        .iter()
        .map(|(reason, lines)| UnsupportedFor { reason: reason.clone(), lines: Lines::of(lines, &all).to_string() })
        .collect();
    match openings {
        Came::Met | Came::Unsupported(_) | Came::Nothing => {}
        Came::Red(red) => reds.push(red),
        Came::Broken(red) => {
            reds.push(red);
            worst.get_or_insert(Worst::Broken);
        }
        Came::Hung(red) => {
            reds.push(red);
            worst.get_or_insert(Worst::Hung);
        }
    }
    if let Some((red, ending)) = judge.end(unanswered) {
        if red.directive.as_ref().is_some_and(|directive| directive.is_assertion) {
            record.unanswered -= 1;
            record.failed += 1;
        }
        reds.push(red);
        worst.get_or_insert(ending);
    }
    // Modules that can be instantiated are no answer to assertions that cannot be asked.
    let was_asked = was_asked && (record.passed > 0 || record.unsupported == 0);
    let verdict = match worst {
        Some(Worst::Broken) => Verdict::Broken(reds),
        Some(Worst::Hung) => Verdict::Hung(reds),
        Some(Worst::Crashed) => Verdict::Crashed(reds),
        Some(Worst::Overlimit) => Verdict::Overlimit(reds),
        None if !reds.is_empty() => Verdict::Fail(reds),
        None if was_asked => Verdict::Pass,
        None => Verdict::Unsupported(match record.unsupported_for.as_slice() {
            [] => "nothing in it is a runtime's question".to_owned(),
            [one] => one.reason.clone(),
            [one, rest @ ..] => format!("{}, and {} other reasons", one.reason, rest.len()),
        }),
    };
    let lines = ScriptLines { passed, unsupported: unsupported.into_values().flatten().collect() };
    JudgedScript { verdict, record, lines }
}

#[derive(Debug, Clone, Copy)]
enum Worst {
    Broken,
    Hung,
    Crashed,
    Overlimit,
}

struct Judge<'j> {
    script: &'j Script,
    asked: &'j Asked,
    claimed: &'j BTreeSet<Capability>,
    seen: &'j ScriptSeen,
    /// The modules that could not be compiled, and what stood in the way: that they cannot be instantiated says nothing new.
    not_compiled: BTreeMap<usize, Obstacle>,
    /// The instances that could not be made: what is asked of them says nothing new either.
    not_opened: BTreeMap<usize, Obstacle>,
}

/// Why there is no instance.
#[derive(Clone)]
enum Obstacle {
    Unsupported(String),
    Failed { line: u32, kind: String, words: String },
}

impl Judge<'_> {
    /// The requests of a range with their replies, as far as there are any.
    fn answers(&self, requests: &Range<usize>) -> impl Iterator<Item = (&Op, &Reply)> {
        let ops = self.asked.requests.get(requests.clone()).unwrap_or_default();
        let replies = self.seen.replies.get(requests.clone()).unwrap_or_default();
        ops.iter().zip(replies).filter_map(|(op, reply)| Some((op, reply.as_ref()?)))
    }

    /// What came of the engine, the store and the spectest module, without which nothing can be asked.
    fn openings(&self) -> Came {
        let requests = 0..self.asked.openings;
        let red = |kind: &str, observed: String, said: Option<&Failure>| Red { expected: OPENINGS.to_owned(), ..red(kind, observed, said) };
        if let Some((_, reply)) = self.answers(&requests).find(|(op, reply)| !is_of_its_sort(op, reply)) {
            return Came::Broken(red("broken", expected::reply(reply), None));
        }
        let failed = self.answers(&requests).find_map(|(_, reply)| failure_of(reply));
        let other = |failure: &Failure| Came::Red(red(&failure.kind.to_string(), "one of them cannot be opened".to_owned(), Some(failure)));
        failed.map_or(Came::Met, |failure| self.refusal(failure, red).unwrap_or_else(|| other(failure)))
    }

    fn directive(&mut self, directive: &Directive, requests: &Range<usize>) -> Came {
        let came = self.came(directive, requests);
        let obstacle = match &came {
            Came::Unsupported(reason) => Obstacle::Unsupported(reason.clone()),
            Came::Red(red) | Came::Broken(red) | Came::Hung(red) => {
                Obstacle::Failed { line: directive.line, kind: red.kind.clone(), words: red.words.clone() }
            }
            Came::Met | Came::Nothing => return came,
        };
        let is_compiled = self.answers(requests).all(|(op, reply)| !matches!((op, reply), (Op::Compile { .. }, Reply::Failed(_))));
        match &directive.action {
            Action::Instantiate { module, .. } | Action::Compile { module } if !is_compiled => {
                self.not_compiled.insert(*module, obstacle.clone());
            }
            _ => {}
        }
        if let Action::Instantiate { instance: Some(instance), .. } = &directive.action {
            self.not_opened.insert(*instance, obstacle);
        }
        came
    }

    /// What stands in the way of a directive that needs an instance, or a module of an earlier one.
    fn obstacle(&self, directive: &Directive) -> Option<&Obstacle> {
        match &directive.action {
            Action::Invoke { instance, .. } | Action::Get { instance, .. } => self.not_opened.get(instance),
            Action::Instantiate { module, imports, .. } => {
                let from = |(_, from): &(String, Exporter)| match from {
                    Exporter::Instance(instance) => self.not_opened.get(instance),
                    Exporter::Spectest => None,
                };
                self.not_compiled.get(module).or_else(|| imports.iter().find_map(from))
            }
            _ => None,
        }
    }

    /// What a failure means that answers nobody's question, whatever was asked.
    fn refusal(&self, failure: &Failure, red: impl Fn(&str, String, Option<&Failure>) -> Red) -> Option<Came> {
        match &failure.kind {
            FailureKind::Unsupported(Some(capability)) if self.claimed.contains(capability) => {
                let observed = format!("it claims `{capability}`, and answers that it is unsupported");
                Some(Came::Broken(red("broken", observed, Some(failure))))
            }
            FailureKind::Unsupported(Some(capability)) => Some(Came::Unsupported(format!("{capability}: {}", failure.text))),
            FailureKind::Unsupported(None) => Some(Came::Unsupported(failure.text.clone())),
            FailureKind::Interrupted => {
                let observed = format!("no answer: interrupted by the runtime after {:.1} s", self.seen.deadline);
                Some(Came::Hung(red("hung", observed, Some(failure))))
            }
            _ => None,
        }
    }

    fn came(&self, directive: &Directive, requests: &Range<usize>) -> Came {
        let Some((last, before)) = self.seen.replies.get(requests.clone()).and_then(<[_]>::split_last) else { return Came::Nothing };
        // What comes before the last request only opens what that needs: the module is compiled. An opening that failed decides, and
        // says more than what became of the rest.
        let not_opened = before.iter().flatten().find(|reply| matches!(reply, Reply::Failed(_)));
        // After an interruption nothing more is heard.
        let Some(decisive) = not_opened.filter(|reply| last.is_some() || was_interrupted(reply)).or(last.as_ref()) else {
            return Came::Nothing;
        };
        let red = |kind: &str, observed: String, said: Option<&Failure>| Red {
            directive: Some(self.record(directive)),
            expected: directive_expected(directive),
            ..red(kind, observed, said)
        };
        if let Some((_, reply)) = self.answers(requests).find(|(op, reply)| !is_of_its_sort(op, reply)) {
            return Came::Broken(red("broken", format!("an answer of another sort: {}", expected::reply(reply)), None));
        }
        if let Some(refusal) = failure_of(decisive).and_then(|failure| self.refusal(failure, red)) {
            return refusal;
        }
        match self.obstacle(directive) {
            Some(Obstacle::Unsupported(reason)) => return Came::Unsupported(reason.clone()),
            Some(Obstacle::Failed { line, kind, words }) => {
                let observed = format!("the module of line {line} could not be instantiated");
                return Came::Red(Red { words: words.clone(), ..red(kind, observed, None) });
            }
            None => {}
        }
        if not_opened.is_none() && meets(&directive.expected, decisive) {
            return Came::Met;
        }
        let returned = matches!((&directive.expected, decisive), (Expected::Returns(_), Reply::Ok(_)));
        let kind = if returned { "wrong-value".to_owned() } else { kind(decisive) };
        Came::Red(red(&kind, expected::reply(decisive), failure_of(decisive)))
    }

    /// How the session ended, where that was not in peace; `unanswered` is the first directive without an answer.
    fn end(&self, unanswered: Option<&Directive>) -> Option<(Red, Worst)> {
        let (kind, what, ending) = match &self.seen.end {
            SessionEnd::Completed => return None,
            SessionEnd::Died(status) => ("crashed", format!("the worker died: {status}"), Worst::Crashed),
            SessionEnd::Hung(how_long) => ("hung", format!("no answer: {how_long}"), Worst::Hung),
            SessionEnd::Broken(what) => ("broken", what.clone(), Worst::Broken),
            SessionEnd::Overlimit(what) => ("overlimit", what.clone(), Worst::Overlimit),
        };
        let is_opened = self.seen.replies.iter().take(self.asked.openings).all(Option::is_some);
        let (directive, expected, observed) = match unanswered.filter(|_| is_opened) {
            Some(directive) => (Some(self.record(directive)), directive_expected(directive), what),
            None if !is_opened => (None, OPENINGS.to_owned(), what),
            None if self.seen.replies.iter().any(Option::is_none) => (None, "answers".to_owned(), what),
            None => (None, "ends when it is told to".to_owned(), format!("{what}, after its last answer")),
        };
        Some((Red { directive, expected, ..red(kind, observed, None) }, ending))
    }

    fn record(&self, directive: &Directive) -> DirectiveRecord {
        DirectiveRecord {
            line: directive.line.into(),
            text: self.script.text_of(directive).to_owned(),
            is_assertion: directive.is_assertion,
        }
    }
}

fn meets(expected: &Expected, reply: &Reply) -> bool {
    match (expected, reply, failure_of(reply).map(|failure| &failure.kind)) {
        (Expected::Returns(patterns), Reply::Ok(Answer::Values(values)), _) => all_match(patterns, &Returned::Values(values)),
        (Expected::Success, Reply::Ok(_), _)
        | (Expected::Trap, _, Some(FailureKind::Trap(_)))
        | (Expected::Exhaustion, _, Some(FailureKind::Exhausted(Exhaustible::Stack)))
        | (Expected::Exception, _, Some(FailureKind::Exception))
        | (Expected::Rejected, _, Some(FailureKind::Rejected))
        | (Expected::Unlinkable, _, Some(FailureKind::Unlinkable)) => true,
        _ => false,
    }
}

/// Whether a request can be answered so. A failure is an answer to all of them.
fn is_of_its_sort(op: &Op, reply: &Reply) -> bool {
    match (op, reply) {
        (_, Reply::Failed(_)) | (Op::Invoke { .. }, Reply::Ok(Answer::Values(_))) => true,
        (Op::Invoke { .. }, Reply::Ok(_)) => false,
        (Op::GlobalGet { .. }, Reply::Ok(answer)) => matches!(answer, Answer::Values(values) if values.len() == 1),
        (_, Reply::Ok(answer)) => *answer == Answer::Done,
    }
}

/// What must come of a directive, in words.
pub fn directive_expected(directive: &Directive) -> String {
    match &directive.expected {
        Expected::Success => "succeeds".to_owned(),
        Expected::Returns(patterns) if patterns.is_empty() => "returns nothing".to_owned(),
        Expected::Returns(patterns) => format!("returns {}", patterns.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
        Expected::Trap => "traps".to_owned(),
        Expected::Exhaustion => "exhausts the stack".to_owned(),
        Expected::Exception => "throws an exception".to_owned(),
        Expected::Rejected => "is rejected".to_owned(),
        Expected::Unlinkable => "is unlinkable".to_owned(),
    }
}
