//! What becomes of a run whose fixtures are changed while it goes on.

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader},
    path::Path,
    process::Child,
};

use crate::{Ended, assert_counted, folder, wait_for, wasmatrix};

/// Two cells: the first sleeps, so that there is time to change what the second one is given.
const SUITE: &str = "suite: own/fixtures
cases:
  - &sleeps
    name: sleeps
    why: A fixture must be for the last cell what it was for the first.
    stands_on: runtimes/faux, misdeeds.rs
    level: required
    wat: (module (func (export \"oversleep\") (result i32) (i32.const 1)))
    preopens: [{ guest: /tree, host: fixtures/tree }]
    steps:
      - { invoke: oversleep, returns: { i32: 1 } }
  - { <<: *sleeps, name: sleeps-again }
";

#[test]
fn a_fixture_that_is_changed_meanwhile_makes_a_green_run_2() {
    let ended = changed(|tree| {
        fs::write(tree.join("greeting.txt"), "goodbye").expect("it can be written");
        fs::write(tree.join("more.txt"), "").expect("it can be written");
    });
    assert_eq!(ended.code, Some(2), "{}", ended.said());
    assert!(
        ended.stderr.contains("fixtures/tree was changed during the run: `greeting.txt` has other content, `more.txt` is new"),
        "{}",
        ended.said()
    );
    assert!(ended.stderr.contains("own/fixtures"), "{}", ended.said());
    assert!(ended.stdout.contains("2 passed, 0 red"), "{}", ended.said());
}

#[test]
fn a_fixture_that_is_left_alone_is_no_reason() {
    let ended = changed(|_| ());
    assert_eq!((ended.code, ended.stderr.contains("was changed")), (Some(0), false), "{}", ended.said());
}

fn changed(change: impl FnOnce(&Path)) -> Ended {
    let folder = folder();
    let tree = folder.path().join("fixtures/tree");
    fs::create_dir_all(&tree).expect("a fixture");
    fs::write(tree.join("greeting.txt"), "hello").expect("a fixture");
    let suite = folder.path().join("fixtures.yaml");
    fs::write(&suite, SUITE).expect("a suite");
    let out = folder.path().join("run");
    let mut command = wasmatrix(["run", "--runtime", "faux+honest", "--jobs", "1"]);
    let child = command.arg(&suite).arg("--out").arg(&out).spawn().expect("wasmatrix starts");
    when_the_header_is_written(&child, &out, || change(&tree));
    let ended = wait_for(child);
    assert_counted(&ended, &out);
    ended
}

/// The header is written when the runtimes are ready, after the fixtures were looked at and before the first cell.
fn when_the_header_is_written(child: &Child, out: &Path, act: impl FnOnce()) {
    crate::poll(&format!("the header of the run of process {}", child.id()), || {
        let mut line = String::new();
        BufReader::new(File::open(out.join("run.jsonl")).ok()?).read_line(&mut line).ok()?;
        line.ends_with('\n').then_some(())
    });
    act();
}
