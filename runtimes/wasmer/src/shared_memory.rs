//! Shared memories that the host makes.

#[cfg(not(feature = "from-7_2"))]
use std::sync::{Arc, Mutex, PoisonError};

#[cfg(feature = "from-7_2")]
use wasmatrix_adapter::Capability;
use wasmatrix_adapter::{Exhaustible, Failure, FailureKind};
use wasmer::{Engine, Memory, MemoryType, Pages, Store};

use crate::failures;

/// A shared memory out of its store.
#[cfg(feature = "from-7_2")]
#[derive(Clone)]
pub(crate) struct SharedMemory(wasmer::SharedMemory);

/// A shared memory, with the store that it was made in: before 7.2 it is had from there.
#[cfg(not(feature = "from-7_2"))]
#[derive(Clone)]
pub(crate) struct SharedMemory(Arc<Mutex<(Store, Memory)>>);

impl SharedMemory {
    /// Makes one of so many pages.
    pub(crate) fn new(engine: &Engine, minimum: u64, maximum: u64) -> Result<Self, Failure> {
        // More pages than wasmer can count are more than any memory can have.
        let pages =
            |pages: u64| u32::try_from(pages).map(Pages).map_err(|error| Failure::new(FailureKind::Exhausted(Exhaustible::Memory), error));
        let ty = MemoryType::new(pages(minimum)?, Some(pages(maximum)?), true);
        let mut store = Store::new(engine.clone());
        let memory = Memory::new(&mut store, ty).map_err(|error| failures::memory(&error))?;
        Self::of(store, memory)
    }

    #[cfg(feature = "from-7_2")]
    #[allow(clippy::needless_pass_by_value, reason = "the memory outlives the store, which ends here")]
    fn of(store: Store, memory: Memory) -> Result<Self, Failure> {
        let words = "wasmer cannot have this memory out of its store";
        let none = || Failure::new(FailureKind::Unsupported(Some(Capability::SharedMemory)), words);
        memory.as_shared(&store).map(Self).ok_or_else(none)
    }

    #[cfg(not(feature = "from-7_2"))]
    fn of(store: Store, memory: Memory) -> Result<Self, Failure> {
        Ok(Self(Arc::new(Mutex::new((store, memory)))))
    }

    /// The same memory in another store.
    #[cfg(feature = "from-7_2")]
    pub(crate) fn in_store(&self, store: &mut Store) -> Result<Memory, Failure> {
        Ok(self.0.clone().attach(store))
    }

    /// The same memory in another store.
    #[cfg(not(feature = "from-7_2"))]
    pub(crate) fn in_store(&self, store: &mut Store) -> Result<Memory, Failure> {
        let own = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        own.1.share_in_store(&own.0, store).map_err(|error| failures::memory(&error))
    }
}
