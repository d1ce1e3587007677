//! `wasmatrix bless` and `lint`, end to end on faux, in a checkout of their own: what is red is entered, what is fixed goes, and everything
//! else stays byte for byte.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{Ended, broken_line::checkout_of_one_line, ended, folder, of_kind, outcomes, records, suite, wasmatrix};

/// A checkout with faux, some suites, and a folder for runs.
struct Place {
    root: TempDir,
    runs: TempDir,
}

impl Place {
    fn with(suites: &[&Path], known: Option<&str>) -> Self {
        let place = Self { root: folder(), runs: folder() };
        checkout_of_one_line(place.root.path());
        for path in suites {
            fs::copy(path, place.root.path().join("suites").join(path.file_name().expect("a file"))).expect("a suite");
        }
        if let Some(known) = known {
            fs::write(place.known_yaml(), known).expect("known.yaml");
        }
        place
    }

    fn known_yaml(&self) -> PathBuf {
        self.root.path().join("runtimes/faux/known.yaml")
    }

    fn known(&self) -> String {
        fs::read_to_string(self.known_yaml()).expect("known.yaml")
    }

    fn run(&self, runtimes: &str, more: &[&str]) -> Ended {
        let mut command = wasmatrix(["run", "--runtime", runtimes, "-j", "1", "--root"]);
        ended(command.arg(self.root.path()).arg("--out").arg(self.runs.path()).arg("--suite").arg("[!s]*").args(more))
    }

    fn bless(&self, more: &[&str]) -> Ended {
        let mut command = wasmatrix(["bless", "--root"]);
        ended(command.arg(self.root.path()).arg(self.runs.path()).args(more))
    }

    fn lint(&self, more: &[&str]) -> Ended {
        ended(wasmatrix(["lint", "--root"]).arg(self.root.path()).args(more))
    }
}

fn code(ended: &Ended, code: i32) {
    assert_eq!(ended.code, Some(code), "{}", ended.said());
}

/// A file with a comment everywhere.
const KNOWN: &str = "\
# What is known to fail on faux.
known:
  # Of no case here.
  - case: cli/elsewhere/lies   # a remark
    versions: \"*\"
    kind: wrong-value
    reason: it lies
    reproduced: by hand
# The end.
";

const LIES: &str = "  - case: cli/mixed/lies
    versions: \">=1.0.0, <2.0.0\"
    variants: [honest, modest]
    step: 1
    kind: wrong-value
    reason: TO BE WRITTEN
    reproduced: TO BE WRITTEN
";

#[test]
fn a_red_is_entered_and_the_next_run_is_green() {
    let place = Place::with(&[&suite("mixed.yaml")], Some(KNOWN));
    code(&place.run("faux+honest,faux+modest", &["--case", "[!d]*"]), 1);
    let dry = place.bless(&["--dry-run"]);
    code(&dry, 0);
    assert_eq!(place.known(), KNOWN, "a dry run writes nothing");
    let added: Vec<&str> = dry.stdout.lines().filter(|line| line.starts_with('+') && !line.starts_with("+++")).collect();
    let wanted: Vec<String> = std::iter::once("+".to_owned()).chain(LIES.lines().map(|line| format!("+{line}"))).collect();
    assert_eq!(added, wanted, "{}", dry.said());
    assert!(dry.stdout.starts_with("--- runtimes/faux/known.yaml\n+++ runtimes/faux/known.yaml\n@@"), "{}", dry.said());

    code(&place.bless(&[]), 0);
    assert_eq!(place.known(), KNOWN.replace("# The end", &format!("\n{LIES}# The end")));
    let again = place.run("faux+honest,faux+modest", &["--case", "[!d]*"]);
    code(&again, 0);
    assert!(again.stdout.contains("2 passed, 0 red, 2 known"), "{}", again.said());
    let nothing = place.bless(&[]);
    code(&nothing, 0);
    assert!(nothing.stderr.contains("nothing to enter and nothing to take out"), "{}", nothing.said());

    // What a person has to write is asked for until it is written.
    let lint = place.lint(&["--format", "json"]);
    code(&lint, 1);
    let findings: Value = serde_json::from_str(&lint.stdout).expect("JSON");
    let rules: Vec<&str> = findings["findings"].as_array().expect("a list").iter().filter_map(|one| one["rule"].as_str()).collect();
    assert_eq!(rules, ["no-case", "placeholder", "placeholder"], "{}", lint.said());
    let first = &findings["findings"][0];
    assert_eq!((&first["file"], &first["line"], &first["column"]), (&"runtimes/faux/known.yaml".into(), &4.into(), &11.into()));
    fs::write(place.known_yaml(), place.known().replace("TO BE WRITTEN", "faux lies").replace("elsewhere/lies", "mixed/watches"))
        .expect("known.yaml");
    let clean = place.lint(&[]);
    code(&clean, 0);
    assert_eq!(clean.stdout, "0 findings in 2 known failures\n");
}

