//! wasmi as a wasmatrix worker.
//!
//! One file for each table of the translation: `adapter` calls, `exports` what has them, `spectest` the host module of the specification's
//! test suite, `failures` errors, `values` values, `wasi` the guest's world, `features` the proposals, `about` the receipt and `names` what
//! wasmi has moved. A feature `from-0_45` says that wasmi's API is that of 0.45 or later. There is one variant, `default`.

mod about;
mod adapter;
mod exports;
mod failures;
mod features;
mod names;
mod spectest;
mod values;
mod wasi;

use std::process::ExitCode;

use wasmatrix_adapter::{requested_variant, serve};

fn main() -> ExitCode {
    match requested_variant() {
        Ok(variant) if variant == about::VARIANT => {}
        Ok(other) => {
            eprintln!("wasmi has no variant `{other}`; it has `{}`", about::VARIANT);
            return ExitCode::from(2);
        }
        Err(usage) => {
            eprintln!("{usage}");
            return ExitCode::from(2);
        }
    }
    match serve(adapter::Wasmi) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("the protocol failed: {error}");
            ExitCode::FAILURE
        }
    }
}
