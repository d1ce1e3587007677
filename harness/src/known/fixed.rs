//! Entries that hide nothing any more.

use std::collections::BTreeSet;

use wasmatrix_reports::{Lines, Outcome};

use super::{
    again::CellAgain,
    blessing::{ENDINGS, Plan},
    edit::Edit,
    entry::list,
};
use crate::{
    judge::{Stale, staleness},
    runtime::{KnownEntry, Line},
};

/// What is left of an entry.
enum Left {
    All,
    Nothing,
    /// All with another value of one field.
    With(&'static str, String),
}

/// What a cell says of an entry that is about it.
enum Says {
    /// The worker died, the cell was not executed, or it is left as it is.
    Nothing,
    Needed,
    Stale(Stale),
}

impl Says {
    fn is_stale(&self) -> bool {
        matches!(self, Self::Stale(_))
    }
}

impl Plan<'_> {
    /// Notes the edits that take out what is fixed, and what a person has to take out.
    pub(super) fn take_out_what_is_fixed(&mut self) {
        for (place, entry) in self.known.entries().iter().enumerate() {
            match self.without_what_is_fixed(entry) {
                Ok(Left::All) => {}
                Ok(Left::Nothing) => self.edits.push(Edit::Remove(place)),
                Ok(Left::With(field, value)) => self.set(place, field, value),
                Err(why) => {
                    self.left.push(format!("the entry on line {} is fixed in part: {why}; take it out by hand", entry.place.line));
                }
            }
        }
    }

    fn without_what_is_fixed(&self, entry: &KnownEntry) -> Result<Left, String> {
        let cells = self.of.cells.iter().zip(self.before).enumerate();
        let about = cells.filter(|(_, (cell, _))| entry.is_about(&cell.id, &cell.cell.version, cell.os, &cell.case()));
        let said: Vec<(&CellAgain<'_>, Says)> = about
            .map(|(place, (cell, settled))| {
                let is_decided = matches!(settled.outcome, Outcome::Pass | Outcome::Observed | Outcome::Known | Outcome::Fixed)
                    || (settled.outcome == Outcome::Fail && self.blessed.contains(&place));
                let has_died = settled.reds.iter().any(|red| ENDINGS.contains(&red.kind.as_str()));
                let says = match staleness(entry, &settled.reds, &cell.lines) {
                    _ if !is_decided || has_died => Says::Nothing,
                    None => Says::Needed,
                    Some(stale) => Says::Stale(stale),
                };
                (cell, says)
            })
            .collect();
        if said.iter().any(|(_, says)| says.is_stale()) { self.narrowed(entry, &said) } else { Ok(Left::All) }
    }

    /// What is left of an entry that is stale in some of the cells that it is about.
    fn narrowed(&self, entry: &KnownEntry, said: &[(&CellAgain<'_>, Says)]) -> Result<Left, String> {
        let was_run = |line: &Line| self.of.cells.iter().any(|cell| cell.id.line == line.line);
        let in_range = |version: &Option<String>| {
            version.as_ref().and_then(|version| version.parse().ok()).is_none_or(|version| entry.versions.value.matches(&version))
        };
        if let Some((line, _)) = self.of.lines.iter().find(|(line, version)| !was_run(line) && in_range(version)) {
            return Err(format!("the line {} was not in the run", line.line));
        }
        let was_asked = |name: &String| said.iter().any(|(cell, _)| cell.case() == *name);
        if let Some(other) = self.of.cases.iter().find(|name| entry.case.value.is_match(name) && !was_asked(name)) {
            return Err(format!("{other} was not in the run"));
        }
        let scope: Vec<&String> = self.of.variants.iter().filter(|variant| entry.is_about_variant(Some(variant))).collect();
        let lines_that_pass = |says: &Says| if let Says::Stale(Stale::Passes(lines)) = says { Some(lines.clone()) } else { None };
        let passed: Vec<BTreeSet<u64>> = said.iter().filter_map(|(_, says)| lines_that_pass(says)).collect();
        if let (Some(first), Some((cell, _)), Some(named)) = (passed.first(), said.first(), &entry.lines) {
            let all_alike = passed.len() == said.len() && passed.iter().all(|lines| lines == first) && passed.len() >= scope.len();
            if !all_alike {
                return Err("its lines pass in some of its variants only".to_owned());
            }
            let directives = self.directives(&cell.case(), first);
            let left: BTreeSet<u64> = directives.iter().copied().filter(|line| named.contains(*line) && !first.contains(line)).collect();
            let lines = format!("\"{}\"", Lines::of(&left, &directives));
            return Ok(if left.is_empty() { Left::Nothing } else { Left::With("lines", lines) });
        }
        let variants = |is_stale: bool| -> BTreeSet<Option<&String>> {
            said.iter().filter(|(_, says)| says.is_stale() == is_stale).map(|(cell, _)| cell.id.variant.as_ref()).collect()
        };
        let fixed = variants(true);
        if let Some(both) = fixed.intersection(&variants(false)).next() {
            let of = both.map_or_else(String::new, |variant| format!(" of {variant}"));
            return Err(format!("only some of the cells{of} that it is about"));
        }
        let left: Vec<String> = scope.into_iter().filter(|variant| !fixed.contains(&Some(variant))).cloned().collect();
        Ok(if left.is_empty() { Left::Nothing } else { Left::With("variants", list(&left)) })
    }
}
