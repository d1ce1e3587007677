//! What no worker should ever do: breaches of the protocol, each under the name of an exported function, and those of measuring, each a variant.

use std::{
    io::{self, Write},
    thread,
    time::Duration,
};

use wasmatrix_adapter::{Answer, Op, ProtocolPipes, Reply, Request, Response, Value, Wasm};

use crate::{SECOND, marks};

/// A breach of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Breach {
    Garbage,
    HalfALine,
    WrongId,
    WrongSort,
    AnswerTwice,
    CloseOutput,
    /// Answers rightly, and does not go when it is told to.
    Linger,
    /// A line of a gibibyte, without an end.
    EndlessLine,
    /// Answers this, which depends on how many cells this process has served.
    Remember(u32),
}

impl Breach {
    /// What an operation asks for. `served` counts the cells that this process has served.
    pub(crate) fn asked_for(op: &Op, served: &mut u64) -> Option<Self> {
        match op {
            // The one that is found only where a process serves several cells.
            Op::Invoke { export, .. } if export == "lie_when_reused" => Some(Self::Remember(if *served == 0 { 0 } else { 7 })),
            // And the same of version 2 alone.
            Op::Invoke { export, .. } if export == "lie_when_reused_in_two" => {
                Some(Self::Remember(if *served == 0 || !SECOND { 0 } else { 7 }))
            }
            Op::Invoke { export, .. } => Self::named(export),
            Op::Compile { wasm: Wasm::Base64(wasm), .. } => Self::named(marks::behind(&wasm.0, "when_compiled/")?),
            Op::Reset {} => {
                *served += 1;
                None
            }
            _ => None,
        }
    }

    fn named(export: &str) -> Option<Self> {
        Some(match export {
            "garbage" => Self::Garbage,
            "half_a_line" => Self::HalfALine,
            "wrong_id" => Self::WrongId,
            "wrong_sort" => Self::WrongSort,
            "answer_twice" => Self::AnswerTwice,
            "close_output" => Self::CloseOutput,
            "linger" => Self::Linger,
            "endless_line" => Self::EndlessLine,
            _ => return None,
        })
    }

    pub(crate) fn commit(self, request: &Request, pipes: &mut ProtocolPipes) -> io::Result<()> {
        let answer = |id, answer| Response { id, busy_ns: 1, reply: Reply::Ok(answer) };
        let values = |bits| Answer::Values(vec![Value::I32(bits)]);
        match self {
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
            Self::Linger => {
                pipes.answer(&answer(request.id, values(1)))?;
                sleep_for_ever()
            }
            Self::EndlessLine => {
                let part = vec![b'x'; 1 << 20];
                for _ in 0..1024 {
                    pipes.answers.write_all(&part)?;
                }
                sleep_for_ever()
            }
            Self::Remember(bits) => pipes.answer(&answer(request.id, values(bits))),
        }
    }
}

/// Answers a request; where something is to be measured, as a variant does that does it wrong.
pub(crate) fn measured(variant: &str, request: &Request, mut respond: impl FnMut(&Request) -> Response) -> Response {
    let Op::Measure { before, op, iterations, slowed_permille } = &request.op else { return respond(request) };
    let instead = |op| Request { op, ..request.clone() };
    match variant {
        "skipping" => respond(&instead(Op::Measure {
            before: before.clone(),
            op: op.clone(),
            iterations: iterations.div_ceil(2),
            slowed_permille: *slowed_permille,
        })),
        "incurious" => {
            let mut response = respond(request);
            if let Reply::Ok(Answer::Measured(measured)) = &mut response.reply {
                measured.answers.truncate(1);
            }
            response
        }
        "untidy" => {
            let response = respond(request);
            for op in before.iter().filter(|op| matches!(op, Op::NewStore { .. } | Op::Instantiate { .. })) {
                respond(&instead(op.clone()));
            }
            response
        }
        _ => respond(request),
    }
}

pub(crate) fn sleep_for_ever() -> ! {
    loop {
        thread::sleep(Duration::from_secs(3600));
    }
}
