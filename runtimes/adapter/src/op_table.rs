//! The handles of a worker: which name stands for which engine, store, module or instance.

use std::{borrow::Cow, collections::HashMap, fs, time::Instant};

use crate::{Adapter, Answer, Failure, ImportFrom, Op, Wasm};

/// An adapter with its open handles; performs one operation at a time.
///
/// Separate from [`crate::serve()`], so that a worker with a loop of its own (the test double) answers ordinary requests
/// the ordinary way.
pub struct OpTable<A: Adapter> {
    adapter: A,
    engines: HashMap<String, A::Engine>,
    stores: HashMap<String, A::Store>,
    modules: HashMap<String, A::Module>,
    instances: HashMap<String, Resident<A::Instance>>,
}

struct Resident<I> {
    store: String,
    instance: I,
}

impl<A: Adapter> OpTable<A> {
    /// No handles are open yet.
    pub fn new(adapter: A) -> Self {
        Self { adapter, engines: HashMap::new(), stores: HashMap::new(), modules: HashMap::new(), instances: HashMap::new() }
    }

    /// Performs one operation; a guest that still runs at the deadline is interrupted where the runtime can be.
    pub fn perform(&mut self, op: &Op, deadline: Option<Instant>) -> Result<Answer, Failure> {
        self.adapter.interrupt_at(deadline);
        match op {
            Op::About {} => Ok(Answer::About(Box::new(self.adapter.about()))),
            Op::NewEngine { engine, features } => {
                let opened = self.adapter.new_engine(features.as_ref())?;
                self.engines.insert(engine.clone(), opened);
                Ok(Answer::Done)
            }
            Op::NewStore { store, engine, wasi } => {
                let opened = self.adapter.new_store(find(&self.engines, "engine", engine)?, wasi.as_ref())?;
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
                let compiled = self.adapter.compile(find(&self.engines, "engine", engine)?, &wasm)?;
                self.modules.insert(module.clone(), compiled);
                Ok(Answer::Done)
            }
            Op::Instantiate { instance, store, module, imports } => {
                let linked = self.linked(store, imports)?;
                let made = self.adapter.instantiate(
                    find_mut(&mut self.stores, "store", store)?,
                    find(&self.modules, "module", module)?,
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
            Op::RunCommand { engine, module, wasi } => self
                .adapter
                .run_command(find(&self.engines, "engine", engine)?, find(&self.modules, "module", module)?, wasi)
                .map(Answer::Command),
            Op::Close { handle } => self.close(handle),
            Op::Reset {} => {
                self.instances.clear();
                self.stores.clear();
                self.modules.clear();
                self.engines.clear();
                Ok(Answer::Done)
            }
        }
    }

    fn linked<'i>(&self, store: &str, imports: &'i [ImportFrom]) -> Result<Vec<(&'i str, A::Instance)>, Failure> {
        imports
            .iter()
            .map(|import| {
                let resident = find(&self.instances, "instance", &import.instance)?;
                if resident.store == store {
                    Ok((import.module.as_str(), resident.instance.clone()))
                } else {
                    Err(Failure::failed(format!("instance `{}` lives in another store", import.instance)))
                }
            })
            .collect()
    }

    fn resident(&mut self, instance: &str) -> Result<(&mut A, &mut A::Store, &A::Instance), Failure> {
        let resident = find(&self.instances, "instance", instance)?;
        let store = find_mut(&mut self.stores, "store", &resident.store)?;
        Ok((&mut self.adapter, store, &resident.instance))
    }

    fn close(&mut self, handle: &str) -> Result<Answer, Failure> {
        let mut closed = self.instances.remove(handle).is_some();
        if self.stores.remove(handle).is_some() {
            self.instances.retain(|_, resident| resident.store != handle);
            closed = true;
        }
        closed |= self.modules.remove(handle).is_some();
        closed |= self.engines.remove(handle).is_some();
        if closed { Ok(Answer::Done) } else { Err(unknown("handle", handle)) }
    }
}

fn find<'t, T>(table: &'t HashMap<String, T>, sort: &str, handle: &str) -> Result<&'t T, Failure> {
    table.get(handle).ok_or_else(|| unknown(sort, handle))
}

fn find_mut<'t, T>(table: &'t mut HashMap<String, T>, sort: &str, handle: &str) -> Result<&'t mut T, Failure> {
    table.get_mut(handle).ok_or_else(|| unknown(sort, handle))
}

fn unknown(sort: &str, handle: &str) -> Failure {
    Failure::failed(format!("no {sort} `{handle}` is open"))
}
