//! Entries for what is red and not known.

use std::collections::{BTreeMap, BTreeSet};

use wasmatrix_reports::{Lines, Outcome, Red, Way};

use super::{
    again::CellAgain,
    blessing::{ENDINGS, Plan},
    edit::Edit,
    entry::{NewEntry, list, scalar},
    range::range_of,
};
use crate::{
    command_form::SUFFIX,
    runtime::{Kinds, KnownEntry},
};

/// What the reds of one entry have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Alike {
    case: String,
    versions: String,
    step: Option<u64>,
    /// One, or those of several ways.
    kinds: Vec<String>,
    may_pass: bool,
}

/// Lines of a script, or `None`, and the variants in which they are red.
pub(super) type Where = BTreeMap<Option<u64>, BTreeSet<String>>;

impl Plan<'_> {
    /// The reds that nothing answers to, those that one entry could name together.
    pub(super) fn wanted(&mut self) -> BTreeMap<Alike, Where> {
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
                let (kinds, may_pass) = kinds_at(cell, red);
                let alike = Alike { case: cell.case(), versions: versions.clone(), step: red.step, kinds, may_pass };
                let line = red.directive.as_ref().map(|directive| directive.line);
                let variants = wanted.entry(alike).or_default().entry(line).or_default();
                variants.extend(cell.id.variant.clone());
            }
        }
        wanted
    }

    /// New entries, and old ones that get another variant, or the case's other form, instead.
    pub(super) fn entries(&mut self, wanted: BTreeMap<Alike, Where>) -> Vec<NewEntry> {
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
                        in_both_forms: false,
                        versions: alike.versions.clone(),
                        variants: if variants.len() == self.of.variants.len() { Vec::new() } else { variants.clone() },
                        step: alike.step,
                        lines,
                        kinds: Kinds { red: alike.kinds.clone(), may_pass: alike.may_pass },
                    };
                    match self.one_but_for_a_field(&entry) {
                        Some((place, field, value)) => self.set(place, field, value),
                        None => new.push(entry),
                    }
                }
            }
        }
        in_both_forms(new)
    }

    /// The entry that says all of this of other variants, or of the case in its other form, with the field that makes it say this too.
    fn one_but_for_a_field(&self, new: &NewEntry) -> Option<(usize, &'static str, String)> {
        let says_the_same = |entry: &KnownEntry| {
            entry.versions.value.to_string() == new.versions
                && (entry.step, &entry.kinds) == (new.step, &new.kinds)
                && entry.lines.as_ref().map(ToString::to_string) == new.lines
                && entry.os.is_none()
                && entry.expires.is_none()
        };
        let is_free =
            |place: usize| !self.edits.iter().any(|edit| matches!(edit, Edit::Remove(entry) | Edit::Set { entry, .. } if *entry == place));
        let both = new.case.strip_suffix(SUFFIX).map(|plain| NewEntry { case: plain.to_owned(), in_both_forms: true, ..new.clone() });
        let missing = |entry: &KnownEntry| {
            let variants: Vec<String> = entry.variants.iter().map(|at| at.value.clone()).collect();
            if entry.pattern() == new.pattern() && !variants.is_empty() && !new.variants.is_empty() {
                return Some(("variants", list(&self.in_order(&variants.into_iter().chain(new.variants.iter().cloned()).collect()))));
            }
            let both = both.as_ref().filter(|both| entry.pattern() == globset::escape(&both.case) && variants == new.variants)?;
            Some(("case", scalar(&both.pattern())))
        };
        let mut same = self.known.entries().iter().enumerate().filter(|(place, entry)| is_free(*place) && says_the_same(entry));
        same.find_map(|(place, entry)| missing(entry).map(|(field, value)| (place, field, value)))
    }
}

/// How a red ended where it stands, over all ways of its cell, and whether there is one in which nothing is red there.
fn kinds_at(cell: &CellAgain<'_>, red: &Red) -> (Vec<String>, bool) {
    let place = red.place();
    let at_place = |way: &Way| -> Vec<String> { way.reds.iter().filter(|red| red.place() == place).map(|red| red.kind.clone()).collect() };
    let ways: Vec<Vec<String>> = cell.ways().iter().map(at_place).collect();
    if ways.is_empty() {
        return (vec![red.kind.clone()], cell.cell.outcome == Outcome::Intermittent);
    }
    let kinds: BTreeSet<&String> = ways.iter().flatten().collect();
    (kinds.into_iter().cloned().collect(), ways.iter().any(Vec::is_empty))
}

/// What is said of a case and of its command form alike, said once.
fn in_both_forms(entries: Vec<NewEntry>) -> Vec<NewEntry> {
    let of_command = |entry: &NewEntry| NewEntry { case: format!("{}{SUFFIX}", entry.case), ..entry.clone() };
    let commands: Vec<NewEntry> = entries.iter().map(of_command).filter(|command| entries.contains(command)).collect();
    let plain = entries.into_iter().filter(|entry| !commands.contains(entry));
    plain.map(|entry| NewEntry { in_both_forms: commands.contains(&of_command(&entry)), ..entry }).collect()
}

/// The word of `--allow` for a kind.
fn word_of(kind: &str) -> &str {
    match kind {
        "crashed" => "crash",
        "hung" => "hang",
        other => other,
    }
}
