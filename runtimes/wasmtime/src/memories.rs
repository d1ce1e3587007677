//! Exported memories, of which wasmtime has two kinds, and those of the second kind that the host makes.

use std::{
    cell::UnsafeCell,
    sync::atomic::{AtomicU8, Ordering},
};

use wasmatrix_adapter::{Capability, Failure, FailureKind, TrapCode};
use wasmtime::{Engine, Extern, Memory, MemoryType, SharedMemory, Store};

use crate::{
    drift,
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
        let memory = match self {
            Self::Own(memory) => memory,
            Self::Shared(memory) => return Ok(cells(memory, at, length)?.iter().map(|cell| byte(cell).load(Ordering::Relaxed)).collect()),
        };
        // One byte more than the memory has is out of bounds already, so the buffer need not be larger than that.
        let length = clamped(length).min(memory.data_size(store) + 1);
        let mut bytes = vec![0; length];
        memory.read(store, clamped(at), &mut bytes).map_err(failures::access)?;
        Ok(bytes)
    }

    pub(crate) fn write<T: 'static>(&self, store: &mut Store<T>, at: u64, bytes: &[u8]) -> Result<(), Failure> {
        match self {
            Self::Own(memory) => memory.write(store, clamped(at), bytes).map_err(failures::access),
            Self::Shared(memory) => {
                let cells = cells(memory, at, bytes.len() as u64)?;
                cells.iter().zip(bytes).for_each(|(cell, value)| byte(cell).store(*value, Ordering::Relaxed));
                Ok(())
            }
        }
    }
}

/// Makes a shared memory of so many pages, for instances of this engine.
pub(crate) fn shared(engine: &Engine, minimum: u64, maximum: u64) -> Result<SharedMemory, Failure> {
    if !drift::shares_memories(engine) {
        let words = "this engine has no shared memories";
        return Err(Failure::new(FailureKind::Unsupported(Some(Capability::SharedMemory)), words));
    }
    let ty = MemoryType::builder().shared(true).min(minimum).max(Some(maximum)).build();
    ty.and_then(|ty| SharedMemory::new(engine, ty)).map_err(|error| failures::other(&error))
}

/// Bytes of a shared memory, which guests on other threads may be reading and writing too.
fn cells(memory: &SharedMemory, at: u64, length: u64) -> Result<&[UnsafeCell<u8>], Failure> {
    let (all, start) = (memory.data(), clamped(at));
    start.checked_add(clamped(length)).and_then(|end| all.get(start..end)).ok_or_else(|| {
        let words = format!("{length} bytes at {at} of a shared memory of {} bytes", all.len());
        Failure::trap(TrapCode::MemoryOutOfBounds, words)
    })
}

/// A byte of a shared memory. The crate hands out `UnsafeCell`s only, and asks for atomic accesses to them.
#[allow(unsafe_code, reason = "there is no safe way to the bytes of a shared memory")]
fn byte(cell: &UnsafeCell<u8>) -> &AtomicU8 {
    // SAFETY: the pointer is valid for as long as the cell is borrowed, a byte is aligned, and this worker touches a shared memory nowhere else.
    unsafe { AtomicU8::from_ptr(cell.get()) }
}

/// A number that the host cannot address becomes its largest, which is out of bounds as well.
fn clamped(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
