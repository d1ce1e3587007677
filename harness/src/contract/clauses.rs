//! The clauses of the contract: short conversations, whose modules export functions under names that say what they do.

use std::collections::BTreeSet;

use wasmatrix_adapter::{
    Answer, Capability, Exhaustible, Failure, FailureKind, GuestBytes, ImportFrom, Op, Reply, TrapCode, Value, WasiOutput, WasiSetup, Wasm,
    WasmBytes,
};

use super::{
    Check,
    talk::{Talk, close, i32s, instantiate, invoke, new_engine, new_engine_with, store},
};

/// Every clause.
pub(super) const CLAUSES: [Check; 17] = [
    Check::new("says-who-it-is-again", says_who_it_is_again),
    Check::new("opens-uses-and-closes", opens_uses_and_closes),
    Check::new("forgets-everything-when-reset", forgets_everything_when_reset),
    Check::new("refuses-unknown-handles", refuses_unknown_handles),
    Check::new("rejects-what-is-invalid", rejects_what_is_invalid),
    Check::new("takes-a-module-in-the-request", takes_a_module_in_the_request),
    Check::new("switches-all-proposals-at-once", switches_all_proposals_at_once),
    Check::new("tells-failures-apart", tells_failures_apart),
    Check::new("bounds-its-backtraces", bounds_its_backtraces),
    Check::new("keeps-every-bit", keeps_every_bit),
    Check::new("reaches-globals", reaches_globals),
    Check::new("reaches-memories", reaches_memories),
    Check::new("keeps-stores-apart", keeps_stores_apart),
    Check::new("links-instances", links_instances),
    Check::new("runs-commands", runs_commands),
    Check::new("hands-over-output", hands_over_output).needing(Capability::WasiPreview1),
    Check::new("lets-exceptions-out", lets_exceptions_out).needing(Capability::Exceptions),
];

const ADD: &str = r#"(module (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))"#;

pub(super) fn says_who_it_is_again(talk: &mut Talk<'_>) -> Result<(), String> {
    match talk.ask(Op::About {})? {
        Reply::Ok(Answer::About(about)) if about.version == talk.receipt.version && !about.configuration.is_empty() => Ok(()),
        other => Err(format!("expected version {} with its effective configuration, got {other:?}", talk.receipt.version)),
    }
}

fn opens_uses_and_closes(talk: &mut Talk<'_>) -> Result<(), String> {
    talk.open(ADD)?;
    let sum = Answer::Values(i32s(&[1]));
    talk.want(invoke("i", "add", &i32s(&[3, u32::MAX - 1])), &sum)?;
    // A module outlives the instances and the stores made of it.
    talk.want(close("s"), &Answer::Done)?;
    talk.want_failure(invoke("i", "add", &i32s(&[1, 2])), &FailureKind::Failed)?;
    talk.want(store("s"), &Answer::Done)?;
    talk.want(instantiate("i", "s", "m"), &Answer::Done)?;
    talk.want(invoke("i", "add", &i32s(&[0, 1])), &sum)?;
    for handle in ["i", "s", "m", "e"] {
        talk.want(close(handle), &Answer::Done)?;
    }
    talk.want_failure(close("m"), &FailureKind::Failed)
}

fn forgets_everything_when_reset(talk: &mut Talk<'_>) -> Result<(), String> {
    talk.open(ADD)?;
    match talk.ask(Op::Reset {})? {
        Reply::Ok(Answer::Done) => {}
        Reply::Failed(failure) if matches!(failure.kind, FailureKind::Unsupported(_)) => return Ok(()),
        other => return Err(format!("reset: expected `done`, or `unsupported` from a worker that serves one cell only, got {other:?}")),
    }
    talk.want_failure(invoke("i", "add", &i32s(&[1, 2])), &FailureKind::Failed)?;
    talk.want_failure(store("t"), &FailureKind::Failed)?;
    talk.open(ADD)?;
    talk.want(invoke("i", "add", &i32s(&[1, 2])), &Answer::Values(i32s(&[3])))
}

