//! An adapter without a runtime. It does what the names of exported functions say, so that the harness can be tested without one.

use std::{collections::BTreeSet, path::Path, sync::Arc, time::Instant};

use wasmatrix_adapter::{
    About, Adapter, CacheStatistics, Capability, Captured, Failure, FailureKind, PROTOCOL_VERSION, TrapCode, Value, WasiImplementation,
    WasiOutput, WasiSetup, built,
};

use crate::{
    SECOND,
    artifacts::{self, Code},
    caches::Cache,
    functions,
    guest::{Instance, Module, SharedMemory},
    marks::contains,
    misdeeds::Misdeed,
};

/// The parts of the lifecycle that it has not: its guests neither have threads nor poll, and there is no environment around them.
const LACKING: [Capability; 5] =
    [Capability::ThreadLimit, Capability::PollLimit, Capability::LoopbackNetwork, Capability::CommandRunner, Capability::EnvironmentMemory];

#[derive(Clone)]
pub(crate) struct Honest {
    variant: String,
    deadline: Option<Instant>,
}

impl Honest {
    pub(crate) fn new(variant: &str) -> Self {
        Self { variant: variant.to_owned(), deadline: None }
    }

    /// What it says that it can run.
    fn claims(&self) -> BTreeSet<Capability> {
        let more = match self.variant.as_str() {
            "boastful" => Some(Capability::Threads),
            "retired" => Some(Capability::WasiThreads),
            _ => None,
        };
        let less = if self.variant == "modest" { Some(Capability::MultiValue) } else { None };
        let claims_lifecycle = !matches!(self.variant.as_str(), "cacheless" | "modest");
        let lifecycle = Capability::ALL.into_iter().filter(|it| it.is_of_lifecycle() && !LACKING.contains(it) && claims_lifecycle);
        self.runs().into_iter().chain(lifecycle).chain(more).filter(|capability| Some(*capability) != less).collect()
    }

    /// What it can run, as far as it runs anything. Version 2 has lost one thing and won another.
    fn runs(&self) -> [Capability; 3] {
        let drifting = if SECOND { Capability::SignExtension } else { Capability::MutableGlobals };
        [Capability::MultiValue, drifting, Capability::WasiPreview1]
    }

    /// What an engine of these features runs. Only multi-value can be off.
    fn runs_with(&self, features: Option<&BTreeSet<Capability>>) -> BTreeSet<Capability> {
        let is_on = |capability: &Capability| features.is_none_or(|features| features.contains(capability));
        self.runs().into_iter().filter(|capability| *capability != Capability::MultiValue || is_on(capability)).collect()
    }

    /// Refuses a part of the lifecycle in variants that have none.
    fn has(&self, part: &str) -> Result<(), Failure> {
        if !has_lifecycle(&self.variant) { Err(Failure::unsupported(format!("faux was told to have no {part}"))) } else { Ok(()) }
    }

    fn open(&self, features: Option<&BTreeSet<Capability>>, cache: Option<&Arc<Cache>>, meters: bool) -> Result<Arc<Engine>, Failure> {
        if self.variant == "engineless" {
            return Err(Failure::failed("faux was told to have no engine"));
        }
        Ok(Arc::new(Engine { runs: self.runs_with(features), cache: cache.cloned(), meters }))
    }

    fn version() -> String {
        built!().version_of(env!("CARGO_PKG_NAME"))
    }

    /// Who writes artifacts and entries of caches, and reads no others.
    fn writer(&self) -> String {
        format!("{}+{}", Self::version(), self.variant)
    }
}

/// Whether a variant has what the lifecycle has beyond engines, modules, stores and instances.
pub(crate) fn has_lifecycle(variant: &str) -> bool {
    !matches!(variant, "cacheless" | "boastful")
}

/// What it runs, with the cache that it was opened with.
pub(crate) struct Engine {
    runs: BTreeSet<Capability>,
    cache: Option<Arc<Cache>>,
    /// Whether it counts the calls of guests' functions, which are its fuel.
    meters: bool,
}

pub(crate) struct Store {
    engine: Arc<Engine>,
    output: Captured,
    /// How often functions were called in it.
    calls: u64,
}

