//! Files of packages: got from a registry when somebody needs them, and kept.
//!
//! **Whose tool.** A package is got with its ecosystem's own tool ([`npm`], [`pypi`], [`crates`]), so whatever a user has set for it holds
//! here too: mirrors, proxies, credentials, being offline. What stands in a project's own folder does not, since the tools are called in
//! an empty one. No registry is named here.
//!
//! **What is trusted.** Nothing but the SHA-256 of the one file, which is held against every copy, the kept one included. No package is
//! installed and nothing of it is run.
//!
//! **What is kept.** The file, in the user's [`cache`](crate::cache) below `packages/`, under its SHA-256: with it no tool is asked for.

mod archive;
mod ask;
mod crates;
mod error;
mod npm;
mod package;
mod pypi;

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use sha2::{Digest, Sha256};

pub use error::FetchError;
pub use package::{Package, PackageFile, PackageFileError, Registry};

use crate::{
    cache::{self, LockError},
    worker::Stop,
};

/// What fetching tells while it goes on.
#[derive(Debug, Clone)]
pub enum FetchNews {
    /// A tool was called.
    Started,
    /// It said something; the time since the start.
    Progress {
        /// Its last line, empty where it said nothing lately.
        line: String,
        /// Since the start.
        elapsed: Duration,
    },
    /// It has ended, well or not.
    Finished {
        /// Since the start.
        elapsed: Duration,
    },
}

/// The bytes of a file: the kept ones, or those of the package, got now. Two who need one file at once get it once.
///
/// # Errors
/// Where it cannot be had, or is not what its SHA-256 says.
pub fn fetch(file: &PackageFile, stop: &Stop, news: &mut dyn FnMut(FetchNews)) -> Result<Vec<u8>, FetchError> {
    let entry = entry(file)?;
    if let Some(bytes) = read_kept(&entry, file) {
        return Ok(bytes);
    }
    let _lock = cache::lock(&entry, stop).map_err(|error| match error {
        LockError::Io(path, error) => FetchError::NotKept { path, error: error.to_string() },
        LockError::Stopped => FetchError::Stopped,
    })?;
    if let Some(bytes) = read_kept(&entry, file) {
        return Ok(bytes);
    }
    let bytes = take(file, stop, news)?;
    keep(&entry, &bytes)?;
    Ok(bytes)
}

/// The bytes of a file that was got before; asks nobody.
pub fn kept(file: &PackageFile) -> Option<Vec<u8>> {
    read_kept(&entry(file).ok()?, file)
}

/// Where a file is kept.
fn entry(file: &PackageFile) -> Result<PathBuf, FetchError> {
    Ok(cache::cache_folder().map_err(FetchError::NoCache)?.join("packages").join(&file.sha256))
}

/// `None` too where it is there and is not what it should be: then it is got again.
fn read_kept(entry: &Path, file: &PackageFile) -> Option<Vec<u8>> {
    let bytes = fs::read(entry.join("file")).ok()?;
    (sha256(&bytes) == file.sha256).then_some(bytes)
}

/// Written beside its name and renamed, so that a harness that is killed leaves no half file.
fn keep(entry: &Path, bytes: &[u8]) -> Result<(), FetchError> {
    let half = entry.join("half");
    let kept = fs::write(&half, bytes).and_then(|()| fs::rename(&half, entry.join("file")));
    kept.map_err(|error| FetchError::NotKept { path: half, error: error.to_string() })
}

/// Gets the package and takes the file out of it.
fn take(file: &PackageFile, stop: &Stop, news: &mut dyn FnMut(FetchNews)) -> Result<Vec<u8>, FetchError> {
    let started = Instant::now();
    news(FetchNews::Started);
    let mut hear =
        |line: Option<&str>| news(FetchNews::Progress { line: line.unwrap_or_default().trim().to_owned(), elapsed: started.elapsed() });
    let bytes = match file.package.registry {
        Registry::Npm => npm::take(file, stop, &mut hear),
        Registry::Pypi => pypi::take(file, stop, &mut hear),
        Registry::Crate => crates::take(file, stop, &mut hear),
    };
    news(FetchNews::Finished { elapsed: started.elapsed() });
    bytes
}

/// The bytes, if they are what they should be.
fn verified(file: &PackageFile, bytes: Vec<u8>) -> Result<Vec<u8>, FetchError> {
    let found = sha256(&bytes);
    if found == file.sha256 { Ok(bytes) } else { Err(FetchError::Changed { file: Box::new(file.clone()), found }) }
}

fn sha256(bytes: &[u8]) -> String {
    crate::hex(&Sha256::digest(bytes))
}
