//! Findings that are one thing to read: variants and forms that change alike, then cases that change in one way.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{
    Heading,
    finding::{Finding, KnownFailure, OF_THOSE_FAIL, Place},
};
use crate::{Level, Outcome};

/// Cases of a suite that changed in one way, with the same variants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Group {
    /// The suite.
    pub suite: String,
    /// The variants; empty where the runtime has one configuration only.
    pub variants: Vec<String>,
    /// What changed, without what differs from case to case.
    pub what: String,
    /// What is known of it: with the new version of what fails, with the old one of what does not any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known: Option<KnownFailure>,
    /// How many cells it is: a case counts for each variant, and for its command form too.
    pub cells: u64,
    /// How many assertions of scripts; 0 where none is a script.
    pub assertions: u64,
    /// The cases.
    pub cases: Vec<ChangedCase>,
    /// The command lines that show it, one for each version, where something red came of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<String>,
}

/// A case that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChangedCase {
    /// Its name, without `.command`.
    pub case: String,
    /// The forms of it that changed alike: `NAME`, `NAME.command` or both.
    pub forms: Vec<String>,
    /// How binding it is.
    pub level: Level,
    /// What goes wrong for whom when it fails.
    pub why: String,
    /// How it ended with the old version.
    pub old: Outcome,
    /// How it ends with the new one.
    pub new: Outcome,
    /// Where that is to be seen, the place that says most first.
    pub places: Vec<Place>,
    /// How many more of them there are.
    pub more: u64,
    /// Of a script, how many assertions it is about.
    pub assertions: u64,
    /// Of a script, its lines.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub lines: String,
    /// What asking both versions again showed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub again: Vec<String>,
    /// Whether that was the same; `None`: it was not done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeats: Option<bool>,
}

impl Group {
    /// Whether something of it fails with the new version.
    pub(super) fn fails(&self) -> bool {
        let some_do = |case: &ChangedCase| case.places.iter().any(|place| place.new.ends_with(OF_THOSE_FAIL));
        self.cases.iter().any(|case| if case.lines.is_empty() { case.new.is_red() } else { some_do(case) })
    }
}

/// How a case is called that is asked as a command.
const COMMAND: &str = ".command";

/// Puts findings of one heading together, the groups with most cells first and what is known last.
pub(super) fn grouped(heading: Heading, findings: Vec<Finding>) -> Vec<Group> {
    let mut groups: BTreeMap<Key, Group> = BTreeMap::new();
    for (variants, merged) in forms(variants(findings)) {
        let key = Key {
            suite: merged.suite.clone(),
            variants: variants.clone(),
            shape: merged.shape.clone(),
            known: merged.known.clone(),
            is_open: merged.level == Level::ImplementationDefined,
        };
        let group = groups.entry(key).or_insert_with(|| Group {
            suite: merged.suite.clone(),
            variants: variants.into_iter().collect(),
            what: merged.shape.clone(),
            known: merged.known.clone(),
            cells: 0,
            assertions: 0,
            cases: Vec::new(),
            commands: Vec::new(),
        });
        let times = group.variants.len().max(1) as u64;
        group.cells += merged.names.len() as u64 * times;
        group.assertions += merged.assertions * times;
        group.cases.push(merged.into_case());
    }
    let mut groups: Vec<Group> = groups.into_values().map(with_what_is_common).collect();
    if !heading.is_red() {
        groups = of_any_function(groups);
    }
    groups.sort_by_key(|group| (group.known.is_some(), std::cmp::Reverse((group.assertions.max(group.cells), group.cells))));
    groups
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    suite: String,
    variants: BTreeSet<String>,
    shape: String,
    known: Option<KnownFailure>,
    is_open: bool,
}

/// Where all cases of a group show the very same, its title need not leave the numbers out.
fn with_what_is_common(mut group: Group) -> Group {
    let mut places = group.cases.iter().map(|case| case.places.first().map(|place| (&place.old, &place.new)));
    if let Some(Some((old, new))) = places.next()
        && places.all(|place| place == Some((old, new)))
        && let Some((function, _)) = group.what.split_once(": ").filter(|(_, rest)| rest.contains(" → "))
    {
        group.what = format!("{function}: {old} → {new}");
    }
    group
}

