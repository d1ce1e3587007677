//! Runs as tables: the words of cells, the notes below them, and grids of writers and readers.

mod common;

use common::{cell, expected::check, failed, red, returned, run, step};
use wasmatrix_adapter::{Answer, CacheStatistics, Capability, Failure, FailureKind, Reply, TrapCode, Value};
use wasmatrix_reports::{
    Availability, CacheSeen, Cell, DirectorySeen, Header, Level, Observation, Outcome, READERS_PROCESS, Record, Red, StepRecord, Tables,
};

fn header(cells: &[Cell]) -> Header {
    let Some(Record::Header(header)) = run(cells).into_iter().next() else { panic!("a header comes first") };
    header
}

fn tables(cells: &[Cell]) -> Tables {
    Tables::of(&header(cells), cells, &str::to_owned)
}

fn done(does: &str) -> StepRecord {
    step(does, Observation::Answered(Reply::Ok(Answer::Done)))
}

fn said(kind: FailureKind, text: &str) -> Observation {
    Observation::Answered(Reply::Failed(Failure::new(kind, text)))
}

fn counted(hits: u64, misses: u64) -> StepRecord {
    let cache = CacheSeen { counted: Some(CacheStatistics { hits, misses }), directory: None };
    StepRecord { cache: Some(cache), ..done("compile m of main") }
}

fn touched(written: u64) -> StepRecord {
    let cache = CacheSeen { counted: None, directory: Some(DirectorySeen { before: 1, written, gone: 0 }) };
    StepRecord { cache: Some(cache), ..done("compile m of main") }
}

fn passing(id: &str, steps: Vec<StepRecord>) -> Cell {
    Cell { steps, ..cell(id, Outcome::Pass) }
}

/// The words of a row, as the text has them.
fn words(cells: &[Cell], case: &str) -> Vec<String> {
    let text = tables(cells).text();
    let row = text.lines().find(|line| line.split_whitespace().next() == Some(case));
    let row = row.unwrap_or_else(|| panic!("no row {case} in:\n{text}"));
    row.trim().split("  ").map(str::trim).filter(|word| !word.is_empty()).skip(1).map(str::to_owned).collect()
}

#[test]
fn a_green_cell_says_what_was_seen() {
    let unknown = || StepRecord { cache: Some(CacheSeen::default()), ..done("compile m of main") };
    let unused = || counted(0, 0);
    let stale = || step("deserialize m from m.bin", said(FailureKind::Stale, "of another version"));
    let ended_ok = || returned("invoke f ()", Value::I32(1));
    for (steps, expected) in [
        (vec![], "ok"),
        (vec![ended_ok()], "ok"),
        (vec![counted(0, 1), counted(1, 0), ended_ok()], "hit"),
        (vec![counted(1, 0), counted(0, 1)], "miss"),
        (vec![touched(1)], "miss"),
        (vec![touched(1), touched(0)], "hit"),
        // What says nothing does not hide what was seen before.
        (vec![counted(1, 0), unused(), unknown()], "hit"),
        (vec![unknown()], "ok"),
        (vec![counted(0, 1), done("deserialize m from m.bin"), ended_ok()], "hit"),
        (vec![counted(0, 1), stale()], "refused [1]"),
        (vec![stale(), step("invoke f ()", Observation::NotAsked(1)), counted(0, 1)], "refused [1]"),
        (vec![step("compile m of main", said(FailureKind::Rejected, "invalid"))], "refused [1]"),
        // An expected trap is no refusal.
        (vec![step("invoke f ()", said(FailureKind::Trap(TrapCode::Unreachable), "unreachable"))], "ok"),
    ] {
        let shown = format!("{steps:?}");
        assert_eq!(words(&[passing("a@1/caches/s/c", steps)], "c"), [expected], "{shown}");
    }
}

