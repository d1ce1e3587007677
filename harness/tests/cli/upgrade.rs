//! `upgrade`, end to end: faux has two versions, and everything that an upgrade can do happens between them.

use std::{collections::BTreeMap, fs};

use serde_json::Value;

use crate::{
    Ended,
    differences::{Checkout, case},
    ended, of_kind, records, wasmatrix,
};

/// Everything that is invoked; faux knows functions by their names, and these are not the same in both of its versions.
const MODULE: &str = "(module (func (export \"echo\") (param i32) (result i32) (local.get 0)) \
                      (func (export \"version\") (result i32) (i32.const 0)) (func (export \"dies_in_one\") (result i32) (i32.const 0)) \
                      (func (export \"dies_in_two\") (result i32) (i32.const 0)) \
                      (func (export \"lie_when_reused_in_two\") (result i32) (i32.const 0)))";

/// What version 2 does not claim any more, and what version 1 did not claim yet.
const MUTABLE_GLOBAL: &str = "(module (global (export \"g\") (mut i32) (i32.const 0)) (func (export \"nop\")))";
const SIGN_EXTENSION: &str = "(module (func (export \"nop\") (drop (i32.extend8_s (i32.const 1)))))";

fn checkout() -> Checkout {
    let required = |name: &str, step: &str| case(name, "required", MODULE, step);
    let cases = [
        required("stays", "invoke: echo, args: [{ i32: 3 }], returns: { i32: 3 }"),
        required("comes-and-goes", "invoke: lie_when_reused_in_two, returns: { i32: 0 }"),
        required("dies", "invoke: dies_in_two, returns: { i32: 7 }"),
        required("died", "invoke: dies_in_one, returns: { i32: 7 }"),
        required("fails-alike", "invoke: echo, args: [{ i32: 3 }], returns: { i32: 4 }"),
        required("is-fixed", "invoke: version, returns: { i32: 2 }"),
        required("is-wrong-in-another-way", "invoke: version, returns: { i32: 9 }"),
        required("regresses", "invoke: version, returns: { i32: 1 }"),
        required("regresses-as-is-known", "invoke: version, returns: { i32: 1 }"),
        case("is-only-recommended", "recommended", MODULE, "invoke: version, returns: { i32: 1 }"),
        case("changes", "implementation-defined", MODULE, "invoke: version"),
        required("is-allowed", "invoke: version, returns: { any_of: [{ i32: 1 }, { i32: 2 }] }"),
        case("loses", "required", MUTABLE_GLOBAL, "invoke: nop"),
        case("wins", "required", SIGN_EXTENSION, "invoke: nop"),
    ];
    let here = Checkout::new();
    let known = "known:\n  - { case: faux/change/regresses-as-is-known, versions: \">=2.0.0\", kind: wrong-value, reason: it counts on, \
                 reproduced: by asking it, issue: \"https://example.org/issues/1\" }\n";
    here.has(&format!("suite: faux/change\ncases:\n{}", cases.concat()), known);
    here
}

fn upgrade(here: &Checkout, more: &[&str]) -> Ended {
    here.wasmatrix(&[&["upgrade", "faux", "1", "2", "--suite", "faux/change", "-j", "1", "--variant", "honest"], more].concat())
}

fn json(ended: &Ended) -> Value {
    serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{}", ended.said()))
}

/// Heading to cases.
fn headings(page: &Value) -> BTreeMap<String, Vec<String>> {
    let array = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let mut headings: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for section in array(&page["sections"]) {
        let cases = headings.entry(text(&section["heading"])).or_default();
        for group in array(&section["groups"]) {
            cases.extend(array(&group["cases"]).iter().map(|case| text(&case["case"])));
        }
        cases.sort();
    }
    headings
}

#[test]
fn everything_that_an_upgrade_can_do() {
    let here = checkout();
    let ended = upgrade(&here, &["--format", "json", "--out", "out"]);
    assert_eq!(ended.code, Some(1), "{}", ended.said());
    let page = json(&ended);
    let expected = [
        ("changed", &["changes", "is-allowed"][..]),
        ("fixed", &["died", "is-fixed"]),
        ("intermittent", &["comes-and-goes"]),
        ("newly-crashing", &["dies"]),
        ("newly-supported", &["wins"]),
        ("no-longer-supported", &["loses"]),
        ("regressed", &["is-only-recommended", "regresses", "regresses-as-is-known"]),
        ("wrong-in-another-way", &["is-wrong-in-another-way"]),
    ];
    let expected: BTreeMap<String, Vec<String>> =
        expected.into_iter().map(|(heading, cases)| (heading.to_owned(), cases.iter().map(|&case| case.to_owned()).collect())).collect();
    assert_eq!(headings(&page), expected, "{}", ended.said());
    assert_eq!((&page["unchanged"], &page["fail_alike"]), (&2.into(), &1.into()), "{}", ended.said());
    assert_eq!((&page["old"]["exact"], &page["new"]["exact"]), (&"1.0.0".into(), &"2.0.0".into()));
    // One run, stored like any other, both versions side by side.
    let records = records(&here.path("out"));
    let runtimes: Vec<&str> = of_kind(&records, "cell").iter().filter_map(|cell| cell["runtime"].as_str()).collect();
    assert_eq!(runtimes.len(), 28);
    assert_eq!(runtimes[..4], ["faux@1+honest", "faux@2+honest", "faux@1+honest", "faux@2+honest"]);
}

