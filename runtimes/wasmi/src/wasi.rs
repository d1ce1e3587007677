//! A guest's WASI world: wasi-common's, with streams in memory.

use std::{io::Cursor, sync::Arc};

#[cfg(not(feature = "from-0_37"))]
use wasi_common::pipe::{ReadPipe, WritePipe};
use wasmatrix_adapter::{Captured, Failure, WasiOutput, WasiSetup};
use wasmi::{Engine, Linker};
#[cfg(feature = "from-0_37")]
use wasmi_wasi::wasi_common::pipe::{ReadPipe, WritePipe};
use wasmi_wasi::{Dir, WasiCtx, WasiCtxBuilder, ambient_authority};

/// What a store keeps for its guests.
pub(crate) struct World {
    context: WasiCtx,
    stdout: Captured,
    stderr: Captured,
    linker: Arc<Linker<Option<Self>>>,
}

impl World {
    pub(crate) fn new(setup: &WasiSetup, linker: &Arc<Linker<Option<Self>>>) -> Result<Self, Failure> {
        let (stdout, stderr) = (Captured::default(), Captured::default());
        // One chain, because builders take themselves by value before wasi-common 24 and by reference since.
        #[allow(unused_mut, reason = "only wasi-common 2.0 needs it, to add a preopen")]
        let mut context = WasiCtxBuilder::new()
            .args(&setup.args)
            .map_err(Failure::failed)?
            .envs(&setup.env)
            .map_err(Failure::failed)?
            .stdin(Box::new(ReadPipe::new(Cursor::new(setup.stdin.0.clone()))))
            .stdout(Box::new(WritePipe::new(stdout.clone())))
            .stderr(Box::new(WritePipe::new(stderr.clone())))
            .build();
        for preopen in &setup.preopens {
            let dir = Dir::open_ambient_dir(&preopen.host, ambient_authority())
                .map_err(|error| Failure::failed(format!("cannot open {}: {error}", preopen.host.display())))?;
            // What the builder's `preopened_dir` does.
            context
                .push_preopened_dir(Box::new(wasmi_wasi::dir::Dir::from_cap_std(dir)), &preopen.guest)
                .map_err(|error| Failure::failed(format!("{error:#}")))?;
        }
        Ok(Self { context, stdout, stderr, linker: Arc::clone(linker) })
    }

    /// WASI's imports, linked once for all guests of an engine, as embedders do it: it takes more time than to instantiate one.
    pub(crate) fn linked(engine: &Engine) -> Result<Arc<Linker<Option<Self>>>, Failure> {
        let mut linker = Linker::new(engine);
        wasmi_wasi::add_to_linker(&mut linker, |world: &mut Option<Self>| {
            &mut world.as_mut().expect("WASI is linked only in stores that have a world").context
        })
        .map_err(|error| Failure::failed(format!("{error:#}")))?;
        Ok(Arc::new(linker))
    }

    /// What [`World::linked`] made for the engine of this world's store.
    pub(crate) fn linker(&self) -> Arc<Linker<Option<Self>>> {
        Arc::clone(&self.linker)
    }

    /// What the guests wrote. Nothing is buffered on the way, so the store need not be gone.
    pub(crate) fn output(&self) -> WasiOutput {
        WasiOutput::captured(&self.stdout, &self.stderr)
    }
}
