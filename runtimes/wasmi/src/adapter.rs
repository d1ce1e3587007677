//! The adapter: wasmi's calls for those of the protocol.

use std::{collections::BTreeSet, convert::Infallible, fmt::Display, rc::Rc, sync::Arc};

use wasmatrix_adapter::{About, Adapter, Capability, Exhaustible, Failure, FailureKind, Repeated, Value, WasiOutput, WasiSetup, repeat};
use wasmi::{
    CompilationMode, Engine, Linker, Module, Store, Val,
    errors::{LinkerError, MemoryError},
};

use crate::{about, exports::Exports, failures, features, spectest, values, wasi::World};

pub(crate) struct Wasmi;

/// An engine, with WASI linked in it.
type LinkedEngine = Arc<Linker<Option<World>>>;

/// What a store is given where fuel is counted: nobody runs out of it.
const FUEL: u64 = u64::MAX;

/// How many pages a memory has.
#[cfg(feature = "from-0_41")]
type Pages = u64;
#[cfg(not(feature = "from-0_41"))]
type Pages = u32;

impl Adapter for Wasmi {
    type Cache = Infallible;
    type Engine = LinkedEngine;
    type Store = Store<Option<World>>;
    type Module = Module;
    type Instance = Exports;
    type SharedMemory = Infallible;

    fn about(&self) -> About {
        about::about()
    }

    fn new_engine(&mut self, features: Option<&BTreeSet<Capability>>, _cache: Option<&Infallible>) -> Result<LinkedEngine, Failure> {
        World::linked(&Engine::new(&features::config(features)))
    }

    /// Compiles at once: what compiles a function when it is first called takes fuel of whoever calls it, and of nobody who calls it later.
    fn new_metering_engine(
        &mut self,
        features: Option<&BTreeSet<Capability>>,
        _cache: Option<&Infallible>,
    ) -> Result<LinkedEngine, Failure> {
        World::linked(&Engine::new(features::config(features).consume_fuel(true).compilation_mode(CompilationMode::Eager)))
    }

    fn consumed(&mut self, store: &mut Self::Store) -> Result<u64, Failure> {
        store.get_fuel().map(|left| FUEL - left).map_err(Failure::failed)
    }

    fn new_store(&mut self, engine: &LinkedEngine, wasi: Option<&WasiSetup>) -> Result<Self::Store, Failure> {
        let mut store = Store::new(engine.engine(), wasi.map(|setup| World::new(setup, engine)).transpose()?);
        // An engine does not say whether it counts fuel, but its stores refuse some where it does not.
        let _ = store.set_fuel(FUEL);
        Ok(store)
    }

    fn compile(&mut self, engine: &LinkedEngine, wasm: &[u8]) -> Result<Module, Failure> {
        Module::new(engine.engine(), wasm).map_err(failures::failure)
    }

    fn on_another_thread(&self) -> Result<Box<dyn FnOnce() -> Self + Send>, Failure> {
        Ok(Box::new(|| Self))
    }

    /// Its linker and its store must be of one engine, say its documents, and nothing of the module's. One of another engine is instantiated,
    /// and then panics where it is called ("encountered foreign entity in func type registry").
    fn instantiate(&mut self, store: &mut Self::Store, module: &Module, imports: &[(&str, Exports)]) -> Result<Exports, Failure> {
        let mut linker = store.data().as_ref().map_or_else(|| Arc::new(Linker::new(store.engine())), World::linker);
        if !imports.is_empty() {
            let linker = Arc::make_mut(&mut linker);
            // Only what the module asks for: scripts instantiate modules by the thousand, and some import from large ones.
            for import in module.imports() {
                let mut offers = imports.iter().filter(|(name, _)| *name == import.module());
                if let Some(found) = offers.find_map(|(_, exports)| exports.get(store, import.name())) {
                    match linker.define(import.module(), import.name(), found) {
                        // What is there stays: a module may import the same thing twice, and what WASI answers goes before what a guest does.
                        Ok(_) | Err(LinkerError::DuplicateDefinition { .. }) => {}
                        Err(error) => return Err(Failure::failed(error)),
                    }
                }
            }
        }
        #[cfg(feature = "from-0_49")]
        let instance = linker.instantiate_and_start(store, module);
        #[cfg(not(feature = "from-0_49"))]
        let instance = linker.instantiate(&mut *store, module).and_then(|instance| instance.start(store));
        instance.map(Exports::Guest).map_err(failures::failure)
    }

