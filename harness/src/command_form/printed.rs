//! What a command printed, read back into one observation for each step.

use wasmatrix_adapter::{Answer, Failure, FailureKind, GuestBytes, Reply, Value, ValueType};
use wasmatrix_reports::Observation;

use super::{anatomy::Anatomy, printed_digits};
use crate::suite::{Case, StepOp};

/// The observations of a case's steps in the answer to the one request of its command form.
///
/// The first step without its line is the one that the command ended in, or that it did not answer as it should. Nothing is known about those
/// after it.
pub(crate) fn observed(case: &Case, reply: Reply) -> Vec<Observation> {
    let mut observations = vec![Observation::Unanswered; case.steps.len()];
    let Reply::Ok(Answer::Command(end)) = reply else {
        if let Some(first) = observations.first_mut() {
            *first = Observation::Answered(reply);
        }
        return observations;
    };
    let anatomy = case.modules.get("main").and_then(|main| Anatomy::of(&main.wasm).ok());
    let text = String::from_utf8_lossy(&end.output.stdout.0);
    let mut lines = text.lines();
    for (index, (step, observation)) in case.steps.iter().zip(&mut observations).enumerate() {
        let line = lines.next();
        if let Some(answer) = line.zip(anatomy.as_ref()).and_then(|(line, anatomy)| answer(&step.op, index + 1, line, anatomy)) {
            *observation = Observation::Answered(Reply::Ok(answer));
            continue;
        }
        let failed = |kind, text: String| Reply::Failed(Failure::new(kind, text));
        *observation = Observation::Answered(match (line, &end.failure) {
            (None, Some(failure)) => Reply::Failed(failure.clone()),
            // It prints a line for each step before it returns, so it ended itself.
            (None, None) => failed(FailureKind::Exit(0), "the command ended with status 0 and printed nothing for this step".to_owned()),
            (Some(line), _) => failed(FailureKind::Failed, format!("the command printed `{}` for this step", line.escape_debug())),
        });
        return observations;
    }
    let more = lines.next().map(|line| format!("`{}`", line.escape_debug()));
    let ended = end.failure.map(|failure| format!("{}: {}", failure.kind, failure.text));
    // All was answered, and still something came after it.
    if let (Some(after), Some(last)) = (more.or(ended), observations.last_mut()) {
        let text = format!("after its last answer came {after}");
        *last = Observation::Answered(Reply::Failed(Failure::failed(text)));
    }
    observations
}

/// What a line says, where it is this step's.
fn answer(op: &StepOp, number: usize, line: &str, anatomy: &Anatomy) -> Option<Answer> {
    match op {
        StepOp::Invoke { export, .. } => {
            let mut printed = line.strip_prefix(&format!("{number} {export}:"))?.split(' ');
            if printed.next() != Some("") {
                return None;
            }
            let types = &anatomy.functions.get(export.as_str())?.results;
            let values: Vec<Value> = types.iter().map(|it| value(*it, printed.next()?)).collect::<Option<_>>()?;
            printed.next().is_none().then_some(Answer::Values(values))
        }
        StepOp::MemoryRead { export, length, .. } => {
            let digits = line.strip_prefix(&format!("{number} {export}: "))?;
            let bytes: Vec<u8> = digits.as_bytes().chunks(2).map(byte).collect::<Option<_>>()?;
            (bytes.len() as u64 == *length).then_some(Answer::Bytes(GuestBytes(bytes)))
        }
        StepOp::MemoryWrite { export, .. } => (line == format!("{number} {export}:")).then_some(Answer::Done),
        _ => None,
    }
}

fn value(value_type: ValueType, digits: &str) -> Option<Value> {
    let is_number = digits.len() == usize::from(printed_digits(value_type)?) && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let bits = u64::from_str_radix(digits, 16).ok().filter(|_| is_number)?;
    match value_type {
        ValueType::I32 => Some(Value::I32(u32::try_from(bits).ok()?)),
        ValueType::F32 => Some(Value::F32(u32::try_from(bits).ok()?)),
        ValueType::I64 => Some(Value::I64(bits)),
        ValueType::F64 => Some(Value::F64(bits)),
        ValueType::V128 | ValueType::Funcref | ValueType::Externref | ValueType::Anyref | ValueType::Exnref => None,
    }
}

