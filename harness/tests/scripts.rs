//! Scripts against a runtime that lies, hangs and dies: each directive has one end, and every assertion is counted once.
//!
//! `tests/suites/scripts` holds the scripts, which say themselves what must become of them. The first line names the outcome, the variant of
//! faux, and words of the cell's reason; a line that begins with `;; red` is a red of the cell as a whole. Behind a directive stands
//! `;; red KIND | EXPECTED | OBSERVED`, `;; unsupported REASON`, `;; not asked` or `;; unanswered`; an assertion without any of these passes. The
//! directives of one line share one end.

mod common;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    time::Duration,
};

use common::{catalog, cells, limits, prepared, run_one, run_options};
use wasmatrix::{
    cell::{IdleWorkers, run_cell},
    date::Date,
    plan::{PlannedCell, Selection, plan},
    prepare::Prepared,
    run::{RunOptions, run},
    runtime::Known,
    script::{Ask, Claims, ask, compile},
    worker::{Limits, Stop},
};
use wasmatrix_adapter::{Capability, Op};
use wasmatrix_reports::{Availability, Cell, Lines, Outcome, Record, Red, ScriptRecord, read_run};

const SUITE: &str = "wast/scripts";

/// What a script says of itself.
struct Wanted {
    outcome: String,
    variant: String,
    reason: String,
    /// Line (none: the cell's own), kind, what was expected, and words of what was observed; in order.
    reds: Vec<(Option<u64>, String, String, String)>,
    /// Line and reason.
    unsupported: Vec<(u64, String)>,
    counts: Counts,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    passed: u64,
    failed: u64,
    unsupported: u64,
    not_asked: u64,
    unanswered: u64,
}

impl From<&ScriptRecord> for Counts {
    fn from(record: &ScriptRecord) -> Self {
        let ScriptRecord { passed, failed, unsupported, not_asked, unanswered, .. } = *record;
        Self { passed, failed, unsupported, not_asked, unanswered }
    }
}

fn wanted(case: &str) -> Wanted {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suites/scripts").join(format!("{case}.wast"));
    let text = std::fs::read_to_string(path).expect("a script");
    let first = text.lines().next().and_then(|line| line.strip_prefix(";; ")).expect("an outcome");
    let (outcome, on) = first.split_once(" on ").expect("a variant");
    let (variant, reason) = on.split_once(": ").unwrap_or((on, ""));
    let mut wanted = Wanted {
        outcome: outcome.to_owned(),
        variant: format!("faux+{variant}"),
        reason: reason.to_owned(),
        reds: Vec::new(),
        unsupported: Vec::new(),
        counts: Counts::default(),
    };
    let mut of_the_cell = Vec::new();
    for (line, text) in (1..).zip(text.lines()).skip(1) {
        let (directives, end) = text.split_once(";; ").unwrap_or((text, ""));
        let counted = directives.matches("(assert_").count() as u64;
        let counts = &mut wanted.counts;
        if let Some(red) = end.strip_prefix("red ") {
            let [kind, expected, observed] = red.split(" | ").collect::<Vec<_>>()[..] else { panic!("{case}:{line}: {red}") };
            let of = (!directives.is_empty()).then_some(line);
            let reds = if of.is_some() { &mut wanted.reds } else { &mut of_the_cell };
            reds.push((of, kind.to_owned(), expected.to_owned(), observed.to_owned()));
            counts.failed += counted;
        } else if let Some(reason) = end.strip_prefix("unsupported ") {
            wanted.unsupported.push((line, reason.to_owned()));
            counts.unsupported += counted;
        } else {
            match end {
                "" => counts.passed += counted,
                "not asked" => counts.not_asked += counted,
                "unanswered" => counts.unanswered += counted,
                other => panic!("{case}:{line}: `{other}` is no end of a directive"),
            }
        }
    }
    // What concerns the cell as a whole is said last.
    wanted.reds.extend(of_the_cell);
    wanted
}

/// Every assertion is counted, and counted once.
fn assert_adds_up(cell: &Cell) -> &ScriptRecord {
    let record = cell.script.as_ref().unwrap_or_else(|| panic!("{} has no counts: {:?}", cell.id(), cell.reason));
    let ScriptRecord { assertions, passed, failed, known, unsupported, not_asked, unanswered, .. } = record;
    assert_eq!(passed + failed + known + unsupported + not_asked + unanswered, *assertions, "{}: {record:?}", cell.id());
    let red_assertions = cell.reds.iter().filter(|red| red.directive.as_ref().is_some_and(|directive| directive.is_assertion)).count();
    assert_eq!(failed + known, red_assertions as u64, "{}: each assertion that failed stands in the reds", cell.id());
    record
}

