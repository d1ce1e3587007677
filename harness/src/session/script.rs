//! Everything that is done for a cell, in order. A function of the case and of where its files lie, so that `wasmatrix show` prints
//! exactly what `wasmatrix run` sends.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

use wasmatrix_adapter::{GuestBytes, ImportFrom, Op, Preopen, Value, WasiSetup, Wasm, WasmBytes};

use crate::suite::{Act, Argument, Case, DiskSort, Form, Lifecycle, Made, Module, Step, StepOp, WasiWorld, Within};

/// One thing that is done for a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The step it is for, from 0.
    pub step: usize,
    /// `Some`: it opens what the step needs, and this is what it does, `compile main` say.
    pub opening: Option<String>,
    /// What is done.
    pub does: Does,
}

/// What is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Does {
    /// This is sent to the worker; requests are numbered from 1.
    Asks(Op),
    /// The same, and what it answers is a look at what became of the step.
    Looks {
        /// The request.
        op: Op,
        /// What is looked at.
        at: Look,
    },
    /// The same, between two looks at a compilation cache.
    Watches {
        /// The request.
        op: Op,
        /// The cache's handle.
        cache: String,
        /// Its directory, where it has one.
        dir: Option<PathBuf>,
    },
    /// The same of every branch, side by side.
    Branches {
        /// What a branch is asked, with the branch's own steps.
        lines: Vec<Line>,
        /// How many branches there are.
        times: usize,
        /// Where they run.
        within: Within,
    },
    /// The harness does it.
    Acts(Act),
}

/// What is looked at around a command that is run with a canary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Whether the memory had this many pages before it was grown, so that the canary is written behind what is the guest's.
    Grown(u64),
    /// The page with this number.
    Canary(u64),
    /// What the guest wrote to its streams.
    Output,
}

impl Line {
    /// The request, where it is one.
    pub fn asks(&self) -> Option<&Op> {
        match &self.does {
            Does::Asks(op) | Does::Looks { op, .. } => Some(op),
            Does::Watches { .. } | Does::Branches { .. } | Does::Acts(_) => None,
        }
    }

    /// The requests that a worker is sent: branches on threads are one, and a look at a cache is another before and after.
    pub fn sends(&self) -> Vec<Op> {
        match &self.does {
            Does::Asks(op) | Does::Looks { op, .. } => vec![op.clone()],
            Does::Watches { op, cache, .. } => {
                let counts = Op::CacheStatistics { cache: cache.clone() };
                vec![counts.clone(), op.clone(), counts]
            }
            Does::Branches { lines, times, within: Within::Threads } => {
                let branch: Vec<Op> = lines.iter().filter_map(Self::asks).cloned().collect();
                vec![Op::Parallel { threads: vec![branch; *times] }]
            }
            Does::Branches { within: Within::Processes, .. } | Does::Acts(_) => Vec::new(),
        }
    }
}

/// The requests of a case whose files lie below `folder`: larger modules in `modules/NAME.wasm`, preopens in `preopens/NUMBER`.
pub fn script(case: &Case, folder: &Path) -> Vec<Line> {
    let mut script = Script {
        case,
        folder,
        stores: stores(&case.steps, BTreeMap::new()),
        lines: Vec::new(),
        open: BTreeSet::new(),
        caches: Caches::default(),
    };
    match case.form {
        Form::Steps => {
            for (index, step) in case.steps.iter().enumerate() {
                script.step(index, step);
            }
        }
        Form::Command => script.run(0, "main", &Made::default(), &case.world, false),
    }
    script.lines
}

/// The name of the one engine that a case uses.
const ENGINE: &str = "engine";

struct Script<'c> {
    case: &'c Case,
    folder: &'c Path,
    /// The store of each instance, and the modules that are instantiated in a store.
    stores: Stores,
    lines: Vec<Line>,
    open: BTreeSet<String>,
    caches: Caches,
}

