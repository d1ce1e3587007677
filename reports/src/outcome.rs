//! How a cell ended.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How a cell ended, known failures considered. Every planned cell has exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Every expectation was met.
    Pass,
    /// An expectation was not met.
    Fail,
    /// Red in exactly the way that `known.yaml` says.
    Known,
    /// `known.yaml` says red, and it was not: the entry has to go.
    Fixed,
    /// The runtime does not claim what the case needs.
    Unsupported,
    /// The runtime could not be built or would not say its version; nothing was executed.
    Unavailable,
    /// The worker died.
    Crashed,
    /// The worker did not answer in time and was killed.
    Hung,
    /// The worker broke the protocol or contradicted its own claims: the adapter's fault.
    Broken,
    /// The worker went over a limit that is ours.
    Overlimit,
    /// An implementation-defined case: observed and recorded, never judged.
    Observed,
    /// Red, then green in a fresh process.
    Intermittent,
}

impl Outcome {
    /// Every outcome, in the order of the type.
    pub const ALL: [Self; 12] = [
        Self::Pass,
        Self::Fail,
        Self::Known,
        Self::Fixed,
        Self::Unsupported,
        Self::Unavailable,
        Self::Crashed,
        Self::Hung,
        Self::Broken,
        Self::Overlimit,
        Self::Observed,
        Self::Intermittent,
    ];

    /// Whether somebody has to look at it. A known failure is green, a fixed one is red until its entry is removed.
    pub fn is_red(self) -> bool {
        match self {
            Self::Fail | Self::Fixed | Self::Crashed | Self::Hung | Self::Broken | Self::Overlimit | Self::Intermittent => true,
            Self::Pass | Self::Known | Self::Unsupported | Self::Unavailable | Self::Observed => false,
        }
    }

    /// Whether the runtime was asked at all.
    pub fn is_executed(self) -> bool {
        !matches!(self, Self::Unsupported | Self::Unavailable)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Known => "known",
            Self::Fixed => "fixed",
            Self::Unsupported => "unsupported",
            Self::Unavailable => "unavailable",
            Self::Crashed => "crashed",
            Self::Hung => "hung",
            Self::Broken => "broken",
            Self::Overlimit => "overlimit",
            Self::Observed => "observed",
            Self::Intermittent => "intermittent",
        })
    }
}

/// How binding a case is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// The specification demands it.
    Required,
    /// The specification recommends it: a failure is shown, and turns the exit code only under `--strict`.
    Recommended,
    /// The specification leaves it open: observed and compared, never judged.
    ImplementationDefined,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Required => "required",
            Self::Recommended => "recommended",
            Self::ImplementationDefined => "implementation-defined",
        })
    }
}
