//! Known failures: green where they are red as expected, red where they are not.

mod common;

use common::{catalog, cells, limits, prepared, run_one, run_one_on};
use wasmatrix::{
    cell::{IdleWorkers, run_cell},
    date::Date,
    runtime::Known,
    worker::Stop,
};
use wasmatrix_reports::Outcome;

/// A `known.yaml` with one entry.
fn entry(case: &str, more: &str) -> String {
    format!("known:\n  - {{ case: '{case}', reason: faux lies, reproduced: by hand, issue: 'https://example.org/1', {more} }}\n")
}

#[test]
fn a_known_failure_is_green_only_in_the_way_that_is_known() {
    let catalog = catalog("faux");
    let faux = prepared(&catalog, "faux+honest");
    let cells = cells(&catalog, &faux, "faux/*");
    for (case, known, outcome) in [
        ("lie", entry("faux/misdeeds/lie", "versions: '*', kind: wrong-value"), Outcome::Known),
        ("lie", entry("faux/misdeeds/l*", "versions: '>=1.0.0, <2.0.0', kind: wrong-value, step: 1, variants: [honest]"), Outcome::Known),
        // A case in both its forms.
        ("lie", entry("faux/misdeeds/lie{,.command}", "versions: '*', kind: wrong-value"), Outcome::Known),
        ("lie", entry("faux/misdeeds/{honest-before,lie}{.command,}", "versions: '*', kind: wrong-value"), Outcome::Known),
        ("lie", entry("faux/misdeeds/lie.command", "versions: '*', kind: wrong-value"), Outcome::Fail),
        // An intermittent one lists how it may end.
        ("lie", entry("faux/misdeeds/lie", "versions: '*', kind: [wrong-value, pass]"), Outcome::Known),
        ("lie", entry("faux/misdeeds/lie", "versions: '*', kind: [trap unreachable, wrong-value]"), Outcome::Known),
        ("lie", entry("faux/misdeeds/lie", "versions: '*', kind: [trap unreachable, pass]"), Outcome::Fail),
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
        ("honest-before", entry("faux/misdeeds/honest-before", "versions: '*', kind: [hung, wrong-value]"), Outcome::Fixed),
        ("unsupported", entry("faux/misdeeds/unsupported", "versions: '*', kind: wrong-value"), Outcome::Unsupported),
    ] {
        let cell = run_one(&cells, &faux, case, &known);
        assert_eq!(cell.outcome, outcome, "{case} with {known}");
        assert_eq!(outcome == Outcome::Known, cell.reason.as_deref() == Some("faux lies"), "{:?}", cell.reason);
        assert_eq!(matches!(outcome, Outcome::Known | Outcome::Fixed), cell.issue.is_some(), "{:?}", cell.issue);
    }
}

#[test]
fn what_is_intermittent_is_listed_as_a_set() {
    let catalog = catalog("faux");
    let faux = prepared(&catalog, "faux+honest");
    let cells = cells(&catalog, &faux, "faux/*");
    let known = entry("faux/misdeeds/honest-before", "versions: '*', kind: [wrong-value, pass]");
    let cell = run_one(&cells, &faux, "honest-before", &known);
    assert_eq!((cell.outcome, cell.reason), (Outcome::Pass, None), "it may pass, and did");
}

/// The faux that lies in a used process alone, so that its second cell is red and, in a fresh one, green.
#[test]
fn red_then_green_is_known_only_where_both_are() {
    let catalog = catalog("reuse");
    let faux = prepared(&catalog, "faux+honest");
    let cells = cells(&catalog, &faux, "faux/reuse");
    for (kind, outcome) in [
        ("[wrong-value, pass]", Outcome::Known),
        ("wrong-value", Outcome::Intermittent),
        ("[wrong-value, hung]", Outcome::Intermittent),
        ("[hung, pass]", Outcome::Intermittent),
    ] {
        let known = Known::parse(&entry("faux/reuse/second", &format!("versions: '*', kind: {kind}"))).expect("known.yaml");
        let mut workers = IdleWorkers::new(true);
        let mut ask = |case: &str| {
            let planned = cells.iter().find(|cell| cell.case.name == case).expect("a case");
            run_cell(planned, &faux, None, known.on(Date::today()), &limits(), &mut workers, &Stop::default()).expect("nobody stops it")
        };
        assert_eq!(ask("first").outcome, Outcome::Pass);
        let second = ask("second");
        assert_eq!(second.outcome, outcome, "{kind}: {second:?}");
        assert_eq!(second.reds.len(), 1, "what was red is kept: {kind}");
    }
}

