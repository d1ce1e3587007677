//! What people read, as it stands in `tests/expected`. `WASMATRIX_BLESS=1` writes the files anew; look at what changed in them.

mod common;

use std::path::Path;

use common::{cell, expected::check, failed, red, red_at, returned, run, step};
use wasmatrix_adapter::{Exhaustible, FailureKind, TrapCode, Value};
use wasmatrix_reports::{
    Cell, Change, Divergences, FORMAT_VERSION, FileLeft, FilesLeft, Level, Observation, Outcome, Record, ScriptRecord, UnsupportedFor,
    baseline, causes,
    change::{Kind, Side},
    divergence::{Place, Scope, Shape},
    read_run,
};

fn asking(asks: &str, cell: Cell) -> Cell {
    Cell { asks: Some(asks.to_owned()), ..cell }
}

fn script(passed: u64, lines: &str) -> Option<ScriptRecord> {
    let unsupported_for =
        if lines.is_empty() { Vec::new() } else { vec![UnsupportedFor { reason: "needs gc".to_owned(), lines: lines.to_owned() }] };
    Some(ScriptRecord {
        part: "core".to_owned(),
        assertions: 10,
        passed,
        unsupported: 10 - passed,
        unsupported_for,
        ..ScriptRecord::default()
    })
}

/// Two runs with every class of change between them.
fn two_runs() -> (Vec<Record>, Vec<Record>) {
    let pass = |id: &str| cell(id, Outcome::Pass);
    let wrong = |id: &str| Cell { reds: vec![red(Some(1), "wrong-value", "returns i32 8")], ..cell(id, Outcome::Fail) };
    let crashed = |id: &str| Cell { reds: vec![red(Some(1), "crashed", "the worker died: signal SIGSEGV")], ..cell(id, Outcome::Crashed) };
    let gave = |bits| vec![returned("invoke f ()", Value::I32(bits))];
    let before = [
        pass("a@1+x/core/s/regresses"),
        wrong("a@1+x/core/s/is-fixed"),
        pass("a@1+x/core/s/crashes"),
        crashed("a@1+x/core/s/crashed"),
        pass("a@1+x/core/s/comes-and-goes"),
        pass("a@1+x/core/s/is-unsupported"),
        cell("a@1+x/core/s/was-unsupported", Outcome::Unsupported),
        pass("a@1+x/core/s/is-unavailable"),
        Cell { outcome: Outcome::Known, ..wrong("a@1+x/core/s/leaves-the-list") },
        wrong("a@1+x/core/s/enters-the-list"),
        Cell { steps: gave(1), level: Level::ImplementationDefined, ..cell("a@1+x/core/s/changes", Outcome::Observed) },
        Cell { steps: vec![returned("invoke f ()", Value::F32(0x7fc0_0000))], ..pass("a@1+x/core/s/another-nan") },
        asking("01", pass("a@1+x/core/s/old-name")),
        asking("02", pass("a@1+x/core/s/old-name-of-one-that-regresses")),
        pass("a@1+x/core/s/goes"),
        asking("03", pass("a@1+x/core/s/asks-something-else")),
        pass("a@1+x/core/s/stays"),
        Cell { level: Level::Recommended, ..pass("a@1+x/core/s/is-only-recommended") },
        Cell { script: script(10, ""), ..pass("a@1+x/spec:1.0/loses-assertions") },
        Cell { reds: vec![red_at(7, "wrong-value", "returns i32 1")], ..cell("a@1+x/spec:1.0/fails-elsewhere", Outcome::Fail) },
        pass("b@1/core/s/upgraded"),
    ];
    let after = [
        wrong("a@1+x/core/s/regresses"),
        pass("a@1+x/core/s/is-fixed"),
        crashed("a@1+x/core/s/crashes"),
        pass("a@1+x/core/s/crashed"),
        Cell { outcome: Outcome::Intermittent, ..wrong("a@1+x/core/s/comes-and-goes") },
        cell("a@1+x/core/s/is-unsupported", Outcome::Unsupported),
        pass("a@1+x/core/s/was-unsupported"),
        cell("a@1+x/core/s/is-unavailable", Outcome::Unavailable),
        wrong("a@1+x/core/s/leaves-the-list"),
        Cell { outcome: Outcome::Known, ..wrong("a@1+x/core/s/enters-the-list") },
        Cell { steps: gave(2), level: Level::ImplementationDefined, ..cell("a@1+x/core/s/changes", Outcome::Observed) },
        Cell { steps: vec![returned("invoke f ()", Value::F32(0xffc0_0001))], ..pass("a@1+x/core/s/another-nan") },
        asking("01", pass("a@1+x/core/s/new-name")),
        asking("02", wrong("a@1+x/core/s/new-name-of-one-that-regresses")),
        pass("a@1+x/core/s/comes"),
        wrong("a@1+x/core/s/comes-and-is-red"),
        asking("04", wrong("a@1+x/core/s/asks-something-else")),
        pass("a@1+x/core/s/stays"),
        Cell { level: Level::Recommended, ..wrong("a@1+x/core/s/is-only-recommended") },
        Cell { script: script(6, "3-5, 9"), ..pass("a@1+x/spec:1.0/loses-assertions") },
        Cell { reds: vec![red_at(9, "wrong-value", "returns i32 1")], ..cell("a@1+x/spec:1.0/fails-elsewhere", Outcome::Fail) },
        Cell { version: "2.0.0".to_owned(), ..pass("b@2/core/s/upgraded") },
    ];
    let (before, mut after) = (run(&before), run(&after));
    if let Some(Record::Header(header)) = after.first_mut() {
        header.machine.arch = "aarch64".to_owned();
        header.configuration.timeout_ms = 500;
        header.suites.iter_mut().for_each(|suite| suite.sha256 = "11".repeat(32));
    }
    (before, after)
}

