//! What is documented, held against what runtimes did.

mod common;

use common::{cell, expected::check, failed, red, returned, run, step};
use wasmatrix_adapter::{FailureKind, Value};
use wasmatrix_reports::{Cell, Documentation, Header, Level, Outcome, Promises, Record, Red};

fn header(cells: &[Cell]) -> Header {
    match run(cells).into_iter().next() {
        Some(Record::Header(header)) => header,
        _ => panic!("a header comes first"),
    }
}

/// A cell that answered 0 where 28 is documented.
fn answers_otherwise(id: &str, outcome: Outcome) -> Cell {
    let one = Red { expected: "i32 28".to_owned(), ..red(Some(1), "wrong-value", "i32 0") };
    Cell { steps: vec![returned("invoke futex_wait (i32 4)", Value::I32(0))], reds: vec![one], ..cell(id, outcome) }
}

/// Documented is what has a name that begins with the call's.
fn documentation(cell: &Cell) -> Option<Documentation> {
    let (call, says) = match cell.case.split('-').next()? {
        "wait" => ("futex_wait", "errno inval (28) where the value is another"),
        "exit" => ("thread_exit", "the last thread ends the process"),
        "join" => ("thread_join", "the caller waits"),
        _ => return None,
    };
    Documentation::of(&format!("WASIX, {call}: {says} (https://wasix.org/docs/{call})"))
}

#[test]
fn what_is_not_kept_is_a_row() {
    let ends = |id: &str, words: &str| {
        let one = Red { words: words.to_owned(), expected: "exit 4".to_owned(), ..red(Some(1), "failed", "failed") };
        Cell { steps: vec![step("run main", failed(FailureKind::Failed))], reds: vec![one], ..cell(id, Outcome::Fail) }
    };
    let many = Cell {
        reds: (0..5).map(|number| red(None, "wrong-value", &number.to_string())).collect(),
        ..cell("other/s/join-many", Outcome::Intermittent)
    };
    let cells = [
        answers_otherwise("one/s/wait-value", Outcome::Fail),
        Cell {
            reason: Some("it answers success".to_owned()),
            issue: Some("https://w.org/1".to_owned()),
            ..answers_otherwise("two/s/wait-value", Outcome::Known)
        },
        cell("other/s/wait-value", Outcome::Pass),
        cell("last/s/wait-value", Outcome::Unsupported),
        // Seen in two ways.
        ends("one/s/exit-last", "in /somewhere: WASI thread exited\nand more"),
        ends("two/s/exit-last", "exited | with 0"),
        cell("other/s/exit-last", Outcome::Crashed),
        cell("one/s/join-fast", Outcome::Pass),
        cell("one/t/join-fixed", Outcome::Fixed),
        cell("two/t/join-broken", Outcome::Broken),
        many,
        // Nothing is promised of these.
        Cell { level: Level::ImplementationDefined, ..cell("one/s/wait-observed", Outcome::Observed) },
        answers_otherwise("one/s/undocumented", Outcome::Fail),
    ];
    let tidy = |said: &str| said.replace("/somewhere", "its folder");
    let promises = Promises::of(&header(&cells), &cells, &documentation, &tidy);
    check("documented.txt", &promises.text());
    check("documented.md", &promises.markdown());
}

#[test]
fn what_is_kept_says_so() {
    let cells = [cell("one/s/join-fast", Outcome::Pass)];
    let promises = Promises::of(&header(&cells), &cells, &documentation, &str::to_owned);
    assert!(promises.text().contains("keeps all of it"), "{}", promises.text());
    let cells = [cell("one/s/undocumented", Outcome::Pass)];
    assert!(Promises::of(&header(&cells), &cells, &documentation, &str::to_owned).is_empty());
}