#[test]
fn what_has_expired_hides_nothing_from_the_next_day_on() {
    let catalog = catalog("faux");
    let faux = prepared(&catalog, "faux+honest");
    let cells = cells(&catalog, &faux, "faux/*");
    let lie = entry("faux/misdeeds/lie", "versions: '*', kind: wrong-value, expires: 2027-02-28");
    for (today, outcome, reason) in [
        ("2027-02-27", Outcome::Known, "faux lies"),
        ("2027-02-28", Outcome::Known, "faux lies"),
        ("2027-03-01", Outcome::Fail, "known until 2027-02-28 (`wrong-value`: faux lies)"),
    ] {
        let cell = run_one_on(today.parse().expect("a date"), &cells, &faux, "lie", &lie);
        assert_eq!((cell.outcome, cell.reason.as_deref()), (outcome, Some(reason)), "{today}");
    }
    let mended = entry("faux/misdeeds/honest-before", "versions: '*', kind: wrong-value, expires: 2027-02-28");
    let cell = run_one_on("2027-03-01".parse().expect("a date"), &cells, &faux, "honest-before", &mended);
    assert_eq!(cell.outcome, Outcome::Fixed, "an entry that is of no use goes, expired or not");
}

#[test]
fn an_entry_says_why_it_is_red_and_how_it_was_reproduced() {
    let start = "known:\n  - case: a/b\n    versions: '*'\n    kind: hung\n";
    for (rest, place, says) in [
        ("    reason: it hangs\n", "2:5", "says how it was reproduced without our adapter: add `reproduced:`"),
        ("    reason: it hangs\n    reproduced: ''\n", "6:17", "`reproduced` is empty"),
        ("    reason: it hangs\n    reproduced: >-\n\n", "6:17", "`reproduced` is empty"),
        ("    reason: ' '\n    reproduced: by hand\n", "5:13", "`reason` is empty"),
        ("    reproduced: by hand\n", "5:5", "missing field `reason`"),
    ] {
        let (at, message) = Known::parse(&format!("{start}{rest}")).expect_err(rest);
        assert!(message.contains(says) && at.to_string() == place, "{at}: {message}");
    }
}

#[test]
fn a_single_line_needs_no_quotes() {
    for lines in ["12", "'12'", "'12-40, 55'"] {
        let text = entry("a/b", &format!("versions: '*', kind: hung, lines: {lines}"));
        assert!(Known::parse(&text).is_ok(), "{text}");
    }
}

#[test]
fn a_known_yaml_that_makes_no_sense_is_an_error_with_its_place() {
    for (more, place, says) in [
        ("versions: '*', kind: tired", "2:", "not a kind of failure"),
        ("versions: '*', kind: trap tired", "2:", "not a kind of failure"),
        ("versions: '*', kind: pass", "2:", "what passes is not a known failure"),
        ("versions: '*', kind: [pass, pass]", "2:", "what passes is not a known failure"),
        ("versions: '*', kind: []", "2:", "name a kind of failure"),
        ("versions: '*', kind: [hung, hung]", "2:", "`hung` stands here a second time"),
        ("versions: '*', kind: [hung, tired]", "2:", "`tired` is not a kind of failure"),
        ("versions: '*', kind: hung, expires: soon", "2:", "`soon` is not a date: write `2027-01-31`"),
        ("versions: '*', kind: hung, expires: 2027-02-30", "2:", "is not a date"),
        ("versions: '*', kind: hung, expire: 2027-02-28", "2:", "did you mean `expires`?"),
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
        let (at, message) = Known::parse(&entry("a/b", more)).expect_err(more);
        assert!(at.to_string().starts_with(place) && message.contains(says), "{at}: {message}");
    }
}