/// The whole suite on a variant, as it was stored.
fn stored(variant: &str) -> Vec<Cell> {
    let catalog = catalog("scripts");
    let faux = prepared(&catalog, variant);
    let cells: Vec<PlannedCell> =
        cells(&catalog, &faux, SUITE).into_iter().filter(|cell| wanted(&cell.case.name).variant == variant).collect();
    assert!(!cells.is_empty(), "no script is for {variant}");
    let out = tempfile::tempdir().expect("a temporary folder");
    let options = run_options(out.path());
    let result = run(&catalog, std::slice::from_ref(&faux.id), &cells, &options, &Stop::default(), &mut |_| {}).expect("it can be written");
    let records = read_run(&result.stored).expect("it can be read");
    let stored: Vec<Cell> =
        records.into_iter().filter_map(|record| if let Record::Cell(cell) = record { Some(cell) } else { None }).collect();
    assert_eq!(stored.len(), cells.len(), "every planned cell has exactly one record");
    stored
}

fn check(variant: &str) {
    for cell in stored(variant) {
        let case = &cell.case;
        let wanted = wanted(case);
        let text = serde_json::to_string_pretty(&cell).expect("a record is JSON");
        assert_eq!(cell.outcome.to_string(), wanted.outcome, "{case}: {text}");
        assert!(cell.reason.as_deref().unwrap_or_default().contains(&wanted.reason), "{case} should say {:?}: {text}", wanted.reason);
        assert_eq!(Counts::from(assert_adds_up(&cell)), wanted.counts, "{case}: {text}");
        for (red, (line, kind, expected, observed)) in cell.reds.iter().zip(&wanted.reds) {
            let at = red.directive.as_ref().map(|directive| directive.line);
            assert_eq!((at, &red.kind, &red.expected), (*line, kind, expected), "{case}: {text}");
            assert!(red.observed.contains(observed.as_str()), "{case}:{line:?} should say {observed:?}: {text}");
        }
        assert_eq!(cell.reds.len(), wanted.reds.len(), "{case}: {text}");
        check_unsupported(&cell, &wanted);
    }
}

/// Each unsupported directive stands under its reason, and under no other.
fn check_unsupported(cell: &Cell, wanted: &Wanted) {
    let record = cell.script.as_ref().expect("counts");
    let text = format!("{}: {:?}", cell.case, record.unsupported_for);
    let reasons: Vec<(&str, Lines)> =
        record.unsupported_for.iter().map(|reason| (reason.reason.as_str(), reason.lines.parse().expect("lines"))).collect();
    for (line, words) in &wanted.unsupported {
        let found: Vec<&str> = reasons.iter().filter(|(_, lines)| lines.contains(*line)).map(|(reason, _)| *reason).collect();
        assert!(matches!(found[..], [reason] if reason == words), "line {line} should say {words:?}, {text}");
    }
    let named: BTreeSet<&str> = wanted.unsupported.iter().map(|(_, words)| words.as_str()).collect();
    assert_eq!(reasons.len(), named.len(), "{text}");
}

#[test]
fn every_directive_has_the_end_that_its_script_says() {
    check("faux+honest");
}

#[test]
fn a_claimed_capability_that_is_unsupported_is_broken() {
    check("faux+boastful");
}

#[test]
fn what_is_not_claimed_is_not_asked() {
    check("faux+modest");
}

#[test]
fn without_an_engine_everything_is_red() {
    check("faux+engineless");
}

#[test]
fn without_the_module_of_the_scripts_nothing_is_asked() {
    check("faux+spectestless");
}

/// A script that says of another variant what no test looks at would be no test.
#[test]
fn every_script_is_looked_at() {
    let catalog = catalog("scripts");
    let cases: Vec<&str> = catalog.suites.iter().flat_map(|suite| &suite.cases).map(|case| case.name.as_str()).collect();
    assert!(cases.len() > 20, "{cases:?}");
    for case in cases {
        let variant = wanted(case).variant;
        assert!(
            ["faux+honest", "faux+boastful", "faux+modest", "faux+engineless", "faux+spectestless"].contains(&variant.as_str()),
            "{case}"
        );
    }
}

