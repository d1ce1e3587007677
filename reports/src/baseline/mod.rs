//! Baselines: a run kept as text to compare with, a line a cell, made to be read in a `git diff`.
//!
//! `baseline.txt` says what holds for all of it; each suite has a file for each runtime, `RUNTIME/SUITE.txt`. Functions between a [`Side`] and texts; whoever
//! calls them has the disk. What is kept of a cell: its outcome, the digest of what it asks, what was red, the lines and counts of a script, and of what
//! was not judged a digest of what was seen.

mod read;
mod write;

pub use read::{BaselineError, read};
pub use write::write;

/// The file that makes a folder a baseline.
pub const HEAD: &str = "baseline.txt";

/// The first line of that file.
const FIRST_LINE: &str = "wasmatrix baseline 1";

/// What a baseline file begins its second lines with.
const INDENT: &str = "    ";
