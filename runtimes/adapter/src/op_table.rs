//! The handles of a worker: which name stands for which cache, engine, store, module, shared memory or instance.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    fs, io,
    path::Path,
    time::Instant,
};

use crate::{Adapter, Answer, Capability, Failure, FailureKind, ImportFrom, Op, Purpose, WasiSetup, Wasm, measure::Slowdown};

/// An adapter with its open handles; performs one operation at a time.
///
/// Separate from [`crate::serve()`], so that a worker with a loop of its own (the test double) answers ordinary requests
/// the ordinary way.
pub struct OpTable<A: Adapter> {
    pub(crate) adapter: A,
    caches: HashMap<String, A::Cache>,
    pub(crate) engines: HashMap<String, A::Engine>,
    stores: HashMap<String, A::Store>,
    pub(crate) modules: HashMap<String, A::Module>,
    pub(crate) memories: HashMap<String, A::SharedMemory>,
    instances: HashMap<String, Resident<A::Instance>>,
    /// Caches, engines, modules and shared memories that were closed, and are no more: in Rust nothing is left to be named.
    closed: HashSet<String>,
}

struct Resident<I> {
    store: String,
    instance: I,
}

impl<A: Adapter> OpTable<A> {
    /// No handles are open yet.
    pub fn new(adapter: A) -> Self {
        Self::with(adapter, HashMap::new(), HashMap::new(), HashMap::new())
    }

    /// These engines, modules and shared memories are open.
    pub(crate) fn with(
        adapter: A,
        engines: HashMap<String, A::Engine>,
        modules: HashMap<String, A::Module>,
        memories: HashMap<String, A::SharedMemory>,
    ) -> Self {
        Self {
            adapter,
            caches: HashMap::new(),
            engines,
            stores: HashMap::new(),
            modules,
            memories,
            instances: HashMap::new(),
            closed: HashSet::new(),
        }
    }

    /// Performs one operation; a guest that still runs at the deadline is interrupted where the runtime can be.
    pub fn perform(&mut self, op: &Op, deadline: Option<Instant>) -> Result<Answer, Failure> {
        self.adapter.interrupt_at(deadline);
        match op {
            Op::Parallel { threads } => self.parallel(threads, deadline),
            Op::Measure { before, op, iterations, slowed_permille } => {
                self.measure(before, op, *iterations, Slowdown(slowed_permille.unwrap_or_default()))
            }
            op => self.perform_one(op),
        }
    }

