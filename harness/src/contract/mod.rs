//! The contract that every worker keeps, in any language: what the harness relies on before it believes a single answer.
//!
//! A clause is a short conversation. Its modules export functions under names that say what they do, so that the test double, which
//! executes nothing, can keep the contract too. Capabilities are probed both ways: what is claimed must run, and what is not claimed must
//! be refused, so that an adapter cannot turn reds into *unsupported* by claiming less; what is said to be switchable must go off and on.
//! So are the parts of the lifecycle.
//!
//! A worker that can only run commands is asked the clauses that a command can ask, and the same of every capability. What cannot be asked of a
//! worker is passed over with a reason, and is not kept.

mod capabilities;
mod clauses;
mod commands;
mod lifecycle;
mod measuring;
mod references;
mod shared_memory;
mod spectest;
mod talk;

use talk::Talk;
use wasmatrix_adapter::Capability;
use wasmatrix_reports::Receipt;

use crate::prepare::Prepared;

/// One clause of the contract.
#[derive(Debug, Clone, Copy)]
struct Check {
    name: &'static str,
    /// What a runtime must claim for the clause to mean anything.
    needs: Option<Capability>,
    talk: fn(&mut Talk<'_>) -> Result<(), String>,
}

impl Check {
    const fn new(name: &'static str, talk: fn(&mut Talk<'_>) -> Result<(), String>) -> Self {
        Self { name, needs: None, talk }
    }

    const fn needing(self, capability: Capability) -> Self {
        Self { needs: Some(capability), ..self }
    }
}

/// What came of holding a runtime against a clause, where it was not broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// It keeps it.
    Kept,
    /// It cannot be asked, for this reason.
    NotAsked(String),
}

/// All conversations with a worker that calls exports.
fn checks() -> impl Iterator<Item = Check> {
    clauses::CLAUSES.into_iter().chain(references::CLAUSES).chain(spectest::CLAUSES).chain(measuring::CLAUSES)
}

/// The names of all clauses: the conversations, two for each capability that modules need, and one for each part of the lifecycle.
pub fn clauses() -> Vec<String> {
    let of = |is_of_lifecycle| Capability::ALL.into_iter().filter(move |capability| capability.is_of_lifecycle() == is_of_lifecycle);
    let capabilities = of(false).flat_map(|capability| [claim(capability), switch(capability)]).chain(of(true).map(claim));
    let of_commands = commands::CLAUSES.into_iter().filter(|check| checks().all(|other| other.name != check.name));
    checks().chain(of_commands).map(|check| check.name.to_owned()).chain(capabilities).collect()
}

const CALLS_NO_EXPORTS: &str = "it runs commands and calls no exports";

fn claim(capability: Capability) -> String {
    format!("capability-{capability}")
}

fn switch(capability: Capability) -> String {
    format!("without-{capability}")
}

/// Holds a runtime against a clause, in a process of its own.
///
/// # Errors
/// What was asked, what was expected and what was seen instead.
pub fn hold(prepared: &Prepared, clause: &str) -> Result<Held, String> {
    let Some(receipt) = prepared.receipt() else { return Err(format!("{} is unavailable", prepared.id)) };
    let is_it = |check: &Check| check.name == clause;
    let (of_exports, of_commands) = (checks().find(is_it), commands::CLAUSES.into_iter().find(is_it));
    let check = match (receipt.commands_only, of_exports, of_commands) {
        (false, Some(check), _) | (true, _, Some(check)) => check,
        (false, None, Some(_)) => return Ok(Held::NotAsked("it calls exports, and this is about workers that do not".to_owned())),
        (true, Some(_), None) => return Ok(Held::NotAsked(CALLS_NO_EXPORTS.to_owned())),
        (_, None, None) => return hold_capability(prepared, receipt, clause),
    };
    if let Some(missing) = check.needs.filter(|capability| !receipt.capabilities.contains(capability)) {
        return Ok(Held::NotAsked(format!("it does not claim `{missing}`")));
    }
    talk::talk(prepared, check.talk).map(|()| Held::Kept)
}

fn hold_capability(prepared: &Prepared, receipt: &Receipt, clause: &str) -> Result<Held, String> {
    for capability in Capability::ALL {
        if clause == claim(capability) {
            let probe = match (capability.is_of_lifecycle(), receipt.commands_only) {
                (true, true) => return Ok(Held::NotAsked(CALLS_NO_EXPORTS.to_owned())),
                (true, false) => lifecycle::probe,
                (false, true) => commands::probe,
                (false, false) => capabilities::probe,
            };
            return talk::talk(prepared, |talk| probe(talk, capability)).map(|()| Held::Kept);
        }
        if clause == switch(capability) {
            if !receipt.switchable.contains(&capability) {
                return Ok(Held::NotAsked("it is not switchable".to_owned()));
            }
            return talk::talk(prepared, |talk| capabilities::switch(talk, capability)).map(|()| Held::Kept);
        }
    }
    Err(format!("there is no clause `{clause}`"))
}
