//! Runtimes as their folders describe them: `runtime.yaml`, `known.yaml` and the lines.

mod command_line;
mod command_worker;
mod known;
mod line;
mod load;
mod naming;
mod variant;
mod version;
mod worker_kind;

pub use command_line::CommandLine;
pub use command_worker::CommandWorker;
pub use known::{Kinds, Known, KnownEntry, KnownOn, PLACEHOLDER};
pub use line::{Checkout, Line, LineSource};
pub use load::{Runtime, RuntimeError, load_runtime, load_runtimes};
pub use naming::{EVERY_LINE, line_name};
pub use variant::{Gone, Variant};
pub use version::Version;
pub use worker_kind::{FamilyVersion, Installer, ProgramSource, WorkerKind};
