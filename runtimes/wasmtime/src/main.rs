//! wasmtime as a wasmatrix worker.
//!
//! One file for each table of the translation: `adapter` calls, `component` the same for commands that `wrap` makes components of, `threads` for
//! commands that start threads, where wasmtime still has these, `cache` the compilation cache, `exports` what has them, `memories` the two kinds of memory, `spectest` the host module of the specification's test suite,
//! `failures` errors, `backtrace` where a guest was, `values` values, `wasi` the guest's world and `stream` what it writes to, `variant` the configurations, `features` the
//! proposals and `about` the receipt. `drift` is what differs between versions of wasmtime.

mod about;
mod adapter;
mod backtrace;
mod cache;
mod component;
mod drift;
mod exports;
mod failures;
mod features;
mod memories;
mod spectest;
mod stream;
#[cfg(feature = "wasi-threads")]
mod threads;
mod values;
mod variant;
mod wasi;
mod wrap;

use std::process::ExitCode;

use wasmatrix_adapter::{CommandsOnly, requested_variant, serve};

use crate::{adapter::Wasmtime, component::Components, variant::Variant};

fn main() -> ExitCode {
    let variant = match requested_variant() {
        Ok(name) => match Variant::named(&name) {
            Some(variant) => variant,
            None => {
                eprintln!(
                    "wasmtime has no variant `{name}`; it has {}",
                    Variant::ALL.map(|known| format!("`{}`", known.name())).join(", ")
                );
                return ExitCode::from(2);
            }
        },
        Err(usage) => {
            eprintln!("{usage}");
            return ExitCode::from(2);
        }
    };
    let served = match variant {
        Variant::Component => serve(CommandsOnly(Components::new())),
        #[cfg(feature = "wasi-threads")]
        Variant::WasiThreads => serve(CommandsOnly(threads::Threads)),
        #[cfg(not(feature = "wasi-threads"))]
        Variant::WasiThreads => {
            eprintln!("this worker was built without wasmtime-wasi-threads, which wasmtime publishes up to version 46");
            return ExitCode::from(2);
        }
        Variant::Cranelift | Variant::Winch | Variant::Pulley => serve(Wasmtime::new(variant)),
    };
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("the protocol failed: {error}");
            ExitCode::FAILURE
        }
    }
}
