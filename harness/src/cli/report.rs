//! What a run prints when it has ended.

use std::fmt::Write as _;

use wasmatrix_reports::{Assertions, Availability, Cause, Cell, Divergences, Matrix, causes, known_cells, red_cell};

use super::output;
use crate::run::RunResult;

/// What is printed after a run, all but the last line.
pub(super) fn report(result: &RunResult, divergences: &Divergences, expectations: bool, rerun: &str) -> String {
    let mut text = String::from("\n");
    let ids = result.prepared.iter().map(|prepared| prepared.id.to_string());
    text.push_str(&Matrix::new(ids.clone(), &result.cells).render(true));
    text.push('\n');
    let assertions = Assertions::new(ids, &result.cells);
    if !assertions.is_empty() {
        let _ = writeln!(text, "{}", assertions.render());
    }
    for prepared in &result.prepared {
        if let Availability::Unavailable(reason) = &prepared.availability {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{} {}\n    {}\n", output::bold("unavailable"), prepared.id, reason.replace('\n', "\n    "));
        }
    }
    for case in &result.absent {
        let reason = case.absent.as_ref().map_or("", |absent| &absent.reason).replace('\n', "\n    ");
        let _ = writeln!(text, "{} {}/{}\n    {reason}\n", output::bold("unavailable"), case.suite, case.name);
    }
    let mut cells: Vec<&Cell> = result.cells.iter().collect();
    cells.sort_by_key(|cell| cell.id());
    let known = known_cells(cells.iter().copied());
    if !known.is_empty() {
        let _ = writeln!(text, "{known}");
    }
    for cause in causes(cells.iter().copied()) {
        text.push_str(&one_cause(&cause, rerun));
    }
    if !expectations {
        let listed = divergences.text(false);
        text.push_str(&listed);
        text.push_str(if listed.is_empty() { "" } else { "\n" });
    }
    let stored = result.stored.display();
    let listed = if expectations { format!("; `wasmatrix diverge {stored}` lists them") } else { String::new() };
    let _ = writeln!(text, "{}{listed}", divergences.summary());
    let _ = writeln!(text, "stored in {stored}");
    text
}

/// As many cells of one cause are shown in full; of more, the first is, and some others are named.
const SHOWN_IN_FULL: usize = 3;

/// How many others are named.
const NAMED: usize = 3;

fn one_cause(cause: &Cause<'_>, rerun: &str) -> String {
    let in_full = |cell: &Cell| {
        let rerun = format!("{rerun} --runtime {} --suite {} --case {}", cell.runtime, cell.suite, cell.case);
        red_cell(cell, &rerun, true) + "\n"
    };
    if cause.cells.len() <= SHOWN_IN_FULL {
        return cause.cells.iter().map(|cell| in_full(cell)).collect();
    }
    let Cause { runtime, kind, function, shape, cells } = cause;
    let what = if function.is_empty() { String::new() } else { format!(" in {function}") };
    let head = format!("{} cells of {runtime}, perhaps of one cause: {kind}{what}: {shape}", cells.len());
    let mut text = format!("{}\n", output::bold(&head));
    for cell in cells.iter().skip(1).take(NAMED) {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "    {}", cell.id());
    }
    let _ = writeln!(text, "    and {} more, all of them in run.jsonl; the first:", cells.len() - 1 - NAMED);
    text + &cells.first().map(|cell| in_full(cell)).unwrap_or_default()
}