impl Adapter for Honest {
    type Cache = Arc<Cache>;
    type Engine = Arc<Engine>;
    type Store = Store;
    /// With the engine that it was compiled for.
    type Module = (Arc<Engine>, Module);
    type Instance = Instance;
    type SharedMemory = SharedMemory;

    fn about(&self) -> About {
        let built = built!();
        About {
            protocol: if self.variant == "outdated" { PROTOCOL_VERSION + 1000 } else { PROTOCOL_VERSION },
            runtime: "faux".to_owned(),
            variant: self.variant.clone(),
            version: if self.variant == "versionless" { String::new() } else { Self::version() },
            wasi: if SECOND {
                WasiImplementation::Package { name: "faux-wasi".to_owned(), version: "2.0.1".to_owned() }
            } else {
                WasiImplementation::Undeclared
            },
            configuration: [("executes".to_owned(), "nothing".to_owned())].into(),
            capabilities: self.claims(),
            switchable: self.claims().intersection(&[Capability::MultiValue].into()).copied().collect(),
            measuring: [].into(),
            commands_only: false,
            compiler: Some(built.rustc.to_owned()),
            profile: Some(built.profile.to_owned()),
        }
    }

    fn interrupt_at(&mut self, deadline: Option<Instant>) {
        self.deadline = deadline;
    }

    fn open_cache(&mut self, dir: Option<&Path>) -> Result<Arc<Cache>, Failure> {
        self.has("caches")?;
        Cache::open(dir).map(Arc::new)
    }

    fn cache_statistics(&mut self, cache: &Arc<Cache>) -> Result<CacheStatistics, Failure> {
        Ok(cache.statistics())
    }

    fn new_engine(&mut self, features: Option<&BTreeSet<Capability>>, cache: Option<&Arc<Cache>>) -> Result<Arc<Engine>, Failure> {
        self.open(features, cache, false)
    }

    fn new_metering_engine(&mut self, features: Option<&BTreeSet<Capability>>, cache: Option<&Arc<Cache>>) -> Result<Arc<Engine>, Failure> {
        self.has("fuel")?;
        self.open(features, cache, true)
    }

    fn consumed(&mut self, store: &mut Store) -> Result<u64, Failure> {
        if store.engine.meters { Ok(store.calls) } else { Err(Failure::failed("this engine was not opened for metering")) }
    }

    fn new_store(&mut self, engine: &Arc<Engine>, _wasi: Option<&WasiSetup>) -> Result<Store, Failure> {
        Ok(Store { engine: Arc::clone(engine), output: Captured::default(), calls: 0 })
    }

    fn compile(&mut self, engine: &Arc<Engine>, wasm: &[u8]) -> Result<Self::Module, Failure> {
        Misdeed::at("when_compiled/", wasm, self.deadline)?;
        // The names of exported functions, here as elsewhere.
        if contains(wasm, "i_am_unsupported") {
            return Err(Failure::unsupported("faux was told not to know such modules"));
        }
        if contains(wasm, "i_have_threads") {
            return Err(Failure::new(FailureKind::Unsupported(Some(Capability::Threads)), "faux has no threads"));
        }
        if contains(wasm, "i_trap_when_compiled") {
            return Err(Failure::trap(TrapCode::Unreachable, "faux was told to trap, and nothing runs yet"));
        }
        // An exported function that is named like this stands for everything that a validator would refuse.
        let beyond = Capability::ALL.into_iter().filter(|capability| !capability.is_of_lifecycle() && !engine.runs.contains(capability));
        let is_beyond = beyond.map(|capability| format!("probe_{capability}")).any(|probe| contains(wasm, &probe));
        if !wasm.starts_with(b"\0asm\x01\0\0\0") || contains(wasm, "i_am_invalid") || is_beyond {
            return Err(Failure::new(FailureKind::Rejected, "not a module that faux would take"));
        }
        let code = match &engine.cache {
            Some(cache) => cache.code(&self.writer(), wasm, self.deadline)?,
            None => Code { wasm: wasm.to_vec(), is_wrong: false },
        };
        Ok((Arc::clone(engine), Module::new(code)))
    }

    fn serialize(&mut self, (_, module): &Self::Module) -> Result<Vec<u8>, Failure> {
        self.has("artifacts")?;
        Ok(artifacts::write(&self.writer(), &module.code.wasm))
    }

