//! Where wasmtime's API differs between the versions that this adapter is built with.
//!
//! The cargo feature `from-NN` of a line says that its wasmtime is of version NN or later, and NN is the version in which the change came:
//!
//! | from | what changed |
//! |---|---|
//! | 37 | `preview0` and `preview1` of wasmtime-wasi are `p0` and `p1`, and `p0` has a cargo feature of its own; exceptions run; `Val::ContRef` |
//! | 39 | `Config::wasm_features`: a switch for the proposals that have no method of their own |
//! | 40 | shared memories are refused without `Config::shared_memory` |
//! | 42 | `wasmtime::Error` is no longer `anyhow`'s; running out of memory has a type |
//! | 46 | `Collector::Auto` takes the copying collector; Winch has wide arithmetic on every architecture |
//! | 47 | WebAssembly 3.0 is on by default; an engine says whether it has shared memories |
//! | 48 | `FsPerms` for `DirPerms` and `FilePerms` |
//!
//! The feature `wasi-threads` is of the lines whose wasmtime has `wasmtime-wasi-threads` and `wasi-common`, which are published up to 46.
//!
//! What is only a matter of being there or not is asked for where it is used, with `cfg!`.

use std::path::Path;
#[cfg(feature = "wasi-threads")]
use std::sync::Arc;

#[cfg(feature = "wasi-threads")]
use wasmtime::Module;
use wasmtime::{AsContextMut, Config, Engine, Error, Linker};
#[cfg(not(feature = "from-47"))]
use wasmtime::{MemoryType, SharedMemory};
#[cfg(feature = "from-37")]
use wasmtime::{RootScope, ThrownException};
#[cfg(feature = "from-48")]
use wasmtime_wasi::FsPerms;
use wasmtime_wasi::WasiCtxBuilder;
#[cfg(feature = "from-37")]
pub(crate) use wasmtime_wasi::p1;
#[cfg(not(feature = "from-37"))]
pub(crate) use wasmtime_wasi::preview1 as p1;
#[cfg(not(feature = "from-48"))]
use wasmtime_wasi::{DirPerms, FilePerms};
#[cfg(feature = "wasi-threads")]
use wasmtime_wasi_threads::WasiThreadsCtx;

/// How a proposal is switched.
pub(crate) type Switch = fn(&mut Config, bool) -> &mut Config;

/// What runs and is off by default, in compilers that have all of WebAssembly 3.0.
pub(crate) const OFF_BY_DEFAULT: &[(&str, Switch)] = &[
    #[cfg(not(feature = "from-47"))]
    ("wasm_function_references", Config::wasm_function_references),
    #[cfg(not(feature = "from-47"))]
    ("wasm_gc", Config::wasm_gc),
    #[cfg(all(feature = "from-37", not(feature = "from-47")))]
    ("wasm_exceptions", Config::wasm_exceptions),
];

/// Whether an engine has shared memories.
#[cfg(feature = "from-40")]
pub(crate) fn share_memories(config: &mut Config, shared: bool) {
    config.shared_memory(shared);
}

/// Every engine has them.
#[cfg(not(feature = "from-40"))]
pub(crate) fn share_memories(_: &mut Config, _: bool) {}

#[cfg(feature = "from-47")]
pub(crate) fn shares_memories(engine: &Engine) -> bool {
    engine.get_shared_memory()
}

/// An engine does not say, but it refuses to make one where [`share_memories`] has not allowed it.
#[cfg(not(feature = "from-47"))]
pub(crate) fn shares_memories(engine: &Engine) -> bool {
    SharedMemory::new(engine, MemoryType::shared(0, 0)).is_ok()
}

/// Whether this is an exception that no guest caught. The error only says that there is one: whoever ends its propagation has to take it
/// out of the store.
#[cfg(feature = "from-37")]
pub(crate) fn is_exception(store: impl AsContextMut, error: &Error) -> bool {
    let thrown = error.is::<ThrownException>();
    if thrown {
        let _ = RootScope::new(store).as_context_mut().take_pending_exception();
    }
    thrown
}

#[cfg(not(feature = "from-37"))]
pub(crate) fn is_exception(_: impl AsContextMut, _: &Error) -> bool {
    false
}

/// Whether the host has no memory left.
#[cfg(feature = "from-42")]
pub(crate) fn is_out_of_memory(error: &Error) -> bool {
    error.is::<wasmtime::error::OutOfMemory>()
}

#[cfg(not(feature = "from-42"))]
pub(crate) fn is_out_of_memory(_: &Error) -> bool {
    false
}

/// Whether there is `wasi_unstable`. From 37 on it has a cargo feature of its own, which the manifests from 46 on name; that of 36, of which the
/// versions between are made, cannot.
pub(crate) const HAS_UNSTABLE: bool = cfg!(any(not(feature = "from-37"), feature = "from-46"));

/// Makes `wasi_unstable` resolvable, where [`HAS_UNSTABLE`].
pub(crate) fn link_unstable<T: Send + 'static>(
    linker: &mut Linker<T>,
    context: impl Fn(&mut T) -> &mut p1::WasiP1Ctx + Copy + Send + Sync + 'static,
) -> Result<(), Error> {
    #[cfg(not(feature = "from-37"))]
    wasmtime_wasi::preview0::add_to_linker_sync(linker, context)?;
    #[cfg(feature = "from-46")]
    wasmtime_wasi::p0::add_to_linker_sync(linker, context)?;
    #[cfg(all(feature = "from-37", not(feature = "from-46")))]
    let _ = (linker, context);
    Ok(())
}

/// Hands a guest a directory that it may write to.
pub(crate) fn preopen(builder: &mut WasiCtxBuilder, host: &Path, guest: &str) -> Result<(), Error> {
    #[cfg(feature = "from-48")]
    builder.preopened_dir(host, guest, FsPerms::ReadWrite)?;
    #[cfg(not(feature = "from-48"))]
    builder.preopened_dir(host, guest, DirPerms::all(), FilePerms::all())?;
    Ok(())
}

/// What starts a guest's threads, which call the guest as `Linker::instantiate` and not its asynchronous form does.
#[cfg(feature = "wasi-threads")]
pub(crate) fn threads<T: Clone + Send + 'static>(module: Module, linker: Arc<Linker<T>>) -> Result<WasiThreadsCtx<T>, Error> {
    #[cfg(feature = "from-46")]
    return WasiThreadsCtx::new(module, linker, false);
    // There it asks the engine.
    #[cfg(not(feature = "from-46"))]
    WasiThreadsCtx::new(module, linker)
}
