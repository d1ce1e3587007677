//! Every request of a cell, in order. A function of the case and of where its files lie, so that `wasmatrix show` prints
//! exactly what `wasmatrix run` sends.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

use wasmatrix_adapter::{GuestBytes, ImportFrom, Op, Preopen, Value, WasiSetup, Wasm, WasmBytes};

use crate::suite::{Argument, Case, Form, Module, Step, StepOp};

/// One request of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The step it is for, from 0.
    pub step: usize,
    /// `Some`: it opens what the step needs, and this is what it does, `compile main` say.
    pub opening: Option<String>,
    /// What is sent; requests are numbered from 1.
    pub op: Op,
}

/// The requests of a case whose files lie below `folder`: larger modules in `modules/NAME.wasm`, preopens in `preopens/NUMBER`.
pub fn script(case: &Case, folder: &Path) -> Vec<Line> {
    let mut script = Script { case, folder, stores: stores(case), lines: Vec::new(), open: BTreeSet::new() };
    match case.form {
        Form::Steps => {
            for (index, step) in case.steps.iter().enumerate() {
                script.step(index, step);
            }
        }
        Form::Command => script.run(0, "main"),
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
}

impl Script<'_> {
    fn send(&mut self, step: usize, opening: Option<String>, op: Op) {
        self.lines.push(Line { step, opening, op });
    }

    fn step(&mut self, index: usize, step: &Step) {
        let op = match &step.op {
            StepOp::Compile { module } => {
                self.open_engine(index);
                self.open.insert(module_handle(module));
                self.compile(module)
            }
            StepOp::Instantiate { instance, module, imports } => {
                for imported in imports.values() {
                    self.open_instance(index, imported);
                }
                self.open_module(index, module);
                self.open_store(index, instance);
                self.open.insert(instance.clone());
                self.instantiate(instance, module, imports)
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
                self.open_instance(index, instance);
                Op::MemorySize { instance: instance.clone(), export: export.clone() }
            }
            StepOp::MemoryGrow { instance, export, pages } => {
                self.open_instance(index, instance);
                Op::MemoryGrow { instance: instance.clone(), export: export.clone(), pages: *pages }
            }
            StepOp::MemoryRead { instance, export, at, length } => {
                self.open_instance(index, instance);
                Op::MemoryRead { instance: instance.clone(), export: export.clone(), at: *at, length: *length }
            }
            StepOp::MemoryWrite { instance, export, at, bytes } => {
                self.open_instance(index, instance);
                Op::MemoryWrite { instance: instance.clone(), export: export.clone(), at: *at, bytes: bytes.clone() }
            }
            StepOp::Run { module } => return self.run(index, module),
            StepOp::WasiOutput { instance } => {
                self.open_instance(index, instance);
                Op::WasiOutput { store: self.end_store(instance) }
            }
            StepOp::Close { instance } => {
                self.open_instance(index, instance);
                Op::Close { handle: self.end_store(instance) }
            }
        };
        self.send(index, None, op);
    }

    fn run(&mut self, step: usize, module: &str) {
        self.open_module(step, module);
        let op = Op::RunCommand { engine: ENGINE.to_owned(), module: module_handle(module), wasi: self.wasi() };
        self.send(step, None, op);
    }

    /// The store of an instance, and everything that lives in it, is not open any more.
    fn end_store(&mut self, instance: &str) -> String {
        let store = self.stores.of(instance);
        let stores = &self.stores;
        self.open.retain(|handle| *handle != store && stores.of(handle) != store);
        store
    }

    fn open_engine(&mut self, step: usize) {
        if self.open.insert(ENGINE.to_owned()) {
            self.send(step, Some("new engine".to_owned()), Op::NewEngine { engine: ENGINE.to_owned(), features: None, cache: None });
        }
    }

    fn open_module(&mut self, step: usize, module: &str) {
        self.open_engine(step);
        if self.open.insert(module_handle(module)) {
            let op = self.compile(module);
            self.send(step, Some(format!("compile {module}")), op);
        }
    }

    fn open_store(&mut self, step: usize, instance: &str) {
        self.open_engine(step);
        let store = self.stores.of(instance);
        if self.open.insert(store.clone()) {
            let has_guest = self.stores.modules(&store).any(|module| self.case.modules.get(module).is_some_and(|it| it.imports_wasi));
            let wasi = has_guest.then(|| self.wasi());
            self.send(step, Some("new store".to_owned()), Op::NewStore { store, engine: ENGINE.to_owned(), wasi });
        }
    }

    /// Instantiates the module of the instance's own name, without imports: all that "on first use" means.
    fn open_instance(&mut self, step: usize, instance: &str) {
        if self.open.contains(instance) {
            return;
        }
        self.open_module(step, instance);
        self.open_store(step, instance);
        self.open.insert(instance.to_owned());
        let op = self.instantiate(instance, instance, &BTreeMap::new());
        self.send(step, Some(format!("instantiate {instance}")), op);
    }

    fn compile(&self, module: &str) -> Op {
        Op::Compile { module: module_handle(module), engine: ENGINE.to_owned(), wasm: self.wasm(module) }
    }

    fn wasm(&self, module: &str) -> Wasm {
        match self.case.modules.get(module).filter(|module| is_sent(module)) {
            Some(module) => Wasm::Base64(WasmBytes(Arc::clone(&module.wasm))),
            None => Wasm::Path(module_path(self.folder, module)),
        }
    }

    fn instantiate(&self, instance: &str, module: &str, imports: &BTreeMap<String, String>) -> Op {
        Op::Instantiate {
            instance: instance.to_owned(),
            store: self.stores.of(instance),
            module: module_handle(module),
            imports: imports.iter().map(|(module, instance)| ImportFrom { module: module.clone(), instance: instance.clone() }).collect(),
            name: None,
        }
    }

    fn wasi(&self) -> WasiSetup {
        let world = &self.case.world;
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

/// Which instances share a store: those that import from each other.
struct Stores {
    /// The instance's module and its store's name.
    instances: BTreeMap<String, (String, String)>,
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

fn stores(case: &Case) -> Stores {
    let mut instances: BTreeMap<String, (String, String)> = BTreeMap::new();
    for step in &case.steps {
        let StepOp::Instantiate { instance, module, imports } = &step.op else { continue };
        let own = format!("{instance}.store");
        instances.insert(instance.clone(), (module.clone(), own.clone()));
        for imported in imports.values() {
            let (_, joined) = instances.entry(imported.clone()).or_insert_with(|| (imported.clone(), format!("{imported}.store"))).clone();
            // Whoever shares a store with the one imported shares it with this one too.
            for (_, store) in instances.values_mut() {
                if *store == joined {
                    store.clone_from(&own);
                }
            }
        }
    }
    Stores { instances }
}