/// The compilation caches of a process.
#[derive(Default)]
struct Caches {
    /// Whether nobody looks at them: what several branches do to one directory at once cannot be told apart.
    unwatched: bool,
    /// Their directories, by their handles.
    dirs: BTreeMap<String, Option<PathBuf>>,
    /// The handles of the engines that were opened with one.
    engines: BTreeMap<String, String>,
    /// A disk that the process alone sees into.
    unseen: Option<PathBuf>,
}

impl Script<'_> {
    fn send(&mut self, step: usize, opening: Option<String>, op: Op) {
        self.lines.push(Line { step, opening, does: Does::Asks(op) });
    }

    fn step(&mut self, index: usize, step: &Step) {
        let op = match &step.op {
            StepOp::Compile { module, compiled, engine } => {
                self.open_engine(index, engine.as_deref());
                self.open.insert(module_handle(compiled));
                let op = self.compile(module, compiled, engine.as_deref());
                let watched = self.caches.engines.get(&engine_handle(engine.as_deref())).filter(|_| !self.caches.unwatched);
                if let Some(cache) = watched.cloned() {
                    let dir = self.caches.dirs.get(&cache).cloned().flatten();
                    return self.lines.push(Line { step: index, opening: None, does: Does::Watches { op, cache, dir } });
                }
                op
            }
            StepOp::Instantiate { instance, module, imports, made } => {
                for imported in imports.values() {
                    if !self.stores.shared.contains_key(imported) {
                        self.open_instance(index, imported);
                    }
                }
                if made.compiled.is_none() {
                    self.open_module(index, module);
                }
                self.open_store(index, instance, made.engine.as_deref());
                for imported in imports.values() {
                    if self.stores.shared.contains_key(imported) {
                        self.share_memory(index, imported, self.stores.of(instance));
                    }
                }
                self.open.insert(instance.clone());
                self.instantiate(instance, module, imports, made)
            }
            StepOp::Invoke { instance, export, args } => {
                self.open_instance(index, instance);
                let args = self.arguments(index, instance, args);
                Op::Invoke { instance: instance.clone(), export: export.clone(), args }
            }
            StepOp::GlobalGet { instance, export } => {
                self.open_instance(index, instance);
                Op::GlobalGet { instance: instance.clone(), export: export.clone() }
            }
            StepOp::GlobalSet { instance, export, value } => {
                self.open_instance(index, instance);
                Op::GlobalSet { instance: instance.clone(), export: export.clone(), value: *value }
            }
            StepOp::MemorySize { instance, export } => {
                let instance = self.open_holder(index, instance);
                Op::MemorySize { instance, export: export.clone() }
            }
            StepOp::MemoryGrow { instance, export, pages } => {
                let instance = self.open_holder(index, instance);
                Op::MemoryGrow { instance, export: export.clone(), pages: *pages }
            }
            StepOp::MemoryRead { instance, export, at, length } => {
                let instance = self.open_holder(index, instance);
                Op::MemoryRead { instance, export: export.clone(), at: *at, length: *length }
            }
            StepOp::MemoryWrite { instance, export, at, bytes } => {
                let instance = self.open_holder(index, instance);
                Op::MemoryWrite { instance, export: export.clone(), at: *at, bytes: bytes.clone() }
            }
            StepOp::Run { module, canary: true, .. } => return self.run_with_canary(index, module),
            StepOp::Run { module, made, .. } | StepOp::Wagi { module, made, .. } => {
                let by_runner = matches!(step.op, StepOp::Run { by_runner: true, .. });
                return self.run(index, module, made, &step.op.world(&self.case.world), by_runner);
            }
            StepOp::Environment { instance, of } => {
                self.open_instance(index, of);
                self.open.insert(instance.clone());
                Op::Environment { instance: instance.clone(), of: of.clone() }
            }
            StepOp::WasiOutput { instance } => {
                self.open_instance(index, instance);
                Op::WasiOutput { store: self.end_store(instance) }
            }
            StepOp::Close { instance } => {
                self.open_instance(index, instance);
                Op::Close { handle: self.end_store(instance) }
            }
            StepOp::Lifecycle(lifecycle) => match self.lifecycle(index, lifecycle) {
                Does::Asks(op) => op,
                does => return self.lines.push(Line { step: index, opening: None, does }),
            },
        };
        self.send(index, None, op);
    }

    fn lifecycle(&mut self, index: usize, lifecycle: &Lifecycle) -> Does {
        Does::Asks(match lifecycle {
            Lifecycle::OpenCache { cache, dir } => {
                let (cache, dir) = (cache_handle(cache), dir.as_ref().map(|dir| kept_path(self.folder, dir)));
                let is_unseen = |dir: &PathBuf| self.caches.unseen.as_ref().is_some_and(|disk| dir.starts_with(disk));
                self.caches.dirs.insert(cache.clone(), dir.clone().filter(|dir| !is_unseen(dir)));
                Op::OpenCache { cache, dir }
            }
            Lifecycle::NewEngine { engine, cache } => {
                let (engine, cache) = (engine_handle(Some(engine)), cache.as_deref().map(cache_handle));
                self.caches.engines.extend(cache.clone().map(|cache| (engine.clone(), cache)));
                Op::NewEngine { engine, features: None, cache, purpose: None }
            }
            Lifecycle::Serialize { module, to } => Op::Serialize { module: module_handle(module), artifact: kept_path(self.folder, to) },
            Lifecycle::Deserialize { compiled, engine, from, module: _ } => {
                self.open_engine(index, engine.as_deref());
                self.open.insert(module_handle(compiled));
                let (module, engine) = (module_handle(compiled), engine_handle(engine.as_deref()));
                Op::Deserialize { module, engine, artifact: kept_path(self.folder, from) }
            }
            Lifecycle::SharedMemory { memory, engine, minimum, maximum } => {
                self.open_engine(index, engine.as_deref());
                let (memory, engine) = (shared_handle(memory), engine_handle(engine.as_deref()));
                Op::NewSharedMemory { memory, engine, minimum: *minimum, maximum: *maximum }
            }
            Lifecycle::CloseSharedMemory { memory } => Op::Close { handle: shared_handle(memory) },
            Lifecycle::CloseModule { module } => Op::Close { handle: module_handle(module) },
            Lifecycle::CloseEngine { engine } => Op::Close { handle: engine_handle(Some(engine)) },
            Lifecycle::CloseCache { cache } => Op::Close { handle: cache_handle(cache) },
            Lifecycle::Parallel { steps, times, within } => {
                let (open, shared) = match within {
                    Within::Threads => {
                        (self.open.iter().filter(|handle| !self.is_of_store(handle)).cloned().collect(), self.stores.shared.clone())
                    }
                    Within::Processes => (BTreeSet::new(), BTreeMap::new()),
                };
                let mut branch = Script {
                    case: self.case,
                    folder: self.folder,
                    stores: stores(steps, shared),
                    lines: Vec::new(),
                    open,
                    caches: Caches { unwatched: true, ..Caches::default() },
                };
                for (place, step) in steps.iter().enumerate() {
                    branch.step(place, step);
                }
                return Does::Branches { lines: branch.lines, times: *times, within: *within };
            }
            Lifecycle::Act(act) => {
                if let Act::Restart { disk, .. } = act {
                    self.open.clear();
                    let unseen = disk.as_ref().filter(|disk| matches!(disk.sort, DiskSort::Holding(_)));
                    self.caches = Caches { unseen: unseen.map(|disk| kept_path(self.folder, &disk.path)), ..Caches::default() };
                    self.stores = stores(self.case.steps.get(index + 1..).unwrap_or_default(), BTreeMap::new());
                }
                return Does::Acts(act.clone());
            }
        })
    }

    /// Whether a handle is that of a store or of an instance, which no thread shares.
    fn is_of_store(&self, handle: &str) -> bool {
        handle.ends_with(STORE) || self.stores.instances.contains_key(handle) || self.case.modules.contains_key(handle)
    }

    fn run(&mut self, step: usize, module: &str, made: &Made, world: &WasiWorld, by_runner: bool) {
        if made.compiled.is_none() {
            self.open_module(step, module);
        }
        let module = module_handle(made.compiled.as_deref().unwrap_or(module));
        let op = Op::RunCommand { engine: engine_handle(made.engine.as_deref()), module, wasi: self.wasi(world), by_runner };
        self.send(step, None, op);
    }

    /// What `run` does, from the outside: between the instance and its `_start` there is time to put a page behind its memory.
    fn run_with_canary(&mut self, step: usize, module: &str) {
        self.open_module(step, module);
        let (instance, store) = (format!("{module}.run"), format!("{module}.run{STORE}"));
        let page = self.case.modules.get(module).and_then(|module| module.pages).unwrap_or(0);
        let at = page.saturating_mul(PAGE);
        let (of, export) = (|| instance.clone(), || "memory".to_owned());
        let open = Op::NewStore { store: store.clone(), engine: engine_handle(None), wasi: Some(self.wasi(&self.case.world)) };
        self.send(step, Some("new store".to_owned()), open);
        let made = Op::Instantiate { instance: of(), store: store.clone(), module: module_handle(module), imports: Vec::new(), name: None };
        self.send(step, Some(format!("instantiate {module}")), made);
        self.look(step, Op::MemoryGrow { instance: of(), export: export(), pages: 1 }, Look::Grown(page));
        let write = Op::MemoryWrite { instance: of(), export: export(), at, bytes: GuestBytes(canary()) };
        self.send(step, Some("write the canary".to_owned()), write);
        self.send(step, None, Op::Invoke { instance: of(), export: "_start".to_owned(), args: Vec::new() });
        self.look(step, Op::MemoryRead { instance: of(), export: export(), at, length: PAGE }, Look::Canary(page));
        self.look(step, Op::WasiOutput { store }, Look::Output);
    }

    fn look(&mut self, step: usize, op: Op, at: Look) {
        self.lines.push(Line { step, opening: None, does: Does::Looks { op, at } });
    }

    /// The store of an instance, and everything that lives in it, is not open any more.
    fn end_store(&mut self, instance: &str) -> String {
        let store = self.stores.of(instance);
        let stores = &self.stores;
        self.open.retain(|handle| *handle != store && stores.of(handle) != store && !handle.ends_with(&opened_in(&store)));
        store
    }

    /// Opens the engine that all cases have; others are opened by steps.
    fn open_engine(&mut self, step: usize, engine: Option<&str>) {
        if engine.is_none() && self.open.insert(ENGINE.to_owned()) {
            self.send(
                step,
                Some("new engine".to_owned()),
                Op::NewEngine { engine: ENGINE.to_owned(), features: None, cache: None, purpose: None },
            );
        }
    }

    fn open_module(&mut self, step: usize, module: &str) {
        self.open_engine(step, None);
        if self.open.insert(module_handle(module)) {
            let op = self.compile(module, module, None);
            self.send(step, Some(format!("compile {module}")), op);
        }
    }

    fn open_store(&mut self, step: usize, instance: &str, engine: Option<&str>) {
        self.open_engine(step, engine);
        let store = self.stores.of(instance);
        if self.open.insert(store.clone()) {
            let has_guest = self.stores.modules(&store).any(|module| self.case.modules.get(module).is_some_and(|it| it.imports_wasi));
            let wasi = has_guest.then(|| self.wasi(&self.case.world));
            self.send(step, Some("new store".to_owned()), Op::NewStore { store, engine: engine_handle(engine), wasi });
        }
    }

    /// Instantiates the module of the instance's own name, without imports: all that "on first use" means.
    fn open_instance(&mut self, step: usize, instance: &str) {
        if self.open.contains(instance) {
            return;
        }
        self.open_module(step, instance);
        self.open_store(step, instance, None);
        self.open.insert(instance.to_owned());
        let op = self.instantiate(instance, instance, &BTreeMap::new(), &Made::default());
        self.send(step, Some(format!("instantiate {instance}")), op);
    }

    /// Opens whose memory a step reaches, and says by which handle.
    fn open_holder(&mut self, step: usize, named: &str) -> String {
        match self.stores.shared.get(named).cloned() {
            None => {
                self.open_instance(step, named);
                named.to_owned()
            }
            Some(engine) => {
                self.open_store(step, named, engine.as_deref());
                self.share_memory(step, named, self.stores.of(named))
            }
        }
    }

    /// Opens a shared memory in a store, where it is not yet.
    fn share_memory(&mut self, step: usize, memory: &str, store: String) -> String {
        let instance = shared_in(memory, &store);
        if self.open.insert(instance.clone()) {
            let op = Op::ShareMemory { instance: instance.clone(), store, memory: shared_handle(memory) };
            self.send(step, Some(format!("share {memory}")), op);
        }
        instance
    }

    fn compile(&self, module: &str, compiled: &str, engine: Option<&str>) -> Op {
        Op::Compile { module: module_handle(compiled), engine: engine_handle(engine), wasm: self.wasm(module) }
    }

    fn wasm(&self, module: &str) -> Wasm {
        match self.case.modules.get(module).filter(|module| is_sent(module)) {
            Some(module) => Wasm::Base64(WasmBytes(Arc::clone(&module.wasm))),
            None => Wasm::Path(module_path(self.folder, module)),
        }
    }

    fn instantiate(&self, instance: &str, module: &str, imports: &BTreeMap<String, String>, made: &Made) -> Op {
        let store = self.stores.of(instance);
        let answering = |named: &String| if self.stores.shared.contains_key(named) { shared_in(named, &store) } else { named.clone() };
        Op::Instantiate {
            instance: instance.to_owned(),
            module: module_handle(made.compiled.as_deref().unwrap_or(module)),
            imports: imports.iter().map(|(module, named)| ImportFrom { module: module.clone(), instance: answering(named) }).collect(),
            store,
            name: made.name.clone(),
        }
    }

    fn wasi(&self, world: &WasiWorld) -> WasiSetup {
        WasiSetup {
            args: world.args.clone(),
            env: world.env.clone(),
            stdin: world.stdin.clone(),
            preopens: world
                .preopens
                .iter()
                .enumerate()
                .map(|(number, preopen)| Preopen { host: preopen_path(self.folder, number), guest: preopen.guest.clone() })
                .collect(),
            grants: world.grants.clone(),
        }
    }

    /// Strings become a pointer and a length, and one write each of their bytes beforehand.
    fn arguments(&mut self, step: usize, instance: &str, args: &[Argument]) -> Vec<Value> {
        let module = self.stores.module_of(instance);
        let mut at = self.case.modules.get(module).and_then(|module| module.scratch).unwrap_or(0);
        let mut values = Vec::new();
        for argument in args {
            match argument {
                Argument::Value(value) => values.push(*value),
                Argument::Text(text) => {
                    let length = text.len() as u32;
                    let bytes = GuestBytes(text.clone().into_bytes());
                    let write = Op::MemoryWrite { instance: instance.to_owned(), export: "memory".to_owned(), at: at.into(), bytes };
                    self.send(step, Some(format!("write {text:?} to the scratch area")), write);
                    values.extend([Value::I32(at), Value::I32(length)]);
                    at = at.saturating_add(length);
                }
            }
        }
        values
    }
}

