//! Workers: processes that answer for a runtime. Everything that is particular to an operating system is in [`mod@process`].

mod pipes;
mod process;
mod stop;
mod strays;

pub use process::{Exchange, GRACE, Limits, Worker, WorkerCommand};
pub use stop::Stop;
