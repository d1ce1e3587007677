//! A cell being driven: its requests, known before the first is sent, and what came of them.

mod acts;
mod asks;
mod branches;
mod converse;
mod disk;
mod drive;
mod handles;
mod notes;
mod scratch;
mod script;

pub use asks::asks;
pub(crate) use converse::{Ended, converse};
pub(crate) use disk::wrapped;
pub(crate) use drive::{Driven, Session, Turn, drive};
pub(crate) use notes::FilesThere;
pub(crate) use scratch::PREFIX;
pub use scratch::Scratch;
pub(crate) use script::KEPT;
pub use script::{Does, Line, Look, script};
