//! Variants that the new version does not have, and what goes with them.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Sides;
use crate::{Cell, Outcome};

/// A variant of the old version that the new one does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoneSide {
    /// Its name.
    pub variant: String,
    /// Its identity in the old version.
    pub old: String,
    /// What became of it, with a link, in words that end no sentence.
    pub why: String,
}

/// What goes with a variant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Gone {
    /// The variant's name.
    pub variant: String,
    /// What became of it.
    pub why: String,
    /// How many cells passed there.
    pub passed: u64,
    /// Of these, what no variant of the new version supports.
    pub lost: Vec<Lost>,
}

/// Cells of a suite that passed on a variant which is gone, and that no variant of the new version supports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Lost {
    /// The suite.
    pub suite: String,
    /// Why the new version cannot be asked, in the words of the variant that lacks least.
    pub reason: String,
    /// The cases, those in command form as such.
    pub cases: Vec<String>,
}

impl Gone {
    /// How many cells are lost.
    pub fn cells(&self) -> u64 {
        self.lost.iter().map(|lost| lost.cases.len() as u64).sum()
    }
}

/// What goes with each of the variants that are gone.
pub(super) fn gone(sides: &Sides, cells: &[Cell]) -> Vec<Gone> {
    let mut new: BTreeMap<(&str, &str), Vec<&Cell>> = BTreeMap::new();
    for cell in cells.iter().filter(|cell| sides.pairs.iter().any(|pair| pair.new == cell.runtime)) {
        new.entry((&cell.suite, &cell.case)).or_default().push(cell);
    }
    let of = |side: &GoneSide| {
        let passed: Vec<&Cell> = cells.iter().filter(|cell| cell.runtime == side.old && has_passed(cell)).collect();
        let mut lost: BTreeMap<(&str, String), Vec<String>> = BTreeMap::new();
        for cell in &passed {
            let on_new = new.get(&(cell.suite.as_str(), cell.case.as_str())).map_or(&[][..], Vec::as_slice);
            if let Some(reason) = lacking(on_new) {
                lost.entry((&cell.suite, reason)).or_default().push(cell.case.clone());
            }
        }
        let lost = lost.into_iter().map(|((suite, reason), cases)| Lost { suite: suite.to_owned(), reason, cases }).collect();
        Gone { variant: side.variant.clone(), why: side.why.clone(), passed: passed.len() as u64, lost }
    };
    sides.gone.iter().map(of).collect()
}

fn has_passed(cell: &Cell) -> bool {
    cell.outcome == Outcome::Pass || (cell.outcome == Outcome::Fixed && cell.reds.is_empty())
}

/// Why none of a case's cells could be asked; `None` where one could be, or nobody knows.
fn lacking(cells: &[&Cell]) -> Option<String> {
    let is_unsupported = !cells.is_empty() && cells.iter().all(|cell| cell.outcome == Outcome::Unsupported);
    let reasons = cells.iter().map(|cell| cell.reason.as_deref().unwrap_or_default());
    // Who lacks least says it in the fewest words.
    reasons.min_by_key(|reason| reason.len()).filter(|_| is_unsupported).map(str::to_owned)
}
