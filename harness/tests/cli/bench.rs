//! `bench`: what is right is measured, what is not is said and never averaged over.

use std::{fs, path::Path};

use serde_json::Value;

use crate::{Ended, ended, folder, of_kind, records, wasmatrix};

fn bench(at: &Path, more: &[&str]) -> Ended {
    let mut command = wasmatrix(["bench", "--runtime", "faux+honest", "--sample", "1ms", "--samples", "2", "--seed", "7"]);
    ended(command.args(more).arg("--out").arg(at.join("out")))
}

fn measured(at: &Path) -> Vec<Value> {
    of_kind(&records(&at.join("out")), "measured").into_iter().cloned().collect()
}

fn suite() -> String {
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/suites/measured/measured.yaml").to_owned()
}

fn of<'m>(measured: &'m [Value], case: &str, phase: &str) -> &'m Value {
    measured.iter().find(|one| one["case"] == case && one["phase"] == phase).expect("it is recorded")
}

fn blocks(measured: &Value) -> usize {
    measured["blocks"].as_array().map_or(0, Vec::len)
}

#[test]
fn phases_are_measured_in_rounds_of_blocks() {
    let at = folder();
    let run = bench(at.path(), &[&suite(), "--case", "honest", "--budget", "4s"]);
    assert_eq!(run.code, Some(0), "{}", run.said());
    let all = measured(at.path());
    for phase in ["compile", "serialize", "deserialize", "cache-hit", "instantiate", "first-call", "invoke"] {
        let one = of(&all, "honest", phase);
        assert!(blocks(one) > 1 && one["iterations"].as_u64() > Some(1), "{one}");
        let samples = one["blocks"].as_array().into_iter().flatten().flat_map(|block| block["samples_ns"].as_array());
        assert!(samples.clone().all(|samples| samples.len() == 2), "the one that warms up is not among them: {one}");
        assert!(samples.flatten().all(|ns| ns.as_u64() > Some(0)), "{one}");
    }
    assert_eq!(of(&all, "honest", "invoke")["counts"]["fuel"], 1, "faux counts calls");
    assert!(of(&all, "honest", "serialize")["artifact_bytes"].as_u64() > Some(0));
    let header = of_kind(&records(&at.path().join("out")), "header")[0].clone();
    assert_eq!(header["configuration"]["measuring"]["seed"], 7);
    assert!(run.stdout.contains("invoke\n------\n"), "{}", run.said());
}

#[test]
fn what_cannot_be_measured_is_said_and_the_others_are_measured() {
    let at = folder();
    let run = bench(at.path(), &[&suite(), "--budget", "6s", "--timeout", "300ms"]);
    assert_eq!(run.code, Some(1), "{}", run.said());
    let all = measured(at.path());
    for (case, phase, why) in [
        ("lies", "invoke", "expected returns i32 0; returns i32 1"),
        ("wobbles", "invoke", "expected returns i32 1; returns i32 2"),
        ("dies", "invoke", "the worker died: killed by signal 6"),
        ("hangs", "invoke", "no answer: killed after"),
        ("takes-long", "invoke", "one takes 1."),
        ("fails", "invoke", "it is not right, and so is not measured: fail"),
    ] {
        let one = of(&all, case, phase);
        let said = one["unmeasured"].as_str().unwrap_or_default();
        assert!(said.contains(why) && blocks(one) == 0 && one["iterations"] == 0, "{case}: {one}");
        assert!(run.stdout.contains(why), "{case}: {}", run.said());
    }
    assert!(blocks(of(&all, "wobbles", "first-call")) > 0, "in a new instance it is the same each time");
    assert!(blocks(of(&all, "honest", "invoke")) > 0);
    assert!(run.stderr.contains("test/measured/fails is fail, and was not measured"), "{}", run.said());
}

/// A suite of one case, whose function takes 30 ms and commits a misdeed at each fifth call.
fn now_and_then(at: &Path, misdeed: &str) -> String {
    let export = format!("slow_and_every_fifth:{misdeed}@{}", at.join("counter").display());
    let text = format!(
        "suite: cli/bench\ncases:\n  - name: fifth\n    why: What is lost must be said.\n    stands_on: runtimes/faux, misdeeds.rs\n    level: required\n    \
         wat: '(module (func (export \"{export}\") (result i32) (i32.const 0)))'\n    measure: [invoke]\n    steps:\n      - {{ invoke: '{export}', returns: \
         {{ i32: 0 }} }}\n"
    );
    let path = at.join("suite.yaml");
    fs::write(&path, text).expect("it can be written");
    path.to_string_lossy().into_owned()
}