/// The size of a page of memory, in bytes.
const PAGE: u64 = 64 << 10;

/// A page on which no two stretches are alike, so that one that was moved shows as well as one that was written.
pub(super) fn canary() -> Vec<u8> {
    (0..PAGE).step_by(16).flat_map(|at| format!("canary {at:08x}\n").into_bytes()).collect()
}

/// The end of the handle of a store.
const STORE: &str = ".store";

fn cache_handle(cache: &str) -> String {
    format!("{cache}.cache")
}

fn engine_handle(engine: Option<&str>) -> String {
    engine.map_or_else(|| ENGINE.to_owned(), |engine| format!("{engine}.engine"))
}

fn shared_handle(memory: &str) -> String {
    format!("{memory}.shared")
}

/// The handle of a shared memory as an instance of a store. A memory is of no store, so it can be in several.
fn shared_in(memory: &str, store: &str) -> String {
    format!("{memory}{}", opened_in(store))
}

/// The end of such handles of a store.
fn opened_in(store: &str) -> String {
    format!("@{store}")
}

fn module_handle(module: &str) -> String {
    format!("{module}.module")
}

/// The largest module that travels in its request, in bytes; a larger one is a file, so that `wasmatrix show` stays readable.
const LARGEST_SENT: usize = 4 << 10;

