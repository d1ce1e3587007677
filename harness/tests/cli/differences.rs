//! `diff`, `diverge`, baselines and modules without expectations, end to end on faux: every class of change is made to happen.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::{Ended, broken_line::checkout, ended, folder, wasmatrix};

/// One case; what it invokes decides what faux does with it.
pub(crate) fn case(name: &str, level: &str, module: &str, step: &str) -> String {
    format!(
        "  - name: {name}\n    why: It must be told apart.\n    stands_on: runtimes/faux\n    level: {level}\n    wat: '{module}'\n    \
         steps: [{{ {step} }}]\n"
    )
}

fn required(name: &str, step: &str) -> String {
    case(name, "required", MODULE, step)
}

/// Everything that is invoked; faux knows functions by their names.
const MODULE: &str = "(module (func (export \"echo\") (param i32) (result i32) (local.get 0)) \
                      (func (export \"lie\") (param i32) (result i32) (local.get 0)) \
                      (func (export \"lie_when_reused\") (result i32) (i32.const 0)) (func (export \"nop\")) \
                      (func (export \"exit_three\")) (func (export \"leave_a_child\") (result i32) (i32.const 0)))";

/// How a module begins that needs threads, which faux does not claim.
const THREADS: &str = "(module (memory 1 1 shared) ";
const THREE: &str = "invoke: echo, args: [{ i32: 3 }], returns: { i32: 3 }";
const NOT_THREE: &str = "invoke: echo, args: [{ i32: 3 }], returns: { i32: 4 }";
const LIE: &str = "invoke: lie, args: [{ i32: 3 }], returns: { i32: 3 }";
const LIE_WHEN_REUSED: &str = "invoke: lie_when_reused, returns: { i32: 0 }";

fn before() -> String {
    let cases = [
        required("aa-goes-first", THREE),
        required("comes-and-goes", LIE_WHEN_REUSED),
        required("crashes", "invoke: nop"),
        required("enters-the-list", LIE),
        required("goes", "invoke: echo, args: [{ i32: 9 }], returns: { i32: 9 }"),
        required("is-fixed", NOT_THREE),
        required("leaves-the-list", LIE),
        required("old-name", "invoke: echo, args: [{ i32: 10 }], returns: { i32: 10 }"),
        required("regresses", THREE),
        required("stays", THREE),
        required("was-unsupported", "invoke: nop").replace("(module ", THREADS),
        required("will-be-unsupported", "invoke: nop"),
        case("watched", "implementation-defined", MODULE, "invoke: leave_a_child"),
    ];
    format!("suite: faux/change\ncases:\n{}", cases.concat())
}

fn after() -> String {
    let cases = [
        required("aa-goes-first", THREE),
        required("comes", THREE),
        required("comes-and-goes", LIE_WHEN_REUSED),
        required("crashes", "invoke: exit_three"),
        required("enters-the-list", LIE),
        required("is-fixed", THREE),
        required("leaves-the-list", LIE),
        required("new-name", "invoke: echo, args: [{ i32: 10 }], returns: { i32: 10 }"),
        required("regresses", NOT_THREE),
        required("stays", THREE),
        required("was-unsupported", "invoke: nop"),
        required("will-be-unsupported", "invoke: nop").replace("(module ", THREADS),
        case("watched", "implementation-defined", MODULE, "invoke: leave_a_child"),
    ];
    format!("suite: faux/change\ncases:\n{}", cases.concat())
}

fn known(case: &str) -> String {
    format!("known:\n  - {{ case: faux/change/{case}, versions: \"*\", kind: wrong-value, reason: it lies, reproduced: by asking it }}\n")
}

/// A checkout with faux alone and a suite in it.
pub(crate) struct Checkout {
    root: tempfile::TempDir,
}

