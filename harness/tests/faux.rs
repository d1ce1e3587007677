//! The harness against a runtime that lies, hangs, floods and dies: each misdeed has one outcome, and the cells around it notice nothing.

mod common;

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use common::{catalog, cells, prepared, run_one, run_options};
use wasmatrix::{
    contract::{clauses, hold},
    run::run,
    worker::Stop,
};
use wasmatrix_adapter::{Answer, Reply, Value};
use wasmatrix_reports::{Availability, Cell, Observation, Outcome, Record, read_run};

/// Case, outcome, kind of its last red (empty: none), and words that its record holds.
type Row = (&'static str, Outcome, &'static str, &'static str);

const MISDEEDS: [Row; 30] = [
    ("honest-before", Outcome::Pass, "", ""),
    ("lie", Outcome::Fail, "wrong-value", "returns i32 8"),
    ("die-sigsegv", Outcome::Crashed, "crashed", "SIGSEGV"),
    ("die-sigill", Outcome::Crashed, "crashed", "SIGILL"),
    ("die-sigabrt", Outcome::Crashed, "crashed", "SIGABRT"),
    ("exit-zero", Outcome::Crashed, "crashed", "exit status 0"),
    ("exit-three", Outcome::Crashed, "crashed", "exit status 3"),
    ("hang", Outcome::Hung, "hung", "killed after 2.5 s"),
    ("interruptible-hang", Outcome::Hung, "hung", "interrupted by the runtime after 1.5 s"),
    ("linger", Outcome::Hung, "hung", "after it was told to go"),
    ("garbage", Outcome::Broken, "broken", "not an answer"),
    ("half-a-line", Outcome::Broken, "broken", "half a line"),
    ("wrong-id", Outcome::Broken, "broken", "instead of"),
    ("wrong-sort", Outcome::Broken, "broken", "returns 1 pages"),
    ("answer-twice", Outcome::Broken, "broken", "nobody asked for"),
    ("answer-twice-and-go-on", Outcome::Broken, "broken", ""),
    ("close-output", Outcome::Broken, "broken", "lives on"),
    ("flood-stderr", Outcome::Pass, "", ""),
    ("flood-stderr-and-die", Outcome::Crashed, "crashed", "line 99999 of a flood"),
    ("leave-a-child", Outcome::Pass, "", ""),
    ("leave-a-child-with-setsid", Outcome::Pass, "", ""),
    ("oversleep", Outcome::Hung, "hung", "killed after 2.5 s"),
    ("endless-line", Outcome::Broken, "broken", "a line of more than 64 MiB"),
    ("hoard-memory", Outcome::Overlimit, "overlimit", "limit 256 MiB"),
    ("red-before-the-crash", Outcome::Crashed, "crashed", "wrong-value"),
    ("unsupported", Outcome::Unsupported, "", "faux cannot do this"),
    ("needs-what-is-not-claimed", Outcome::Unsupported, "", "needs simd"),
    ("observed", Outcome::Observed, "", ""),
    ("observed-and-crashed", Outcome::Crashed, "crashed", "SIGSEGV"),
    ("honest-after", Outcome::Pass, "", ""),
];

const JUDGEMENTS: [Row; 24] = [
    ("values", Outcome::Pass, "", ""),
    ("another-bit", Outcome::Fail, "wrong-value", "0x7fa00000"),
    ("minus-zero", Outcome::Fail, "wrong-value", "f64 -0"),
    ("another-type", Outcome::Fail, "wrong-value", "i32 1"),
    ("one-value-too-many", Outcome::Fail, "wrong-value", "i32 1, i32 2"),
    ("another-lane", Outcome::Fail, "wrong-value", "v128"),
    ("not-null", Outcome::Fail, "wrong-value", "null"),
    ("returns-instead-of-trapping", Outcome::Fail, "returned", "traps unreachable"),
    ("traps-instead-of-returning", Outcome::Fail, "trap unreachable", "faux was told to trap"),
    ("traps-instead-of-succeeding", Outcome::Fail, "trap unreachable", "succeeds"),
    ("another-trap", Outcome::Fail, "trap unreachable", "integer-overflow"),
    ("another-status", Outcome::Fail, "exit 3", "exits 4"),
    ("a-status-where-success-was-due", Outcome::Fail, "exit 3", "exits 0"),
    ("another-output", Outcome::Fail, "stdout", "no newline"),
    ("output-that-is-not-contained", Outcome::Fail, "stdout", "goodbye"),
    ("output-that-was-cut", Outcome::Fail, "stdout", "2097152 were cut"),
    ("the-beginning-of-output-that-was-cut", Outcome::Pass, "", "\"stdout_cut\":2097152"),
    ("another-byte", Outcome::Fail, "wrong-value", "\\\\x01"),
    ("no-such-function", Outcome::Fail, "failed", "nowhere"),
    ("a-missing-file", Outcome::Fail, "files", "(no file)"),
    ("an-absent-file", Outcome::Pass, "", ""),
    ("rejected-on-the-way", Outcome::Fail, "rejected", "compile main is rejected"),
    ("rejected", Outcome::Pass, "", ""),
    ("unlinkable", Outcome::Pass, "", ""),
];

#[test]
fn every_misdeed_has_one_outcome_and_nobody_else_notices() {
    check("faux/misdeeds", &MISDEEDS);
}

#[test]
fn every_way_to_meet_and_to_miss_an_expectation_is_told_apart() {
    check("faux/judgement", &JUDGEMENTS);
}

/// Runs a whole suite at once, four cells at a time, and holds its stored run against the table.
fn check(suite: &str, rows: &[Row]) {
    let (planned, records) = stored(suite);
    let records: Vec<&Cell> = records.iter().filter_map(|record| if let Record::Cell(cell) = record { Some(cell) } else { None }).collect();
    assert_eq!(planned, rows.len(), "{suite} and its table have the same cases");
    assert_eq!(records.len(), planned, "every planned cell has exactly one record");
    for (case, outcome, kind, words) in rows {
        let mut of_case = records.iter().filter(|cell| cell.case == *case);
        let (Some(cell), None) = (of_case.next(), of_case.next()) else { panic!("{case} has not exactly one record") };
        let text = serde_json::to_string(cell).expect("a record is JSON");
        assert_eq!(cell.outcome, *outcome, "{case}: {text}");
        assert_eq!(cell.reds.last().map_or("", |red| &red.kind), *kind, "{case}: {text}");
        assert!(text.contains(words), "{case} should say {words:?}: {text}");
    }
}

/// Runs a suite on honest faux and reads what was stored.
fn stored(suite: &str) -> (usize, Vec<Record>) {
    let catalog = catalog("faux");
    let faux = prepared(&catalog, "faux+honest");
    let cells = cells(&catalog, &faux, suite);
    let out = tempfile::tempdir().expect("a temporary folder");
    let options = run_options(out.path());
    let result = run(&catalog, std::slice::from_ref(&faux.id), &cells, &options, &Stop::default(), &mut |_| {}).expect("it can be written");
    assert!(result.complete);
    let records = read_run(&result.stored).expect("it can be read");
    assert!(matches!(records.first(), Some(Record::Header(header)) if header.planned == cells.len() as u64), "the header comes first");
    assert!(matches!(records.last(), Some(Record::Footer(footer)) if footer.complete), "the footer comes last");
    (cells.len(), records)
}

#[test]
fn a_runtime_that_does_not_say_who_it_is_is_unavailable() {
    let catalog = catalog("faux");
    for (variant, says) in [
        ("faux+mute", "faux is mute"),
        ("faux+versionless", "does not know its engine's version"),
        ("faux+outdated", "version 1001 of the protocol"),
    ] {
        let faux = prepared(&catalog, variant);
        let Availability::Unavailable(reason) = &faux.availability else { panic!("{variant} is available") };
        assert!(reason.contains(says), "{variant}: {reason}");
        let cell = run_one(&cells(&catalog, &faux, "faux/misdeeds"), &faux, "honest-before", "known: []");
        assert_eq!((cell.outcome, cell.reason.as_ref()), (Outcome::Unavailable, Some(reason)), "{variant}");
    }
}

#[test]
fn a_runtime_that_claims_and_then_cannot_is_broken() {
    let catalog = catalog("boastful");
    for (variant, outcome) in [("faux+boastful", Outcome::Broken), ("faux+honest", Outcome::Unsupported)] {
        let faux = prepared(&catalog, variant);
        let cell = run_one(&cells(&catalog, &faux, "faux/boastful"), &faux, "threads", "known: []");
        assert_eq!(cell.outcome, outcome, "{variant}: {cell:?}");
    }
}

#[test]
fn what_a_worker_leaves_behind_is_killed() {
    for case in ["leave-a-child", "leave-a-child-with-setsid"] {
        what_is_left_is_killed(case);
    }
}

fn what_is_left_is_killed(case: &str) {
    let catalog = catalog("faux");
    let faux = prepared(&catalog, "faux+honest");
    let cell = run_one(&cells(&catalog, &faux, "faux/misdeeds"), &faux, case, "known: []");
    let Some(Observation::Answered(Reply::Ok(Answer::Values(values)))) = cell.steps.first().map(|step| &step.observed) else {
        panic!("no answer: {cell:?}")
    };
    let [Value::I32(child)] = values[..] else { panic!("not a process: {values:?}") };
    let child = PathBuf::from(format!("/proc/{child}"));
    let started = Instant::now();
    // Killed at once, but a zombie until whoever inherited it looks.
    while std::fs::read_to_string(child.join("stat")).is_ok_and(|stat| !stat.contains(") Z ")) {
        assert!(started.elapsed() < Duration::from_secs(20), "{} is still alive", child.display());
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn the_kept_end_of_a_flood_is_small() {
    let catalog = catalog("faux");
    let faux = prepared(&catalog, "faux+honest");
    let cell = run_one(&cells(&catalog, &faux, "faux/misdeeds"), &faux, "flood-stderr-and-die", "known: []");
    let kept = cell.worker_stderr.expect("a crashed cell keeps it").len();
    assert!((1000..=16 << 10).contains(&kept), "{kept} bytes of some 8 MB");
}

#[test]
fn the_contract_catches_whoever_claims_too_much_or_too_little() {
    let catalog = catalog("faux");
    let lifecycle = ["cache-directory", "persistent-cache", "cache-in-memory", "artifacts", "named-instances", "parallel"];
    let and_lifecycle = |capability, says: &str| {
        let caught = |capability| (format!("capability-{capability}"), format!("{says} `{capability}`"));
        [capability].into_iter().chain(lifecycle).map(caught).collect()
    };
    for (variant, caught) in [
        ("faux+honest", Vec::new()),
        ("faux+cacheless", Vec::new()),
        ("faux+boastful", and_lifecycle("threads", "it claims")),
        ("faux+modest", and_lifecycle("multi-value", "it does not claim")),
    ] {
        let faux = prepared(&catalog, variant);
        let broken: Vec<(String, String)> =
            clauses().into_iter().filter_map(|clause| Some((clause.clone(), hold(&faux, &clause).err()?))).collect();
        assert_eq!(broken.len(), caught.len(), "{variant}: {broken:?}");
        for ((clause, message), (wanted, says)) in broken.iter().zip(caught) {
            assert!(*clause == wanted && message.contains(&says), "{variant}: {clause}: {message}");
        }
    }
}
