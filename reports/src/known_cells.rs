//! What is known to fail, for people: an entry for each reason, not for each cell.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use crate::{Cell, Outcome};

/// As many cases of one reason are named; of more, so many are and the rest are counted.
const NAMED: usize = 3;

/// The known cells of a run, those of one reason together, in the order of the first case of each.
pub fn known_cells<'c>(cells: impl IntoIterator<Item = &'c Cell>) -> String {
    let mut reasons: BTreeMap<(&str, &str), Known<'_>> = BTreeMap::new();
    for cell in cells.into_iter().filter(|cell| cell.outcome == Outcome::Known) {
        let key = (cell.reason.as_deref().unwrap_or_default(), cell.issue.as_deref().unwrap_or_default());
        let known = reasons.entry(key).or_default();
        known.cases.entry(format!("{}/{}", cell.suite, written_name(&cell.case))).or_default().insert(&cell.case);
        known.runtimes.insert(&cell.runtime);
    }
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by(|(_, one), (_, other)| one.cases.keys().next().cmp(&other.cases.keys().next()));
    let mut text = String::new();
    for ((reason, issue), Known { cases, runtimes }) in reasons {
        let mut names: Vec<String> = cases.iter().take(NAMED).map(|(case, forms)| in_forms(case, forms)).collect();
        names.extend(cases.len().checked_sub(NAMED + 1).map(|more| format!("and {} more cases", more + 1)));
        let runtimes: Vec<&str> = runtimes.into_iter().collect();
        // Writing to a String cannot fail.
        let _ = writeln!(text, "known {} on {}\n    {reason}", names.join(", "), runtimes.join(", "));
        if !issue.is_empty() {
            let _ = writeln!(text, "    {issue}");
        }
    }
    text
}

/// What is known to fail for one reason.
#[derive(Default)]
struct Known<'c> {
    /// The forms of each case, by its name as it is written.
    cases: BTreeMap<String, BTreeSet<&'c str>>,
    runtimes: BTreeSet<&'c str>,
}

/// What is added to the name of a case that is asked as a command.
const COMMAND: &str = ".command";

fn written_name(case: &str) -> &str {
    case.strip_suffix(COMMAND).unwrap_or(case)
}

/// A case's name with the forms in which it is known to fail.
fn in_forms(case: &str, forms: &BTreeSet<&str>) -> String {
    match (forms.iter().any(|form| form.ends_with(COMMAND)), forms.len()) {
        (true, 1) => format!("{case}{COMMAND}"),
        (true, _) => format!("{case}{{,{COMMAND}}}"),
        (false, _) => case.to_owned(),
    }
}
