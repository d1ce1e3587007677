//! From a side to texts.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{FIRST_LINE, HEAD, INDENT};
use crate::{
    Level, Outcome,
    change::{CellFacts, CellId, Side},
};

/// The files of a baseline by path, relative to its folder.
pub fn write(side: &Side) -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let mut head = format!("{FIRST_LINE}\n");
    for (name, value) in &side.conditions {
        // Writing to a String cannot fail, here and below.
        let _ = writeln!(head, "{name}: {}", value.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    files.insert(HEAD.to_owned(), head);
    for (id, facts) in &side.cells {
        let CellId { runtime, suite, .. } = id;
        let file = files.entry(path(runtime, suite)).or_insert_with(|| format!("runtime {runtime}\nsuite {suite}\n\n"));
        cell(file, id, facts);
    }
    files
}

/// A suite's name may have a `:`, which not every file system takes.
fn path(runtime: &str, suite: &str) -> String {
    format!("{runtime}/{}.txt", suite.replace(':', "-"))
}

fn cell(file: &mut String, id: &CellId, facts: &CellFacts) {
    let level = match facts.level {
        Level::Required => "",
        Level::Recommended => " recommended",
        Level::ImplementationDefined => " implementation-defined",
    };
    let asks = facts.asks.as_deref().map_or_else(String::new, |asks| format!(" asks={asks}"));
    let _ = writeln!(file, "{} {}{level}{asks}", id.case, facts.outcome);
    if let Some(counts) = &facts.counts {
        let counts = [
            ("passed", counts.passed),
            ("failed", counts.failed),
            ("known", counts.known),
            ("unsupported", counts.unsupported),
            ("not-asked", counts.not_asked),
            ("unanswered", counts.unanswered),
        ];
        let some = counts.iter().filter(|(_, count)| *count > 0).map(|(name, count)| format!(" {name}={count}"));
        let _ = writeln!(file, "{INDENT}assertions{}", some.collect::<String>());
    }
    for red in &facts.reds {
        let _ = writeln!(file, "{INDENT}red {}: {}", red.place, red.kind);
    }
    if !facts.unsupported.is_empty() {
        let _ = writeln!(file, "{INDENT}unsupported {}", facts.unsupported);
    }
    // What is judged may change as long as it passes.
    if facts.outcome == Outcome::Observed
        && let Some(digest) = facts.seen.digest()
    {
        let _ = writeln!(file, "{INDENT}seen {digest}");
    }
}
