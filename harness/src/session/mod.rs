//! A cell being driven: its requests, known before the first is sent, and what came of them.

mod asks;
mod converse;
mod drive;
mod scratch;
mod script;

pub use asks::asks;
pub(crate) use converse::{Ended, converse};
pub use drive::{Driven, drive};
pub use scratch::Scratch;
pub use script::{Line, script};
