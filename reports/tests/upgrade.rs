//! The page of an upgrade, as it stands in `tests/expected`. `WASMATRIX_BLESS=1` writes the files anew; look at what changed in them.

mod common;

use std::collections::BTreeMap;

use common::{cell, expected::check, failed, red, red_at, returned, run, step};
use proptest::prelude::*;
use wasmatrix_adapter::{Capability, FailureKind, TrapCode, Value, WasiImplementation};
use wasmatrix_reports::{
    Availability, Cell, Change, Header, Level, Observation, Outcome, Record, ScriptRecord, UnsupportedFor, Upgrade,
    upgrade::{GoneSide, Heading, Pair, Sides, Told},
};

const VARIANTS: [&str; 2] = ["x", "y"];

/// A variant that version 2 does not have.
fn gone() -> GoneSide {
    let why = "a removed it in 2 (https://example.org/pull/5); it is a variant of the line 1";
    GoneSide { variant: "w".to_owned(), old: "a@1+w".to_owned(), why: why.to_owned() }
}

fn sides() -> Sides {
    let pair = |variant: &str| Pair { variant: Some(variant.to_owned()), old: format!("a@1+{variant}"), new: format!("a@2+{variant}") };
    Sides { runtime: "a".to_owned(), named: ["1".to_owned(), "2".to_owned()], pairs: VARIANTS.map(pair).into(), gone: vec![gone()] }
}

/// A case on both versions, with these variants.
fn both(case: &str, variants: &[&str], old: impl Fn(Cell) -> Cell, new: impl Fn(Cell) -> Cell) -> Vec<Cell> {
    let on = |line: &str, variant: &&str, of: &dyn Fn(Cell) -> Cell| {
        let why = "It must be told apart.".to_owned();
        Cell { version: format!("{line}.0.0"), why, ..of(cell(&format!("a@{line}+{variant}/{case}"), Outcome::Pass)) }
    };
    variants.iter().flat_map(|variant| [on("1", variant, &old), on("2", variant, &new)]).collect()
}

fn gave(bits: u32) -> impl Fn(Cell) -> Cell {
    move |cell| Cell { steps: vec![returned("invoke f (i32 3)", Value::I32(bits))], ..cell }
}

fn wrong(bits: u32) -> impl Fn(Cell) -> Cell {
    move |cell| Cell { outcome: Outcome::Fail, reds: vec![red(Some(1), "wrong-value", &format!("returns i32 {bits}"))], ..gave(bits)(cell) }
}

fn known(cell: Cell) -> Cell {
    Cell {
        outcome: Outcome::Known,
        reason: Some("f gives too much".to_owned()),
        issue: Some("https://example.org/issues/7".to_owned()),
        ..cell
    }
}

fn crashed(cell: Cell) -> Cell {
    Cell {
        outcome: Outcome::Crashed,
        steps: vec![step("invoke f (i32 3)", Observation::Unanswered), step("invoke g ()", Observation::Unanswered)],
        reds: vec![red(Some(1), "crashed", "the worker died: signal SIGSEGV")],
        worker_stderr: Some(
            "thread 'main' panicked at engine-2.0.0/src/lib.rs:77:5:\nno entry\nnote: run with `RUST_BACKTRACE=1`\n".to_owned(),
        ),
        ..cell
    }
}

fn unsupported(cell: Cell) -> Cell {
    Cell { outcome: Outcome::Unsupported, reason: Some("needs threads".to_owned()), ..cell }
}

fn open(bits: u32) -> impl Fn(Cell) -> Cell {
    move |cell| Cell { level: Level::ImplementationDefined, outcome: Outcome::Observed, ..gave(bits)(cell) }
}

/// A preview 1 function that answers an error number.
fn errno(number: u32, right: u32) -> impl Fn(Cell) -> Cell {
    move |cell| {
        let steps = vec![returned("invoke path_link (\"own.txt\")", Value::I32(number)), returned("invoke is_there ()", Value::I32(1))];
        let mut wrong = red(Some(1), "wrong-value", &format!("returns i32 {number}"));
        wrong.expected = format!("returns i32 {right} or i32 76");
        let reds = if number == right { Vec::new() } else { vec![wrong] };
        Cell { outcome: if number == right { Outcome::Pass } else { Outcome::Fail }, steps, reds, ..cell }
    }
}