/// A suite of scripts that is written for one test.
fn own_cells(scripts: &[(&str, &str)]) -> (tempfile::TempDir, Prepared, Vec<PlannedCell>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let suite = folder.path().join("own");
    std::fs::create_dir(&suite).expect("a folder");
    for (name, text) in scripts {
        std::fs::write(suite.join(format!("{name}.wast")), text).expect("a script");
    }
    let root = wasmatrix::root::Root::find(None).expect("the checkout is there");
    let catalog = wasmatrix::catalog::Catalog::read(root, &[suite]).unwrap_or_else(|error| panic!("{error}"));
    let faux = prepared(&catalog, "faux+honest");
    let cells = cells(&catalog, &faux, "wast/own");
    assert_eq!(cells.len(), scripts.len());
    (folder, faux, cells)
}

#[test]
fn a_red_in_a_used_process_is_confirmed_in_a_fresh_one() {
    let honest = "(module (func (export \"nop\")))\n(assert_return (invoke \"nop\"))";
    // 0 in a fresh process, and 7 in one that has served another cell.
    let changes =
        |due| format!("(module)\n(assert_return (invoke \"lie_when_reused\") (i32.const {due}))\n(assert_return (invoke \"nop\"))");
    let (green_when_fresh, red_twice) = (changes(0), changes(5));
    let (_folder, faux, cells) = own_cells(&[
        ("first", honest),
        ("second", &green_when_fresh),
        ("third", &red_twice),
        ("fourth", honest),
        ("fifth", &green_when_fresh),
    ]);
    let mut workers = IdleWorkers::new(true);
    let known = Known::parse("known: []").expect("an empty list");
    let mut ask = |case: &str| {
        let planned = cells.iter().find(|cell| cell.case.name == case).expect("a case");
        let cell =
            run_cell(planned, &faux, None, known.on(Date::today()), &limits(), &mut workers, &Stop::default()).expect("nobody stops it");
        assert_adds_up(&cell);
        cell
    };
    assert_eq!(ask("first").outcome, Outcome::Pass);
    let second = ask("second");
    assert_eq!(second.outcome, Outcome::Intermittent, "{second:?}");
    assert!(second.reason.as_deref().is_some_and(|reason| reason.contains("pass in a fresh one")), "{second:?}");
    assert!(matches!(&second.reds[..], [red] if red.directive.as_ref().is_some_and(|directive| directive.line == 2)), "{second:?}");
    let third = ask("third");
    assert_eq!(third.outcome, Outcome::Fail, "{third:?}");
    assert_eq!(third.reds[0].observed, "returns i32 0", "the fresh process's own: {third:?}");
    assert_eq!(ask("fourth").outcome, Outcome::Pass);
    assert_eq!(ask("fifth").outcome, Outcome::Intermittent, "the process that confirmed goes on to serve");
}

/// The entries of a `known.yaml` about one script.
fn entries(entries: &[&str]) -> String {
    let entry = |more: &&str| {
        format!(
            "  - {{ case: 'wast/own/s', versions: '*', reason: faux lies, reproduced: by hand, issue: 'https://example.org/1', {more} }}\n"
        )
    };
    format!("known:\n{}", entries.iter().map(entry).collect::<String>())
}

