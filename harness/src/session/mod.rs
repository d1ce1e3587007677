//! A cell being driven: its requests, known before the first is sent, and what came of them.

mod drive;
mod scratch;
mod script;

pub use drive::{Driven, drive};
pub use scratch::Scratch;
pub use script::{Line, script};