#[test]
fn a_sample_that_is_wrong_is_thrown_away_and_the_rest_of_its_block_is_kept() {
    let at = folder();
    let run = bench(at.path(), &[&now_and_then(at.path(), "lie"), "--budget", "3s"]);
    assert_eq!(run.code, Some(0), "{}", run.said());
    let all = measured(at.path());
    let one = of(&all, "fifth", "invoke");
    let thrown = one["thrown_away"].as_array().map_or(0, Vec::len);
    assert!(thrown > 0 && blocks(one) > thrown, "{one}");
    assert!(one["thrown_away"][0]["why"].as_str().is_some_and(|why| why.contains("returns i32 1")), "{one}");
    assert!(run.stdout.contains("returns i32 1"), "it is said: {}", run.said());
}

#[test]
fn a_worker_that_dies_loses_its_block_and_after_three_it_is_given_up() {
    let at = folder();
    let run = bench(at.path(), &[&now_and_then(at.path(), "die_sigabrt"), "--budget", "10s"]);
    assert_eq!(run.code, Some(1), "{}", run.said());
    let all = measured(at.path());
    let one = of(&all, "fifth", "invoke");
    assert_eq!(one["thrown_away"].as_array().map_or(0, Vec::len), 3, "{one}");
    assert!(one["unmeasured"].as_str().is_some_and(|why| why.starts_with("3 blocks were lost") && why.contains("SIGABRT")), "{one}");
}

#[test]
fn a_run_is_compared_with_an_older_one_and_refused_where_the_machine_was_another() {
    let at = folder();
    let case = ["--case", "honest", "--phase", "invoke,serialize", "--budget", "3s"];
    let suite = suite();
    assert_eq!(bench(at.path(), &[&[suite.as_str()], &case[..]].concat()).code, Some(0));
    let old = at.path().join("old.jsonl");
    fs::rename(at.path().join("out/run.jsonl"), &old).expect("it can be renamed");
    let old_path = old.to_string_lossy().into_owned();
    let again = [&[suite.as_str(), "--compare", &old_path, "--no-confirm"], &case[..]].concat();
    // Whether anything is called changed is this machine's affair.
    let run = bench(at.path(), &again);
    assert!(run.stdout.contains("same output") && run.stdout.contains("What noise looks like"), "{}", run.said());
    let text = fs::read_to_string(&old).expect("it can be read");
    let mut lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("a record")).collect();
    lines[0]["machine"]["processor"] = "another".into();
    let fuel = lines.iter_mut().find(|line| line["kind"] == "measured" && line["phase"] == "invoke").expect("it is there");
    fuel["counts"]["fuel"] = 2.into();
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    fs::write(&old, text).expect("it can be written");
    let run = bench(at.path(), &again);
    assert!(run.stdout.contains("times and memory refused") && run.stdout.contains("processor: another before"), "{}", run.said());
    assert!(!run.stdout.contains("What noise looks like"), "{}", run.said());
    assert!(run.stdout.contains("fuel"), "deterministic counts are compared all the same: {}", run.said());
}

#[test]
fn what_cannot_be_asked_for_is_one_error() {
    let at = folder();
    let suite = suite();
    for (more, code, words) in [
        (&["--phase", "warm-up"][..], 2, "there are compile, serialize"),
        (&["--budget", "1ms"], 2, "less than a second"),
        (&["--floor", "2000"], 2, "from 0 to 1000"),
        (&["--case", "no-such"], 4, "nothing is selected"),
        (&["--phase", "command"], 4, "no case of it has such a phase"),
        (&["--compare", "no-such-file"], 2, "no-such-file"),
    ] {
        let run = bench(at.path(), &[&[suite.as_str()], more].concat());
        assert!(run.code == Some(code) && run.stderr.contains(words), "{more:?}: {}", run.said());
    }
    // A run of another kind measured nothing.
    let mut plain = wasmatrix(["run", "--runtime", "faux+honest", &suite, "--case", "honest"]);
    assert_eq!(ended(plain.arg("--out").arg(at.path().join("plain"))).code, Some(0));
    let plain = at.path().join("plain").to_string_lossy().into_owned();
    let run = bench(at.path(), &[&suite, "--compare", &plain]);
    assert!(run.code == Some(2) && run.stderr.contains("measured nothing"), "{}", run.said());
}