fn change() -> Change {
    let (before, after) = two_runs();
    Change::between(&Side::of("old", &before), &Side::of("new", &after))
}

#[test]
fn each_class_of_change_has_its_kind() {
    let change = change();
    for (case, kind, worse) in [
        ("regresses", Kind::Regressed, true),
        ("is-fixed", Kind::Fixed, false),
        ("crashes", Kind::NewlyCrashing, true),
        ("crashed", Kind::NoLongerCrashing, false),
        ("comes-and-goes", Kind::NewlyIntermittent, true),
        ("is-unsupported", Kind::NewlyUnsupported, true),
        ("was-unsupported", Kind::NewlySupported, false),
        ("is-unavailable", Kind::NewlyUnavailable, true),
        ("leaves-the-list", Kind::NoLongerKnown, true),
        ("enters-the-list", Kind::NewlyKnown, false),
        ("changes", Kind::Changed, false),
        ("new-name", Kind::Renamed, false),
        ("new-name-of-one-that-regresses", Kind::Regressed, true),
        ("goes", Kind::Removed, false),
        ("comes", Kind::Added, false),
        ("comes-and-is-red", Kind::Added, true),
        ("asks-something-else", Kind::Regressed, true),
        ("is-only-recommended", Kind::Regressed, false),
        ("loses-assertions", Kind::NewlyUnsupported, true),
        ("fails-elsewhere", Kind::Changed, true),
    ] {
        let found: Vec<(Kind, bool)> =
            change.cells.iter().filter(|cell| cell.cell().is_some_and(|id| id.case == case)).map(|cell| (cell.kind, cell.worse)).collect();
        assert_eq!(found, [(kind, worse)], "{case}");
    }
    // One that stays, another NaN, and a line that was upgraded.
    assert_eq!((change.cells.len(), change.unchanged), (20, 3));
}

#[test]
fn a_change_in_its_formats() {
    let change = change();
    check("change.txt", &change.text());
    check("change.md", &change.markdown());
    check("change.json", &(serde_json::to_string_pretty(&change).expect("JSON") + "\n"));
}

