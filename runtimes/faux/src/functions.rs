//! What functions do, by their names.

use std::{
    hint, thread,
    time::{Duration, Instant},
};

use wasmatrix_adapter::{Backtrace, Capability, Captured, Exhaustible, Failure, FailureKind, Frame, OUTPUT_KEPT, TrapCode, Value};

use crate::{
    SECOND,
    guest::{Command, Parts},
    misdeeds::{EVERY_THIRD, SLOW_AND_EVERY_FIFTH},
};

/// What a function returns that does as its name says.
pub(crate) fn call(export: &str, args: &[Value], state: &mut Parts, output: &Captured) -> Result<Vec<Value>, Failure> {
    match (export, args) {
        ("echo", args) => Ok(args.to_vec()),
        ("add", [Value::I32(one), Value::I32(other)]) => Ok(vec![Value::I32(one.wrapping_add(*other))]),
        (probe, []) if probe.starts_with("probe_") => Ok(vec![Value::I32(42)]),
        // Those that are not the same in both versions.
        ("version", []) => Ok(vec![Value::I32(if SECOND { 2 } else { 1 })]),
        ("dies_in_one" | "dies_in_two", []) => Ok(vec![Value::I32(7)]),
        // The two times of three.
        (honest, []) if honest.starts_with(EVERY_THIRD) => Ok(vec![Value::I32(0)]),
        (honest, []) if honest.starts_with(SLOW_AND_EVERY_FIFTH) => {
            thread::sleep(Duration::from_millis(30));
            Ok(vec![Value::I32(0)])
        }
        // Before they are measured.
        ("die_when_measured" | "hang_when_measured" | "lie_when_measured", []) => Ok(vec![Value::I32(0)]),
        ("nop", []) => Ok(Vec::new()),
        // A time that is the same each time, in microseconds: it does not sleep, since what wakes a sleeper is late.
        ("busy", [Value::I32(microseconds)]) => {
            let (started, time) = (Instant::now(), Duration::from_micros(u64::from(*microseconds)));
            while started.elapsed() < time {
                hint::spin_loop();
            }
            Ok(args.to_vec())
        }
        ("print_i32", [Value::I32(_)]) => Ok(Vec::new()),
        ("spectest_global_i32", []) => Ok(vec![Value::I32(666)]),
        ("write_global", [Value::I32(bits)]) => {
            state.global = *bits;
            Ok(Vec::new())
        }
        ("read_global", []) => Ok(vec![Value::I32(state.global)]),
        ("add_to_shared_memory", [Value::I32(number)]) => state.add(*number).map(|before| vec![Value::I32(before)]),
        // How often it was called in this instance.
        ("count", []) => {
            state.global = state.global.wrapping_add(1);
            Ok(vec![Value::I32(state.global)])
        }
        // The same, and nobody is told.
        ("count_in_silence", []) => {
            state.global = state.global.wrapping_add(1);
            Ok(vec![Value::I32(42)])
        }
        ("trap", []) => Err(Failure::trap(TrapCode::Unreachable, "faux was told to trap").at([frame("trap")])),
        ("trap_far_down", []) => Err(trapped("faux was told to trap far down", (0..100_000).map(|_| frame("f")).collect())),
        ("trap_in_a_long_name", []) => Err(trapped("faux was told to trap in a long name", vec![frame(&"f".repeat(1 << 20))])),
        ("trap_in_a_name_for_terminals", []) => Err(trapped("faux was told to trap\u{7}", vec![frame("\u{1b}[2J\u{1b}[31mf\r\n\u{202e}")])),
        ("trap_nowhere", []) => Err(trapped("faux was told to trap nowhere", vec![Frame::default()])),
        ("throw", []) => Err(Failure::new(FailureKind::Exception, "faux was told to throw")),
        ("run_out_of_fuel", []) => Err(Failure::new(FailureKind::Exhausted(Exhaustible::Fuel), "faux was told to run out of fuel")),
        ("recurse", []) => Err(Failure::new(FailureKind::Exhausted(Exhaustible::Stack), "faux was told to recurse")),
        ("use_threads", []) => Err(Failure::new(FailureKind::Unsupported(Some(Capability::Threads)), "faux has no threads")),
        ("use_what_has_no_name", []) => Err(Failure::unsupported("faux cannot do this")),
        ("write_a_lot", []) => {
            for _ in 0..3 {
                output.push(&vec![b'x'; OUTPUT_KEPT]);
            }
            Ok(Vec::new())
        }
        ("_start", []) => {
            output.push(b"hello, world\n");
            match state.command {
                Command::IsHonest => {}
                Command::ClaimsAllMemory => state.memory.iter_mut().rev().take(4).for_each(|byte| *byte = 0),
                Command::TakesItsMemoryAlong => state.memory.clear(),
            }
            Err(Failure::new(FailureKind::Exit(3), "exit 3"))
        }
        _ => Err(Failure::failed(format!("faux does not know a function `{export}` that takes {} arguments", args.len()))),
    }
}

fn frame(function: &str) -> Frame {
    Frame { function: Some(function.to_owned()), index: Some(0), ..Frame::default() }
}

/// A trap with all that is told of where it was, however much that is: what is within bounds would come of [`Failure::at`].
fn trapped(text: &str, frames: Vec<Frame>) -> Failure {
    Failure { backtrace: Backtrace { frames, more: 0 }, ..Failure::trap(TrapCode::Unreachable, text) }
}
