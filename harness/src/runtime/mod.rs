//! Runtimes as their folders describe them: `runtime.yaml`, `known.yaml` and the lines.

mod known;
mod load;

pub use known::{Known, KnownEntry};
pub use load::{Line, Runtime, RuntimeError, load_runtimes};
