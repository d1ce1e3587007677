//! A cell of a stored run, settled again by other entries than it was then.

use std::collections::BTreeSet;

use wasmatrix_reports::{Cell, Level, Lines, Outcome, Receipt, Way};

use crate::{
    date::Date,
    id::RuntimeId,
    judge::{ScriptLines, Settled, Verdict, known_set, settle},
    runtime::{Known, KnownEntry},
    script::{Ask, Claims, ask},
    suite::Case,
};

/// A cell of a stored run, with what its record alone does not say.
#[derive(Debug)]
pub struct CellAgain<'r> {
    /// The record.
    pub cell: &'r Cell,
    /// Its runtime.
    pub id: RuntimeId,
    /// The operating system of the run, as Rust names it.
    pub os: &'r str,
    /// What came of the lines of a script; empty where nobody knows the script any more.
    pub lines: ScriptLines,
    /// The lines of all of a script's directives.
    pub directives: BTreeSet<u64>,
}

impl<'r> CellAgain<'r> {
    /// A cell of a run on this operating system. A script's lines are found out of the script, so the case has to be at hand.
    pub fn new(cell: &'r Cell, id: RuntimeId, os: &'r str, receipt: Option<&Receipt>, case: Option<&Case>) -> Self {
        let (lines, directives) = script_lines(cell, receipt, case).unwrap_or_default();
        Self { cell, id, os, lines, directives }
    }

    /// The entries about this cell.
    pub fn entries<'k>(&self, known: &'k Known) -> Vec<&'k KnownEntry> {
        known.about(&self.id, &self.cell.version, self.os, &self.cell.suite, &self.cell.case)
    }

    /// `suite/case`
    pub fn case(&self) -> String {
        format!("{}/{}", self.cell.suite, self.cell.case)
    }

    /// What the entries make of it. A cell that was not executed stays what it was.
    pub fn settled(&self, known: &Known, today: Date) -> Settled {
        let entries = self.entries(known);
        let unchanged = |outcome: Outcome| Settled {
            outcome,
            reason: self.cell.reason.clone(),
            issue: None,
            reds: self.cell.reds.clone(),
            known: BTreeSet::new(),
        };
        match (self.verdict(), self.cell.outcome) {
            (None, outcome) => unchanged(outcome),
            (Some(_), _) if !self.ways().is_empty() => match known_set(self.ways(), &entries, today) {
                Some(entry) => {
                    let (reason, issue) = (Some(entry.reason().to_owned()), entry.issue().map(str::to_owned));
                    let reds = self.cell.reds.clone();
                    let known = (0..reds.len()).collect();
                    Settled { outcome: Outcome::Known, reason, issue, reds, known }
                }
                // Which of several ways is known says nothing before all of them are.
                None => Settled { reds: self.ways().iter().flat_map(|way| way.reds.clone()).collect(), ..unchanged(Outcome::Intermittent) },
            },
            (Some(verdict), Outcome::Intermittent) => {
                // It was green too, which only an entry that says so covers.
                let entries: Vec<&KnownEntry> = entries.into_iter().filter(|entry| entry.kinds.may_pass).collect();
                let settled = settle(verdict, &entries, &self.lines, today);
                if settled.outcome == Outcome::Known {
                    settled
                } else {
                    Settled { known: settled.known, ..unchanged(Outcome::Intermittent) }
                }
            }
            (Some(verdict), _) => settle(verdict, &entries, &self.lines, today),
        }
    }

    /// The ways in which it ended, where it was asked several times and they were not one.
    pub fn ways(&self) -> &[Way] {
        self.cell.repeated.as_ref().map_or(&[], |repeated| &repeated.ways)
    }

    /// What was seen, whatever was known then.
    fn verdict(&self) -> Option<Verdict> {
        let reds = &self.cell.reds;
        if !self.cell.outcome.is_executed() {
            return None;
        }
        let ending = reds.iter().find_map(|red| match red.kind.as_str() {
            "crashed" => Some(Verdict::Crashed as fn(_) -> _),
            "hung" => Some(Verdict::Hung),
            "broken" => Some(Verdict::Broken),
            "overlimit" => Some(Verdict::Overlimit),
            _ => None,
        });
        Some(match (ending, self.cell.level) {
            (Some(ending), _) => ending(reds.clone()),
            (None, _) if !reds.is_empty() => Verdict::Fail(reds.clone()),
            (None, Level::ImplementationDefined) => Verdict::Observed,
            (None, Level::Required | Level::Recommended) => Verdict::Pass,
        })
    }
}

/// What came of a script's lines, as the judgement knew it: every assertion that was asked and is not red passed.
fn script_lines(cell: &Cell, receipt: Option<&Receipt>, case: Option<&Case>) -> Option<(ScriptLines, BTreeSet<u64>)> {
    let record = cell.script.as_ref()?;
    let source = case?.script.as_ref()?;
    let script = source.compiled().ok()?;
    let Receipt { capabilities, switchable, .. } = receipt?;
    let asked = ask(script, source.features.as_ref(), Claims { capabilities, switchable });
    let directives: BTreeSet<u64> = script.directives.iter().map(|directive| directive.line.into()).collect();
    let ranges: Vec<Lines> = record.unsupported_for.iter().filter_map(|these| these.lines.parse().ok()).collect();
    let unsupported: BTreeSet<u64> = directives.iter().copied().filter(|line| ranges.iter().any(|these| these.contains(*line))).collect();
    let red: BTreeSet<u64> = cell.reds.iter().filter_map(|red| Some(red.directive.as_ref()?.line)).collect();
    let was_asked = script
        .directives
        .iter()
        .zip(&asked.directives)
        .filter(|(directive, ask)| directive.is_assertion && matches!(ask, Ask::Requests(_)));
    let lines = was_asked.map(|(directive, _)| u64::from(directive.line));
    // Of a worker that went nobody knows which of the rest would have passed.
    let passed = if record.unanswered > 0 {
        BTreeSet::new()
    } else {
        lines.filter(|line| !red.contains(line) && !unsupported.contains(line)).collect()
    };
    Some((ScriptLines { passed, unsupported }, directives))
}
