//! Exported memories, of which wasmtime has two kinds.

use wasmatrix_adapter::Failure;
use wasmtime::{Extern, Memory, SharedMemory, Store};

use crate::{
    exports::{Exports, missing},
    failures,
};

pub(crate) enum Exported {
    Own(Memory),
    Shared(SharedMemory),
}

impl Exported {
    pub(crate) fn of<T>(store: &mut Store<T>, instance: &Exports, export: &str) -> Result<Self, Failure> {
        match instance.get(store, export) {
            Some(Extern::Memory(memory)) => Ok(Self::Own(memory)),
            Some(Extern::SharedMemory(memory)) => Ok(Self::Shared(memory)),
            Some(_) | None => Err(missing("memory", export)),
        }
    }

    pub(crate) fn size<T: 'static>(&self, store: &Store<T>) -> u64 {
        match self {
            Self::Own(memory) => memory.size(store),
            Self::Shared(memory) => memory.size(),
        }
    }

    pub(crate) fn grow<T: 'static>(&self, store: &mut Store<T>, pages: u64) -> Result<u64, Failure> {
        match self {
            Self::Own(memory) => memory.grow(store, pages),
            Self::Shared(memory) => memory.grow(pages),
        }
        .map_err(|error| failures::grow(&error))
    }

    pub(crate) fn read<T: 'static>(&self, store: &Store<T>, at: u64, length: u64) -> Result<Vec<u8>, Failure> {
        let memory = self.own()?;
        // One byte more than the memory has is out of bounds already, so the buffer need not be larger than that.
        let length = clamped(length).min(memory.data_size(store) + 1);
        let mut bytes = vec![0; length];
        memory.read(store, clamped(at), &mut bytes).map_err(failures::access)?;
        Ok(bytes)
    }

    pub(crate) fn write<T: 'static>(&self, store: &mut Store<T>, at: u64, bytes: &[u8]) -> Result<(), Failure> {
        self.own()?.write(store, clamped(at), bytes).map_err(failures::access)
    }

    /// The crate hands out shared memory as `UnsafeCell`s only, since a guest thread may be writing, and this worker has no unsafe code.
    fn own(&self) -> Result<&Memory, Failure> {
        match self {
            Self::Own(memory) => Ok(memory),
            Self::Shared(_) => Err(Failure::unsupported("the bytes of a shared memory cannot be reached without unsafe code")),
        }
    }
}

/// A number that the host cannot address becomes its largest, which is out of bounds as well.
fn clamped(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
