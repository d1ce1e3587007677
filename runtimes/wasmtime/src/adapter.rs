//! The adapter: wasmtime's calls for those of the protocol.

use std::{collections::BTreeSet, path::Path, rc::Rc, sync::Arc, time::Instant};

use wasmatrix_adapter::{
    About, Adapter, CacheStatistics, Capability, Failure, Purpose, Repeated, Value, WasiOutput, WasiSetup, Watchdog, repeat,
};
use wasmtime::{Cache, Engine, Linker, Module, RootScope, SharedMemory, Store, Val};

use crate::{
    about, cache,
    exports::Exports,
    failures,
    memories::{self, Exported},
    spectest, values,
    variant::Variant,
    wasi::World,
};

/// What a store is given where fuel is counted: nobody runs out of it.
const FUEL: u64 = u64::MAX;

/// An engine, with WASI linked in it.
type LinkedEngine = Arc<Linker<Option<World>>>;

pub(crate) struct Wasmtime {
    variant: Variant,
    watchdog: Watchdog<Engine>,
}

impl Wasmtime {
    pub(crate) fn new(variant: Variant) -> Self {
        Self { variant, watchdog: Watchdog::new(Engine::increment_epoch) }
    }

    fn open(
        &self,
        features: Option<&BTreeSet<Capability>>,
        cache: Option<&Cache>,
        purpose: Option<Purpose>,
    ) -> Result<LinkedEngine, Failure> {
        let mut config = self.variant.config(features, purpose)?;
        config.cache(cache.cloned());
        World::linked(&Engine::new(&config).map_err(|error| failures::other(&error))?)
    }

    /// Runs guest code. The deadline is one epoch away, and epochs pass only when the watchdog says so.
    fn interruptibly<R>(&self, store: &mut Store<Option<World>>, run: impl FnOnce(&mut Store<Option<World>>) -> R) -> R {
        store.set_epoch_deadline(1);
        self.watchdog.watch(store.engine().clone(), || run(store)).0
    }
}

impl Adapter for Wasmtime {
    type Cache = Cache;
    type Engine = LinkedEngine;
    type Store = Store<Option<World>>;
    type Module = Module;
    type Instance = Exports;
    type SharedMemory = SharedMemory;

    fn about(&self) -> About {
        about::about(self.variant)
    }

    fn interrupt_at(&mut self, deadline: Option<Instant>) {
        self.watchdog.set(deadline);
    }

    fn open_cache(&mut self, dir: Option<&Path>) -> Result<Cache, Failure> {
        cache::open(dir)
    }

    fn cache_statistics(&mut self, cache: &Cache) -> Result<CacheStatistics, Failure> {
        Ok(cache::statistics(cache))
    }

    fn new_engine(&mut self, features: Option<&BTreeSet<Capability>>, cache: Option<&Cache>) -> Result<Self::Engine, Failure> {
        self.open(features, cache, None)
    }

    fn new_measuring_engine(&mut self, features: Option<&BTreeSet<Capability>>, cache: Option<&Cache>) -> Result<Self::Engine, Failure> {
        self.open(features, cache, Some(Purpose::Measuring))
    }

    fn new_metering_engine(&mut self, features: Option<&BTreeSet<Capability>>, cache: Option<&Cache>) -> Result<Self::Engine, Failure> {
        self.open(features, cache, Some(Purpose::Metering))
    }

    fn consumed(&mut self, store: &mut Self::Store) -> Result<u64, Failure> {
        store.get_fuel().map(|left| FUEL - left).map_err(|error| failures::other(&error))
    }

    fn new_store(&mut self, engine: &Self::Engine, wasi: Option<&WasiSetup>) -> Result<Self::Store, Failure> {
        let mut store = Store::new(engine.engine(), wasi.map(|setup| World::new(setup, engine)).transpose()?);
        // An engine does not say whether it counts fuel, but its stores refuse some where it does not.
        let _ = store.set_fuel(FUEL);
        Ok(store)
    }

    fn compile(&mut self, engine: &Self::Engine, wasm: &[u8]) -> Result<Module, Failure> {
        Module::from_binary(engine.engine(), wasm).map_err(|error| failures::compile(engine.engine(), wasm, &error))
    }

    fn serialize(&mut self, module: &Module) -> Result<Vec<u8>, Failure> {
        module.serialize().map_err(|error| failures::other(&error))
    }

    /// A file that is no longer as wasmtime wrote it is the caller's fault by the contract of this function. What comes of one is what is asked, and
    /// a worker may die of it.
    #[allow(unsafe_code, reason = "there is no safe function that reads artifacts")]
    fn deserialize(&mut self, engine: &Self::Engine, artifact: &Path) -> Result<Module, Failure> {
        unsafe { Module::deserialize_file(engine.engine(), artifact) }.map_err(|error| failures::artifact(&error))
    }

    fn on_another_thread(&self) -> Result<Box<dyn FnOnce() -> Self + Send>, Failure> {
        let variant = self.variant;
        Ok(Box::new(move || Self::new(variant)))
    }

