//! `list`, `show` and `build`: what a person looks at who wants to know why.

use std::{
    io::Write as _,
    path::PathBuf,
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::{ended, suite, wait_for, wasmatrix};

/// What `wasmatrix build` says about where faux's worker is.
fn worker() -> PathBuf {
    let ended = ended(&mut wasmatrix(["build", "faux+honest"]));
    assert_eq!(ended.code, Some(0), "{}", ended.said());
    let line = ended.stdout.lines().find_map(|line| line.trim().strip_prefix("worker "));
    PathBuf::from(line.unwrap_or_else(|| panic!("{}", ended.said())))
}

#[test]
fn list_says_what_a_case_needs_and_who_cannot() {
    worker();
    let ended = ended(wasmatrix(["list", "--runtime", "faux"]).arg(suite("mixed.yaml")));
    assert_eq!(ended.code, Some(0), "{}", ended.said());
    for says in [
        "faux@1+honest: does what its functions' names say",
        "ready, 1.0.0",
        "can: mutable-globals, multi-value, wasi-preview1",
        "cannot run here: asked who it is, the worker died: exit status 2; it said: faux is mute",
        "cannot run here: it does not know its engine's version",
        "cannot run here: it speaks version",
        "shares-a-memory (required)",
        "watches (implementation-defined)",
        "needs:     threads",
        "needs:     nothing beyond WebAssembly 1.0",
        "not on:    faux@1+cacheless, faux@1+copying, faux@1+engineless, faux@1+honest, faux@1+incurious, faux@1+modest, faux@1+rambling, faux@1+retired, faux@1+skipping, faux@1+spectestless, faux@1+untidy (lacks threads)",
    ] {
        assert!(ended.stdout.contains(says), "no `{says}` in\n{}", ended.said());
    }
    assert!(!ended.stdout.contains("not on:    faux@1+boastful"), "it claims threads: {}", ended.said());
}

#[test]
fn build_says_who_answers_and_who_cannot() {
    let ended = ended(&mut wasmatrix(["build", "faux"]));
    assert_eq!(ended.code, Some(2), "{}", ended.said());
    assert!(ended.stdout.contains("faux@1+honest 1.0.0"), "{}", ended.said());
    assert!(ended.stderr.contains("error: faux@1+mute: asked who it is, the worker died"), "{}", ended.said());
}

#[test]
fn shown_lines_replay_by_hand() {
    let shown = ended(wasmatrix(["show", "--runtime", "faux+honest", "--case", "adds"]).arg(suite("clean.yaml")));
    assert_eq!(shown.code, Some(0), "{}", shown.said());
    let worker = worker();
    let command = format!("{} --variant honest", worker.display());
    assert!(shown.stderr.contains(&command), "no `{command}` in\n{}", shown.said());
    let mut replay = Command::new(worker)
        .args(["--variant", "honest"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the worker starts");
    replay.stdin.take().expect("its input").write_all(shown.stdout.as_bytes()).expect("it reads");
    let replay = wait_for(replay);
    assert_eq!(replay.code, Some(0), "{}", replay.said());
    let ids = |text: &str| -> Vec<Value> {
        text.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line of the protocol")["id"].clone()).collect()
    };
    assert_eq!(ids(&replay.stdout), ids(&shown.stdout), "{}", replay.said());
    // Engine, module, store, instance, and the two invocations of the case.
    assert_eq!(replay.stdout.matches(r#""reply":{"ok":"#).count(), 6, "{}", replay.said());
}

/// Processes that follow each other are sent their own lines, and what is done in between is said.
#[test]
fn shown_lines_of_several_processes_say_whose_they_are() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("processes.yaml");
    let case = r#"
suite: cli/processes
cases:
  - name: damaged
    why: What is done between the processes must be said.
    stands_on: this test
    level: required
    wat: (module (func (export "nop")))
    steps:
      - { compile: m }
      - { serialize: m, to: artifact }
      - { corrupt: artifact, how: flip-byte, at: 50 }
      - { restart: killed }
      - { deserialize: n, from: artifact, or: refused }
      - { parallel: [{ invoke: nop }], times: 3, within: processes }
"#;
    std::fs::write(&path, case).expect("it can be written");
    let shown = ended(wasmatrix(["show", "--runtime", "faux+honest"]).arg(&path));
    assert_eq!(shown.code, Some(0), "{}", shown.said());
    let order: Vec<&str> = shown.stderr.lines().filter(|line| line.starts_with("  ")).collect();
    let wanted = [
        "  lines 1 to 3, to the first process",
        "  flip the byte at 50 % of artifact",
        "  killed, and a new process",
        "  lines 4 to 5, to it",
        "  lines 6 to 10, to each of 3 processes beside it, at the same time",
    ];
    assert_eq!(order, wanted, "{}", shown.said());
    let lines: Vec<Value> = shown.stdout.lines().map(|line| serde_json::from_str(line).expect("a line of the protocol")).collect();
    let ids: Vec<u64> = lines.iter().filter_map(|line| line["id"].as_u64()).collect();
    assert_eq!(ids, [1, 2, 3, 1, 2, 1, 2, 3, 4, 5], "each process counts its own");
}

#[test]
fn show_wants_one_case() {
    let several = ended(wasmatrix(["show", "--runtime", "faux+honest"]).arg(suite("clean.yaml")));
    assert_eq!(several.code, Some(2), "{}", several.said());
    assert!(several.stderr.contains("name one case") && several.stdout.is_empty(), "{}", several.said());
    let none = ended(wasmatrix(["show", "--runtime", "faux+honest", "--case", "no-such-case"]).arg(suite("clean.yaml")));
    assert_eq!(none.code, Some(4), "{}", none.said());
}
