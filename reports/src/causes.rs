//! Reds of one cause, together: one cause in 400 cells is one thing to look at, not 400.

use std::collections::BTreeMap;

use crate::{Cell, Red, StepRecord};

/// Red cells that look as if they had one cause: the same runtime, kind, function and shape of message.
#[derive(Debug)]
pub struct Cause<'c> {
    /// `wasmer@7.4`, whatever its variants.
    pub runtime: String,
    /// How they are red: `wrong-value`, `crashed`, `fixed`, …
    pub kind: String,
    /// The export that was invoked, or what else was done.
    pub function: String,
    /// What was seen or said, without its numbers.
    pub shape: String,
    /// The cells, by name. Each red cell is in exactly one cause.
    pub cells: Vec<&'c Cell>,
}

/// The red ones of these cells by cause, the most frequent first. A cell is where its first red belongs or, where its worker was lost, the last,
/// which says how.
pub fn causes<'c>(cells: impl IntoIterator<Item = &'c Cell>) -> Vec<Cause<'c>> {
    let mut causes: BTreeMap<(String, String, String, String), Vec<&Cell>> = BTreeMap::new();
    for cell in cells.into_iter().filter(|cell| cell.outcome.is_red()) {
        let runtime = cell.runtime.split('+').next().unwrap_or_default().to_owned();
        let key = match telling(cell) {
            Some(red) => (runtime, red.kind.clone(), function(cell, red), shape(message(cell, red))),
            None => (runtime, cell.outcome.to_string(), String::new(), shape(cell.reason.as_deref().unwrap_or_default())),
        };
        causes.entry(key).or_default().push(cell);
    }
    let mut causes: Vec<Cause<'c>> = causes
        .into_iter()
        .map(|((runtime, kind, function, shape), mut cells)| {
            cells.sort_by_key(|cell| cell.id());
            Cause { runtime, kind, function, shape, cells }
        })
        .collect();
    causes.sort_by_key(|cause| std::cmp::Reverse(cause.cells.len()));
    causes
}

/// Whether a red of this kind is about a worker that was lost.
pub(crate) fn is_lost(kind: &str) -> bool {
    matches!(kind, "crashed" | "hung" | "broken" | "overlimit")
}

/// The red that says how a cell is red: the first or, where its worker was lost, the last.
pub(crate) fn telling(cell: &Cell) -> Option<&Red> {
    cell.reds.last().filter(|red| is_lost(&red.kind)).or(cell.reds.first())
}

/// What says most: the runtime's own words or, where the worker died, the beginning of what it said; else what was seen.
fn message<'c>(cell: &'c Cell, red: &'c Red) -> &'c str {
    let panicked = cell.worker_stderr.as_deref().filter(|stderr| red.kind == "crashed" && !stderr.trim().is_empty());
    let first = panicked.and_then(|stderr| stderr.lines().find(|line| !line.trim().is_empty()));
    first.unwrap_or(if red.words.is_empty() { &red.observed } else { &red.words })
}

pub(crate) fn function(cell: &Cell, red: &Red) -> String {
    let step = red.step.and_then(|number| cell.steps.get(usize::try_from(number).ok()?.checked_sub(1)?));
    match (step, &red.directive) {
        (Some(StepRecord { does, .. }), _) => function_of_step(does).to_owned(),
        (None, Some(directive)) => function_of_directive(&directive.text).to_owned(),
        (None, None) => String::new(),
    }
}

/// The export of `invoke f (…)`, or the operation that another step is.
pub(crate) fn function_of_step(does: &str) -> &str {
    match does.strip_prefix("invoke ") {
        Some(invoked) => invoked.split_once(" (").map_or(invoked, |(function, _)| function),
        None => does.split_whitespace().next().unwrap_or_default(),
    }
}

/// The export of `(assert_return (invoke $m "f" …`, or the name of another directive.
pub(crate) fn function_of_directive(text: &str) -> &str {
    let invoked = text.split_once("(invoke").and_then(|(_, rest)| rest.split('"').nth(1));
    let name = || text.trim_start_matches('(').split(|it: char| it.is_whitespace() || it == ')').next().unwrap_or_default();
    invoked.unwrap_or_else(name)
}

/// The most that is kept of a shape, in characters.
const LONGEST: usize = 160;

/// A message without what differs from cell to cell: numbers and addresses are `N`, whitespace is one space.
pub(crate) fn shape(message: &str) -> String {
    let words = message.split_whitespace().map(|word| {
        let mut shaped = String::new();
        let mut rest = word;
        while let Some(start) = rest.find(|character: char| character.is_ascii_digit()) {
            let (before, number) = rest.split_at(start);
            // A digit inside of a name is part of it: `i32`, `f64x2`.
            let in_a_name =
                before.chars().next_back().map_or(shaped.ends_with(char::is_alphabetic), |last| last.is_alphabetic() || last == '_');
            let is_number = |character: char| character.is_ascii_hexdigit() || "x_.".contains(character);
            let is_name = |character: char| character.is_alphanumeric() || character == '_';
            let end = number.find(|character| !(if in_a_name { is_name(character) } else { is_number(character) })).unwrap_or(number.len());
            shaped.push_str(before);
            shaped.push_str(if in_a_name { &number[..end] } else { "N" });
            rest = &number[end..];
        }
        shaped + rest
    });
    let line = words.collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_has_no_numbers_and_keeps_its_names() {
        for (message, becomes) in [
            ("returns i32 8", "returns i32 N"),
            ("returns f32 NaN (0x7fc00000), i64 -12", "returns f32 NaN (N), i64 -N"),
            ("out of bounds at 0xdeadbeef,\n  in func[17] of f64x2.add", "out of bounds at N, in func[N] of f64x2.add"),
            ("v128 0x00000001000000010000000100000001", "v128 N"),
            ("größe 3 über 12.5 MiB", "größe N über N MiB"),
            ("", ""),
        ] {
            assert_eq!(shape(message), becomes);
        }
    }
}
