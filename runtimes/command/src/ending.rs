//! What became of a guest, read from how the program ended.

use std::{os::unix::process::ExitStatusExt as _, process::ExitStatus};

use regex::bytes::Regex;
use wasmatrix_adapter::{CommandEnd, CommandEnded, Failure, FailureKind, GuestBytes, WasiOutput};

use crate::{
    program::{Ran, Written},
    template::Ending,
};

/// What became of a guest.
pub(crate) enum End {
    /// `Err`: the guest was never entered.
    Of(Result<CommandEnd, Failure>),
    /// The runtime died; with its last words.
    Crash(ExitStatus, String),
}

/// Reads how the program ended.
pub(crate) fn read(ends: &[Ending], ran: Ran) -> End {
    let Ran { status, mut stdout, mut stderr, was_interrupted } = ran;
    if was_interrupted {
        let failure = Failure::interrupted("its process group was killed at the deadline");
        return End::Of(Ok(CommandEnd { failure: Some(failure), output: output(stdout, stderr) }));
    }
    // The runtime speaks last: of the endings that fit it is the one whose words begin last, so that a guest which wrote such words itself is not
    // believed. Of those that begin alike it is the first.
    let mut best: Option<(Option<u64>, Option<u64>, &CommandEnded)> = None;
    for ending in ends {
        let fits = |wanted: Option<i32>, seen: Option<i32>| wanted.is_none() || wanted == seen;
        if !fits(ending.status, status.code()) || !fits(ending.signal, status.signal()) {
            continue;
        }
        let (Some(in_stdout), Some(in_stderr)) = (found(ending.stdout.as_ref(), &stdout), found(ending.stderr.as_ref(), &stderr)) else {
            continue;
        };
        if best.is_none_or(|(stderr, stdout, _)| (in_stderr, in_stdout) > (stderr, stdout)) {
            best = Some((in_stderr, in_stdout, &ending.is));
        }
    }
    let (is, mut words) = match best {
        Some((in_stderr, in_stdout, is)) => {
            (is.clone(), [stderr.split_off(in_stderr), stdout.split_off(in_stdout)].join("\n").trim().to_owned())
        }
        None if status.code().is_some() => (CommandEnded::Exit, String::new()),
        None => (CommandEnded::Crash, String::new()),
    };
    let kind = match is {
        CommandEnded::Crash => return End::Crash(status, if words.is_empty() { stderr.tail() } else { words }),
        CommandEnded::Exit => match status.code() {
            Some(0) => None,
            // The whole of it; what a status can hold is for the operating system to say.
            Some(code) => Some(FailureKind::Exit(code.cast_unsigned())),
            None => Some(FailureKind::Failed),
        },
        CommandEnded::Unknown => {
            words = format!("what this means cannot be known: {}; {words}", in_words(status));
            Some(FailureKind::Failed)
        }
        CommandEnded::Failed(kind) => Some(kind),
    };
    if words.is_empty() {
        words = in_words(status);
    }
    match kind {
        Some(kind @ (FailureKind::Unsupported(_) | FailureKind::Unlinkable | FailureKind::Rejected)) => {
            End::Of(Err(Failure::new(kind, words)))
        }
        kind => {
            let failure = kind.map(|kind| Failure::new(kind, words));
            End::Of(Ok(CommandEnd { failure, output: output(stdout, stderr) }))
        }
    }
}

/// Where the runtime's own words begin: at the last match, since a guest may have written such words before. `Some(None)` where no pattern
/// asks for any, `None` where the pattern does not match.
#[allow(clippy::option_option, reason = "the three cases are three")]
fn found(pattern: Option<&Regex>, written: &Written) -> Option<Option<u64>> {
    let Some(pattern) = pattern else { return Some(None) };
    let (text, begins) = written.searchable();
    pattern.find_iter(&text).last().map(|found| Some(begins + found.start() as u64))
}

fn in_words(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit status {code}"),
        (None, Some(signal)) => format!("killed by signal {signal}"),
        (None, None) => status.to_string(),
    }
}

fn output(stdout: Written, stderr: Written) -> WasiOutput {
    WasiOutput { stdout_cut: stdout.cut(), stderr_cut: stderr.cut(), stdout: GuestBytes(stdout.kept), stderr: GuestBytes(stderr.kept) }
}
