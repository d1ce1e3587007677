//! What no runtime should ever do, each under the name of an exported function. It is committed on whatever thread the function is called,
//! and, in a module that exports `when_compiled/hang`, say, when that is compiled; `when_deserialized/`, `when_damaged/` and
//! `when_in_another_engine/` are such occasions too. What runtimes do wrong with caches stands in `caches.rs`, with artifacts in
//! `artifacts.rs`, and with state in `guest.rs`.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write as _},
    process::{Command, Stdio},
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Signal, getpid, kill_process};
use wasmatrix_adapter::{Failure, Value};

use crate::{SECOND, breaches::sleep_for_ever, marks};

/// `every_third:lie@/tmp/counter` lies each third time that anybody calls it, in whatever process; the file counts.
pub(crate) const EVERY_THIRD: &str = "every_third:";

/// The same at each fifth call, by a function that takes its time when it is honest: so much that one call is a sample of its own.
pub(crate) const SLOW_AND_EVERY_FIFTH: &str = "slow_and_every_fifth:";

/// At which call of it in one process a function whose name ends in `_when_measured` begins to misbehave: a case that calls it once or twice is
/// green, and nobody calls a function so often who does not measure it.
const MEASURED_AT: u64 = 5;

/// A misdeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Misdeed {
    DieBySignal(Signal),
    ExitInTheMiddle(i32),
    Hang,
    /// Hangs, and is interrupted at the soft deadline.
    HangInterruptibly,
    FloodStderr,
    /// Answers rightly, and leaves behind a process that would live for an hour. Its number is the answer.
    LeaveAChild,
    /// The same in a session of its own, where a kill of the process group does not reach.
    LeaveAChildWithSetsid,
    /// Answers rightly, but only after this many milliseconds.
    Oversleep(u64),
    /// Takes memory until somebody stops it.
    HoardMemory,
    /// A plausible wrong value: the argument and one.
    Lie(u32),
}

impl Misdeed {
    /// The misdeed of an exported function's name.
    pub(crate) fn named(export: &str, args: &[Value]) -> Option<Self> {
        if let Some((misdeed, counter)) = export.strip_prefix(EVERY_THIRD).and_then(|rest| rest.split_once('@')) {
            return is_one_in(3, counter).then(|| Self::named(misdeed, args)).flatten();
        }
        if let Some((misdeed, counter)) = export.strip_prefix(SLOW_AND_EVERY_FIFTH).and_then(|rest| rest.split_once('@')) {
            return is_one_in(5, counter).then(|| Self::named(misdeed, args)).flatten();
        }
        Some(match export {
            "die_sigsegv" => Self::DieBySignal(Signal::SEGV),
            "dies_in_one" if !SECOND => Self::DieBySignal(Signal::ABORT),
            "dies_in_two" if SECOND => Self::DieBySignal(Signal::ABORT),
            "die_sigill" => Self::DieBySignal(Signal::ILL),
            "die_sigabrt" => Self::DieBySignal(Signal::ABORT),
            "exit_zero" => Self::ExitInTheMiddle(0),
            "exit_three" => Self::ExitInTheMiddle(3),
            "hang" => Self::Hang,
            "interruptible_hang" => Self::HangInterruptibly,
            "flood_stderr" => Self::FloodStderr,
            "leave_a_child" => Self::LeaveAChild,
            "leave_a_child_with_setsid" => Self::LeaveAChildWithSetsid,
            "oversleep" => Self::Oversleep(3000),
            // What nobody has the time to measure.
            "slow" => Self::Oversleep(1000),
            "die_when_measured" if is_measured(export) => Self::DieBySignal(Signal::ABORT),
            "hang_when_measured" if is_measured(export) => Self::Hang,
            "lie_when_measured" if is_measured(export) => Self::Lie(0),
            "hoard_memory" => Self::HoardMemory,
            "lie" => match args {
                [Value::I32(bits)] => Self::Lie(*bits),
                _ => Self::Lie(0),
            },
            _ => return None,
        })
    }

    /// Commits the misdeed that a module asks for at such an occasion: of `when_compiled/`, the one whose name stands behind it.
    pub(crate) fn at(occasion: &str, wasm: &[u8], deadline: Option<Instant>) -> Result<(), Failure> {
        match marks::behind(wasm, occasion).and_then(|name| Self::named(name, &[])) {
            Some(misdeed) => misdeed.commit(deadline).map(|_| ()),
            None => Ok(()),
        }
    }

    /// What the function returns, where it does.
    pub(crate) fn commit(self, deadline: Option<Instant>) -> Result<Vec<Value>, Failure> {
        let bits = match self {
            Self::DieBySignal(signal) => die(signal).map_err(Failure::failed)?,
            Self::ExitInTheMiddle(code) => std::process::exit(code),
            Self::Hang => sleep_for_ever(),
            Self::HangInterruptibly => {
                let Some(deadline) = deadline else { sleep_for_ever() };
                thread::sleep(deadline.saturating_duration_since(Instant::now()));
                return Err(Failure::interrupted("faux was told to interrupt itself"));
            }
            Self::FloodStderr => {
                for line in 0..100_000 {
                    eprintln!("line {line} of a flood that must neither block this worker nor fill the record");
                }
                1
            }
            Self::LeaveAChild => leave(Command::new("sleep").arg("3600")).map_err(Failure::failed)?,
            Self::LeaveAChildWithSetsid => {
                // `setsid` forks where it has to; its exec keeps the number that is answered here.
                let child = leave(Command::new("setsid").args(["sleep", "3600"])).map_err(Failure::failed)?;
                thread::sleep(Duration::from_millis(100));
                child
            }
            Self::Oversleep(milliseconds) => {
                thread::sleep(Duration::from_millis(milliseconds));
                1
            }
            Self::HoardMemory => {
                let mut hoard = Vec::new();
                loop {
                    hoard.push(vec![1_u8; 16 << 20]);
                    thread::sleep(Duration::from_millis(5));
                }
            }
            Self::Lie(bits) => bits.wrapping_add(1),
        };
        Ok(vec![Value::I32(bits)])
    }
}

/// Counts one more call, whichever process it comes from, and says whether so many have gone by. What cannot be counted is never the one.
fn is_one_in(many: u64, counter: &str) -> bool {
    let counted = || {
        let mut file = fs::OpenOptions::new().create(true).append(true).open(counter)?;
        file.write_all(b".")?;
        Ok::<u64, io::Error>(file.metadata()?.len())
    };
    counted().is_ok_and(|calls| calls % many == 0)
}

/// Counts one more call in this process.
fn is_measured(export: &str) -> bool {
    static CALLS: Mutex<BTreeMap<String, u64>> = Mutex::new(BTreeMap::new());
    let mut calls = CALLS.lock().unwrap_or_else(PoisonError::into_inner);
    let calls = calls.entry(export.to_owned()).or_default();
    *calls += 1;
    *calls >= MEASURED_AT
}

fn die(signal: Signal) -> io::Result<u32> {
    eprintln!("faux dies now");
    // Rust's own handler swallows the first SIGSEGV that no access has caused, and removes itself.
    loop {
        kill_process(getpid(), signal)?;
        thread::sleep(Duration::from_millis(1));
    }
}

fn leave(command: &mut Command) -> io::Result<u32> {
    Ok(command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?.id())
}