/// Whether a module travels in its request, and so needs no file.
pub(super) fn is_sent(module: &Module) -> bool {
    module.wasm.len() <= LARGEST_SENT
}

/// Where a module of the case lies.
pub(super) fn module_path(folder: &Path, module: &str) -> PathBuf {
    folder.join("modules").join(format!("{module}.wasm"))
}

/// Where the copy of a preopened tree lies.
pub(super) fn preopen_path(folder: &Path, number: usize) -> PathBuf {
    folder.join("preopens").join(number.to_string())
}

/// Where a path of the cell's own lies: caches, artifacts.
pub(super) fn kept_path(folder: &Path, path: &Path) -> PathBuf {
    folder.join(KEPT).join(path)
}

/// The folder of what the case's steps keep.
pub(crate) const KEPT: &str = "kept";

/// Which instances share a store: those that import from each other.
struct Stores {
    /// The instance's module and its store's name.
    instances: BTreeMap<String, (String, String)>,
    /// The shared memories, which are of no store, with the engines that they were made for.
    shared: BTreeMap<String, Option<String>>,
}

impl Stores {
    fn of(&self, instance: &str) -> String {
        self.instances.get(instance).map_or_else(|| format!("{instance}.store"), |(_, store)| store.clone())
    }

    fn module_of<'s>(&'s self, instance: &'s str) -> &'s str {
        self.instances.get(instance).map_or(instance, |(module, _)| module)
    }

