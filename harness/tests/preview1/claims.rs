//! What cases claim to cover, held against what their steps can show.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use wasmatrix::suite::{Case, Form, Pattern, Step, StepOp, Way};
use wasmatrix_reports::Level;

use super::{calls::Calls, documented::Documented, witx::Preview1};

/// Which cases cover what.
pub(super) struct Coverage {
    /// By function and what of it: an empty text for its ordinary success, an errno's name, or `bad-pointer`.
    pub(super) covered: BTreeMap<(String, String), BTreeSet<String>>,
    /// Functions that a command asks about.
    pub(super) in_commands: BTreeSet<String>,
    /// Claims that do not hold, and holes that nobody explains.
    pub(super) wrong: Vec<String>,
}

pub(super) const BAD_POINTER: &str = "bad-pointer";

/// Whether a case runs a command that is not its own command form.
pub(super) fn runs_a_command(case: &Case) -> bool {
    case.steps.iter().any(|step| matches!(step.op, StepOp::Run { .. }))
}

impl Coverage {
    pub(super) fn of(cases: &[Arc<Case>], preview1: &Preview1, documented: &Documented) -> Self {
        let mut coverage = Self { covered: BTreeMap::new(), in_commands: BTreeSet::new(), wrong: Vec::new() };
        for case in cases {
            let name = format!("{}/{}", case.suite, case.name);
            if case.form == Form::Command || runs_a_command(case) {
                coverage.in_commands.extend(case.covers.iter().map(|claim| claim.split('/').next().unwrap_or(claim).to_owned()));
            }
            if case.form == Form::Command {
                continue;
            }
            if case.covers.is_empty() {
                coverage.wrong.push(format!("{name} says not what it covers"));
            }
            let reached = reached(case);
            for claim in &case.covers {
                let (function, what) = claim.split_once('/').unwrap_or((claim, ""));
                match holds(case, &reached, function, what, preview1, documented) {
                    Ok(()) => {
                        coverage.covered.entry((function.to_owned(), what.to_owned())).or_default().insert(name.clone());
                    }
                    Err(why) => coverage.wrong.push(format!("{name} covers `{claim}`: {why}")),
                }
            }
        }
        coverage.find_holes(preview1, documented);
        coverage
    }

    fn find_holes(&mut self, preview1: &Preview1, documented: &Documented) {
        for (name, function) in &preview1.functions {
            let Some(about) = documented.0.get(name) else {
                self.wrong.push(format!("{name}: nobody says what is documented for it"));
                continue;
            };
            let mut due: BTreeSet<&str> = BTreeSet::from([""]);
            due.extend(about.errnos.keys().map(String::as_str));
            due.extend(function.takes_pointer.then_some(BAD_POINTER));
            for what in due {
                let is_covered = self.covered.contains_key(&(name.clone(), what.to_owned()));
                let called = if what.is_empty() { "ordinary" } else { what };
                match (is_covered, about.holes.contains_key(called)) {
                    (false, false) => self.wrong.push(format!("{name}: no case covers `{called}`, and nobody says why")),
                    (true, true) => self.wrong.push(format!("{name}: `{called}` is called a hole and is covered")),
                    _ => {}
                }
            }
            for hole in about.holes.keys().filter(|hole| about.errnos.contains_key(*hole)) {
                self.wrong.push(format!("{name}: `{hole}` is asked for and a hole"));
            }
        }
    }
}

/// The functions of preview 1 that each step of a case can reach.
fn reached(case: &Case) -> Vec<BTreeSet<String>> {
    let calls: BTreeMap<&str, Calls> = case.modules.iter().map(|(name, module)| (name.as_str(), Calls::of(&module.wasm))).collect();
    let module_of = |instance: &str| {
        let made_of = case.steps.iter().find_map(|step| match &step.op {
            StepOp::Instantiate { instance: made, module, .. } if made == instance => Some(module.clone()),
            _ => None,
        });
        made_of.unwrap_or_else(|| instance.to_owned())
    };
    let of_step = |step: &Step| {
        let (module, export) = match &step.op {
            StepOp::Invoke { instance, export, .. } => (module_of(instance), Some(export.as_str())),
            StepOp::Run { module, .. } => (module.clone(), Some("_start")),
            StepOp::Instantiate { module, .. } => (module.clone(), None),
            _ => return BTreeSet::new(),
        };
        let mut reached = calls.get(module.as_str()).map(|calls| calls.reached(export)).unwrap_or_default();
        // What another module of the case exports under the name is what is reached there.
        for other in std::mem::take(&mut reached.others) {
            reached.preview1.extend(calls.values().flat_map(|calls| calls.reached(Some(&other)).preview1));
        }
        reached.preview1
    };
    case.steps.iter().map(of_step).collect()
}

fn holds(
    case: &Case,
    reached: &[BTreeSet<String>],
    function: &str,
    what: &str,
    preview1: &Preview1,
    documented: &Documented,
) -> Result<(), String> {
    let Some(about) = preview1.functions.get(function) else { return Err("preview 1 has no such function".to_owned()) };
    let mut steps = case.steps.iter().zip(reached).filter(|(_, reached)| reached.contains(function)).map(|(step, _)| step).peekable();
    if steps.peek().is_none() {
        return Err("no step of it can call the function".to_owned());
    }
    match what {
        "" => Ok(()),
        BAD_POINTER if about.takes_pointer => Ok(()),
        BAD_POINTER => Err("the function takes no pointer".to_owned()),
        errno => {
            let Some(number) = preview1.errnos.get(errno) else { return Err("preview 1 has no such errno".to_owned()) };
            if case.level == Level::ImplementationDefined {
                return Err("a case without expectations shows no errno".to_owned());
            }
            if !documented.0.get(function).is_some_and(|about| about.errnos.contains_key(errno)) {
                return Err("nobody says where that errno is documented for the function".to_owned());
            }
            let is_expected = steps.any(|step| step.expectation.ways.iter().any(|way| admits(way, *number)));
            if is_expected {
                Ok(())
            } else {
                Err(format!("no step that can call it expects {number}, the errno's number, or its negative"))
            }
        }
    }
}

/// Whether a way to end is to return an errno, plain or negated.
fn admits(way: &Way, errno: u32) -> bool {
    let Way::Returns(patterns) = way else { return false };
    patterns.iter().any(|pattern| is_errno(pattern, errno))
}

fn is_errno(pattern: &Pattern, errno: u32) -> bool {
    match pattern {
        Pattern::I32(bits) => *bits == errno || *bits == errno.wrapping_neg(),
        Pattern::I64(bits) => *bits == u64::from(errno).wrapping_neg(),
        Pattern::AnyOf(patterns) => patterns.iter().any(|pattern| is_errno(pattern, errno)),
        _ => false,
    }
}
