//! Do they agree? Every cell and step of a case, over all runtimes, versions and variants: equal observations are one cluster.
//!
//! Expectations play no part in it, so it works for cases that have none. What differs and may is a *legal* difference, named by one of the
//! [`rules`].

mod question;
pub mod rules;
mod shape;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use self::question::{Question, questions};
pub use self::{
    rules::{Deed, RULES, Rule},
    shape::Shape,
};
use crate::Cell;

/// What is compared: everything that can be told apart at one place of a case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// A step.
    Step {
        /// From 1.
        number: u64,
        /// What was done.
        does: String,
    },
    /// A directive of a script.
    Line {
        /// From 1.
        line: u64,
        /// Its text.
        text: String,
    },
    /// A file that a guest left, or did not.
    File {
        /// Its guest path.
        path: String,
    },
}

/// Runtimes whose observations are equal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Cluster {
    /// What they all did.
    pub observed: String,
    /// The runtimes; with the exact version where one identity was seen in several.
    pub runtimes: Vec<String>,
    /// Whether the suite says that this is wrong.
    pub is_red: bool,
}

/// Runtimes that disagree, or that all disagree with the suite.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Divergence {
    /// The suite.
    pub suite: String,
    /// The case.
    pub case: String,
    /// Where in it.
    pub place: Place,
    /// Who stands where.
    pub shape: Shape,
    /// The largest first.
    pub clusters: Vec<Cluster>,
    /// The rule by which it is a legal difference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal: Option<&'static str>,
    /// Whether every failure in it stands in a `known.yaml`.
    pub known: bool,
}

impl Divergence {
    /// Whether somebody has to look at it.
    pub fn is_open(&self) -> bool {
        self.legal.is_none() && !self.known
    }
}

/// How often a rule fired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Fired {
    /// The rule's name.
    pub rule: &'static str,
    /// What it allows, and why.
    pub why: &'static str,
    /// The number of places where it made a difference legal or smaller.
    pub times: u64,
    /// Whether it could go: it never fired though everything was run. `None`: not everything was, so nobody knows.
    pub stale: Option<bool>,
}

/// What a comparison takes for granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    /// Whether the records are those of a complete run of everything: only then a rule that never fires is stale.
    pub everything: bool,
    /// Whether there were expectations. Where there were none, that a case is implementation-defined excuses nothing.
    pub expectations: bool,
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Divergences {
    /// How many cases two or more runtimes answered.
    pub cases: u64,
    /// How many places were compared in them. Of a script only those that some runtime is red at.
    pub places: u64,
    /// What differs, and where all agree against the suite; by suite, case and place.
    pub found: Vec<Divergence>,
    /// Every rule.
    pub rules: Vec<Fired>,
}

impl Divergences {
    /// Compares cells; their order is of no consequence.
    pub fn of<'c>(cells: impl IntoIterator<Item = &'c Cell>, scope: Scope) -> Self {
        let mut cases: BTreeMap<(&str, &str), Vec<&Cell>> = BTreeMap::new();
        for cell in cells {
            if cell.outcome.is_executed() {
                cases.entry((&cell.suite, &cell.case)).or_default().push(cell);
            }
        }
        let rules: Vec<&Rule> = RULES.iter().filter(|rule| scope.expectations || !rule.needs_expectations).collect();
        let mut times = vec![0; rules.len()];
        let mut all = Self { cases: 0, places: 0, found: Vec::new(), rules: Vec::new() };
        for ((suite, case), cells) in cases {
            all.cases += u64::from(cells.len() > 1);
            for (place, question) in questions(&cells) {
                all.places += u64::from(question.answers.len() > 1);
                let Some((clusters, shape, legal)) = question.compared(&rules, &mut times) else { continue };
                let known = question.answers.iter().all(|answer| !answer.is_red || answer.is_known);
                let known = known && question.answers.iter().any(|answer| answer.is_red);
                all.found.push(Divergence { suite: suite.to_owned(), case: case.to_owned(), place, shape, clusters, legal, known });
            }
        }
        all.found.sort();
        let stale = |times| scope.everything.then_some(times == 0);
        all.rules =
            rules.iter().zip(times).map(|(rule, times)| Fired { rule: rule.name, why: rule.why, times, stale: stale(times) }).collect();
        all
    }

    /// How many are neither legal nor known.
    pub fn open(&self) -> usize {
        self.found.iter().filter(|one| one.is_open()).count()
    }
}

impl Question {
    /// Who stands where, after the rules; `None`: all agree, and not against the suite.
    fn compared(&self, rules: &[&Rule], times: &mut [u64]) -> Option<(Vec<Cluster>, Shape, Option<&'static str>)> {
        let seen = |rules: &[&Rule]| self.clusters(rules);
        let raw = seen(&[]);
        if raw.len() < 2 {
            return self.all_against_the_suite().then_some((raw, Shape::AllAgainstTheSuite, None));
        }
        let mut applied: Vec<&Rule> = Vec::new();
        let mut now = raw.clone();
        for (rule, times) in rules.iter().zip(times.iter_mut()) {
            match rule.deed {
                Deed::Normalise(_) => {
                    applied.push(rule);
                    let then = seen(&applied);
                    *times += u64::from(then.len() < now.len());
                    now = then;
                    if now.len() < 2 {
                        // What is shown is what was really seen.
                        return Some((raw, Shape::Legal, Some(rule.name)));
                    }
                }
                Deed::Excuse(excuses) => {
                    if excuses(self, &now) {
                        *times += 1;
                        return Some((now, Shape::Legal, Some(rule.name)));
                    }
                }
            }
        }
        let shape = shape::of(&now);
        Some((now, shape, None))
    }

    fn clusters(&self, rules: &[&Rule]) -> Vec<Cluster> {
        let mut clusters: BTreeMap<String, (BTreeSet<&str>, bool)> = BTreeMap::new();
        for answer in &self.answers {
            let (runtimes, is_red) = clusters.entry(answer.seen.in_words(rules)).or_default();
            runtimes.insert(&answer.runtime);
            *is_red |= answer.is_red;
        }
        let mut clusters: Vec<Cluster> = clusters
            .into_iter()
            .map(|(observed, (runtimes, is_red))| Cluster { observed, runtimes: runtimes.into_iter().map(str::to_owned).collect(), is_red })
            .collect();
        clusters.sort_by_key(|cluster| std::cmp::Reverse(shape::weight(cluster)));
        clusters
    }

    /// Several runtimes did one and the same, and the suite says that it is wrong: perhaps the suite is.
    fn all_against_the_suite(&self) -> bool {
        let names: BTreeSet<&str> = self.answers.iter().map(|answer| shape::name(&answer.runtime)).collect();
        names.len() > 1 && self.answers.iter().all(|answer| answer.is_red)
    }
}
