//! What runtimes did, held against what a published text says of the calls that they make: the promises of a case, and who does not keep them.
//!
//! What is documented, and where, is the suites' word; whether it was kept is the verdict that the run already holds.

mod page;

use std::collections::{BTreeMap, BTreeSet};

use crate::{Cell, Header, Level, Outcome, Red};

/// What a case stands on, where that can be read by anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Documentation {
    /// What it says, in the suite's words and without its links.
    pub says: String,
    /// Where; at least one.
    pub links: Vec<String>,
}

impl Documentation {
    /// Of what a case stands on; `None` where no link is named.
    pub fn of(stands_on: &str) -> Option<Self> {
        let is_link = |word: &str| word.starts_with("https://") || word.starts_with("http://");
        let mut says = String::new();
        let mut links: Vec<String> = Vec::new();
        for word in stands_on.split_whitespace() {
            let bare = word.trim_start_matches(['(', '<']);
            if !is_link(bare) {
                says.push(' ');
                says.push_str(word);
                continue;
            }
            // What closes a clause behind the link belongs to the sentence.
            let link = bare.trim_end_matches([')', '>', ',', ';', ':', '.']);
            if !links.iter().any(|known| known == link) {
                links.push(link.to_owned());
            }
            let closing: String =
                bare.get(link.len()..).unwrap_or_default().chars().filter(|it| matches!(it, ',' | ';' | ':' | '.')).collect();
            let said = says.trim_end().trim_end_matches([',', ':']).len();
            says.truncate(said);
            says.push_str(&closing);
        }
        let says = says.trim_matches([' ', ';', ':', ',']).to_owned();
        (!links.is_empty()).then_some(Self { says, links })
    }
}

/// The cases of a run that stand on something published, and what runtimes made of them.
#[derive(Debug)]
pub struct Promises {
    /// When the run was.
    started: String,
    /// What became of them, by runtime, in the header's order.
    counts: Vec<(String, Count)>,
    /// Those that somebody does not keep, by suite.
    broken: Vec<(String, Vec<Broken>)>,
}

/// Of one runtime.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Count {
    kept: usize,
    not_kept: usize,
    not_asked: usize,
}

/// A promise that somebody does not keep.
#[derive(Debug)]
struct Broken {
    case: String,
    documentation: Documentation,
    /// Who kept it.
    kept: Vec<String>,
    /// What was seen instead, and of whom; what was seen alike stands together.
    seen: Vec<(Vec<String>, Vec<String>)>,
    /// What is known of it: the reason, and its issue.
    known: BTreeSet<(String, Option<String>)>,
}

impl Promises {
    /// Of the judged cells of a run whose case stands on something published, as `documentation` says. Of what is only observed nothing was
    /// promised. `tidy` is given all that a runtime said.
    pub fn of<'c>(
        header: &Header,
        cells: impl IntoIterator<Item = &'c Cell>,
        documentation: &dyn Fn(&Cell) -> Option<Documentation>,
        tidy: &dyn Fn(&str) -> String,
    ) -> Self {
        let place = |runtime: &str| header.runtimes.iter().position(|receipt| receipt.id == runtime).unwrap_or(usize::MAX);
        let mut counts: BTreeMap<(usize, &str), Count> = BTreeMap::new();
        let mut cases: BTreeMap<(&str, &str), (Documentation, Vec<&Cell>)> = BTreeMap::new();
        for cell in cells.into_iter().filter(|cell| cell.level != Level::ImplementationDefined) {
            let Some(documentation) = documentation(cell) else { continue };
            let count = counts.entry((place(&cell.runtime), &cell.runtime)).or_default();
            match kept(cell) {
                None => count.not_asked += 1,
                Some(true) => count.kept += 1,
                Some(false) => count.not_kept += 1,
            }
            cases.entry((&cell.suite, &cell.case)).or_insert_with(|| (documentation, Vec::new())).1.push(cell);
        }
        let mut broken: BTreeMap<&str, Vec<Broken>> = BTreeMap::new();
        for ((suite, case), (documentation, mut cells)) in cases {
            cells.sort_by_key(|cell| place(&cell.runtime));
            broken.entry(suite).or_default().extend(not_kept(case, documentation, &cells, tidy));
        }
        broken.retain(|_, broken| !broken.is_empty());
        Self {
            started: header.started.clone(),
            counts: counts.into_iter().map(|((_, runtime), count)| (runtime.to_owned(), count)).collect(),
            broken: broken.into_iter().map(|(suite, broken)| (suite.to_owned(), broken)).collect(),
        }
    }

    /// Whether no case of these stands on something published.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }
}

