//! The harness against a runtime that lies, hangs, floods and dies: each misdeed has one outcome, and the cells around it notice nothing.

mod common;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};

use common::{catalog, cells, prepared, run_one, run_options};
use wasmatrix::{
    contract::{clauses, hold},
    plan::{PlannedCell, Selection, plan, select_runtimes},
    run::run,
    worker::Stop,
};
use wasmatrix_adapter::{Answer, Reply, Value};
use wasmatrix_reports::{Availability, Cell, Observation, Outcome, Record, read_run, red_cell};

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

const JUDGEMENTS: [Row; 34] = [
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
    ("traps-far-down", Outcome::Fail, "trap unreachable", "\"more\":99936"),
    ("traps-in-a-long-name", Outcome::Fail, "trap unreachable", "fff…\""),
    ("traps-in-a-name-for-terminals", Outcome::Fail, "trap unreachable", "\\u001b[2J"),
    ("traps-nowhere", Outcome::Fail, "trap unreachable", "faux was told to trap nowhere"),
    ("another-trap", Outcome::Fail, "trap unreachable", "integer-overflow"),
    ("another-status", Outcome::Fail, "exit 3", "exits 4"),
    ("a-status-where-success-was-due", Outcome::Fail, "exit 3", "exits 0"),
    ("another-output", Outcome::Fail, "stdout", "no newline"),
    ("output-that-is-not-contained", Outcome::Fail, "stdout", "goodbye"),
    ("output-that-was-cut", Outcome::Fail, "stdout", "2097152 were cut"),
    ("the-beginning-of-output-that-was-cut", Outcome::Pass, "", "\"stdout_cut\":2097152"),
    ("another-byte", Outcome::Fail, "wrong-value", "\\\\x01"),
    ("no-such-function", Outcome::Fail, "failed", "nowhere"),
    ("a-canary-that-lives", Outcome::Pass, "", "\"changed\":0"),
    ("a-canary-that-died", Outcome::Fail, "canary", "overwritten, 4 bytes of page 1, the first at 65532"),
    ("a-canary-that-should-have-died", Outcome::Fail, "canary", "the canary: kept"),
    ("a-canary-in-what-is-the-guests", Outcome::Unsupported, "", "its memory had 1 pages before `_start` and 2 in the module"),
    ("a-canary-that-nobody-can-see", Outcome::Unsupported, "", "cannot be read afterwards"),
    ("another-status-beside-a-canary", Outcome::Fail, "exit 3", "exits 0"),
    ("a-missing-file", Outcome::Fail, "files", "(no file)"),
    ("an-absent-file", Outcome::Pass, "", ""),
    ("rejected-on-the-way", Outcome::Fail, "rejected", "compile main is rejected"),
    ("rejected", Outcome::Pass, "", ""),
    ("unlinkable", Outcome::Pass, "", ""),
];

