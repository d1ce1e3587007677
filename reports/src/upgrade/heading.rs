//! What an upgrade can do to a cell.

use std::fmt;

use serde::Serialize;

/// What an upgrade did, in the order of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Heading {
    /// The runtime's process dies or does not answer, and it did not.
    NewlyCrashing,
    /// It was as the suite expects, and is not any more.
    Regressed,
    /// It is something else, and neither is wrong: the specification leaves it open, or allows both.
    Changed,
    /// The runtime does not claim any more what it takes.
    NoLongerSupported,
    /// The runtime claims now what it takes.
    NewlySupported,
    /// It was wrong and is not any more, or does not crash any more.
    Fixed,
    /// It was wrong, and is wrong in another way.
    WrongInAnotherWay,
    /// It got worse, and not every time: nobody should believe it yet.
    Intermittent,
}

impl Heading {
    /// Every heading, in the order of the page.
    pub const ALL: [Self; 8] = [
        Self::NewlyCrashing,
        Self::Regressed,
        Self::Changed,
        Self::NoLongerSupported,
        Self::NewlySupported,
        Self::Fixed,
        Self::WrongInAnotherWay,
        Self::Intermittent,
    ];

    /// Whether something got worse.
    pub fn is_worse(self) -> bool {
        matches!(self, Self::NewlyCrashing | Self::Regressed | Self::NoLongerSupported)
    }

    /// Whether a red is what came of it, which is shown by commands.
    pub(super) fn is_red(self) -> bool {
        matches!(self, Self::NewlyCrashing | Self::Regressed | Self::Intermittent)
    }

    /// What it means, in a sentence.
    pub(super) fn meaning(self) -> &'static str {
        match self {
            Self::NewlyCrashing => "The process that runs the guest dies or does not answer; with the old version it did neither.",
            Self::Regressed => "As the suite expects with the old version, and not with the new one.",
            Self::Changed => "The two versions do different things, and no expectation says that either is wrong.",
            Self::NoLongerSupported => "The new version does not claim any more what these need.",
            Self::NewlySupported => "The new version claims what these need; the old one did not, so it was not asked.",
            Self::Fixed => "Wrong with the old version, and not with the new one; or it does not crash any more.",
            Self::WrongInAnotherWay => "Wrong with both versions, and not in the same way.",
            Self::Intermittent => "Seen once, and not again when both versions were asked anew in fresh processes.",
        }
    }
}

impl fmt::Display for Heading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::NewlyCrashing => "newly crashing",
            Self::Regressed => "regressed",
            Self::Changed => "changed without a verdict",
            Self::NoLongerSupported => "no longer supported",
            Self::NewlySupported => "newly supported",
            Self::Fixed => "fixed",
            Self::WrongInAnotherWay => "wrong in another way",
            Self::Intermittent => "intermittent",
        })
    }
}