fn refuses_unknown_handles(talk: &mut Talk<'_>) -> Result<(), String> {
    talk.want_failure(store("s"), &FailureKind::Failed)?;
    talk.want_failure(invoke("nobody", "add", &[]), &FailureKind::Failed)?;
    talk.want_failure(close("nobody"), &FailureKind::Failed)?;
    talk.want(new_engine(), &Answer::Done)?;
    let path = talk.folder.join("there is no such file.wasm");
    talk.want_failure(Op::Compile { module: "m".to_owned(), engine: "e".to_owned(), wasm: Wasm::Path(path) }, &FailureKind::Failed)?;
    talk.want(store("s"), &Answer::Done)?;
    talk.want_failure(instantiate("i", "s", "m"), &FailureKind::Failed)
}

fn rejects_what_is_invalid(talk: &mut Talk<'_>) -> Result<(), String> {
    talk.want(new_engine(), &Answer::Done)?;
    let invalid = talk.compile("invalid", r#"(module (func (export "i_am_invalid") (result i32) (i64.const 1)))"#)?;
    talk.want_failure(invalid, &FailureKind::Rejected)?;
    let path = talk.folder.join("malformed.wasm");
    std::fs::write(&path, b"\0asm\x02\0\0\0").map_err(|error| error.to_string())?;
    talk.want_failure(
        Op::Compile { module: "malformed".to_owned(), engine: "e".to_owned(), wasm: Wasm::Path(path) },
        &FailureKind::Rejected,
    )
}

fn takes_a_module_in_the_request(talk: &mut Talk<'_>) -> Result<(), String> {
    talk.want(new_engine(), &Answer::Done)?;
    let compile =
        |bytes: &[u8]| Op::Compile { module: "m".to_owned(), engine: "e".to_owned(), wasm: Wasm::Base64(WasmBytes(bytes.into())) };
    talk.want_failure(compile(b"\0asm\x02\0\0\0"), &FailureKind::Rejected)?;
    talk.want(compile(&wat::parse_str(ADD).map_err(|error| error.to_string())?), &Answer::Done)?;
    talk.want(store("s"), &Answer::Done)?;
    talk.want(instantiate("i", "s", "m"), &Answer::Done)?;
    talk.want(invoke("i", "add", &i32s(&[40, 2])), &Answer::Values(i32s(&[42])))
}

/// The versions of the specification are such sets.
fn switches_all_proposals_at_once(talk: &mut Talk<'_>) -> Result<(), String> {
    for features in [BTreeSet::new(), BTreeSet::from([Capability::MutableGlobals]), BTreeSet::from(Capability::ALL)] {
        talk.want(new_engine_with(features), &Answer::Done)?;
        let compile = talk.compile("m", ADD)?;
        talk.want(compile, &Answer::Done)?;
        talk.want(store("s"), &Answer::Done)?;
        talk.want(instantiate("i", "s", "m"), &Answer::Done)?;
        talk.want(invoke("i", "add", &i32s(&[40, 2])), &Answer::Values(i32s(&[42])))?;
        for handle in ["i", "s", "m", "e"] {
            talk.want(close(handle), &Answer::Done)?;
        }
    }
    Ok(())
}

fn tells_failures_apart(talk: &mut Talk<'_>) -> Result<(), String> {
    talk.open(
        r#"(module
            (global $depth (mut i32) (i32.const 0))
            (func (export "trap") unreachable)
            (func $recurse (export "recurse") (call $recurse) (global.set $depth (i32.add (global.get $depth) (i32.const 1))))
            (func (export "nop")))"#,
    )?;
    talk.want_failure(invoke("i", "trap", &[]), &FailureKind::Trap(TrapCode::Unreachable))?;
    talk.want_failure(invoke("i", "recurse", &[]), &FailureKind::Exhausted(Exhaustible::Stack))?;
    talk.want_failure(invoke("i", "nowhere", &[]), &FailureKind::Failed)?;
    talk.want(invoke("i", "nop", &[]), &Answer::Values(Vec::new()))?;
    let compile = talk.compile("u", r#"(module (import "nobody" "nobody_has_this" (func)))"#)?;
    talk.want(compile, &Answer::Done)?;
    talk.want_failure(instantiate("j", "s", "u"), &FailureKind::Unlinkable)
}

/// A worker need not say where a guest was. What it says says something, and is no more than what is kept.
fn bounds_its_backtraces(talk: &mut Talk<'_>) -> Result<(), String> {
    talk.open(
        r#"(module
            (global $depth (mut i32) (i32.const 0))
            (func $trap (export "trap") unreachable)
            (func $recurse (export "recurse") (call $recurse) (global.set $depth (i32.add (global.get $depth) (i32.const 1)))))"#,
    )?;
    for export in ["trap", "recurse"] {
        let Reply::Failed(Failure { backtrace, .. }) = talk.ask(invoke("i", export, &[]))? else {
            return Err(format!("invoke {export}: expected a failure"));
        };
        let frames = backtrace.frames.len();
        if backtrace.clone().bounded() != backtrace {
            return Err(format!(
                "invoke {export}: its backtrace of {frames} frames is out of bounds: 64 frames, each of which says something, and 200 characters \
                 for a name or a place"
            ));
        }
    }
    Ok(())
}

