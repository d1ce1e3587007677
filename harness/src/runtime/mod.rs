//! Runtimes as their folders describe them: `runtime.yaml`, `known.yaml` and the lines.

mod command_line;
mod known;
mod load;

pub use command_line::CommandLine;
pub use known::{Kinds, Known, KnownEntry, KnownOn, PLACEHOLDER};
pub use load::{Line, Runtime, RuntimeError, load_runtimes};
