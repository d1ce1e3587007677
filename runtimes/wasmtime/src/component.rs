//! The adapter of the variant `component`: preview 1 commands are wrapped into components, and run through wasmtime's WASI 0.2.

use std::{collections::BTreeSet, convert::Infallible, time::Instant};

use wasmatrix_adapter::{About, Adapter, Capability, CommandEnd, Failure, FailureKind, Purpose, Value, WasiOutput, WasiSetup, Watchdog};
use wasmtime::{
    Engine, Store,
    component::{Component, Linker},
};
use wasmtime_wasi::p2::{add_to_linker_sync, bindings::sync::CommandPre};

use crate::{about, failures, variant::Variant, wasi::ComponentWorld, wrap};

pub(crate) struct Components {
    watchdog: Watchdog<Engine>,
}

impl Components {
    pub(crate) fn new() -> Self {
        Self { watchdog: Watchdog::new(Engine::increment_epoch) }
    }
}

/// A compiled command.
#[derive(Clone)]
pub(crate) enum Command {
    Linked(CommandPre<ComponentWorld>),
    /// Nobody provides what it imports. Said when it is to run, since the module itself is as it should be.
    Unlinkable(Failure),
}

fn open(purpose: Option<Purpose>) -> Result<Linker<ComponentWorld>, Failure> {
    let engine = Engine::new(&Variant::Component.config(None, purpose)?).map_err(|error| failures::other(&error))?;
    let mut linker = Linker::new(&engine);
    add_to_linker_sync(&mut linker).map_err(|error| failures::other(&error))?;
    Ok(linker)
}

fn no_core_exports<T>() -> Result<T, Failure> {
    Err(Failure::unsupported("a component exports neither core functions nor a memory"))
}

impl Adapter for Components {
    type Cache = Infallible;
    /// An engine, with WASI linked in it once for all its commands.
    type Engine = Linker<ComponentWorld>;
    type Store = Infallible;
    type Module = Command;
    type Instance = Infallible;
    type SharedMemory = Infallible;

    fn about(&self) -> About {
        about::about(Variant::Component)
    }

    fn interrupt_at(&mut self, deadline: Option<Instant>) {
        self.watchdog.set(deadline);
    }

    /// No proposal is switchable: the encoder reads modules as if all were on.
    fn new_engine(&mut self, _features: Option<&BTreeSet<Capability>>, _cache: Option<&Infallible>) -> Result<Self::Engine, Failure> {
        open(None)
    }

    fn new_measuring_engine(&mut self, _: Option<&BTreeSet<Capability>>, _: Option<&Infallible>) -> Result<Self::Engine, Failure> {
        open(Some(Purpose::Measuring))
    }

    fn new_store(&mut self, _: &Self::Engine, _: Option<&WasiSetup>) -> Result<Infallible, Failure> {
        no_core_exports()
    }

    fn compile(&mut self, linker: &Self::Engine, wasm: &[u8]) -> Result<Command, Failure> {
        let engine = linker.engine();
        let refused = |words: String| match wrap::refusal(engine, wasm, words) {
            failure if failure.kind == FailureKind::Unlinkable => Ok(Command::Unlinkable(failure)),
            failure => Err(failure),
        };
        let wrapped = match wrap::wrap(wasm) {
            Ok(wrapped) => wrapped,
            Err(words) => return refused(words),
        };
        let component = match Component::from_binary(engine, &wrapped) {
            Ok(component) => component,
            Err(error) => return refused(format!("{error:#}")),
        };
        let linked = linker.instantiate_pre(&component).and_then(CommandPre::new);
        Ok(linked.map_or_else(|error| Command::Unlinkable(failures::unlinkable(&error)), Command::Linked))
    }

    fn instantiate(&mut self, store: &mut Infallible, _: &Command, _: &[(&str, Infallible)]) -> Result<Infallible, Failure> {
        match *store {}
    }

    fn invoke(&mut self, store: &mut Infallible, _: &Infallible, _: &str, _: &[Value]) -> Result<Vec<Value>, Failure> {
        match *store {}
    }

    fn global_get(&mut self, store: &mut Infallible, _: &Infallible, _: &str) -> Result<Value, Failure> {
        match *store {}
    }

    fn global_set(&mut self, store: &mut Infallible, _: &Infallible, _: &str, _: Value) -> Result<(), Failure> {
        match *store {}
    }

    fn memory_size(&mut self, store: &mut Infallible, _: &Infallible, _: &str) -> Result<u64, Failure> {
        match *store {}
    }

    fn memory_grow(&mut self, store: &mut Infallible, _: &Infallible, _: &str, _: u64) -> Result<u64, Failure> {
        match *store {}
    }

    fn memory_read(&mut self, store: &mut Infallible, _: &Infallible, _: &str, _: u64, _: u64) -> Result<Vec<u8>, Failure> {
        match *store {}
    }

    fn memory_write(&mut self, store: &mut Infallible, _: &Infallible, _: &str, _: u64, _: &[u8]) -> Result<(), Failure> {
        match *store {}
    }

    fn wasi_output(&mut self, store: Infallible) -> Result<WasiOutput, Failure> {
        match store {}
    }

    fn run_command(&mut self, linker: &Self::Engine, module: &Command, wasi: &WasiSetup) -> Result<CommandEnd, Failure> {
        let command = match module {
            Command::Linked(command) => command,
            Command::Unlinkable(failure) => return Err(failure.clone()),
        };
        let mut store = Store::new(linker.engine(), ComponentWorld::new(wasi)?);
        // The deadline is one epoch away, and epochs pass only when the watchdog says so.
        store.set_epoch_deadline(1);
        let run = || command.instantiate(&mut store).and_then(|command| command.wasi_cli_run().call_run(&mut store));
        let failure = match self.watchdog.watch(linker.engine().clone(), run).0 {
            Ok(Ok(())) => None,
            // All that WASI 0.2 says of a failure.
            Ok(Err(())) => Some(Failure::new(FailureKind::Exit(1), "`run` returned an error")),
            Err(error) => Some(failures::run(&mut store, &error)),
        };
        Ok(CommandEnd { failure, output: store.data().output() })
    }
}
