//! The ways in which a cell changes.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How a cell changed. Each has its mirror: what it is the other way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The worker dies or hangs, and did not.
    NewlyCrashing,
    /// Something fails that did not.
    Regressed,
    /// Red, then green in a fresh process, and it was not so.
    NewlyIntermittent,
    /// The runtime does not claim any more what the case, or an assertion in it, needs.
    NewlyUnsupported,
    /// The runtime could not be built or would not say its version.
    NewlyUnavailable,
    /// It fails as it did, and `known.yaml` does not say so any more.
    NoLongerKnown,
    /// Something else was seen, and no verdict changed; or it fails in another way.
    Changed,
    /// It fails as it did, and `known.yaml` says so now.
    NewlyKnown,
    /// The runtime can be asked again.
    NewlyAvailable,
    /// The runtime claims now what the case, or an assertion in it, needs.
    NewlySupported,
    /// It is not intermittent any more.
    NoLongerIntermittent,
    /// Nothing fails any more that did.
    Fixed,
    /// The worker does not die or hang any more.
    NoLongerCrashing,
    /// The same question under another name.
    Renamed,
    /// It was not there.
    Added,
    /// It is not there any more.
    Removed,
}

impl Kind {
    /// Every kind, the worst first.
    pub const ALL: [Self; 16] = [
        Self::NewlyCrashing,
        Self::Regressed,
        Self::NewlyIntermittent,
        Self::NewlyUnsupported,
        Self::NewlyUnavailable,
        Self::NoLongerKnown,
        Self::Changed,
        Self::NewlyKnown,
        Self::NewlyAvailable,
        Self::NewlySupported,
        Self::NoLongerIntermittent,
        Self::Fixed,
        Self::NoLongerCrashing,
        Self::Renamed,
        Self::Added,
        Self::Removed,
    ];

    /// What it is the other way round.
    pub fn mirrored(self) -> Self {
        match self {
            Self::NewlyCrashing => Self::NoLongerCrashing,
            Self::NoLongerCrashing => Self::NewlyCrashing,
            Self::Regressed => Self::Fixed,
            Self::Fixed => Self::Regressed,
            Self::NewlyIntermittent => Self::NoLongerIntermittent,
            Self::NoLongerIntermittent => Self::NewlyIntermittent,
            Self::NewlyUnsupported => Self::NewlySupported,
            Self::NewlySupported => Self::NewlyUnsupported,
            Self::NewlyUnavailable => Self::NewlyAvailable,
            Self::NewlyAvailable => Self::NewlyUnavailable,
            Self::NoLongerKnown => Self::NewlyKnown,
            Self::NewlyKnown => Self::NoLongerKnown,
            Self::Added => Self::Removed,
            Self::Removed => Self::Added,
            Self::Changed | Self::Renamed => self,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::NewlyCrashing => "newly crashing",
            Self::Regressed => "regressed",
            Self::NewlyIntermittent => "newly intermittent",
            Self::NewlyUnsupported => "newly unsupported",
            Self::NewlyUnavailable => "newly unavailable",
            Self::NoLongerKnown => "no longer known",
            Self::Changed => "changed",
            Self::NewlyKnown => "newly known",
            Self::NewlyAvailable => "available again",
            Self::NewlySupported => "newly supported",
            Self::NoLongerIntermittent => "no longer intermittent",
            Self::Fixed => "fixed",
            Self::NoLongerCrashing => "no longer crashing",
            Self::Renamed => "renamed",
            Self::Added => "added",
            Self::Removed => "removed",
        })
    }
}