/// How many functions a title names.
const FUNCTIONS: usize = 4;

/// One group of those that differ in nothing but the function. What returns a plain number is left alone, since that says nothing by itself.
fn of_any_function(groups: Vec<Group>) -> Vec<Group> {
    let mut merged: Vec<(Vec<String>, String, Group)> = Vec::new();
    for group in groups {
        let (function, rest) = group.what.split_once(": ").unwrap_or(("", &group.what));
        let (function, rest) = (function.to_owned(), rest.to_owned());
        let says_something = rest.split(" → ").any(|seen| seen.ends_with(')') || !seen.starts_with("returns")) && rest.contains(" → ");
        let same = merged.iter_mut().find(|(_, words, other)| {
            says_something
                && *words == rest
                && (&other.suite, &other.variants, &other.known) == (&group.suite, &group.variants, &group.known)
        });
        match same {
            Some((functions, _, other)) => {
                functions.push(function);
                other.cells += group.cells;
                other.assertions += group.assertions;
                other.cases.extend(group.cases);
            }
            None => merged.push((vec![function], rest, group)),
        }
    }
    let titled = |(functions, words, group): (Vec<String>, String, Group)| match functions.as_slice() {
        [] | [_] => group,
        functions => {
            let more = functions.len().saturating_sub(FUNCTIONS);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let named: Vec<&str> = functions.iter().take(FUNCTIONS).map(String::as_str).collect();
            Group { what: format!("{}{more}: {words}", named.join(", ")), ..group }
        }
    };
    merged.into_iter().map(titled).collect()
}

/// A finding with the names of the case's forms.
struct Merged {
    finding: Finding,
    names: Vec<String>,
}

impl std::ops::Deref for Merged {
    type Target = Finding;

    fn deref(&self) -> &Finding {
        &self.finding
    }
}

impl Merged {
    fn into_case(self) -> ChangedCase {
        let Self { finding, names } = self;
        ChangedCase {
            case: base(&finding.case).to_owned(),
            forms: names,
            level: finding.level,
            why: finding.why,
            old: finding.old,
            new: finding.new,
            places: finding.places,
            more: finding.more,
            assertions: finding.assertions,
            lines: finding.lines,
            again: finding.again,
            repeats: finding.repeats,
        }
    }
}

fn base(case: &str) -> &str {
    case.strip_suffix(COMMAND).unwrap_or(case)
}

/// What is the same with several variants, once.
fn variants(findings: Vec<Finding>) -> Vec<(BTreeSet<String>, Finding)> {
    let mut merged: Vec<(BTreeSet<String>, Finding)> = Vec::new();
    let mut known = BTreeMap::new();
    for finding in findings {
        let seen: Vec<_> = finding.places.iter().map(|place| (place.place.clone(), place.old.clone(), place.new.clone())).collect();
        let key = (finding.heading, finding.suite.clone(), finding.case.clone(), finding.shape.clone(), finding.known.clone(), seen);
        let at = *known.entry(key).or_insert(merged.len());
        match merged.get_mut(at) {
            Some((variants, first)) => {
                variants.extend(finding.variant);
                first.again.extend(finding.again);
                first.repeats = both(first.repeats, finding.repeats);
            }
            None => merged.push((finding.variant.iter().cloned().collect(), finding)),
        }
    }
    merged
}

/// A case and its command form that changed alike, once.
fn forms(findings: Vec<(BTreeSet<String>, Finding)>) -> Vec<(BTreeSet<String>, Merged)> {
    let mut merged: Vec<(BTreeSet<String>, Merged)> = Vec::new();
    let mut known = BTreeMap::new();
    for (variants, finding) in findings {
        let key = (
            variants.clone(),
            finding.suite.clone(),
            base(&finding.case).to_owned(),
            finding.shape.clone(),
            finding.known.clone(),
            finding.lines.clone(),
        );
        let at = *known.entry(key).or_insert(merged.len());
        match merged.get_mut(at) {
            Some((_, first)) => {
                first.names.push(finding.case);
                first.finding.again.extend(finding.again);
                first.finding.repeats = both(first.finding.repeats, finding.repeats);
            }
            None => merged.push((variants, Merged { names: vec![finding.case.clone()], finding })),
        }
    }
    merged
}

fn both(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    Some(one? && other?)
}
