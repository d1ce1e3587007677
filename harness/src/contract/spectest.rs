//! The clauses about `spectest`, the host module of the specification's test suite. Its contents stand in `runtimes/README.md`.

use wasmatrix_adapter::{Answer, Capability, FailureKind, Op, Value};

use super::{
    Check,
    talk::{Talk, i32s, instantiate_with, invoke, new_engine, store},
};

pub(super) const CLAUSES: [Check; 3] = [
    Check::new("has-a-spectest-module", has_a_spectest_module),
    Check::new("links-spectest", links_spectest),
    Check::new("has-a-spectest-module-of-these-limits", has_a_spectest_module_of_these_limits),
];

/// An engine `e`, a store `s` and the instance `spectest`.
fn open(talk: &mut Talk<'_>) -> Result<(), String> {
    talk.want(new_engine(), &Answer::Done)?;
    talk.want(store("s"), &Answer::Done)?;
    talk.want(Op::Spectest { instance: "spectest".to_owned(), store: "s".to_owned() }, &Answer::Done)
}

fn has_a_spectest_module(talk: &mut Talk<'_>) -> Result<(), String> {
    open(talk)?;
    let get = |export: &str| Op::GlobalGet { instance: "spectest".to_owned(), export: export.to_owned() };
    for (export, value) in [
        ("global_i32", Value::I32(666)),
        ("global_i64", Value::I64(666)),
        ("global_f32", Value::F32(666.6_f32.to_bits())),
        ("global_f64", Value::F64(666.6_f64.to_bits())),
    ] {
        talk.want(get(export), &Answer::Values(vec![value]))?;
    }
    talk.want_failure(get("global_v128"), &FailureKind::Failed)?;
    talk.want(invoke("spectest", "print_i32", &i32s(&[1])), &Answer::Values(Vec::new()))?;
    talk.want(Op::MemorySize { instance: "spectest".to_owned(), export: "memory".to_owned() }, &Answer::Pages(1))
}

fn links_spectest(talk: &mut Talk<'_>) -> Result<(), String> {
    open(talk)?;
    let claims = |capability| talk.receipt.capabilities.contains(&capability);
    let mut more = String::new();
    if claims(Capability::Memory64) {
        more += r#"(import "spectest" "table64" (table i64 10 20 funcref))"#;
    }
    if claims(Capability::Threads) {
        more += r#"(import "spectest" "shared_memory" (memory $shared 1 2 shared))"#;
    }
    let users = [
        format!(
            r#"(module
                (import "spectest" "print" (func $print))
                (import "spectest" "print_i32" (func $print_i32 (param i32)))
                (import "spectest" "print_i64" (func $print_i64 (param i64)))
                (import "spectest" "print_f32" (func $print_f32 (param f32)))
                (import "spectest" "print_f64" (func $print_f64 (param f64)))
                (import "spectest" "print_i32_f32" (func $print_i32_f32 (param i32 f32)))
                (import "spectest" "print_f64_f64" (func $print_f64_f64 (param f64 f64)))
                (import "spectest" "print_i32" (func $again (param i32)))
                (import "spectest" "global_i32" (global $i32 i32))
                (import "spectest" "global_i64" (global $i64 i64))
                (import "spectest" "global_f32" (global $f32 f32))
                (import "spectest" "global_f64" (global $f64 f64))
                (import "spectest" "table" (table 10 20 funcref))
                {more}
                (func (export "nop")
                    (call $print) (call $print_i32 (i32.const 1)) (call $print_i64 (i64.const 1)) (call $print_f32 (f32.const 1))
                    (call $print_f64 (f64.const 1)) (call $print_i32_f32 (i32.const 1) (f32.const 1))
                    (call $print_f64_f64 (f64.const 1) (f64.const 1)) (call $again (i32.const 1)))
                (func (export "spectest_global_i32") (result i32) (global.get $i32)))"#
        ),
        // Apart, since with a shared memory beside it this would need multi-memory.
        r#"(module (import "spectest" "memory" (memory 1 2)) (func (export "nop") (drop (i32.load (i32.const 0)))))"#.to_owned(),
    ];
    for user in users {
        let compile = talk.compile("m", &user)?;
        talk.want(compile, &Answer::Done)?;
        talk.want(instantiate_with("i", "m", "spectest"), &Answer::Done)?;
        talk.want(invoke("i", "nop", &[]), &Answer::Values(Vec::new()))?;
        if user.contains("spectest_global_i32") {
            talk.want(invoke("i", "spectest_global_i32", &[]), &Answer::Values(i32s(&[666])))?;
        }
    }
    Ok(())
}

fn has_a_spectest_module_of_these_limits(talk: &mut Talk<'_>) -> Result<(), String> {
    open(talk)?;
    for import in [
        r#""table" (table 11 funcref)"#,
        r#""table" (table 10 19 funcref)"#,
        r#""memory" (memory 2)"#,
        r#""memory" (memory 1 1)"#,
        r#""global_i32" (global (mut i32))"#,
        r#""print_i32" (func (param i64))"#,
        r#""nobody_has_this" (func)"#,
    ] {
        // The function's name says to the test double what the import says to a linker.
        let compile = talk.compile("m", &format!(r#"(module (import "spectest" {import}) (func (export "nobody_has_this")))"#))?;
        talk.want(compile, &Answer::Done)?;
        talk.want_failure(instantiate_with("i", "m", "spectest"), &FailureKind::Unlinkable)?;
    }
    Ok(())
}