const LIFECYCLE: [Row; 40] = [
    ("miss-and-hit", Outcome::Pass, "", "\"counted\":{\"hits\":1,\"misses\":0}"),
    ("hit-where-a-miss-was-due", Outcome::Fail, "cache", "the cache: hit"),
    ("miss-where-a-hit-was-due", Outcome::Fail, "cache", "the cache: miss"),
    ("used-where-it-should-not-be", Outcome::Fail, "cache", "the cache: hit or unused"),
    ("statistics-that-lie", Outcome::Pass, "", "\"written\":1"),
    ("in-memory", Outcome::Pass, "", ""),
    ("removed", Outcome::Pass, "", ""),
    ("a-damaged-entry-is-compiled-anew", Outcome::Pass, "", ""),
    ("a-stale-entry-is-served", Outcome::Fail, "wrong-value", "returns i32 8"),
    ("artifact", Outcome::Pass, "", ""),
    ("an-artifact-is-refused", Outcome::Pass, "", "{\"not-asked\":5}"),
    ("an-artifact-is-refused-in-each-way", Outcome::Pass, "", ""),
    ("a-refusal-ends-nothing-else", Outcome::Fail, "wrong-value", "{\"not-asked\":4}"),
    ("what-was-refused-is-made-again", Outcome::Fail, "wrong-value", "{\"not-asked\":5}"),
    ("an-opening-is-refused", Outcome::Pass, "", "not a module that faux would take"),
    ("an-error-where-none-may-be", Outcome::Fail, "stale", "it is damaged"),
    ("a-trap-is-no-refusal", Outcome::Fail, "trap unreachable", "succeeds, or is refused"),
    ("a-damaged-artifact-is-accepted", Outcome::Fail, "wrong-value", "returns i32 8"),
    ("deserializing-dies", Outcome::Crashed, "crashed", "SIGSEGV"),
    ("deserializing-hangs", Outcome::Hung, "hung", "killed after 2.5 s"),
    ("deserializing-is-interrupted", Outcome::Hung, "hung", "interrupted by the runtime after 1.5 s"),
    ("serializing-nothing", Outcome::Unsupported, "", "nothing was kept in artifact that could be damaged"),
    ("removing-nothing", Outcome::Unsupported, "", "there is no artifact that could be removed"),
    ("copying-nothing", Outcome::Unsupported, "", "there is no artifact that could be copied"),
    ("isolation-is-forgotten", Outcome::Fail, "wrong-value", "returns i32 2"),
    ("isolation-holds", Outcome::Pass, "", ""),
    ("told-to-go-and-lingers", Outcome::Hung, "hung", "\"step\":2"),
    ("killed-and-lingers", Outcome::Pass, "", ""),
    ("threads", Outcome::Pass, "", ""),
    ("threads-that-all-lie", Outcome::Fail, "wrong-value", "returns i32 8 (in 8 of 8 branches)"),
    ("threads-that-share-what-they-should-not", Outcome::Fail, "exhausted memory", "(in 7 of 8 branches)"),
    ("a-thread-dies", Outcome::Crashed, "crashed", "\"step\":2"),
    ("a-thread-hangs", Outcome::Hung, "hung", "\"step\":2"),
    ("what-threads-need-was-refused", Outcome::Pass, "", "{\"not-asked\":4}"),
    ("processes", Outcome::Pass, "", ""),
    ("processes-that-lie", Outcome::Fail, "wrong-value", "returns i32 8 (in 3 of 3 branches)"),
    ("processes-that-die", Outcome::Crashed, "crashed", "\"step\":4"),
    ("processes-that-hang", Outcome::Hung, "hung", "\"step\":1"),
    ("processes-that-linger", Outcome::Hung, "hung", "after it was told to go"),
    ("lifecycle-observed", Outcome::Observed, "", ""),
];

const SHARED_MEMORY: [Row; 4] = [
    ("shared", Outcome::Pass, "", ""),
    ("after-a-restart", Outcome::Pass, "", ""),
    ("closed", Outcome::Pass, "", ""),
    ("used-after-it-was-closed", Outcome::Unsupported, "", "the shared memory `m.shared` was closed, and in Rust what is closed"),
];

/// Whoever writes, by the end of the cell's name, and then as above.
const PEERS: [(&str, Row); 13] = [
    ("honest", ("artifact", Outcome::Pass, "", "{\"i32\":\"0x00000007\"}")),
    ("spectestless", ("artifact", Outcome::Pass, "", "{\"not-asked\":4}")),
    ("honest", ("strangers-are-accepted", Outcome::Pass, "", "")),
    ("spectestless", ("strangers-are-accepted", Outcome::Fail, "wrong-value", "returns i32 8")),
    ("spectestless", ("the-writer-dies", Outcome::Unsupported, "", "the writer, faux@1+spectestless, at its step `invoke die_sigsegv ()`")),
    ("spectestless", ("the-writer-hangs", Outcome::Unsupported, "", "killed after 2.5 s")),
    ("honest", ("the-writer-lies", Outcome::Unsupported, "", "at its step `invoke lie (i32 7)`: returns i32 8")),
    ("spectestless", ("the-writer-cannot", Outcome::Unsupported, "", "faux cannot do this")),
    ("spectestless", ("the-writer-will-not-go", Outcome::Unsupported, "", "at its step `a new process of the reader's`")),
    ("spectestless", ("the-writers-processes-die", Outcome::Unsupported, "", "SIGSEGV")),
    ("spectestless", ("the-reader-dies", Outcome::Crashed, "crashed", "SIGSEGV")),
    ("spectestless", ("the-reader-lies-in-a-second-process", Outcome::Fail, "wrong-value", "returns i32 8")),
    ("cacheless", ("artifact", Outcome::Unsupported, "", "the writer, faux@1+cacheless, would need artifacts")),
];

#[test]
fn every_misdeed_has_one_outcome_and_nobody_else_notices() {
    check("faux/misdeeds", &MISDEEDS);
}

#[test]
fn every_way_to_meet_and_to_miss_an_expectation_is_told_apart() {
    check("faux/judgement", &JUDGEMENTS);
}

