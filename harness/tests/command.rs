//! A runtime behind its own command line: each way in which that can end has one outcome. The command line is a shell script that executes
//! nothing (`tests/command/fake.sh`).

mod common;

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use common::{catalog, cells, prepared, run_one};
use wasmatrix::{
    catalog::Catalog,
    contract::{Held, clauses, hold},
    prepare::Prepared,
    runtime::load_runtime,
};
use wasmatrix_adapter::{Answer, Reply};
use wasmatrix_reports::{Availability, Cell, Observation, Outcome};

/// The suite, and the runtime whose file is `tests/command/runtime.yaml` with these words in other words.
fn ground(edits: &[(&str, &str)]) -> Catalog {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/command");
    let mut text = std::fs::read_to_string(folder.join("runtime.yaml")).expect("it is checked in");
    let program = folder.join("fake.sh").display().to_string();
    for (from, to) in [("FAKE", program.as_str())].iter().chain(edits) {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    let written = tempfile::tempdir().expect("a temporary folder");
    let path = written.path().join("runtime.yaml");
    std::fs::write(&path, text).expect("it can be written");
    let mut catalog = catalog("command");
    catalog.runtimes.push(load_runtime(&path, "fake").unwrap_or_else(|error| panic!("{error}")));
    catalog
}

fn run(catalog: &Catalog, fake: &Prepared, case: &str) -> Cell {
    run_one(&cells(catalog, fake, "command/ends"), fake, case, "known: []")
}

/// Case, outcome, kind of its last red (empty: none), and words that its record holds.
type Row = (&'static str, Outcome, &'static str, &'static str);

const ENDS: [Row; 30] = [
    ("hello", Outcome::Pass, "", ""),
    ("exit-3", Outcome::Pass, "", ""),
    ("exit-255", Outcome::Pass, "", ""),
    ("trap", Outcome::Pass, "", ""),
    ("trap-on-stdout", Outcome::Pass, "", ""),
    ("trap-after-a-lie", Outcome::Pass, "", "fake: trap: divide"),
    ("words-of-a-trap", Outcome::Pass, "", ""),
    ("recurse", Outcome::Pass, "", ""),
    ("invalid", Outcome::Pass, "", "fake: invalid module"),
    ("unlinked", Outcome::Pass, "", "fake: no such import"),
    ("cannot", Outcome::Unsupported, "", "fake: not implemented"),
    ("refuses", Outcome::Fail, "failed", "fake: i do not want to"),
    ("ambiguous", Outcome::Fail, "failed", "what this means cannot be known: exit status 1; fake: table"),
    ("die-sigsegv", Outcome::Crashed, "crashed", "SIGSEGV"),
    ("die-sigkill", Outcome::Crashed, "crashed", "SIGKILL"),
    ("panic", Outcome::Crashed, "crashed", "exit status 101"),
    ("aborted-guest", Outcome::Pass, "", "killed by signal 6"),
    ("hang", Outcome::Hung, "hung", "interrupted by the runtime after 1.5 s"),
    ("hoard", Outcome::Overlimit, "overlimit", "limit 256 MiB"),
    ("flood", Outcome::Pass, "", "\"stdout_cut\":2097152"),
    ("flood-and-trap", Outcome::Pass, "", "\"stderr_cut\":2097152"),
    ("leave-a-child", Outcome::Pass, "", ""),
    ("leave-a-child-with-setsid", Outcome::Pass, "", ""),
    ("read", Outcome::Pass, "", ""),
    ("read-nothing", Outcome::Pass, "", ""),
    ("words", Outcome::Pass, "", ""),
    ("environment", Outcome::Pass, "", ""),
    ("folder", Outcome::Pass, "", ""),
    ("a-name-that-is-no-file", Outcome::Unsupported, "", "`a/guest` is none"),
    ("calls-an-export", Outcome::Unsupported, "", "a command line runs commands, and this case calls exports"),
];

#[test]
fn each_end_has_its_outcome() {
    let catalog = ground(&[]);
    let fake = prepared(&catalog, "fake+plain");
    let cells = cells(&catalog, &fake, "command/ends");
    assert_eq!(cells.len(), ENDS.len(), "the suite and its table have the same cases");
    for (case, outcome, kind, words) in ENDS {
        let cell = run_one(&cells, &fake, case, "known: []");
        let text = serde_json::to_string(&cell).expect("a record is JSON");
        assert_eq!(cell.outcome, outcome, "{case}: {text}");
        assert_eq!(cell.reds.last().map_or("", |red| &red.kind), kind, "{case}: {text}");
        assert!(text.contains(words), "{case} should say {words:?}: {text}");
    }
}

#[test]
fn a_runtime_that_dies_leaves_its_last_words() {
    let catalog = ground(&[]);
    let fake = prepared(&catalog, "fake+plain");
    for (case, words) in [("die-sigsegv", "fake: my last words"), ("panic", "fake: panicked")] {
        let said = run(&catalog, &fake, case).worker_stderr.unwrap_or_default();
        assert!(said.contains(words), "{case}: {said}");
    }
}

#[test]
fn what_a_command_leaves_behind_is_killed() {
    let catalog = ground(&[]);
    let fake = prepared(&catalog, "fake+plain");
    for case in ["hang", "leave-a-child"] {
        let cell = run(&catalog, &fake, case);
        let Some(Observation::Answered(Reply::Ok(Answer::Command(end)))) = cell.steps.first().map(|step| &step.observed) else {
            panic!("no end of a command: {cell:?}")
        };
        let child = PathBuf::from(format!("/proc/{}", end.output.stdout.to_string().trim()));
        let started = Instant::now();
        // Killed at once, but a zombie until whoever inherited it looks.
        while std::fs::read_to_string(child.join("stat")).is_ok_and(|stat| !stat.contains(") Z ")) {
            assert!(started.elapsed() < Duration::from_secs(20), "{case}: {} is still alive", child.display());
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

#[test]
fn what_is_declared_is_in_the_receipt_and_who_declared_it() {
    let catalog = ground(&[]);
    let fake = prepared(&catalog, "fake+plain");
    let Availability::Available(receipt) = &fake.availability else { panic!("{:?}", fake.availability) };
    assert_eq!((receipt.version.as_str(), receipt.said_by.as_str()), ("1.2.3", "binary"));
    assert_eq!((receipt.rest_said_by.as_deref(), receipt.commands_only), (Some("runtime.yaml"), true));
    assert_eq!(receipt.configuration, [("configuration".to_owned(), "undeclared".to_owned())].into());
}

#[test]
fn the_words_of_a_variant_are_on_the_command_line() {
    let catalog =
        ground(&[("\"--any unlinked\"", "\"--any\""), ("{module} {args}", "{module} {args} {variant}"), ("run {variant}", "run")]);
    let fake = prepared(&catalog, "fake+unlinked");
    // The fake does what its last word says, and does not know that one.
    let cell = run(&catalog, &fake, "hello");
    assert_eq!(cell.outcome, Outcome::Fail, "{cell:?}");
    assert!(cell.reds.iter().any(|red| red.kind == "exit 42"), "{cell:?}");
}

#[test]
fn a_template_that_makes_no_sense_is_told() {
    for (from, to, says) in [
        ("^fake ([0-9.]+)", "^other ([0-9.]+)", "finds no version"),
        ("^fake ([0-9.]+)", "^fake [0-9.]+", "must have one group"),
        ("fake: stack$", "fake: (stack$", "ends, number 4: "),
        ("{module} {args}", "{module} x{args}", "must be one by itself"),
        ("{module} {args}", "{module} {arguments}", "there is no `{arguments}`"),
    ] {
        let catalog = ground(&[(from, to)]);
        let Availability::Unavailable(reason) = prepared(&catalog, "fake+plain").availability else { panic!("{to} was taken") };
        assert!(reason.contains(says), "{to}: {reason}");
    }
}

#[test]
fn the_contract_asks_what_a_command_can_ask() {
    let catalog = ground(&[]);
    let fake = prepared(&catalog, "fake+plain");
    for clause in ["says-who-it-is-again", "refuses-unknown-handles", "calls-no-exports"] {
        assert_eq!(hold(&fake, clause), Ok(Held::Kept), "{clause}");
    }
    let reason = "it runs commands and calls no exports".to_owned();
    assert_eq!(hold(&fake, "keeps-every-bit"), Ok(Held::NotAsked(reason)));
    assert_eq!(hold(&fake, "without-simd"), Ok(Held::NotAsked("it is not switchable".to_owned())));
    assert!(clauses().contains(&"calls-no-exports".to_owned()));
}

/// Whatever it is asked, this one ends with status 42, as every probe does that runs, or says that it cannot.
#[test]
fn the_contract_catches_whoever_claims_too_much_or_too_little() {
    let catalog = ground(&[]);
    let runs_all = prepared(&catalog, "fake+plain");
    assert_eq!(hold(&runs_all, "capability-multi-value"), Ok(Held::Kept));
    let error = hold(&runs_all, "capability-simd").expect_err("it ran");
    assert!(error.contains("it does not claim `simd`"), "{error}");
    let catalog = ground(&[("run {variant}", "run"), ("{module} {args}", "{module} {args} refuses")]);
    let runs_nothing = prepared(&catalog, "fake+plain");
    assert_eq!(hold(&runs_nothing, "capability-simd"), Ok(Held::Kept));
    let error = hold(&runs_nothing, "capability-multi-value").expect_err("it did not run");
    assert!(error.contains("it claims `multi-value`"), "{error}");
    assert!(hold(&runs_nothing, "tells-failures-apart").is_err());
}