/// `None`: nobody knows, for it was not asked.
fn kept(cell: &Cell) -> Option<bool> {
    match cell.outcome {
        Outcome::Pass | Outcome::Fixed => Some(true),
        // The adapter's fault, or a limit of ours, says nothing of the runtime.
        Outcome::Unsupported | Outcome::Unavailable | Outcome::Broken | Outcome::Overlimit | Outcome::Observed => None,
        Outcome::Fail | Outcome::Known | Outcome::Crashed | Outcome::Hung | Outcome::Intermittent => Some(false),
    }
}

fn not_kept(case: &str, documentation: Documentation, cells: &[&Cell], tidy: &dyn Fn(&str) -> String) -> Option<Broken> {
    let mut seen: Vec<(Vec<String>, Vec<String>)> = Vec::new();
    let mut known = BTreeSet::new();
    for cell in cells.iter().filter(|cell| kept(cell) == Some(false)) {
        let what = what_was_seen(cell, tidy);
        match seen.iter_mut().find(|(_, other)| *other == what) {
            Some((runtimes, _)) => runtimes.push(cell.runtime.clone()),
            None => seen.push((vec![cell.runtime.clone()], what)),
        }
        known.extend(cell.reason.clone().map(|reason| (reason, cell.issue.clone())));
    }
    let kept = cells.iter().filter(|cell| kept(cell) == Some(true)).map(|cell| cell.runtime.clone()).collect();
    (!seen.is_empty()).then(|| Broken { case: case.to_owned(), documentation, kept, seen, known })
}

/// So many expectations of a cell are shown.
const MOST_SHOWN: usize = 3;

/// What was expected and what was seen, an expectation a line.
fn what_was_seen(cell: &Cell, tidy: &dyn Fn(&str) -> String) -> Vec<String> {
    let mut lines: Vec<String> = cell.reds.iter().take(MOST_SHOWN).map(|red| one(cell, red, tidy)).collect();
    match cell.reds.len().saturating_sub(MOST_SHOWN) {
        0 => {}
        more => lines.push(format!("and {more} more")),
    }
    if cell.outcome == Outcome::Intermittent {
        lines.push("not every time".to_owned());
    }
    if lines.is_empty() {
        lines.push(cell.outcome.to_string());
    }
    lines
}

fn one(cell: &Cell, red: &Red, tidy: &dyn Fn(&str) -> String) -> String {
    let step = red.step.and_then(|number| cell.steps.get(usize::try_from(number).ok()?.checked_sub(1)?));
    let does = step.map(|step| format!("{}: ", step.does)).unwrap_or_default();
    let first = tidy(red.words.lines().next().unwrap_or_default());
    let words = if first.is_empty() || red.observed.contains(&first) { String::new() } else { format!(" (“{first}”)") };
    crate::printable(&format!("{does}expected {}, observed {}{words}", red.expected.trim(), tidy(red.observed.trim())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_taken_out_of_the_sentence() {
        for (stands_on, says, links) in [
            ("WASIX, f: errno inval (28) (https://w.org/f)", "WASIX, f: errno inval (28)", &["https://w.org/f"][..]),
            (
                "WASIX, f: https://w.org/f; WASIX, g: https://w.org/g: shares it",
                "WASIX, f; WASIX, g: shares it",
                &["https://w.org/f", "https://w.org/g"],
            ),
            ("https://w.org/1; WASIX, f (https://w.org/f), silent", "WASIX, f, silent", &["https://w.org/1", "https://w.org/f"]),
            ("f <https://w.org/f>. Twice: https://w.org/f", "f. Twice", &["https://w.org/f"]),
        ] {
            let documentation = Documentation::of(stands_on).unwrap_or_else(|| panic!("{stands_on}: there is a link"));
            assert_eq!(
                (documentation.says.as_str(), documentation.links.iter().map(String::as_str).collect::<Vec<_>>()),
                (says, links.to_vec())
            );
        }
        assert_eq!(Documentation::of("core 3.0, 4.3.2"), None);
    }
}