/// A script of 20 assertions in which these lines are red, and these cannot be asked.
fn script(reds: &[u64], unsupported: &str, count: u64) -> impl Fn(Cell) -> Cell {
    let (reds, unsupported) = (reds.to_vec(), unsupported.to_owned());
    move |cell| {
        let failed = reds.len() as u64;
        let unsupported_for =
            if count == 0 { Vec::new() } else { vec![UnsupportedFor { reason: "needs gc".to_owned(), lines: unsupported.clone() }] };
        let script = ScriptRecord {
            part: "core".to_owned(),
            assertions: 20,
            passed: 20 - failed - count,
            failed,
            unsupported: count,
            unsupported_for,
            ..ScriptRecord::default()
        };
        let outcome = if reds.is_empty() { Outcome::Pass } else { Outcome::Fail };
        let reds = reds.iter().map(|line| red_at(*line, "wrong-value", "returns i32 1")).collect();
        Cell { outcome, script: Some(script), reds, ..cell }
    }
}

/// A case on the variant that is gone, and on the others of both versions.
fn with_gone(case: &str, there: impl Fn(Cell) -> Cell, new: impl Fn(Cell) -> Cell) -> Vec<Cell> {
    let mut cells = both(case, &VARIANTS, unsupported, new);
    cells.push(Cell { version: "1.0.0".to_owned(), ..there(cell(&format!("a@1+w/{case}"), Outcome::Pass)) });
    cells
}

/// Every way in which an upgrade changes a cell.
fn cells() -> Vec<Cell> {
    let all = &VARIANTS[..];
    [
        with_gone("wasi-threads/spawns", gave(3), unsupported),
        with_gone("wasi-threads/counts", gave(3), |cell| {
            let needs = if cell.runtime.ends_with("+y") { "needs threads" } else { "needs threads and wasi-threads" };
            Cell { reason: Some(needs.to_owned()), ..unsupported(cell) }
        }),
        with_gone("wasi-threads/fails", wrong(8), unsupported),
        with_gone("core/s/moves", gave(3), gave(3)),
        both("core/s/stays", all, gave(3), gave(3)),
        both("core/s/fails-alike", all, wrong(4), |cell| known(wrong(4)(cell))),
        both("core/s/is-known-no-more", all, |cell| known(wrong(4)(cell)), wrong(4)),
        both("core/s/crashes", &["x"], gave(3), crashed),
        both("core/s/crashes", &["y"], gave(3), gave(3)),
        both("core/s/crashes-as-is-known", all, gave(3), |cell| known(crashed(cell))),
        both("core/s/crashed", all, crashed, gave(3)),
        both("core/s/regresses", all, gave(3), wrong(8)),
        both("core/s/regresses.command", all, gave(3), wrong(8)),
        both("core/s/regresses-too", all, gave(3), wrong(9)),
        both("core/s/regresses-alone", &["y"], gave(3), wrong(9)),
        both("core/s/regresses-as-is-known", all, gave(3), |cell| known(wrong(8)(cell))),
        both("core/s/only-recommended", all, gave(3), |cell| Cell { level: Level::Recommended, ..wrong(8)(cell) }),
        both("core/s/was-known", all, |cell| known(wrong(8)(cell)), gave(3)),
        both("core/s/changes", all, open(3), open(4)),
        both("core/s/is-allowed", all, gave(3), gave(4)),
        both("core/s/traps-otherwise", all, wrong(8), |cell| Cell {
            steps: vec![step("invoke f (i32 3)", failed(FailureKind::Trap(TrapCode::Unreachable)))],
            reds: vec![red(Some(1), "trap unreachable", "traps unreachable")],
            ..wrong(8)(cell)
        }),
        both("core/s/loses-threads", all, gave(3), unsupported),
        both("core/s/wins-threads", all, unsupported, gave(3)),
        both("core/s/wins-threads-badly", all, unsupported, wrong(8)),
        both("core/s/comes-and-goes", all, gave(3), |cell| Cell { outcome: Outcome::Intermittent, ..wrong(8)(cell) }),
        both("wasi-preview1/links/link", all, errno(28, 44), errno(44, 44)),
        both("wasi-preview1/links/link.command", all, errno(28, 44), errno(44, 44)),
        both("wasi-preview1/links/other", all, errno(28, 44), errno(44, 44)),
        both("wasi-preview1/links/refuses", all, errno(44, 44), errno(0, 44)),
        both("spec:3.0/loses-assertions", all, script(&[], "", 0), script(&[], "7-9", 3)),
        both("spec:3.0/wins-assertions", all, script(&[], "7-9", 3), script(&[8], "", 0)),
        both("spec:3.0/wins-assertions-too", all, script(&[], "3, 7", 2), script(&[], "", 0)),
        both("spec:3.0/fails-elsewhere", all, script(&[3, 4], "", 0), script(&[4, 5, 6], "", 0)),
    ]
    .concat()
}

