//! Why a file of a package is not here.

use std::path::PathBuf;

use super::{Package, PackageFile};

/// What helps wherever a package cannot be got from here.
const NEXT: &str =
    "what was fetched once stays in the cache (WASMATRIX_CACHE), so fetch it where the registry can be reached and keep that folder";

/// Why a file of a package is not here.
#[derive(Debug, Clone, thiserror::Error)]
pub enum FetchError {
    /// There is nowhere to keep it.
    #[error("{0}")]
    NoCache(String),
    /// It cannot be kept.
    #[error("cannot keep a file of a package in {}: {error}; name a cache that can be written with WASMATRIX_CACHE", path.display())]
    NotKept {
        /// Where.
        path: PathBuf,
        /// Why.
        error: String,
    },
    /// The registry's tool cannot be started.
    #[error("{package} cannot be fetched: cannot start `{tool}`: {error}; install it, or: {NEXT}")]
    NoTool {
        /// The package.
        package: Package,
        /// `npm`
        tool: String,
        /// Why.
        error: String,
    },
    /// The tool failed: the registry cannot be reached, or does not have the package; its words say which.
    #[error("{package} cannot be fetched: `{command}` ended with {status}; {NEXT}; its last words:\n{tail}")]
    ToolFailed {
        /// The package.
        package: Package,
        /// As it was called.
        command: String,
        /// How it ended.
        status: String,
        /// The end of its standard error.
        tail: String,
    },
    /// The tool was killed when its time was up.
    #[error("{package} cannot be fetched: `{command}` was killed after {seconds} s; {NEXT}")]
    TooLong {
        /// The package.
        package: Package,
        /// As it was called.
        command: String,
        /// How long it had.
        seconds: u64,
    },
    /// What the tool brought cannot be read.
    #[error("{package} was fetched and cannot be read: {error}")]
    Unreadable {
        /// The package.
        package: Package,
        /// Why.
        error: String,
    },
    /// The package has no such file.
    #[error("{} has no file `{}`{hint}", file.package, file.path)]
    NoSuchFile {
        /// The file.
        file: Box<PackageFile>,
        /// `; did you mean …`, or nothing.
        hint: String,
    },
    /// The file is another than the suite was written for.
    #[error(
        "{file} is not the file that the suite was written for: its SHA-256 is {found}, not {}; either the package was changed, which no \
         honest registry allows, or the suite is wrong: find out which, and trust neither until then",
        file.sha256
    )]
    Changed {
        /// The file.
        file: Box<PackageFile>,
        /// Its SHA-256.
        found: String,
    },
    /// The run is to stop.
    #[error("stopped")]
    Stopped,
}

impl FetchError {
    /// Whether the package is here and contradicts the suite. That is nobody's surroundings, will not pass, and must not look like a machine
    /// that is offline.
    pub fn is_contradiction(&self) -> bool {
        match self {
            Self::NoSuchFile { .. } | Self::Changed { .. } => true,
            Self::NoCache(_)
            | Self::NotKept { .. }
            | Self::NoTool { .. }
            | Self::ToolFailed { .. }
            | Self::TooLong { .. }
            | Self::Unreadable { .. }
            | Self::Stopped => false,
        }
    }
}
