//! What became of a page that was put behind a guest's memory before the guest began.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Whether a guest writes to memory that it has not grown itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Canary {
    /// The page is as it was.
    Kept,
    /// The guest wrote there.
    Overwritten,
}

/// The page as it was found after the guest. Facts only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CanarySeen {
    /// Which page of the memory it was, counted from 0.
    pub page: u64,
    /// How many of its bytes have changed.
    pub changed: u64,
    /// Where the first of them is, in bytes from the page's beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<u64>,
}

impl CanarySeen {
    /// Holds what was found against what had been written there; a byte that is missing has changed.
    pub fn of(page: u64, painted: &[u8], found: &[u8]) -> Self {
        let differs = |(place, byte): (usize, &u8)| (found.get(place) != Some(byte)).then_some(place as u64);
        let mut changed = painted.iter().enumerate().filter_map(differs);
        let first = changed.next();
        Self { page, changed: changed.count() as u64 + u64::from(first.is_some()), first }
    }

    /// What this shows.
    pub fn shows(&self) -> Canary {
        if self.changed == 0 { Canary::Kept } else { Canary::Overwritten }
    }
}

impl fmt::Display for Canary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kept => "kept",
            Self::Overwritten => "overwritten",
        })
    }
}

impl fmt::Display for CanarySeen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shows().fmt(f)?;
        match self.first {
            Some(first) => write!(f, ", {} bytes of page {}, the first at {first}", self.changed, self.page),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_counts_and_so_does_one_that_is_missing() {
        for (found, changed, first) in
            [("abcd", 0, None), ("abxd", 1, Some(2)), ("xbcx", 2, Some(0)), ("abc", 1, Some(3)), ("", 4, Some(0))]
        {
            let seen = CanarySeen::of(2, b"abcd", found.as_bytes());
            assert_eq!(seen, CanarySeen { page: 2, changed, first }, "{found}");
            assert_eq!(seen.shows() == Canary::Kept, changed == 0, "{found}");
        }
    }
}
