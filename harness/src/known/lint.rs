//! What is wrong with a `known.yaml` that can be read: entries that hide nothing, or more than they say, and what a person has left to do.

use std::fmt;

use serde::Serialize;

use crate::{
    date::Date,
    runtime::{Known, KnownEntry, PLACEHOLDER},
    yaml::Place,
};

/// What entries can be about.
#[derive(Debug)]
pub struct Ground {
    /// All cases.
    pub cases: Vec<GroundCase>,
    /// The runtime's variants; empty where it has none.
    pub variants: Vec<String>,
    /// The versions of its lines, or `None` of a line of which nobody knows.
    pub versions: Vec<Option<String>>,
}

/// A case that entries can be about.
#[derive(Debug)]
pub struct GroundCase {
    /// `suite/case`
    pub name: String,
    /// How many steps it has; `None`: it is a script.
    pub steps: Option<u64>,
}

/// Something that is wrong with an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The line of the file, from 1.
    pub line: u64,
    /// The column, from 1.
    pub column: u64,
    /// What it offends against.
    pub rule: Rule,
    /// What is wrong, and what to do.
    pub message: String,
}

/// What an entry must not be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// Its reason, or how it was reproduced, is still to be written.
    Placeholder,
    /// Its last day is over.
    Expired,
    /// What stands under `issue` is not a link to an issue.
    IssueForm,
    /// It is about no case.
    NoCase,
    /// No line has a version in its range.
    NoVersion,
    /// The runtime has no such variant.
    NoVariant,
    /// None of its cases has such a step, or lines.
    NoStep,
    /// There is no such operating system.
    NoOs,
    /// Another entry answers the same red.
    Twice,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Self; 9] = [
        Self::Placeholder,
        Self::Expired,
        Self::IssueForm,
        Self::NoCase,
        Self::NoVersion,
        Self::NoVariant,
        Self::NoStep,
        Self::NoOs,
        Self::Twice,
    ];
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Placeholder => "placeholder",
            Self::Expired => "expired",
            Self::IssueForm => "issue-form",
            Self::NoCase => "no-case",
            Self::NoVersion => "no-version",
            Self::NoVariant => "no-variant",
            Self::NoStep => "no-step",
            Self::NoOs => "no-os",
            Self::Twice => "twice",
        })
    }
}

/// The operating systems that we know to run on, as Rust names them.
const SYSTEMS: [&str; 3] = ["linux", "macos", "windows"];

/// Everything that is wrong with a runtime's known failures, in the order of the file.
pub fn lint(known: &Known, ground: &Ground, today: Date) -> Vec<Finding> {
    let entries = known.entries();
    let mut findings: Vec<Finding> = entries.iter().flat_map(|entry| of_one(entry, ground, today)).collect();
    for (place, second) in entries.iter().enumerate() {
        let before = entries.get(..place).unwrap_or_default();
        if let Some((first, case)) = before.iter().find_map(|first| Some((first, both_answer(first, second, ground, today)?))) {
            let message = format!("the entry on line {} answers the same red of {case}; keep one", first.place.line);
            findings.push(finding(second.place, Rule::Twice, message));
        }
    }
    findings.sort_by_key(|finding| (finding.line, finding.column));
    findings
}

fn finding(place: Place, rule: Rule, message: String) -> Finding {
    Finding { line: place.line, column: place.column, rule, message }
}

