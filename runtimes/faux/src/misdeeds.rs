//! What no worker should ever do, each under the name of an exported function.

use std::{
    io::{self, Write},
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use crate::honest::SECOND;
use rustix::process::{Signal, getpid, kill_process};
use wasmatrix_adapter::{Answer, Failure, ProtocolPipes, Reply, Request, Response, Value};

/// A misdeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Misdeed {
    DieBySignal(Signal),
    ExitInTheMiddle(i32),
    Hang,
    /// Hangs, and is interrupted at the soft deadline.
    HangInterruptibly,
    Garbage,
    HalfALine,
    WrongId,
    WrongSort,
    AnswerTwice,
    CloseOutput,
    FloodStderr,
    /// Answers rightly, and leaves behind a process that would live for an hour. Its number is the answer.
    LeaveAChild,
    /// The same in a session of its own, where a kill of the process group does not reach.
    LeaveAChildWithSetsid,
    /// Answers rightly, and does not go when it is told to.
    Linger,
    /// Answers rightly, but only after this many milliseconds.
    Oversleep(u64),
    /// A line of a gibibyte, without an end.
    EndlessLine,
    /// Takes memory until somebody stops it.
    HoardMemory,
    /// A plausible wrong value: the argument and one.
    Lie(u32),
}

impl Misdeed {
    /// The misdeed of an exported function's name.
    pub(crate) fn named(export: &str, args: &[Value]) -> Option<Self> {
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
            "garbage" => Self::Garbage,
            "half_a_line" => Self::HalfALine,
            "wrong_id" => Self::WrongId,
            "wrong_sort" => Self::WrongSort,
            "answer_twice" => Self::AnswerTwice,
            "close_output" => Self::CloseOutput,
            "flood_stderr" => Self::FloodStderr,
            "leave_a_child" => Self::LeaveAChild,
            "leave_a_child_with_setsid" => Self::LeaveAChildWithSetsid,
            "linger" => Self::Linger,
            "oversleep" => Self::Oversleep(3000),
            "endless_line" => Self::EndlessLine,
            "hoard_memory" => Self::HoardMemory,
            "lie" => match args {
                [Value::I32(bits)] => Self::Lie(*bits),
                _ => Self::Lie(0),
            },
            _ => return None,
        })
    }

    /// The misdeed that a module asks for which exports `when_compiled/hang`, say.
    pub(crate) fn when_compiled(wasm: &[u8]) -> Option<Self> {
        const MARK: &[u8] = b"when_compiled/";
        let from = wasm.windows(MARK.len()).position(|part| part == MARK)? + MARK.len();
        let name: Vec<u8> = wasm.get(from..)?.iter().copied().take_while(|byte| byte.is_ascii_lowercase() || *byte == b'_').collect();
        Self::named(std::str::from_utf8(&name).ok()?, &[])
    }

    pub(crate) fn commit(self, request: &Request, pipes: &mut ProtocolPipes) -> io::Result<()> {
        let answer = |id, answer| Response { id, busy_ns: 1, reply: Reply::Ok(answer) };
        let values = |bits| Answer::Values(vec![Value::I32(bits)]);
        match self {
            Self::DieBySignal(signal) => {
                eprintln!("faux dies now");
                // Rust's own handler swallows the first SIGSEGV that no access has caused, and removes itself.
                loop {
                    kill_process(getpid(), signal)?;
                    thread::sleep(Duration::from_millis(1));
                }
            }
            Self::ExitInTheMiddle(code) => std::process::exit(code),
            Self::Hang => sleep_for_ever(),
            Self::HangInterruptibly => {
                let Some(deadline) = request.deadline_ms else { sleep_for_ever() };
                thread::sleep(Duration::from_millis(deadline));
                let failure = Failure::interrupted("faux was told to interrupt itself");
                pipes.answer(&Response { id: request.id, busy_ns: 1, reply: Reply::Failed(failure) })
            }
            Self::Garbage => pipes.answers.write_all(b"\xff\xfe this is not an answer\n"),
            Self::HalfALine => {
                pipes.answers.write_all(br#"{"id":1,"busy_"#)?;
                std::process::exit(0)
            }
            Self::WrongId => pipes.answer(&answer(request.id + 1000, values(1))),
            Self::WrongSort => pipes.answer(&answer(request.id, Answer::Pages(1))),
            Self::AnswerTwice => {
                pipes.answer(&answer(request.id, values(1)))?;
                pipes.answer(&answer(request.id + 1, values(1)))
            }
            Self::CloseOutput => {
                pipes.answers = std::fs::File::open("/dev/null")?;
                sleep_for_ever()
            }
            Self::FloodStderr => {
                for line in 0..100_000 {
                    eprintln!("line {line} of a flood that must neither block this worker nor fill the record");
                }
                pipes.answer(&answer(request.id, values(1)))
            }
            Self::LeaveAChild => {
                let child = Command::new("sleep").arg("3600").stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
                pipes.answer(&answer(request.id, values(child.id())))
            }
            Self::LeaveAChildWithSetsid => {
                // `setsid` forks where it has to; its exec keeps the number that is answered here.
                let child = Command::new("setsid").args(["sleep", "3600"]).stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
                thread::sleep(Duration::from_millis(100));
                pipes.answer(&answer(request.id, values(child.id())))
            }
            Self::Oversleep(milliseconds) => {
                thread::sleep(Duration::from_millis(milliseconds));
                pipes.answer(&answer(request.id, values(1)))
            }
            Self::EndlessLine => {
                let part = vec![b'x'; 1 << 20];
                for _ in 0..1024 {
                    pipes.answers.write_all(&part)?;
                }
                sleep_for_ever()
            }
            Self::HoardMemory => {
                let mut hoard = Vec::new();
                loop {
                    hoard.push(vec![1_u8; 16 << 20]);
                    thread::sleep(Duration::from_millis(5));
                }
            }
            Self::Linger => {
                pipes.answer(&answer(request.id, values(1)))?;
                sleep_for_ever()
            }
            Self::Lie(bits) => pipes.answer(&answer(request.id, values(bits.wrapping_add(1)))),
        }
    }
}

fn sleep_for_ever() -> ! {
    loop {
        thread::sleep(Duration::from_secs(3600));
    }
}
