//! The clauses for workers that can only run commands, and what a command tells of a capability.

use wasmatrix_adapter::{Answer, Capability, Exhaustible, Failure, FailureKind, Op, Reply, TrapCode, Wasm, WasmBytes};

use super::{
    Check, capabilities,
    clauses::{HELLO, runs_commands, says_who_it_is_again, world},
    measuring::measures_commands,
    talk::{Talk, close, new_engine, store},
};

/// Those that bear a name of [`super::clauses::CLAUSES`] ask the same as they do, as far as a command can.
pub(super) const CLAUSES: [Check; 10] = [
    Check::new("says-who-it-is-again", says_who_it_is_again),
    Check::new("forgets-everything-when-reset", forgets_everything_when_reset),
    Check::new("refuses-unknown-handles", refuses_unknown_handles),
    Check::new("rejects-what-is-invalid", rejects_what_is_invalid),
    Check::new("takes-a-module-in-the-request", takes_a_module_in_the_request).needing(Capability::WasiPreview1),
    Check::new("tells-failures-apart", tells_failures_apart),
    Check::new("runs-commands", runs_commands),
    Check::new("measures-commands", measures_commands).needing(Capability::WasiPreview1),
    Check::new("lets-exceptions-out", lets_exceptions_out).needing(Capability::Exceptions),
    Check::new("calls-no-exports", calls_no_exports),
];

/// Does nothing, well.
const NOP: &str = r#"(module (memory (export "memory") 1) (func (export "_start")))"#;

fn run() -> Op {
    Op::RunCommand { engine: "e".to_owned(), module: "m".to_owned(), wasi: world(), by_runner: false }
}

/// The failure in an answer, a command's own end included. `Err`: it is no answer to a command.
fn failure(reply: Reply) -> Result<Option<Failure>, String> {
    match reply {
        Reply::Failed(failure) => Ok(Some(failure)),
        Reply::Ok(Answer::Command(end)) => Ok(end.failure),
        other => Err(format!("expected the end of a command, got {other:?}")),
    }
}

/// Runs a module, and wants such an end: `None` where it is to succeed.
fn want_end(talk: &mut Talk<'_>, wat: &str, kind: Option<&FailureKind>) -> Result<(), String> {
    let compile = talk.compile("m", wat)?;
    let end = match talk.ask(compile)? {
        refused @ Reply::Failed(_) => failure(refused)?,
        Reply::Ok(_) => failure(talk.ask(run())?)?,
    };
    match (&end, kind) {
        (None, None) => Ok(()),
        (Some(failure), Some(kind)) if failure.kind == *kind && !failure.text.trim().is_empty() => Ok(()),
        (_, None) => Err(format!("{wat}: expected it to succeed, got {end:?}")),
        (_, Some(kind)) => Err(format!("{wat}: expected the failure `{kind}` with the runtime's own words, got {end:?}")),
    }
}

fn forgets_everything_when_reset(talk: &mut Talk<'_>) -> Result<(), String> {
    talk.want(new_engine(), &Answer::Done)?;
    want_end(talk, NOP, None)?;
    match talk.ask(Op::Reset {})? {
        Reply::Ok(Answer::Done) => {}
        Reply::Failed(failure) if matches!(failure.kind, FailureKind::Unsupported(_)) => return Ok(()),
        other => return Err(format!("reset: expected `done`, or `unsupported` from a worker that serves one cell only, got {other:?}")),
    }
    talk.want_failure(run(), &FailureKind::Failed)?;
    talk.want(new_engine(), &Answer::Done)?;
    want_end(talk, NOP, None)
}

fn refuses_unknown_handles(talk: &mut Talk<'_>) -> Result<(), String> {
    talk.want_failure(run(), &FailureKind::Failed)?;
    talk.want_failure(close("nobody"), &FailureKind::Failed)?;
    talk.want(new_engine(), &Answer::Done)?;
    let path = talk.folder.join("there is no such file.wasm");
    talk.want_failure(Op::Compile { module: "m".to_owned(), engine: "e".to_owned(), wasm: Wasm::Path(path) }, &FailureKind::Failed)?;
    talk.want_failure(run(), &FailureKind::Failed)
}

/// When it is compiled or, at the latest, when it is to run.
fn rejects_what_is_invalid(talk: &mut Talk<'_>) -> Result<(), String> {
    talk.want(new_engine(), &Answer::Done)?;
    let invalid = r#"(module (memory (export "memory") 1) (func (result i32) (i64.const 1)) (func (export "_start")))"#;
    want_end(talk, invalid, Some(&FailureKind::Rejected))?;
    rejects_the_malformed(talk)
}

fn rejects_the_malformed(talk: &mut Talk<'_>) -> Result<(), String> {
    let compile = compile(b"\0asm\x02\0\0\0");
    let end = match talk.ask(compile)? {
        refused @ Reply::Failed(_) => failure(refused)?,
        Reply::Ok(_) => failure(talk.ask(run())?)?,
    };
    match end {
        Some(failure) if failure.kind == FailureKind::Rejected => Ok(()),
        other => Err(format!("a module of version 2: expected the failure `rejected`, got {other:?}")),
    }
}