    fn spectest(&mut self, store: &mut Self::Store) -> Result<Exports, Failure> {
        Ok(Exports::Host(Rc::new(spectest::externs(store)?)))
    }

    fn invoke(&mut self, store: &mut Self::Store, instance: &Exports, export: &str, args: &[Value]) -> Result<Vec<Value>, Failure> {
        let function = instance.function(store, export)?;
        let args = args.iter().map(|value| values::to_guest(&mut *store, *value)).collect::<Result<Vec<_>, _>>()?;
        let mut results: Vec<Val> = function.ty(&*store).results().iter().map(|ty| values::default_for_ty(*ty)).collect();
        function.call(&mut *store, &args, &mut results).map_err(failures::failure)?;
        Ok(results.iter().map(|value| values::from_guest(&*store, value)).collect())
    }

    fn invoke_repeatedly(
        &mut self,
        store: &mut Self::Store,
        instance: &Exports,
        export: &str,
        args: &[Value],
        iterations: u64,
    ) -> Result<Repeated<Vec<Value>>, Failure> {
        let function = instance.function(store, export)?;
        let args = args.iter().map(|value| values::to_guest(&mut *store, *value)).collect::<Result<Vec<_>, _>>()?;
        let results: Vec<Val> = function.ty(&*store).results().iter().map(|ty| values::default_for_ty(*ty)).collect();
        let once = |results: &mut Vec<Val>| function.call(&mut *store, &args, results).map_err(failures::failure);
        let same = |one: &Vec<Val>, other: &Vec<Val>| one.iter().zip(other).all(|(one, other)| values::are_same(one, other));
        let repeated = repeat(iterations, results, once, same)?;
        repeated.kept(|results| Ok(results.iter().map(|value| values::from_guest(&*store, value)).collect()))
    }

    fn global_get(&mut self, store: &mut Self::Store, instance: &Exports, export: &str) -> Result<Value, Failure> {
        let value = instance.global(store, export)?.get(&*store);
        Ok(values::from_guest(&*store, &value))
    }

    fn global_set(&mut self, store: &mut Self::Store, instance: &Exports, export: &str, value: Value) -> Result<(), Failure> {
        let value = values::to_guest(&mut *store, value)?;
        instance.global(store, export)?.set(store, value).map_err(Failure::failed)
    }

    #[allow(clippy::useless_conversion, reason = "pages are counted in 32 bits before 0.41")]
    fn memory_size(&mut self, store: &mut Self::Store, instance: &Exports, export: &str) -> Result<u64, Failure> {
        Ok(u64::from(instance.memory(store, export)?.size(&*store)))
    }

    #[allow(clippy::useless_conversion, clippy::unnecessary_fallible_conversions, reason = "as above")]
    fn memory_grow(&mut self, store: &mut Self::Store, instance: &Exports, export: &str, pages: u64) -> Result<u64, Failure> {
        let exhausted = |error: &dyn Display| Failure::new(FailureKind::Exhausted(Exhaustible::Memory), error);
        let memory = instance.memory(store, export)?;
        let pages = Pages::try_from(pages).map_err(|error| exhausted(&error))?;
        memory.grow(store, pages).map(u64::from).map_err(|error| exhausted(&error))
    }

    fn memory_read(&mut self, store: &mut Self::Store, instance: &Exports, export: &str, at: u64, length: u64) -> Result<Vec<u8>, Failure> {
        let memory = instance.memory(store, export)?;
        // One byte more than the memory has is out of bounds already, so the buffer need not be larger than that.
        let length = offset(length)?.min(memory.data_size(&*store) + 1);
        let mut bytes = vec![0; length];
        memory.read(store, offset(at)?, &mut bytes).map_err(failures::failure)?;
        Ok(bytes)
    }

    fn memory_write(&mut self, store: &mut Self::Store, instance: &Exports, export: &str, at: u64, bytes: &[u8]) -> Result<(), Failure> {
        instance.memory(store, export)?.write(store, offset(at)?, bytes).map_err(failures::failure)
    }

    fn wasi_output(&mut self, store: Self::Store) -> Result<WasiOutput, Failure> {
        Ok(store.data().as_ref().map(World::output).unwrap_or_default())
    }
}

/// A place that the host cannot even address is out of bounds.
fn offset(at: u64) -> Result<usize, Failure> {
    usize::try_from(at).map_err(|_| failures::failure(MemoryError::OutOfBoundsAccess))
}
