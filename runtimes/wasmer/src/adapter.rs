//! The adapter: wasmer's calls for those of the protocol.

use std::{collections::BTreeSet, path::Path, rc::Rc};

#[cfg(feature = "from-7_0")]
use wasmatrix_adapter::CommandEnd;
use wasmatrix_adapter::{
    About, Adapter, CacheStatistics, Capability, Exhaustible, Failure, FailureKind, Repeated, Value, WasiOutput, WasiSetup, repeat,
};
use wasmer::{ExportError, Exports, Imports, Instance, MemoryAccessError, Module, Pages, Value as Guest};
use wasmer_wasix::is_wasi_module;

#[cfg(feature = "from-7_0")]
use crate::runner;
use crate::{
    about,
    cache::{Cache, CachedEngine},
    failures,
    shared_memory::SharedMemory,
    spectest,
    store::GuestStore,
    values,
    variant::Variant,
    wasi::{Tasks, World},
};

pub(crate) struct Wasmer {
    variant: Variant,
    /// Made for the first guest that has a WASI world.
    tasks: Option<Tasks>,
}

impl Wasmer {
    pub(crate) fn new(variant: Variant) -> Self {
        Self { variant, tasks: None }
    }

    fn world(&mut self, setup: &WasiSetup) -> Result<World, Failure> {
        Ok(World::new(self.tasks()?, setup))
    }

    fn tasks(&mut self) -> Result<&Tasks, Failure> {
        let tasks = match self.tasks.take() {
            Some(tasks) => tasks,
            None => Tasks::new()?,
        };
        Ok(self.tasks.insert(tasks))
    }
}

impl Adapter for Wasmer {
    type Cache = Cache;
    type Engine = CachedEngine;
    type Store = GuestStore;
    type Module = Module;
    /// An instance lives in its store; all that is asked of one is in its exports.
    type Instance = Rc<Exports>;
    type SharedMemory = SharedMemory;

    fn about(&self) -> About {
        about::about(self.variant)
    }

    fn open_cache(&mut self, dir: Option<&Path>) -> Result<Cache, Failure> {
        Cache::open(dir)
    }

    fn cache_statistics(&mut self, cache: &Cache) -> Result<CacheStatistics, Failure> {
        Ok(cache.statistics())
    }

    fn new_engine(&mut self, features: Option<&BTreeSet<Capability>>, cache: Option<&Cache>) -> Result<CachedEngine, Failure> {
        Ok(CachedEngine { inner: self.variant.engine(features), cache: cache.cloned() })
    }

    fn new_store(&mut self, engine: &CachedEngine, wasi: Option<&WasiSetup>) -> Result<GuestStore, Failure> {
        let world = wasi.map(|setup| self.world(setup)).transpose()?;
        Ok(GuestStore::new(&engine.inner, world))
    }

    fn compile(&mut self, engine: &CachedEngine, wasm: &[u8]) -> Result<Module, Failure> {
        engine.compile(wasm)
    }

    fn serialize(&mut self, module: &Module) -> Result<Vec<u8>, Failure> {
        module.serialize().map(Vec::from).map_err(|error| failures::serialization(&error))
    }

    /// A file that is no longer as wasmer wrote it is the caller's fault by the contract of this function. What comes of one is what is asked, and
    /// a worker may die of it.
    #[allow(unsafe_code, reason = "there is no safe function that reads artifacts")]
    fn deserialize(&mut self, engine: &CachedEngine, artifact: &Path) -> Result<Module, Failure> {
        unsafe { Module::deserialize_from_file(&engine.inner, artifact) }.map_err(|error| failures::deserialization(&error))
    }

    fn on_another_thread(&self) -> Result<Box<dyn FnOnce() -> Self + Send>, Failure> {
        let variant = self.variant;
        Ok(Box::new(move || Self::new(variant)))
    }

    fn instantiate(&mut self, store: &mut GuestStore, module: &Module, imports: &[(&str, Rc<Exports>)]) -> Result<Rc<Exports>, Failure> {
        let mut offered = Imports::new();
        // Only what the module asks for: scripts instantiate modules by the thousand, and some import from large ones.
        for import in module.imports() {
            let mut offers = imports.iter().filter(|(name, _)| *name == import.module());
            if let Some(found) = offers.find_map(|(_, exports)| exports.get_extern(import.name())) {
                offered.define(import.module(), import.name(), found.clone());
            }
        }
        let handle = store.world.as_ref().map(World::handle);
        let _entered = handle.as_ref().map(|handle| handle.enter());
        let instance = match &mut store.world {
            Some(world) if is_wasi_module(module) => return world.instantiate(&mut store.inner, module, offered),
            Some(_) | None => Instance::new(&mut store.inner, module, &offered).map_err(|error| failures::instantiation(&error))?,
        };
        Ok(Rc::new(instance.exports))
    }

    fn environment(&mut self, store: &mut GuestStore, instance: &Rc<Exports>) -> Result<Rc<Exports>, Failure> {
        let memory = store.world.as_ref().and_then(|world| world.memory(&store.inner, instance));
        let memory = memory.ok_or_else(|| Failure::failed("the instance has no WASI environment, or one without a memory"))?;
        let mut exports = Exports::new();
        exports.insert("memory", memory);
        Ok(Rc::new(exports))
    }

    fn spectest(&mut self, store: &mut GuestStore) -> Result<Rc<Exports>, Failure> {
        Ok(Rc::new(spectest::exports(&mut store.inner)?))
    }