/// The parts of a run of these cells, with receipts that differ in everything that explains.
fn parts(cells: &[Cell]) -> Header {
    let Some(Record::Header(mut header)) = run(cells).into_iter().next() else { panic!("a run begins with its header") };
    for runtime in &mut header.runtimes {
        let Availability::Available(receipt) = &mut runtime.availability else { continue };
        let is_new = runtime.id.contains("@2");
        let version = if is_new { "24.0.4" } else { "2.0.1" };
        receipt.wasi = WasiImplementation::Package { name: "wasi-common".to_owned(), version: version.to_owned() };
        receipt.capabilities = [Capability::MultiValue, if is_new { Capability::Simd } else { Capability::Threads }].into();
        let config = format!(
            "Config {{ stack: StackConfig {{ depth: {} }}, features: WasmFeatures(MUTABLE_GLOBAL | SIGN_EXTENSION), consume_fuel: false, mode: Lazy }}",
            if is_new { 1000 } else { 64 }
        );
        receipt.configuration = BTreeMap::from([("config".to_owned(), config)]);
        if runtime.id.ends_with("+y") {
            receipt.configuration.insert("strategy".to_owned(), if is_new { "fast" } else { "slow" }.to_owned());
        }
    }
    header
}

fn told() -> Told {
    Told {
        remarks: vec!["1 does not have the variant z of 2, which is left out.".to_owned()],
        command: ["wasmatrix", "upgrade", "a", "1", "2", "--suite", "core/*"].map(str::to_owned).into(),
        selection: vec![("--suite".to_owned(), "core/*".to_owned())],
        ..Told::default()
    }
}

fn upgrade(cells: &[Cell]) -> Upgrade {
    let header = parts(cells);
    let sides = sides();
    let [old, new] = sides.split(&header, cells);
    let change = Change::between(&old, &new);
    Upgrade::of(&sides, &header, cells, &change, told())
}

#[test]
fn an_upgrade_in_its_formats() {
    let upgrade = upgrade(&cells());
    check("upgrade.txt", &upgrade.text());
    check("upgrade.md", &upgrade.markdown());
    check("upgrade.json", &(serde_json::to_string_pretty(&upgrade).expect("JSON") + "\n"));
}

/// The headings under which a case stands, and the variants there.
fn headings(upgrade: &Upgrade, case: &str) -> Vec<(Heading, String)> {
    let of = |section: &wasmatrix_reports::upgrade::Section| {
        let groups = section.groups.iter().filter(|group| group.cases.iter().any(|one| one.case == case));
        groups.map(|group| (section.heading, group.variants.join(" "))).collect::<Vec<_>>()
    };
    upgrade.sections.iter().flat_map(of).collect()
}

#[test]
fn each_change_stands_where_it_belongs() {
    let upgrade = upgrade(&cells());
    for (case, expected) in [
        ("stays", &[][..]),
        ("fails-alike", &[]),
        ("is-known-no-more", &[]),
        ("crashes", &[(Heading::NewlyCrashing, "x")]),
        ("crashes-as-is-known", &[(Heading::NewlyCrashing, "x y")]),
        ("crashed", &[(Heading::Fixed, "x y")]),
        ("regresses", &[(Heading::Regressed, "x y")]),
        ("regresses-alone", &[(Heading::Regressed, "y")]),
        ("regresses-as-is-known", &[(Heading::Regressed, "x y")]),
        ("only-recommended", &[(Heading::Regressed, "x y")]),
        ("was-known", &[(Heading::Fixed, "x y")]),
        ("changes", &[(Heading::Changed, "x y")]),
        ("is-allowed", &[(Heading::Changed, "x y")]),
        ("traps-otherwise", &[(Heading::WrongInAnotherWay, "x y")]),
        ("loses-threads", &[(Heading::NoLongerSupported, "x y")]),
        ("wins-threads", &[(Heading::NewlySupported, "x y")]),
        ("wins-threads-badly", &[(Heading::NewlySupported, "x y")]),
        ("comes-and-goes", &[(Heading::Intermittent, "x y")]),
        ("link", &[(Heading::Fixed, "x y")]),
        ("refuses", &[(Heading::Regressed, "x y")]),
        ("loses-assertions", &[(Heading::NoLongerSupported, "x y")]),
        ("wins-assertions", &[(Heading::NewlySupported, "x y")]),
        ("fails-elsewhere", &[(Heading::Regressed, "x y"), (Heading::Fixed, "x y")]),
    ] {
        let expected: Vec<_> = expected.iter().map(|(heading, variants)| (*heading, (*variants).to_owned())).collect();
        assert_eq!(headings(&upgrade, case), expected, "{case}");
    }
    assert_eq!((upgrade.unchanged, upgrade.fail_alike), (13, 4));
    assert!(upgrade.is_worse);
}

