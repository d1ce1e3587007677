//! `run --repeat`: what is not the same every time is found, counted and said.

use std::{fs, path::Path};

use serde_json::Value;

use crate::{Ended, ended, folder, of_kind, poll, records, wait_for, wasmatrix};

/// A suite of one case, which calls a function that commits a misdeed each third time.
fn suite(at: &Path, misdeed: &str, level: &str) {
    let counter = at.join("counter");
    let export = format!("every_third:{misdeed}@{}", counter.display());
    let expectation = if level == "required" { ", returns: { i32: 0 }" } else { "" };
    let text = format!(
        "suite: cli/repeat\ncases:\n  - name: third\n    why: What is not always the same has to be seen.\n    stands_on: runtimes/faux, misdeeds.rs\n    \
         level: {level}\n    wat: '(module (func (export \"{export}\") (result i32) (i32.const 0)))'\n    steps:\n      - {{ invoke: '{export}'{expectation} }}\n"
    );
    fs::write(at.join("suite.yaml"), text).expect("it can be written");
}

fn repeated(at: &Path, times: &str) -> Ended {
    let mut command = wasmatrix(["run", "--runtime", "faux+honest", "--repeat", times, "--timeout", "300ms", "-j", "1"]);
    ended(command.arg(at.join("suite.yaml")).arg("--out").arg(at.join("out")))
}

fn cell(at: &Path) -> Value {
    of_kind(&records(&at.join("out")), "cell")[0].clone()
}

/// How often each outcome was seen.
fn ways(cell: &Value) -> Vec<(u64, String)> {
    let ways = cell["repeated"]["ways"].as_array().cloned().unwrap_or_default();
    ways.iter().map(|way| (way["times"].as_u64().unwrap_or(0), way["outcome"].as_str().unwrap_or_default().to_owned())).collect()
}

#[test]
fn what_happens_each_third_time_is_intermittent_with_its_counts() {
    for (misdeed, outcome, kind) in
        [("lie", "fail", "[wrong-value] returns i32 1"), ("die_sigabrt", "crashed", "[crashed]"), ("interruptible_hang", "hung", "[hung]")]
    {
        let at = folder();
        suite(at.path(), misdeed, "required");
        let run = repeated(at.path(), "6");
        assert_eq!(run.code, Some(1), "{}", run.said());
        let cell = cell(at.path());
        assert_eq!((cell["outcome"].as_str(), cell["repeated"]["asked"].as_u64()), (Some("intermittent"), Some(6)), "{cell}");
        assert_eq!(ways(&cell), [(4, "pass".to_owned()), (2, outcome.to_owned())]);
        assert!(
            run.stdout.contains("4 times pass\n") && run.stdout.contains(&format!("2 times {outcome}: step 1 {kind}")),
            "{}",
            run.said()
        );
        assert!(run.stdout.contains("1 cell was asked 6 times each, and 1 was not the same every time\n"), "{}", run.said());
    }
}

#[test]
fn what_is_always_the_same_is_the_ordinary_record() {
    let at = folder();
    // Each first and second time it is honest.
    suite(at.path(), "lie", "required");
    let run = repeated(at.path(), "2");
    assert_eq!(run.code, Some(0), "{}", run.said());
    let cell = cell(at.path());
    assert_eq!((cell["outcome"].as_str(), &cell["repeated"]), (Some("pass"), &serde_json::json!({ "asked": 2 })));
    assert!(run.stdout.contains("1 cell was asked 2 times each, and 0 were not the same every time\n"), "{}", run.said());
}

#[test]
fn observations_that_differ_are_intermittent_too() {
    let at = folder();
    suite(at.path(), "lie", "implementation-defined");
    assert_eq!(repeated(at.path(), "3").code, Some(1));
    let cell = cell(at.path());
    assert_eq!(cell["outcome"], "intermittent");
    assert_eq!(ways(&cell), [(2, "observed".to_owned()), (1, "observed".to_owned())]);
}

#[test]
fn a_number_that_repeats_nothing_is_an_error() {
    for times in ["0", "1", "1001", "often"] {
        let run = ended(&mut wasmatrix(["run", "--repeat", times]));
        assert_eq!(run.code, Some(2), "{}", run.said());
        assert!(run.stderr.contains("--repeat"), "{}", run.said());
    }
}

#[test]
fn a_cell_that_is_stopped_in_the_middle_keeps_what_it_had() {
    let at = folder();
    suite(at.path(), "hang", "required");
    let mut command = wasmatrix(["run", "--runtime", "faux+honest", "--repeat", "6", "--timeout", "1h", "-j", "1"]);
    let child = command.arg(at.path().join("suite.yaml")).arg("--out").arg(at.path().join("out")).env("TMPDIR", at.path());
    let child = child.spawn().expect("wasmatrix starts");
    poll("the third time", || fs::metadata(at.path().join("counter")).ok().filter(|counter| counter.len() == 3));
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), rustix::process::Signal::INT).expect("it runs");
    let run = wait_for(child);
    assert_eq!(run.code, Some(130), "{}", run.said());
    let cell = cell(at.path());
    assert_eq!((cell["outcome"].as_str(), &cell["repeated"]), (Some("pass"), &serde_json::json!({ "asked": 2 })));
    assert!(run.stdout.contains("(1 more stopped in the middle)"), "{}", run.said());
}
