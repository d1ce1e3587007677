//! A runtime that only runs commands, as an adapter.

use std::{collections::BTreeSet, convert::Infallible, time::Instant};

use crate::{About, Adapter, Capability, CommandEnd, Failure, Value, WasiOutput, WasiSetup};

/// A runtime that runs commands and calls no exports: its guests' instances cannot be reached from outside. Its receipt says `commands_only`.
/// [`CommandsOnly`] makes an adapter of it, and what [`Adapter`] says of the methods holds for those of the same name here.
pub trait Commands: Sized + 'static {
    /// As in [`Adapter`].
    type Engine: Clone + Send;
    /// As in [`Adapter`].
    type Module: Clone + Send;

    /// Why it runs nothing but commands: what whoever asks for a store is told.
    const WHY: &str;

    /// As in [`Adapter`].
    fn about(&self) -> About;

    /// As in [`Adapter`].
    fn interrupt_at(&mut self, _deadline: Option<Instant>) {}

    /// As in [`Adapter`]; there are no caches.
    fn new_engine(&mut self, features: Option<&BTreeSet<Capability>>) -> Result<Self::Engine, Failure>;

    /// As in [`Adapter`].
    fn new_measuring_engine(&mut self, features: Option<&BTreeSet<Capability>>) -> Result<Self::Engine, Failure> {
        self.new_engine(features)
    }

    /// As in [`Adapter`].
    fn compile(&mut self, engine: &Self::Engine, wasm: &[u8]) -> Result<Self::Module, Failure>;

    /// As in [`Adapter`].
    fn run_command(&mut self, engine: &Self::Engine, module: &Self::Module, wasi: &WasiSetup) -> Result<CommandEnd, Failure>;
}

/// The adapter of a runtime that only runs commands. No store can be opened in it, and so there is nothing that could be asked of one.
#[derive(Debug)]
pub struct CommandsOnly<C>(pub C);

impl<C: Commands> Adapter for CommandsOnly<C> {
    type Cache = Infallible;
    type Engine = C::Engine;
    type Store = Infallible;
    type Module = C::Module;
    type Instance = Infallible;
    type SharedMemory = Infallible;

    fn about(&self) -> About {
        self.0.about()
    }

    fn interrupt_at(&mut self, deadline: Option<Instant>) {
        self.0.interrupt_at(deadline);
    }

    fn new_engine(&mut self, features: Option<&BTreeSet<Capability>>, _: Option<&Infallible>) -> Result<Self::Engine, Failure> {
        self.0.new_engine(features)
    }

    fn new_measuring_engine(&mut self, features: Option<&BTreeSet<Capability>>, _: Option<&Infallible>) -> Result<Self::Engine, Failure> {
        self.0.new_measuring_engine(features)
    }

    fn new_store(&mut self, _: &Self::Engine, _: Option<&WasiSetup>) -> Result<Infallible, Failure> {
        Err(Failure::unsupported(C::WHY))
    }

    fn compile(&mut self, engine: &Self::Engine, wasm: &[u8]) -> Result<Self::Module, Failure> {
        self.0.compile(engine, wasm)
    }

    fn instantiate(&mut self, store: &mut Infallible, _: &Self::Module, _: &[(&str, Infallible)]) -> Result<Infallible, Failure> {
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

    fn run_command(&mut self, engine: &Self::Engine, module: &Self::Module, wasi: &WasiSetup) -> Result<CommandEnd, Failure> {
        self.0.run_command(engine, module, wasi)
    }
}