#[test]
fn what_goes_with_a_variant_is_what_no_other_runs() {
    let upgrade = upgrade(&cells());
    let [gone] = &upgrade.gone[..] else { panic!("{:?}", upgrade.gone) };
    let lost: Vec<_> = gone.lost.iter().map(|lost| (lost.suite.as_str(), lost.reason.as_str(), lost.cases.join(" "))).collect();
    assert_eq!((gone.passed, gone.cells(), lost), (3, 2, vec![("wasi-threads", "needs threads", "spawns counts".to_owned())]));
    assert!(upgrade.answer.contains("some of it for the worse: 2 passing cells gone with the variant w, "), "{}", upgrade.answer);
    // Where nothing is lost, nothing got worse.
    let cells: Vec<Cell> = cells().into_iter().filter(|cell| cell.case == "moves").collect();
    let upgrade = self::upgrade(&cells);
    assert!(!upgrade.is_worse && upgrade.gone[0].lost.is_empty(), "{}", upgrade.answer);
}

#[test]
fn what_is_known_is_said_and_counts_all_the_same() {
    let of = |case: &str| {
        let cells: Vec<Cell> = cells().into_iter().filter(|cell| cell.case == case).collect();
        upgrade(&cells)
    };
    for case in ["regresses-as-is-known", "crashes-as-is-known"] {
        let upgrade = of(case);
        assert!(upgrade.is_worse, "{case}: {}", upgrade.answer);
        assert!(upgrade.text().contains("known: f gives too much (https://example.org/issues/7)"), "{}", upgrade.text());
    }
    for case in ["fails-alike", "is-known-no-more", "stays", "was-known", "wins-threads-badly", "comes-and-goes", "changes"] {
        assert!(!of(case).is_worse, "{case}");
    }
    assert_eq!(of("stays").answer, "a 1.0.0 → 2.0.0: no. All 2 cells did the same.");
}

#[test]
fn a_page_of_thousands_of_cells_can_be_read() {
    let many = |number: u32| {
        // Each in a way of its own, so that nothing can be put together.
        let step = move |cell: Cell| Cell { steps: vec![returned(&format!("invoke f{number}_x ()"), Value::I32(3))], ..cell };
        let red = red(Some(1), "wrong-value", "returns i32 8");
        let fails = move |cell: Cell| Cell {
            outcome: Outcome::Fail,
            steps: vec![returned(&format!("invoke f{number}_x ()"), Value::I32(8))],
            reds: vec![red.clone()],
            ..cell
        };
        both(&format!("core/s/case-{number}"), &VARIANTS, step, fails)
    };
    let cells: Vec<Cell> = (0..1500).flat_map(many).collect();
    let upgrade = upgrade(&cells);
    assert_eq!(upgrade.section(Heading::Regressed).map(|section| (section.cells, section.groups.len())), Some((3000, 1500)));
    let page = upgrade.markdown();
    assert!(page.lines().count() < 500, "{} lines", page.lines().count());
    assert!(page.contains("1480 groups more, 2960 cells"), "{page}");
    assert!(page.contains("and 1440 groups of 2880 cells, which are in the JSON"), "{page}");
}

/// The cells of runs that proptest makes, as two versions of one runtime.
fn two_versions(old: Vec<Cell>, new: Vec<Cell>) -> Vec<Cell> {
    let of = |line: &str, cells: Vec<Cell>| {
        let mut by_id: BTreeMap<String, Cell> = BTreeMap::new();
        for one in cells {
            let runtime = format!("a@{line}+{}", if one.runtime.ends_with("+y") { "y" } else { "x" });
            let one = Cell { runtime, version: format!("{line}.0.0"), ..one };
            by_id.insert(one.id(), one);
        }
        by_id.into_values().collect::<Vec<_>>()
    };
    [of("1", old), of("2", new)].concat()
}

proptest! {
    #[test]
    fn no_cell_is_lost_and_every_count_is_that_of_what_is_shown(old in common::cells(), new in common::cells()) {
        let cells = two_versions(old, new);
        let upgrade = upgrade(&cells);
        let here = |line: &'static str| cells.iter().filter(move |cell| cell.runtime.starts_with(line)).map(|cell| cell.id()[3..].to_owned());
        let on_both: Vec<String> = here("a@2").filter(|id| here("a@1").any(|other| other == *id)).collect();
        let mut shown = 0;
        for section in &upgrade.sections {
            let forms = |group: &wasmatrix_reports::upgrade::Group| {
                group.cases.iter().map(|case| case.forms.len() as u64).sum::<u64>() * group.variants.len().max(1) as u64
            };
            prop_assert_eq!(section.cells, section.groups.iter().map(forms).sum::<u64>());
            shown += section.cells;
        }
        let accounted_for = shown + upgrade.unchanged + upgrade.not_executed;
        prop_assert!(accounted_for >= on_both.len() as u64, "{} of {}", accounted_for, on_both.len());
        prop_assert_eq!(upgrade.is_worse, upgrade.sections.iter().any(|section| section.heading.is_worse()));
        // Neither of them may panic, whatever there is to be said.
        prop_assert!(upgrade.markdown().len() > 100 && upgrade.text().len() > 100);
    }
}
