//! What meets what, and what is left out with which reason.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::Measurements;
use crate::{Measured, Question};

/// Something that could not be compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LeftOut {
    /// Why.
    pub reason: Reason,
    /// The runtime; where both sides have it, that of the new one.
    pub runtime: String,
    /// What was to be measured.
    pub question: Question,
}

/// Why something could not be compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// It could not be measured on the old side, for this reason.
    UnmeasuredBefore(String),
    /// It could not be measured on the new side, for this reason.
    UnmeasuredAfter(String),
    /// The case asks something else than it did, or does not say what it asks.
    AsksSomethingElse,
    /// Only the old side has it.
    Removed,
    /// Only the new side has it.
    Added,
}

/// Samples, or whole blocks, that were not believed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ThrownOut {
    /// [`Measured::id`].
    pub of: String,
    /// How many.
    pub times: u64,
    /// The round of the first.
    pub round: u64,
    /// Why the first was.
    pub why: String,
}

/// What both sides have, and the rest.
pub(super) struct Met<'m> {
    pub(super) both: Vec<(&'m Measured, &'m Measured)>,
    pub(super) left_out: Vec<LeftOut>,
}

pub(super) fn met<'m>(before: &'m Measurements, after: &'m Measurements, pairs: &[(&str, &str)]) -> Met<'m> {
    let mut met = Met { both: Vec::new(), left_out: Vec::new() };
    for (old, new) in pairs {
        let by_question = |side: &'m Measurements, runtime: &str| -> BTreeMap<Question, &'m Measured> {
            side.of_runtime(runtime).map(|measured| (measured.question(), measured)).collect()
        };
        let (old, mut new) = (by_question(before, old), by_question(after, new));
        for (question, old) in old {
            match new.remove(&question) {
                None => met.leave(Reason::Removed, old),
                Some(new) => match reason(old, new) {
                    Some(reason) => met.leave(reason, new),
                    None => met.both.push((old, new)),
                },
            }
        }
        new.into_values().for_each(|new| met.leave(Reason::Added, new));
    }
    met.both.sort_by_cached_key(|(old, new)| (new.question(), old.runtime.clone()));
    met
}

impl Met<'_> {
    fn leave(&mut self, reason: Reason, measured: &Measured) {
        self.left_out.push(left(reason, measured));
    }
}

fn left(reason: Reason, measured: &Measured) -> LeftOut {
    LeftOut { reason, runtime: measured.runtime.clone(), question: measured.question() }
}

fn reason(old: &Measured, new: &Measured) -> Option<Reason> {
    if old.asks.is_none() || old.asks != new.asks {
        return Some(Reason::AsksSomethingElse);
    }
    let unmeasured = |side: &Measured, of: fn(String) -> Reason| side.unmeasured.clone().map(of);
    unmeasured(old, Reason::UnmeasuredBefore).or_else(|| unmeasured(new, Reason::UnmeasuredAfter))
}

/// What belongs to runtimes that only one side has.
pub(super) fn runtimes(before: &Measurements, after: &Measurements, pairs: &[(&str, &str)]) -> Vec<LeftOut> {
    let alone = |side: &Measurements, paired: BTreeSet<&str>, reason: Reason| -> Vec<LeftOut> {
        let others = side.all().iter().filter(|measured| !paired.contains(measured.runtime.as_str()));
        others.map(|measured| left(reason.clone(), measured)).collect()
    };
    let mut found = alone(before, pairs.iter().map(|(old, _)| *old).collect(), Reason::Removed);
    found.extend(alone(after, pairs.iter().map(|(_, new)| *new).collect(), Reason::Added));
    found
}

/// What was thrown away of the runtimes that are compared.
pub(super) fn thrown_away(before: &Measurements, after: &Measurements, pairs: &[(&str, &str)]) -> Vec<ThrownOut> {
    let old = pairs.iter().flat_map(|(old, _)| before.of_runtime(old));
    let new = pairs.iter().flat_map(|(_, new)| after.of_runtime(new));
    old.chain(new).filter_map(thrown_out).collect()
}

pub(crate) fn thrown_out(measured: &Measured) -> Option<ThrownOut> {
    let first = measured.thrown_away.first()?;
    Some(ThrownOut { of: measured.id(), times: measured.thrown_away.len() as u64, round: first.round, why: first.why.clone() })
}