#[test]
fn a_cell_that_is_not_green_says_how_it_ended() {
    let reds = |kinds: &[&str]| -> Vec<Red> { kinds.iter().map(|kind| red(Some(1), kind, "what was seen")).collect() };
    let trap = || vec![step("invoke f ()", failed(FailureKind::Trap(TrapCode::Unreachable)))];
    for (outcome, kinds, steps, expected) in [
        (Outcome::Fail, &["wrong-value", "stdout"][..], vec![], "fail: wrong-value [1]"),
        (Outcome::Fail, &["trap unreachable"], vec![], "fail: trap unreachable [1]"),
        (Outcome::Known, &["stale"], vec![counted(1, 0)], "known: stale [1]"),
        (Outcome::Crashed, &["wrong-value", "crashed"], vec![], "crashed [1]"),
        (Outcome::Known, &["wrong-value", "crashed"], vec![], "known: crashed [1]"),
        (Outcome::Hung, &["hung"], vec![], "hung [1]"),
        (Outcome::Intermittent, &["cache"], vec![], "intermittent: cache [1]"),
        (Outcome::Fixed, &[], vec![], "fixed"),
        (Outcome::Unsupported, &[], vec![], "–"),
        (Outcome::Unavailable, &[], vec![], "unavailable"),
        (Outcome::Observed, &[], vec![counted(1, 0)], "observed: hit"),
        (Outcome::Observed, &[], trap(), "observed: trap unreachable [1]"),
        (Outcome::Observed, &[], vec![], "observed"),
    ] {
        let shown = format!("{outcome} {kinds:?}");
        let cell = Cell { reds: reds(kinds), steps, ..cell("a@1/caches/s/c", outcome) };
        assert_eq!(words(&[cell], "c"), [expected], "{shown}");
    }
}

#[test]
fn what_was_said_alike_is_one_note() {
    let refusing =
        |runtime: &str, text: &str| passing(&format!("{runtime}/caches/s/c"), vec![step("close m", said(FailureKind::Failed, text))]);
    let cells = [refusing("a@1", "in /tmp/1: no"), refusing("a@2", "in /tmp/2: no"), refusing("b@1", "never")];
    assert_eq!(words(&cells, "c"), ["refused [1]", "refused [2]", "refused [3]"]);
    let tidy = |said: &str| said.replace(['1', '2'], "N");
    let text = Tables::of(&header(&cells), &cells, &tidy).text();
    assert!(text.contains("refused [1]  refused [1]  refused [2]\n"), "{text}");
    assert!(text.contains("\n  [1] failed: in /tmp/N: no\n  [2] failed: never\n"), "{text}");
}

fn from(writer: &str, reader: &str, outcome: Outcome, steps: Vec<StepRecord>) -> Cell {
    let mut all = vec![counted(0, 1), done("serialize m to m.bin"), done(READERS_PROCESS)];
    all.extend(steps);
    let id = format!("{reader}/caches/peers/artifact.from-{writer}");
    Cell { from: Some(writer.to_owned()), steps: all, ..cell(&id, outcome) }
}