/// Whatever a worker tells of where its guest was, and whatever a guest calls its functions.
#[test]
fn a_backtrace_is_bounded_in_the_record_and_harmless_on_the_terminal() {
    let catalog = catalog("faux");
    let faux = prepared(&catalog, "faux+honest");
    let cells = cells(&catalog, &faux, "faux/judgement");
    for (case, frames, shows) in [
        ("traps-instead-of-succeeding", 1, "0: trap (function 0)"),
        ("traps-far-down", 64, "(99988 more frames)"),
        ("traps-in-a-long-name", 1, "fff… (function 0)"),
        ("traps-in-a-name-for-terminals", 1, "0: \\u{1b}[2J\\u{1b}[31mf\\u{d}\\u{a}\\u{202e} (function 0)"),
        ("traps-nowhere", 0, "faux was told to trap nowhere"),
    ] {
        let cell = run_one(&cells, &faux, case, "known: []");
        let Some(Observation::Answered(Reply::Failed(failure))) = cell.steps.first().map(|step| &step.observed) else {
            panic!("no failure: {cell:?}")
        };
        assert_eq!(failure.backtrace.frames.len(), frames, "{case}");
        assert_eq!(cell.reds.first().map(|red| &red.backtrace), Some(&failure.backtrace), "{case}");
        assert!(serde_json::to_string(&cell).expect("JSON").len() < 10_000, "{case}");
        let shown = red_cell(&cell, "wasmatrix run", false);
        assert!(shown.contains(shows) && shown.lines().count() < 30, "{case}: {shown}");
        assert!(!shown.contains(|it: char| it.is_control() && it != '\n'), "{case}: {shown:?}");
    }
}

#[test]
fn every_way_of_the_lifecycle_to_go_wrong_is_told_apart() {
    check("faux/lifecycle", &LIFECYCLE);
}

#[test]
fn a_shared_memory_is_the_same_wherever_it_is_opened() {
    check("faux/shared-memory", &SHARED_MEMORY);
}

#[test]
fn what_is_copied_instead_of_shared_is_red() {
    let catalog = catalog("faux");
    let faux = prepared(&catalog, "faux+copying");
    let cell = run_one(&cells(&catalog, &faux, "faux/shared-memory"), &faux, "shared", "known: []");
    holds(&cell, Outcome::Fail, "wrong-value", "");
}

/// The cells of each runtime with each as the writer, in one run.
#[test]
fn what_a_writer_does_wrong_is_no_fault_of_the_readers() {
    let catalog = catalog("faux");
    let named: Vec<String> = ["faux+honest", "faux+spectestless", "faux+cacheless", "faux+mute"].map(str::to_owned).into();
    let runtimes = select_runtimes(&catalog, &named).expect("faux is a runtime");
    let selection = Selection { suites: vec!["faux/peers".to_owned()], ..Selection::default() };
    let cells = plan(&catalog, &runtimes, &selection).expect("a glob");
    let out = tempfile::tempdir().expect("a temporary folder");
    let result = run(&catalog, &runtimes, &cells, &run_options(out.path()), &Stop::default(), &mut |_| {}).expect("it can be written");
    let records = read_run(&result.stored).expect("it can be read");
    let of_cells = records.iter().filter_map(|record| if let Record::Cell(cell) = record { Some(cell) } else { None });
    let by_id: BTreeMap<String, &Cell> = of_cells.map(|cell| (cell.id(), cell)).collect();
    assert_eq!(by_id.len(), 10 * 4 * 4, "every case with each as the writer and as the reader");
    assert_eq!(by_id.keys().cloned().collect::<BTreeSet<_>>(), cells.iter().map(PlannedCell::id).collect(), "planned is recorded");
    for (writer, (case, outcome, kind, words)) in PEERS {
        let id = format!("faux@1+honest/faux/peers/{case}.from-faux@1+{writer}");
        let cell = by_id.get(&id).unwrap_or_else(|| panic!("there is no {id}: {:?}", by_id.keys()));
        assert_eq!(cell.from, Some(format!("faux@1+{writer}")), "{id}");
        holds(cell, outcome, kind, words);
    }
    for cell in by_id.values().filter(|cell| cell.from.as_deref() == Some("faux@1+mute") && cell.runtime == "faux@1+honest") {
        assert_eq!(cell.outcome, Outcome::Unavailable, "{cell:?}");
        assert_eq!(cell.reason.as_deref(), Some("the writer, faux@1+mute, is unavailable"), "{cell:?}");
    }
}

