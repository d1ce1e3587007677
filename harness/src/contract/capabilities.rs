//! Capabilities, probed by one small module each: what is claimed runs, what is not claimed is refused, what can be switched off is refused
//! then.

use std::collections::BTreeSet;

use wasmatrix_adapter::{Answer, Capability, FailureKind, Op, Reply, Value, WasiSetup};

use super::talk::{Talk, close, instantiate, invoke, new_engine, new_engine_with};

/// Holds a claim, or its absence, against a module that cannot do without the capability. Its function returns 42.
pub(super) fn probe(talk: &mut Talk<'_>, capability: Capability) -> Result<(), String> {
    let claimed = talk.receipt.capabilities.contains(&capability);
    let export = format!("probe_{capability}");
    talk.want(new_engine(), &Answer::Done)?;
    match (claimed, answer(talk, capability, &export)?) {
        (true, reply) if is_42(&reply) => Ok(()),
        (false, Reply::Failed(_)) => Ok(()),
        (true, other) => Err(format!(
            "it claims `{capability}`, and a module that needs it and returns 42 answered {other:?}; mend it, or do not claim it"
        )),
        (false, other) => Err(format!(
            "it does not claim `{capability}`, and a module that needs it answered {other:?} instead of being refused; claim it, or turn it off"
        )),
    }
}

/// Holds a switch against the same module: an engine without the capability rejects it, one that has all that is claimed runs it, and one
/// that has nothing else, which may not make sense, at least opens.
pub(super) fn switch(talk: &mut Talk<'_>, capability: Capability) -> Result<(), String> {
    let capabilities = talk.receipt.capabilities.clone();
    if !capabilities.contains(&capability) {
        return Err(format!("`{capability}` is switchable, and it does not claim it"));
    }
    let export = format!("probe_{capability}");
    let without = capabilities.iter().copied().filter(|other| !stands_on(*other, capability)).collect();
    talk.want(new_engine_with(without), &Answer::Done)?;
    match answer(talk, capability, &export)? {
        Reply::Failed(failure) if failure.kind == FailureKind::Rejected => {}
        other => return Err(format!("an engine without `{capability}` must reject a module that needs it, and answered {other:?}")),
    }
    for features in [BTreeSet::from([capability]), capabilities] {
        talk.want(close("e"), &Answer::Done)?;
        talk.want(new_engine_with(features), &Answer::Done)?;
    }
    match answer(talk, capability, &export)? {
        reply if is_42(&reply) => Ok(()),
        other => Err(format!("an engine with all that is claimed must run a module that needs `{capability}`, and answered {other:?}")),
    }
}

/// Whether a proposal is the other one or built on it, so that an engine cannot have the one without the other.
fn stands_on(one: Capability, other: Capability) -> bool {
    let below = match one {
        Capability::RelaxedSimd => Some(Capability::Simd),
        Capability::ReferenceTypes => Some(Capability::BulkMemory),
        Capability::FunctionReferences | Capability::Exceptions => Some(Capability::ReferenceTypes),
        Capability::Gc => Some(Capability::FunctionReferences),
        _ => None,
    };
    one == other || below.is_some_and(|below| stands_on(below, other))
}

fn is_42(reply: &Reply) -> bool {
    matches!(reply, Reply::Ok(Answer::Values(values)) if *values == [Value::I32(42)])
}

/// The first refusal on the way to the answer, or the answer.
fn answer(talk: &mut Talk<'_>, capability: Capability, export: &str) -> Result<Reply, String> {
    let compile = talk.compile("m", &module(capability, export))?;
    let wasi = matches!(capability, Capability::WasiPreview1 | Capability::WasiUnstable | Capability::Wasix | Capability::WasiThreads)
        .then(|| WasiSetup { args: vec!["guest".to_owned()], ..WasiSetup::default() });
    let store = Op::NewStore { store: "s".to_owned(), engine: "e".to_owned(), wasi };
    for op in [compile, store, instantiate("i", "s", "m")] {
        match talk.ask(op)? {
            Reply::Ok(_) => {}
            refused @ Reply::Failed(_) => return Ok(refused),
        }
    }
    talk.ask(invoke("i", export, &[]))
}

fn module(capability: Capability, export: &str) -> String {
    if let Some(interface) = interface(capability) {
        return yielding(interface, export);
    }
    let (around, body) = around_and_body(capability);
    format!(r#"(module {around} (func (export "{export}") (result i32) {body}))"#)
}

/// The import module of a system interface that has `sched_yield`.
pub(super) fn interface(capability: Capability) -> Option<&'static str> {
    // Threads alone make no system interface: `wasi` has one function.
    capability.import_module().filter(|_| capability != Capability::WasiThreads)
}

