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
