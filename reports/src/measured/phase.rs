//! What of a case is timed.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What of a case is timed, in the order of a module's life. Times of different phases are never put into one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Bytes become a module.
    Compile,
    /// A module becomes an artifact.
    Serialize,
    /// An artifact becomes a module.
    Deserialize,
    /// A module is compiled that a cache has already.
    CacheHit,
    /// A module becomes an instance.
    Instantiate,
    /// An export of an instance that has done nothing yet is called.
    FirstCall,
    /// An export is called again and again.
    Invoke,
    /// A whole WASI command, from its module to its end.
    Command,
}

impl Phase {
    /// Every phase, in the order of a module's life.
    pub const ALL: [Self; 8] = [
        Self::Compile,
        Self::Serialize,
        Self::Deserialize,
        Self::CacheHit,
        Self::Instantiate,
        Self::FirstCall,
        Self::Invoke,
        Self::Command,
    ];
}

/// As it stands in suites and records: `cache-hit`.
impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Compile => "compile",
            Self::Serialize => "serialize",
            Self::Deserialize => "deserialize",
            Self::CacheHit => "cache-hit",
            Self::Instantiate => "instantiate",
            Self::FirstCall => "first-call",
            Self::Invoke => "invoke",
            Self::Command => "command",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phase_is_shown_as_it_is_recorded() {
        for phase in Phase::ALL {
            assert_eq!(serde_json::to_value(phase).expect("a word"), phase.to_string());
        }
    }
}
