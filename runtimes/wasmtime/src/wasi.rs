//! A guest's WASI world: wasmtime-wasi's, with streams in memory.

use wasmatrix_adapter::{Captured, Failure, WasiOutput, WasiSetup};
use wasmtime::Linker;
use wasmtime_wasi::{WasiCtxBuilder, p2::pipe::MemoryInputPipe};

use crate::{
    drift::{
        link_unstable,
        p1::{self, WasiP1Ctx},
        preopen,
    },
    failures,
    stream::Stream,
};

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
        for directory in &setup.preopens {
            preopen(&mut builder, &directory.host, &directory.guest)
                .map_err(|error| Failure::failed(format!("cannot open {}: {error:#}", directory.host.display())))?;
        }
        Ok(Self { context: builder.build_p1(), stdout, stderr })
    }

    /// Makes both generations of preview imports resolvable.
    pub(crate) fn link(linker: &mut Linker<Option<Self>>) -> Result<(), Failure> {
        link_unstable(linker, Self::context).map_err(|error| failures::other(&error))?;
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
