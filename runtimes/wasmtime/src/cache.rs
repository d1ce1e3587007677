//! The compilation cache.

use std::path::Path;

use wasmatrix_adapter::{CacheStatistics, Failure};
use wasmtime::{Cache, CacheConfig};

use crate::failures;

/// A cache over a directory, in wasmtime's defaults.
///
/// It has a thread of its own that counts how often an entry is used, compresses one better that was used 256 times, and removes, at most once an
/// hour, what does not belong in the directory, or is too much there (65536 files, or 512 MiB). No result depends on when it comes to that: a
/// compilation itself writes its entry and counts, and the thread replaces entries as a whole. Only its own files, `.cleanup.wip-*` and
/// `*.stats`, are there sooner or later, or not at all where the process ends first.
pub(crate) fn open(dir: Option<&Path>) -> Result<Cache, Failure> {
    let Some(dir) = dir else { return Err(Failure::unsupported("wasmtime's cache always has a directory")) };
    let mut config = CacheConfig::new();
    config.with_directory(dir);
    Cache::new(config).map_err(|error| failures::other(&error))
}

/// What wasmtime counted. It counts a miss once the code has been written, and so none where that fails, as it does where another thread or
/// process is just writing the same entry.
pub(crate) fn statistics(cache: &Cache) -> CacheStatistics {
    CacheStatistics { hits: cache.cache_hits() as u64, misses: cache.cache_misses() as u64 }
}