#[test]
fn a_baseline_on_the_disk() {
    let (_, after) = two_runs();
    let files = baseline::write(&Side::of("new", &after));
    for (path, text) in &files {
        check(&format!("baseline/{path}"), text);
    }
    assert_eq!(files.len(), 4, "{:?}", files.keys());
}

#[test]
fn a_baseline_is_a_side_like_a_run() {
    let (before, after) = two_runs();
    let kept = baseline::read("old", &baseline::write(&Side::of("old", &before))).expect("our own baseline");
    let with_baseline = Change::between(&kept, &Side::of("new", &after));
    let kinds = |change: &Change| change.cells.iter().map(|cell| (cell.kind, cell.worse, cell.cell().cloned())).collect::<Vec<_>>();
    assert_eq!(kinds(&with_baseline), kinds(&change()));
}

#[test]
fn a_baseline_that_is_none_says_where() {
    let (_, after) = two_runs();
    let good = baseline::write(&Side::of("new", &after));
    for (path, wrong, says) in [
        ("baseline.txt", "something", "baseline.txt, line 1: `wasmatrix baseline 1` should stand here, and not `something`"),
        ("baseline.txt", "wasmatrix baseline 1\nnothing", "baseline.txt, line 2: `nothing` is not `NAME: VALUE`"),
        ("x.txt", "suite s", "x.txt, line 1: `runtime NAME` should stand here, and not `suite s`"),
        ("x.txt", "runtime a@1\nsuite s\n\nc happy", "x.txt, line 4: `happy` is not an outcome"),
        ("x.txt", "runtime a@1\nsuite s\n\nc pass often", "x.txt, line 4: `often` is not a level"),
        ("x.txt", "runtime a@1\nsuite s\n\nc pass\nc pass", "x.txt, line 5: this case stands here already"),
        ("x.txt", "runtime a@1\nsuite s\n\n    red step 1: files", "x.txt, line 4: it belongs to no case"),
        ("x.txt", "runtime a@1\nsuite s\n\nc pass\n    blue", "x.txt, line 5: `blue` is none of"),
        ("x.txt", "runtime a@1\nsuite s\n\nc pass\n    assertions passed=many", "x.txt, line 5: `many` is not a count"),
        ("x.txt", "runtime a@1\nsuite s\n\nc pass\n    unsupported 9-1", "x.txt, line 5: `9-1` is not lines"),
    ] {
        let mut files = good.clone();
        files.insert(path.to_owned(), wrong.to_owned());
        let error = baseline::read("new", &files).expect_err(wrong).to_string();
        assert!(error.starts_with(says), "{error}");
    }
}

