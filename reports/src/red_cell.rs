//! What a person needs to know about one red cell.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use similar::{ChangeTag, TextDiff};

use crate::{Cell, Red, backtrace_in_lines, matrix::outcome_style, printable};

/// A red cell as text: why the case exists, expected against observed, the runtime's own words, and `rerun`, the command that runs just
/// this cell again. With `styled`, with colours.
pub fn red_cell(cell: &Cell, rerun: &str, styled: bool) -> String {
    let paint = |style: Style, text: &str| if styled { format!("{style}{text}{style:#}") } else { text.to_owned() };
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{} {}", paint(outcome_style(cell.outcome), &cell.outcome.to_string()), paint(Style::new().bold(), &cell.id()));
    let _ = writeln!(text, "    why:   {}", cell.why);
    if let Some(reason) = &cell.reason {
        let _ = writeln!(text, "    cause: {reason}");
    }
    for way in cell.repeated.iter().flat_map(|repeated| &repeated.ways) {
        let _ = writeln!(text, "           {}", printable(&way.in_words()));
    }
    if let Some(issue) = &cell.issue {
        let _ = writeln!(text, "    issue: {issue}");
    }
    let (first, rest) = cell.reds.split_at(MOST_SHOWN.min(cell.reds.len()));
    for red in first {
        text.push_str(&one_red(cell, red, styled));
    }
    // The last one is shown whatever comes before it: where the worker died, that is how.
    if let Some((last, more)) = rest.split_last() {
        if !more.is_empty() {
            let _ = writeln!(text, "    and {} more, all of them in run.jsonl; the last:", more.len());
        }
        text.push_str(&one_red(cell, last, styled));
    }
    if let Some(stderr) = cell.worker_stderr.as_deref().filter(|stderr| !stderr.trim().is_empty()) {
        let _ = writeln!(text, "    the worker's standard error ended with:");
        text.push_str(&indented(stderr, "      | "));
    }
    let _ = writeln!(text, "    rerun: {rerun}");
    text
}

/// How many reds of one cell are shown: a script can have thousands, of one cause.
const MOST_SHOWN: usize = 10;

/// The most that is shown of a directive, in characters.
const LONGEST_DIRECTIVE: usize = 120;

/// A directive's text in one line. Its first one alone is often no more than `(assert_return`.
fn in_one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST_DIRECTIVE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

fn one_red(cell: &Cell, red: &Red, styled: bool) -> String {
    let mut text = String::new();
    let step = red.step.and_then(|number| Some((number, cell.steps.get(usize::try_from(number).ok()?.checked_sub(1)?)?)));
    let _ = match (step, &red.directive) {
        (Some((number, step)), _) => writeln!(text, "    step {number}: {}  [{}]", step.does, red.kind),
        (None, Some(directive)) => writeln!(text, "    line {}: {}  [{}]", directive.line, in_one_line(&directive.text), red.kind),
        (None, None) => writeln!(text, "    [{}]", red.kind),
    };
    text.push_str(&expected_against_observed(&red.expected, &red.observed, styled));
    if !red.words.is_empty() {
        text.push_str("      in its own words:\n");
        text.push_str(&indented(&red.words, "      | "));
    }
    if !red.backtrace.is_empty() {
        text.push_str("      backtrace, the innermost first:\n");
        text.push_str(&indented(&backtrace_in_lines(&red.backtrace).join("\n"), "      | "));
    }
    text
}

/// A line diff: `-` expected, `+` observed.
fn expected_against_observed(expected: &str, observed: &str, styled: bool) -> String {
    let diff = TextDiff::from_lines(expected, observed);
    let mut text = String::new();
    for change in diff.iter_all_changes() {
        let (sign, style) = match change.tag() {
            ChangeTag::Delete => ("- expected", AnsiColor::Green.on_default()),
            ChangeTag::Insert => ("+ observed", AnsiColor::Red.on_default()),
            ChangeTag::Equal => ("          ", Style::new()),
        };
        let line = format!("{sign}  {}", change.value().trim_end_matches('\n'));
        let _ = if styled { writeln!(text, "      {style}{line}{style:#}") } else { writeln!(text, "      {}", line.trim_end()) };
    }
    text
}

fn indented(text: &str, margin: &str) -> String {
    text.trim_end().lines().map(|line| format!("{margin}{}\n", printable(line))).collect()
}
