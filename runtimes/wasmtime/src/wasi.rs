//! A guest's WASI world: wasmtime-wasi's, with streams in memory.

use wasmatrix_adapter::{Captured, Failure, WasiOutput, WasiSetup};
use wasmtime::{Linker, component::ResourceTable};
use wasmtime_wasi::{WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView, p2::pipe::MemoryInputPipe};

use crate::{
    drift::{
        link_unstable,
        p1::{self, WasiP1Ctx},
        preopen,
    },
    failures,
    stream::Stream,
};

/// What a store keeps for its core guests.
pub(crate) struct World {
    context: WasiP1Ctx,
    written: Written,
}

/// What a store keeps for a component.
pub(crate) struct ComponentWorld {
    context: WasiCtx,
    resources: ResourceTable,
    written: Written,
}

/// What guests wrote.
#[derive(Default)]
struct Written {
    stdout: Captured,
    stderr: Captured,
}

impl World {
    pub(crate) fn new(setup: &WasiSetup) -> Result<Self, Failure> {
        let (mut builder, written) = building(setup)?;
        Ok(Self { context: builder.build_p1(), written })
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
        self.written.output()
    }
}

impl ComponentWorld {
    pub(crate) fn new(setup: &WasiSetup) -> Result<Self, Failure> {
        let (mut builder, written) = building(setup)?;
        Ok(Self { context: builder.build(), resources: ResourceTable::new(), written })
    }

    /// What the guest wrote.
    pub(crate) fn output(&self) -> WasiOutput {
        self.written.output()
    }
}

impl WasiView for ComponentWorld {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.context, table: &mut self.resources }
    }
}

impl Written {
    fn output(&self) -> WasiOutput {
        WasiOutput::captured(&self.stdout, &self.stderr)
    }
}

/// The same world for either generation of WASI.
fn building(setup: &WasiSetup) -> Result<(WasiCtxBuilder, Written), Failure> {
    let written = Written::default();
    let mut builder = WasiCtxBuilder::new();
    builder.args(&setup.args).envs(&setup.env);
    builder
        .stdin(MemoryInputPipe::new(setup.stdin.0.clone()))
        .stdout(Stream(written.stdout.clone()))
        .stderr(Stream(written.stderr.clone()));
    for directory in &setup.preopens {
        preopen(&mut builder, &directory.host, &directory.guest)
            .map_err(|error| Failure::failed(format!("cannot open {}: {error:#}", directory.host.display())))?;
    }
    Ok((builder, written))
}
