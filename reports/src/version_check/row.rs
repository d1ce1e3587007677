//! One module: what the check says, what it did, and whether that fits.

use std::collections::BTreeMap;

use wasmatrix_adapter::{Answer, FailureKind, GuestBytes, Reply};

use super::VersionCheck;
use crate::{Canary, Cell, Observation, Outcome, reply_in_words};

/// What was seen of a module.
#[derive(Debug)]
pub(crate) struct Row {
    /// What the check says.
    pub(crate) check: VersionCheck,
    /// The cases that it was seen in.
    cases: Vec<String>,
    /// How it ended as it is, and on how many runtimes.
    pub(crate) core: BTreeMap<Ended, usize>,
    /// How it ended as a component.
    pub(crate) component: BTreeMap<Ended, usize>,
    /// What became of canaries.
    pub(crate) canary: BTreeMap<Canary, usize>,
}

/// How a command ended, as far as runs are compared here.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ended {
    /// In words.
    pub(super) words: String,
    /// What is compared: an adapter makes status 1 of every other that is not 0.
    kind: String,
    /// What it wrote to standard output.
    stdout: Vec<u8>,
}

/// What a check by version is worth for a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Judgement {
    /// It says what was seen.
    Right,
    /// It lets a module pass that corrupts memory.
    Miss,
    /// It refuses a module that was seen to do nothing wrong.
    FalseAlarm,
}

/// What behaviour says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    /// Whether the component ended otherwise than the module; `None`: one of them was not run.
    pub(crate) by_component: Option<bool>,
    /// Whether the canary died, of a module whose pages an adapter would put there; `None`: there was none.
    pub(crate) by_canary: Option<bool>,
}

impl Row {
    pub(super) fn of(check: VersionCheck) -> Self {
        Self { check, cases: Vec::new(), core: BTreeMap::new(), component: BTreeMap::new(), canary: BTreeMap::new() }
    }

    pub(super) fn see(&mut self, cell: &Cell, as_component: bool) {
        if !self.cases.contains(&cell.case) {
            self.cases.push(cell.case.clone());
        }
        if matches!(cell.outcome, Outcome::Unsupported | Outcome::Unavailable) {
            return;
        }
        if let Some(canary) = cell.steps.iter().find_map(|step| step.canary) {
            *self.canary.entry(canary.shows()).or_default() += 1;
            return;
        }
        let ended = cell.steps.last().and_then(|step| ended(&step.observed)).unwrap_or_else(|| Ended::otherwise(cell.outcome));
        let path = if as_component { &mut self.component } else { &mut self.core };
        *path.entry(ended).or_default() += 1;
    }

    /// The words that the names of its cases have in common at their beginning; the first name where there are none.
    pub(crate) fn name(&self) -> String {
        let first = self.cases.iter().min().map_or("", String::as_str);
        let words: Vec<&str> = first.split('-').collect();
        let shared = |count: usize| {
            let beginning = words.get(..count).unwrap_or_default().join("-");
            self.cases.iter().all(|case| *case == beginning || case.starts_with(&format!("{beginning}-"))).then_some(beginning)
        };
        (1..=words.len()).rev().find_map(shared).unwrap_or_else(|| first.to_owned())
    }

    /// What its behaviour says.
    pub(crate) fn found(&self) -> Found {
        let differs = |component: &Ended| self.core.keys().all(|core| (&core.kind, &core.stdout) != (&component.kind, &component.stdout));
        let both = !self.core.is_empty() && !self.component.is_empty();
        let died = self.canary.contains_key(&Canary::Overwritten) && !self.check.asks_module;
        Found { by_component: both.then(|| self.component.keys().any(differs)), by_canary: (!self.canary.is_empty()).then_some(died) }
    }

    /// What the check is worth; `None`: nothing was seen to hold it against.
    pub(crate) fn judgement(&self) -> Option<Judgement> {
        let found = self.found();
        let corrupts = found.corrupts()?;
        Some(match (self.check.refuses, corrupts) {
            (true, true) | (false, false) => Judgement::Right,
            (false, true) => Judgement::Miss,
            (true, false) => Judgement::FalseAlarm,
        })
    }
}

impl Found {
    /// Whether it corrupts memory by any of them; `None`: nothing was seen.
    pub(crate) fn corrupts(self) -> Option<bool> {
        match (self.by_component, self.by_canary) {
            (None, None) => None,
            (component, canary) => Some(component == Some(true) || canary == Some(true)),
        }
    }
}

impl Ended {
    /// A cell whose command has no end of its own.
    fn otherwise(outcome: Outcome) -> Self {
        Self { words: outcome.to_string(), kind: outcome.to_string(), stdout: Vec::new() }
    }
}

fn ended(observed: &Observation) -> Option<Ended> {
    let Observation::Answered(reply) = observed else { return None };
    let Reply::Ok(Answer::Command(end)) = reply else {
        let words = reply_in_words(reply);
        return Some(Ended { kind: words.clone(), words, stdout: Vec::new() });
    };
    let kind = match end.failure.as_ref().map(|failure| &failure.kind) {
        None | Some(FailureKind::Exit(0)) => "exit 0".to_owned(),
        Some(FailureKind::Exit(_)) => "exit 1".to_owned(),
        Some(kind) => kind.to_string(),
    };
    let words = first_word(&end.output.stdout).map_or_else(|| reply_in_words(reply), |word| format!("{}: {word}", reply_in_words(reply)));
    Some(Ended { words, kind, stdout: end.output.stdout.0.clone() })
}

/// What a guest says at once, where that is one short word.
fn first_word(stdout: &GuestBytes) -> Option<String> {
    let text = std::str::from_utf8(&stdout.0).ok()?.trim();
    (!text.is_empty() && text.len() <= 12 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())).then(|| text.to_owned())
}
