//! What is kept from one run to the next, in one folder of the user's.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use etcetera::BaseStrategy as _;

use crate::worker::Stop;

/// `WASMATRIX_CACHE`, else `wasmatrix` in the platform's cache folder. A CI job can keep it from one run to the next.
///
/// # Errors
/// Where there is neither.
pub fn cache_folder() -> Result<PathBuf, String> {
    if let Some(folder) = std::env::var_os("WASMATRIX_CACHE").filter(|folder| !folder.is_empty()) {
        return std::path::absolute(&folder).map_err(|error| format!("WASMATRIX_CACHE ({}): {error}", folder.display()));
    }
    match etcetera::choose_base_strategy() {
        Ok(strategy) => Ok(strategy.cache_dir().join("wasmatrix")),
        Err(error) => Err(format!("there is no cache folder: {error}; name one with WASMATRIX_CACHE")),
    }
}

/// Why nobody else is kept from an entry.
#[derive(Debug)]
pub(crate) enum LockError {
    /// The entry cannot be written: where, and why.
    Io(PathBuf, io::Error),
    /// The run is to stop.
    Stopped,
}

/// Keeps every other process from making an entry's content for as long as the file is held: whoever needs it too waits here, and then
/// finds it. The folder is made.
pub(crate) fn lock(folder: &Path, stop: &Stop) -> Result<File, LockError> {
    fs::create_dir_all(folder).map_err(|error| LockError::Io(folder.to_owned(), error))?;
    let path = folder.join("lock");
    let lock = File::create(&path).map_err(|error| LockError::Io(path.clone(), error))?;
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            Err(TryLockError::WouldBlock) if stop.is_raised() => return Err(LockError::Stopped),
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(50)),
            Err(TryLockError::Error(error)) => return Err(LockError::Io(path, error)),
        }
    }
}
