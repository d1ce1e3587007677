//! The other way in: wasmer-wasix's own runner of commands, which makes the store, the memory and the process itself.

use std::{error::Error, fmt::Display, sync::Arc};

use virtual_fs::StaticFile;
use wasmatrix_adapter::{Captured, CommandEnd, Failure, FailureKind, WasiOutput, WasiSetup};
use wasmer::{Engine, Module};
use wasmer_types::ModuleHash;
use wasmer_wasix::{
    WasiRuntimeError,
    runners::{
        MappedDirectory,
        wasi::{RuntimeOrEngine, WasiRunner},
    },
};

use crate::{
    failures,
    stream::Stream,
    wasi::{Tasks, capabilities},
};

/// Runs it as wasmer's command line does, but for the streams.
pub(crate) fn run(tasks: &Tasks, engine: &Engine, module: &Module, setup: &WasiSetup) -> Result<CommandEnd, Failure> {
    let (stdout, stderr) = (Captured::default(), Captured::default());
    let handle = tasks.handle();
    let _entered = handle.enter();
    let mut runner = WasiRunner::new();
    let (name, args) = setup.args.split_first().map_or(("", &[][..]), |(name, args)| (name.as_str(), args));
    runner
        .with_args(args)
        .with_envs(setup.env.iter().cloned())
        .with_capabilities(capabilities(&setup.grants))
        .with_mapped_directories(
            setup.preopens.iter().map(|preopen| MappedDirectory { host: preopen.host.clone(), guest: preopen.guest.clone() }),
        )
        .with_stdin(Box::new(StaticFile::new(setup.stdin.0.clone())))
        .with_stdout(Box::new(Stream(stdout.clone())))
        .with_stderr(Box::new(Stream(stderr.clone())));
    let runtime = RuntimeOrEngine::Runtime(Arc::new(tasks.runtime(engine, &setup.grants)));
    let ended = runner.run_wasm(runtime, name, module.clone(), ModuleHash::random());
    let output = || WasiOutput::captured(&stdout, &stderr);
    let failure = match ended {
        Ok(()) => return Ok(CommandEnd { failure: None, output: output() }),
        Err(error) => said(error.as_ref(), &format_args!("{error:#}")),
    };
    match failure.kind {
        FailureKind::Unsupported(_) | FailureKind::Unlinkable | FailureKind::Rejected => Err(failure),
        _ => Ok(CommandEnd { failure: Some(failure), output: output() }),
    }
}

/// The runner wraps what its parts say in texts of its own; what it is stands somewhere below them.
fn said(error: &(dyn Error + 'static), words: &impl Display) -> Failure {
    let mut below = Some(error);
    while let Some(one) = below {
        if let Some(known) = one.downcast_ref::<WasiRuntimeError>() {
            return failures::wasi_runtime(known);
        }
        below = one.source();
    }
    Failure::failed(words)
}