    fn instantiate(&mut self, store: &mut Self::Store, module: &Module, imports: &[(&str, Exports)]) -> Result<Exports, Failure> {
        let mut linker = store.data().as_ref().map_or_else(|| Arc::new(Linker::new(store.engine())), World::linker);
        if !imports.is_empty() {
            let linker = Arc::make_mut(&mut linker);
            // Only what the module asks for: scripts instantiate modules by the thousand, and some import from large ones.
            for import in module.imports() {
                // A module may import the same thing twice, and what WASI answers goes before what a guest does.
                if linker.get_by_import(&mut *store, &import).is_some() {
                    continue;
                }
                let mut offers = imports.iter().filter(|(name, _)| *name == import.module());
                if let Some(found) = offers.find_map(|(_, exports)| exports.get(&mut *store, import.name())) {
                    linker.define(&mut *store, import.module(), import.name(), found).map_err(|error| failures::other(&error))?;
                }
            }
        }
        // What `Linker::instantiate` does, in its two steps, because an error does not say which of them it is from. The first step
        // takes the sizes that memories and tables had when they were defined, which was just now.
        let ready = linker.instantiate_pre(module).map_err(|error| failures::link(store.engine(), module, &error))?;
        self.interruptibly(store, |store| ready.instantiate(&mut *store).map_err(|error| failures::run(store, &error))).map(Exports::Guest)
    }

    fn spectest(&mut self, store: &mut Self::Store) -> Result<Exports, Failure> {
        Ok(Exports::Host(Rc::new(spectest::externs(store)?)))
    }

    fn new_shared_memory(&mut self, engine: &Self::Engine, minimum: u64, maximum: u64) -> Result<SharedMemory, Failure> {
        memories::shared(engine.engine(), minimum, maximum)
    }

    fn share_memory(&mut self, _store: &mut Self::Store, memory: &SharedMemory) -> Result<Exports, Failure> {
        Ok(Exports::Host(Rc::new([("memory", memory.clone().into())].into())))
    }

    fn invoke(&mut self, store: &mut Self::Store, instance: &Exports, export: &str, args: &[Value]) -> Result<Vec<Value>, Failure> {
        let function = instance.function(&mut *store, export)?;
        let mut results = vec![Val::I32(0); function.ty(&*store).results().len()];
        self.interruptibly(store, |store| {
            // References that cross here are rooted until the scope ends; without one they would be as long as the store lives.
            let mut scope = RootScope::new(&mut *store);
            let args = args.iter().map(|value| values::to_guest(&mut scope, *value)).collect::<Result<Vec<_>, _>>()?;
            function.call(&mut scope, &args, &mut results).map_err(|error| failures::run(&mut scope, &error))?;
            results.iter().map(|value| values::from_guest(&mut scope, value)).collect()
        })
    }

    fn invoke_repeatedly(
        &mut self,
        store: &mut Self::Store,
        instance: &Exports,
        export: &str,
        args: &[Value],
        iterations: u64,
    ) -> Result<Repeated<Vec<Value>>, Failure> {
        let function = instance.function(&mut *store, export)?;
        let results = vec![Val::I32(0); function.ty(&*store).results().len()];
        // An engine with epochs can be measured too, and this one never passes.
        store.set_epoch_deadline(1);
        let mut scope = RootScope::new(&mut *store);
        let args = args.iter().map(|value| values::to_guest(&mut scope, *value)).collect::<Result<Vec<_>, _>>()?;
        let once = |results: &mut Vec<Val>| function.call(&mut scope, &args, results).map_err(|error| failures::run(&mut scope, &error));
        let same = |one: &Vec<Val>, other: &Vec<Val>| one.iter().zip(other).all(|(one, other)| values::are_same(one, other));
        repeat(iterations, results, once, same)?.kept(|results| results.iter().map(|value| values::from_guest(&mut scope, value)).collect())
    }

    fn global_get(&mut self, store: &mut Self::Store, instance: &Exports, export: &str) -> Result<Value, Failure> {
        let mut scope = RootScope::new(&mut *store);
        let value = instance.global(&mut scope, export)?.get(&mut scope);
        values::from_guest(&mut scope, &value)
    }

    fn global_set(&mut self, store: &mut Self::Store, instance: &Exports, export: &str, value: Value) -> Result<(), Failure> {
        let mut scope = RootScope::new(&mut *store);
        let value = values::to_guest(&mut scope, value)?;
        instance.global(&mut scope, export)?.set(&mut scope, value).map_err(|error| failures::other(&error))
    }

    fn memory_size(&mut self, store: &mut Self::Store, instance: &Exports, export: &str) -> Result<u64, Failure> {
        Ok(Exported::of(store, instance, export)?.size(store))
    }

    fn memory_grow(&mut self, store: &mut Self::Store, instance: &Exports, export: &str, pages: u64) -> Result<u64, Failure> {
        Exported::of(store, instance, export)?.grow(store, pages)
    }

    fn memory_read(&mut self, store: &mut Self::Store, instance: &Exports, export: &str, at: u64, length: u64) -> Result<Vec<u8>, Failure> {
        Exported::of(store, instance, export)?.read(store, at, length)
    }

    fn memory_write(&mut self, store: &mut Self::Store, instance: &Exports, export: &str, at: u64, bytes: &[u8]) -> Result<(), Failure> {
        Exported::of(store, instance, export)?.write(store, at, bytes)
    }

    fn wasi_output(&mut self, store: Self::Store) -> Result<WasiOutput, Failure> {
        Ok(store.data().as_ref().map(World::output).unwrap_or_default())
    }
}