fn keeps_every_bit(talk: &mut Talk<'_>) -> Result<(), String> {
    talk.open(
        r#"(module (func (export "echo") (param i32 i64 f32 f64) (result i32 i64 f32 f64)
            (local.get 0) (local.get 1) (local.get 2) (local.get 3)))"#,
    )?;
    // Signalling NaNs with payloads: the first to be lost where a float is converted on the way.
    for values in [
        [Value::I32(u32::MAX), Value::I64(1 << 63), Value::F32(0x7fa0_0001), Value::F64(0xfff0_0000_0000_0001)],
        [Value::I32(1 << 31), Value::I64((1 << 53) + 1), Value::F32(0x8000_0000), Value::F64(1)],
    ] {
        talk.want(invoke("i", "echo", &values), &Answer::Values(values.to_vec()))?;
    }
    Ok(())
}

fn reaches_globals(talk: &mut Talk<'_>) -> Result<(), String> {
    talk.open(
        r#"(module (global $g (export "global") (mut i32) (i32.const 0))
            (func (export "write_global") (param i32) (global.set $g (local.get 0))))"#,
    )?;
    let get = || Op::GlobalGet { instance: "i".to_owned(), export: "global".to_owned() };
    talk.want(get(), &Answer::Values(i32s(&[0])))?;
    talk.want(invoke("i", "write_global", &i32s(&[7])), &Answer::Values(Vec::new()))?;
    talk.want(get(), &Answer::Values(i32s(&[7])))?;
    let set = |value| Op::GlobalSet { instance: "i".to_owned(), export: "global".to_owned(), value };
    talk.want(set(Value::I32(8)), &Answer::Done)?;
    talk.want(get(), &Answer::Values(i32s(&[8])))?;
    talk.want_failure(set(Value::I64(8)), &FailureKind::Failed)
}

fn reaches_memories(talk: &mut Talk<'_>) -> Result<(), String> {
    talk.open(r#"(module (memory (export "memory") 1 2))"#)?;
    let (instance, export) = (|| "i".to_owned(), || "memory".to_owned());
    let read = |at, length| Op::MemoryRead { instance: instance(), export: export(), at, length };
    let write = |at, bytes: &[u8]| Op::MemoryWrite { instance: instance(), export: export(), at, bytes: GuestBytes(bytes.to_vec()) };
    let grow = |pages| Op::MemoryGrow { instance: instance(), export: export(), pages };
    let out_of_bounds = FailureKind::Trap(TrapCode::MemoryOutOfBounds);
    talk.want(Op::MemorySize { instance: instance(), export: export() }, &Answer::Pages(1))?;
    talk.want(write(65534, b"\xff\0"), &Answer::Done)?;
    talk.want(read(65533, 3), &Answer::Bytes(GuestBytes(b"\0\xff\0".to_vec())))?;
    talk.want(read(65536, 0), &Answer::Bytes(GuestBytes(Vec::new())))?;
    talk.want_failure(write(65535, b"ab"), &out_of_bounds)?;
    talk.want_failure(read(65535, 2), &out_of_bounds)?;
    talk.want_failure(read(u64::MAX, u64::MAX), &out_of_bounds)?;
    talk.want(grow(1), &Answer::Pages(1))?;
    talk.want(read(131_071, 1), &Answer::Bytes(GuestBytes(vec![0])))?;
    talk.want_failure(grow(1), &FailureKind::Exhausted(Exhaustible::Memory))
}

fn keeps_stores_apart(talk: &mut Talk<'_>) -> Result<(), String> {
    talk.open(
        r#"(module (memory (export "memory") 1 2) (global $g (export "global") (mut i32) (i32.const 0))
            (func (export "write_global") (param i32) (global.set $g (local.get 0))))"#,
    )?;
    talk.want(store("t"), &Answer::Done)?;
    talk.want(instantiate("j", "t", "m"), &Answer::Done)?;
    talk.want(invoke("i", "write_global", &i32s(&[7])), &Answer::Values(Vec::new()))?;
    talk.want(Op::GlobalGet { instance: "j".to_owned(), export: "global".to_owned() }, &Answer::Values(i32s(&[0])))?;
    talk.want(close("s"), &Answer::Done)?;
    talk.want(Op::MemorySize { instance: "j".to_owned(), export: "memory".to_owned() }, &Answer::Pages(1))
}

