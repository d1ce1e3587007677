//! wasmtime's own script runner, `wasmtime-wast`, in the worker's configuration; `wasmatrix_adapter::native_wast` says what it is for.
//!
//! It is told to ignore the words of errors, which leaves those of traps: those it always compares, with some exceptions of its own.

#[allow(dead_code, unused_imports, reason = "most of it is the worker's")]
mod drift;
#[allow(dead_code, reason = "the receipt is the worker's")]
mod features;
#[allow(dead_code, reason = "the receipt is the worker's")]
mod variant;

use std::{collections::BTreeSet, process::ExitCode};

use wasmatrix_adapter::{
    Capability,
    native_wast::{Directive, ScriptRunner, serve},
};
use wasmtime::Engine;
use wasmtime_wast::{Async, SpectestConfig, WastContext};

use crate::variant::Variant;

struct Wasmtime(Variant);

impl ScriptRunner for Wasmtime {
    type Context = WastContext;

    fn open(&self, features: Option<&BTreeSet<Capability>>) -> Result<WastContext, String> {
        let config = self.0.config(features, None).map_err(|failure| failure.text)?;
        let engine = Engine::new(&config).map_err(|error| format!("{error:#}"))?;
        // An epoch that never passes: the configuration has them, and nobody interrupts here.
        let mut context = WastContext::new(&engine, Async::No, |store| store.set_epoch_deadline(1));
        // Debugging information in the modules would be more to assemble and to compile than what our workers are given.
        context.ignore_error_messages(true).generate_dwarf(false);
        let spectest = SpectestConfig { use_shared_memory: drift::shares_memories(&engine), suppress_prints: true };
        context.register_spectest(&spectest).map_err(|error| format!("{error:#}"))?;
        Ok(context)
    }

    fn run(&self, context: &mut WastContext, filename: &str, script: &str) -> Result<(), String> {
        context.run_wast(filename, script.as_bytes()).map_err(|error| format!("{error:#}"))
    }

    /// The text of a module that should be malformed is never assembled, but taken for a component like all that is no binary module; the
    /// answer is then "component-model support not enabled", and the crate is content with any error (`WastContext::module_definition` of
    /// wasmtime-wast 48.0.8 and `emit_file` of json-from-wast 0.254.2). Other quoted modules are assembled by the crate's `wast` and then put to
    /// the runtime.
    fn asks(&self, _context: &mut WastContext, directive: &Directive<'_>) -> bool {
        !directive.is_malformed_quote()
    }
}

fn main() -> ExitCode {
    serve(|name| Variant::named(name).map(Wasmtime).ok_or_else(|| format!("wasmtime has no variant `{name}`")))
}
