//! The compilation cache: `FileSystemCache` of wasmer-cache, around an engine.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use wasmatrix_adapter::{CacheStatistics, Failure};
use wasmer::{Engine, Module};
use wasmer_cache::{Cache as _, FileSystemCache, Hash};

use crate::failures;

/// What one handle of a cache stands for; clones count together.
#[derive(Clone)]
pub(crate) struct Cache {
    entries: FileSystemCache,
    outcomes: Arc<Outcomes>,
}

/// Of `FileSystemCache::load`: what the crate tells an embedder.
#[derive(Default)]
struct Outcomes {
    hits: AtomicU64,
    misses: AtomicU64,
}

impl Cache {
    pub(crate) fn open(dir: Option<&Path>) -> Result<Self, Failure> {
        let Some(dir) = dir else { return Err(Failure::unsupported("wasmer's cache for embedders always has a directory")) };
        Ok(Self { entries: FileSystemCache::new(dir).map_err(Failure::failed)?, outcomes: Arc::default() })
    }

    pub(crate) fn statistics(&self) -> CacheStatistics {
        let Outcomes { hits, misses } = &*self.outcomes;
        CacheStatistics { hits: hits.load(Ordering::Relaxed), misses: misses.load(Ordering::Relaxed) }
    }

    /// The use that the crate is documented for: the key is the module's own hash, and what cannot be loaded, for whatever reason, is compiled
    /// and stored. In its example an error of `store` is the caller's to see.
    fn compile(&self, engine: &Engine, wasm: &[u8]) -> Result<Module, Failure> {
        let key = Hash::generate(wasm);
        match self.load(engine, key) {
            Some(module) => {
                self.outcomes.hits.fetch_add(1, Ordering::Relaxed);
                Ok(module)
            }
            None => {
                self.outcomes.misses.fetch_add(1, Ordering::Relaxed);
                let module = compile(engine, wasm)?;
                self.entries.clone().store(key, &module).map_err(|error| failures::serialization(&error))?;
                Ok(module)
            }
        }
    }

    /// An entry that was changed is the caller's fault by the contract of this function, and what comes of one is what is asked.
    #[allow(unsafe_code, reason = "there is no safe function that reads entries")]
    fn load(&self, engine: &Engine, key: Hash) -> Option<Module> {
        unsafe { self.entries.load(engine, key) }.ok()
    }
}

/// An engine, with the cache that it was opened with.
#[derive(Clone)]
pub(crate) struct CachedEngine {
    pub(crate) inner: Engine,
    pub(crate) cache: Option<Cache>,
}

impl CachedEngine {
    pub(crate) fn compile(&self, wasm: &[u8]) -> Result<Module, Failure> {
        match &self.cache {
            Some(cache) => cache.compile(&self.inner, wasm),
            None => compile(&self.inner, wasm),
        }
    }
}

fn compile(engine: &Engine, wasm: &[u8]) -> Result<Module, Failure> {
    Module::new(engine, wasm).map_err(|error| failures::compile(&error))
}
