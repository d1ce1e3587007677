//! How a run measured.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Counter;

/// How a run measured, for all of what it measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Measuring {
    /// Decides the order within each round, and every resampling of what is made of the run.
    pub seed: u64,
    /// How long measuring was to take, in milliseconds.
    pub budget_ms: u64,
    /// The smallest change that counts, in percent, as the user said; the margin is never narrower.
    pub floor_percent: f64,
    /// How long a sample was to take, in milliseconds; the number of iterations was chosen for it.
    pub sample_ms: u64,
    /// How many samples a block was to have.
    pub samples: u64,
    /// Of each counter `available`, or why not.
    pub counters: BTreeMap<Counter, String>,
    /// What makes the times doubtful: one processor, a frequency that changes, …
    pub warnings: Vec<String>,
}
