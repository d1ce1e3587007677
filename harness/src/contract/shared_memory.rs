//! A shared memory of the host's: instances on several threads have the same one.

use std::collections::BTreeSet;

use wasmatrix_adapter::{Answer, Exhaustible, FailureKind, GuestBytes, ImportFrom, Op, Reply, TrapCode, Value};

use super::talk::{Talk, close, i32s, invoke, new_engine, store};

const ADDS: &str = r#"(module
    (import "env" "memory" (memory 1 2 shared))
    (func (export "add_to_shared_memory") (param i32) (result i32) (i32.atomic.rmw.add (i32.const 0) (local.get 0))))"#;

const THREADS: u32 = 4;
const CALLS: u32 = 25;

/// What the host writes behind the number that guests add to.
const WRITTEN: &[u8] = b"host";

/// What one thread adds all others see, what the host writes guests' threads have, and a memory that grows grows for all.
pub(super) fn is_shared(talk: &mut Talk<'_>) -> Result<(), String> {
    open(talk)?;
    talk.want(store("t"), &Answer::Done)?;
    talk.want(share("u", "t"), &Answer::Done)?;
    talk.want(write("u"), &Answer::Done)?;
    let threads = match talk.ask(Op::Parallel { threads: vec![on_a_thread(); THREADS as usize] })? {
        Reply::Ok(Answer::Parallel(threads)) if threads.len() == THREADS as usize => threads,
        other => return Err(format!("parallel: expected the replies of {THREADS} threads, got {other:?}")),
    };
    let sums: BTreeSet<u32> = threads.iter().flatten().filter_map(sum).collect();
    if sums != (0..THREADS * CALLS).collect() {
        let words = format!("{THREADS} threads added 1 to it {CALLS} times each, and it went through {} of the numbers below", sums.len());
        return Err(format!("it is not shared: {words} {}; the first thread was answered {:?}", THREADS * CALLS, threads.first()));
    }
    for replies in &threads {
        let read = Reply::Ok(Answer::Bytes(GuestBytes(WRITTEN.to_vec())));
        if !replies.contains(&read) {
            return Err(format!("a thread does not have what the host wrote before it began, {WRITTEN:?}: {replies:?}"));
        }
    }
    let total = Answer::Bytes(GuestBytes((THREADS * CALLS).to_le_bytes().to_vec()));
    talk.want(read("u", 0), &total)?;
    grows_for_all(talk)?;
    // Closed as the host's, it stays where it was opened.
    talk.want(close("x"), &Answer::Done)?;
    talk.want(read("u", 0), &total)
}

/// It grows in one store, and so in another; never beyond its maximum.
fn grows_for_all(talk: &mut Talk<'_>) -> Result<(), String> {
    talk.want(store("v"), &Answer::Done)?;
    talk.want(share("w", "v"), &Answer::Done)?;
    talk.want_trap(read("w", PAGE), TrapCode::MemoryOutOfBounds)?;
    talk.want(grow("u"), &Answer::Pages(1))?;
    talk.want(Op::MemorySize { instance: "w".to_owned(), export: "memory".to_owned() }, &Answer::Pages(2))?;
    talk.want(read("w", PAGE), &Answer::Bytes(GuestBytes(vec![0; 4])))?;
    talk.want_failure(grow("w"), &FailureKind::Exhausted(Exhaustible::Memory))
}

const PAGE: u64 = 65536;

/// The making of one is refused; nothing needs to be asked of what is not there.
pub(super) fn refused(talk: &mut Talk<'_>) -> Result<Op, String> {
    talk.want(new_engine(), &Answer::Done)?;
    Ok(made())
}

/// An engine `e`, a module `m` that imports a shared memory, and one, `x`.
fn open(talk: &mut Talk<'_>) -> Result<(), String> {
    talk.want(new_engine(), &Answer::Done)?;
    let compile = talk.compile("m", ADDS)?;
    talk.want(compile, &Answer::Done)?;
    talk.want(made(), &Answer::Done)
}

fn made() -> Op {
    Op::NewSharedMemory { memory: "x".to_owned(), engine: "e".to_owned(), minimum: 1, maximum: 2 }
}

fn on_a_thread() -> Vec<Op> {
    let imports = vec![ImportFrom { module: "env".to_owned(), instance: "shared".to_owned() }];
    let instantiate = Op::Instantiate { instance: "i".to_owned(), store: "s".to_owned(), module: "m".to_owned(), imports, name: None };
    let calls = (0..CALLS).map(|_| invoke("i", "add_to_shared_memory", &i32s(&[1])));
    [store("s"), share("shared", "s"), instantiate].into_iter().chain(calls).chain([read("shared", 4)]).collect()
}

fn sum(reply: &Reply) -> Option<u32> {
    match reply {
        Reply::Ok(Answer::Values(values)) => match &values[..] {
            [Value::I32(before)] => Some(*before),
            _ => None,
        },
        _ => None,
    }
}

fn share(instance: &str, store: &str) -> Op {
    Op::ShareMemory { instance: instance.to_owned(), store: store.to_owned(), memory: "x".to_owned() }
}

fn write(instance: &str) -> Op {
    Op::MemoryWrite { instance: instance.to_owned(), export: "memory".to_owned(), at: 4, bytes: GuestBytes(WRITTEN.to_vec()) }
}

fn read(instance: &str, at: u64) -> Op {
    Op::MemoryRead { instance: instance.to_owned(), export: "memory".to_owned(), at, length: WRITTEN.len() as u64 }
}

fn grow(instance: &str) -> Op {
    Op::MemoryGrow { instance: instance.to_owned(), export: "memory".to_owned(), pages: 1 }
}
