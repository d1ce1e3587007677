//! Workers in the cache, each in a folder that its key names.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use super::{BuildError, BuiltLine, key::Key, not_locked, surroundings};
use crate::{
    cache::{self, cache_folder},
    worker::Stop,
};

/// Where a worker is kept, whether it is there or not.
pub(super) struct Place {
    pub(super) key: Key,
    folder: PathBuf,
    program: PathBuf,
    /// What its dependencies were resolved to, where that is not in the tree.
    pub(super) resolved: Vec<PathBuf>,
    pub(super) sources: Option<String>,
}

impl Place {
    pub(super) fn of(key: Key) -> Result<Self, BuildError> {
        let folder = workers()?.join(format!("{}-{}", key.bin, key.digest));
        let program = folder.join(&key.bin);
        Ok(Self { key, folder, program, resolved: Vec::new(), sources: None })
    }

    /// The worker where it is there.
    pub(super) fn cached(self) -> Result<Option<BuiltLine>, BuildError> {
        if self.program.is_file() { self.built().map(Some) } else { Ok(None) }
    }

    /// The worker, made now where it is not there. Two runs that need the same one make it once: the second waits and then finds it.
    pub(super) fn worker(self, stop: &Stop, make: impl FnOnce() -> Result<PathBuf, BuildError>) -> Result<BuiltLine, BuildError> {
        // What has its name is whole, since it is renamed into place; so a cache that cannot be written serves what it has.
        if self.program.is_file() {
            return self.built();
        }
        let _lock = cache::lock(&self.folder, stop).map_err(not_locked)?;
        if !self.program.is_file() {
            let fresh = make()?;
            // Copied beside it and renamed, so that a killed run leaves no half worker.
            let half = self.folder.join("half");
            let kept = fs::copy(&fresh, &half).and_then(|_| fs::rename(&half, &self.program));
            kept.map_err(|error| surroundings("cannot keep", &self.program, &error))?;
        }
        self.built()
    }

    fn built(self) -> Result<BuiltLine, BuildError> {
        let Self { key, folder, program, resolved, sources } = self;
        let sha256 = sha256_of(&program)?;
        Ok(BuiltLine { program, arguments: Vec::new(), sha256, lockfile_sha256: key.lockfile_sha256, resolved, sources, memory: folder })
    }
}

/// A worker that is somebody else's program with arguments of ours. Nothing is copied; what it says of itself is remembered under its key.
pub(super) fn program(key: Key, program: PathBuf, arguments: Vec<OsString>) -> Result<BuiltLine, BuildError> {
    let memory = workers()?.join(format!("{}-{}", key.bin, key.digest));
    fs::create_dir_all(&memory).map_err(|error| surroundings("cannot create the worker cache", &memory, &error))?;
    let sha256 = sha256_of(&program)?;
    Ok(BuiltLine { program, arguments, sha256, lockfile_sha256: key.lockfile_sha256, resolved: Vec::new(), sources: None, memory })
}

fn workers() -> Result<PathBuf, BuildError> {
    Ok(cache_folder().map_err(BuildError::Surroundings)?.join("workers"))
}

fn sha256_of(path: &Path) -> Result<String, BuildError> {
    let bytes = fs::read(path).map_err(|error| surroundings("cannot read", path, &error))?;
    Ok(crate::hex(&Sha256::digest(&bytes)))
}
