//! What changed, for a comment on a pull request.

use std::fmt::Write as _;

use super::{Change, Kind, text::short};

impl Change {
    /// A line with the counts, then a table; what is better, added or removed is folded away.
    pub fn markdown(&self) -> String {
        let mut text = format!("**{}**\n\n`{}` → `{}`\n", self.summary(), self.before, self.after);
        if !self.conditions.is_empty() {
            text.push_str("\nNot the same to begin with:\n\n| what | before | after |\n|---|---|---|\n");
            for one in &self.conditions {
                // Writing to a String cannot fail, here and below.
                let _ = writeln!(text, "| {} | {} | {} |", cell(&one.what), cell(&one.before), cell(&one.after));
            }
        }
        for kind in Kind::ALL {
            let cells: Vec<_> = self.cells.iter().filter(|cell| cell.kind == kind).collect();
            if cells.is_empty() {
                continue;
            }
            let folded = !cells.iter().any(|cell| cell.worse);
            let title = format!("{} {kind}", cells.len());
            if folded {
                let _ = write!(text, "\n<details><summary>{title}</summary>\n\n");
            } else {
                let _ = write!(text, "\n### {title}\n\n");
            }
            text.push_str("| cell | before | after | where |\n|---|---|---|---|\n");
            for one in cells {
                let outcome = |standing: &Option<super::Standing>| standing.as_ref().map_or_else(String::new, |it| it.outcome.to_string());
                let mut places: Vec<String> =
                    one.details.iter().map(|it| format!("{}: {} → {}", it.what, short(&it.before), short(&it.after))).collect();
                places.extend(one.was_called().map(|was| format!("it was called {}/{}", was.suite, was.case)));
                places.extend(one.asks_something_else.then(|| "the case asks something else than before".to_owned()));
                places.extend(one.confirmed.iter().map(|said| format!("again: {said}")));
                let name = one.cell().map_or_else(String::new, ToString::to_string);
                let places: Vec<String> = places.iter().map(|place| cell(place)).collect();
                let _ =
                    writeln!(text, "| {} | {} | {} | {} |", cell(&name), outcome(&one.before), outcome(&one.after), places.join("<br>"));
            }
            if folded {
                text.push_str("\n</details>\n");
            }
        }
        text
    }
}

/// A text that stays inside of a table's cell and is not taken for Markdown or HTML.
fn cell(text: &str) -> String {
    let text = short(text);
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    if text.is_empty() { String::new() } else { format!("{fence}{pad}{}{pad}{fence}", text.replace('|', "\\|")) }
}
