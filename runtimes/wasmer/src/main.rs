//! wasmer as a wasmatrix worker.
//!
//! One file for each table of the translation: `adapter` calls, `cache` the compilation cache, `store` what a store holds, `shared_memory`
//! memories that the host makes, `spectest` the host module of the specification's test suite, `failures` and `trap_codes` errors, `values`
//! values, `wasi` the guest's world, `runner` the other way in, `file_system`
//! its files and `stream` what it writes to, `variant` the compilers, `features` the proposals and `about` the receipt.

mod about;
mod adapter;
mod cache;
mod failures;
mod features;
mod file_system;
#[cfg(feature = "from-7_0")]
mod runner;
mod shared_memory;
mod spectest;
mod store;
mod stream;
mod trap_codes;
mod values;
mod variant;
mod wasi;

use std::process::ExitCode;

use wasmatrix_adapter::{requested_variant, serve};

use crate::{adapter::Wasmer, variant::Variant};

fn main() -> ExitCode {
    let variant = match requested_variant().and_then(|name| Variant::from_name(&name)) {
        Ok(variant) => variant,
        Err(usage) => {
            eprintln!("{usage}");
            return ExitCode::from(2);
        }
    };
    match serve(Wasmer::new(variant)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("the protocol failed: {error}");
            ExitCode::FAILURE
        }
    }
}
