//! The differences that are legal, a rule each. A rule is here because it fires in a run of all suites: clock values, inode numbers and the order
//! of a directory's entries never reach an observation there, so there is no rule for them.

mod allowed_by_the_suite;
mod implementation_defined;
mod nan_bits;
mod stack_depth;

use super::Cluster;
pub use super::question::{Answer, Question, Sight};
use crate::Observation;

/// A rule.
#[derive(Debug)]
pub struct Rule {
    /// Its name.
    pub name: &'static str,
    /// What it allows, and why.
    pub why: &'static str,
    /// Whether it means nothing where there are no expectations.
    pub needs_expectations: bool,
    /// What it does.
    pub deed: Deed,
}

/// What a rule does.
#[derive(Debug, Clone, Copy)]
pub enum Deed {
    /// Makes observations that count as equal equal.
    Normalise(fn(&Observation) -> Observation),
    /// Says that what is left of a difference is legal.
    Excuse(fn(&Question, &[Cluster]) -> bool),
}

/// Every rule, in the order in which they are tried: the narrow ones first.
pub const RULES: [Rule; 4] = [nan_bits::RULE, stack_depth::RULE, allowed_by_the_suite::RULE, implementation_defined::RULE];