    fn new_shared_memory(&mut self, engine: &CachedEngine, minimum: u64, maximum: u64) -> Result<SharedMemory, Failure> {
        SharedMemory::new(&engine.inner, minimum, maximum)
    }

    fn share_memory(&mut self, store: &mut GuestStore, memory: &SharedMemory) -> Result<Rc<Exports>, Failure> {
        let mut exports = Exports::new();
        exports.insert("memory", memory.in_store(&mut store.inner)?);
        Ok(Rc::new(exports))
    }

    fn invoke(&mut self, store: &mut GuestStore, instance: &Rc<Exports>, export: &str, args: &[Value]) -> Result<Vec<Value>, Failure> {
        let function = instance.get_function(export).map_err(|error| missing("function", export, &error))?;
        let args = args.iter().map(|value| values::to_guest(&mut store.inner, *value)).collect::<Result<Vec<_>, _>>()?;
        let handle = store.world.as_ref().map(World::handle);
        let _entered = handle.as_ref().map(|handle| handle.enter());
        let results = function.call(&mut store.inner, &args).map_err(|error| failures::runtime(&error))?;
        Ok(results.iter().map(|value| values::from_guest(&store.inner, value)).collect())
    }

    fn invoke_repeatedly(
        &mut self,
        store: &mut GuestStore,
        instance: &Rc<Exports>,
        export: &str,
        args: &[Value],
        iterations: u64,
    ) -> Result<Repeated<Vec<Value>>, Failure> {
        let function = instance.get_function(export).map_err(|error| missing("function", export, &error))?;
        let args = args.iter().map(|value| values::to_guest(&mut store.inner, *value)).collect::<Result<Vec<_>, _>>()?;
        let handle = store.world.as_ref().map(World::handle);
        let _entered = handle.as_ref().map(|handle| handle.enter());
        let inner = &mut store.inner;
        // A call allocates what it returns, for whoever calls it.
        let once = |results: &mut Box<[Guest]>| {
            *results = function.call(&mut *inner, &args).map_err(|error| failures::runtime(&error))?;
            Ok(())
        };
        let repeated =
            repeat(iterations, [].into(), once, |one, other| one.iter().zip(&**other).all(|(one, other)| values::are_same(one, other)))?;
        repeated.kept(|results| Ok(results.iter().map(|value| values::from_guest(&*inner, value)).collect()))
    }

    fn global_get(&mut self, store: &mut GuestStore, instance: &Rc<Exports>, export: &str) -> Result<Value, Failure> {
        let global = instance.get_global(export).map_err(|error| missing("global", export, &error))?;
        let value = global.get(&mut store.inner);
        Ok(values::from_guest(&store.inner, &value))
    }

    fn global_set(&mut self, store: &mut GuestStore, instance: &Rc<Exports>, export: &str, value: Value) -> Result<(), Failure> {
        let global = instance.get_global(export).map_err(|error| missing("global", export, &error))?;
        let value = values::to_guest(&mut store.inner, value)?;
        global.set(&mut store.inner, value).map_err(|error| failures::runtime(&error))
    }

    fn memory_size(&mut self, store: &mut GuestStore, instance: &Rc<Exports>, export: &str) -> Result<u64, Failure> {
        let memory = instance.get_memory(export).map_err(|error| missing("memory", export, &error))?;
        Ok(u64::from(memory.size(&store.inner).0))
    }

    fn memory_grow(&mut self, store: &mut GuestStore, instance: &Rc<Exports>, export: &str, pages: u64) -> Result<u64, Failure> {
        let memory = instance.get_memory(export).map_err(|error| missing("memory", export, &error))?;
        // More pages than wasmer can count are more than any memory can have.
        let pages = u32::try_from(pages).map_err(|error| Failure::new(FailureKind::Exhausted(Exhaustible::Memory), error))?;
        let before = memory.grow(&mut store.inner, Pages(pages)).map_err(|error| failures::memory(&error))?;
        Ok(u64::from(before.0))
    }

    fn memory_read(
        &mut self,
        store: &mut GuestStore,
        instance: &Rc<Exports>,
        export: &str,
        at: u64,
        length: u64,
    ) -> Result<Vec<u8>, Failure> {
        let memory = instance.get_memory(export).map_err(|error| missing("memory", export, &error))?;
        let view = memory.view(&store.inner);
        // One byte more than the memory has is out of bounds already, so the buffer need not be larger than that.
        let length = usize::try_from(length.min(view.data_size() + 1)).map_err(|_| failures::access(MemoryAccessError::Overflow))?;
        let mut bytes = vec![0; length];
        view.read(at, &mut bytes).map_err(failures::access)?;
        Ok(bytes)
    }

    fn memory_write(&mut self, store: &mut GuestStore, instance: &Rc<Exports>, export: &str, at: u64, bytes: &[u8]) -> Result<(), Failure> {
        let memory = instance.get_memory(export).map_err(|error| missing("memory", export, &error))?;
        memory.view(&store.inner).write(at, bytes).map_err(failures::access)
    }

    #[cfg(feature = "from-7_0")]
    fn run_by_runner(&mut self, engine: &CachedEngine, module: &Module, wasi: &WasiSetup) -> Result<CommandEnd, Failure> {
        runner::run(self.tasks()?, &engine.inner, module, wasi)
    }

    fn wasi_output(&mut self, store: GuestStore) -> Result<WasiOutput, Failure> {
        Ok(store.into_output())
    }
}

fn missing(sort: &str, export: &str, error: &ExportError) -> Failure {
    Failure::failed(format!("the instance exports no {sort} `{export}`: {error}"))
}
