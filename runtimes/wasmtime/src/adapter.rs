//! The adapter: wasmtime's calls for those of the protocol.

use std::{collections::BTreeSet, time::Instant};

use wasmatrix_adapter::{About, Adapter, Capability, Failure, Value, WasiOutput, WasiSetup, Watchdog};
use wasmtime::{Engine, Global, Instance, Linker, Module, RootScope, Store, Val};

use crate::{about, failures, memories::Exported, values, variant::Variant, wasi::World};

pub(crate) struct Wasmtime {
    pub(crate) variant: Variant,
    pub(crate) watchdog: Watchdog,
}

impl Wasmtime {
    /// Runs guest code. The deadline is one epoch away, and epochs pass only when the watchdog says so.
    fn interruptibly<R>(&self, store: &mut Store<Option<World>>, run: impl FnOnce(&mut Store<Option<World>>) -> R) -> R {
        store.set_epoch_deadline(1);
        let engine = store.engine().clone();
        self.watchdog.watch(move || engine.increment_epoch(), || run(store)).0
    }
}

impl Adapter for Wasmtime {
    type Engine = Engine;
    type Store = Store<Option<World>>;
    type Module = Module;
    type Instance = Instance;

    fn about(&self) -> About {
        about::about(self.variant)
    }

    fn interrupt_at(&mut self, deadline: Option<Instant>) {
        self.watchdog.set(deadline);
    }

    fn new_engine(&mut self, _features: Option<&BTreeSet<Capability>>) -> Result<Engine, Failure> {
        Engine::new(&self.variant.config()?).map_err(|error| failures::other(&error))
    }

    fn new_store(&mut self, engine: &Engine, wasi: Option<&WasiSetup>) -> Result<Self::Store, Failure> {
        Ok(Store::new(engine, wasi.map(World::new).transpose()?))
    }

    fn compile(&mut self, engine: &Engine, wasm: &[u8]) -> Result<Module, Failure> {
        Module::from_binary(engine, wasm).map_err(|error| failures::compile(engine, wasm, &error))
    }

    fn instantiate(&mut self, store: &mut Self::Store, module: &Module, imports: &[(&str, Instance)]) -> Result<Instance, Failure> {
        let mut linker = Linker::new(store.engine());
        if store.data().is_some() {
            World::link(&mut linker)?;
        }
        for (name, instance) in imports {
            linker.instance(&mut *store, name, *instance).map_err(|error| failures::other(&error))?;
        }
        // What `Linker::instantiate` does, in its two steps, because an error does not say which of them it is from. The first step
        // takes the sizes that memories and tables had when they were defined, which was just now.
        let ready = linker.instantiate_pre(module).map_err(|error| failures::link(&error))?;
        self.interruptibly(store, |store| ready.instantiate(&mut *store).map_err(|error| failures::run(store, &error)))
    }

    fn invoke(&mut self, store: &mut Self::Store, instance: &Instance, export: &str, args: &[Value]) -> Result<Vec<Value>, Failure> {
        let function = instance.get_func(&mut *store, export).ok_or_else(|| missing("function", export))?;
        let mut results = vec![Val::I32(0); function.ty(&*store).results().len()];
        self.interruptibly(store, |store| {
            // References that cross here are rooted until the scope ends; without one they would be as long as the store lives.
            let mut scope = RootScope::new(&mut *store);
            let args = args.iter().map(|value| values::to_guest(&mut scope, *value)).collect::<Result<Vec<_>, _>>()?;
            function.call(&mut scope, &args, &mut results).map_err(|error| failures::run(&mut scope, &error))?;
            results.iter().map(|value| values::from_guest(&mut scope, value)).collect()
        })
    }

    fn global_get(&mut self, store: &mut Self::Store, instance: &Instance, export: &str) -> Result<Value, Failure> {
        let mut scope = RootScope::new(&mut *store);
        let value = global(&mut scope, instance, export)?.get(&mut scope);
        values::from_guest(&mut scope, &value)
    }

    fn global_set(&mut self, store: &mut Self::Store, instance: &Instance, export: &str, value: Value) -> Result<(), Failure> {
        let mut scope = RootScope::new(&mut *store);
        let value = values::to_guest(&mut scope, value)?;
        global(&mut scope, instance, export)?.set(&mut scope, value).map_err(|error| failures::other(&error))
    }

    fn memory_size(&mut self, store: &mut Self::Store, instance: &Instance, export: &str) -> Result<u64, Failure> {
        Ok(Exported::of(store, instance, export)?.size(store))
    }

    fn memory_grow(&mut self, store: &mut Self::Store, instance: &Instance, export: &str, pages: u64) -> Result<u64, Failure> {
        Exported::of(store, instance, export)?.grow(store, pages)
    }

    fn memory_read(
        &mut self,
        store: &mut Self::Store,
        instance: &Instance,
        export: &str,
        at: u64,
        length: u64,
    ) -> Result<Vec<u8>, Failure> {
        Exported::of(store, instance, export)?.read(store, at, length)
    }

    fn memory_write(&mut self, store: &mut Self::Store, instance: &Instance, export: &str, at: u64, bytes: &[u8]) -> Result<(), Failure> {
        Exported::of(store, instance, export)?.write(store, at, bytes)
    }

    fn wasi_output(&mut self, store: Self::Store) -> Result<WasiOutput, Failure> {
        Ok(store.data().as_ref().map(World::output).unwrap_or_default())
    }
}

fn global(store: impl wasmtime::AsContextMut, instance: &Instance, export: &str) -> Result<Global, Failure> {
    instance.get_global(store, export).ok_or_else(|| missing("global", export))
}

fn missing(sort: &str, export: &str) -> Failure {
    Failure::failed(format!("the instance exports no {sort} `{export}`"))
}
