//! Bad surroundings: each ends in a clear message or makes no difference, and what was there stays.

use std::{fs, os::unix::fs::symlink, path::Path, thread};

use crate::{Ended, ended, folder, run};

/// The message of a run that could not be done.
fn refused(ended: &Ended, says: &[&str]) {
    assert_eq!(ended.code, Some(2), "{}", ended.said());
    for words in says {
        assert!(ended.stderr.contains(words) || ended.stdout.contains(words), "it should say {words:?}: {}", ended.said());
    }
    assert!(!ended.stderr.contains("panicked"), "{}", ended.said());
}

#[test]
fn a_full_disk_is_told_and_ends_the_run() {
    let out = folder();
    symlink("/dev/full", out.path().join("run.jsonl")).expect("a link can be made");
    refused(&ended(&mut run("clean.yaml", out.path())), &["cannot write the run to", "run.jsonl", "No space left", "--out"]);
}

#[test]
fn without_a_home_the_cache_can_be_named() {
    let (out, cache) = (folder(), folder());
    let mut command = run("clean.yaml", out.path());
    command.env_remove("HOME").env_remove("XDG_CACHE_HOME").env("WASMATRIX_CACHE", cache.path());
    let done = ended(&mut command);
    assert_eq!(done.code, Some(0), "{}", done.said());
}

#[test]
fn a_cache_that_cannot_be_written_is_told() {
    let out = folder();
    let mut command = run("clean.yaml", out.path());
    command.env("WASMATRIX_CACHE", "/proc/nowhere");
    refused(&ended(&mut command), &["cannot create the worker cache", "/proc/nowhere"]);
}

/// `chattr` and permissions mean nothing to root, so the cache is made unwritable by what stands where its lock would be.
#[test]
fn a_cache_that_has_the_worker_is_only_read() {
    let (out, cache) = (folder(), folder());
    let mut command = run("clean.yaml", out.path());
    command.env("WASMATRIX_CACHE", cache.path());
    assert_eq!(ended(&mut command).code, Some(0));
    for worker in fs::read_dir(cache.path().join("workers")).expect("workers are there").flatten() {
        let lock = worker.path().join("lock");
        fs::remove_file(&lock).expect("the lock was there");
        fs::create_dir(&lock).expect("a folder can stand there");
    }
    let mut command = run("clean.yaml", out.path());
    command.env("WASMATRIX_CACHE", cache.path());
    let done = ended(&mut command);
    assert_eq!(done.code, Some(0), "{}", done.said());
}

#[test]
fn two_runs_that_need_the_same_worker_build_it_once() {
    let cache = folder();
    let started = |cache: &Path| {
        let cache = cache.to_owned();
        thread::spawn(move || {
            let out = folder();
            let mut command = run("clean.yaml", out.path());
            command.env("WASMATRIX_CACHE", cache);
            ended(&mut command)
        })
    };
    let both = [started(cache.path()), started(cache.path())].map(|run| run.join().expect("the thread lives"));
    let builds = both.iter().filter(|ended| ended.stderr.contains("built       faux@1 in")).count();
    for done in &both {
        assert_eq!(done.code, Some(0), "{}", done.said());
    }
    assert_eq!(builds, 1, "{}\n{}", both[0].said(), both[1].said());
}

#[test]
fn half_a_worker_of_a_killed_build_is_not_taken_for_one() {
    let (out, cache) = (folder(), folder());
    let mut command = run("clean.yaml", out.path());
    command.env("WASMATRIX_CACHE", cache.path());
    assert_eq!(ended(&mut command).code, Some(0));
    let worker = fs::read_dir(cache.path().join("workers")).expect("workers are there").flatten().next().expect("one is there").path();
    for file in fs::read_dir(&worker).expect("it is a folder").flatten() {
        fs::remove_file(file.path()).expect("it can go");
    }
    fs::write(worker.join("half"), b"\x7fELF and then nothing").expect("it can be written");
    let mut command = run("clean.yaml", out.path());
    command.env("WASMATRIX_CACHE", cache.path());
    let done = ended(&mut command);
    assert_eq!(done.code, Some(0), "{}", done.said());
    assert!(done.stderr.contains("built       faux@1 in"), "it builds anew: {}", done.said());
}
