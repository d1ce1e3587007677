//! What has to be written into a `known.yaml` so that a run is as it says: entries for what is red, and none for what is no longer.

use std::collections::{BTreeMap, BTreeSet};

use wasmatrix_reports::{Lines, Outcome, Red};

use super::{
    again::CellAgain,
    edit::{Edit, EditError, edited},
    entry::{NewEntry, list},
    range::range_of,
};
use crate::{
    date::Date,
    judge::{Settled, Stale, staleness},
    runtime::{Kinds, Known, KnownEntry, Line},
    yaml::Place,
};

/// Endings that are entered only where a person says so: what takes a host down, or is nobody's but ours, is not to be got used to.
const ENDINGS: [&str; 4] = ["crashed", "hung", "broken", "overlimit"];

/// The kinds among `crashed`, `hung`, `broken` and `overlimit` that may be entered.
pub type Allowed = BTreeSet<&'static str>;

/// What is blessed.
#[derive(Debug, Clone, Copy)]
pub struct Blessed<'b> {
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
pub fn bless(of: Blessed<'_>) -> Result<Blessing, BlessError> {
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
        };
        if !is_meant {
            return Err(BlessError::Unproven(format!("{} would be {}", cell.cell.id(), after.outcome)));
        }
    }
    Ok(Blessing { text, blessed: blessed.len(), left })
}

/// A blessing in the making.
struct Plan<'p> {
    of: Blessed<'p>,
    known: &'p Known,
    /// What the entries make of each cell as they are.
    before: &'p [Settled],
    edits: Vec<Edit>,
    left: Vec<String>,
    /// The places of the cells that are to be known.
    blessed: BTreeSet<usize>,
}

/// What the reds of one entry have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Alike {
    case: String,
    versions: String,
    step: Option<u64>,
    kind: String,
    may_pass: bool,
}

/// Lines of a script, or `None`, and the variants in which they are red.
type Where = BTreeMap<Option<u64>, BTreeSet<String>>;

