//! The adapter of the variant `component`: preview 1 commands are wrapped into components, and run through wasmtime's WASI 0.2.

use std::{collections::BTreeSet, time::Instant};

use wasmatrix_adapter::{About, Capability, CommandEnd, Commands, Failure, FailureKind, Purpose, WasiSetup, Watchdog};
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

impl Commands for Components {
    /// An engine, with WASI linked in it once for all its commands.
    type Engine = Linker<ComponentWorld>;
    type Module = Command;

    const WHY: &str = "a component exports neither core functions nor a memory";

    fn about(&self) -> About {
        about::about(Variant::Component)
    }

    fn interrupt_at(&mut self, deadline: Option<Instant>) {
        self.watchdog.set(deadline);
    }

    /// No proposal is switchable: the encoder reads modules as if all were on.
    fn new_engine(&mut self, _features: Option<&BTreeSet<Capability>>) -> Result<Self::Engine, Failure> {
        open(None)
    }

    fn new_measuring_engine(&mut self, _features: Option<&BTreeSet<Capability>>) -> Result<Self::Engine, Failure> {
        open(Some(Purpose::Measuring))
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
