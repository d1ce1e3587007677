//! What is known to fail, for people: a line for each failure, not for each cell.

use std::{collections::BTreeMap, fmt::Write as _};

use crate::{Cell, Outcome};

/// The known cells of a run, those of one case and reason together.
pub fn known_cells<'c>(cells: impl IntoIterator<Item = &'c Cell>) -> String {
    let mut known: BTreeMap<(&str, &str, &str, &str), Vec<&str>> = BTreeMap::new();
    for cell in cells.into_iter().filter(|cell| cell.outcome == Outcome::Known) {
        let (reason, issue) = (cell.reason.as_deref().unwrap_or_default(), cell.issue.as_deref().unwrap_or_default());
        known.entry((&cell.suite, &cell.case, reason, issue)).or_default().push(&cell.runtime);
    }
    let mut text = String::new();
    for ((suite, case, reason, issue), mut runtimes) in known {
        runtimes.sort_unstable();
        // Writing to a String cannot fail.
        let _ = writeln!(text, "known {suite}/{case} on {}\n    {reason}", runtimes.join(", "));
        if !issue.is_empty() {
            let _ = writeln!(text, "    {issue}");
        }
    }
    text
}