    fn deserialize(&mut self, engine: &Arc<Engine>, artifact: &Path) -> Result<Self::Module, Failure> {
        self.has("artifacts")?;
        let cannot = |error| Failure::failed(format!("cannot read {}: {error}", artifact.display()));
        let bytes = std::fs::read(artifact).map_err(cannot)?;
        let code = artifacts::read(&self.writer(), &bytes, self.deadline)?;
        Ok((Arc::clone(engine), Module::new(code)))
    }

    fn on_another_thread(&self) -> Result<Box<dyn FnOnce() -> Self + Send>, Failure> {
        self.has("threads")?;
        let there = self.clone();
        Ok(Box::new(move || there))
    }

    fn instantiate(
        &mut self,
        store: &mut Store,
        (engine, module): &Self::Module,
        imports: &[(&str, Instance)],
    ) -> Result<Instance, Failure> {
        let wasm = &module.code.wasm;
        if !Arc::ptr_eq(engine, &store.engine) {
            Misdeed::at("when_in_another_engine/", wasm, self.deadline)?;
        }
        if contains(wasm, "nobody_has_this") {
            return Err(Failure::new(FailureKind::Unlinkable, "nobody has this"));
        }
        if contains(wasm, "i_trap_at_my_start") {
            return Err(Failure::trap(TrapCode::Unreachable, "faux was told to trap at the start"));
        }
        Ok(module.instantiated(imports.iter().map(|(_, from)| from)))
    }

    fn new_shared_memory(&mut self, _engine: &Arc<Engine>, minimum: u64, maximum: u64) -> Result<SharedMemory, Failure> {
        self.has("shared memories")?;
        SharedMemory::new(minimum, maximum)
    }

    fn share_memory(&mut self, _store: &mut Store, memory: &SharedMemory) -> Result<Instance, Failure> {
        Ok(if self.variant == "copying" { memory.copied().opened() } else { memory.opened() })
    }

    fn spectest(&mut self, _store: &mut Store) -> Result<Instance, Failure> {
        if self.variant == "spectestless" {
            return Err(Failure::unsupported("faux was told to have no spectest"));
        }
        Ok(Instance::spectest())
    }

    fn invoke(&mut self, store: &mut Store, instance: &Instance, export: &str, args: &[Value]) -> Result<Vec<Value>, Failure> {
        store.calls += 1;
        let mut values = match Misdeed::named(export, args) {
            Some(misdeed) => misdeed.commit(self.deadline)?,
            None if self.variant == "rambling" && export == "trap" => {
                functions::call("trap_far_down", args, &mut instance.parts(), &store.output)?
            }
            None => functions::call(export, args, &mut instance.parts(), &store.output)?,
        };
        if instance.is_wrong {
            values.iter_mut().for_each(|value| {
                if let Value::I32(bits) = value {
                    *bits = bits.wrapping_add(1);
                }
            });
        }
        Ok(values)
    }

    fn global_get(&mut self, _store: &mut Store, instance: &Instance, export: &str) -> Result<Value, Failure> {
        instance.global(export)
    }

    fn global_set(&mut self, _store: &mut Store, instance: &Instance, _export: &str, value: Value) -> Result<(), Failure> {
        match value {
            Value::I32(bits) => instance.parts().global = bits,
            other => return Err(Failure::failed(format!("the global is an i32, not {other}"))),
        }
        Ok(())
    }

    fn memory_size(&mut self, _store: &mut Store, instance: &Instance, _export: &str) -> Result<u64, Failure> {
        Ok(instance.memory_size())
    }

    fn memory_grow(&mut self, _store: &mut Store, instance: &Instance, _export: &str, pages: u64) -> Result<u64, Failure> {
        instance.memory_grow(pages)
    }

    fn memory_read(&mut self, _store: &mut Store, instance: &Instance, _export: &str, at: u64, length: u64) -> Result<Vec<u8>, Failure> {
        instance.memory_read(at, length)
    }

    fn memory_write(&mut self, _store: &mut Store, instance: &Instance, _export: &str, at: u64, bytes: &[u8]) -> Result<(), Failure> {
        instance.memory_write(at, bytes)
    }

    fn wasi_output(&mut self, store: Store) -> Result<WasiOutput, Failure> {
        Ok(WasiOutput::captured(&store.output, &Captured::default()))
    }
}
