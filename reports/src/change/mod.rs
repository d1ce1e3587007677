//! Did it change? Two runs, or a run and a baseline, cell by cell.
//!
//! [`Change::between`] of the same sides the other way round says the same the other way round.

mod classify;
mod kind;
mod markdown;
mod paired;
mod side;
mod text;

use serde::{Deserialize, Serialize};

pub(crate) use self::paired::upgraded;
use self::{classify::classified, paired::paired};
pub use self::{
    kind::Kind,
    side::{CellFacts, CellId, Conditions, RedFact, ScriptCounts, Seen, Side},
};
use crate::Outcome;

/// All that changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Change {
    /// What is called the first side.
    pub before: String,
    /// What is called the second side.
    pub after: String,
    /// What was not the same for the two sides to begin with: machine, configuration, versions, suites.
    pub conditions: Vec<Difference>,
    /// The cells that are not as they were; the worst first.
    pub cells: Vec<Changed>,
    /// How many are.
    pub unchanged: u64,
}

/// Something that has two values.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Difference {
    /// What it is.
    pub what: String,
    /// Its first value.
    pub before: String,
    /// Its second.
    pub after: String,
}

/// A cell that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Changed {
    /// How.
    pub kind: Kind,
    /// Whether it got worse in a way that nobody has accepted: it turns the exit code.
    pub worse: bool,
    /// What it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Standing>,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Standing>,
    /// Whether the case asks something else than it did: then it is no wonder.
    pub asks_something_else: bool,
    /// Where the two differ.
    pub details: Vec<Difference>,
    /// What running it again showed, where it was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub confirmed: Vec<String>,
    /// Whether it was the same again on both sides; `None`: at least one of them was not run again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeats: Option<bool>,
}

/// A cell on one side.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Standing {
    /// Which cell.
    pub cell: CellId,
    /// The runtime's exact version; empty where it is not known.
    pub version: String,
    /// How it ended.
    pub outcome: Outcome,
}

impl Change {
    /// What changed from one side to the other.
    pub fn between(before: &Side, after: &Side) -> Self {
        let pairs = paired(before, after);
        let mut change = Self { before: before.name.clone(), after: after.name.clone(), conditions: pairs.conditions, ..Self::default() };
        for (one, other) in pairs.cells {
            match classified(Sided::of(before, one), Sided::of(after, other)) {
                Some(changed) => change.cells.push(changed),
                None => change.unchanged += 1,
            }
        }
        change.sort();
        change
    }

    /// Puts the worst first again.
    pub fn sort(&mut self) {
        self.cells.sort_by(|one, other| (one.kind, !one.worse, one).cmp(&(other.kind, !other.worse, other)));
    }

    /// Whether anything got worse.
    pub fn is_worse(&self) -> bool {
        self.cells.iter().any(|cell| cell.worse)
    }

    /// Whether nothing at all is different.
    pub fn is_empty(&self) -> bool {
        self.conditions.is_empty() && self.cells.is_empty()
    }

    /// How many changed in one way.
    pub fn count(&self, kind: Kind) -> usize {
        self.cells.iter().filter(|cell| cell.kind == kind).count()
    }
}

impl Changed {
    /// The cell as it is called now or, where it is no more, as it was called.
    pub fn cell(&self) -> Option<&CellId> {
        self.after.as_ref().or(self.before.as_ref()).map(|standing| &standing.cell)
    }

    /// What it was called, where that is another name.
    pub fn was_called(&self) -> Option<&CellId> {
        let (before, after) = (self.before.as_ref()?, self.after.as_ref()?);
        (before.cell.case != after.cell.case || before.cell.suite != after.cell.suite).then_some(&before.cell)
    }
}

/// A cell of a side, with its name there.
type Named<'s> = Option<(&'s CellId, &'s CellFacts)>;

/// A cell on one side, looked at together with the side.
struct Sided<'s> {
    id: &'s CellId,
    facts: &'s CellFacts,
    version: &'s str,
    strict: bool,
}

impl<'s> Sided<'s> {
    fn of(side: &'s Side, cell: Named<'s>) -> Option<Self> {
        cell.map(|(id, facts)| Self { id, facts, version: side.version(&id.runtime), strict: side.is_strict() })
    }
}