fn of_one(entry: &KnownEntry, ground: &Ground, today: Date) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut find = |place, rule, message| findings.push(finding(place, rule, message));
    let cases: Vec<&GroundCase> = ground.cases.iter().filter(|case| entry.case.value.is_match(&case.name)).collect();
    if cases.is_empty() {
        find(entry.case.place, Rule::NoCase, format!("`{}` matches no case; `wasmatrix list` shows all there are", entry.pattern()));
    } else if let Some(step) =
        entry.step.filter(|step| !cases.iter().any(|case| case.steps.is_some_and(|steps| (1..=steps).contains(step))))
    {
        find(entry.case.place, Rule::NoStep, format!("no case that it is about has a step {step}"));
    } else if entry.lines.is_some() && cases.iter().all(|case| case.steps.is_some()) {
        find(entry.case.place, Rule::NoStep, "it names lines, and no case that it is about is a script".to_owned());
    }
    // Of a line that nobody knows the version of nothing can be said.
    let can_have = |version: &Option<String>| {
        version.as_ref().is_none_or(|version| version.parse().is_ok_and(|version| entry.versions.value.matches(&version)))
    };
    if !ground.versions.iter().any(can_have) {
        let there_are: Vec<&str> = ground.versions.iter().flatten().map(String::as_str).collect();
        let message = format!("no line has a version in `{}`; there are {}", entry.versions.value, there_are.join(", "));
        find(entry.versions.place, Rule::NoVersion, message);
    }
    for variant in entry.variants.iter().filter(|variant| !ground.variants.contains(&variant.value)) {
        let there_are = if ground.variants.is_empty() { "none".to_owned() } else { ground.variants.join(", ") };
        find(variant.place, Rule::NoVariant, format!("there is no variant `{}`; there are {there_are}", variant.value));
    }
    if let Some(os) = entry.os.as_ref().filter(|os| !SYSTEMS.contains(&os.value.as_str())) {
        find(os.place, Rule::NoOs, format!("there is no operating system `{}`; there are {}", os.value, SYSTEMS.join(", ")));
    }
    for (text, name) in [(&entry.reason, "why it is red"), (&entry.reproduced, "how it was reproduced without our adapter")] {
        if text.value.trim_start().starts_with(PLACEHOLDER) {
            find(text.place, Rule::Placeholder, format!("write {name}"));
        }
    }
    if let Some(issue) = entry.issue.as_ref().filter(|issue| !is_issue(&issue.value)) {
        let forms = "write https://github.com/OWNER/REPOSITORY/issues/NUMBER (or pull, discussions), or another https link";
        find(issue.place, Rule::IssueForm, format!("`{}` is no link to an issue; {forms}", issue.value));
    }
    if let (Some(last), Some(expires)) = (entry.expired(today), &entry.expires) {
        find(
            expires.place,
            Rule::Expired,
            format!("known until {last} only, so it hides nothing any more; look again, and give it another day or take it out"),
        );
    }
    findings
}

/// Whether a text has the form of a link to an issue. Of other trackers than GitHub's only the form of a link is known.
fn is_issue(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://") else { return false };
    if text.chars().any(|one| one.is_whitespace() || one.is_control()) {
        return false;
    }
    let parts: Vec<&str> = rest.split('/').collect();
    match &parts[..] {
        ["github.com", owner, repository, "issues" | "pull" | "discussions", number] => {
            !owner.is_empty() && !repository.is_empty() && number.parse::<u64>().is_ok_and(|number| number > 0)
        }
        ["github.com" | "www.github.com", ..] => false,
        [host, path @ ..] => host.contains('.') && path.iter().any(|part| !part.is_empty()),
        [] => false,
    }
}

