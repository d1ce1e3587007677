//! What the harness and a worker say to each other, and how a Rust runtime becomes a worker.
//!
//! **Background.** wasmatrix asks many WebAssembly runtimes the same question and judges the answers. A runtime
//! always lives in a *worker* process of its own: a crash then costs one cell, a hang can be killed, and two versions
//! that could never share a lockfile can be held against each other.
//!
//! **What is here.** The words of the protocol ([`Request`], [`Response`], [`Value`], [`Failure`], [`Capability`]), the
//! [`Adapter`] trait that a Rust runtime implements, and [`serve()`], which turns an adapter into a worker. Workers in other
//! languages speak the same JSON lines; `runtimes/protocol.schema.json` is generated from these types.
//!
//! **Limits.** An adapter translates and nothing else. It never learns what a case expects, it supplies nothing that
//! the runtime's published crates do not, and it answers `unsupported` where the runtime has a gap.

mod about;
mod adapter;
mod backtrace;
mod built;
mod capability;
mod captured;
mod command_template;
mod commands;
mod failure;
mod guest_bytes;
mod measure;
#[cfg(feature = "native-wast")]
pub mod native_wast;
mod op_table;
mod parallel;
mod protocol;
mod serve;
mod value;
mod wasi;
mod wasm_bytes;
mod watchdog;

pub use about::{About, PROTOCOL_VERSION, WasiImplementation};
pub use adapter::Adapter;
pub use backtrace::{Backtrace, Frame};
pub use built::Built;
pub use capability::Capability;
pub use captured::{Captured, OUTPUT_KEPT};
pub use command_template::{CommandEnded, CommandEnding, CommandTemplate};
pub use commands::{Commands, CommandsOnly};
pub use failure::{Exhaustible, Failure, FailureKind, TrapCode};
pub use guest_bytes::GuestBytes;
pub use measure::{Repeated, repeat};
pub use op_table::OpTable;
pub use protocol::{Answer, CacheStatistics, ImportFrom, Measured, Op, Purpose, Reply, Request, Response, Wasm};
pub use serve::{ProtocolPipes, requested_variant, respond, serve};
pub use value::{AnyReference, Reference, Value, ValueType};
pub use wasi::{CommandEnd, Grants, Network, Preopen, WasiOutput, WasiSetup};
pub use wasm_bytes::WasmBytes;
pub use watchdog::Watchdog;
