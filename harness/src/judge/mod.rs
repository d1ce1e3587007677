//! From what was seen to what it means. Functions from values to values: no disk, no clock, no process.

pub(crate) mod expected;
mod known;
mod patterns;
mod repeated;
mod response;
mod script;
mod verdict;

pub use expected::expected_at;
pub use known::{Settled, Stale, settle, staleness};
pub use repeated::{apart, known_set, together};
pub use script::{JudgedScript, ScriptLines, ScriptSeen, directive_expected, judge_script};
pub use verdict::{LeftBehind, Seen, SessionEnd, Verdict, holds, is_red_kind, judge, was_interrupted};
