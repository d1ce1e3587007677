//! The trait that a Rust runtime implements.

use std::{collections::BTreeSet, path::Path, time::Instant};

use crate::{
    About, CacheStatistics, Capability, CommandEnd, Failure, FailureKind, Value, WasiOutput, WasiSetup,
    measure::{Repeated, repeat},
};

/// A runtime, in the words of the protocol.
///
/// The lifecycle is explicit, because its order is where runtimes break: an *engine* is opened, *modules* are compiled
/// for it, *stores* are opened in it, and *instances* live in a store. The serve loop keeps the handles; an adapter sees only the
/// objects. A method translates one call and reports what happened: it does not retry, does not check and does not fill gaps.
///
/// Errors are [`Failure`]s with the runtime's own words. A panic is a crash of the runtime and is left to kill the process.
pub trait Adapter: Sized + 'static {
    /// A compilation cache, where the runtime has such a thing.
    type Cache;
    /// A compiler or interpreter with its configuration, and the cache that it was opened with.
    type Engine: Clone + Send;
    /// What instances live in, with the WASI world of its guests.
    type Store;
    /// A compiled module.
    type Module: Clone + Send;
    /// An instance; it is only ever used with the store that it was made in.
    type Instance: Clone;
    /// A shared memory that belongs to no store, as the host has it. Clones are the same memory, on whatever thread they are.
    type SharedMemory: Clone + Send;

    /// The receipt. Called before anything else, and answerable without an engine.
    fn about(&self) -> About;

    /// When the operations from now on should be interrupted, where the runtime can be: a guest that still runs then ends with
    /// [`FailureKind::Interrupted`]. Called before every operation; does nothing by default, and then the harness's kill is all there is.
    fn interrupt_at(&mut self, _deadline: Option<Instant>) {}

    /// Opens a compilation cache over a directory, or in memory.
    fn open_cache(&mut self, _dir: Option<&Path>) -> Result<Self::Cache, Failure> {
        Err(Failure::unsupported("this runtime has no compilation cache"))
    }

    /// What the runtime itself has counted of a cache since that was opened.
    fn cache_statistics(&mut self, _cache: &Self::Cache) -> Result<CacheStatistics, Failure> {
        Err(Failure::unsupported("this runtime does not count what becomes of its cache"))
    }

    /// Opens an engine in the variant's configuration. With `features`, exactly those proposals are on among the ones that the receipt calls
    /// switchable. With a cache, what the engine compiles is looked for there and kept there.
    fn new_engine(&mut self, features: Option<&BTreeSet<Capability>>, cache: Option<&Self::Cache>) -> Result<Self::Engine, Failure>;

    /// Opens an engine as [`Adapter::new_engine`] does, but as embedders open it who have not asked for more: without what this adapter adds so that
    /// guests can be interrupted. Where it adds nothing, the two are the same.
    fn new_measuring_engine(
        &mut self,
        features: Option<&BTreeSet<Capability>>,
        cache: Option<&Self::Cache>,
    ) -> Result<Self::Engine, Failure> {
        self.new_engine(features, cache)
    }

    /// Opens an engine for measuring that counts the fuel which guests use.
    fn new_metering_engine(
        &mut self,
        _features: Option<&BTreeSet<Capability>>,
        _cache: Option<&Self::Cache>,
    ) -> Result<Self::Engine, Failure> {
        Err(Failure::new(FailureKind::Unsupported(Some(Capability::Fuel)), "this runtime does not count what guests use"))
    }

    /// The fuel that guests have used in a store since it was opened, where its engine counts it.
    fn consumed(&mut self, _store: &mut Self::Store) -> Result<u64, Failure> {
        Err(Failure::new(FailureKind::Unsupported(Some(Capability::Fuel)), "this runtime does not count what guests use"))
    }

    /// Opens a store. With a WASI world, the standard streams are [`crate::Captured`], and only the preopens given are visible.
    fn new_store(&mut self, engine: &Self::Engine, wasi: Option<&WasiSetup>) -> Result<Self::Store, Failure>;

    /// Compiles a binary module: [`FailureKind::Rejected`] where it is malformed or invalid.
    fn compile(&mut self, engine: &Self::Engine, wasm: &[u8]) -> Result<Self::Module, Failure>;

    /// A compiled module as an artifact.
    fn serialize(&mut self, _module: &Self::Module) -> Result<Vec<u8>, Failure> {
        Err(Failure::unsupported("this runtime has no artifacts"))
    }

    /// A compiled module from a file that once held an artifact: [`FailureKind::Stale`] where it is refused.
    fn deserialize(&mut self, _engine: &Self::Engine, _artifact: &Path) -> Result<Self::Module, Failure> {
        Err(Failure::unsupported("this runtime has no artifacts"))
    }

    /// What makes another adapter of the same variant on another thread, where the runtime's engines and modules can be used on several.
    fn on_another_thread(&self) -> Result<Box<dyn FnOnce() -> Self + Send>, Failure> {
        Err(Failure::unsupported("this worker has one thread"))
    }

    /// Links and instantiates, and runs the start function: [`FailureKind::Unlinkable`] where an import is missing or has the
    /// wrong type, a trap where an active segment or the start function traps.
    fn instantiate(
        &mut self,
        store: &mut Self::Store,
        module: &Self::Module,
        imports: &[(&str, Self::Instance)],
    ) -> Result<Self::Instance, Failure>;

    /// The host module `spectest` of the specification's test suite, as an instance that others can import from; what belongs in it stands in
    /// `runtimes/README.md`.
    fn spectest(&mut self, _store: &mut Self::Store) -> Result<Self::Instance, Failure> {
        Err(Failure::unsupported("this worker has no spectest module"))
    }

    /// Makes a shared memory for instances of an engine, in pages of 64 KiB: `minimum` of them at first, and never more than `maximum`.
    fn new_shared_memory(&mut self, _engine: &Self::Engine, _minimum: u64, _maximum: u64) -> Result<Self::SharedMemory, Failure> {
        Err(Failure::new(FailureKind::Unsupported(Some(Capability::SharedMemory)), "this runtime's API makes no shared memories"))
    }

    /// A shared memory as an instance of a store with one export, `memory`, which others can import.
    fn share_memory(&mut self, _store: &mut Self::Store, _memory: &Self::SharedMemory) -> Result<Self::Instance, Failure> {
        Err(Failure::new(FailureKind::Unsupported(Some(Capability::SharedMemory)), "this runtime's API makes no shared memories"))
    }

    /// What the WASI environment of an instance holds, as an instance whose one export is `memory`.
    fn environment(&mut self, _store: &mut Self::Store, _instance: &Self::Instance) -> Result<Self::Instance, Failure> {
        Err(Failure::unsupported("this runtime has no WASI environment that holds a memory"))
    }

    /// Calls an exported function.
    fn invoke(&mut self, store: &mut Self::Store, instance: &Self::Instance, export: &str, args: &[Value]) -> Result<Vec<Value>, Failure>;

    /// Calls an exported function so many times, and says how long that took: with [`repeat`], the export found and the arguments converted once, before,
    /// as an embedder would do it who has a function to call many times. What this does of itself is right for every runtime and times more than that.
    fn invoke_repeatedly(
        &mut self,
        store: &mut Self::Store,
        instance: &Self::Instance,
        export: &str,
        args: &[Value],
        iterations: u64,
    ) -> Result<Repeated<Vec<Value>>, Failure> {
        let once = |results: &mut Vec<Value>| {
            *results = self.invoke(store, instance, export, args)?;
            Ok(())
        };
        repeat(iterations, Vec::new(), once, |one, other| one == other)
    }

    /// Reads an exported global.
    fn global_get(&mut self, store: &mut Self::Store, instance: &Self::Instance, export: &str) -> Result<Value, Failure>;

    /// Writes an exported global.
    fn global_set(&mut self, store: &mut Self::Store, instance: &Self::Instance, export: &str, value: Value) -> Result<(), Failure>;

    /// The size of an exported memory, in its pages.
    fn memory_size(&mut self, store: &mut Self::Store, instance: &Self::Instance, export: &str) -> Result<u64, Failure>;

    /// Grows an exported memory and returns the size before, in its pages.
    fn memory_grow(&mut self, store: &mut Self::Store, instance: &Self::Instance, export: &str, pages: u64) -> Result<u64, Failure>;

    /// Reads bytes of an exported memory. `length` is the harness's own wish and may be larger than the memory.
    fn memory_read(
        &mut self,
        store: &mut Self::Store,
        instance: &Self::Instance,
        export: &str,
        at: u64,
        length: u64,
    ) -> Result<Vec<u8>, Failure>;

    /// Writes bytes into an exported memory.
    fn memory_write(
        &mut self,
        store: &mut Self::Store,
        instance: &Self::Instance,
        export: &str,
        at: u64,
        bytes: &[u8],
    ) -> Result<(), Failure>;

    /// Ends a store and hands over what its guests wrote.
    fn wasi_output(&mut self, store: Self::Store) -> Result<WasiOutput, Failure>;

    /// Runs a command by the runner that the runtime's library has for them. `Err` as in [`Adapter::run_command`].
    fn run_by_runner(&mut self, _engine: &Self::Engine, _module: &Self::Module, _wasi: &WasiSetup) -> Result<CommandEnd, Failure> {
        Err(Failure::unsupported("this runtime has no runner of commands beside instantiating them"))
    }

    /// Runs a command. `Err` is for what happens before `_start` is entered and says nothing of the guest's own end.
    ///
    /// Made of the other operations, which is right for every runtime whose library has no command runner of its own.
    fn run_command(&mut self, engine: &Self::Engine, module: &Self::Module, wasi: &WasiSetup) -> Result<CommandEnd, Failure> {
        let mut store = self.new_store(engine, Some(wasi))?;
        // A start function may already end the guest, and what it wrote counts all the same.
        let failure = match self.instantiate(&mut store, module, &[]) {
            Ok(instance) => self.invoke(&mut store, &instance, "_start", &[]).err(),
            Err(failure) => match failure.kind {
                FailureKind::Unsupported(_) | FailureKind::Unlinkable | FailureKind::Rejected => return Err(failure),
                FailureKind::Trap(_)
                | FailureKind::Exhausted(_)
                | FailureKind::Exception
                | FailureKind::Exit(_)
                | FailureKind::Interrupted
                | FailureKind::Stale
                | FailureKind::Failed => Some(failure),
            },
        };
        Ok(CommandEnd { failure, output: self.wasi_output(store)? })
    }
}