impl Checkout {
    pub(crate) fn new() -> Self {
        let root = folder();
        checkout(root.path());
        // Links in the checkout would lead to the baselines of this one.
        fs::remove_file(root.path().join("reports")).expect("it was linked");
        fs::create_dir(root.path().join("reports")).expect("a folder");
        Self { root }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    pub(crate) fn has(&self, suite: &str, known: &str) {
        fs::write(self.path("suites/change.yaml"), suite).expect("a suite");
        fs::write(self.path("runtimes/faux/known.yaml"), known).expect("known failures");
    }

    pub(crate) fn wasmatrix(&self, arguments: &[&str]) -> Ended {
        ended(wasmatrix(arguments).arg("--root").arg(self.root.path()).current_dir(self.root.path()))
    }

    fn run(&self, out: &str, more: &[&str]) -> Ended {
        self.wasmatrix(&[&["run", "--runtime", "faux+honest", "--suite", "faux/change", "-j", "1", "--out", out], more].concat())
    }
}

/// Two runs, in `old` and `new`, with every class of change between them that one worker can show.
fn two_runs() -> Checkout {
    let here = Checkout::new();
    here.has(&before(), &known("leaves-the-list"));
    let ended = here.run("old", &["--fresh", "--save-baseline", "main"]);
    assert_eq!(ended.code, Some(1), "{}", ended.said());
    here.has(&after(), &known("enters-the-list"));
    let ended = here.run("new", &["--timeout", "9s"]);
    assert_eq!(ended.code, Some(1), "{}", ended.said());
    here
}

const CHANGES: [(&str, &str, bool); 12] = [
    ("comes", "added", false),
    ("comes-and-goes", "newly-intermittent", true),
    ("crashes", "newly-crashing", true),
    ("enters-the-list", "newly-known", false),
    ("goes", "removed", false),
    ("is-fixed", "fixed", false),
    ("leaves-the-list", "no-longer-known", true),
    ("new-name", "renamed", false),
    ("regresses", "regressed", true),
    ("was-unsupported", "newly-supported", false),
    ("watched", "changed", false),
    ("will-be-unsupported", "newly-unsupported", true),
];

fn changes(json: &Value) -> Vec<(String, String, bool)> {
    let cells = json["cells"].as_array().expect("cells");
    let mut changes: Vec<_> = cells
        .iter()
        .map(|cell| {
            let side = if cell["after"].is_object() { &cell["after"] } else { &cell["before"] };
            let text = |value: &Value| value.as_str().expect("a text").to_owned();
            (text(&side["cell"]["case"]), text(&cell["kind"]), cell["worse"] == true)
        })
        .collect();
    changes.sort();
    changes
}

fn expected() -> Vec<(String, String, bool)> {
    CHANGES.into_iter().map(|(case, kind, worse)| (case.to_owned(), kind.to_owned(), worse)).collect()
}

#[test]
fn every_class_of_change_between_runs_and_from_a_baseline() {
    let here = two_runs();
    for old in ["old", "old/run.jsonl", "main", "reports/baselines/main"] {
        let ended = here.wasmatrix(&["diff", old, "new", "--format", "json"]);
        assert_eq!(ended.code, Some(1), "{}", ended.said());
        let json: Value = serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{}", ended.said()));
        assert_eq!(changes(&json), expected(), "{old}");
        let conditions: Vec<&str> = json["conditions"].as_array().into_iter().flatten().filter_map(|it| it["what"].as_str()).collect();
        assert_eq!(conditions, ["fresh", "suite faux/change", "timeout"], "{old}");
    }
    let ended = here.wasmatrix(&["diff", "old", "new"]);
    for says in [
        "not the same to begin with:\n    fresh: true → false\n",
        "1 newly crashing\n  faux@1+honest/faux/change/crashes: pass → crashed\n      the case asks something else than before\n",
        "  faux@1+honest/faux/change/new-name: pass\n      it was called faux/change/old-name\n",
        "5 worse (1 newly crashing, 1 regressed, 1 newly intermittent, 1 newly unsupported, 1 no longer known), 7 otherwise different",
        ", 2 unchanged\n",
    ] {
        assert!(ended.stdout.contains(says), "no `{says}` in {}", ended.said());
    }
    let ended = here.wasmatrix(&["diff", "old", "new", "--format", "markdown"]);
    assert!(ended.stdout.starts_with("**5 worse") && ended.stdout.contains("\n### 1 regressed\n"), "{}", ended.said());
    // The other way round: what got better there got worse here.
    let ended = here.wasmatrix(&["diff", "new", "old"]);
    assert_eq!(ended.code, Some(1), "{}", ended.said());
    assert!(ended.stdout.contains("1 no longer crashing\n"), "{}", ended.said());
}

#[test]
fn a_run_does_not_differ_from_itself() {
    let here = two_runs();
    let ended = here.wasmatrix(&["diff", "new", "new"]);
    assert_eq!(ended.code, Some(0), "{}", ended.said());
    assert_eq!(ended.stdout, "before  new\nafter   new\n\n0 worse, 0 otherwise different, 13 unchanged\n");
}

#[test]
fn what_got_worse_is_run_again_on_request() {
    let here = two_runs();
    let ended = here.wasmatrix(&["diff", "old", "new", "--confirm"]);
    assert_eq!(ended.code, Some(1), "a red that went green is still worse: {}", ended.said());
    for says in [
        "faux/change/regresses: pass → fail\n",
        "      again: both sides are this one, faux@1+honest 1.0.0: fail again\n",
        "faux/change/crashes: pass → crashed\n",
        "faux@1+honest 1.0.0: crashed again\n",
        "faux/change/comes-and-goes: pass → intermittent\n",
        "faux@1+honest 1.0.0: pass this time, it was intermittent\n",
    ] {
        assert!(ended.stdout.contains(says), "no `{says}` in {}", ended.said());
    }
    // Another version than the one that is here is not run in its stead.
    let other = fs::read_to_string(here.path("old/run.jsonl")).expect("a run").replace("\"version\":\"1.0.0\"", "\"version\":\"0.0.9\"");
    fs::write(here.path("older.jsonl"), other).expect("a run of another version");
    let ended = here.wasmatrix(&["diff", "older.jsonl", "new", "--confirm"]);
    assert!(ended.stdout.contains("again: before, faux@1+honest 0.0.9: not run again, here it is 1.0.0"), "{}", ended.said());
    assert!(ended.stdout.contains("runtime faux@1+honest: 0.0.9 → 1.0.0"), "{}", ended.said());
}

#[test]
fn a_run_with_a_baseline_fails_only_on_what_got_worse() {
    let here = two_runs();
    // What is red now was red then.
    let ended = here.run("again", &["--timeout", "9s", "--save-baseline", "now"]);
    assert_eq!(ended.code, Some(1), "{}", ended.said());
    let ended = here.run("again", &["--timeout", "9s", "--baseline", "now"]);
    assert_eq!(ended.code, Some(0), "{}", ended.said());
    assert!(ended.stdout.contains("0 worse, 1 otherwise different (1 changed), 12 unchanged"), "{}", ended.said());
    let ended = here.run("again", &["--baseline", "main"]);
    assert_eq!(ended.code, Some(1), "{}", ended.said());
    // Newly unsupported is worse, though it is not red; of a run of some cells the others are not removed.
    let ended = here.run("again", &["--baseline", "main", "--case", "will-be-unsupported", "--case", "stays"]);
    assert_eq!(ended.code, Some(1), "{}", ended.said());
    assert!(ended.stdout.contains("1 worse (1 newly unsupported), 0 otherwise different, 1 unchanged"), "{}", ended.said());
    assert!(here.path("reports/baselines/main/faux@1+honest/faux/change.txt").is_file());
}

#[test]
fn sides_that_are_none_are_2_and_say_what_there_is() {
    let here = two_runs();
    fs::write(here.path("broken.jsonl"), "{\"kind\":\"cell\",\"runtime\":1}\n").expect("a file");
    fs::create_dir_all(here.path("mine")).and_then(|()| fs::write(here.path("mine/letter"), "dear")).expect("somebody's folder");
    for (arguments, says) in [
        (&["diff", "mian", "new"][..], "did you mean `main`?"),
        (&["diff", "nothing-like-it", "new"], "(there are main), and `wasmatrix run --save-baseline NAME` makes one"),
        (&["diff", "broken.jsonl", "new"], "broken.jsonl, line 1: not a record"),
        (&["diverge", "broken.jsonl"], "broken.jsonl, line 1: not a record"),
        (&["run", "--runtime", "faux+honest", "--baseline", "mian"], "did you mean `main`?"),
        (&["run", "--runtime", "faux+honest", "--suite", "faux/change", "--save-baseline", "./mine"], "has files in it and is no baseline"),
    ] {
        let ended = here.wasmatrix(arguments);
        assert_eq!(ended.code, Some(2), "{}", ended.said());
        assert!(ended.stderr.contains(says), "no `{says}` in {}", ended.said());
    }
    assert_eq!(fs::read_to_string(here.path("mine/letter")).expect("it is still there"), "dear");
}

#[test]
fn a_run_says_where_runtimes_disagree() {
    let here = Checkout::new();
    here.has(&before(), "known: []\n");
    let run = |case: &str| {
        here.wasmatrix(&["run", "--runtime", "faux+honest,faux+engineless", "--suite", "faux/change", "--out", "out", "--case", case])
    };
    let ended = run("stays");
    assert!(
        ended.stdout.contains("\n1 divergence (1 split), 0 known, 0 legal; 1 places of 1 cases were compared; `wasmatrix diverge "),
        "{}",
        ended.said()
    );
    let ended = here.wasmatrix(&["diverge", "out"]);
    assert_eq!(ended.code, Some(1), "{}", ended.said());
    let expected = "faux/change/stays\n  step 1, invoke echo (i32 3): a split\n      faux@1+engineless  new engine fails for a reason of its own  (wrong, \
                    says the suite)\n      faux@1+honest      returns i32 3\n\n1 divergence (1 split), 0 known, 0 legal; 1 places of 1 cases were compared\n";
    assert_eq!(ended.stdout, expected);
    let json = here.wasmatrix(&["diverge", "out", "--format", "json"]);
    let json: Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!(json["found"][0]["shape"], "split");
    // What the specification leaves open may differ.
    let ended = run("watched");
    assert!(ended.stdout.contains("0 divergences, 0 known, 1 legal"), "{}", ended.said());
    assert_eq!(here.wasmatrix(&["diverge", "out"]).code, Some(0));
}

fn module(folder: &Path, name: &str, wat: &str) {
    fs::write(folder.join(name), wat).expect("a module");
}

#[test]
fn modules_run_without_any_expectation() {
    let here = Checkout::new();
    let modules = here.path("modules");
    fs::create_dir(&modules).expect("a folder");
    module(
        &modules,
        "calls.wat",
        "(module (func (export \"echo\") (param i32)) (func (export \"nop\")) (func (export \"trap\")) (memory (export \"m\") 1))",
    );
    module(&modules, "command.wat", "(module (func (export \"_start\")))");
    fs::write(modules.join("nonsense.wasm"), "no module").expect("a file");
    let run = |runtimes: &str, more: &[&str]| {
        let arguments = [&["run", "--no-expect", "modules", "--runtime", runtimes, "--out", "out"], more].concat();
        here.wasmatrix(&arguments)
    };
    let ended = run("faux+honest,faux+modest", &[]);
    assert_eq!(ended.code, Some(0), "{}", ended.said());
    assert!(ended.stdout.contains("\n0 divergences, 0 known, 0 legal; 10 places of 3 cases were compared"), "{}", ended.said());
    let does: Vec<String> = crate::records(&here.path("out"))
        .iter()
        .filter(|record| record["case"] == "calls" && record["runtime"] == "faux@1+honest")
        .flat_map(|cell| cell["steps"].as_array().cloned().unwrap_or_default())
        .map(|step| step["does"].as_str().unwrap_or_default().to_owned())
        .collect();
    let expected = [
        "instantiate main",
        "invoke echo (i32 0)",
        "invoke echo (i32 1)",
        "invoke echo (i32 -1)",
        "invoke nop ()",
        "invoke trap ()",
        "size of m",
        "read 256 bytes of m at 0",
    ];
    assert_eq!(does, expected);
    let ended = run("faux+honest,faux+engineless", &["calls"]);
    assert_eq!(ended.code, Some(1), "a disagreement is a finding: {}", ended.said());
    assert!(ended.stdout.contains("modules/calls\n  step 1, instantiate main: a split\n"), "{}", ended.said());
    let ended = here.wasmatrix(&["run", "--no-expect", "no-such-folder", "--runtime", "faux+honest"]);
    assert_eq!(ended.code, Some(4), "{}", ended.said());
    module(&modules, "wrong.wat", "(module (func (i32.konst)))");
    let ended = run("faux+honest", &[]);
    assert_eq!(ended.code, Some(2), "{}", ended.said());
    assert!(ended.stderr.contains("wrong.wat:1:16"), "{}", ended.said());
}

#[test]
fn reds_of_one_cause_are_one() {
    let here = Checkout::new();
    let cases: String = (0..40).map(|number| required(&format!("lies-{number:02}"), LIE)).collect();
    here.has(&format!("suite: faux/change\ncases:\n{cases}"), "known: []\n");
    let ended = here.run("out", &[]);
    assert_eq!(ended.code, Some(1), "{}", ended.said());
    let says = "40 cells of faux@1, perhaps of one cause: wrong-value in lie: returns i32 N\n    faux@1+honest/faux/change/lies-01\n    \
                faux@1+honest/faux/change/lies-02\n    faux@1+honest/faux/change/lies-03\n    and 36 more, all of them in run.jsonl; the first:\n\
                fail faux@1+honest/faux/change/lies-00\n";
    assert!(ended.stdout.contains(says), "{}", ended.said());
    assert_eq!(ended.stdout.matches("rerun:").count(), 1, "{}", ended.said());
}
