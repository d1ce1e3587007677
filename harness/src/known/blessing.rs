//! What has to be written into a `known.yaml` so that a run is as it says: entries for what is red, and none for what is no longer.

use std::collections::BTreeSet;

use wasmatrix_reports::Outcome;

use super::{
    again::CellAgain,
    edit::{Edit, EditError, edited},
};
use crate::{
    date::Date,
    judge::Settled,
    runtime::{Known, Line},
    yaml::Place,
};

/// Endings that are entered only where a person says so: what takes a host down, or is nobody's but ours, is not to be got used to.
pub(super) const ENDINGS: [&str; 4] = ["crashed", "hung", "broken", "overlimit"];

/// The kinds among `crashed`, `hung`, `broken` and `overlimit` that may be entered.
pub type Allowed = BTreeSet<&'static str>;

/// What is blessed.
#[derive(Debug, Clone, Copy)]
pub struct ToBless<'b> {
    /// All variants of the runtime, in its own order; empty where it has none.
    pub variants: &'b [String],
    /// Its lines, each with its version where that is known.
    pub lines: &'b [(Line, Option<String>)],
    /// All cases that there are, `suite/case`.
    pub cases: &'b [String],
    /// The runtime's cells of the run.
    pub cells: &'b [CellAgain<'b>],
    /// The text of its `known.yaml`.
    pub text: &'b str,
    /// The day by which entries have expired or not.
    pub today: Date,
    /// The endings that may be entered.
    pub allowed: &'b Allowed,
}

/// What came of it.
#[derive(Debug)]
pub struct Blessing {
    /// The text with the edit; the old one where there is nothing to edit.
    pub text: String,
    /// How many cells are known by it that were not.
    pub blessed: usize,
    /// What is left red, and why.
    pub left: Vec<String>,
}

/// Why there is no blessing.
#[derive(Debug, thiserror::Error)]
pub enum BlessError {
    /// The text is not a `known.yaml`.
    #[error("{0}: {1}")]
    Unreadable(Place, String),
    /// It cannot be edited as text.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// The edited text does not do what it is for.
    #[error("the edit would not do what it is for ({0}); nothing is written, enter it by hand")]
    Unproven(String),
}

/// The smallest edit of a `known.yaml` by which every red of these cells is known, and every fixed entry gone, as far as that may be done
/// without a person. The edited text is read again and every cell settled by it: what was not meant to change is as it was.
///
/// # Errors
/// Where the text cannot be read or edited, or the edit is not what it should be.
pub fn bless(of: ToBless<'_>) -> Result<Blessing, BlessError> {
    let unreadable = |(place, message)| BlessError::Unreadable(place, message);
    let known = Known::parse(of.text).map_err(unreadable)?;
    let before: Vec<Settled> = of.cells.iter().map(|cell| cell.settled(&known, of.today)).collect();
    let mut plan = Plan { of, known: &known, before: &before, edits: Vec::new(), left: Vec::new(), blessed: BTreeSet::new() };
    let wanted = plan.wanted();
    plan.take_out_what_is_fixed();
    let new = plan.entries(wanted);
    let Plan { edits, left, blessed, .. } = plan;
    if edits.is_empty() && new.is_empty() {
        return Ok(Blessing { text: of.text.to_owned(), blessed: 0, left });
    }
    let text = edited(of.text, &known, &edits, &new)?;
    let known = Known::parse(&text).map_err(|(place, message)| BlessError::Unproven(format!("{place}: {message}")))?;
    for (place, (cell, before)) in of.cells.iter().zip(&before).enumerate() {
        let after = cell.settled(&known, of.today);
        let is_meant = match (blessed.contains(&place), before.outcome, after.outcome) {
            (true, _, after) => after == Outcome::Known,
            (false, Outcome::Fixed, Outcome::Pass | Outcome::Observed | Outcome::Known) => true,
            (false, before, after) => before == after,
        } && !(left.is_empty() && after.outcome.is_red());
        if !is_meant {
            return Err(BlessError::Unproven(format!("{} would be {}", cell.cell.id(), after.outcome)));
        }
    }
    Ok(Blessing { text, blessed: blessed.len(), left })
}

/// A blessing in the making.
pub(super) struct Plan<'p> {
    pub(super) of: ToBless<'p>,
    pub(super) known: &'p Known,
    /// What the entries make of each cell as they are.
    pub(super) before: &'p [Settled],
    pub(super) edits: Vec<Edit>,
    pub(super) left: Vec<String>,
    /// The places of the cells that are to be known.
    pub(super) blessed: BTreeSet<usize>,
}

impl Plan<'_> {
    /// Notes that a field gets another value.
    pub(super) fn set(&mut self, entry: usize, field: &'static str, value: String) {
        self.edits.push(Edit::Set { entry, field, value });
    }

    /// Variants in the runtime's own order.
    pub(super) fn in_order(&self, variants: &BTreeSet<String>) -> Vec<String> {
        self.of.variants.iter().filter(|variant| variants.contains(*variant)).cloned().collect()
    }

    /// The lines of a script's directives; where nobody knows the script, as if each line were one.
    pub(super) fn directives(&self, case: &str, lines: &BTreeSet<u64>) -> BTreeSet<u64> {
        let known = self.of.cells.iter().filter(|cell| cell.case() == case).map(|cell| &cell.directives).find(|lines| !lines.is_empty());
        known.cloned().unwrap_or_else(|| (lines.first().copied().unwrap_or(1)..=lines.last().copied().unwrap_or(1)).collect())
    }
}
