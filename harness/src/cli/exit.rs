//! Exit codes.

use std::process::ExitCode;

/// What the process ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
    /// Nothing wants anybody's attention.
    Clean,
    /// Something is red.
    Findings,
    /// A runtime that must run could not, nothing was executed, a fixture was changed meanwhile, or the tool itself failed.
    CouldNotRun,
    /// No cell matches the selection.
    NothingSelected,
    /// Ctrl-C.
    Interrupted,
}

impl From<Code> for ExitCode {
    fn from(code: Code) -> Self {
        Self::from(match code {
            Code::Clean => 0,
            Code::Findings => 1,
            Code::CouldNotRun => 2,
            Code::NothingSelected => 4,
            Code::Interrupted => 130,
        })
    }
}
