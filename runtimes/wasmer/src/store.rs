//! What one handle of a store stands for: the guests' store, and their world where they have one.

use wasmatrix_adapter::WasiOutput;
use wasmer::{Engine, Store};

use crate::wasi::World;

pub(crate) struct GuestStore {
    pub(crate) inner: Store,
    pub(crate) world: Option<World>,
}

impl GuestStore {
    pub(crate) fn new(engine: &Engine, world: Option<World>) -> Self {
        Self { inner: Store::new(engine.clone()), world }
    }

    /// Ends the store; what its guests wrote is complete only then.
    pub(crate) fn into_output(mut self) -> WasiOutput {
        self.end()
    }

    fn end(&mut self) -> WasiOutput {
        self.world.take().map(|world| world.end(&mut self.inner)).unwrap_or_default()
    }
}

/// A store that is only closed ends its guests all the same: files may still be unwritten.
impl Drop for GuestStore {
    fn drop(&mut self) {
        self.end();
    }
}
