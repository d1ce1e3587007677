//! Scripts of the specification's own format: assembled and resolved once, then asked of every runtime.

mod ask;
mod model;
mod text;

pub use ask::{Ask, Asked, Claims, ask};
pub use model::{Action, Directive, Expected, Exporter, Script, ScriptModule};
