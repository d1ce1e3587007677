//! Lines become workers: built when something that goes into them has changed, kept in one cache of the user's.

mod cargo;
mod key;
mod native;

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use sha2::{Digest, Sha256};

use key::LineKey;
pub use native::native_runner;

use crate::{
    cache::{self, LockError, cache_folder},
    root::Root,
    runtime::{Line, Runtime},
    worker::Stop,
};

/// A worker that was built.
#[derive(Debug, Clone)]
pub struct BuiltLine {
    /// The executable, in the cache.
    pub program: PathBuf,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
    /// The lockfile's SHA-256, in hexadecimal.
    pub lockfile_sha256: String,
}

/// Why there is no worker.
#[derive(Debug, Clone, thiserror::Error)]
pub enum BuildError {
    /// Something about the surroundings.
    #[error("{0}")]
    Surroundings(String),
    /// Cargo failed; with the last lines of its log.
    #[error("cargo build failed ({status}); the log is {}; its last lines:\n{tail}", log.display())]
    Cargo {
        /// How it ended.
        status: String,
        /// The whole log.
        log: PathBuf,
        /// The end of it.
        tail: String,
    },
    /// The run is to stop.
    #[error("stopped")]
    Stopped,
}

/// What a build tells while it goes on.
#[derive(Debug, Clone)]
pub enum BuildNews {
    /// It has begun; its log is here.
    Started {
        /// The log.
        log: PathBuf,
    },
    /// Cargo said something; the time since the start.
    Progress {
        /// Its last line.
        line: String,
        /// Since the start.
        elapsed: Duration,
    },
    /// It is over.
    Finished {
        /// Since the start.
        elapsed: Duration,
    },
}

/// Where a line's worker is kept, whether it is there or not.
struct Place {
    key: LineKey,
    folder: PathBuf,
    program: PathBuf,
}

fn place(root: &Root, runtime: &Runtime, line: &Line) -> Result<Place, BuildError> {
    let key = LineKey::of(root, runtime, line).map_err(|(path, error)| surroundings("cannot read", &path, &error))?;
    let folder = cache_folder().map_err(BuildError::Surroundings)?.join("workers").join(format!("{}-{}", key.bin, key.digest));
    let program = folder.join(&key.bin);
    Ok(Place { key, folder, program })
}

fn surroundings(what: &str, path: &Path, error: &std::io::Error) -> BuildError {
    BuildError::Surroundings(format!("{what} {}: {error}", path.display()))
}

/// The worker of a line where it is in the cache; builds nothing.
///
/// # Errors
/// Where the line or the cache cannot be read.
pub fn cached(root: &Root, runtime: &Runtime, line: &Line) -> Result<Option<BuiltLine>, BuildError> {
    let place = place(root, runtime, line)?;
    if place.program.is_file() { built(place).map(Some) } else { Ok(None) }
}

/// The folder of a line's worker where it is in the cache; builds nothing, and starts nothing where there is no cache at all.
pub fn cached_folder(root: &Root, runtime: &Runtime, line: &Line) -> Option<PathBuf> {
    // The key asks the compiler for its version, which costs a process.
    cache_folder().ok().filter(|folder| folder.join("workers").is_dir())?;
    let place = place(root, runtime, line).ok()?;
    place.program.is_file().then_some(place.folder)
}

fn built(place: Place) -> Result<BuiltLine, BuildError> {
    let bytes = fs::read(&place.program).map_err(|error| surroundings("cannot read", &place.program, &error))?;
    Ok(BuiltLine { program: place.program, sha256: crate::hex(&Sha256::digest(&bytes)), lockfile_sha256: place.key.lockfile_sha256 })
}

/// The worker of a line: from the cache, or built now.
///
/// # Errors
/// Where it cannot be built.
pub fn worker(root: &Root, runtime: &Runtime, line: &Line, stop: &Stop, news: &mut dyn FnMut(BuildNews)) -> Result<BuiltLine, BuildError> {
    let place = place(root, runtime, line)?;
    let Place { key, folder, program } = &place;
    // What has its name is whole, since it is renamed into place; so a cache that cannot be written serves what it has.
    if program.is_file() {
        return built(place);
    }
    // Two runs that need the same worker build it once: the second waits here and then finds it.
    let _lock = cache::lock(folder, stop).map_err(|error| match error {
        LockError::Io(path, error) => surroundings("cannot write to the worker cache,", &path, &error),
        LockError::Stopped => BuildError::Stopped,
    })?;
    if !program.is_file() {
        let fresh = cargo::build(root, line, &key.bin, &[], stop, news)?;
        // Copied beside it and renamed, so that a killed run leaves no half worker.
        let half = folder.join("half");
        fs::copy(&fresh, &half).and_then(|_| fs::rename(&half, program)).map_err(|error| surroundings("cannot keep", program, &error))?;
    }
    built(place)
}