    /// Performs an operation that has no others in it.
    pub(crate) fn perform_one(&mut self, op: &Op) -> Result<Answer, Failure> {
        match op {
            Op::About {} => Ok(Answer::About(Box::new(self.adapter.about()))),
            Op::OpenCache { cache, dir } => {
                let opened = self.adapter.open_cache(dir.as_deref())?;
                self.closed.remove(cache);
                self.caches.insert(cache.clone(), opened);
                Ok(Answer::Done)
            }
            Op::CacheStatistics { cache } => {
                let cache = find(&self.caches, &self.closed, "cache", cache)?;
                self.adapter.cache_statistics(cache).map(Answer::CacheStatistics)
            }
            Op::NewEngine { engine, features, cache, purpose } => {
                let cache = cache.as_ref().map(|cache| find(&self.caches, &self.closed, "cache", cache)).transpose()?;
                let open = match purpose {
                    None => A::new_engine,
                    Some(Purpose::Measuring) => A::new_measuring_engine,
                    Some(Purpose::Metering) => A::new_metering_engine,
                };
                let opened = open(&mut self.adapter, features.as_ref(), cache)?;
                self.closed.remove(engine);
                self.engines.insert(engine.clone(), opened);
                Ok(Answer::Done)
            }
            Op::NewStore { store, engine, wasi } => {
                self.can_grant(wasi.as_ref())?;
                let opened = self.adapter.new_store(find(&self.engines, &self.closed, "engine", engine)?, wasi.as_ref())?;
                self.stores.insert(store.clone(), opened);
                Ok(Answer::Done)
            }
            Op::Compile { module, engine, wasm } => {
                let wasm = match wasm {
                    Wasm::Path(path) => {
                        Cow::Owned(fs::read(path).map_err(|error| Failure::failed(format!("cannot read {}: {error}", path.display())))?)
                    }
                    Wasm::Base64(bytes) => Cow::Borrowed(&bytes.0[..]),
                };
                let compiled = self.adapter.compile(find(&self.engines, &self.closed, "engine", engine)?, &wasm)?;
                Ok(self.compiled(module, compiled))
            }
            Op::Serialize { module, artifact } => {
                let bytes = self.adapter.serialize(find(&self.modules, &self.closed, "module", module)?)?;
                write_new(artifact, &bytes)
            }
            Op::Deserialize { module, engine, artifact } => {
                let compiled = self.adapter.deserialize(find(&self.engines, &self.closed, "engine", engine)?, artifact)?;
                Ok(self.compiled(module, compiled))
            }
            Op::Instantiate { name: Some(_), .. } => Err(Failure::new(
                FailureKind::Unsupported(Some(Capability::NamedInstances)),
                "this worker registers no instances under names",
            )),
            Op::Instantiate { instance, store, module, imports, name: None } => {
                let linked = self.linked(store, imports)?;
                let made = self.adapter.instantiate(
                    find_mut(&mut self.stores, "store", store)?,
                    find(&self.modules, &self.closed, "module", module)?,
                    &linked,
                )?;
                self.instances.insert(instance.clone(), Resident { store: store.clone(), instance: made });
                Ok(Answer::Done)
            }
            Op::Spectest { instance, store } => {
                let made = self.adapter.spectest(find_mut(&mut self.stores, "store", store)?)?;
                self.instances.insert(instance.clone(), Resident { store: store.clone(), instance: made });
                Ok(Answer::Done)
            }
            Op::NewSharedMemory { memory, engine, minimum, maximum } => {
                let made = self.adapter.new_shared_memory(find(&self.engines, &self.closed, "engine", engine)?, *minimum, *maximum)?;
                self.closed.remove(memory);
                self.memories.insert(memory.clone(), made);
                Ok(Answer::Done)
            }
            Op::ShareMemory { instance, store, memory } => {
                let made = self.adapter.share_memory(
                    find_mut(&mut self.stores, "store", store)?,
                    find(&self.memories, &self.closed, "shared memory", memory)?,
                )?;
                self.instances.insert(instance.clone(), Resident { store: store.clone(), instance: made });
                Ok(Answer::Done)
            }
            Op::Environment { instance, of } => {
                let made = {
                    let (adapter, store, of) = self.resident(of)?;
                    adapter.environment(store, of)?
                };
                let store = find(&self.instances, &self.closed, "instance", of)?.store.clone();
                self.instances.insert(instance.clone(), Resident { store, instance: made });
                Ok(Answer::Done)
            }
            Op::Invoke { instance, export, args } => {
                let (adapter, store, instance) = self.resident(instance)?;
                adapter.invoke(store, instance, export, args).map(Answer::Values)
            }
            Op::GlobalGet { instance, export } => {
                let (adapter, store, instance) = self.resident(instance)?;
                adapter.global_get(store, instance, export).map(|value| Answer::Values(vec![value]))
            }
            Op::GlobalSet { instance, export, value } => {
                let (adapter, store, instance) = self.resident(instance)?;
                adapter.global_set(store, instance, export, *value).map(|()| Answer::Done)
            }
            Op::MemorySize { instance, export } => {
                let (adapter, store, instance) = self.resident(instance)?;
                adapter.memory_size(store, instance, export).map(Answer::Pages)
            }
            Op::MemoryGrow { instance, export, pages } => {
                let (adapter, store, instance) = self.resident(instance)?;
                adapter.memory_grow(store, instance, export, *pages).map(Answer::Pages)
            }
            Op::MemoryRead { instance, export, at, length } => {
                let (adapter, store, instance) = self.resident(instance)?;
                adapter.memory_read(store, instance, export, *at, *length).map(|bytes| Answer::Bytes(crate::GuestBytes(bytes)))
            }
            Op::MemoryWrite { instance, export, at, bytes } => {
                let (adapter, store, instance) = self.resident(instance)?;
                adapter.memory_write(store, instance, export, *at, &bytes.0).map(|()| Answer::Done)
            }
            Op::WasiOutput { store } => {
                let ended = self.stores.remove(store).ok_or_else(|| unknown("store", store))?;
                self.instances.retain(|_, resident| resident.store != *store);
                self.adapter.wasi_output(ended).map(Answer::Output)
            }
            Op::RunCommand { engine, module, wasi, by_runner } => {
                self.can_grant(Some(wasi))?;
                let engine = find(&self.engines, &self.closed, "engine", engine)?;
                let module = find(&self.modules, &self.closed, "module", module)?;
                let run = if *by_runner { A::run_by_runner } else { A::run_command };
                run(&mut self.adapter, engine, module, wasi).map(Answer::Command)
            }
            Op::Consumed { store } => self.adapter.consumed(find_mut(&mut self.stores, "store", store)?).map(Answer::Consumed),
            Op::Parallel { .. } | Op::Measure { .. } => Err(Failure::failed("an operation with others in it cannot be in another one")),
            Op::Close { handle } => self.close(handle),
            Op::Reset {} => {
                self.instances.clear();
                self.stores.clear();
                self.memories.clear();
                self.modules.clear();
                self.engines.clear();
                self.caches.clear();
                self.closed.clear();
                Ok(Answer::Done)
            }
        }
    }

