//! A cell that was asked several times: the ways in which it ended, and how often each was seen.

use std::{collections::BTreeSet, fmt::Write as _};

use serde::{Deserialize, Serialize};
use wasmatrix_adapter::Backtrace;

use crate::{
    Cell, Level, Observation, Outcome, Red,
    change::{CellFacts, Seen},
};

/// What came of asking a cell several times.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Repeated {
    /// How often it was asked; 2 at least.
    pub asked: u64,
    /// The ways in which it ended, the most frequent first; left out where it was the same each time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ways: Vec<Way>,
}

/// One of several ways in which a cell ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Way {
    /// How often it was seen.
    pub times: u64,
    /// How the cell ended, if nothing were known to fail.
    pub outcome: Outcome,
    /// What was red the first time, without backtraces.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reds: Vec<Red>,
    /// What of the observations of an implementation-defined case is not the same in all ways, in words; or why nothing was executed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<String>,
}

/// The most reds or observations of a way that its words name.
const NAMED: usize = 3;

/// The most that its words show of one of them, in characters.
const LONGEST: usize = 120;

impl Way {
    /// `2 times fail: step 1 [wrong-value] returns i32 8`
    pub fn in_words(&self) -> String {
        let mut text = format!("{} time{} {}", self.times, if self.times == 1 { "" } else { "s" }, self.outcome);
        let reds = self.reds.iter().map(|red| format!("{} [{}] {}", red.place(), red.kind, in_a_line(&red.observed)));
        let told: Vec<String> = reds.chain(self.seen.iter().map(|seen| in_a_line(seen))).collect();
        for (number, one) in told.iter().take(NAMED).enumerate() {
            // Writing to a String cannot fail, here and below.
            let _ = write!(text, "{} {one}", if number == 0 { ":" } else { ";" });
        }
        if told.len() > NAMED {
            let _ = write!(text, "; and {} more", told.len() - NAMED);
        }
        text
    }
}

fn in_a_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// The ways in which one cell ended these times, the most frequent first and of equal ones the earlier; with each the place of the record that was
/// its first. Two ways are one where the outcome is, and what is red: where, of which kind, and what was seen there. Of an implementation-defined
/// case the observations count too, after the rules that excuse legal differences. Times, texts and backtraces do not count.
pub fn ways(cells: &[Cell]) -> Vec<(Way, usize)> {
    let mut found: Vec<(Alike, Way, usize)> = Vec::new();
    for (place, cell) in cells.iter().enumerate() {
        let facts = CellFacts::of(cell);
        let alike = Alike {
            outcome: facts.outcome_without_known(),
            reds: cell.reds.iter().map(|red| (red.place(), red.kind.clone(), comparable(cell, red))).collect(),
            seen: (cell.level == Level::ImplementationDefined).then_some(facts.seen),
        };
        match found.iter_mut().find(|(known, ..)| *known == alike) {
            Some((_, way, _)) => way.times += 1,
            None => {
                let reds = cell.reds.iter().map(|red| Red { backtrace: Backtrace::default(), ..red.clone() }).collect();
                let seen = if alike.outcome.is_executed() { Vec::new() } else { cell.reason.iter().cloned().collect() };
                let way = Way { times: 1, outcome: alike.outcome, reds, seen };
                found.push((alike, way, place));
            }
        }
    }
    let told: Vec<Vec<String>> = found.iter().map(|(alike, ..)| peculiar(alike, &found)).collect();
    let mut ways: Vec<(Way, usize)> = Vec::new();
    for ((_, mut way, place), told) in found.into_iter().zip(told) {
        way.seen.extend(told);
        ways.push((way, place));
    }
    // The sort is stable, so the earlier of two that are as frequent stays before the other.
    ways.sort_by_key(|(way, _)| std::cmp::Reverse(way.times));
    ways
}

/// What makes two records of a cell the same.
#[derive(PartialEq)]
struct Alike {
    outcome: Outcome,
    /// Place, kind, and what was seen.
    reds: BTreeSet<(String, String, String)>,
    seen: Option<Seen>,
}