fn links_instances(talk: &mut Talk<'_>) -> Result<(), String> {
    talk.open(ADD)?;
    let user = talk.compile(
        "u",
        r#"(module (import "math" "add" (func $add (param i32 i32) (result i32)))
            (func (export "add") (param i32 i32) (result i32) (call $add (local.get 0) (local.get 1))))"#,
    )?;
    talk.want(user, &Answer::Done)?;
    let linked = |store: &str| Op::Instantiate {
        instance: "j".to_owned(),
        store: store.to_owned(),
        module: "u".to_owned(),
        imports: vec![ImportFrom { module: "math".to_owned(), instance: "i".to_owned() }],
        name: None,
    };
    talk.want(linked("s"), &Answer::Done)?;
    talk.want(invoke("j", "add", &i32s(&[40, 2])), &Answer::Values(i32s(&[42])))?;
    talk.want(store("t"), &Answer::Done)?;
    talk.want_failure(linked("t"), &FailureKind::Failed)
}

/// Writes a line and ends with status 3.
pub(super) const HELLO: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "\08\00\00\00\0d\00\00\00hello, world\n")
    (func (export "_start")
        (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 32)))
        (call $proc_exit (i32.const 3))))"#;

pub(super) fn world() -> WasiSetup {
    WasiSetup { args: vec!["guest".to_owned()], ..WasiSetup::default() }
}

pub(super) fn runs_commands(talk: &mut Talk<'_>) -> Result<(), String> {
    talk.want(new_engine(), &Answer::Done)?;
    let compile = talk.compile("m", HELLO)?;
    talk.want(compile, &Answer::Done)?;
    let run = Op::RunCommand { engine: "e".to_owned(), module: "m".to_owned(), wasi: world(), by_runner: false };
    match (talk.receipt.capabilities.contains(&Capability::WasiPreview1), talk.ask(run)?) {
        (true, Reply::Ok(Answer::Command(end)))
            if end.failure.as_ref().is_some_and(|failure| failure.kind == talk.status(3))
                && end.output.stdout.0 == b"hello, world\n"
                && end.output.stderr.0.is_empty() =>
        {
            Ok(())
        }
        (false, Reply::Failed(failure)) if matches!(failure.kind, FailureKind::Unsupported(_) | FailureKind::Unlinkable) => Ok(()),
        (true, other) => Err(format!("it claims wasi-preview1: expected exit 3 after `hello, world`, got {other:?}")),
        (false, other) => Err(format!("it does not claim wasi-preview1: expected it to refuse, got {other:?}")),
    }
}

fn hands_over_output(talk: &mut Talk<'_>) -> Result<(), String> {
    talk.want(new_engine(), &Answer::Done)?;
    let compile = talk.compile("m", HELLO)?;
    talk.want(compile, &Answer::Done)?;
    talk.want(Op::NewStore { store: "s".to_owned(), engine: "e".to_owned(), wasi: Some(world()) }, &Answer::Done)?;
    talk.want(instantiate("i", "s", "m"), &Answer::Done)?;
    talk.want_failure(invoke("i", "_start", &[]), &FailureKind::Exit(3))?;
    let output = || Op::WasiOutput { store: "s".to_owned() };
    let written = WasiOutput { stdout: GuestBytes(b"hello, world\n".to_vec()), ..WasiOutput::default() };
    talk.want(output(), &Answer::Output(written))?;
    // The store has ended with it, and what lived in it too.
    talk.want_failure(output(), &FailureKind::Failed)?;
    talk.want_failure(invoke("i", "_start", &[]), &FailureKind::Failed)
}

fn lets_exceptions_out(talk: &mut Talk<'_>) -> Result<(), String> {
    talk.open(r#"(module (tag $e) (func (export "throw") (throw $e)))"#)?;
    talk.want_failure(invoke("i", "throw", &[]), &FailureKind::Exception)
}