#[test]
fn a_known_line_is_green_only_in_the_way_that_is_known() {
    // Lines 2 and 4 lie, and 5 does not trap; 3 is honest.
    let script = "(module (func (export \"lie\")) (func (export \"nop\")))
(assert_return (invoke \"lie\" (i32.const 1)) (i32.const 1))
(assert_return (invoke \"nop\"))
(assert_return (invoke \"lie\" (i32.const 2)) (i32.const 2))
(assert_trap (invoke \"nop\") \"unreachable\")";
    let (_folder, faux, cells) = own_cells(&[("s", script)]);
    for (known, outcome, failed, known_ones, says) in [
        (vec!["kind: wrong-value, lines: '2, 4'", "kind: returned, lines: '5'"], Outcome::Known, 0, 3, "faux lies"),
        (vec!["kind: wrong-value", "kind: returned"], Outcome::Known, 0, 3, "faux lies"),
        (vec!["kind: wrong-value, lines: '2, 4', variants: [honest]", "kind: returned, lines: '5-90'"], Outcome::Known, 0, 3, "faux lies"),
        (vec!["kind: wrong-value, lines: '2-4'", "kind: returned, lines: '5'"], Outcome::Fixed, 0, 3, "take line 3 out of the entry"),
        (
            vec!["kind: wrong-value, lines: '2, 4'", "kind: returned, lines: '5'", "kind: hung, lines: '4'"],
            Outcome::Fixed,
            0,
            3,
            "remove the entry",
        ),
        (vec!["kind: wrong-value, lines: '2, 4'"], Outcome::Fail, 1, 2, ""),
        (vec!["kind: wrong-value, lines: '2'", "kind: returned, lines: '5'"], Outcome::Fail, 1, 2, ""),
        (
            vec!["kind: wrong-value, lines: '2, 4'", "kind: trap unreachable, lines: '5'"],
            Outcome::Fail,
            1,
            2,
            "not in the way that known.yaml knows (`trap unreachable`",
        ),
        (vec!["kind: wrong-value, lines: '2, 4', variants: [modest]"], Outcome::Fail, 3, 0, ""),
        (vec!["kind: wrong-value, step: 1"], Outcome::Fail, 3, 0, ""),
    ] {
        let text = entries(&known);
        let cell = run_one(&cells, &faux, "s", &text);
        let record = assert_adds_up(&cell);
        assert_eq!((cell.outcome, record.failed, record.known, record.passed), (outcome, failed, known_ones, 1), "{text}{cell:?}");
        assert!(cell.reason.as_deref().unwrap_or_default().contains(says), "{text}{:?}", cell.reason);
        assert_eq!(cell.reds.len(), 3, "what is known is shown all the same");
    }
}

#[test]
fn a_known_death_is_known_at_its_line() {
    let script = "(module)\n(assert_return (invoke \"nop\"))\n(assert_return (invoke \"die_sigabrt\"))\n(assert_return (invoke \"nop\"))";
    let (_folder, faux, cells) = own_cells(&[("s", script)]);
    for (known, outcome, counts) in [
        ("kind: crashed, lines: '3'", Outcome::Known, (0, 1, 1)),
        // Nobody knows what would have come of line 4, and what line 2 did is beside the point.
        ("kind: crashed, lines: '2-4'", Outcome::Known, (0, 1, 1)),
        ("kind: crashed, lines: '4'", Outcome::Crashed, (1, 0, 1)),
        ("kind: hung, lines: '3'", Outcome::Crashed, (1, 0, 1)),
    ] {
        let cell = run_one(&cells, &faux, "s", &entries(&[known]));
        let record = assert_adds_up(&cell);
        assert_eq!((cell.outcome, (record.failed, record.known, record.unanswered)), (outcome, counts), "{known}: {cell:?}");
    }
}

#[test]
fn a_known_line_that_all_is_well_with_is_fixed() {
    let script = "(module)\n(assert_return (invoke \"nop\"))\n(assert_return (invoke \"use_what_has_no_name\"))";
    let (_folder, faux, cells) = own_cells(&[("s", script)]);
    let cell = run_one(&cells, &faux, "s", &entries(&["kind: wrong-value, lines: '2'"]));
    assert_eq!(cell.outcome, Outcome::Fixed, "{cell:?}");
    assert!(cell.reason.as_deref().is_some_and(|reason| reason.contains("line 2")), "{:?}", cell.reason);
    assert!(cell.issue.is_some());
    assert_adds_up(&cell);
}

/// An entry for all variants is true of one that cannot be asked as well.
#[test]
fn a_known_line_that_cannot_be_asked_is_not_fixed() {
    let script = "(module)\n(assert_return (invoke \"nop\"))\n(assert_return (invoke \"use_what_has_no_name\"))";
    let (_folder, faux, cells) = own_cells(&[("s", script)]);
    for (lines, outcome) in [("3", Outcome::Pass), ("3-9", Outcome::Pass), ("9", Outcome::Fixed), ("2-3", Outcome::Fixed)] {
        let cell = run_one(&cells, &faux, "s", &entries(&[&format!("kind: wrong-value, lines: '{lines}'")]));
        assert_eq!(cell.outcome, outcome, "{lines}: {cell:?}");
    }
}

/// What a newer proposal makes valid is asked only of an engine without that proposal.
#[test]
fn what_is_invalid_without_a_proposal_is_asked_where_that_can_be_off() {
    let text = "(module)\n(assert_invalid (module (func (result i32 i32) (i32.const 1) (i32.const 2))) \"\")";
    let script = compile(text.into(), &BTreeSet::new()).expect("a script");
    let (none, multi_value) = (BTreeSet::new(), BTreeSet::from([Capability::MultiValue]));
    for (features, capabilities, switchable, says) in [
        (Some(&none), &multi_value, &multi_value, None),
        (Some(&none), &none, &none, None),
        (None, &none, &none, None),
        (Some(&none), &multi_value, &none, Some("valid with multi-value, which cannot be switched off here")),
        (Some(&multi_value), &multi_value, &multi_value, Some("our own validator accepts the module")),
        (None, &multi_value, &multi_value, Some("our own validator accepts the module")),
    ] {
        let asked = ask(&script, features, Claims { capabilities, switchable });
        let which = format!("{features:?} of {capabilities:?}, switchable {switchable:?}: {:?}", asked.directives);
        assert!(matches!(&asked.requests[0], Op::NewEngine { features: sent, .. } if sent.as_ref() == features), "{which}");
        match (&asked.directives[1], says) {
            (Ask::Requests(requests), None) => assert_eq!(requests.len(), 1, "{which}"),
            (Ask::Unsupported(reason), Some(says)) => assert!(reason.contains(says), "{which}"),
            _ => panic!("{which}"),
        }
    }
}

/// The run is over, so nothing is known about the cell, and nothing is said.
#[test]
fn a_script_that_is_stopped_has_no_record() {
    let script = "(module)\n(assert_return (invoke \"nop\"))\n(assert_return (invoke \"hang\"))";
    let (_folder, faux, cells) = own_cells(&[("s", script)]);
    let stop = Stop::default();
    let patient = Limits { deadline: Duration::from_secs(600), ..limits() };
    let known = Known::parse("known: []").expect("an empty list");
    let cell = std::thread::scope(|scope| {
        let ran = scope.spawn(|| run_cell(&cells[0], &faux, None, known.on(Date::today()), &patient, &mut IdleWorkers::new(true), &stop));
        std::thread::sleep(Duration::from_millis(300));
        stop.raise();
        ran.join().expect("no panic")
    });
    assert!(cell.is_none(), "{cell:?}");
}

/// Nothing is hidden in the numbers, with real assertions by the ten thousand.
#[test]
fn the_counts_of_a_whole_set_add_up() {
    let root = wasmatrix::root::Root::find(None).expect("the checkout is there");
    let catalog = wasmatrix::catalog::Catalog::read(root, &[]).unwrap_or_else(|error| panic!("{error}"));
    let wasmi = prepared(&catalog, "wasmi");
    assert!(matches!(wasmi.availability, Availability::Available(_)), "{:?}", wasmi.availability);
    let selection = Selection { suites: vec!["spec:2.0".to_owned()], ..Selection::default() };
    let cells = plan(&catalog, std::slice::from_ref(&wasmi.id), &selection).expect("a glob");
    let out = tempfile::tempdir().expect("a temporary folder");
    let options = RunOptions {
        jobs: 2,
        limits: Limits::default(),
        fresh: false,
        repeat: 1,
        seed: None,
        strict: false,
        everything: false,
        measuring: None,
        expectations: true,
        out: out.path().to_owned(),
    };
    let result =
        run(&catalog, std::slice::from_ref(&wasmi.id), &cells, &options, &Stop::default(), &mut |_| {}).expect("it can be written");
    assert_eq!(result.cells.len(), cells.len());
    let mut sums: BTreeMap<Outcome, u64> = BTreeMap::new();
    let mut passed = 0;
    for cell in &result.cells {
        let record = assert_adds_up(cell);
        *sums.entry(cell.outcome).or_default() += record.assertions;
        passed += record.passed;
        let vacuous = cell.outcome == Outcome::Pass && record.passed == 0 && record.unsupported > 0;
        assert!(!vacuous, "{} passes, and none of its assertions does: {record:?}", cell.id());
        let reds: Vec<&Red> = cell.reds.iter().collect();
        assert_eq!(reds.is_empty(), !matches!(cell.outcome, Outcome::Known) && !cell.outcome.is_red(), "{}", cell.id());
    }
    assert!(passed > 10_000, "{passed} assertions passed; {sums:?}");
}