/// A runtime without a part of the lifecycle is asked none of it.
#[test]
fn a_runtime_without_caches_is_asked_for_none() {
    let catalog = catalog("faux");
    let faux = prepared(&catalog, "faux+cacheless");
    let cells = cells(&catalog, &faux, "faux/lifecycle");
    for (case, says) in [
        ("miss-and-hit", "needs cache-directory, persistent-cache"),
        ("in-memory", "cache-in-memory"),
        ("artifact", "needs artifacts, named-instances"),
        ("threads", "needs parallel"),
    ] {
        let cell = run_one(&cells, &faux, case, "known: []");
        assert_eq!(cell.outcome, Outcome::Unsupported, "{cell:?}");
        assert!(cell.reason.as_ref().is_some_and(|reason| reason.contains(says)), "{case}: {:?}", cell.reason);
    }
}

/// Some machines let nobody mount anything, and there the cells say so.
#[test]
fn a_disk_is_what_the_case_says_or_the_cell_says_why_not() {
    let mounts = |flags: &[&str]| {
        let mount = r#"mount -t tmpfs -o size=4096 none "$0" && mount --bind "$0" "$0" && mount -o remount,bind,ro "$0""#;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let tried = Command::new("unshare").args(flags).args(["--", "sh", "-c", mount]).arg(folder.path()).output();
        tried.is_ok_and(|tried| tried.status.success())
    };
    let can_mount = mounts(&["--mount"]) || mounts(&["--user", "--map-root-user", "--mount"]);
    let catalog = catalog("faux");
    let faux = prepared(&catalog, "faux+honest");
    let cells = cells(&catalog, &faux, "faux/disks");
    for case in ["read-only", "full"] {
        let cell = run_one(&cells, &faux, case, "known: []");
        if can_mount {
            assert_eq!(cell.outcome, Outcome::Pass, "{cell:?}");
        } else {
            assert_eq!(cell.outcome, Outcome::Unsupported, "{cell:?}");
            assert!(cell.reason.as_ref().is_some_and(|reason| reason.contains("no disk can be mounted")), "{:?}", cell.reason);
        }
    }
}

/// What stood on the standard error of the process that died is kept, whichever of them that was.
#[test]
fn the_words_of_a_process_that_died_beside_others_are_kept() {
    let catalog = catalog("faux");
    let faux = prepared(&catalog, "faux+honest");
    let cell = run_one(&cells(&catalog, &faux, "faux/lifecycle"), &faux, "processes-that-die", "known: []");
    assert!(cell.worker_stderr.as_ref().is_some_and(|stderr| stderr.contains("faux dies now")), "{cell:?}");
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
        holds(cell, *outcome, kind, words);
    }
}

/// Holds a record against its row.
fn holds(cell: &Cell, outcome: Outcome, kind: &str, words: &str) {
    let text = serde_json::to_string(cell).expect("a record is JSON");
    assert_eq!(cell.outcome, outcome, "{text}");
    assert_eq!(cell.reds.last().map_or("", |red| &red.kind), kind, "{text}");
    assert!(text.contains(words), "it should say {words:?}: {text}");
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
        ("faux+outdated", "version 1002 of the protocol"),
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
    let lifecycle =
        ["cache-directory", "persistent-cache", "cache-in-memory", "artifacts", "named-instances", "parallel", "shared-memory", "fuel"];
    let and_lifecycle = |capability, says: &str| {
        let caught = |capability| (format!("capability-{capability}"), format!("{says} `{capability}`"));
        [capability].into_iter().chain(lifecycle).map(caught).collect()
    };
    for (variant, caught) in [
        ("faux+honest", Vec::new()),
        ("faux+cacheless", Vec::new()),
        ("faux+rambling", vec![("bounds-its-backtraces".to_owned(), "its backtrace of 100000 frames is out of bounds".to_owned())]),
        ("faux+copying", vec![("capability-shared-memory".to_owned(), "it is not shared: ".to_owned())]),
        (
            "faux+skipping",
            vec![
                ("measures-every-call".to_owned(), "expected Values([I32(100)]), got Ok(Values([I32(50)]))".to_owned()),
                ("undoes-what-comes-before-a-measured-call".to_owned(), "got Ok(Values([I32(50)]))".to_owned()),
            ],
        ),
        ("faux+incurious", vec![("measures-until-an-answer-differs".to_owned(), "answers: [Values([I32(1)])]".to_owned())]),
        (
            "faux+untidy",
            vec![
                ("undoes-what-comes-before-a-measured-call".to_owned(), "expected the failure `failed`".to_owned()),
                ("measures-compiling-and-instantiating".to_owned(), "expected the failure `failed`".to_owned()),
            ],
        ),
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
