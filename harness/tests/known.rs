//! Known failures: green where they are red as expected, red where they are not.

mod common;

use common::{catalog, cells, prepared, run_one};
use wasmatrix_reports::Outcome;

/// A `known.yaml` with one entry.
fn entry(case: &str, more: &str) -> String {
    format!("known:\n  - {{ case: '{case}', reason: faux lies, issue: 'https://example.org/1', {more} }}\n")
}

#[test]
fn a_known_failure_is_green_only_in_the_way_that_is_known() {
    let catalog = catalog("faux");
    let faux = prepared(&catalog, "faux+honest");
    let cells = cells(&catalog, &faux, "faux/*");
    for (case, known, outcome) in [
        ("lie", entry("faux/misdeeds/lie", "versions: '*', kind: wrong-value"), Outcome::Known),
        ("lie", entry("faux/misdeeds/l*", "versions: '>=1.0.0, <2.0.0', kind: wrong-value, step: 1, variants: [honest]"), Outcome::Known),
        ("lie", entry("faux/misdeeds/lie", "versions: '*', kind: trap unreachable"), Outcome::Fail),
        ("lie", entry("faux/misdeeds/lie", "versions: '>=2.0.0', kind: wrong-value"), Outcome::Fail),
        ("lie", entry("faux/misdeeds/lie", "versions: '*', kind: wrong-value, step: 2"), Outcome::Fail),
        ("lie", entry("faux/misdeeds/lie", "versions: '*', kind: wrong-value, variants: [mute]"), Outcome::Fail),
        ("lie", entry("faux/misdeeds/lie", "versions: '*', kind: wrong-value, os: plan9"), Outcome::Fail),
        ("hang", entry("faux/misdeeds/hang", "versions: '*', kind: hung"), Outcome::Known),
        ("die-sigsegv", entry("faux/misdeeds/die-sigsegv", "versions: '*', kind: crashed, step: 2"), Outcome::Known),
        ("red-before-the-crash", entry("faux/misdeeds/red-before-the-crash", "versions: '*', kind: crashed"), Outcome::Crashed),
        ("honest-before", entry("faux/misdeeds/honest-before", "versions: '*', kind: wrong-value"), Outcome::Fixed),
        ("observed", entry("faux/misdeeds/observed", "versions: '*', kind: wrong-value"), Outcome::Fixed),
        ("unsupported", entry("faux/misdeeds/unsupported", "versions: '*', kind: wrong-value"), Outcome::Unsupported),
    ] {
        let cell = run_one(&cells, &faux, case, &known);
        assert_eq!(cell.outcome, outcome, "{case} with {known}");
        assert_eq!(outcome == Outcome::Known, cell.reason.as_deref() == Some("faux lies"), "{:?}", cell.reason);
        assert_eq!(matches!(outcome, Outcome::Known | Outcome::Fixed), cell.issue.is_some(), "{:?}", cell.issue);
    }
}

#[test]
fn a_single_line_needs_no_quotes() {
    for lines in ["12", "'12'", "'12-40, 55'"] {
        let text = entry("a/b", &format!("versions: '*', kind: hung, lines: {lines}"));
        assert!(wasmatrix::runtime::Known::parse(&text).is_ok(), "{text}");
    }
}

#[test]
fn a_known_yaml_that_makes_no_sense_is_an_error_with_its_place() {
    for (more, place, says) in [
        ("versions: '*', kind: tired", "2:", "not a kind of failure"),
        ("versions: '*', kind: trap tired", "2:", "not a kind of failure"),
        ("versions: new, kind: hung", "2:", "not a version range"),
        ("versions: '*', kind: hung, lines: twelve", "2:", "`twelve` is not lines: write `12`, or `12-40, 55`"),
        ("versions: '*', kind: hung, lines: ''", "2:", "is not lines"),
        ("versions: '*', kind: hung, lines: '0'", "2:", "is not lines"),
        ("versions: '*', kind: hung, lines: '40-12'", "2:", "is not lines"),
        ("versions: '*', kind: hung, lines: '12-40 55'", "2:", "is not lines"),
        ("versions: '*', kind: hung, lines: [12, 13]", "2:", ""),
        ("versions: '*', kind: hung, line: '12'", "2:", "did you mean `lines`?"),
        ("versions: '*', kind: hung, variant: honest", "2:", "did you mean `variants`?"),
    ] {
        let (at, message) = wasmatrix::runtime::Known::parse(&entry("a/b", more)).expect_err(more);
        assert!(at.to_string().starts_with(place) && message.contains(says), "{at}: {message}");
    }
}
