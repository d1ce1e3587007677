//! What was measured. A *sample* is the elapsed time of so many iterations, taken inside a worker. A *block* is one fresh process of a runtime with its
//! samples: they share what the process was given (addresses, processor, neighbours), so they are not independent of each other, blocks are. A *round* is
//! one block of everything that is measured, in shuffled order, so blocks of one round were made under the same weather.

mod counter;
mod matrix;
mod measuring;
mod page;
mod phase;

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

pub use counter::Counter;
pub use matrix::{Figures, MeasuredMatrix, PhaseRow, PhaseTable};
pub use measuring::Measuring;
pub use phase::Phase;

/// One phase of one case on one runtime.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// The runtime's identity, `wasmtime@48+cranelift`.
    pub runtime: String,
    /// Its exact version; empty where the runtime is unavailable.
    pub version: String,
    /// The suite's name.
    pub suite: String,
    /// The case's name.
    pub case: String,
    /// What of it was timed.
    pub phase: Phase,
    /// What was done in each iteration: `invoke run (i32 16)`, `compile main`. It tells apart what a case measures of one phase.
    pub does: String,
    /// A digest of what the case asks, as in its cell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asks: Option<String>,
    /// How many iterations each sample has; 0 where there is no block.
    pub iterations: u64,
    /// One for each round in which it could be measured.
    pub blocks: Vec<Block>,
    /// Samples whose result was wrong, and blocks that were lost; none of their times is in `blocks`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub thrown_away: Vec<ThrownAway>,
    /// What was counted, for one iteration.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub counts: BTreeMap<Counter, u64>,
    /// The size of what the module is serialized to, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact_bytes: Option<u64>,
    /// Why there are no blocks, or no more: the case fails, takes minutes, the worker died.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unmeasured: Option<String>,
}

/// What one process of a runtime measured in one round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// The round, counted from 0. Blocks of one run with the same round belong together.
    pub round: u64,
    /// The elapsed time of each sample, all of its iterations together, in nanoseconds, after the warm-up.
    pub samples_ns: Vec<u64>,
    /// The most memory that the process had resident, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peak_resident: Option<u64>,
}

/// What was measured and is not believed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ThrownAway {
    /// The round.
    pub round: u64,
    /// Why: another result than the case expects, a worker that died.
    pub why: String,
}

/// What was measured, without on whom.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Question {
    /// What of the case was timed.
    pub phase: Phase,
    /// The suite's name.
    pub suite: String,
    /// The case's name.
    pub case: String,
    /// What was done in each iteration.
    pub does: String,
}

impl Measured {
    /// `wasmtime@48+winch/perf/kernels/sha256 invoke: invoke run (i32 16)`; one record of a run has it.
    pub fn id(&self) -> String {
        format!("{}/{}/{} {}: {}", self.runtime, self.suite, self.case, self.phase, self.does)
    }

    /// What was measured, without on whom.
    pub fn question(&self) -> Question {
        Question { phase: self.phase, suite: self.suite.clone(), case: self.case.clone(), does: self.does.clone() }
    }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{} {}: {}", self.suite, self.case, self.phase, self.does)
    }
}

impl Block {
    /// The time of one iteration in each sample, in nanoseconds; nothing where a sample has no iteration.
    pub fn per_iteration_ns(&self, iterations: u64) -> impl Iterator<Item = f64> {
        let each = move |elapsed: &u64| *elapsed as f64 / iterations as f64;
        self.samples_ns.iter().filter(move |_| iterations > 0).map(each)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_divided_by_its_iterations() {
        let block = Block { round: 0, samples_ns: vec![1000, 1500], peak_resident: None };
        assert_eq!(block.per_iteration_ns(10).collect::<Vec<_>>(), [100.0, 150.0]);
        assert_eq!(block.per_iteration_ns(0).count(), 0, "nothing was done");
    }
}
