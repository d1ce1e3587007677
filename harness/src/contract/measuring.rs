//! What a worker keeps that measures: it does what was asked as often as was asked, says what came of it, and leaves nothing behind. Fuel is
//! counted, and counted alike. How long anything takes is nobody's promise.

use wasmatrix_adapter::{Answer, Capability, FailureKind, Measured, Op, Purpose, Reply, TrapCode};

use super::{
    Check,
    clauses::{HELLO, world},
    lifecycle::{ADD, adds},
    talk::{Talk, close, i32s, instantiate, invoke, new_engine, store, store_in},
};

pub(super) const CLAUSES: [Check; 6] = [
    Check::new("measures-every-call", measures_every_call),
    Check::new("measures-until-an-answer-differs", measures_until_an_answer_differs),
    Check::new("undoes-what-comes-before-a-measured-call", undoes_what_comes_before),
    Check::new("measures-compiling-and-instantiating", measures_compiling_and_instantiating),
    Check::new("measures-commands", measures_commands).needing(Capability::WasiPreview1),
    Check::new("tells-failures-of-what-is-measured", tells_failures),
];

/// Two functions that count how often they are called, in `global`: `count` answers it, and `count_in_silence` answers 42.
const COUNTERS: &str = r#"(module (memory (export "memory") 1) (global $g (export "global") (mut i32) (i32.const 0))
    (func $step (global.set $g (i32.add (global.get $g) (i32.const 1))))
    (func (export "count") (result i32) (call $step) (global.get $g))
    (func (export "count_in_silence") (result i32) (call $step) (i32.const 42))
    (func (export "trap") unreachable))"#;

/// More than once, and no power of two.
const TIMES: u32 = 100;

fn measuring_engine(engine: &str) -> Op {
    Op::NewEngine { engine: engine.to_owned(), features: None, cache: None, purpose: Some(Purpose::Measuring) }
}

fn measure(before: Vec<Op>, op: Op) -> Op {
    Op::Measure { before, op: Box::new(op), iterations: TIMES.into(), slowed_permille: None }
}

/// Opens [`COUNTERS`] in an engine for measuring.
fn open_counters(talk: &mut Talk<'_>) -> Result<(), String> {
    talk.want(measuring_engine("e"), &Answer::Done)?;
    let compile = talk.compile("m", COUNTERS)?;
    talk.want(compile, &Answer::Done)?;
    talk.want(store("s"), &Answer::Done)?;
    talk.want(instantiate("i", "s", "m"), &Answer::Done)
}

/// Measures, and wants these distinct answers and that time has passed.
fn want_measured(talk: &mut Talk<'_>, op: Op, answers: &[Answer]) -> Result<(), String> {
    let asked = format!("{op:?}");
    match talk.ask(op)? {
        Reply::Ok(Answer::Measured(Measured { elapsed_ns, answers: given })) if given == answers && elapsed_ns > 0 => Ok(()),
        other => Err(format!("{asked}: expected some time and the distinct answers {answers:?}, got {other:?}")),
    }
}

/// How often functions of an instance of [`COUNTERS`] were called.
fn want_calls(talk: &mut Talk<'_>, instance: &str, calls: u32) -> Result<(), String> {
    talk.want(Op::GlobalGet { instance: instance.to_owned(), export: "global".to_owned() }, &Answer::Values(i32s(&[calls])))
}

fn measures_every_call(talk: &mut Talk<'_>) -> Result<(), String> {
    open_counters(talk)?;
    for calls in [TIMES, 2 * TIMES] {
        want_measured(talk, measure(Vec::new(), invoke("i", "count_in_silence", &[])), &[Answer::Values(i32s(&[42]))])?;
        want_calls(talk, "i", calls)?;
    }
    Ok(())
}

/// Whoever answers only what came of the first time hides an instance that is not what it was.
fn measures_until_an_answer_differs(talk: &mut Talk<'_>) -> Result<(), String> {
    open_counters(talk)?;
    let answers = [1, 2].map(|call| Answer::Values(i32s(&[call])));
    want_measured(talk, measure(Vec::new(), invoke("i", "count", &[])), &answers)?;
    want_calls(talk, "i", 2)
}

/// Each time is the first of an instance of its own, which is gone afterwards.
fn undoes_what_comes_before(talk: &mut Talk<'_>) -> Result<(), String> {
    open_counters(talk)?;
    let before = vec![store("t"), instantiate("j", "t", "m")];
    want_measured(talk, measure(before.clone(), invoke("j", "count", &[])), &[Answer::Values(i32s(&[1]))])?;
    talk.want_failure(instantiate("k", "t", "m"), &FailureKind::Failed)?;
    talk.want_failure(invoke("j", "count", &[]), &FailureKind::Failed)?;
    // Calls of an instance that was there before are calls of that one, whatever is opened beside it.
    want_measured(talk, measure(before, invoke("i", "count_in_silence", &[])), &[Answer::Values(i32s(&[42]))])?;
    want_calls(talk, "i", TIMES)
}

/// In an engine of its own: runtimes know a module again that they have compiled.
fn measures_compiling_and_instantiating(talk: &mut Talk<'_>) -> Result<(), String> {
    open_counters(talk)?;
    let compile = talk.compile_in("f", "measured", ADD)?;
    want_measured(talk, measure(vec![measuring_engine("f")], compile), &[Answer::Done])?;
    want_measured(talk, measure(Vec::new(), instantiate("measured", "s", "m")), &[Answer::Done])?;
    want_measured(talk, measure(vec![store("t")], instantiate("measured", "t", "m")), &[Answer::Done])?;
    talk.want_failure(instantiate("j", "t", "m"), &FailureKind::Failed)?;
    // Neither the module nor the instance is left.
    talk.want_failure(close("measured"), &FailureKind::Failed)?;
    talk.want(invoke("i", "count", &[]), &Answer::Values(i32s(&[1])))
}

