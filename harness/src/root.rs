//! Where the tool finds its suites and runtimes.

use std::path::{Path, PathBuf};

/// The folder that holds `suites/` and `runtimes/`, and who said so.
#[derive(Debug, Clone)]
pub struct Root {
    /// An absolute path.
    pub path: PathBuf,
    /// `--root`, `WASMATRIX_ROOT` or the checkout.
    pub said_by: &'static str,
}

/// Why there is no root.
#[derive(Debug, thiserror::Error)]
#[error(
    "{path} (from {said_by}) has no runtimes/ and suites/: {source}; name the folder of a wasmatrix checkout with --root or WASMATRIX_ROOT"
)]
pub struct RootError {
    path: PathBuf,
    said_by: &'static str,
    source: std::io::Error,
}

impl Root {
    /// `--root`, else `WASMATRIX_ROOT`, else the checkout that this was built from.
    ///
    /// # Errors
    /// Where that folder is not what it should be.
    pub fn find(option: Option<&Path>) -> Result<Self, RootError> {
        let (path, said_by) = match (option, std::env::var_os("WASMATRIX_ROOT")) {
            (Some(path), _) => (path.to_owned(), "--root"),
            (None, Some(path)) => (PathBuf::from(path), "WASMATRIX_ROOT"),
            (None, None) => (Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), "the checkout it was built from"),
        };
        let found = path.canonicalize().and_then(|path| {
            path.join("runtimes").metadata()?;
            path.join("suites").metadata()?;
            Ok(path)
        });
        match found {
            Ok(path) => Ok(Self { path, said_by }),
            Err(source) => Err(RootError { path, said_by, source }),
        }
    }

    /// `suites/`
    pub fn suites(&self) -> PathBuf {
        self.path.join("suites")
    }

    /// `runtimes/`
    pub fn runtimes(&self) -> PathBuf {
        self.path.join("runtimes")
    }

    /// Where runs, logs and build folders go.
    pub fn target(&self) -> PathBuf {
        self.path.join("target")
    }
}