impl Plan<'_> {
    /// The reds that nothing answers to, those that one entry could name together.
    fn wanted(&mut self) -> BTreeMap<Alike, Where> {
        let mut wanted: BTreeMap<Alike, Where> = BTreeMap::new();
        for (place, (cell, settled)) in self.of.cells.iter().zip(self.before).enumerate() {
            let unknown = (0..).zip(&settled.reds).filter(|(place, _)| !settled.known.contains(place)).map(|(_, red)| red);
            let unknown: Vec<&Red> = unknown.collect();
            if !settled.outcome.is_red() || unknown.is_empty() {
                continue;
            }
            let id = cell.cell.id();
            let forbidden = unknown.iter().find(|red| ENDINGS.contains(&red.kind.as_str()) && !self.of.allowed.contains(red.kind.as_str()));
            if let Some(red) = forbidden {
                let word = word_of(&red.kind);
                self.left.push(format!("{id} {}, which is not entered without `--allow {word}`", red.kind));
                continue;
            }
            let entries = cell.entries(self.known);
            let expired = |entry: &&&KnownEntry| entry.expired(self.of.today).is_some() && unknown.iter().any(|red| entry.answers(red));
            if let Some(entry) = entries.iter().find(expired) {
                let line = entry.place.line;
                self.left.push(format!("{id} was known until a day that is over: look at the entry on line {line} and give it another"));
                continue;
            }
            let Some(versions) = range_of(&cell.id.line, &cell.cell.version) else {
                self.left.push(format!("{id}: `{}` is not a semantic version, so no range has it", cell.cell.version));
                continue;
            };
            self.blessed.insert(place);
            for red in unknown {
                let alike = Alike {
                    case: cell.case(),
                    versions: versions.clone(),
                    step: red.step,
                    kind: red.kind.clone(),
                    may_pass: cell.cell.outcome == Outcome::Intermittent,
                };
                let line = red.directive.as_ref().map(|directive| directive.line);
                let variants = wanted.entry(alike).or_default().entry(line).or_default();
                variants.extend(cell.id.variant.clone());
            }
        }
        wanted
    }

    /// New entries, and old ones that get another variant instead.
    fn entries(&mut self, wanted: BTreeMap<Alike, Where>) -> Vec<NewEntry> {
        let mut new = Vec::new();
        for (alike, at) in wanted {
            // Lines that are red in the same variants are one entry.
            let mut by_variants: BTreeMap<Vec<String>, BTreeSet<Option<u64>>> = BTreeMap::new();
            for (line, variants) in at {
                by_variants.entry(self.in_order(&variants)).or_default().insert(line);
            }
            for (variants, lines) in by_variants {
                // A red of the script as a whole has no line.
                let (whole, lines): (BTreeSet<Option<u64>>, BTreeSet<Option<u64>>) = lines.into_iter().partition(Option::is_none);
                let lines: BTreeSet<u64> = lines.into_iter().flatten().collect();
                let named = (!lines.is_empty()).then(|| Lines::of(&lines, &self.directives(&alike.case, &lines)).to_string());
                for lines in whole.into_iter().map(|_| None).chain(named.map(Some)) {
                    let entry = NewEntry {
                        case: alike.case.clone(),
                        versions: alike.versions.clone(),
                        variants: if variants.len() == self.of.variants.len() { Vec::new() } else { variants.clone() },
                        step: alike.step,
                        lines,
                        kinds: Kinds { red: vec![alike.kind.clone()], may_pass: alike.may_pass },
                    };
                    match self.one_but_for_variants(&entry) {
                        Some((place, all)) => self.set(place, "variants", list(&all)),
                        None => new.push(entry),
                    }
                }
            }
        }
        new
    }

    /// The entry that says all of this of other variants, and the variants of both.
    fn one_but_for_variants(&self, new: &NewEntry) -> Option<(usize, Vec<String>)> {
        let says_the_same = |entry: &KnownEntry| {
            entry.pattern() == globset::escape(&new.case)
                && entry.versions.value.to_string() == new.versions
                && (entry.step, &entry.kinds) == (new.step, &new.kinds)
                && entry.lines.as_ref().map(ToString::to_string) == new.lines
                && entry.os.is_none()
                && entry.expires.is_none()
                && !entry.variants.is_empty()
                && !new.variants.is_empty()
        };
        let is_free =
            |place: usize| !self.edits.iter().any(|edit| matches!(edit, Edit::Remove(entry) | Edit::Set { entry, .. } if *entry == place));
        let (place, entry) = self.known.entries().iter().enumerate().find(|(place, entry)| is_free(*place) && says_the_same(entry))?;
        let all: BTreeSet<String> = entry.variants.iter().map(|at| at.value.clone()).chain(new.variants.iter().cloned()).collect();
        Some((place, self.in_order(&all)))
    }

    fn set(&mut self, entry: usize, field: &'static str, value: String) {
        self.edits.push(Edit::Set { entry, field, value });
    }

    fn in_order(&self, variants: &BTreeSet<String>) -> Vec<String> {
        self.of.variants.iter().filter(|variant| variants.contains(*variant)).cloned().collect()
    }

    /// The lines of a script's directives; where nobody knows the script, as if each line were one.
    fn directives(&self, case: &str, lines: &BTreeSet<u64>) -> BTreeSet<u64> {
        let known = self.of.cells.iter().filter(|cell| cell.case() == case).map(|cell| &cell.directives).find(|lines| !lines.is_empty());
        known.cloned().unwrap_or_else(|| (lines.first().copied().unwrap_or(1)..=lines.last().copied().unwrap_or(1)).collect())
    }

    fn take_out_what_is_fixed(&mut self) {
        for (place, entry) in self.known.entries().iter().enumerate() {
            match self.without_what_is_fixed(entry) {
                None => {}
                Some(Ok(None)) => self.edits.push(Edit::Remove(place)),
                Some(Ok(Some((field, value)))) => self.set(place, field, value),
                Some(Err(why)) => {
                    self.left.push(format!("the entry on line {} is fixed in part: {why}; take it out by hand", entry.place.line));
                }
            }
        }
    }

    /// What is left of an entry: all of it (`None`), nothing, or all with another value of one field.
    fn without_what_is_fixed(&self, entry: &KnownEntry) -> Option<Result<Option<(&'static str, String)>, String>> {
        let cells = || self.of.cells.iter().enumerate().filter(|(_, cell)| is_about(entry, cell));
        // `None`: nothing is known, because the cell died, was not executed or is left as it is.
        let verdict = |place: usize| {
            let settled = self.before.get(place)?;
            let is_decided = matches!(settled.outcome, Outcome::Pass | Outcome::Observed | Outcome::Known | Outcome::Fixed)
                || (settled.outcome == Outcome::Fail && self.blessed.contains(&place));
            let ended = !settled.reds.iter().any(|red| ENDINGS.contains(&red.kind.as_str()));
            let lines = &self.of.cells.get(place)?.lines;
            (is_decided && ended).then(|| staleness(entry, &settled.reds, lines))
        };
        let verdicts: Vec<(&CellAgain<'_>, Option<Option<Stale>>)> = cells().map(|(place, cell)| (cell, verdict(place))).collect();
        if !verdicts.iter().any(|(_, verdict)| matches!(verdict, Some(Some(_)))) {
            return None;
        }
        Some(self.narrowed(entry, &verdicts))
    }

    fn narrowed(
        &self,
        entry: &KnownEntry,
        verdicts: &[(&CellAgain<'_>, Option<Option<Stale>>)],
    ) -> Result<Option<(&'static str, String)>, String> {
        let was_run = |line: &Line| self.of.cells.iter().any(|cell| cell.id.line == line.line);
        let in_range = |version: &Option<String>| {
            version.as_ref().and_then(|version| version.parse().ok()).is_none_or(|version| entry.versions.value.matches(&version))
        };
        if let Some((line, _)) = self.of.lines.iter().find(|(line, version)| !was_run(line) && in_range(version)) {
            return Err(format!("the line {} was not in the run", line.line));
        }
        let cell_of = |name: &String| verdicts.iter().any(|(cell, _)| cell.case() == *name);
        if let Some(other) = self.of.cases.iter().find(|name| entry.case.value.is_match(name) && !cell_of(name)) {
            return Err(format!("{other} was not in the run"));
        }
        let is_stale = |verdict: &Option<Option<Stale>>| matches!(verdict, Some(Some(_)));
        let passed: Vec<&BTreeSet<u64>> = verdicts
            .iter()
            .filter_map(|(_, verdict)| if let Some(Some(Stale::Passes(lines))) = verdict { Some(lines) } else { None })
            .collect();
        let scope: Vec<&String> = self.of.variants.iter().filter(|variant| entry.is_about_variant(Some(variant))).collect();
        if let Some(first) = passed.first() {
            let all_alike = passed.len() == verdicts.len() && passed.iter().all(|lines| lines == first) && passed.len() >= scope.len();
            let Some(named) = entry.lines.as_ref().filter(|_| all_alike) else {
                return Err("its lines pass in some of its variants only".to_owned());
            };
            let directives = self.directives(&verdicts.first().map(|(cell, _)| cell.case()).unwrap_or_default(), first);
            let left: BTreeSet<u64> = directives.iter().copied().filter(|line| named.contains(*line) && !first.contains(line)).collect();
            return Ok((!left.is_empty()).then(|| ("lines", format!("\"{}\"", Lines::of(&left, &directives)))));
        }
        let (fixed, live): (Vec<_>, Vec<_>) = verdicts.iter().partition(|(_, verdict)| is_stale(verdict));
        let variants = |those: &[&(&CellAgain<'_>, Option<Option<Stale>>)]| -> BTreeSet<Option<String>> {
            those.iter().map(|(cell, _)| cell.id.variant.clone()).collect()
        };
        let (fixed, live) = (variants(&fixed), variants(&live));
        if let Some(both) = fixed.intersection(&live).next() {
            let of = both.as_ref().map_or_else(String::new, |variant| format!(" of {variant}"));
            return Err(format!("only some of the cells{of} that it is about"));
        }
        let left: Vec<String> = scope.into_iter().filter(|variant| !fixed.contains(&Some((*variant).clone()))).cloned().collect();
        Ok((!left.is_empty()).then(|| ("variants", list(&left))))
    }
}

fn is_about(entry: &KnownEntry, cell: &CellAgain<'_>) -> bool {
    entry.is_about(&cell.id, &cell.cell.version, cell.os, &cell.case())
}

/// The word of `--allow` for a kind.
fn word_of(kind: &str) -> &str {
    match kind {
        "crashed" => "crash",
        "hung" => "hang",
        other => other,
    }
}
