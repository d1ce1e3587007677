//! wasmi's own script runner, `wasmi_wast`, in the worker's configuration; `wasmatrix_adapter::native_wast` says what it is for.
//!
//! It compares the words of traps with those of the script, which the specification does not ask for, and cannot be told not to.

#[allow(dead_code, reason = "the receipt is the worker's")]
mod about;

use std::{collections::BTreeSet, process::ExitCode};

use wasmatrix_adapter::{
    Capability,
    native_wast::{Directive, ScriptRunner, serve},
};
use wasmi_wast::WastRunner;

struct Wasmi;

impl ScriptRunner for Wasmi {
    type Context = WastRunner;

    fn open(&self, _features: Option<&BTreeSet<Capability>>) -> Result<WastRunner, String> {
        let mut runner = WastRunner::new(&about::config());
        runner.register_spectest().map_err(|error| error.to_string())?;
        Ok(runner)
    }

    fn run(&self, context: &mut WastRunner, filename: &str, script: &str) -> Result<(), String> {
        context.process_directives(filename, script).map_err(|error| format!("{error:#}"))
    }

    /// The text of a module that should be malformed passes without a look at it (`WastRunner::process_directive` of wasmi_wast 2.0.0). Other
    /// quoted modules are assembled by the crate's `wast` and then put to the runtime.
    fn asks(&self, _context: &mut WastRunner, directive: &Directive<'_>) -> bool {
        !directive.is_malformed_quote()
    }
}

fn main() -> ExitCode {
    serve(|variant| match variant {
        about::VARIANT => Ok(Wasmi),
        other => Err(format!("wasmi has no variant `{other}`; it has `{}`", about::VARIANT)),
    })
}
