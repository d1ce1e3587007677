//! From what was seen to what it means. Functions from values to values: no disk, no clock, no process.

pub(crate) mod expected;
mod known;
mod patterns;
mod script;
mod verdict;

pub use known::{Settled, settle};
pub use script::{JudgedScript, ScriptLines, ScriptSeen, judge_script};
pub use verdict::{LeftBehind, Seen, SessionEnd, Verdict, is_red_kind, judge, was_interrupted};