/// What cannot do without a proposal, or without an adapter of preview 1: definitions, and the body of a function that returns 42. Nothing, for a
/// system interface or a part of the lifecycle.
pub(super) fn around_and_body(capability: Capability) -> (&'static str, &'static str) {
    match capability {
        Capability::MutableGlobals => (r#"(global $g (export "g") (mut i32) (i32.const 42))"#, "(global.get $g)"),
        Capability::SignExtension => ("", "(i32.extend8_s (i32.const 42))"),
        Capability::SaturatingFloatToInt => ("", "(i32.trunc_sat_f32_s (f32.const 42))"),
        Capability::MultiValue => ("(func $two (result i32 i32) (i32.const 40) (i32.const 2))", "(i32.add (call $two))"),
        Capability::BulkMemory => ("(memory 1)", "(memory.fill (i32.const 0) (i32.const 42) (i32.const 1)) (i32.load8_u (i32.const 0))"),
        Capability::ReferenceTypes => ("(table 1 externref)", "(i32.add (i32.const 41) (ref.is_null (table.get (i32.const 0))))"),
        Capability::Simd => ("", "(i32x4.extract_lane 0 (i32x4.splat (i32.const 42)))"),
        Capability::RelaxedSimd => ("", "(i32x4.extract_lane 0 (i32x4.relaxed_trunc_f32x4_s (f32x4.splat (f32.const 42))))"),
        Capability::ExtendedConst => ("(global $g i32 (i32.add (i32.const 40) (i32.const 2)))", "(global.get $g)"),
        Capability::TailCall => ("(func $f (result i32) (i32.const 42))", "(return_call $f)"),
        Capability::MultiMemory => (r#"(memory 1) (memory $m 1) (data (memory $m) (i32.const 0) "\2a")"#, "(i32.load8_u $m (i32.const 0))"),
        Capability::Memory64 => (r#"(memory i64 1) (data (i64.const 0) "\2a")"#, "(i32.load8_u (i64.const 0))"),
        Capability::FunctionReferences => {
            ("(type $t (func (result i32))) (func $f (type $t) (i32.const 42)) (elem declare func $f)", "(call_ref $t (ref.func $f))")
        }
        Capability::Gc => ("(type $s (struct (field i32)))", "(struct.get $s 0 (struct.new $s (i32.const 42)))"),
        Capability::Exceptions => {
            ("(tag $e (param i32))", "(block $caught (result i32) (try_table (catch $e $caught) (throw $e (i32.const 42))) (unreachable))")
        }
        Capability::Threads => (
            "(memory 1 1 shared)",
            "(i32.atomic.store (i32.const 0) (i32.const 40)) (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 2))) (i32.atomic.load (i32.const 0))",
        ),
        Capability::CustomPageSizes => {
            ("(memory 1 1 (pagesize 1))", "(i32.store8 (i32.const 0) (i32.const 42)) (i32.load8_u (i32.const 0))")
        }
        Capability::WideArithmetic => ("", "(i64.add128 (i64.const 40) (i64.const 0) (i64.const 2) (i64.const 0)) (drop) (i32.wrap_i64)"),
        Capability::WasiPreview1
        | Capability::WasiUnstable
        | Capability::Wasix
        | Capability::ThreadLimit
        | Capability::PollLimit
        | Capability::LoopbackNetwork
        | Capability::CommandRunner
        | Capability::EnvironmentMemory
        | Capability::CacheDirectory
        | Capability::PersistentCache
        | Capability::CacheInMemory
        | Capability::Artifacts
        | Capability::NamedInstances
        | Capability::Parallel
        | Capability::SharedMemory
        | Capability::Fuel => ("", "(i32.const 42)"),
        // Starting a thread is a suite's question; here it is whether there is such a function beside those of WASI, without which wasmer knows
        // no guest of WASI.
        Capability::WasiThreads => (
            r#"(import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
                (import "wasi" "thread-spawn" (func (param i32) (result i32))) (import "env" "memory" (memory 1 1 shared))
                (func (export "wasi_thread_start") (param i32 i32))"#,
            "(i32.add (i32.const 42) (call $yield))",
        ),
        // The adapter's stack is a page of the guest's memory, which is there before anything of the guest's own runs.
        Capability::Component => ("(memory 1)", "(if (i32.eq (memory.size) (i32.const 1)) (then unreachable)) (i32.const 42)"),
    }
}

/// `sched_yield` exists in every system interface that descends from preview 0, and answers 0.
fn yielding(interface: &str, export: &str) -> String {
    format!(
        r#"(module (import "{interface}" "sched_yield" (func $yield (result i32))) (memory (export "memory") 1)
            (func (export "{export}") (result i32) (i32.add (i32.const 42) (call $yield))))"#
    )
}