    fn modules<'s>(&'s self, store: &'s str) -> impl Iterator<Item = &'s str> {
        let unnamed = store.strip_suffix(".store");
        let named = self.instances.values().filter(move |(_, of)| of == store).map(|(module, _)| module.as_str());
        named.chain(unnamed)
    }
}

/// Those of one process, or of one thread of it, which has these shared memories from before.
fn stores(steps: &[Step], mut shared: BTreeMap<String, Option<String>>) -> Stores {
    let mut instances: BTreeMap<String, (String, String)> = BTreeMap::new();
    let ends = |step: &&Step| matches!(step.op, StepOp::Lifecycle(Lifecycle::Act(Act::Restart { .. })));
    for step in steps.iter().take_while(|step| !ends(step)) {
        if let StepOp::Lifecycle(Lifecycle::SharedMemory { memory, engine, .. }) = &step.op {
            shared.insert(memory.clone(), engine.clone());
        }
        if let StepOp::Environment { instance, of } = &step.op {
            let of = instances.entry(of.clone()).or_insert_with(|| (of.clone(), format!("{of}.store"))).clone();
            instances.insert(instance.clone(), of);
        }
        let StepOp::Instantiate { instance, module, imports, .. } = &step.op else { continue };
        let own = format!("{instance}.store");
        instances.insert(instance.clone(), (module.clone(), own.clone()));
        for imported in imports.values().filter(|imported| !shared.contains_key(*imported)) {
            let (_, joined) = instances.entry(imported.clone()).or_insert_with(|| (imported.clone(), format!("{imported}.store"))).clone();
            // Whoever shares a store with the one imported shares it with this one too.
            for (_, store) in instances.values_mut() {
                if *store == joined {
                    store.clone_from(&own);
                }
            }
        }
    }
    Stores { instances, shared }
}
