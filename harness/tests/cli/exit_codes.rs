//! Each exit code, with what is printed and what is stored.

use std::fs;

use crate::{assert_counted, ended, folder, outcomes, records, run, suite, wasmatrix};

#[test]
fn clean_is_0_from_any_folder_with_a_relative_path() {
    let folder = folder();
    fs::create_dir(folder.path().join("own")).expect("a folder of its own");
    fs::copy(suite("clean.yaml"), folder.path().join("own/mine.yaml")).expect("a suite of its own");
    let mut command = wasmatrix(["run", "own", "--runtime", "faux+honest", "--out", "out/of/this"]);
    let ended = ended(command.current_dir(folder.path()));
    assert_eq!(ended.code, Some(0), "{}", ended.said());
    assert_counted(&ended, &folder.path().join("out/of/this"));
    assert_eq!(outcomes(&folder.path().join("out/of/this")).len(), 3, "{}", ended.said());
}

#[test]
fn a_red_is_1() {
    let out = folder();
    let ended = ended(&mut run("mixed.yaml", out.path()));
    assert_eq!(ended.code, Some(1), "{}", ended.said());
    assert_counted(&ended, out.path());
    let seen: Vec<(String, String)> = outcomes(out.path()).into_iter().collect();
    let seen: Vec<(&str, &str)> = seen.iter().map(|(case, outcome)| (case.as_str(), outcome.as_str())).collect();
    let wanted = [("adds", "pass"), ("dies", "crashed"), ("lies", "fail"), ("shares-a-memory", "unsupported"), ("watches", "observed")];
    assert_eq!(seen, wanted);
}

#[test]
fn a_runtime_that_is_named_and_unavailable_is_2() {
    for (variant, says) in [("mute", "faux is mute"), ("versionless", "version"), ("outdated", "protocol")] {
        for (named, passed) in [(&["--runtime"][..], 0), (&["--runtime", "faux+honest", "--require"], 3)] {
            let out = folder();
            let mut command = wasmatrix(["run"]);
            command.args(named).arg(format!("faux+{variant}")).arg(suite("clean.yaml")).arg("--out").arg(out.path());
            let ended = ended(&mut command);
            assert_eq!(ended.code, Some(2), "{}", ended.said());
            assert!(ended.stderr.contains(&format!("error: faux@1+{variant} must run, and it is unavailable")), "{}", ended.said());
            assert!(ended.stdout.contains(says), "{}", ended.said());
            assert_counted(&ended, out.path());
            let counted = format!("\n{passed} passed, 0 red, 0 known, 0 unsupported, 3 not executed\n");
            assert!(ended.stdout.ends_with(&counted), "the others go on: {}", ended.said());
        }
    }
}

#[test]
fn nothing_executed_is_2() {
    let out = folder();
    let ended = ended(&mut run("unsupported.yaml", out.path()));
    assert_eq!(ended.code, Some(2), "{}", ended.said());
    assert!(ended.stderr.contains("no cell was executed"), "{}", ended.said());
    assert_counted(&ended, out.path());
}

#[test]
fn an_unknown_runtime_is_2_with_a_hint() {
    for option in ["--runtime", "--require"] {
        let out = folder();
        let stored = out.path().join("run");
        let mut command = wasmatrix(["run", option, "faux+honset"]);
        let ended = ended(command.arg(suite("clean.yaml")).arg("--out").arg(&stored));
        assert_eq!(ended.code, Some(2), "{}", ended.said());
        assert!(ended.stderr.starts_with("error: there is no runtime `faux+honset`; did you mean `faux@1+honest`?"), "{}", ended.said());
        assert!(ended.stdout.is_empty() && !stored.exists(), "{}", ended.said());
    }
}

#[test]
fn nothing_selected_is_4() {
    for what in [&["--case", "no-such-case"][..], &["--suite", "no/such/*"], &["no-such-text"]] {
        let out = folder();
        let stored = out.path().join("run");
        let ended = ended(run("clean.yaml", &stored).args(what));
        assert_eq!(ended.code, Some(4), "{}", ended.said());
        assert!(ended.stderr.contains("nothing is selected"), "{}", ended.said());
        let is_a_text = !what[0].starts_with('-');
        assert_eq!(ended.stderr.contains("(`no-such-text` is no file or folder here)"), is_a_text, "{}", ended.said());
        assert!(ended.stdout.is_empty() && !stored.exists(), "{}", ended.said());
    }
}

#[test]
fn a_recommended_case_counts_only_under_strict() {
    for (strict, code) in [(&[][..], 0), (&["--strict"][..], 1)] {
        let out = folder();
        let ended = ended(run("recommended.yaml", out.path()).args(strict));
        assert_eq!(ended.code, Some(code), "{}", ended.said());
        assert_counted(&ended, out.path());
        assert!(ended.stdout.contains("fail faux@1+honest/cli/recommended/lies"), "shown either way: {}", ended.said());
        assert_eq!(records(out.path())[0]["configuration"]["strict"], code == 1);
    }
}

#[test]
fn out_that_cannot_be_written_is_2() {
    let out = folder();
    let file = out.path().join("file");
    fs::write(&file, "not a folder").expect("a file");
    let ended = ended(&mut run("clean.yaml", &file.join("run")));
    assert_eq!(ended.code, Some(2), "{}", ended.said());
    assert!(ended.stderr.contains(&format!("error: cannot write the run to {}", file.display())), "{}", ended.said());
    assert!(ended.stderr.contains("--out"), "{}", ended.said());
    assert!(!ended.stderr.contains("ready"), "it is tried before anything is built or started: {}", ended.said());
    assert!(ended.stdout.is_empty(), "{}", ended.said());
}

#[test]
fn a_glob_and_a_time_that_are_none_are_2() {
    for (arguments, says) in
        [(&["--case", "[a"][..], "`[a` is not a glob"), (&["--timeout", "soon"], "--timeout"), (&["-j", "0"], "--jobs")]
    {
        let out = folder();
        let ended = ended(run("clean.yaml", out.path()).args(arguments));
        assert_eq!(ended.code, Some(2), "{}", ended.said());
        assert!(ended.stderr.contains(says), "{}", ended.said());
    }
}
