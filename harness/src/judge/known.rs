//! A verdict held against what is known to fail.

use std::collections::BTreeSet;

use wasmatrix_reports::{Outcome, Red};

use super::{ScriptLines, Verdict};
use crate::{date::Date, runtime::KnownEntry};

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
/// where the entry names any) that has not expired. It is *fixed* where nothing in it is red but what has an entry, and an entry is left that
/// nothing red answers to, or that names the line of an assertion that passed, unless it may pass. An entry about lines that cannot be asked
/// here says nothing here.
pub fn settle(verdict: Verdict, known: &[&KnownEntry], lines: &ScriptLines, today: Date) -> Settled {
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
    let answers = |entry: &KnownEntry, red: &Red| entry.expired(today).is_none() && entry.answers(red);
    let entries: Vec<Option<&&KnownEntry>> = reds.iter().map(|red| known.iter().find(|entry| answers(entry, red))).collect();
    let known_reds: BTreeSet<usize> = (0..).zip(&entries).filter(|(_, entry)| entry.is_some()).map(|(place, _)| place).collect();
    if known_reds.len() < reds.len() {
        let reason = not_known(&reds, &known_reds, known, today);
        return Settled { outcome, reason, issue: None, reds, known: known_reds };
    }
    // After a death nobody knows what would have come of the rest.
    let can_be_stale = matches!(outcome, Outcome::Pass | Outcome::Observed | Outcome::Fail);
    let stale = known.iter().find_map(|entry| Some((entry, staleness(entry, &reds, lines)?))).filter(|_| can_be_stale);
    if let Some((stale, staleness)) = stale {
        let what = match staleness {
            Stale::Passes(passed) => format!("take line {} out of the entry", passed.first().copied().unwrap_or_default()),
            Stale::Unanswered => "remove the entry".to_owned(),
        };
        let reason = Some(format!("fixed: {what} in known.yaml (`{}`: {})", stale.kinds, stale.reason()));
        return Settled { outcome: Outcome::Fixed, reason, issue: stale.issue().map(str::to_owned), reds, known: known_reds };
    }
    match entries.first().copied().flatten() {
        Some(first) => {
            let (reason, issue) = (Some(first.reason().to_owned()), first.issue().map(str::to_owned));
            Settled { outcome: Outcome::Known, reason, issue, reds, known: known_reds }
        }
        None => Settled { outcome, reason: None, issue: None, reds, known: known_reds },
    }
}

/// Why an entry has to go, as far as one cell says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stale {
    /// Nothing red answers to it.
    Unanswered,
    /// Assertions on these of its lines passed.
    Passes(BTreeSet<u64>),
}

/// Whether an entry is stale in a cell that came to its end with these reds. One that may pass never is.
pub fn staleness(entry: &KnownEntry, reds: &[Red], lines: &ScriptLines) -> Option<Stale> {
    if entry.kinds.may_pass {
        return None;
    }
    let named = |those: &BTreeSet<u64>| -> BTreeSet<u64> {
        entry.lines.iter().flat_map(|named| those.iter().copied().filter(|line| named.contains(*line))).collect()
    };
    let passed = named(&lines.passed);
    if !passed.is_empty() {
        return Some(Stale::Passes(passed));
    }
    let is_unasked = !named(&lines.unsupported).is_empty();
    (!is_unasked && !reds.iter().any(|red| entry.answers(red))).then_some(Stale::Unanswered)
}

/// What the entries say of a cell in which a red is not known: that it was until a day, or that another one is.
fn not_known(reds: &[Red], known_reds: &BTreeSet<usize>, known: &[&KnownEntry], today: Date) -> Option<String> {
    let is_new = |place: usize| !known_reds.contains(&place);
    let expired = (0..).zip(reds).filter(|(place, _)| is_new(*place)).find_map(|(_, red)| {
        let entry = known.iter().find(|entry| entry.answers(red))?;
        Some((entry, entry.expired(today)?))
    });
    if let Some((entry, last)) = expired {
        return Some(format!("known until {last} (`{}`: {})", entry.kinds, entry.reason()));
    }
    let other = known.iter().find(|entry| !reds.iter().any(|red| entry.answers(red)));
    other.map(|entry| format!("not in the way that known.yaml knows (`{}`: {})", entry.kinds, entry.reason()))
}