/// What was seen of a red, as far as it says the same each time that the same happens.
fn comparable(cell: &Cell, red: &Red) -> String {
    match red.kind.as_str() {
        // How long somebody waited, how much memory was in use when it was looked at, what stood on a broken line.
        "hung" | "overlimit" | "broken" => return String::new(),
        _ => {}
    }
    let step = red.step.and_then(|number| cell.steps.get(usize::try_from(number).ok()?.checked_sub(1)?));
    match step.map(|step| &step.observed) {
        // In how many branches is for the scheduler to say.
        Some(Observation::Parallel(_)) => red.observed.rsplit_once(" (in ").map_or(red.observed.as_str(), |(seen, _)| seen).to_owned(),
        _ => red.observed.clone(),
    }
}

/// What was seen in this way and not in all others.
fn peculiar(alike: &Alike, all: &[(Alike, Way, usize)]) -> Vec<String> {
    let places = |alike: &Alike| match &alike.seen {
        Some(Seen::InWords { steps, files }) => steps.iter().chain(files.iter().flatten()).cloned().collect(),
        Some(Seen::Digest(_) | Seen::NotKept) | None => BTreeSet::new(),
    };
    let others: Vec<BTreeSet<(String, String)>> = all.iter().map(|(other, ..)| places(other)).collect();
    let own = places(alike).into_iter().filter(|place| others.iter().any(|other| !other.contains(place)));
    own.map(|(place, seen)| format!("{place}: {seen}")).collect()
}

#[cfg(test)]
mod tests {
    use std::slice;

    use wasmatrix_adapter::{Answer, Frame, Reply, Value};

    use super::*;
    use crate::StepRecord;

    fn cell(outcome: Outcome, reds: &[Red]) -> Cell {
        Cell {
            runtime: "a@1".to_owned(),
            version: "1.0.0".to_owned(),
            suite: "s".to_owned(),
            case: "c".to_owned(),
            from: None,
            level: Level::Required,
            outcome,
            asks: None,
            why: String::new(),
            reason: None,
            issue: None,
            wall_us: 0,
            steps: Vec::new(),
            files: None,
            script: None,
            reds: reds.to_vec(),
            worker_stderr: None,
            repeated: None,
        }
    }

    fn red(step: u64, kind: &str, observed: &str) -> Red {
        Red { step: Some(step), kind: kind.to_owned(), observed: observed.to_owned(), ..Red::default() }
    }

    fn told(cells: &[Cell]) -> Vec<String> {
        ways(cells).iter().map(|(way, first)| format!("{} (first: {first})", way.in_words())).collect()
    }

    #[test]
    fn what_varies_by_itself_is_no_other_way() {
        let wrong = red(1, "wrong-value", "returns i32 8");
        let trap = red(1, "trap unreachable", "traps unreachable");
        let frame = Frame { index: Some(1), ..Frame::default() };
        let deep = Red { backtrace: Backtrace { frames: vec![frame], more: 0 }, ..trap.clone() };
        for (one, other) in [
            (cell(Outcome::Pass, &[]), Cell { wall_us: 7, ..cell(Outcome::Pass, &[]) }),
            (cell(Outcome::Fail, slice::from_ref(&trap)), cell(Outcome::Fail, &[Red { words: "at 0x7f00".to_owned(), ..trap.clone() }])),
            (cell(Outcome::Fail, slice::from_ref(&trap)), cell(Outcome::Fail, &[deep])),
            (
                cell(Outcome::Hung, &[red(1, "hung", "killed after 2.5 s")]),
                cell(Outcome::Hung, &[red(1, "hung", "interrupted after 1.5 s")]),
            ),
            (cell(Outcome::Overlimit, &[red(1, "overlimit", "257 MiB")]), cell(Outcome::Overlimit, &[red(1, "overlimit", "300 MiB")])),
            // Whatever is known of it.
            (cell(Outcome::Fail, slice::from_ref(&wrong)), cell(Outcome::Known, slice::from_ref(&wrong))),
            (cell(Outcome::Pass, &[]), cell(Outcome::Fixed, &[])),
        ] {
            assert_eq!(ways(&[one.clone(), other.clone()]).len(), 1, "{one:?} {other:?}");
        }
    }

