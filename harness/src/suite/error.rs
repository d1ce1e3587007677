//! What is wrong with a suite file, in a sentence that says where and what to do.

use std::{fmt, path::PathBuf};

use crate::yaml::Place;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuiteError {
    /// The file, as it was named.
    pub path: PathBuf,
    /// Where in it.
    pub place: Place,
    /// The case it is in, or the way to the value; empty where it is about the file.
    pub within: String,
    /// What is wrong, and what to do.
    pub message: String,
}

impl fmt::Display for SuiteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.path.display(), self.place)?;
        if !self.within.is_empty() {
            write!(f, "{}: ", self.within)?;
        }
        f.write_str(&self.message)
    }
}

/// Everything that is wrong; nothing runs until all of it is mended.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct SuiteErrors(pub Vec<SuiteError>);
