//! wasmer's own script runner, `wasmer-wast`, in the worker's configuration; `wasmatrix_adapter::native_wast` says what it is for.
//!
//! It compares the words of errors with those of the script, which the specification does not ask for. Its context can be told which words of
//! traps are the same, and those of invalid modules are taken out of the script. Those of modules that cannot be linked stay, because the crate
//! has nothing else by which it tells them from invalid ones.

#[allow(dead_code, reason = "the receipt is the worker's")]
mod features;
#[allow(dead_code, reason = "the receipt is the worker's")]
mod variant;

use std::{borrow::Cow, collections::BTreeSet, path::Path, process::ExitCode};

use wasmatrix_adapter::{
    Capability,
    native_wast::{Directive, ScriptRunner, serve, without_words},
};
use wasmer::Store;
use wasmer_wast::{DirectiveErrors, Wast};

use crate::variant::Variant;

struct Wasmer(Variant);

impl ScriptRunner for Wasmer {
    type Context = Wast;

    fn open(&self, features: Option<&BTreeSet<Capability>>) -> Result<Wast, String> {
        let mut context = Wast::new_with_spectest(Store::new(self.0.engine(features)));
        // Some scripts say which element; wasmer does not.
        for expected in ["uninitialized element 2", "uninitialized element 7"] {
            context.allow_trap_message(expected, "uninitialized element");
        }
        Ok(context)
    }

    fn prepared<'s>(&self, script: &'s str) -> Cow<'s, str> {
        Cow::Owned(without_words(script, "assert_invalid"))
    }

    fn run(&self, context: &mut Wast, filename: &str, script: &str) -> Result<(), String> {
        context.run_buffer(Path::new(filename), script.as_bytes()).map_err(|error| match error.downcast_ref::<DirectiveErrors>() {
            Some(DirectiveErrors { errors, .. }) if !errors.is_empty() => errors[0].message.clone(),
            Some(_) | None => format!("{error:#}"),
        })
    }

    /// Two things pass unseen in wasmer-wast 7.4.2. The text of a module that should be malformed (`Wast::run_directive`); other quoted modules
    /// are assembled by the crate's `wast` and then put to the runtime. And actions on the current instance, where there is none: the crate
    /// forgets it when any module fails, expected or not, until the next that succeeds (`Wast::module` and `Wast::run_buffer`).
    fn asks(&self, context: &mut Wast, directive: &Directive<'_>) -> bool {
        let orphaned = means_the_current_instance(directive) && {
            // Fails for want of the export where there is an instance.
            self.run(context, "probe.wast", r#"(invoke "wasmatrix: an export that no module has")"#).is_ok()
        };
        !orphaned && !directive.is_malformed_quote()
    }
}

/// Whether it is an action, or a registration, that names no instance.
fn means_the_current_instance(directive: &Directive<'_>) -> bool {
    let mut words = directive.words().skip_while(|word| !matches!(*word, "invoke" | "get" | "register"));
    words.next().is_some() && words.next().is_none_or(|word| !word.starts_with('$'))
}

fn main() -> ExitCode {
    serve(|name| Variant::from_name(name).map(Wasmer))
}
