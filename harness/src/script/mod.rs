//! Scripts of the specification's own format: assembled and resolved once, then asked of every runtime.

mod ask;
mod assemble;
mod compile;
mod error;
mod model;
mod names;
mod source;
#[cfg(test)]
mod tests;
mod text;
mod values;
mod writes;

pub use ask::{Ask, Asked, Claims, ask};
pub use compile::compile;
pub use error::ScriptError;
pub use model::{Action, Directive, Expected, Exporter, Script, ScriptModule};
pub use source::ScriptSource;
