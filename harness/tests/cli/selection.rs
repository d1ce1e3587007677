//! Which cells a command line means.

use std::{fs, path::Path};

use crate::{ended, folder, outcomes, run, suite, wasmatrix};

/// The cases that a run had.
fn cases(out: &Path) -> Vec<String> {
    outcomes(out).into_keys().collect()
}

#[test]
fn a_path_is_taken_as_a_path_and_all_else_as_a_part_of_a_name() {
    // A folder of two suites, and beside it a file whose name is a part of a case's name.
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("own")).expect("a folder of suites");
    fs::copy(suite("clean.yaml"), at("own/clean.yaml")).expect("a suite");
    fs::copy(suite("mixed.yaml"), at("own/mixed.yaml")).expect("a suite");
    for (what, wanted) in [
        (&["own"][..], &["adds", "adds-nothing", "dies", "lies", "shares-a-memory", "traps", "watches"][..]),
        (&["own/clean.yaml"], &["adds", "adds-nothing", "traps"]),
        (&["own", "nothing"], &["adds-nothing"]),
        (&["own", "clean/traps", "mixed/watches"], &["traps", "watches"]),
        (&["own", "faux@1+honest/cli/clean"], &["adds", "adds-nothing", "traps"]),
        (&["own/clean.yaml", "own/mixed.yaml", "adds"], &["adds", "adds-nothing"]),
        (&["own", "own/clean.yaml", "trap"], &["traps"]),
    ] {
        let mut command = wasmatrix(["run", "--runtime", "faux+honest", "--out", "out"]);
        let ended = ended(command.args(what).current_dir(folder.path()));
        assert!(matches!(ended.code, Some(0 | 1)), "{what:?}: {}", ended.said());
        assert_eq!(cases(&at("out")), wanted, "{what:?}: {}", ended.said());
    }
}

#[test]
fn a_variant_of_another_line_says_which_lines_have_it() {
    for (named, says) in [
        (
            "faux@2+retired",
            "faux@2 has no variant `retired`: faux removed it in 2 (https://example.org/pull/2); it is a variant of the line 1",
        ),
        ("faux@1.5.0+retired", "faux@1.5.0 has no variant `retired`: it is a variant of the line 1"),
        (
            "faux@2.1.0+retired",
            "faux@2.1.0 has no variant `retired`: faux removed it in 2 (https://example.org/pull/2); it is a variant of",
        ),
    ] {
        let out = folder();
        let ended = ended(wasmatrix(["run", "--runtime", named, "--suite", "core/traps", "--out"]).arg(out.path().join("out")));
        assert_eq!(ended.code, Some(2), "{named}: {}", ended.said());
        assert!(ended.stderr.contains(says), "no `{says}` in {}", ended.said());
    }
}

#[test]
fn globs_select_suites_and_cases() {
    for (globs, wanted) in [
        (&["--case", "adds*"][..], &["adds", "adds-nothing"][..]),
        (&["--case", "adds"], &["adds"]),
        (&["--case", "adds", "--case", "tr?ps"], &["adds", "traps"]),
        (&["--case", "*", "--suite", "cli/*"], &["adds", "adds-nothing", "traps"]),
        (&["--suite", "cli/{clean,mixed}", "--case", "[!a]*"], &["traps"]),
        (&["--suite", "cli/clean", "nothing"], &["adds-nothing"]),
    ] {
        let out = folder();
        let ended = ended(run("clean.yaml", out.path()).args(globs));
        assert_eq!(ended.code, Some(0), "{globs:?}: {}", ended.said());
        assert_eq!(cases(out.path()), wanted, "{globs:?}: {}", ended.said());
    }
}

#[test]
fn the_number_of_jobs_changes_no_outcome() {
    let seen = ["1", "4"].map(|jobs| {
        let out = folder();
        let ended = ended(run("mixed.yaml", out.path()).args(["-j", jobs]));
        assert_eq!(ended.code, Some(1), "{}", ended.said());
        (outcomes(out.path()), ended.stdout.lines().last().map(str::to_owned))
    });
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0].0.len(), 5);
}
