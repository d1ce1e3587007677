//! What changed, for a terminal.

use std::fmt::Write as _;

use super::{Change, Changed, Difference, Kind};

/// How many cells of one kind are listed. All of them are in the JSON.
const MOST: usize = 40;

/// The most that is shown of a value, in characters.
const LONGEST: usize = 160;

impl Change {
    /// What is different to begin with, then every kind with its cells, then one line with the counts.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail, here and below.
        let _ = writeln!(text, "before  {}\nafter   {}", self.before, self.after);
        if !self.conditions.is_empty() {
            text.push_str("\nnot the same to begin with:\n");
            for one in &self.conditions {
                let _ = writeln!(text, "    {}", in_a_line(one));
            }
        }
        for kind in Kind::ALL {
            let cells: Vec<&Changed> = self.cells.iter().filter(|cell| cell.kind == kind).collect();
            if cells.is_empty() {
                continue;
            }
            let _ = writeln!(text, "\n{} {kind}", cells.len());
            for cell in cells.iter().take(MOST) {
                text.push_str(&cell.text());
            }
            if cells.len() > MOST {
                let _ = writeln!(text, "  and {} more; --format json has them", cells.len() - MOST);
            }
        }
        let _ = writeln!(text, "\n{}", self.summary());
        text
    }

    /// `2 worse: 1 regressed, …; 3 otherwise: …; 6100 unchanged`
    pub fn summary(&self) -> String {
        let counted = |worse: bool| {
            let of = |kind: Kind| self.cells.iter().filter(|cell| cell.worse == worse && cell.kind == kind).count();
            let kinds: Vec<String> = Kind::ALL
                .into_iter()
                .map(|kind| (of(kind), kind))
                .filter(|(count, _)| *count > 0)
                .map(|(n, kind)| format!("{n} {kind}"))
                .collect();
            (self.cells.iter().filter(|cell| cell.worse == worse).count(), kinds)
        };
        let part = |name: &str, (count, kinds): (usize, Vec<String>)| {
            if count == 0 { format!("0 {name}") } else { format!("{count} {name} ({})", kinds.join(", ")) }
        };
        format!("{}, {}, {} unchanged", part("worse", counted(true)), part("otherwise different", counted(false)), self.unchanged)
    }
}

impl Changed {
    fn text(&self) -> String {
        let mut text = String::new();
        let outcome = |standing: &Option<super::Standing>| standing.as_ref().map(|standing| standing.outcome.to_string());
        let outcomes = match (outcome(&self.before), outcome(&self.after)) {
            (Some(old), Some(new)) if old == new => old,
            (Some(old), Some(new)) => format!("{old} → {new}"),
            (one, other) => one.or(other).unwrap_or_default(),
        };
        let cell = self.cell().map_or_else(String::new, ToString::to_string);
        let _ = writeln!(text, "  {cell}: {outcomes}");
        if let Some(was) = self.was_called() {
            let _ = writeln!(text, "      it was called {}/{}", was.suite, was.case);
        }
        if self.asks_something_else {
            text.push_str("      the case asks something else than before\n");
        }
        for detail in &self.details {
            let _ = writeln!(text, "      {}", in_a_line(detail));
        }
        for confirmed in &self.confirmed {
            let _ = writeln!(text, "      again: {confirmed}");
        }
        text
    }
}

fn in_a_line(one: &Difference) -> String {
    if one.what == "more" {
        format!("and {} more", one.after)
    } else {
        format!("{}: {} → {}", one.what, short(&one.before), short(&one.after))
    }
}

pub(super) fn short(text: &str) -> String {
    // Two digests that differ do so in their first digits.
    let text = match text.strip_prefix("sha256 ") {
        Some(digest) => digest.get(..16).unwrap_or(digest).to_owned(),
        None => text.split_whitespace().collect::<Vec<_>>().join(" "),
    };
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
