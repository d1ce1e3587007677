//! The guest's world, out of wasmer-wasix.

use std::{rc::Rc, sync::Arc};

use tokio::runtime::{Builder, Handle, Runtime};
use virtual_fs::StaticFile;
use virtual_net::LoopbackNetworking;
use wasmatrix_adapter::{Captured, Failure, Grants, Network, WasiOutput, WasiSetup};
use wasmer::{Engine, Exports, Imports, Memory, Module, Store};
use wasmer_wasix::{
    PluggableRuntime, WasiEnv, WasiEnvBuilder, WasiFunctionEnv, capabilities::Capabilities, runtime::task_manager::tokio::TokioTaskManager,
    wasmer_wasix_types::wasi::Errno,
};

use crate::{failures, file_system, stream::Stream};

/// Guests wait for each other, so one is too few.
pub(crate) const TOKIO_WORKERS: usize = 2;

/// What wasmer-wasix runs its host calls and guest threads on; there is one in a worker.
pub(crate) struct Tasks {
    runtime: Runtime,
    manager: Arc<TokioTaskManager>,
}

impl Tasks {
    pub(crate) fn new() -> Result<Self, Failure> {
        let runtime = Builder::new_multi_thread().worker_threads(TOKIO_WORKERS).enable_all().build().map_err(Failure::failed)?;
        let manager = Arc::new(TokioTaskManager::new(runtime.handle().clone()));
        Ok(Self { runtime, manager })
    }

    /// The tokio runtime that guests expect around them.
    pub(crate) fn handle(&self) -> Handle {
        self.runtime.handle().clone()
    }

    /// What wasmer-wasix calls a runtime, for its runner: these tasks, an engine, and the network that is granted, or none.
    #[cfg(feature = "from-7_0")]
    pub(crate) fn runtime(&self, engine: &Engine, grants: &Grants) -> PluggableRuntime {
        runtime(&self.manager, engine, grants)
    }
}

fn runtime(manager: &Arc<TokioTaskManager>, engine: &Engine, grants: &Grants) -> PluggableRuntime {
    let mut runtime = PluggableRuntime::new(manager.clone());
    runtime.set_engine(engine.clone());
    if let Some(Network::Loopback) = grants.network {
        runtime.set_networking_implementation(LoopbackNetworking::new());
    }
    runtime
}

/// wasmer-wasix's own defaults, with the limits that are asked for.
pub(crate) fn capabilities(grants: &Grants) -> Capabilities {
    let mut capabilities = Capabilities::default();
    if let Some(most) = grants.max_threads {
        capabilities.threading.max_threads = Some(most as usize);
    }
    #[cfg(feature = "from-7_2")]
    if let Some(most) = grants.max_poll_subscriptions {
        capabilities.polling.max_poll_subscriptions = Some(most as usize);
    }
    capabilities
}

/// The world of a store: the setup, the captured streams, and a process for each instance that imports WASI.
pub(crate) struct World {
    setup: WasiSetup,
    handle: Handle,
    manager: Arc<TokioTaskManager>,
    stdout: Captured,
    stderr: Captured,
    processes: Vec<(Rc<Exports>, WasiFunctionEnv)>,
}

impl World {
    pub(crate) fn new(tasks: &Tasks, setup: &WasiSetup) -> Self {
        Self {
            setup: setup.clone(),
            handle: tasks.handle(),
            manager: tasks.manager.clone(),
            stdout: Captured::default(),
            stderr: Captured::default(),
            processes: Vec::new(),
        }
    }

    /// The tokio runtime that guests expect around them.
    pub(crate) fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// Instantiates a module that imports WASI, as a process of its own; `imports` are the exports of other instances.
    pub(crate) fn instantiate(&mut self, store: &mut Store, module: &Module, imports: Imports) -> Result<Rc<Exports>, Failure> {
        // The builder makes the memory that a module imports and takes that for the guest's memory, whatever else is offered.
        if module.imports().memories().any(|import| imports.exists(import.module(), import.name())) {
            return Err(Failure::unsupported("wasmer-wasix makes an imported memory itself and takes none from another instance"));
        }
        let engine = store.engine().clone();
        let (instance, process) =
            self.builder(&engine, imports)?.instantiate(module.clone(), store).map_err(|error| failures::wasi_runtime(&error))?;
        let exports = Rc::new(instance.exports);
        self.processes.push((exports.clone(), process));
        Ok(exports)
    }

    /// The memory that the process of an instance works on.
    pub(crate) fn memory(&self, store: &Store, instance: &Rc<Exports>) -> Option<Memory> {
        let (_, process) = self.processes.iter().find(|(exports, _)| Rc::ptr_eq(exports, instance))?;
        process.data(store).try_memory().cloned()
    }

    fn builder(&self, engine: &Engine, imports: Imports) -> Result<WasiEnvBuilder, Failure> {
        #[cfg_attr(not(feature = "from-7_1"), expect(unused_mut, reason = "nothing is added to it before 7.1"))]
        let mut runtime = runtime(&self.manager, engine, &self.setup.grants);
        #[cfg(not(feature = "from-7_1"))]
        if imports.iter().next().is_some() {
            return Err(Failure::unsupported("wasmer-wasix before 7.1 offers nothing but WASI to a module that imports WASI"));
        }
        // Asked again for each guest thread, which has a store of its own where these exports mean nothing (wasmer#5508).
        #[cfg(feature = "from-7_1")]
        runtime.with_additional_imports(move |_, store| {
            let mut usable = Imports::new();
            for (module, name, value) in imports.iter().filter(|(_, _, value)| value.is_from_store(store)) {
                usable.define(module, name, value.clone());
            }
            Ok(usable)
        });

        let mut builder = WasiEnv::builder("").runtime(Arc::new(runtime)).envs(self.setup.env.iter().map(|(key, value)| (key, value)));
        // All arguments, so that an empty list stays empty: the builder itself always has a first one.
        builder.get_args_mut().clone_from(&self.setup.args);
        builder.set_capabilities(capabilities(&self.setup.grants));
        builder.set_stdin(Box::new(StaticFile::new(self.setup.stdin.0.clone())));
        builder.set_stdout(Box::new(Stream(self.stdout.clone())));
        builder.set_stderr(Box::new(Stream(self.stderr.clone())));
        file_system::preopened(builder, &self.handle, &self.setup.preopens)
    }

    /// Ends the processes, which writes out their files, and hands over what they wrote to their standard streams, which they share. Their
    /// exit code is nobody's here: a call has already answered it.
    pub(crate) fn end(self, store: &mut Store) -> WasiOutput {
        let _entered = self.handle.enter();
        for (_, process) in &self.processes {
            process.on_exit(store, Some(Errno::Success.into()));
        }
        WasiOutput::captured(&self.stdout, &self.stderr)
    }
}
