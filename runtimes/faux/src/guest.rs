//! What an instance has: a memory of one page, or a shared one that it imports, and a global.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use wasmatrix_adapter::{Exhaustible, Failure, FailureKind, TrapCode, Value};

use crate::{artifacts::Code, marks};

const PAGE: usize = 65536;
const MOST_PAGES: usize = 2;

/// The state of an instance. Clones are the same.
#[derive(Debug, Clone)]
pub(crate) struct State(Arc<Mutex<Parts>>);

#[derive(Debug, Clone)]
pub(crate) struct Parts {
    pub(crate) global: u32,
    pub(crate) memory: Vec<u8>,
    most_pages: usize,
    /// What a command does to memory, beside what it says.
    pub(crate) command: Command,
}

/// What a command does to memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Command {
    /// Nothing.
    IsHonest,
    /// It takes everything for its own that is there.
    ClaimsAllMemory,
    /// Nobody can read it afterwards.
    TakesItsMemoryAlong,
}

impl Command {
    fn of(wasm: &[u8]) -> Self {
        if marks::contains(wasm, "i_claim_all_memory") {
            Self::ClaimsAllMemory
        } else if marks::contains(wasm, "i_take_my_memory_along") {
            Self::TakesItsMemoryAlong
        } else {
            Self::IsHonest
        }
    }
}

impl State {
    fn new(command: Command) -> Self {
        Self(Arc::new(Mutex::new(Parts { global: 0, memory: vec![0; PAGE], most_pages: MOST_PAGES, command })))
    }

    pub(crate) fn parts(&self) -> MutexGuard<'_, Parts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Parts {
    /// Adds to the first four bytes of the memory, and says what they were.
    pub(crate) fn add(&mut self, number: u32) -> Result<u32, Failure> {
        let bytes: &mut [u8; 4] = self.memory.first_chunk_mut().ok_or_else(out_of_bounds)?;
        let before = u32::from_le_bytes(*bytes);
        *bytes = before.wrapping_add(number).to_le_bytes();
        Ok(before)
    }
}

/// A shared memory, with all the state that an instance has that imports it. Clones are the same.
#[derive(Debug, Clone)]
pub(crate) struct SharedMemory(State);

impl SharedMemory {
    pub(crate) fn new(minimum: u64, maximum: u64) -> Result<Self, Failure> {
        let pages = |pages| usize::try_from(pages).map_err(Failure::failed);
        let state = State::new(Command::IsHonest);
        state.parts().memory.resize(pages(minimum)? * PAGE, 0);
        state.parts().most_pages = pages(maximum)?;
        Ok(Self(state))
    }

    pub(crate) fn opened(&self) -> Instance {
        Instance { state: self.0.clone(), is_spectest: false, is_shared_memory: true, is_wrong: false }
    }

    /// What a runtime does that forgets to share.
    pub(crate) fn copied(&self) -> Self {
        Self(State(Arc::new(Mutex::new(self.0.parts().clone()))))
    }
}

/// A compiled module.
#[derive(Debug, Clone)]
pub(crate) struct Module {
    pub(crate) code: Code,
    /// The state that its instances get one and all where it exports `i_share_my_state`: a runtime that forgets to keep them apart.
    shared: Option<State>,
}

impl Module {
    pub(crate) fn new(code: Code) -> Self {
        let shared = marks::contains(&code.wasm, "i_share_my_state").then(|| State::new(Command::of(&code.wasm)));
        Self { code, shared }
    }

    pub(crate) fn instantiated<'i>(&self, mut imports: impl Iterator<Item = &'i Instance>) -> Instance {
        let imported = imports.find(|from| from.is_shared_memory).map(|from| from.state.clone());
        Instance {
            state: imported.or_else(|| self.shared.clone()).unwrap_or_else(|| State::new(Command::of(&self.code.wasm))),
            is_spectest: false,
            is_shared_memory: false,
            is_wrong: self.code.is_wrong,
        }
    }
}

/// An instance of a module, or the host module of scripts, which has constants.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    state: State,
    is_spectest: bool,
    /// Whether it is a shared memory and nothing else.
    is_shared_memory: bool,
    /// Whether each i32 that a function returns is one too many.
    pub(crate) is_wrong: bool,
}

impl Instance {
    pub(crate) fn spectest() -> Self {
        Self { state: State::new(Command::IsHonest), is_spectest: true, is_shared_memory: false, is_wrong: false }
    }

    pub(crate) fn parts(&self) -> MutexGuard<'_, Parts> {
        self.state.parts()
    }

    pub(crate) fn global(&self, export: &str) -> Result<Value, Failure> {
        match (self.is_spectest, export) {
            (false, _) => Ok(Value::I32(self.parts().global)),
            (true, "global_i32") => Ok(Value::I32(666)),
            (true, "global_i64") => Ok(Value::I64(666)),
            (true, "global_f32") => Ok(Value::F32(666.6_f32.to_bits())),
            (true, "global_f64") => Ok(Value::F64(666.6_f64.to_bits())),
            (true, _) => Err(Failure::failed(format!("spectest has no global `{export}`"))),
        }
    }

    pub(crate) fn memory_size(&self) -> u64 {
        (self.parts().memory.len() / PAGE) as u64
    }

    pub(crate) fn memory_grow(&self, pages: u64) -> Result<u64, Failure> {
        let parts = &mut *self.parts();
        let (memory, most) = (&mut parts.memory, parts.most_pages);
        let before = memory.len() / PAGE;
        match usize::try_from(pages).ok().and_then(|pages| before.checked_add(pages)).filter(|after| *after <= most) {
            Some(after) => memory.resize(after * PAGE, 0),
            None => return Err(Failure::new(FailureKind::Exhausted(Exhaustible::Memory), "there is no more")),
        }
        Ok(before as u64)
    }

    pub(crate) fn memory_read(&self, at: u64, length: u64) -> Result<Vec<u8>, Failure> {
        let memory = &self.parts().memory;
        let bytes = range(at, length).and_then(|range| memory.get(range));
        bytes.map(<[u8]>::to_vec).ok_or_else(out_of_bounds)
    }

    pub(crate) fn memory_write(&self, at: u64, bytes: &[u8]) -> Result<(), Failure> {
        let memory = &mut self.parts().memory;
        let target = range(at, bytes.len() as u64).and_then(|range| memory.get_mut(range));
        target.ok_or_else(out_of_bounds)?.copy_from_slice(bytes);
        Ok(())
    }
}

fn range(at: u64, length: u64) -> Option<std::ops::Range<usize>> {
    Some(usize::try_from(at).ok()?..usize::try_from(at.checked_add(length)?).ok()?)
}

fn out_of_bounds() -> Failure {
    Failure::trap(TrapCode::MemoryOutOfBounds, "outside of the memory")
}
