//! A plain loop on wasmtime's own API, against which the worker's own loop can be held: what the worker adds to a call is what its time is longer.
//!
//! `wasmatrix-direct-loop-wasmtime-48 [--typed] ITERATIONS SAMPLES` calls a function that does nothing, in the configuration that the worker's
//! variant `cranelift` measures in, and prints the nanoseconds of each sample, of ITERATIONS calls, as a line. It calls by `Func::call`, as the worker
//! does, or with `--typed` by `TypedFunc::call`, which knows the function's type before it is built and which no worker can use.

#[allow(dead_code, unused_imports, reason = "most of it is the worker's")]
mod drift;
#[allow(dead_code, reason = "the receipt is the worker's")]
mod features;
#[allow(dead_code, reason = "the receipt is the worker's")]
mod variant;

use std::{env, process::ExitCode, time::Instant};

use wasmatrix_adapter::Purpose;
use wasmtime::{Engine, Func, Instance, Module, Store};

use crate::variant::Variant;

const USAGE: &str = "usage: wasmatrix-direct-loop-wasmtime-48 [--typed] ITERATIONS SAMPLES";

/// `(module (func (export "f")))`, which the engine, built without `wat`, takes in binary only.
const MODULE: &[u8] = b"\0asm\x01\0\0\0\
    \x01\x04\x01\x60\0\0\
    \x03\x02\x01\0\
    \x07\x05\x01\x01f\0\0\
    \x0a\x04\x01\x02\0\x0b";

fn main() -> ExitCode {
    match measured() {
        Ok(()) => ExitCode::SUCCESS,
        Err(words) => {
            eprintln!("{words}");
            ExitCode::from(2)
        }
    }
}

fn measured() -> Result<(), String> {
    let mut words: Vec<String> = env::args().skip(1).collect();
    let is_typed = words.first().is_some_and(|word| word == "--typed");
    if is_typed {
        words.remove(0);
    }
    let [iterations, samples] = words.as_slice() else { return Err(USAGE.to_owned()) };
    let number = |word: &str| word.parse::<u64>().map_err(|error| format!("`{word}`: {error}; {USAGE}"));
    let (iterations, samples) = (number(iterations)?, number(samples)?);

    let config = Variant::Cranelift.config(None, Some(Purpose::Measuring)).map_err(|failure| failure.text)?;
    let said = |error: wasmtime::Error| format!("{error:#}");
    let engine = Engine::new(&config).map_err(said)?;
    let module = Module::from_binary(&engine, MODULE).map_err(said)?;
    let mut store = Store::new(&engine, ());
    let function = Instance::new(&mut store, &module, &[]).map_err(said)?.get_func(&mut store, "f").ok_or("no export `f`")?;
    for _ in 0..samples {
        let nanoseconds = if is_typed { typed(&mut store, function, iterations) } else { untyped(&mut store, function, iterations) };
        println!("{}", nanoseconds.map_err(said)?);
    }
    Ok(())
}

fn untyped(store: &mut Store<()>, function: Func, iterations: u64) -> Result<u128, wasmtime::Error> {
    let started = Instant::now();
    for _ in 0..iterations {
        function.call(&mut *store, &[], &mut [])?;
    }
    Ok(started.elapsed().as_nanos())
}

fn typed(store: &mut Store<()>, function: Func, iterations: u64) -> Result<u128, wasmtime::Error> {
    let function = function.typed::<(), ()>(&mut *store)?;
    let started = Instant::now();
    for _ in 0..iterations {
        function.call(&mut *store, ())?;
    }
    Ok(started.elapsed().as_nanos())
}
