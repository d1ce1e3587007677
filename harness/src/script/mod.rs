//! Scripts of the specification's own format: assembled and resolved once, then asked of every runtime.

mod model;

pub use model::{Action, Directive, Expected, Exporter, Script, ScriptModule};
