//! The contract that every worker keeps, in any language: what the harness relies on before it believes a single answer.
//!
//! A clause is a short conversation. Its modules export functions under names that say what they do, so that the test double, which
//! executes nothing, can keep the contract too. Capabilities are probed both ways: what is claimed must run, and what is not claimed must
//! be refused, so that an adapter cannot turn reds into *unsupported* by claiming less; what is said to be switchable must go off and on.

mod capabilities;
mod clauses;
mod references;
mod spectest;
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

/// All conversations.
fn checks() -> impl Iterator<Item = Check> {
    clauses::CLAUSES.into_iter().chain(references::CLAUSES).chain(spectest::CLAUSES)
}

/// The names of all clauses: the conversations, and two for each capability.
pub fn clauses() -> Vec<String> {
    let capabilities = Capability::ALL.into_iter().flat_map(|capability| [claim(capability), switch(capability)]);
    checks().map(|check| check.name.to_owned()).chain(capabilities).collect()
}

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
pub fn hold(prepared: &Prepared, clause: &str) -> Result<(), String> {
    if let Some(check) = checks().find(|check| check.name == clause) {
        return talk::talk(prepared, check.talk);
    }
    for capability in Capability::ALL {
        if clause == claim(capability) {
            return talk::talk(prepared, |talk| capabilities::probe(talk, capability));
        }
        if clause == switch(capability) {
            return talk::talk(prepared, |talk| capabilities::switch(talk, capability));
        }
    }
    Err(format!("there is no clause `{clause}`"))
}