/// A run with all there is to see.
fn everything() -> Vec<Cell> {
    let stale = |text: &str| step("deserialize m from m.bin", said(FailureKind::Stale, text));
    let passed_over = || step("invoke f ()", Observation::NotAsked(4));
    let with_reason = |reason: &str, cell: Cell| Cell { reason: Some(reason.to_owned()), ..cell };
    let version = |version: &str, cell: Cell| Cell { version: version.to_owned(), ..cell };
    let words = |words: &str, red: Red| Red { words: words.to_owned(), ..red };
    let (old, new) = ("a@1.6.0+x", "a@1.12+x");
    let mut cells = vec![
        version("1.6.0", passing("a@1.6.0+x/caches/sequences/s1-one-cache", vec![counted(0, 1), counted(1, 0)])),
        version("1.12.3", passing("a@1.12+x/caches/sequences/s1-one-cache", vec![counted(0, 1)])),
        with_reason("needs cache-in-memory", cell("b@2/caches/sequences/s1-one-cache", Outcome::Unsupported)),
        passing(
            "a@1.6.0+x/caches/sequences/s2|two_caches",
            vec![step(
                "instantiate i of m",
                said(FailureKind::Failed, "source `module` | must be *compiled* <before> instantiation\nat a.go:1"),
            )],
        ),
        Cell {
            reds: vec![words("boom | `here`", red(Some(2), "crashed", "the worker died: signal SIGSEGV"))],
            worker_stderr: Some("panic: nil | pointer\n\ngoroutine 1 [running]:\n".to_owned()),
            ..cell("a@1.12+x/caches/sequences/s2|two_caches", Outcome::Crashed)
        },
        with_reason("needs cache-in-memory", cell("b@2/caches/sequences/s2|two_caches", Outcome::Unsupported)),
        Cell { reds: vec![red(Some(1), "wrong-value", "returns i32 8")], ..cell("a@1.6.0+x/caches/sequences/s3", Outcome::Fail) },
        Cell {
            issue: Some("https://example.org/1".to_owned()),
            ..with_reason(
                "it forgets",
                Cell {
                    reds: vec![words("gone", red(Some(1), "failed", "fails for a reason of its own"))],
                    ..cell("b@2/caches/sequences/s3", Outcome::Known)
                },
            )
        },
        Cell { level: Level::ImplementationDefined, ..cell("b@2/other/s/open", Outcome::Observed) },
        from(old, old, Outcome::Pass, vec![done("deserialize m from m.bin"), returned("invoke f ()", Value::I32(1))]),
        from(new, old, Outcome::Pass, vec![stale("not mine"), passed_over()]),
        from(old, new, Outcome::Pass, vec![stale("not mine"), passed_over()]),
        from(new, new, Outcome::Crashed, vec![]),
        from(old, "b@2", Outcome::Pass, vec![counted(0, 1)]),
        with_reason("the writer, b@2, would need artifacts", from("b@2", "b@2", Outcome::Unsupported, vec![])),
    ];
    for cell in &mut cells {
        cell.version = match cell.runtime.as_str() {
            "a@1.6.0+x" => "1.6.0",
            "a@1.12+x" => "1.12.3",
            _ => "2.0.1",
        }
        .to_owned();
    }
    cells
}

#[test]
fn tables_in_their_formats() {
    let tables = tables(&everything());
    check("table.txt", &tables.text());
    check("table.md", &tables.markdown());
}

#[test]
fn what_was_said_stays_in_its_place_in_markdown() {
    let page = tables(&everything()).markdown();
    let columns = |line: &str| line.replace("\\|", "").matches('|').count();
    let row = page.lines().find(|line| line.contains("two_caches")).expect("the row");
    let head = page.lines().find(|line| line.starts_with("| case |")).expect("the heading");
    assert_eq!((columns(row), columns(head)), (5, 5), "{row}\n{head}");
    assert!(row.starts_with("| `s2\\|two_caches` |") && row.contains("**crashed**"), "{row}");
    // Backticks of a text do not end the code that it is.
    assert!(page.contains("  - ``source `module` | must be *compiled* <before> instantiation``\n"), "{page}");
}

#[test]
fn a_folder_that_was_left_alone_is_no_hit_of_a_runtime_that_does_not_look_into_it() {
    let word = |header: &Header, cells: &[Cell]| {
        let text = Tables::of(header, cells, &str::to_owned).text();
        let row = text.lines().find(|line| line.starts_with("  a@1 ")).expect("the writer's row").to_owned();
        row.split_whitespace().nth(1).expect("a word").to_owned()
    };
    let left_alone = [from("a@1", "b@1", Outcome::Pass, vec![touched(0)])];
    let mut header = header(&left_alone);
    assert_eq!(word(&header, &left_alone), "ok");
    // What the runtime itself has counted needs no claim.
    assert_eq!(word(&header, &[from("a@1", "b@1", Outcome::Pass, vec![counted(1, 0)])]), "hit");
    if let Some(Availability::Available(receipt)) = header.runtimes.first_mut().map(|runtime| &mut runtime.availability) {
        receipt.capabilities.insert(Capability::PersistentCache);
    }
    assert_eq!(word(&header, &left_alone), "hit");
}

#[test]
fn a_grid_counts_its_cells() {
    let text = tables(&everything()).text();
    let counted = "6 cells. Hit with the right result: 1; miss: 1; right without a cache: 0; clean refusal: 2; unsupported: 1; anything else: 1 (1 crashed)\n";
    assert!(text.contains(counted), "{text}");
}