    /// Refuses a world that the receipt does not claim, so that no adapter can forget to.
    fn can_grant(&self, wasi: Option<&WasiSetup>) -> Result<(), Failure> {
        let Some(grants) = wasi.map(|wasi| &wasi.grants).filter(|grants| !grants.is_empty()) else { return Ok(()) };
        let claimed = self.adapter.about().capabilities;
        grants.are_among(|needed| claimed.contains(&needed))
    }

    fn compiled(&mut self, handle: &str, module: A::Module) -> Answer {
        self.closed.remove(handle);
        self.modules.insert(handle.to_owned(), module);
        Answer::Done
    }

    pub(crate) fn with_engine(&mut self, engine: &str) -> Result<(&mut A, &A::Engine), Failure> {
        Ok((&mut self.adapter, find(&self.engines, &self.closed, "engine", engine)?))
    }

    pub(crate) fn with_module(&mut self, module: &str) -> Result<(&mut A, &A::Module), Failure> {
        Ok((&mut self.adapter, find(&self.modules, &self.closed, "module", module)?))
    }

    pub(crate) fn with_store_and_module(&mut self, store: &str, module: &str) -> Result<(&mut A, &mut A::Store, &A::Module), Failure> {
        Ok((&mut self.adapter, find_mut(&mut self.stores, "store", store)?, find(&self.modules, &self.closed, "module", module)?))
    }

    pub(crate) fn linked<'i>(&self, store: &str, imports: &'i [ImportFrom]) -> Result<Vec<(&'i str, A::Instance)>, Failure> {
        imports
            .iter()
            .map(|import| {
                let resident = find(&self.instances, &self.closed, "instance", &import.instance)?;
                if resident.store == store {
                    Ok((import.module.as_str(), resident.instance.clone()))
                } else {
                    Err(Failure::failed(format!("instance `{}` lives in another store", import.instance)))
                }
            })
            .collect()
    }

    pub(crate) fn resident(&mut self, instance: &str) -> Result<(&mut A, &mut A::Store, &A::Instance), Failure> {
        let resident = find(&self.instances, &self.closed, "instance", instance)?;
        let store = find_mut(&mut self.stores, "store", &resident.store)?;
        Ok((&mut self.adapter, store, &resident.instance))
    }

    pub(crate) fn close(&mut self, handle: &str) -> Result<Answer, Failure> {
        let mut closed = self.instances.remove(handle).is_some();
        if self.stores.remove(handle).is_some() {
            self.instances.retain(|_, resident| resident.store != handle);
            closed = true;
        }
        let mut drops = self.modules.remove(handle).is_some();
        drops |= self.memories.remove(handle).is_some();
        drops |= self.engines.remove(handle).is_some();
        drops |= self.caches.remove(handle).is_some();
        if drops {
            self.closed.insert(handle.to_owned());
        }
        closed |= drops;
        if closed { Ok(Answer::Done) } else { Err(unknown("handle", handle)) }
    }
}

fn find<'t, T>(table: &'t HashMap<String, T>, closed: &HashSet<String>, sort: &str, handle: &str) -> Result<&'t T, Failure> {
    table.get(handle).ok_or_else(|| {
        if closed.contains(handle) {
            Failure::unsupported(format!("the {sort} `{handle}` was closed, and in Rust what is closed cannot be named any more"))
        } else {
            unknown(sort, handle)
        }
    })
}

/// Replaces what stands there, so that a module that is mapped from the old file keeps what it has mapped.
fn write_new(path: &Path, bytes: &[u8]) -> Result<Answer, Failure> {
    let cannot = |error| Failure::failed(format!("cannot write {}: {error}", path.display()));
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(cannot(error)),
        _ => {}
    }
    fs::write(path, bytes).map_err(cannot)?;
    Ok(Answer::Done)
}

fn find_mut<'t, T>(table: &'t mut HashMap<String, T>, sort: &str, handle: &str) -> Result<&'t mut T, Failure> {
    table.get_mut(handle).ok_or_else(|| unknown(sort, handle))
}

fn unknown(sort: &str, handle: &str) -> Failure {
    Failure::failed(format!("no {sort} `{handle}` is open"))
}
