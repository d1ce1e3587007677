//! What a run leaves behind, and what people see of it.
//!
//! A *run* is a list of [`Record`]s: a header, a record for every cell, a footer. It is written as `run.jsonl` while it
//! happens ([`RunWriter`]) and everything shown is computed from the records alone ([`Matrix`], [`Tally`], [`red_cell`]), so that a
//! stored run can be shown again, anywhere, without the suites or the runtimes.
//!
//! Two questions more are asked of records alone: do runtimes agree ([`Divergences`]), and did anything change ([`Change`], also against a
//! [`baseline`])? Reds of one [cause](causes) read as one.
//!
//! [`Upgrade`] reads one run with two versions in it as a page, [`Tables`] a run case by case, [`Promises`] what of it was documented otherwise.
//!
//! Was it faster before? [`Comparison`] holds what two runs [measured](Measured) against each other, [`MeasuredMatrix`] shows what one did;
//! [`statistics`] says how sure that is.
//!
//! Nothing here judges: an outcome is read, never made.

mod assertions;
pub mod baseline;
mod block;
mod cache_seen;
mod canary;
mod causes;
pub mod change;
pub mod compared;
pub mod divergence;
mod documented;
mod known_cells;
mod lines;
mod machine;
mod matrix;
mod measured;
mod outcome;
mod printable;
mod record;
mod red_cell;
mod refusal;
mod repeated;
mod run_file;
pub mod statistics;
pub mod table;
mod tally;
pub mod upgrade;
mod version_check;
mod words;

pub use assertions::Assertions;
pub use cache_seen::{CacheSeen, CacheUse, DirectorySeen};
pub use canary::{Canary, CanarySeen};
pub use causes::{Cause, causes};
pub use change::Change;
pub use compared::{Comparison, Measurements};
pub use divergence::Divergences;
pub use documented::{Documentation, Promises};
pub use known_cells::known_cells;
pub use lines::Lines;
pub use machine::Machine;
pub use matrix::Matrix;
pub use measured::{Block, Counter, Figures, Measured, MeasuredMatrix, Measuring, Phase, PhaseRow, PhaseTable, Question, ThrownAway};
pub use outcome::{Level, Outcome};
pub use printable::{backtrace_in_lines, is_harmless, printable};
pub use record::{
    Availability, Cell, Configuration, DirectiveRecord, FORMAT_VERSION, FileLeft, FilesLeft, Footer, Header, Observation, READERS_PROCESS,
    Receipt, Record, Red, RuntimeReceipt, ScriptRecord, StepRecord, SuiteDigest, Totals, UnsupportedFor, WorkerBinary,
};
pub use red_cell::red_cell;
pub use refusal::{is_clean_refusal, refused};
pub use repeated::{Repeated, Way, ways};
pub use run_file::{RunFileError, RunWriter, each_record, read_run};
pub use table::Tables;
pub use tally::Tally;
pub use upgrade::Upgrade;
pub use version_check::{VersionCheck, VersionChecks};
pub use words::{file_in_words, observation_in_words, reply_in_words};
