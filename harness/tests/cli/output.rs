//! Where text goes, in which colours, and what happens when nobody reads it.

use std::{
    fs,
    process::{Command, Stdio},
};

use crate::{assert_counted, broken_line::checkout, ended, folder, outcomes, records, run, suite, wait_for, wasmatrix};

#[test]
fn colours_are_where_they_are_wanted() {
    for (arguments, environment, coloured) in [
        (&[][..], &[][..], false),
        (&["--color", "always"], &[], true),
        (&["--color", "never"], &[], false),
        (&[], &[("CLICOLOR_FORCE", "1")], true),
        (&["--color", "never"], &[("CLICOLOR_FORCE", "1")], false),
        (&[], &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], false),
        (&[], &[("NO_COLOR", "1")], false),
        // What is asked for on the command line outweighs what the environment says.
        (&["--color", "always"], &[("NO_COLOR", "1")], true),
    ] {
        let out = folder();
        let mut command = run("mixed.yaml", out.path());
        let ended = ended(command.args(arguments).envs(environment.iter().copied()));
        assert_eq!(ended.code, Some(1), "{}", ended.said());
        assert_eq!(ended.stdout.contains('\x1b'), coloured, "{arguments:?} {environment:?}: {}", ended.said());
        assert_counted(&ended, out.path());
    }
}

#[test]
fn errors_are_coloured_like_everything_else() {
    for (when, coloured) in [("always", true), ("never", false)] {
        let ended = ended(wasmatrix(["run", "--color", when, "--runtime", "no-such-runtime"]).arg(suite("clean.yaml")));
        assert_eq!(ended.code, Some(2), "{}", ended.said());
        assert_eq!(ended.stderr.contains('\x1b'), coloured, "{when}: {}", ended.said());
    }
}

#[test]
fn a_reader_that_goes_early_is_no_error() {
    let out = folder();
    let clean = suite("clean.yaml");
    let clean = clean.to_str().expect("a path in UTF-8");
    let to = out.path().to_str().expect("a path in UTF-8");
    for (arguments, code) in [
        (&["run", "--runtime", "faux+honest", "--out", to, clean][..], 0),
        (&["list", "--runtime", "faux+honest"], 0),
        (&["show", "--runtime", "faux+honest", "--case", "traps", clean], 0),
        (&["build", "faux+honest"], 0),
        (&["run", "--help"], 0),
    ] {
        let mut child = wasmatrix(arguments).spawn().expect("wasmatrix starts");
        drop(child.stdout.take());
        let ended = wait_for(child);
        assert_eq!(ended.code, Some(code), "{arguments:?}: {}", ended.said());
        assert!(!ended.stderr.contains("panicked"), "{arguments:?}: {}", ended.said());
    }
    assert_eq!(outcomes(out.path()).len(), 3, "the run went on");
}

#[test]
fn the_command_that_runs_a_red_again_does_so() {
    let (root, folder) = (folder(), folder());
    checkout(root.path());
    fs::copy(suite("mixed.yaml"), folder.path().join("whose 'is' this.yaml")).expect("a suite whose name a shell would take apart");
    let mut command = wasmatrix(["run", "--runtime", "faux+honest", "--out", "out", "--timeout", "1m 30s", "whose 'is' this.yaml", "lies"]);
    let first = ended(command.arg("--root").arg(root.path()).current_dir(folder.path()));
    assert_eq!(first.code, Some(1), "{}", first.said());
    let line = first.stdout.lines().find_map(|line| line.trim().strip_prefix("rerun: ")).unwrap_or_else(|| panic!("{}", first.said()));
    let mut shell = Command::new("sh");
    shell.args(["-c", line]).current_dir(folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let again = ended(&mut shell);
    assert_eq!(again.code, Some(1), "{line}: {}", again.said());
    assert_eq!(again.stdout.lines().last(), first.stdout.lines().last(), "{line}: {}", again.said());
    assert!(again.stderr.contains("(--root)"), "{line}: {}", again.said());
}

#[test]
fn a_worker_that_does_not_answer_in_time_is_hung() {
    let out = folder();
    // Only the case that hangs: on a busy machine an honest worker may need longer than this.
    let ended = ended(run("hang.yaml", out.path()).args(["--timeout", "300ms", "--case", "hangs"]));
    assert_eq!(ended.code, Some(1), "{}", ended.said());
    assert_counted(&ended, out.path());
    assert_eq!(outcomes(out.path())["hangs"], "hung", "{}", ended.said());
    assert_eq!(records(out.path())[0]["configuration"]["timeout_ms"], 300);
    assert!(ended.stdout.contains("--timeout 300ms --runtime faux@1+honest --suite cli/hang --case hangs"), "{}", ended.said());
}