#[test]
fn the_page_answers_explains_and_can_be_checked() {
    let here = checkout();
    let ended = upgrade(&here, &["--write", "page.md"]);
    assert_eq!(ended.code, Some(1), "{}", ended.said());
    for says in [
        "faux 1.0.0 → 2.0.0: yes, and some of it for the worse: 1 newly crashing, 3 regressed (1 of them known), 1 no longer supported. ",
        "WASI implementation                  undeclared       faux-wasi 2.0.1\n",
        "capabilities, only with one version  mutable-globals  sign-extension\n",
        "known: it counts on (https://example.org/issues/1)\n",
        "the same again in fresh processes on both versions\n",
        "pass → intermittent",
        "Not measured.\n",
        "    wasmatrix upgrade faux 1 2 --suite faux/change --variant honest\n",
        "    wasmatrix run --runtime faux@1+honest --suite faux/change --case dies\n",
        "    wasmatrix run --runtime faux@2+honest --suite faux/change --case dies\n",
    ] {
        assert!(ended.stdout.contains(says), "no `{says}` in {}", ended.said());
    }
    let page = fs::read_to_string(here.path("page.md")).expect("it is written");
    assert!(page.starts_with("# faux 1.0.0 → 2.0.0\n\n**faux 1.0.0 → 2.0.0: yes, "), "{page}");
    let place = |title: &str| page.find(title).unwrap_or_else(|| panic!("no `{title}` in {page}"));
    let order = ["## What is different to begin with", "### Newly crashing", "### Regressed", "### Changed", "### No longer supported"];
    assert!(order.map(place).is_sorted(), "{page}");
    assert!(!page.contains(&here.path("").display().to_string()), "no folder of this machine: {page}");
    // The commands show what they say they show.
    let commands: Vec<&str> =
        page.lines().filter(|line| line.starts_with("wasmatrix run") && line.contains("--case is-only-recommended")).collect();
    assert_eq!(commands.len(), 2, "{page}");
    for (command, outcome) in commands.into_iter().zip(["2 passed, 0 red", "0 passed, 2 red"]) {
        let ended = here.wasmatrix(&command.split_whitespace().skip(1).collect::<Vec<_>>());
        assert!(ended.stdout.contains(outcome), "{command}: {}", ended.said());
    }
}

#[test]
fn an_upgrade_that_makes_nothing_worse_is_clean() {
    let here = checkout();
    for (cases, says) in [
        (&["--case", "stays", "--case", "fails-alike"][..], "faux 1.0.0 → 2.0.0: no. All 2 cells did the same."),
        (&["--case", "changes"], "yes, and nothing got worse: 1 changed without a verdict; 0 of 1 cells did the same."),
        (&["--case", "wins", "--case", "is-fixed"], "yes, and only for the better: 1 newly supported, 1 fixed; 0 of 2 cells did the same."),
        // What is not seen again is said, and not believed.
        (&["--case", "stays", "--case", "comes-and-goes"], "yes, and nothing got worse: 1 intermittent; 1 of 2 cells did the same."),
    ] {
        let ended = upgrade(&here, cases);
        assert_eq!(ended.code, Some(0), "{}", ended.said());
        assert!(ended.stdout.contains(says), "no `{says}` in {}", ended.said());
    }
    let ended = upgrade(&here, &["--case", "regresses", "--no-confirm"]);
    assert_eq!(ended.code, Some(1), "{}", ended.said());
    assert!(ended.stdout.contains("not asked again"), "{}", ended.said());
}

#[test]
fn a_variant_that_cannot_be_compared_is_named_and_the_rest_is() {
    let here = checkout();
    let ended = upgrade(&here, &["--variant", "mute,modest", "--case", "regresses"]);
    assert_eq!(ended.code, Some(1), "{}", ended.said());
    assert!(
        ended.stdout.contains("Note: the variant mute is left out, since faux@1+mute is unavailable: asked who it is"),
        "{}",
        ended.said()
    );
    // Two variants that change alike are one.
    assert!(ended.stdout.contains("Regressed: 2 cells, 1 case\n"), "{}", ended.said());
    assert!(ended.stdout.contains("--runtime faux@1+honest,faux@1+modest "), "{}", ended.said());
}