/// Cases that runtimes answer in every way that there is.
fn diverging() -> Vec<Cell> {
    let ids = ["a@1+x", "a@1+y", "b@1", "c@1"];
    let each = |case: &str, make: &dyn Fn(usize, Cell) -> Cell| -> Vec<Cell> {
        (0..).zip(ids).map(|(place, id)| make(place, cell(&format!("{id}/{case}"), Outcome::Pass))).collect()
    };
    let gave = |value| vec![returned("invoke f ()", value)];
    let deep = |place| if place == 2 { failed(FailureKind::Exhausted(Exhaustible::Stack)) } else { failed(FailureKind::Exit(0)) };
    let wrong = |cell: Cell, seen: &str| Cell { outcome: Outcome::Fail, reds: vec![red(Some(1), "wrong-value", seen)], ..cell };
    let open = Level::ImplementationDefined;
    [
        each("s/agrees", &|_, cell| Cell { steps: gave(Value::I32(1)), ..cell }),
        each("s/one-is-odd", &|place, cell| {
            let cell = Cell { steps: gave(Value::I32(u32::from(place == 3))), ..cell };
            if place == 3 { wrong(cell, "returns i32 1") } else { cell }
        }),
        each("s/one-is-odd-and-known", &|place, cell| {
            let cell = Cell { steps: gave(Value::I32(u32::from(place == 3))), ..cell };
            if place == 3 { Cell { outcome: Outcome::Known, ..wrong(cell, "returns i32 1") } } else { cell }
        }),
        each("s/a-split", &|place, cell| {
            let seen = [0, 0, 1, 2][place];
            let cell = Cell { steps: gave(Value::I32(seen)), ..cell };
            if place > 1 { wrong(cell, &format!("returns i32 {seen}")) } else { cell }
        }),
        each("s/all-against-the-suite", &|_, cell| wrong(Cell { steps: gave(Value::I32(2)), ..cell }, "returns i32 2")),
        each("s/nan", &|place, cell| Cell { steps: gave(Value::F32(if place == 0 { 0xffc0_0001 } else { 0x7fc0_0000 })), ..cell }),
        each("s/any-of", &|place, cell| Cell { steps: gave(Value::I32(76 - u32::from(place == 0) * 13)), ..cell }),
        each("s/deep", &|place, cell| Cell { level: open, outcome: Outcome::Observed, steps: vec![step("run main", deep(place))], ..cell }),
        each("s/open", &|place, cell| Cell { level: open, outcome: Outcome::Observed, steps: gave(Value::I32(place as u32)), ..cell }),
        each("s/dies", &|place, cell| {
            let observed = if place == 1 { Observation::Unanswered } else { failed(FailureKind::Trap(TrapCode::Unreachable)) };
            let cell = Cell { steps: vec![step("invoke f ()", observed), step("invoke g ()", Observation::Unanswered)], ..cell };
            if place == 1 { Cell { outcome: Outcome::Crashed, reds: vec![red(Some(1), "crashed", "it died")], ..cell } } else { cell }
        }),
        each("s/files", &|place, cell| {
            let found = if place == 2 { [].into() } else { [("/d/new".to_owned(), FileLeft::Folder)].into() };
            Cell { files: Some(FilesLeft { found, more: 0 }), ..cell }
        }),
        each("s/is-not-asked", &|place, cell| Cell {
            outcome: if place == 1 { Outcome::Unsupported } else { Outcome::Pass },
            steps: if place == 1 { Vec::new() } else { gave(Value::I32(1)) },
            ..cell
        }),
        each("spec:1.0/script", &|place, cell| {
            let cell = Cell { script: script(10, if place == 1 { "7" } else { "" }), ..cell };
            let reds = vec![red_at(7, "wrong-value", "returns f32 1.5 (0x3fc00000)")];
            if place == 2 { Cell { outcome: Outcome::Fail, reds, ..cell } } else { cell }
        }),
    ]
    .concat()
}

#[test]
fn divergences_for_people() {
    let cells = diverging();
    let divergences = Divergences::of(&cells, Scope { everything: true, expectations: true });
    let text = |all| format!("{}\n{}\n", divergences.text(all), divergences.summary());
    check("divergences.txt", &text(false));
    check("divergences-all.txt", &text(true));
    check("divergences.json", &(serde_json::to_string_pretty(&divergences).expect("JSON") + "\n"));
}

#[test]
fn without_expectations_nothing_is_excused_by_its_level() {
    let cells = diverging();
    let divergences = Divergences::of(&cells, Scope { everything: false, expectations: false });
    let legal: Vec<(&str, Option<&str>)> =
        divergences.found.iter().filter(|one| one.legal.is_some()).map(|one| (one.case.as_str(), one.legal)).collect();
    assert_eq!(legal, [("deep", Some("stack-depth")), ("nan", Some("nan-bits"))]);
    assert!(divergences.rules.iter().all(|rule| rule.stale.is_none()), "not everything was run");
}

