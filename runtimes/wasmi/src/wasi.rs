//! A guest's WASI world: wasi-common's, with streams in memory.

use std::io::Cursor;

use wasmatrix_adapter::{Captured, Failure, WasiOutput, WasiSetup};
use wasmi_wasi::{
    Dir, WasiCtx, WasiCtxBuilder, ambient_authority,
    wasi_common::pipe::{ReadPipe, WritePipe},
};

/// What a store keeps for its guests.
pub(crate) struct World {
    pub(crate) context: WasiCtx,
    stdout: Captured,
    stderr: Captured,
}

impl World {
    pub(crate) fn new(setup: &WasiSetup) -> Result<Self, Failure> {
        let (stdout, stderr) = (Captured::default(), Captured::default());
        let mut builder = WasiCtxBuilder::new();
        builder.args(&setup.args).map_err(Failure::failed)?;
        builder.envs(&setup.env).map_err(Failure::failed)?;
        builder.stdin(Box::new(ReadPipe::new(Cursor::new(setup.stdin.0.clone()))));
        builder.stdout(Box::new(WritePipe::new(stdout.clone())));
        builder.stderr(Box::new(WritePipe::new(stderr.clone())));
        for preopen in &setup.preopens {
            let dir = Dir::open_ambient_dir(&preopen.host, ambient_authority())
                .map_err(|error| Failure::failed(format!("cannot open {}: {error}", preopen.host.display())))?;
            builder.preopened_dir(dir, &preopen.guest).map_err(|error| Failure::failed(format!("{error:#}")))?;
        }
        Ok(Self { context: builder.build(), stdout, stderr })
    }

    /// What the guests wrote. Nothing is buffered on the way, so the store need not be gone.
    pub(crate) fn output(&self) -> WasiOutput {
        WasiOutput::captured(&self.stdout, &self.stderr)
    }
}
