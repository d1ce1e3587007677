//! A guest's WASI world: wasmtime-wasi's, with streams in memory.

use std::sync::Arc;

use wasmatrix_adapter::{Captured, Failure, WasiOutput, WasiSetup};
use wasmtime::{Engine, Linker, component::ResourceTable};
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
    linker: Arc<Linker<Option<Self>>>,
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
    pub(crate) fn new(setup: &WasiSetup, linker: &Arc<Linker<Option<Self>>>) -> Result<Self, Failure> {
        let (mut builder, written) = building(setup)?;
        Ok(Self { context: builder.build_p1(), written, linker: Arc::clone(linker) })
    }

    /// Both generations of preview imports, linked once for all guests of an engine, as embedders do it: it takes more time than to instantiate one.
    pub(crate) fn linked(engine: &Engine) -> Result<Arc<Linker<Option<Self>>>, Failure> {
        let mut linker = Linker::new(engine);
        link_unstable(&mut linker, Self::context).map_err(|error| failures::other(&error))?;
        p1::add_to_linker_sync(&mut linker, Self::context).map_err(|error| failures::other(&error))?;
        Ok(Arc::new(linker))
    }

    /// What [`World::linked`] made for the engine of this world's store.
    pub(crate) fn linker(&self) -> Arc<Linker<Option<Self>>> {
        Arc::clone(&self.linker)
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
