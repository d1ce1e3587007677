//! The adapter of the variant `wasi-threads`: commands on wasi-common, whose modules may start threads by `wasi.thread-spawn`.
//!
//! Done as wasmtime's own command line does it with `-S threads`. What the two crates do with a guest's threads is theirs: they end the *process* of
//! the host where a thread traps or calls `proc_exit`, and with it this worker.

use std::{collections::BTreeSet, sync::Arc};

use wasi_common::{
    WasiCtx,
    pipe::{ReadPipe, WritePipe},
    sync::{self, Dir, WasiCtxBuilder, ambient_authority},
};
use wasmatrix_adapter::{About, Capability, Captured, CommandEnd, Commands, Failure, FailureKind, WasiOutput, WasiSetup};
use wasmtime::{Engine, Linker, Module, Store};
use wasmtime_wasi_threads::WasiThreadsCtx;

use crate::{about, drift, failures, variant::Variant};

pub(crate) struct Threads;

/// What the store of each of a guest's threads keeps. The world is one, whatever the number of threads.
#[derive(Clone)]
struct Host {
    wasi: WasiCtx,
    /// Known once the guest is linked, since it holds what threads are linked with.
    threads: Option<Arc<WasiThreadsCtx<Host>>>,
}

impl Commands for Threads {
    type Engine = Engine;
    type Module = Module;

    const WHY: &str = "guests that start threads are run as commands here, as wasmtime's command line runs them";

    fn about(&self) -> About {
        about::about(Variant::WasiThreads)
    }

    fn new_engine(&mut self, features: Option<&BTreeSet<Capability>>) -> Result<Engine, Failure> {
        Engine::new(&Variant::WasiThreads.config(features, None)?).map_err(|error| failures::other(&error))
    }

    fn compile(&mut self, engine: &Engine, wasm: &[u8]) -> Result<Module, Failure> {
        Module::from_binary(engine, wasm).map_err(|error| failures::compile(engine, wasm, &error))
    }

    fn run_command(&mut self, engine: &Engine, module: &Module, wasi: &WasiSetup) -> Result<CommandEnd, Failure> {
        let (stdout, stderr) = (Captured::default(), Captured::default());
        let mut store = Store::new(engine, Host { wasi: world(wasi, &stdout, &stderr)?, threads: None });
        let linker = linked(&mut store, module)?;
        let ready = linker.instantiate_pre(module).map_err(|error| failures::link(engine, module, &error))?;
        let ended = ready
            .instantiate(&mut store)
            .and_then(|instance| instance.get_typed_func::<(), ()>(&mut store, "_start"))
            .and_then(|start| start.call(&mut store, ()));
        let failure = ended.err().map(|error| failures::run(&mut store, &error));
        Ok(CommandEnd { failure, output: WasiOutput::captured(&stdout, &stderr) })
    }
}

/// Both generations of preview imports, `wasi.thread-spawn`, and the memory that the threads share.
fn linked(store: &mut Store<Host>, module: &Module) -> Result<Linker<Host>, Failure> {
    // What cannot be linked for one thread cannot be for any, and whether an import is missing or is of the wrong type is not told apart.
    let unlinkable = |error: wasmtime::Error| Failure::new(FailureKind::Unlinkable, format!("{error:#}"));
    let mut linker = Linker::new(store.engine());
    sync::add_to_linker(&mut linker, |host: &mut Host| &mut host.wasi).map_err(|error| failures::other(&error))?;
    wasmtime_wasi_threads::add_to_linker(&mut linker, store, module, |host| {
        host.threads.as_deref().expect("no guest runs before it is linked")
    })
    .map_err(unlinkable)?;
    let threads = drift::threads(module.clone(), Arc::new(linker.clone())).map_err(unlinkable)?;
    store.data_mut().threads = Some(Arc::new(threads));
    Ok(linker)
}

fn world(setup: &WasiSetup, stdout: &Captured, stderr: &Captured) -> Result<WasiCtx, Failure> {
    let refused = |error: &dyn std::fmt::Display| Failure::failed(error.to_string());
    let mut builder = WasiCtxBuilder::new();
    builder.args(&setup.args).map_err(|error| refused(&error))?;
    builder.envs(&setup.env).map_err(|error| refused(&error))?;
    builder
        .stdin(Box::new(ReadPipe::from(setup.stdin.0.as_slice())))
        .stdout(Box::new(WritePipe::new(stdout.clone())))
        .stderr(Box::new(WritePipe::new(stderr.clone())));
    for directory in &setup.preopens {
        let failed = |error: &dyn std::fmt::Display| Failure::failed(format!("cannot open {}: {error}", directory.host.display()));
        let opened = Dir::open_ambient_dir(&directory.host, ambient_authority()).map_err(|error| failed(&error))?;
        builder.preopened_dir(opened, &directory.guest).map_err(|error| failed(&error))?;
    }
    Ok(builder.build())
}
