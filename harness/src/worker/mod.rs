//! Workers: processes that answer for a runtime. Everything that is particular to an operating system is in [`mod@process`].

mod process;
mod stop;
mod strays;
mod streams;

pub use process::{Exchange, GRACE, Limits, Worker, WorkerCommand};
pub use stop::Stop;
