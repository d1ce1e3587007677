//! Scripts (`.wast`) on the command line: by themselves, in folders, and as cases of a suite.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::{Ended, assert_counted, ended, folder, of_kind, outcomes, records, wasmatrix};

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suites").join(name)
}

fn run(paths: &[&str], out: &Path) -> Ended {
    let mut command = wasmatrix(["run", "--runtime", "faux+honest", "--out"]);
    let ended = ended(command.arg(out).args(paths.iter().map(|path| data(path))));
    assert_counted(&ended, out);
    ended
}

fn assert_says(text: &str, said: &[&str]) {
    for says in said {
        assert!(text.contains(says), "no `{says}` in\n{text}");
    }
}

/// Suite and case of every record.
fn named(out: &Path) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let mut named: Vec<_> = of_kind(&records(out), "cell").iter().map(|cell| (text(&cell["suite"]), text(&cell["case"]))).collect();
    named.sort();
    named
}

#[test]
fn a_script_runs_by_itself() {
    let out = folder();
    let ended = run(&["cli-scripts/sums.wast"], out.path());
    assert_eq!(ended.code, Some(1), "{}", ended.said());
    assert_says(
        &ended.stdout,
        &[
            "assertions        faux@1\n",
            "wast/cli-scripts  1 of 3\n",
            "1 failed\n",
            "1 not asked\n",
            "fail faux@1+honest/wast/cli-scripts/sums",
            "line 4: (assert_return (invoke \"lie\" (i32.const 2)) (i32.const 2))  [wrong-value]",
            "- expected  returns i32 2",
            "+ observed  returns i32 3",
        ],
    );
    assert_eq!(named(out.path()), [("wast/cli-scripts".to_owned(), "sums".to_owned())]);
}

#[test]
fn a_folder_of_scripts_runs_with_the_folders_below() {
    let out = folder();
    let ended = run(&["cli-scripts"], out.path());
    assert_eq!(ended.code, Some(1), "{}", ended.said());
    let sub = ("wast/cli-scripts/deeper".to_owned(), "traps".to_owned());
    assert_eq!(named(out.path()), [("wast/cli-scripts".to_owned(), "sums".to_owned()), sub]);
    assert_says(&ended.stdout, &["wast/cli-scripts/deeper", "1 of 2\n", "1 unsupported\n"]);
    assert_eq!(outcomes(out.path())["traps"], "pass", "{}", ended.said());
}

/// A script in a folder that a case names is no script for itself as well.
#[test]
fn scripts_are_cases_of_a_suite() {
    let out = folder();
    let ended = run(&["cli-case"], out.path());
    assert_eq!(ended.code, Some(0), "{}", ended.said());
    let names = ["of-the-specification", "own"].map(|case| ("cli/case".to_owned(), case.to_owned()));
    assert_eq!(named(out.path()), names, "{}", ended.said());
    let outcomes = outcomes(out.path());
    assert_eq!((outcomes["own"].as_str(), outcomes["of-the-specification"].as_str()), ("pass", "unsupported"), "{}", ended.said());
    // Named by itself it is asked for.
    let both = folder();
    run(&["cli-case", "cli-case/own.wast"], both.path());
    assert_eq!(named(both.path()).len(), 3);
}

#[test]
fn list_names_scripts() {
    let ended = ended(wasmatrix(["list", "--runtime", "faux+honest"]).arg(data("cli-scripts")));
    assert_eq!(ended.code, Some(0), "{}", ended.said());
    assert_says(&ended.stdout, &["wast/cli-scripts\n", "sums (script, own)", "wast/cli-scripts/deeper\n", "traps (script, own)"]);
}

#[test]
fn show_prints_what_a_script_asks() {
    let ended = ended(wasmatrix(["show", "--runtime", "faux+honest"]).arg(data("cli-scripts/deeper/traps.wast")));
    assert_eq!(ended.code, Some(0), "{}", ended.said());
    let ops: Vec<String> = ended
        .stdout
        .lines()
        .map(|line| {
            let request: Value = serde_json::from_str(line).expect("a line of the protocol");
            request["op"].as_object().and_then(|op| op.keys().next()).expect("an operation").clone()
        })
        .collect();
    // What faux does not claim is not asked.
    assert_eq!(ops, ["new-engine", "new-store", "compile", "instantiate", "invoke"], "{}", ended.said());
    assert!(ended.stderr.contains("replay on faux@1+honest"), "{}", ended.said());
}
