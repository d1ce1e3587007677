//! Compilation caches: a directory with a file for each module, or the same in memory.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    process,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use wasmatrix_adapter::{CacheStatistics, Failure, FailureKind};

use crate::{
    artifacts::{self, Code},
    marks,
};

/// A compilation cache, with what it has counted.
#[derive(Debug)]
pub(crate) struct Cache {
    place: Place,
    counted: Mutex<CacheStatistics>,
}

#[derive(Debug)]
enum Place {
    Directory(PathBuf),
    Memory(Mutex<HashMap<u64, Vec<u8>>>),
}

impl Cache {
    pub(crate) fn open(dir: Option<&Path>) -> Result<Self, Failure> {
        let place = match dir {
            Some(dir) => {
                let cannot = |error| Failure::failed(format!("cannot open a cache in {}: {error}", dir.display()));
                fs::create_dir_all(dir).map_err(cannot)?;
                Place::Directory(dir.to_owned())
            }
            None => Place::Memory(Mutex::default()),
        };
        Ok(Self { place, counted: Mutex::new(CacheStatistics { hits: 0, misses: 0 }) })
    }

    pub(crate) fn statistics(&self) -> CacheStatistics {
        *locked(&self.counted)
    }

    /// A module's code, which is found here, or compiled and kept here. An entry that is damaged or somebody else's is compiled anew.
    ///
    /// A module that exports `i_never_hit` is never found. One that exports `i_lie_in_statistics` is counted as found, and is not.
    /// `i_accept_damage` and `i_accept_strangers` are as for artifacts, and here make a stale entry be served.
    pub(crate) fn code(&self, writer: &str, wasm: &[u8], deadline: Option<Instant>) -> Result<Code, Failure> {
        let key = artifacts::digest(wasm);
        let is_looked_for = !marks::contains(wasm, "i_never_hit") && !marks::contains(wasm, "i_lie_in_statistics");
        let found = self.place.entry(key).filter(|_| is_looked_for).map(|entry| artifacts::read(writer, &entry, deadline));
        match found {
            Some(Ok(code)) => {
                locked(&self.counted).hits += 1;
                Ok(Code { wasm: wasm.to_vec(), ..code })
            }
            Some(Err(failure)) if failure.kind != FailureKind::Stale => Err(failure),
            Some(Err(_)) | None => {
                self.place.keep(key, artifacts::write(writer, wasm));
                let counted = &mut *locked(&self.counted);
                if marks::contains(wasm, "i_lie_in_statistics") {
                    counted.hits += 1
                } else {
                    counted.misses += 1
                }
                Ok(Code { wasm: wasm.to_vec(), is_wrong: false })
            }
        }
    }
}

impl Place {
    fn entry(&self, key: u64) -> Option<Vec<u8>> {
        match self {
            Self::Directory(dir) => fs::read(file(dir, key)).ok(),
            Self::Memory(entries) => locked(entries).get(&key).cloned(),
        }
    }

    /// What cannot be kept has been compiled all the same, so nobody need hear of it.
    fn keep(&self, key: u64, entry: Vec<u8>) {
        match self {
            Self::Directory(dir) => {
                // Renamed when it is whole, so that nobody reads half of it.
                let half = dir.join(format!("{key:016x}.{}-{:?}", process::id(), std::thread::current().id()));
                if fs::write(&half, entry).and_then(|()| fs::rename(&half, file(dir, key))).is_err() {
                    let _ = fs::remove_file(half);
                }
            }
            Self::Memory(entries) => {
                locked(entries).insert(key, entry);
            }
        }
    }
}

fn file(dir: &Path, key: u64) -> PathBuf {
    dir.join(format!("{key:016x}.faux"))
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
