//! `reports/known.md`: every known failure for people who keep a runtime, or choose one.

use std::fmt::Write as _;

use crate::{
    id::RuntimeId,
    judge::{directive_expected, expected_at},
    plan::written_by,
    runtime::{KnownEntry, Runtime},
    suite::{Case, Suite},
};

const INTRODUCTION: &str = "\
# Known failures

What each runtime is known to do otherwise than the specification says, made of `runtimes/<name>/known.yaml` and the suites by
`WASMATRIX_BLESS=1 cargo test -p wasmatrix --test known_page`; a test holds this page against them. Everything here was reproduced outside our
adapters: with the runtime's own command line, or with a short program on its own API. A failure that is not listed here is red in every run.

- *required*: a specification demands it. *recommended*: a specification recommends it.
- *expected* is what the suite says, and *seen* the kind of failure, in the words of ARCHITECTURE.md, Judging.
";

/// The cases that an entry is about, in the order of the suites.
pub fn about_cases<'s>(entry: &KnownEntry, suites: &'s [Suite], writers: &[RuntimeId]) -> Vec<&'s Case> {
    let cases = suites.iter().flat_map(|suite| &suite.cases).map(AsRef::as_ref);
    let is_about = |case: &&Case| {
        let name = format!("{}/{}", case.suite, case.name);
        let from = |writer: &RuntimeId| entry.case.value.is_match(written_by(&name, writer));
        entry.case.value.is_match(&name) || (case.artifact_from_peers && writers.iter().any(from))
    };
    cases.filter(is_about).collect()
}

/// The page; with each runtime stand the lines of its `known.yaml` that come before the first entry.
pub fn page(runtimes: &[(&Runtime, String)], suites: &[Suite]) -> String {
    let mut text = INTRODUCTION.to_owned();
    let writers: Vec<RuntimeId> = runtimes.iter().flat_map(|(runtime, _)| runtime.ids()).collect();
    for (runtime, head) in runtimes.iter().filter(|(runtime, _)| !runtime.known.entries().is_empty()) {
        let entries = runtime.known.entries();
        // Writing to a String cannot fail, here and below.
        let _ = write!(text, "\n## {}\n", runtime.name);
        let notes: Vec<&str> = head.lines().map_while(|line| line.strip_prefix('#')).map(str::trim).collect();
        // The first paragraph says what the file is.
        for paragraph in notes.split(|line| line.is_empty()).skip(1) {
            let _ = write!(text, "\n{}\n", paragraph.join("\n"));
        }
        text.push_str("\n| case | level | variants | step | expected | seen | reason | how reproduced | issue |\n|---|---|---|---|---|---|---|---|---|\n");
        let mut previous: Option<&KnownEntry> = None;
        for entry in entries {
            text.push_str(&row(entry, previous, suites, &writers));
            previous = Some(entry);
        }
    }
    text
}

fn row(entry: &KnownEntry, previous: Option<&KnownEntry>, suites: &[Suite], writers: &[RuntimeId]) -> String {
    let cases = about_cases(entry, suites, writers);
    let mut levels: Vec<String> = cases.iter().map(|case| case.level.to_string()).collect();
    levels.dedup();
    let names: Vec<String> = entry.variants.iter().map(|variant| variant.value.clone()).collect();
    let mut variants = if names.is_empty() { "all".to_owned() } else { names.join(", ") };
    if let Some(os) = &entry.os {
        let _ = write!(variants, " on {}", os.value);
    }
    let place = match (entry.step, &entry.lines) {
        (Some(step), _) => {
            // Both forms of a case have the same steps.
            let mut done: Vec<String> = cases.iter().map(|case| does(case, step)).collect();
            done.dedup();
            if let [one] = &done[..] { one.clone() } else { step.to_string() }
        }
        (None, Some(lines)) => format!("line {lines}"),
        (None, None) if entry.kinds.red.iter().all(|kind| kind == "files") => "afterwards".to_owned(),
        (None, None) => "any".to_owned(),
    };
    let mut expected: Vec<String> = cases.iter().flat_map(|case| expected(entry, case)).collect();
    expected.dedup();
    let expires = entry.expires.as_ref().map(|last| format!(" (known until {})", last.value)).unwrap_or_default();
    let reproduced = match previous {
        Some(previous) if previous.reproduced.value == entry.reproduced.value => "as above".to_owned(),
        _ => markdown(&entry.reproduced.value),
    };
    let cells = [
        format!("`{}`", entry.pattern()),
        levels.join(", "),
        variants,
        place,
        markdown(&expected.join("; ")),
        entry.kinds.to_string(),
        format!("{}{expires}", markdown(entry.reason())),
        reproduced,
        entry.issue().map_or_else(|| "none".to_owned(), |issue| format!("<{issue}>")),
    ];
    format!("| {} |\n", cells.join(" | "))
}

/// A step, by its number and by what it does.
fn does(case: &Case, step: u64) -> String {
    let found = (1..).zip(&case.steps).find(|(number, _)| *number == step);
    found.map_or_else(|| step.to_string(), |(number, step)| format!("{number}: {}", markdown(&first(&step.to_string()))))
}

/// What the suite says of what fails.
fn expected(entry: &KnownEntry, case: &Case) -> Vec<String> {
    if let Some(source) = &case.script {
        let Ok(script) = source.compiled() else { return Vec::new() };
        let named = script.directives.iter().filter(|one| entry.lines.as_ref().is_some_and(|lines| lines.contains(one.line.into())));
        return named.map(directive_expected).collect();
    }
    let mut said: Vec<String> =
        entry.kinds.red.iter().flat_map(|kind| expected_at(case, entry.step, kind)).map(|said| first(&said)).collect();
    said.dedup();
    // Where it can be any step, what all of them say is not what fails.
    if entry.step.is_none() && said.len() > 1 { Vec::new() } else { said }
}

/// As much of a text as a cell of a table holds.
fn first(text: &str) -> String {
    const SHOWN: usize = 200;
    let mut shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

/// A text as a cell of a table shows it. What stands between backticks is code, which Markdown leaves as it is.
fn markdown(text: &str) -> String {
    let mut shown = String::new();
    let mut is_code = false;
    for one in text.trim().chars() {
        match one {
            '`' => {
                is_code = !is_code;
                shown.push(one);
            }
            // A table wants this even of code.
            '|' => shown.push_str("\\|"),
            '\n' => shown.push_str("<br>"),
            '<' if !is_code => shown.push_str("&lt;"),
            '*' if !is_code => shown.push_str("\\*"),
            other => shown.push(other),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::markdown;

    #[test]
    fn a_cell_shows_what_was_written() {
        for (text, shown) in
            [("a | b", "a \\| b"), ("`a | *b* <c>`", "`a \\| *b* <c>`"), ("*.wat <x>", "\\*.wat &lt;x>"), ("one\ntwo\n", "one<br>two")]
        {
            assert_eq!(markdown(text), shown);
        }
    }
}