fn compile(bytes: &[u8]) -> Op {
    Op::Compile { module: "m".to_owned(), engine: "e".to_owned(), wasm: Wasm::Base64(WasmBytes(bytes.into())) }
}

fn takes_a_module_in_the_request(talk: &mut Talk<'_>) -> Result<(), String> {
    talk.want(new_engine(), &Answer::Done)?;
    talk.want(compile(&wat::parse_str(HELLO).map_err(|error| error.to_string())?), &Answer::Done)?;
    match failure(talk.ask(run())?)? {
        Some(failure) if failure.kind == talk.status(3) => Ok(()),
        other => Err(format!("expected {}, got {other:?}", talk.status(3))),
    }
}

fn tells_failures_apart(talk: &mut Talk<'_>) -> Result<(), String> {
    talk.want(new_engine(), &Answer::Done)?;
    let with = |what: &str| format!(r#"(module {what} (memory (export "memory") 1) (func (export "_start") (call $f)))"#);
    let recursion = r#"(global $depth (mut i32) (i32.const 0))
        (func $f (call $f) (global.set $depth (i32.add (global.get $depth) (i32.const 1))))"#;
    want_end(talk, &with("(func $f unreachable)"), Some(&FailureKind::Trap(TrapCode::Unreachable)))?;
    // The last bytes of all that 32 bits can name: an adapter may have grown the memory before.
    let load = "(func $f (drop (i32.load (i32.const -4))))";
    want_end(talk, &with(load), Some(&FailureKind::Trap(TrapCode::MemoryOutOfBounds)))?;
    want_end(talk, &with(recursion), Some(&FailureKind::Exhausted(Exhaustible::Stack)))?;
    want_end(talk, &with(r#"(import "nobody" "nobody_has_this" (func $f))"#), Some(&FailureKind::Unlinkable))?;
    want_end(talk, NOP, None)
}

fn lets_exceptions_out(talk: &mut Talk<'_>) -> Result<(), String> {
    talk.want(new_engine(), &Answer::Done)?;
    let throws = r#"(module (tag $e) (memory (export "memory") 1) (func (export "_start") (throw $e)))"#;
    want_end(talk, throws, Some(&FailureKind::Exception))
}

fn calls_no_exports(talk: &mut Talk<'_>) -> Result<(), String> {
    talk.want(new_engine(), &Answer::Done)?;
    talk.want_failure(store("s"), &FailureKind::Unsupported(None))
}

/// Holds a claim, or its absence, against a command that cannot do without the capability, and ends with status 42.
pub(super) fn probe(talk: &mut Talk<'_>, capability: Capability) -> Result<(), String> {
    let claims = |capability| talk.receipt.capabilities.contains(&capability);
    if !claims(Capability::WasiPreview1) && capabilities::interface(capability).is_none() {
        return Err("a worker that runs commands claims wasi-preview1: without it none can say how it ended".to_owned());
    }
    let claimed = claims(capability);
    talk.want(new_engine(), &Answer::Done)?;
    let compile = talk.compile("m", &command(capability))?;
    let end = match talk.ask(compile)? {
        refused @ Reply::Failed(_) => failure(refused)?,
        Reply::Ok(_) => failure(talk.ask(run())?)?,
    };
    let kind = end.as_ref().map(|failure| &failure.kind);
    match (claimed, kind) {
        (true, Some(kind)) if *kind == talk.status(42) => Ok(()),
        (true, _) => Err(format!(
            "it claims `{capability}`, and a command that needs it and ends with status 42 ended otherwise: {end:?}; mend it, or do not claim it"
        )),
        // Nothing of the guest's own must have happened.
        (false, None | Some(FailureKind::Exit(_))) => Err(format!(
            "it does not claim `{capability}`, and a command that needs it ended with {end:?} instead of being refused; claim it, or turn it off"
        )),
        (false, Some(_)) => Ok(()),
    }
}

/// Not every status arrives as it was, so what is not 42 is told by a trap.
fn command(capability: Capability) -> String {
    if let Some(interface) = capabilities::interface(capability) {
        return format!(
            r#"(module (import "{interface}" "sched_yield" (func $yield (result i32)))
                (import "{interface}" "proc_exit" (func $proc_exit (param i32))) (memory (export "memory") 1)
                (func (export "_start") (if (call $yield) (then unreachable)) (call $proc_exit (i32.const 42))))"#
        );
    }
    let (around, body) = capabilities::around_and_body(capability);
    // Commands export a memory, and a second one would be a proposal of its own.
    let memory = if around.contains("(memory ") { r#"(export "memory" (memory 0))"# } else { r#"(memory (export "memory") 1)"# };
    format!(
        r#"(module (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32))) {around} {memory}
            (func $probe (result i32) {body})
            (func (export "_start")
                (if (i32.ne (call $probe) (i32.const 42)) (then unreachable)) (call $proc_exit (i32.const 42))))"#
    )
}