#[test]
fn a_first_failure_makes_the_file() {
    let place = Place::with(&[&suite("mixed.yaml")], None);
    code(&place.run("faux+honest", &["--case", "lies"]), 1);
    let dry = place.bless(&["--dry-run"]);
    assert!(dry.stdout.starts_with("--- /dev/null\n+++ runtimes/faux/known.yaml\n@@ -0,0 +1,"), "{}", dry.said());
    assert!(!place.known_yaml().exists(), "a dry run writes nothing");
    code(&place.bless(&[]), 0);
    let head = "# What is known to fail on faux. How each entry was reproduced is in it; none of it goes through our adapter.\nknown:\n";
    assert_eq!(place.known(), format!("{head}{}", LIES.replace("honest, modest", "honest")));
    // Another variant is a word in the entry, not another entry.
    code(&place.run("faux+modest", &["--case", "lies"]), 1);
    code(&place.bless(&[]), 0);
    assert_eq!(place.known(), format!("{head}{LIES}"));
    code(&place.run("faux+honest,faux+modest", &["--case", "lies"]), 0);
}

#[test]
fn a_crash_and_a_hang_are_entered_only_where_a_person_says_so() {
    let hang = suite("hang.yaml");
    let place = Place::with(&[&suite("mixed.yaml"), &hang], None);
    let run = || place.run("faux+honest", &["--timeout", "500ms"]);
    code(&run(), 1);
    let seen = outcomes(place.runs.path());
    let died = seen.values().filter(|outcome| matches!(outcome.as_str(), "crashed" | "hung")).count();
    assert!(seen.values().any(|outcome| outcome == "crashed") && seen.values().any(|outcome| outcome == "hung"), "{seen:?}");
    let refused = place.bless(&[]);
    code(&refused, 1);
    assert_eq!(refused.stderr.matches("which is not entered without `--allow").count(), died, "{}", refused.said());
    assert!(
        refused.stderr.contains("faux@1+honest/cli/mixed/dies crashed, which is not entered without `--allow crash`"),
        "{}",
        refused.said()
    );
    assert!(
        place.known().contains("kind: wrong-value") && !place.known().contains("kind: crashed"),
        "the lie is entered: {}",
        place.known()
    );

    let refused = place.bless(&["--allow", "crash"]);
    code(&refused, 1);
    assert!(place.known().contains("kind: crashed") && !place.known().contains("kind: hung"), "{}", place.known());
    code(&place.bless(&["--allow", "crash,hang"]), 0);
    code(&run(), 0);
}

/// Two entries that are fixed, one of them for one variant alone; the text of the first is used by the second.
const FIXED: &str = "\
# Head.
known:
  - case: cli/mixed/adds
    versions: \">=1.0.0\"
    variants: [honest, modest]
    kind: wrong-value
    reason: it could not add
    reproduced: &by-hand >-
      By hand, with
      two numbers.

  # About the lie.
  - case: cli/mixed/lies
    versions: \">=1.0.0\"
    variants: [honest, modest] # no others
    kind: wrong-value
    reason: it lies
    reproduced: *by-hand
  - case: cli/mixed/adds
    versions: \">=1.0.0\"
    variants: [honest, boastful]
    kind: trap unreachable
    reason: it could not add at all
    reproduced: by hand
";

#[test]
fn what_is_fixed_goes_and_its_words_stay_where_others_use_them() {
    let place = Place::with(&[&suite("mixed.yaml")], Some(FIXED));
    let run = || place.run("faux+honest,faux+modest", &["--case", "[al]*"]);
    code(&run(), 1);
    let blessed = place.bless(&[]);
    code(&blessed, 0);
    let wanted = "\
# Head.
known:
  # About the lie.
  - case: cli/mixed/lies
    versions: \">=1.0.0\"
    variants: [honest, modest] # no others
    kind: wrong-value
    reason: it lies
    reproduced: &by-hand >-
      By hand, with
      two numbers.
  - case: cli/mixed/adds
    versions: \">=1.0.0\"
    variants: [boastful]
    kind: trap unreachable
    reason: it could not add at all
    reproduced: by hand
";
    assert_eq!(place.known(), wanted, "{}", blessed.said());
    code(&run(), 0);
}

#[test]
fn of_a_pattern_that_is_fixed_in_part_a_person_decides() {
    let known = "known:\n  - case: cli/mixed/[!d]*\n    versions: '*'\n    kind: wrong-value\n    reason: r\n    reproduced: by hand\n";
    let place = Place::with(&[&suite("mixed.yaml")], Some(known));
    code(&place.run("faux+honest", &["--case", "[al]*"]), 1);
    let blessed = place.bless(&[]);
    code(&blessed, 1);
    assert!(
        blessed.stderr.contains("the entry on line 2 is fixed in part") && blessed.stderr.contains("was not in the run"),
        "{}",
        blessed.said()
    );
    code(&place.run("faux+honest", &["--case", "[!d]*"]), 1);
    let blessed = place.bless(&[]);
    code(&blessed, 1);
    assert!(blessed.stderr.contains("only some of the cells of honest"), "{}", blessed.said());
    assert_eq!(place.known(), known);
}