/// Asked of whoever claims `artifacts`.
pub(super) fn measures_artifacts(talk: &mut Talk<'_>) -> Result<(), String> {
    open_counters(talk)?;
    let artifact = talk.folder.join("artifact");
    let serialize = Op::Serialize { module: "m".to_owned(), artifact: artifact.clone() };
    want_measured(talk, measure(Vec::new(), serialize.clone()), &[Answer::Done])?;
    talk.want(serialize, &Answer::Done)?;
    let deserialize = Op::Deserialize { module: "measured".to_owned(), engine: "e".to_owned(), artifact };
    want_measured(talk, measure(Vec::new(), deserialize.clone()), &[Answer::Done])?;
    talk.want_failure(close("measured"), &FailureKind::Failed)?;
    talk.want(deserialize, &Answer::Done)?;
    talk.want(store_in("t", "e"), &Answer::Done)?;
    talk.want(instantiate("j", "t", "measured"), &Answer::Done)?;
    talk.want(invoke("j", "count", &[]), &Answer::Values(i32s(&[1])))
}

/// What a command writes and how it ends is the same each time, and what it is where nobody measures.
pub(super) fn measures_commands(talk: &mut Talk<'_>) -> Result<(), String> {
    talk.want(measuring_engine("e"), &Answer::Done)?;
    let compile = talk.compile("m", HELLO)?;
    talk.want(compile, &Answer::Done)?;
    let run = Op::RunCommand { engine: "e".to_owned(), module: "m".to_owned(), wasi: world(), by_runner: false };
    let end = match talk.ask(run.clone())? {
        Reply::Ok(end @ Answer::Command(_)) => end,
        other => return Err(format!("{run:?}: expected the end of a command, got {other:?}")),
    };
    let measured = Op::Measure { before: Vec::new(), op: Box::new(run), iterations: 3, slowed_permille: None };
    want_measured(talk, measured, &[end])
}

fn tells_failures(talk: &mut Talk<'_>) -> Result<(), String> {
    open_counters(talk)?;
    let fresh = || vec![store("t"), instantiate("j", "t", "m")];
    talk.want_trap(measure(Vec::new(), invoke("i", "trap", &[])), TrapCode::Unreachable)?;
    talk.want_trap(measure(fresh(), invoke("j", "trap", &[])), TrapCode::Unreachable)?;
    talk.want_trap(measure(vec![invoke("i", "trap", &[])], invoke("i", "count", &[])), TrapCode::Unreachable)?;
    let never = Op::Measure { before: Vec::new(), op: Box::new(invoke("i", "count", &[])), iterations: 0, slowed_permille: None };
    let size = Op::MemorySize { instance: "i".to_owned(), export: "memory".to_owned() };
    let itself = measure(Vec::new(), invoke("i", "count", &[]));
    for op in [never, measure(Vec::new(), size), measure(Vec::new(), itself.clone()), measure(vec![itself], invoke("i", "count", &[]))] {
        talk.want_failure(op, &FailureKind::Failed)?;
    }
    talk.want_failure(measure(Vec::new(), invoke("nobody", "count", &[])), &FailureKind::Failed)?;
    // Nothing of all that was a call.
    want_calls(talk, "i", 0)
}

/// Asked of whoever claims `parallel`: what other threads do would be measured too.
pub(super) fn measures_on_one_thread(talk: &mut Talk<'_>) -> Result<(), String> {
    talk.want(new_engine(), &Answer::Done)?;
    let compile = talk.compile("m", ADD)?;
    talk.want(compile, &Answer::Done)?;
    let ops = vec![store("s"), measure(Vec::new(), instantiate("i", "s", "m"))];
    match talk.ask(Op::Parallel { threads: vec![ops] })? {
        Reply::Ok(Answer::Parallel(threads))
            if matches!(&threads[..], [replies] if matches!(&replies[..],
                [Reply::Ok(Answer::Done), Reply::Failed(failure)] if failure.kind == FailureKind::Failed)) =>
        {
            Ok(())
        }
        other => Err(format!("parallel: expected `measure` to be the failure `failed` on a thread, got {other:?}")),
    }
}

pub(super) fn metering_engine() -> Op {
    Op::NewEngine { engine: "e".to_owned(), features: None, cache: None, purpose: Some(Purpose::Metering) }
}

/// A call uses fuel, two calls use more, and the same call in another store uses the same.
pub(super) fn counts_fuel(talk: &mut Talk<'_>) -> Result<(), String> {
    talk.want(metering_engine(), &Answer::Done)?;
    let compile = talk.compile("m", ADD)?;
    talk.want(compile, &Answer::Done)?;
    let mut seen = Vec::new();
    for name in ["s", "t"] {
        talk.want(store(name), &Answer::Done)?;
        let instance = format!("i-{name}");
        talk.want(instantiate(&instance, name, "m"), &Answer::Done)?;
        for _ in 0..2 {
            adds(talk, &instance)?;
            seen.push(consumed(talk, name)?);
        }
    }
    match seen[..] {
        [once, twice, again, twice_again] if 0 < once && once < twice && (once, twice) == (again, twice_again) => Ok(()),
        _ => Err(format!(
            "after one call and after two, in each of two stores, it had counted {seen:?} of fuel; expected the same in both, and more after two"
        )),
    }
}

fn consumed(talk: &mut Talk<'_>, store: &str) -> Result<u64, String> {
    match talk.ask(Op::Consumed { store: store.to_owned() })? {
        Reply::Ok(Answer::Consumed(fuel)) => Ok(fuel),
        other => Err(format!("consumed: expected an amount of fuel, got {other:?}")),
    }
}