fn byte(digits: &[u8]) -> Option<u8> {
    let digits = std::str::from_utf8(digits).ok().filter(|digits| digits.len() == 2)?;
    u8::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use std::{fs, sync::Arc};

    use wasmatrix_adapter::{CommandEnd, TrapCode, WasiOutput};

    use super::*;
    use crate::suite::load_suites;

    const SUITE: &str = r#"
suite: forms
cases:
  - name: asks
    why: A guest's answers must be read as they were printed.
    stands_on: this test
    level: implementation-defined
    command_form: true
    wat: |
      (module
        (import "wasi_snapshot_preview1" "sched_yield" (func $sched_yield (result i32)))
        (memory (export "memory") 1)
        (func (export "yield") (result i32) (call $sched_yield))
        (func (export "nothing"))
        (func (export "two") (result i64 f32) (i64.const 1) (f32.const 1)))
    steps:
      - { invoke: yield }
      - { invoke: nothing }
      - { invoke: two }
      - { memory_read: memory, at: 0, length: 2 }
      - { memory_write: memory, at: 0, bytes: x }
"#;

    const PRINTED: &str = "1 yield: 00000000\n2 nothing:\n3 two: 0000000000000001 3f800000\n4 memory: 00ff\n5 memory:\n";

    fn asks() -> Arc<Case> {
        let file = tempfile::Builder::new().suffix(".yaml").tempfile().expect("a temporary file");
        fs::write(file.path(), SUITE).expect("it can be written");
        let suites = load_suites(&[file.path().to_owned()]).expect("the suite is good");
        let names: Vec<&str> = suites[0].cases.iter().map(|case| case.name.as_str()).collect();
        assert_eq!(names, ["asks", "asks.command"]);
        Arc::clone(&suites[0].cases[1])
    }

    fn ended(printed: &str, failure: Option<FailureKind>) -> Vec<Observation> {
        let failure = failure.map(|kind| Failure::new(kind, "its own words"));
        let output = WasiOutput { stdout: GuestBytes(printed.into()), ..WasiOutput::default() };
        observed(&asks(), Reply::Ok(Answer::Command(CommandEnd { failure, output })))
    }

    /// What became of each step: the answer, the kind of failure, or nothing.
    fn words(observations: &[Observation]) -> Vec<String> {
        let word = |observation: &Observation| match observation {
            Observation::Answered(Reply::Ok(answer)) => format!("{answer:?}"),
            Observation::Answered(Reply::Failed(failure)) => failure.kind.to_string(),
            Observation::NotOpened { .. } => "not opened".to_owned(),
            Observation::Unanswered => "unanswered".to_owned(),
            other => format!("{other:?}"),
        };
        observations.iter().map(word).collect()
    }

    #[test]
    fn every_line_is_the_answer_to_its_step() {
        let answers = [
            Answer::Values(vec![Value::I32(0)]),
            Answer::Values(Vec::new()),
            Answer::Values(vec![Value::I64(1), Value::F32(0x3f80_0000)]),
            Answer::Bytes(GuestBytes(vec![0, 0xff])),
            Answer::Done,
        ];
        let expected: Vec<Observation> = answers.into_iter().map(|answer| Observation::Answered(Reply::Ok(answer))).collect();
        assert_eq!(ended(PRINTED, None), expected);
    }

    #[test]
    fn the_step_without_a_line_is_the_one_that_the_command_ended_in() {
        let first = "1 yield: 00000000\n";
        for (failure, kind) in
            [(Some(FailureKind::Trap(TrapCode::Unreachable)), "trap unreachable"), (Some(FailureKind::Exit(3)), "exit 3"), (None, "exit 0")]
        {
            let seen = words(&ended(first, failure));
            assert_eq!(seen[1], kind);
            assert_eq!(seen[2..], ["unanswered", "unanswered", "unanswered"], "{kind}");
        }
    }

    #[test]
    fn a_line_that_is_not_an_answer_fails_its_step() {
        for (right, wrong) in [
            ("1 yield: 00000000", "1 yield: 0000000g"),
            ("1 yield: 00000000", "1 yield: 0000000000000000"),
            ("1 yield: 00000000", "1 yield:00000000"),
            ("1 yield: 00000000", "1 yield: 00000000 00000000"),
            ("1 yield: 00000000", "1 yield:"),
            ("1 yield: 00000000", "1 yield: +0000000"),
            ("1 yield: 00000000", "2 yield: 00000000"),
            ("1 yield: 00000000", "1 other: 00000000"),
            ("1 yield: 00000000\n", ""),
            ("1 yield: 00000000", "hello\n1 yield: 00000000"),
        ] {
            let seen = words(&ended(&PRINTED.replacen(right, wrong, 1), None));
            assert_eq!(seen[0], "failed", "{wrong}");
            assert_eq!(seen[1..], ["unanswered"; 4], "{wrong}");
        }
        for wrong in ["4 memory: 00f", "4 memory: 00", "4 memory: 00ffff", "4 memory: zzff"] {
            assert_eq!(words(&ended(&PRINTED.replacen("4 memory: 00ff", wrong, 1), None))[3], "failed", "{wrong}");
        }
    }

    #[test]
    fn whatever_comes_after_the_last_answer_is_no_success() {
        assert_eq!(words(&ended(&format!("{PRINTED}more"), None))[4], "failed");
        assert_eq!(words(&ended(PRINTED, Some(FailureKind::Trap(TrapCode::Unreachable))))[4], "failed");
        assert_eq!(words(&ended(PRINTED, Some(FailureKind::Exit(0))))[4], "failed");
    }

    #[test]
    fn a_command_that_did_not_run_is_the_first_step_s_failure() {
        let reply = Reply::Failed(Failure::new(FailureKind::Unlinkable, ""));
        assert_eq!(words(&observed(&asks(), reply))[..2], ["unlinkable", "unanswered"]);
    }
}
