//! A verdict held against what is known to fail.

use wasmatrix_reports::{Outcome, Red};

use super::Verdict;
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
}

/// Settles a verdict. A cell is known where *every* red in it has an entry of its kind (and step, where the entry names one); an entry
/// that nothing red answers to makes a green cell *fixed*.
pub fn settle(verdict: Verdict, known: &[&KnownEntry]) -> Settled {
    let (outcome, reds) = match verdict {
        Verdict::Pass | Verdict::Observed if !known.is_empty() => return fixed(known),
        Verdict::Pass => (Outcome::Pass, Vec::new()),
        Verdict::Observed => (Outcome::Observed, Vec::new()),
        Verdict::Unsupported(reason) => {
            return Settled { outcome: Outcome::Unsupported, reason: Some(reason), issue: None, reds: Vec::new() };
        }
        Verdict::Fail(reds) => (Outcome::Fail, reds),
        Verdict::Crashed(reds) => (Outcome::Crashed, reds),
        Verdict::Hung(reds) => (Outcome::Hung, reds),
        Verdict::Broken(reds) => (Outcome::Broken, reds),
        Verdict::Overlimit(reds) => (Outcome::Overlimit, reds),
    };
    let entry_for = |red: &Red| known.iter().find(|entry| entry.kind == red.kind && entry.step.is_none_or(|step| Some(step) == red.step));
    let entries: Vec<_> = reds.iter().filter_map(entry_for).collect();
    match entries.first() {
        Some(first) if entries.len() == reds.len() => {
            Settled { outcome: Outcome::Known, reason: Some(first.reason.clone()), issue: first.issue.clone(), reds }
        }
        _ => {
            let other = known.first().filter(|_| !reds.is_empty());
            let reason = other.map(|entry| format!("not in the way that known.yaml knows (`{}`: {})", entry.kind, entry.reason));
            Settled { outcome, reason, issue: None, reds }
        }
    }
}

fn fixed(known: &[&KnownEntry]) -> Settled {
    let reason = known.first().map(|entry| format!("fixed: remove the entry from known.yaml (`{}`: {})", entry.kind, entry.reason));
    let issue = known.first().and_then(|entry| entry.issue.clone());
    Settled { outcome: Outcome::Fixed, reason, issue, reds: Vec::new() }
}
