//! A guest's WASI world: wasmtime-wasi's, with streams in memory.

use wasmatrix_adapter::{Captured, Failure, WasiOutput, WasiSetup};
use wasmtime::Linker;
use wasmtime_wasi::{
    FsPerms, WasiCtxBuilder, p0,
    p1::{self, WasiP1Ctx},
    p2::pipe::MemoryInputPipe,
};

use crate::{failures, stream::Stream};

/// What a store keeps for its guests.
pub(crate) struct World {
    context: WasiP1Ctx,
    stdout: Captured,
    stderr: Captured,
}

impl World {
    pub(crate) fn new(setup: &WasiSetup) -> Result<Self, Failure> {
        let (stdout, stderr) = (Captured::default(), Captured::default());
        let mut builder = WasiCtxBuilder::new();
        builder.args(&setup.args).envs(&setup.env);
        builder.stdin(MemoryInputPipe::new(setup.stdin.0.clone())).stdout(Stream(stdout.clone())).stderr(Stream(stderr.clone()));
        for preopen in &setup.preopens {
            builder
                .preopened_dir(&preopen.host, &preopen.guest, FsPerms::ReadWrite)
                .map_err(|error| Failure::failed(format!("cannot open {}: {error:#}", preopen.host.display())))?;
        }
        Ok(Self { context: builder.build_p1(), stdout, stderr })
    }

    /// Makes both generations of preview imports resolvable.
    pub(crate) fn link(linker: &mut Linker<Option<Self>>) -> Result<(), Failure> {
        p0::add_to_linker_sync(linker, Self::context).map_err(|error| failures::other(&error))?;
        p1::add_to_linker_sync(linker, Self::context).map_err(|error| failures::other(&error))
    }

    fn context(world: &mut Option<Self>) -> &mut WasiP1Ctx {
        &mut world.as_mut().expect("WASI is linked only in stores that have a world").context
    }

    /// What the guests wrote.
    pub(crate) fn output(&self) -> WasiOutput {
        WasiOutput::captured(&self.stdout, &self.stderr)
    }
}