    #[test]
    fn another_outcome_place_kind_or_value_is_another_way() {
        let fail = |red: Red| cell(Outcome::Fail, &[red]);
        let base = fail(red(1, "wrong-value", "returns i32 8"));
        for other in [
            cell(Outcome::Pass, &[]),
            fail(red(2, "wrong-value", "returns i32 8")),
            fail(red(1, "trap unreachable", "returns i32 8")),
            fail(red(1, "wrong-value", "returns i32 9")),
            cell(Outcome::Fail, &[red(1, "wrong-value", "returns i32 8"), red(2, "wrong-value", "returns i32 8")]),
        ] {
            assert_eq!(ways(&[base.clone(), other.clone()]).len(), 2, "{other:?}");
        }
        let died = |signal: &str| cell(Outcome::Crashed, &[red(1, "crashed", signal)]);
        assert_eq!(ways(&[died("SIGSEGV"), died("SIGABRT")]).len(), 2);
    }

    #[test]
    fn ways_stand_in_the_order_of_their_frequency() {
        let (pass, hung) = (cell(Outcome::Pass, &[]), cell(Outcome::Hung, &[red(1, "hung", "killed after 2.5 s")]));
        let fail =
            cell(Outcome::Fail, &[red(1, "wrong-value", "returns\n  i32 8"), red(2, "returned", "x"), red(3, "a", "b"), red(4, "a", "b")]);
        let cells = [fail.clone(), pass.clone(), pass, hung.clone(), hung];
        assert_eq!(
            told(&cells),
            [
                "2 times pass (first: 1)",
                "2 times hung: step 1 [hung] killed after 2.5 s (first: 3)",
                "1 time fail: step 1 [wrong-value] returns i32 8; step 2 [returned] x; step 3 [a] b; and 1 more (first: 0)",
            ]
        );
    }

    #[test]
    fn observations_count_where_they_are_the_record() {
        let returned = |values: &[u32]| -> Vec<StepRecord> {
            let step = |value: &u32| StepRecord {
                does: "invoke f ()".to_owned(),
                observed: Observation::Answered(Reply::Ok(Answer::Values(vec![Value::I32(*value)]))),
                busy_ns: u64::from(*value),
                cache: None,
                canary: None,
            };
            values.iter().map(step).collect()
        };
        let observed =
            |values: &[u32]| Cell { level: Level::ImplementationDefined, steps: returned(values), ..cell(Outcome::Observed, &[]) };
        assert_eq!(
            told(&[observed(&[1, 2]), observed(&[1, 3]), observed(&[1, 3])]),
            [
                "2 times observed: step 2, invoke f (): returns i32 3 (first: 1)",
                "1 time observed: step 2, invoke f (): returns i32 2 (first: 0)"
            ]
        );
        let judged = |values: &[u32]| Cell { steps: returned(values), ..cell(Outcome::Pass, &[]) };
        assert_eq!(ways(&[judged(&[1]), judged(&[2])]).len(), 1, "a judged case passes or it does not");
    }

    #[test]
    fn in_how_many_branches_is_no_other_way() {
        let parallel = |observed: &str| Cell {
            steps: vec![StepRecord {
                does: "parallel".to_owned(),
                observed: Observation::Parallel(Vec::new()),
                busy_ns: 0,
                cache: None,
                canary: None,
            }],
            ..cell(Outcome::Fail, &[red(1, "wrong-value", observed)])
        };
        let cells = [parallel("f: returns i32 8 (in 3 of 8 branches)"), parallel("f: returns i32 8 (in 1 of 8 branches)")];
        assert_eq!(ways(&cells).len(), 1);
        assert_eq!(ways(&[cells[0].clone(), parallel("f: returns i32 9 (in 3 of 8 branches)")]).len(), 2);
    }
}
