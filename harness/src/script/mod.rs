//! Scripts of the specification's own format: assembled and resolved once, then asked of every runtime.

mod assemble;
mod compile;
mod error;
mod model;
mod names;
#[cfg(test)]
mod tests;
mod values;

pub use compile::compile;
pub use error::ScriptError;
pub use model::{Action, Directive, Expected, Exporter, Script, ScriptModule};
