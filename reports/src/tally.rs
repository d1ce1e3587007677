//! The last line that a run prints.

use std::fmt;

use crate::{Cell, Outcome, Totals};

/// How many cells ended how.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// By outcome.
    pub totals: Totals,
    /// Cells that were planned and never reached, because the run was interrupted. They have no record.
    pub unreached: u64,
}

impl Tally {
    /// Counts one more cell.
    pub fn count(&mut self, outcome: Outcome) {
        *self.totals.entry(outcome).or_default() += 1;
    }

    /// Counts cells.
    pub fn of<'c>(cells: impl IntoIterator<Item = &'c Cell>) -> Self {
        let mut tally = Self::default();
        for cell in cells {
            tally.count(cell.outcome);
        }
        tally
    }

    /// How many cells ended in one of the outcomes that this holds for.
    pub fn sum(&self, wanted: impl Fn(Outcome) -> bool) -> u64 {
        self.totals.iter().filter(|(outcome, _)| wanted(**outcome)).map(|(_, count)| count).sum()
    }

    /// How many cells a runtime was asked about at all.
    pub fn executed(&self) -> u64 {
        self.sum(Outcome::is_executed)
    }
}

/// `412 passed, 0 red, 3 known, 20 unsupported, 0 not executed`, and how many were only observed, where any were.
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |outcome| self.sum(|other| other == outcome);
        write!(
            f,
            "{} passed, {} red, {} known, {} unsupported, {} not executed",
            of(Outcome::Pass),
            self.sum(Outcome::is_red),
            of(Outcome::Known),
            of(Outcome::Unsupported),
            of(Outcome::Unavailable) + self.unreached,
        )?;
        match of(Outcome::Observed) {
            0 => Ok(()),
            observed => write!(f, ", {observed} observed"),
        }
    }
}
