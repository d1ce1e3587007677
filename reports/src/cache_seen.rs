//! What became of a compilation cache while a module was compiled: a hit is shown, and not assumed.

use std::fmt;

use serde::{Deserialize, Serialize};
use wasmatrix_adapter::CacheStatistics;

/// What was seen of a cache around one compilation. Facts only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CacheSeen {
    /// What the runtime itself counted meanwhile; `None` where it does not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted: Option<CacheStatistics>,
    /// What happened in the cache's directory meanwhile; `None` where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub directory: Option<DirectorySeen>,
}

/// The files of a directory before and after something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DirectorySeen {
    /// How many there were before.
    pub before: u64,
    /// How many are new, or have another inode, size or time of change.
    pub written: u64,
    /// How many are gone.
    pub gone: u64,
}

/// What a cache did for a compilation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum CacheUse {
    /// The code was found.
    Hit,
    /// It was not, and was compiled.
    Miss,
    /// Nothing was looked for and nothing was kept.
    Unused,
    /// Nobody can tell: the runtime does not count, and the cache has no directory.
    Unknown,
}

impl CacheSeen {
    /// What this shows. The runtime's own count goes before what its directory shows: a hit may well write, to note that it was one.
    pub fn shows(&self) -> CacheUse {
        match (self.counted, self.directory) {
            (Some(CacheStatistics { hits: 0, misses: 0 }), _) => CacheUse::Unused,
            (Some(CacheStatistics { misses: 0, .. }), _) => CacheUse::Hit,
            (Some(_), _) => CacheUse::Miss,
            (None, Some(DirectorySeen { written: 0, gone: 0, before: 0 })) => CacheUse::Unused,
            (None, Some(DirectorySeen { written: 0, gone: 0, .. })) => CacheUse::Hit,
            (None, Some(_)) => CacheUse::Miss,
            (None, None) => CacheUse::Unknown,
        }
    }
}

impl fmt::Display for CacheUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hit => "hit",
            Self::Miss => "miss",
            Self::Unused => "unused",
            Self::Unknown => "unknown",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_goes_before_files_and_files_before_nothing() {
        let counted = |hits, misses| Some(CacheStatistics { hits, misses });
        let directory = |before, written, gone| Some(DirectorySeen { before, written, gone });
        for (counted, directory, shows) in [
            (counted(1, 0), directory(1, 1, 0), CacheUse::Hit),
            (counted(0, 1), directory(1, 0, 0), CacheUse::Miss),
            (counted(1, 1), None, CacheUse::Miss),
            (counted(0, 0), directory(3, 0, 0), CacheUse::Unused),
            (None, directory(1, 0, 0), CacheUse::Hit),
            (None, directory(0, 1, 0), CacheUse::Miss),
            (None, directory(1, 1, 0), CacheUse::Miss),
            (None, directory(1, 0, 1), CacheUse::Miss),
            (None, directory(0, 0, 0), CacheUse::Unused),
            (None, None, CacheUse::Unknown),
        ] {
            assert_eq!(CacheSeen { counted, directory }.shows(), shows, "{counted:?} {directory:?}");
        }
    }
}
