//! What is counted beside the time.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What can be counted instead of timed, and comes out the same on every machine as long as the runtime and the module do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Counter {
    /// What the runtime itself charges a guest for its instructions; every runtime in units of its own.
    Fuel,
    /// Instructions that the processor retired for the process, in user mode, as the operating system counts them.
    Instructions,
}

impl Counter {
    /// Every counter.
    pub const ALL: [Self; 2] = [Self::Fuel, Self::Instructions];
}

impl fmt::Display for Counter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Fuel => "fuel",
            Self::Instructions => "instructions",
        })
    }
}
