//! Runtimes as their folders describe them: `runtime.yaml`, `known.yaml` and the lines.

mod known;
mod load;

pub use known::{Kinds, Known, KnownEntry, KnownOn, PLACEHOLDER};
pub use load::{Line, Runtime, RuntimeError, load_runtimes};