/// A case of which some red has two answers. Which of them gives the reason would be the order's doing.
fn both_answer<'g>(one: &KnownEntry, other: &KnownEntry, ground: &'g Ground, today: Date) -> Option<&'g str> {
    let nothing_or_both = |here: bool, there: bool, equal: bool| !here || !there || equal;
    let is_now = one.expired(today).is_none() && other.expired(today).is_none();
    let kind = one.kinds.red.iter().any(|kind| other.kinds.red.contains(kind));
    let step = nothing_or_both(one.step.is_some(), other.step.is_some(), one.step == other.step);
    let lines = one.lines.as_ref().zip(other.lines.as_ref()).is_none_or(|(these, those)| these.overlaps(those));
    // A red has a step or a line, never both.
    let place = !(one.step.is_some() && other.lines.is_some() || one.lines.is_some() && other.step.is_some());
    let named = |entry: &KnownEntry| entry.os.as_ref().map(|os| os.value.clone());
    let os = nothing_or_both(one.os.is_some(), other.os.is_some(), named(one) == named(other));
    let variant = one.variants.is_empty()
        || other.variants.is_empty()
        || one.variants.iter().any(|variant| other.is_about_variant(Some(&variant.value)));
    let range = |entry: &KnownEntry| entry.versions.value.clone();
    let version = ground
        .versions
        .iter()
        .flatten()
        .filter_map(|version| version.parse().ok())
        .any(|version| range(one).matches(&version) && range(other).matches(&version))
        || range(one) == range(other);
    if !(is_now && kind && step && lines && place && os && variant && version) {
        return None;
    }
    let is_about_both = |case: &&GroundCase| one.case.value.is_match(&case.name) && other.case.value.is_match(&case.name);
    ground.cases.iter().find(is_about_both).map(|case| case.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ground() -> Ground {
        let case = |name: &str, steps| GroundCase { name: name.to_owned(), steps };
        Ground {
            cases: vec![case("a/one", Some(2)), case("a/two", Some(1)), case("a/script", None)],
            variants: vec!["x".to_owned(), "y".to_owned()],
            versions: vec![Some("48.0.8".to_owned())],
        }
    }

    /// What is found in entries of these fields, besides those that each must have.
    fn found(ground: &Ground, entries: &[&str]) -> Vec<Finding> {
        let mut text = "known:\n".to_owned();
        for entry in entries {
            let with = |field: &str, default: &str| {
                if entry.contains(&format!("{field}:")) { String::new() } else { format!(", {field}: {default}") }
            };
            let rest = [("versions", "'*'"), ("kind", "hung"), ("reason", "it hangs"), ("reproduced", "by hand")];
            let rest: String = rest.iter().map(|(field, default)| with(field, default)).collect();
            text.push_str(&format!("  - {{ {entry}{rest} }}\n"));
        }
        let known = Known::parse(&text).unwrap_or_else(|(place, error)| panic!("{place}: {error} in\n{text}"));
        lint(&known, ground, "2027-03-01".parse().expect("a date"))
    }

    #[test]
    fn what_is_wrong_with_an_entry_is_found_where_it_stands() {
        /// An entry, and what is found in it: the rule, the column, and words of the message.
        type Row = (&'static str, &'static [(Rule, u64, &'static str)]);
        let rows: &[Row] = &[
            ("case: a/one", &[]),
            ("case: 'a/{one,two}', step: 2, variants: [x, y], os: linux, expires: 2027-03-01", &[]),
            ("case: 'a/one{,.command}'", &[]),
            ("case: a/none", &[(Rule::NoCase, 13, "`a/none` matches no case")]),
            ("case: b/*", &[(Rule::NoCase, 13, "`b/*` matches no case")]),
            ("case: a/one, step: 3", &[(Rule::NoStep, 13, "has a step 3")]),
            ("case: a/one, step: 0", &[(Rule::NoStep, 13, "has a step 0")]),
            ("case: a/script, step: 1", &[(Rule::NoStep, 13, "has a step 1")]),
            ("case: a/one, lines: '3'", &[(Rule::NoStep, 13, "names lines")]),
            ("case: a/script, lines: '3'", &[]),
            ("case: a/one, versions: '>=48.0.0, <49.0.0'", &[]),
            ("case: a/one, versions: '>=49.0.0'", &[(Rule::NoVersion, 30, "there are 48.0.8")]),
            ("case: a/one, variants: [x, z]", &[(Rule::NoVariant, 34, "no variant `z`; there are x, y")]),
            ("case: a/one, os: plan9", &[(Rule::NoOs, 24, "no operating system `plan9`")]),
            ("case: a/one, reason: TO BE WRITTEN", &[(Rule::Placeholder, 28, "write why")]),
            ("case: a/one, reproduced: 'TO BE WRITTEN, soon'", &[(Rule::Placeholder, 32, "write how")]),
            ("case: a/one, expires: 2027-02-28", &[(Rule::Expired, 29, "known until 2027-02-28 only")]),
            ("case: a/one, issue: 'https://github.com/a/b/issues/12'", &[]),
            ("case: a/one, issue: 'https://github.com/a/b/pull/12'", &[]),
            ("case: a/one, issue: 'https://bugs.example.org/show?id=12'", &[]),
            ("case: a/one, issue: 'https://github.com/a/b/issues/'", &[(Rule::IssueForm, 27, "is no link")]),
            ("case: a/one, issue: 'https://github.com/a/b/issues/12#now'", &[(Rule::IssueForm, 27, "is no link")]),
            ("case: a/one, issue: 'https://github.com/a/b'", &[(Rule::IssueForm, 27, "is no link")]),
            ("case: a/one, issue: 'http://github.com/a/b/issues/12'", &[(Rule::IssueForm, 27, "is no link")]),
            ("case: a/one, issue: 'https://example.org'", &[(Rule::IssueForm, 27, "is no link")]),
            ("case: a/one, issue: 'https://example.org/a b'", &[(Rule::IssueForm, 27, "is no link")]),
            ("case: a/one, issue: a/b#12", &[(Rule::IssueForm, 27, "is no link")]),
            ("case: a/none, variants: [z]", &[(Rule::NoCase, 13, ""), (Rule::NoVariant, 32, "")]),
        ];
        let mut met = std::collections::BTreeSet::from([Rule::Twice]);
        for (entry, wanted) in rows {
            let found = found(&ground(), &[entry]);
            let places: Vec<(Rule, u64, u64)> = found.iter().map(|finding| (finding.rule, finding.line, finding.column)).collect();
            let at: Vec<(Rule, u64, u64)> = wanted.iter().map(|(rule, column, _)| (*rule, 2, *column)).collect();
            assert_eq!(places, at, "{entry}: {found:?}");
            for (finding, (rule, _, says)) in found.iter().zip(*wanted) {
                assert!(finding.message.contains(says), "{finding:?}");
                met.insert(*rule);
            }
        }
        assert_eq!(met, Rule::ALL.into(), "every rule has its row");
    }

    #[test]
    fn two_entries_that_answer_the_same_red_are_one_too_many() {
        for (one, other, twice) in [
            ("case: a/one", "case: a/one", true),
            ("case: a/one", "case: 'a/*'", true),
            ("case: a/one", "case: a/two", false),
            ("case: 'a/t*'", "case: a/o*", false),
            ("case: a/one, step: 1", "case: a/one, step: 2", false),
            ("case: a/one, step: 1", "case: a/one", true),
            ("case: a/one, kind: hung", "case: a/one, kind: crashed", false),
            ("case: a/one, kind: [hung, pass]", "case: a/one, kind: [crashed, pass]", false),
            ("case: a/one, kind: [hung, crashed]", "case: a/one, kind: [crashed, pass]", true),
            ("case: a/one, variants: [x]", "case: a/one, variants: [y]", false),
            ("case: a/one, variants: [x]", "case: a/one", true),
            ("case: a/one, os: linux", "case: a/one, os: macos", false),
            ("case: a/one, os: linux", "case: a/one", true),
            ("case: a/one, versions: '>=48.0.0'", "case: a/one, versions: '<48.1.0'", true),
            ("case: a/one, versions: '>=48.0.0'", "case: a/one, versions: '<48.0.0'", false),
            ("case: a/script, lines: '1-4'", "case: a/script, lines: '4, 7'", true),
            ("case: a/script, lines: '1-4'", "case: a/script, lines: '5'", false),
            ("case: a/script, lines: '1-4'", "case: a/script", true),
            ("case: a/one, expires: 2027-02-28", "case: a/one", false),
        ] {
            let mut ground = ground();
            ground.versions.push(Some("47.0.0".to_owned()));
            for pair in [[one, other], [other, one]] {
                let found = found(&ground, &pair);
                let found: Vec<&Finding> = found.iter().filter(|finding| finding.rule == Rule::Twice).collect();
                assert_eq!(found.len(), usize::from(twice), "{pair:?}: {found:?}");
                assert!(found.iter().all(|finding| finding.line == 3 && finding.message.contains("the entry on line 2")), "{found:?}");
            }
        }
    }

    #[test]
    fn of_a_line_whose_version_nobody_knows_nothing_is_said() {
        let mut ground = ground();
        ground.versions.push(None);
        assert_eq!(found(&ground, &["case: a/one, versions: '>=49.0.0'"]), []);
    }
}
