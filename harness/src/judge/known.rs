//! A verdict held against what is known to fail.

use std::collections::BTreeSet;

use wasmatrix_reports::{Outcome, Red};

use super::{ScriptLines, Verdict};
use crate::runtime::KnownEntry;

/// What a cell's record says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// The outcome.
    pub outcome: Outcome,
    /// Why it is known, fixed or unsupported.
    pub reason: Option<String>,
    /// Where it is filed.
    pub issue: Option<String>,
    /// What was red.
    pub reds: Vec<Red>,
    /// Which of the reds are known, by their places.
    pub known: BTreeSet<usize>,
}

/// Settles a verdict; `lines` is what came of a script's. A cell is known where *every* red in it has an entry of its kind (and step or line,
/// where the entry names any). It is *fixed* where nothing in it is red but what has an entry, and an entry is left that nothing red answers
/// to, or that names the line of an assertion that passed. An entry about lines that cannot be asked here says nothing here.
pub fn settle(verdict: Verdict, known: &[&KnownEntry], lines: &ScriptLines) -> Settled {
    let (outcome, reds) = match verdict {
        Verdict::Pass => (Outcome::Pass, Vec::new()),
        Verdict::Observed => (Outcome::Observed, Vec::new()),
        Verdict::Unsupported(reason) => {
            return Settled { outcome: Outcome::Unsupported, reason: Some(reason), issue: None, reds: Vec::new(), known: BTreeSet::new() };
        }
        Verdict::Fail(reds) => (Outcome::Fail, reds),
        Verdict::Crashed(reds) => (Outcome::Crashed, reds),
        Verdict::Hung(reds) => (Outcome::Hung, reds),
        Verdict::Broken(reds) => (Outcome::Broken, reds),
        Verdict::Overlimit(reds) => (Outcome::Overlimit, reds),
    };
    let entries: Vec<Option<&&KnownEntry>> = reds.iter().map(|red| known.iter().find(|entry| answers(entry, red))).collect();
    let known_reds: BTreeSet<usize> = (0..).zip(&entries).filter(|(_, entry)| entry.is_some()).map(|(place, _)| place).collect();
    if known_reds.len() < reds.len() {
        let other = known.iter().find(|entry| !reds.iter().any(|red| answers(entry, red)));
        let reason = other.map(|entry| format!("not in the way that known.yaml knows (`{}`: {})", entry.kind, entry.reason));
        return Settled { outcome, reason, issue: None, reds, known: known_reds };
    }
    let first_of = |entry: &KnownEntry, those: &BTreeSet<u64>| {
        entry.lines.as_ref().and_then(|named| those.iter().copied().find(|line| named.contains(*line)))
    };
    let passes = |entry: &KnownEntry| first_of(entry, &lines.passed);
    let is_unasked = |entry: &KnownEntry| first_of(entry, &lines.unsupported).is_some();
    let is_stale = |entry: &&&KnownEntry| passes(entry).is_some() || !(is_unasked(entry) || reds.iter().any(|red| answers(entry, red)));
    // After a death nobody knows what would have come of the rest.
    let can_be_stale = matches!(outcome, Outcome::Pass | Outcome::Observed | Outcome::Fail);
    if let Some(stale) = known.iter().find(is_stale).filter(|_| can_be_stale) {
        let what = passes(stale).map_or_else(|| "remove the entry".to_owned(), |line| format!("take line {line} out of the entry"));
        let reason = Some(format!("fixed: {what} in known.yaml (`{}`: {})", stale.kind, stale.reason));
        return Settled { outcome: Outcome::Fixed, reason, issue: stale.issue.clone(), reds, known: known_reds };
    }
    match entries.first().copied().flatten() {
        Some(first) => {
            Settled { outcome: Outcome::Known, reason: Some(first.reason.clone()), issue: first.issue.clone(), reds, known: known_reds }
        }
        None => Settled { outcome, reason: None, issue: None, reds, known: known_reds },
    }
}

/// Whether an entry is about this red.
fn answers(entry: &KnownEntry, red: &Red) -> bool {
    entry.kind == red.kind
        && entry.step.is_none_or(|step| Some(step) == red.step)
        && entry.lines.as_ref().is_none_or(|lines| red.directive.as_ref().is_some_and(|directive| lines.contains(directive.line)))
}