#[test]
fn a_variant_that_is_gone_is_said_first_with_what_goes_with_it() {
    let here = checkout();
    const SPAWNS: &str = "(module (import \"wasi\" \"thread-spawn\" (func (param i32) (result i32))) (func (export \"nop\")))";
    let cases = [
        case("spawns", "required", SPAWNS, "invoke: nop"),
        case("spawns-too", "required", SPAWNS, "invoke: nop"),
        case("stays", "required", MODULE, "invoke: echo, args: [{ i32: 3 }], returns: { i32: 3 }"),
    ];
    here.has(&format!("suite: faux/change\ncases:\n{}", cases.concat()), "known: []\n");
    let upgrade = |old: &str, new: &str, more: &[&str]| {
        here.wasmatrix(&[&["upgrade", "faux", old, new, "--suite", "faux/change", "-j", "1"], more].concat())
    };
    let ended = upgrade("1", "2", &["--write", "page.md"]);
    assert_eq!(ended.code, Some(1), "{}", ended.said());
    let page = fs::read_to_string(here.path("page.md")).expect("it is written");
    let gone = "**Gone:** 2 does not have the variant `retired` of 1: faux removed it in 2 (https://example.org/pull/2); it is a variant of the \
                line 1. 1 cell more passed there, and can be asked of others. 2 cells passed there that no variant of 2 can be asked:";
    let head = page.split("\n## ").next().unwrap_or_default();
    for says in [
        "faux 1.0.0 → 2.0.0: yes, and some of it for the worse: 2 passing cells gone with the variant retired. ",
        gone,
        "| `faux/change` | 2 | needs wasi-threads",
        "| `spawns` |",
    ] {
        assert!(head.contains(says), "no `{says}` in {page}");
    }
    assert!(page.contains("faux@1+retired"), "the command that runs it: {page}");
    // The other way round it comes, and nothing goes.
    let ended = upgrade("2", "1", &["--case", "stays"]);
    assert_eq!(ended.code, Some(0), "{}", ended.said());
    assert!(ended.stdout.contains("2 does not have the variant retired of 1, which is left out."), "{}", ended.said());
    assert!(!ended.stdout.contains("Gone:"), "{}", ended.said());
    // Where it is all that is asked for, there is nothing to hold it against.
    let ended = upgrade("1", "2", &["--variant", "retired"]);
    assert_eq!(ended.code, Some(2), "{}", ended.said());
    let says = "faux@2 has no variant `retired`: faux removed it in 2 (https://example.org/pull/2); it is a variant of the line 1";
    assert!(ended.stderr.contains(says), "{}", ended.said());
}

#[test]
fn what_cannot_be_compared_is_2_and_says_why() {
    let here = checkout();
    for (arguments, code, says) in [
        (&["faux", "1", "1"][..], 2, "faux@1 and faux@1 are the same version; name two"),
        (&["fuax", "1", "2"], 2, "there is no runtime `fuax@1`; did you mean `faux`?"),
        (&["faux", "1", "3"], 2, "faux has no line `3`; it has 1, 2,"),
        (&["faux", "1", "2", "--variant", "honset"], 2, "faux@1 has no variant `honset`; did you mean `honest`?"),
        (&["faux", "1", "2", "--variant", "mute"], 2, "faux@1 is unavailable: asked who it is, the worker died"),
        (&["faux", "1", "2", "--variant", "honest", "--suite", "nothing/like/it"], 4, "nothing is selected"),
        (&["faux", "1", "2", "--variant", "engineless", "--case", "wins", "--suite", "["], 2, "`[` is not a glob"),
    ] {
        let ended = here.wasmatrix(&[&["upgrade"], arguments].concat());
        assert_eq!(ended.code, Some(code), "{arguments:?}: {}", ended.said());
        assert!(ended.stderr.contains(says), "no `{says}` in {}", ended.said());
    }
    // The other way round it is a downgrade, which nobody should take for an upgrade.
    let ended = ended(
        wasmatrix(["upgrade", "faux", "2", "1", "--variant", "honest", "--case", "is-fixed", "--root"])
            .arg(here.path(""))
            .current_dir(here.path("")),
    );
    assert_eq!(ended.code, Some(1), "{}", ended.said());
    assert!(ended.stdout.contains("2.0.0 is the newer version of the two, so this is a downgrade."), "{}", ended.said());
}

#[test]
fn with_bench_a_case_is_told_with_its_output_and_its_times() {
    let here = Checkout::new();
    let add = "(module (func (export \"add\") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))";
    let measured = |name: &str, step: &str, module: &str| {
        case(name, "required", module, step).replacen("    steps:", "    measure: [compile, invoke]\n    steps:", 1)
    };
    let cases = [
        measured("adds", "invoke: add, args: [{ i32: 1 }, { i32: 2 }], returns: { i32: 3 }", add),
        measured("regresses", "invoke: version, returns: { i32: 1 }", MODULE),
    ];
    here.has(&format!("suite: faux/change\ncases:\n{}", cases.concat()), "known: []");
    let run = upgrade(&here, &["--bench", "3s", "--sample", "1ms", "--samples", "1", "--no-confirm"]);
    assert_eq!(run.code, Some(1), "it regresses: {}", run.said());
    assert!(run.stdout.contains("faux/change/adds: same output"), "{}", run.said());
    assert!(run.stdout.contains("not measured on the new side: it is not right"), "{}", run.said());
    let page = json(&upgrade(&here, &["--bench", "2s", "--sample", "1ms", "--samples", "1", "--no-confirm", "--format", "json"]));
    assert_eq!(page["measured"]["is_paired"], true, "{page}");
    assert_eq!(page["measured"]["cells"].as_array().map(Vec::len), Some(2), "{page}");
}