#[test]
fn a_rule_that_never_fires_in_a_run_of_everything_is_stale() {
    let cells: Vec<Cell> = diverging().into_iter().filter(|cell| cell.case != "deep").collect();
    let divergences = Divergences::of(&cells, Scope { everything: true, expectations: true });
    let stale: Vec<&str> = divergences.rules.iter().filter(|rule| rule.stale == Some(true)).map(|rule| rule.rule).collect();
    assert_eq!(stale, ["stack-depth"]);
    assert!(divergences.text(false).contains("STALE"));
}

#[test]
fn versions_of_one_runtime_can_be_held_against_each_other() {
    let of = |version: &str, bits| Cell {
        version: version.to_owned(),
        steps: vec![returned("invoke f ()", Value::I32(bits))],
        level: Level::ImplementationDefined,
        ..cell("a@1/s/c", Outcome::Observed)
    };
    let divergences = Divergences::of(&[of("1.0.0", 1), of("1.0.1", 2), of("1.0.2", 1)], Scope { everything: false, expectations: false });
    let [one] = divergences.found.as_slice() else { panic!("{divergences:?}") };
    assert_eq!(one.shape, Shape::OddOneOut(vec!["a@1 (1.0.1)".to_owned()]));
    assert_eq!(one.place, Place::Step { number: 1, does: "invoke f ()".to_owned() });
}

#[test]
fn one_cause_in_many_cells_is_one() {
    let seeks = |runtime: &str, number: u32| Cell {
        steps: vec![returned(&format!("invoke fd_seek (i64 {number})"), Value::I32(8))],
        reds: vec![red(Some(1), "wrong-value", &format!("returns i32 {number}"))],
        ..cell(&format!("{runtime}/s/seek-{number}"), Outcome::Fail)
    };
    let mut cells: Vec<Cell> = (0..400).map(|number| seeks(["a@1+x", "a@1+y"][number as usize % 2], number)).collect();
    cells.push(Cell { reds: vec![red_at(3, "trap unreachable", "traps unreachable")], ..cell("a@1+x/spec:1.0/s", Outcome::Fail) });
    cells.push(cell("a@1+x/s/green", Outcome::Pass));
    let crashed = |id: &str, stderr: &str| Cell {
        reds: vec![red(Some(1), "wrong-value", "returns i32 3"), red(None, "crashed", "the worker died")],
        worker_stderr: Some(format!("thread 'main' panicked at src/lib.rs:{stderr}:5:\nno entry\n")),
        ..cell(id, Outcome::Crashed)
    };
    cells.extend([crashed("b@1/s/one", "7"), crashed("b@1/s/two", "712")]);
    let found: Vec<String> = causes(&cells)
        .iter()
        .map(|cause| format!("{} {} {} [{}]: {}", cause.cells.len(), cause.runtime, cause.kind, cause.function, cause.shape))
        .collect();
    assert_eq!(
        found,
        [
            "400 a@1 wrong-value [fd_seek]: returns i32 N",
            "2 b@1 crashed []: thread 'main' panicked at src/lib.rs:N:N:",
            "1 a@1 trap unreachable [f3]: traps unreachable",
        ]
    );
}

/// A run that was stored before records had `asks` and `files`.
#[test]
fn a_run_of_format_1_is_read_and_compared_as_far_as_it_goes() {
    let old = read_run(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/format-1.jsonl")).expect("it is read");
    let mut new = old.clone();
    for record in &mut new {
        match record {
            Record::Header(header) => header.format = FORMAT_VERSION,
            Record::Cell(cell) => {
                cell.asks = Some("00".to_owned());
                cell.files = Some(FilesLeft { found: [("/data".to_owned(), FileLeft::Folder)].into(), more: 0 });
            }
            Record::Measured(_) | Record::Footer(_) => {}
        }
    }
    let change = Change::between(&Side::of("old", &old), &Side::of("new", &new));
    assert_eq!((change.cells.len(), change.unchanged), (0, 2), "{}", change.text());
    assert_eq!(change.conditions.iter().map(|one| one.what.as_str()).collect::<Vec<_>>(), ["format"]);
}
