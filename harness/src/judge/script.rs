//! What was seen of a script held against what it asserts.

use std::collections::{BTreeMap, BTreeSet};

use wasmatrix_adapter::{Answer, Capability, FailureKind, Reply};
use wasmatrix_reports::{DirectiveRecord, Lines, Red, ScriptRecord, UnsupportedFor};

use super::{
    SessionEnd, Verdict, expected,
    patterns::{Returned, all_match},
    verdict::{failure_of, kind},
};
use crate::script::{Action, Ask, Asked, Directive, Expected, Exporter, Script};

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
    /// The lines of the assertions that passed, and of no other directive.
    pub passed: BTreeSet<u64>,
}

/// What came of one directive.
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
    let mut judge = Judge { script, asked, claimed, seen, not_opened: BTreeMap::new() };
    let no_opening = judge.no_opening();
    let mut record = ScriptRecord { part: part.to_owned(), assertions: script.assertions() as u64, ..ScriptRecord::default() };
    let mut reds = Vec::new();
    let mut passed = BTreeSet::new();
    let mut unsupported: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
    let mut worst = None;
    let mut was_asked = false;
    for (directive, ask) in script.directives.iter().zip(&asked.directives) {
        let counted = u64::from(directive.is_assertion);
        let came = match ask {
            Ask::Nothing => continue,
            Ask::NotAsked => {
                record.not_asked += counted;
                continue;
            }
            Ask::Unsupported(reason) => Came::Unsupported(reason.clone()),
            Ask::Requests(_) if no_opening.is_some() => Came::Unsupported(no_opening.clone().unwrap_or_default()),
            Ask::Requests(requests) => {
                let replies = seen.replies.get(requests.clone()).unwrap_or_default();
                judge.directive(directive, replies)
            }
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
            Came::Nothing => record.unanswered += counted,
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
    let (end, worst) = judge.end(worst, &mut record);
    reds.extend(end);
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
    JudgedScript { verdict, record, passed }
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
    /// The instances that could not be made, and what stood in the way: what is asked of them says nothing new.
    not_opened: BTreeMap<usize, Obstacle>,
}

/// Why there is no instance.
#[derive(Clone)]
enum Obstacle {
    Unsupported(String),
    Failed { line: u32, kind: String, words: String },
}

impl Judge<'_> {
    /// Why nothing can be asked at all: the worker has no spectest module, say.
    fn no_opening(&self) -> Option<String> {
        let openings = self.seen.replies.iter().take(self.asked.openings).flatten();
        openings
            .filter_map(failure_of)
            .find(|failure| matches!(failure.kind, FailureKind::Unsupported(_)))
            .map(|failure| failure.text.clone())
    }

    fn directive(&mut self, directive: &Directive, replies: &[Option<Reply>]) -> Came {
        let came = self.came(directive, replies);
        if let Action::Instantiate { instance: Some(instance), .. } = &directive.action {
            let obstacle = match &came {
                Came::Unsupported(reason) => Some(Obstacle::Unsupported(reason.clone())),
                Came::Red(red) | Came::Broken(red) | Came::Hung(red) => {
                    Some(Obstacle::Failed { line: directive.line, kind: red.kind.clone(), words: red.words.clone() })
                }
                Came::Met | Came::Nothing => None,
            };
            self.not_opened.extend(obstacle.map(|obstacle| (*instance, obstacle)));
        }
        came
    }

    /// What stands in the way of a directive that needs an instance.
    fn obstacle(&self, directive: &Directive) -> Option<&Obstacle> {
        match &directive.action {
            Action::Invoke { instance, .. } | Action::Get { instance, .. } => self.not_opened.get(instance),
            Action::Instantiate { imports, .. } => imports.iter().find_map(|(_, from)| match from {
                Exporter::Instance(instance) => self.not_opened.get(instance),
                Exporter::Spectest => None,
            }),
            _ => None,
        }
    }

    fn came(&self, directive: &Directive, replies: &[Option<Reply>]) -> Came {
        let Some((Some(last), before)) = replies.split_last() else { return Came::Nothing };
        // What comes before the last request only opens what that needs: the module is compiled. An opening that failed decides, and
        // says more than what became of the rest.
        let decisive = before.iter().flatten().find(|reply| matches!(reply, Reply::Failed(_))).unwrap_or(last);
        let red = |kind: &str, observed: String, words: &str| Red {
            step: None,
            directive: Some(self.record(directive)),
            kind: kind.to_owned(),
            expected: in_words(&directive.expected),
            observed,
            words: words.to_owned(),
        };
        if let Some(failure) = failure_of(decisive) {
            match &failure.kind {
                FailureKind::Unsupported(Some(capability)) if self.claimed.contains(capability) => {
                    let observed = format!("it claims `{capability}`, and answers that it is unsupported");
                    return Came::Broken(red("broken", observed, &failure.text));
                }
                FailureKind::Unsupported(Some(capability)) => return Came::Unsupported(format!("{capability}: {}", failure.text)),
                FailureKind::Unsupported(None) => return Came::Unsupported(failure.text.clone()),
                FailureKind::Interrupted => {
                    let observed = format!("no answer: interrupted by the runtime after {:.1} s", self.seen.deadline);
                    return Came::Hung(red("hung", observed, &failure.text));
                }
                _ => {}
            }
        }
        match self.obstacle(directive) {
            Some(Obstacle::Unsupported(reason)) => return Came::Unsupported(reason.clone()),
            Some(Obstacle::Failed { line, kind, words }) => {
                return Came::Red(red(kind, format!("the module of line {line} could not be instantiated"), words));
            }
            None => {}
        }
        if meets(directive, decisive) {
            return Came::Met;
        }
        let words = failure_of(decisive).map_or("", |failure| &failure.text);
        let returned = matches!((&directive.expected, decisive), (Expected::Returns(_), Reply::Ok(_)));
        let kind = if returned { "wrong-value".to_owned() } else { kind(decisive) };
        Came::Red(red(&kind, expected::reply(decisive), words))
    }

    /// How the session ended, where that was not in peace: what could not be opened, and the directive that had no answer.
    fn end(&self, worst: Option<Worst>, record: &mut ScriptRecord) -> (Option<Red>, Option<Worst>) {
        let of_the_cell = |kind: &str, expected: &str, observed: String| Red {
            step: None,
            directive: None,
            kind: kind.to_owned(),
            expected: expected.to_owned(),
            observed,
            words: String::new(),
        };
        let (kind, what, ending) = match &self.seen.end {
            SessionEnd::Completed => {
                let openings = self.seen.replies.iter().take(self.asked.openings).flatten();
                let failed = openings.filter_map(failure_of).find(|failure| !matches!(failure.kind, FailureKind::Unsupported(_)));
                let red = failed.map(|failure| Red {
                    words: failure.text.clone(),
                    ..of_the_cell(&failure.kind.to_string(), "an engine, a store and spectest", "one of them cannot be opened".to_owned())
                });
                return (red, worst);
            }
            SessionEnd::Died(status) => ("crashed", format!("the worker died: {status}"), Worst::Crashed),
            SessionEnd::Hung(how_long) => ("hung", format!("no answer: {how_long}"), Worst::Hung),
            SessionEnd::Broken(what) => ("broken", what.clone(), Worst::Broken),
            SessionEnd::Overlimit(what) => ("overlimit", what.clone(), Worst::Overlimit),
        };
        let unanswered = self.script.directives.iter().zip(&self.asked.directives).find(|(_, ask)| match ask {
            Ask::Requests(requests) => self.seen.replies.get(requests.clone()).unwrap_or_default().iter().any(Option::is_none),
            _ => false,
        });
        let red = match unanswered {
            Some((directive, _)) => {
                if directive.is_assertion {
                    record.unanswered = record.unanswered.saturating_sub(1);
                    record.failed += 1;
                }
                Red { directive: Some(self.record(directive)), ..of_the_cell(kind, &in_words(&directive.expected), what) }
            }
            None => of_the_cell(kind, "ends when it is told to", format!("{what}, after its last answer")),
        };
        (Some(red), worst.or(Some(ending)))
    }

    fn record(&self, directive: &Directive) -> DirectiveRecord {
        DirectiveRecord {
            line: directive.line.into(),
            text: self.script.text_of(directive).to_owned(),
            is_assertion: directive.is_assertion,
        }
    }
}

fn meets(directive: &Directive, reply: &Reply) -> bool {
    let failure = failure_of(reply).map(|failure| &failure.kind);
    match (&directive.expected, reply, failure) {
        (Expected::Success, Reply::Ok(answer), _) => is_of_its_sort(&directive.action, answer),
        (Expected::Returns(patterns), Reply::Ok(Answer::Values(values)), _) => all_match(patterns, &Returned::Values(values)),
        (Expected::Trap, _, Some(FailureKind::Trap(_)))
        | (Expected::Exhaustion, _, Some(FailureKind::Exhausted(_)))
        | (Expected::Exception, _, Some(FailureKind::Exception))
        | (Expected::Rejected, _, Some(FailureKind::Rejected))
        | (Expected::Unlinkable, _, Some(FailureKind::Unlinkable)) => true,
        _ => false,
    }
}

fn is_of_its_sort(action: &Action, answer: &Answer) -> bool {
    match action {
        Action::Invoke { .. } | Action::Get { .. } => matches!(answer, Answer::Values(_)),
        _ => *answer == Answer::Done,
    }
}

fn in_words(expected: &Expected) -> String {
    match expected {
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
