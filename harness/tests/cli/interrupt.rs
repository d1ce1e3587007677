//! A run that is interrupted or killed keeps what it had and leaves nobody behind.

use std::{fs, path::Path, process::Child};

use rustix::process::{Pid, Signal, kill_process};

use crate::{
    Ended, assert_counted, broken_line::checkout_with_a_broken_line, ended, folder, of_kind, outcomes, poll, records, run, suite, wait_for,
    wasmatrix,
};

/// A process as `/proc` tells it, with its start time, since numbers are used again.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Process {
    pid: i32,
    parent: i32,
    group: i32,
    started: u64,
}

/// Every process that runs; those that are dead and only wait to be collected do not.
fn processes() -> Vec<Process> {
    let entries = fs::read_dir("/proc").expect("Linux has /proc").flatten();
    entries
        .filter_map(|entry| {
            let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
            // `pid (name) state parent group …`, and the name may hold anything.
            let (pid, rest) = stat.split_once(' ')?;
            let fields: Vec<&str> = rest.rsplit_once(')')?.1.split_whitespace().collect();
            let (state, started) = (fields.first()?, fields.get(19)?.parse().ok()?);
            let process =
                Process { pid: pid.parse().ok()?, parent: fields.get(1)?.parse().ok()?, group: fields.get(2)?.parse().ok()?, started };
            (!matches!(*state, "Z" | "X")).then_some(process)
        })
        .collect()
}

/// The workers of a harness: its children, each with the rest of its process group.
fn family(harness: i32) -> Vec<Process> {
    let all = processes();
    let workers: Vec<i32> = all.iter().filter(|process| process.parent == harness).map(|process| process.pid).collect();
    all.into_iter().filter(|process| workers.contains(&process.group)).collect()
}

/// Starts a run and waits until so many cells have ended and the next has so many processes at work.
fn run_until(suite: &str, out: &Path, ended: usize, at_work: usize) -> (Child, Vec<Process>) {
    // What a killed run cannot remove goes with the test's own folder.
    let child = run(suite, out).args(["-j", "1", "--timeout", "1h"]).env("TMPDIR", out).spawn().expect("wasmatrix starts");
    let harness = pid(&child).as_raw_nonzero().get();
    let family = poll("the cell that hangs", || {
        let family = family(harness);
        (of_kind(&records(out), "cell").len() == ended && family.len() >= at_work).then_some(family)
    });
    (child, family)
}

fn pid(child: &Child) -> Pid {
    Pid::from_child(child)
}

fn assert_all_gone(family: &[Process]) {
    poll("the workers to be gone", || {
        let alive = processes();
        family.iter().all(|one| !alive.iter().any(|other| (other.pid, other.started) == (one.pid, one.started))).then_some(())
    });
    let groups: Vec<i32> = family.iter().map(|process| process.group).collect();
    assert!(!processes().iter().any(|process| groups.contains(&process.group)), "somebody is left in {groups:?}");
}

fn interrupted(child: Child, signal: Signal) -> Ended {
    kill_process(pid(&child), signal).expect("it has not been waited for");
    wait_for(child)
}

#[test]
fn an_interrupted_run_is_130_and_keeps_every_finished_cell() {
    for signal in [Signal::INT, Signal::TERM] {
        let out = folder();
        let (child, family) = run_until("hang.yaml", out.path(), 1, 1);
        let ended = interrupted(child, signal);
        assert_eq!(ended.code, Some(130), "{}", ended.said());
        assert_counted(&ended, out.path());
        assert_eq!(ended.stdout.lines().last(), Some("1 passed, 0 red, 0 known, 0 unsupported, 3 not executed"), "{}", ended.said());
        assert_eq!(outcomes(out.path()).into_iter().collect::<Vec<_>>(), [("first".to_owned(), "pass".to_owned())]);
        assert_eq!(of_kind(&records(out.path()), "footer")[0]["complete"], false);
        assert_all_gone(&family);
    }
}

#[test]
fn an_interrupted_run_takes_the_children_of_its_workers_with_it() {
    let out = folder();
    let (child, family) = run_until("family.yaml", out.path(), 0, 2);
    let ended = interrupted(child, Signal::INT);
    assert_eq!(ended.code, Some(130), "{}", ended.said());
    assert_counted(&ended, out.path());
    assert_all_gone(&family);
}

#[test]
fn a_killed_run_keeps_what_it_had_and_leaves_no_worker() {
    let out = folder();
    let (child, family) = run_until("hang.yaml", out.path(), 1, 1);
    let killed = interrupted(child, Signal::KILL);
    assert_eq!(killed.code, None, "{}", killed.said());
    assert_all_gone(&family);
    let records = records(out.path());
    assert_eq!((of_kind(&records, "header").len(), of_kind(&records, "cell").len()), (1, 1));
    assert!(of_kind(&records, "footer").is_empty(), "without a footer it is known to be killed");
    // The same folder can be used again.
    let again = ended(run("clean.yaml", out.path()).args(["-j", "1"]));
    assert_eq!(again.code, Some(0), "{}", again.said());
    assert_counted(&again, out.path());
}

#[test]
fn an_interrupted_build_is_130_and_leaves_no_compiler() {
    let (root, cache, out) = (folder(), folder(), folder());
    checkout_with_a_broken_line(root.path());
    let mut command = wasmatrix(["run", "--runtime", "twin+honest", "--root"]);
    command.arg(root.path()).arg(suite("clean.yaml")).arg("--out").arg(out.path()).env("WASMATRIX_CACHE", cache.path());
    let child = command.spawn().expect("wasmatrix starts");
    let harness = pid(&child).as_raw_nonzero().get();
    let family = poll("the build", || Some(family(harness)).filter(|family| !family.is_empty()));
    let ended = interrupted(child, Signal::INT);
    assert_eq!(ended.code, Some(130), "{}", ended.said());
    assert!(ended.stderr.contains("building    twin@1, log: "), "{}", ended.said());
    assert_counted(&ended, out.path());
    assert_all_gone(&family);
}
