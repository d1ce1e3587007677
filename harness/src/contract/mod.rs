//! The contract that every worker keeps, in any language: what the harness relies on before it believes a single answer.
//!
//! A clause is a short conversation. Its modules export functions under names that say what they do, so that the test double, which
//! executes nothing, can keep the contract too. Capabilities are probed both ways: what is claimed must run, and what is not claimed must
//! be refused, so that an adapter cannot turn reds into *unsupported* by claiming less.

mod capabilities;
mod clauses;
mod talk;

use talk::Talk;
use wasmatrix_adapter::Capability;

use crate::prepare::Prepared;

/// One clause of the contract.
#[derive(Debug, Clone, Copy)]
struct Check {
    name: &'static str,
    talk: fn(&mut Talk<'_>) -> Result<(), String>,
}

/// The names of all clauses: the conversations, and one for each capability.
pub fn clauses() -> Vec<String> {
    let capabilities = Capability::ALL.into_iter().map(|capability| format!("capability-{capability}"));
    clauses::CLAUSES.iter().map(|check| check.name.to_owned()).chain(capabilities).collect()
}

/// Holds a runtime against a clause, in a process of its own.
///
/// # Errors
/// What was asked, what was expected and what was seen instead.
pub fn hold(prepared: &Prepared, clause: &str) -> Result<(), String> {
    if let Some(check) = clauses::CLAUSES.iter().find(|check| check.name == clause) {
        return talk::talk(prepared, check.talk);
    }
    match Capability::ALL.into_iter().find(|capability| clause == format!("capability-{capability}")) {
        Some(capability) => talk::talk(prepared, |talk| capabilities::probe(talk, capability)),
        None => Err(format!("there is no clause `{clause}`")),
    }
}
