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

#[cfg(test)]
mod tests {
    use wasmatrix_reports::{Cell, Level, Red};

    use super::*;
    use crate::id::RuntimeId;

    fn red(step: u64, kind: &str) -> Red {
        Red { step: Some(step), directive: None, kind: kind.to_owned(), expected: String::new(), observed: String::new(), ..Red::default() }
    }

    fn cell(variant: &str, case: &str, outcome: Outcome, reds: &[Red]) -> Cell {
        Cell {
            runtime: format!("a@2+{variant}"),
            version: "2.3.4".to_owned(),
            suite: "s".to_owned(),
            case: case.to_owned(),
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

    fn blessed(cells: &[Cell], text: &str, allowed: &[&'static str]) -> Blessing {
        let id =
            |cell: &Cell| RuntimeId { runtime: "a".into(), line: "2".into(), variant: cell.runtime.split('+').nth(1).map(str::to_owned) };
        let cells: Vec<CellAgain<'_>> = cells.iter().map(|cell| CellAgain::new(cell, id(cell), "linux", None, None)).collect();
        let of = ToBless {
            variants: &["x".to_owned(), "v".to_owned(), "z".to_owned()],
            lines: &[],
            cases: &[],
            cells: &cells,
            text,
            today: "2027-01-31".parse().expect("a date"),
            allowed: &allowed.iter().copied().collect(),
        };
        bless(of).unwrap_or_else(|error| panic!("{error}"))
    }

    /// The entries that an empty file gets for these cells, without what is left to write, and how many cells are left red.
    fn entered(cells: &[Cell], allowed: &[&'static str]) -> (String, usize) {
        let blessing = blessed(cells, "known: []\n", allowed);
        let left = |line: &&str| !line.contains("TO BE WRITTEN") && !line.contains("versions: \">=2.0.0, <3.0.0\"");
        let text: Vec<&str> = blessing.text.lines().filter(left).map(str::trim).collect();
        (text.join(" ").replace("known: - ", "").replace("  - ", " - "), blessing.left.len())
    }

    #[test]
    fn what_cells_have_in_common_is_one_entry() {
        let fail = Outcome::Fail;
        let wrong = [red(1, "wrong-value")];
        let three = |case: &str| ["x", "v", "z"].map(|variant| cell(variant, case, fail, &wrong));
        for (cells, wanted) in [
            (vec![cell("x", "c", Outcome::Pass, &[])], "known: []"),
            (three("c").to_vec(), "case: s/c step: 1 kind: wrong-value"),
            (vec![cell("z", "c", fail, &wrong), cell("x", "c", fail, &wrong)], "case: s/c variants: [x, z] step: 1 kind: wrong-value"),
            (
                vec![cell("x", "c", fail, &[red(1, "wrong-value"), red(2, "trap unreachable")]), cell("v", "c", fail, &wrong)],
                "case: s/c variants: [x, v] step: 1 kind: wrong-value - case: s/c variants: [x] step: 2 kind: trap unreachable",
            ),
            (
                vec![cell("x", "c", fail, &wrong), cell("v", "c", Outcome::Intermittent, &wrong)],
                "case: s/c variants: [x] step: 1 kind: wrong-value - case: s/c variants: [v] step: 1 kind: [wrong-value, pass]",
            ),
            ([three("c"), three("c.command")].concat(), "case: \"s/c{,.command}\" step: 1 kind: wrong-value"),
            (
                [three("c").to_vec(), vec![cell("x", "c.command", fail, &wrong)]].concat(),
                "case: s/c step: 1 kind: wrong-value - case: s/c.command variants: [x] step: 1 kind: wrong-value",
            ),
        ] {
            assert_eq!(entered(&cells, &[]), (wanted.to_owned(), 0));
        }
    }

    #[test]
    fn an_entry_that_says_the_same_gets_the_field_that_is_missing() {
        let old = "known:\n  - case: s/c # first\n    versions: \">=2.0.0, <3.0.0\"\n    variants: [x]\n    step: 1\n    kind: wrong-value\n    \
                   reason: r\n    reproduced: by hand\n";
        let wrong = [red(1, "wrong-value")];
        let known = cell("x", "c", Outcome::Known, &wrong);
        for (more, from, to) in [
            (cell("z", "c", Outcome::Fail, &wrong), "[x]", "[x, z]"),
            (cell("x", "c.command", Outcome::Fail, &wrong), "s/c #", "\"s/c{,.command}\" #"),
        ] {
            assert_eq!(blessed(&[known.clone(), more], old, &[]).text, old.replace(from, to));
        }
        let other = blessed(&[known, cell("z", "c.command", Outcome::Fail, &wrong)], old, &[]);
        assert!(other.text.starts_with(old) && other.text.contains("case: s/c.command\n"), "{}", other.text);
    }

    #[test]
    fn an_ending_of_a_cell_leaves_the_whole_cell_as_it_is() {
        let reds = |ending| [red(1, "wrong-value"), red(2, ending)];
        for (ending, outcome) in
            [("crashed", Outcome::Crashed), ("hung", Outcome::Hung), ("broken", Outcome::Broken), ("overlimit", Outcome::Overlimit)]
        {
            let cells = [cell("x", "c", outcome, &reds(ending))];
            assert_eq!(entered(&cells, &[]), ("known: []".to_owned(), 1));
            let others: Vec<&'static str> = ENDINGS.into_iter().filter(|other| *other != ending).collect();
            assert_eq!(entered(&cells, &others), ("known: []".to_owned(), 1), "{ending} is not among what is allowed");
            let wanted = format!("case: s/c variants: [x] step: 1 kind: wrong-value - case: s/c variants: [x] step: 2 kind: {ending}");
            assert_eq!(entered(&cells, &[ending]), (wanted, 0));
        }
    }
}