/// The range of the entry that would go is used by the other, and only words are inherited.
#[test]
fn an_edit_that_does_not_do_what_it_is_for_is_not_written() {
    let entry = |case: &str, versions: &str| {
        format!("  - case: cli/mixed/{case}\n    versions: {versions}\n    kind: wrong-value\n    reason: r\n    reproduced: by hand\n")
    };
    let known = format!("known:\n{}{}", entry("adds", "&all '*'"), entry("lies", "*all"));
    let place = Place::with(&[&suite("mixed.yaml")], Some(&known));
    code(&place.run("faux+honest", &["--case", "[al]*"]), 1);
    // Of the other variants nothing is known, so the entry stays for them.
    let narrowed = place.bless(&["--dry-run"]);
    code(&narrowed, 0);
    assert!(narrowed.stdout.contains("+    variants: [versionless, outdated, mute, boastful"), "{}", narrowed.said());
    let known = known.replacen("    kind", "    variants: [honest]\n    kind", 1);
    fs::write(place.known_yaml(), &known).expect("known.yaml");
    let refused = place.bless(&[]);
    code(&refused, 2);
    let says = "error: runtimes/faux/known.yaml: the edit would not do what it is for (";
    assert!(refused.stderr.contains(says), "{}", refused.said());
    assert_eq!(place.known(), known);
}

#[test]
fn lines_of_a_script_are_entered_and_taken_out() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suites/cli-scripts/sums.wast");
    let place = Place::with(&[&script], None);
    let run = || place.run("faux+honest", &[]);
    code(&run(), 1);
    code(&place.bless(&[]), 0);
    assert!(place.known().contains("    lines: \"4\"\n    kind: wrong-value\n"), "{}", place.known());
    code(&run(), 0);
    // The assertion of line 3 passes.
    let wider = place.known().replace("lines: \"4\"", "lines: \"3-4\" # two");
    fs::write(place.known_yaml(), &wider).expect("known.yaml");
    code(&run(), 1);
    code(&place.bless(&[]), 0);
    assert_eq!(place.known(), wider.replace("3-4", "4"));
    code(&run(), 0);
}

#[test]
fn what_is_intermittent_is_entered_as_a_set() {
    let reuse = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suites/reuse/reuse.yaml");
    let place = Place::with(&[&reuse], None);
    let run = || place.run("faux+honest", &["--case", "{first,second}"]);
    code(&run(), 1);
    assert_eq!(outcomes(place.runs.path())["second"], "intermittent");
    code(&place.bless(&[]), 0);
    assert!(place.known().contains("    kind: [wrong-value, pass]\n"), "{}", place.known());
    code(&run(), 0);
    assert_eq!(outcomes(place.runs.path())["second"], "known");
    code(&place.run("faux+honest", &["--case", "{first,second}", "--fresh"]), 0);
    assert_eq!(outcomes(place.runs.path())["second"], "pass", "a process of its own");
}

#[test]
fn what_has_expired_is_red_and_a_person_says_for_how_long_again() {
    let known = format!("{}    expires: 2020-02-29\n", KNOWN.replace("elsewhere", "mixed").replace("# The end.\n", ""));
    let place = Place::with(&[&suite("mixed.yaml")], Some(&known));
    let run = place.run("faux+honest", &["--case", "lies"]);
    code(&run, 1);
    assert!(run.stdout.contains("known until 2020-02-29"), "{}", run.said());
    let cells = records(place.runs.path());
    assert!(of_kind(&cells, "cell")[0]["reason"].as_str().is_some_and(|reason| reason.starts_with("known until 2020-02-29")));
    let blessed = place.bless(&[]);
    code(&blessed, 1);
    assert!(blessed.stderr.contains("was known until a day that is over: look at the entry on line 4"), "{}", blessed.said());
    assert_eq!(place.known(), known);
    let lint = place.lint(&[]);
    code(&lint, 1);
    assert!(lint.stdout.starts_with("runtimes/faux/known.yaml:9:14: expired: known until 2020-02-29 only"), "{}", lint.said());
    fs::write(place.known_yaml(), known.replace("2020", "9996")).expect("known.yaml");
    code(&place.run("faux+honest", &["--case", "lies"]), 0);
}

#[test]
fn the_newest_run_is_meant_where_none_is_named() {
    let place = Place::with(&[&suite("mixed.yaml")], None);
    let bless = || ended(wasmatrix(["bless", "--root"]).arg(place.root.path()));
    let none = bless();
    code(&none, 2);
    assert!(none.stderr.contains("no run is stored below"), "{}", none.said());
    for case in ["lies", "adds"] {
        ended(wasmatrix(["run", "--runtime", "faux+honest", "--suite", "cli/*", "--case", case, "--root"]).arg(place.root.path()));
    }
    let newest = bless();
    code(&newest, 0);
    assert!(newest.stderr.contains("nothing to enter"), "the last one was green: {}", newest.said());
    let missing = ended(wasmatrix(["bless", "no/such/run", "--root"]).arg(place.root.path()));
    code(&missing, 2);
    assert!(missing.stderr.contains("cannot read the run no/such/run"), "{}", missing.said());
}

#[test]
fn the_bundled_known_failures_are_clean() {
    let ended = ended(&mut wasmatrix(["lint"]));
    code(&ended, 0);
}
