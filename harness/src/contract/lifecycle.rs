//! The parts of the lifecycle that not every runtime has: what is claimed works, and what is not claimed is answered `unsupported`.
//!
//! Nothing is asked here of what was closed before. A runtime may crash where it is used then, which is a finding of a suite's; here a worker
//! would be blamed for it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use wasmatrix_adapter::{Answer, Capability, FailureKind, Grants, GuestBytes, Network, Op, Reply, Value, WasiSetup};

use super::{
    clauses::world,
    measuring::{counts_fuel, measures_artifacts, measures_on_one_thread, metering_engine},
    shared_memory,
    talk::{Talk, close, i32s, instantiate, invoke, new_engine, store, store_in},
};

pub(super) const ADD: &str = r#"(module (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))"#;
const THREADS: u32 = 4;

/// Holds a claim, or its absence, against the operations that it is about.
pub(super) fn probe(talk: &mut Talk<'_>, capability: Capability) -> Result<(), String> {
    if talk.receipt.capabilities.contains(&capability) {
        return works(talk, capability).map_err(|error| format!("it claims `{capability}`; mend it, or do not claim it: {error}"));
    }
    is_unsupported(talk, capability).map_err(|error| format!("it does not claim `{capability}`; claim it, or refuse it: {error}"))
}

fn works(talk: &mut Talk<'_>, capability: Capability) -> Result<(), String> {
    let dir = talk.folder.join("cache");
    match capability {
        Capability::CacheDirectory => shares_a_cache(talk, Some(dir)),
        Capability::CacheInMemory => shares_a_cache(talk, None),
        Capability::PersistentCache => {
            shares_a_cache(talk, Some(dir.clone()))?;
            for handle in ["one", "other", "e", "f", "c"] {
                talk.want(close(handle), &Answer::Done)?;
            }
            if holds_a_file(&dir)? {
                Ok(())
            } else {
                Err("it compiled with a cache over a directory, and no file stands there now".to_owned())
            }
        }
        Capability::Artifacts => {
            has_artifacts(talk)?;
            measures_artifacts(talk)
        }
        Capability::NamedInstances => {
            open_module(talk)?;
            talk.want(store("s"), &Answer::Done)?;
            talk.want(named(instantiate("i", "s", "m")), &Answer::Done)?;
            adds(talk, "i")
        }
        Capability::Parallel => {
            has_threads(talk)?;
            measures_on_one_thread(talk)
        }
        Capability::SharedMemory => shared_memory::is_shared(talk),
        Capability::Fuel => counts_fuel(talk),
        Capability::ThreadLimit | Capability::PollLimit | Capability::LoopbackNetwork => {
            open_module(talk)?;
            talk.want(granting(capability)?, &Answer::Done)?;
            talk.want(instantiate("i", "s", "m"), &Answer::Done)?;
            adds(talk, "i")
        }
        Capability::CommandRunner => runs_commands(talk),
        Capability::EnvironmentMemory => has_an_environment(talk),
        other => Err(format!("`{other}` is no part of the lifecycle")),
    }
}

fn is_unsupported(talk: &mut Talk<'_>, capability: Capability) -> Result<(), String> {
    let dir = talk.folder.join("cache");
    match capability {
        Capability::CacheDirectory => want_unsupported(talk, open_cache(Some(dir))),
        Capability::CacheInMemory => want_unsupported(talk, open_cache(None)),
        // What has no cache over a directory has nothing that could stay.
        Capability::PersistentCache if !talk.receipt.capabilities.contains(&Capability::CacheDirectory) => {
            want_unsupported(talk, open_cache(Some(dir)))
        }
        Capability::PersistentCache => {
            shares_a_cache(talk, Some(dir.clone()))?;
            if holds_a_file(&dir)? {
                Err("it compiled with a cache over a directory, and a file stands there now".to_owned())
            } else {
                Ok(())
            }
        }
        Capability::Artifacts => {
            open_module(talk)?;
            let artifact = talk.folder.join("artifact");
            want_unsupported(talk, serialize(&artifact))?;
            want_unsupported(talk, deserialize("e", &artifact))
        }
        Capability::NamedInstances => {
            open_module(talk)?;
            talk.want(store("s"), &Answer::Done)?;
            want_unsupported(talk, named(instantiate("i", "s", "m")))
        }
        Capability::Parallel => {
            open_module(talk)?;
            want_unsupported(talk, Op::Parallel { threads: (0..THREADS).map(on_a_thread).collect() })
        }
        Capability::Fuel => want_unsupported(talk, metering_engine()),
        Capability::SharedMemory => {
            let made = shared_memory::refused(talk)?;
            want_unsupported(talk, made)
        }
        Capability::ThreadLimit | Capability::PollLimit | Capability::LoopbackNetwork => {
            open_module(talk)?;
            want_unsupported(talk, granting(capability)?)
        }
        Capability::CommandRunner => {
            open_module(talk)?;
            want_unsupported(talk, by_runner())
        }
        Capability::EnvironmentMemory => {
            open_module(talk)?;
            talk.want(store("s"), &Answer::Done)?;
            talk.want(instantiate("i", "s", "m"), &Answer::Done)?;
            want_unsupported(talk, environment())
        }
        other => Err(format!("`{other}` is no part of the lifecycle")),
    }
}

fn want_unsupported(talk: &mut Talk<'_>, op: Op) -> Result<(), String> {
    let asked = format!("{op:?}");
    match talk.ask(op)? {
        Reply::Failed(failure) if matches!(failure.kind, FailureKind::Unsupported(_)) && !failure.text.trim().is_empty() => Ok(()),
        other => Err(format!("{asked}: expected `unsupported` with the reason, got {other:?}")),
    }
}

/// Two engines compile the same module, `one` and `other`, with one cache, and both give right answers.
fn shares_a_cache(talk: &mut Talk<'_>, dir: Option<PathBuf>) -> Result<(), String> {
    talk.want(open_cache(dir), &Answer::Done)?;
    for (engine, module) in [("e", "one"), ("f", "other")] {
        let with = Op::NewEngine { engine: engine.to_owned(), features: None, cache: Some("c".to_owned()), purpose: None };
        talk.want(with, &Answer::Done)?;
        let compile = talk.compile_in(engine, module, ADD)?;
        talk.want(compile, &Answer::Done)?;
        talk.want(store_in("s", engine), &Answer::Done)?;
        talk.want(instantiate("i", "s", module), &Answer::Done)?;
        adds(talk, "i")?;
        talk.want(close("s"), &Answer::Done)?;
    }
    // Not every runtime counts, and what it should count is no question here.
    match talk.ask(Op::CacheStatistics { cache: "c".to_owned() })? {
        Reply::Ok(Answer::CacheStatistics(_)) => Ok(()),
        Reply::Failed(failure) if matches!(failure.kind, FailureKind::Unsupported(_)) => Ok(()),
        other => Err(format!("cache-statistics: expected counts, or `unsupported` from a runtime that does not count, got {other:?}")),
    }
}

/// A module is had again from its artifact by another engine, and from a text it is not.
fn has_artifacts(talk: &mut Talk<'_>) -> Result<(), String> {
    open_module(talk)?;
    let artifact = talk.folder.join("artifact");
    talk.want(serialize(&artifact), &Answer::Done)?;
    let another = Op::NewEngine { engine: "f".to_owned(), features: None, cache: None, purpose: None };
    talk.want(another, &Answer::Done)?;
    talk.want(deserialize("f", &artifact), &Answer::Done)?;
    talk.want(store_in("s", "f"), &Answer::Done)?;
    talk.want(instantiate("i", "s", "again"), &Answer::Done)?;
    adds(talk, "i")?;
    let text = talk.folder.join("text");
    fs::write(&text, "This is a text, and no artifact of anybody's.\n").map_err(|error| error.to_string())?;
    talk.want_failure(deserialize("f", &text), &FailureKind::Stale)
}

/// Threads answer each for itself and in order, go on after a failure, and leave nothing behind.
fn has_threads(talk: &mut Talk<'_>) -> Result<(), String> {
    open_module(talk)?;
    let threads = match talk.ask(Op::Parallel { threads: (0..THREADS).map(on_a_thread).collect() })? {
        Reply::Ok(Answer::Parallel(threads)) if threads.len() == THREADS as usize => threads,
        other => return Err(format!("parallel: expected the replies of {THREADS} threads, got {other:?}")),
    };
    for (thread, replies) in (0..THREADS).zip(&threads) {
        let is_as_wanted = matches!(
            &replies[..],
            [Reply::Ok(Answer::Done), Reply::Ok(Answer::Done), Reply::Failed(nowhere), Reply::Ok(Answer::Values(sum))]
                if nowhere.kind == FailureKind::Failed && *sum == [Value::I32(thread + 40)]
        );
        if !is_as_wanted {
            return Err(format!("parallel: expected done, done, `failed` and {} from thread {thread}, got {replies:?}", thread + 40));
        }
    }
    talk.want_failure(invoke("i", "add", &i32s(&[1, 2])), &FailureKind::Failed)?;
    talk.want(store("s"), &Answer::Done)?;
    talk.want(instantiate("i", "s", "m"), &Answer::Done)?;
    adds(talk, "i")
}

fn on_a_thread(thread: u32) -> Vec<Op> {
    vec![store("s"), instantiate("i", "s", "m"), invoke("i", "nowhere", &[]), invoke("i", "add", &i32s(&[thread, 40]))]
}

/// An engine `e` and a module `m`.
fn open_module(talk: &mut Talk<'_>) -> Result<(), String> {
    talk.want(new_engine(), &Answer::Done)?;
    let compile = talk.compile("m", ADD)?;
    talk.want(compile, &Answer::Done)
}

pub(super) fn adds(talk: &mut Talk<'_>, instance: &str) -> Result<(), String> {
    talk.want(invoke(instance, "add", &i32s(&[40, 2])), &Answer::Values(i32s(&[42])))
}

/// A store `s` whose guests are granted what the capability is about, and nothing else.
fn granting(capability: Capability) -> Result<Op, String> {
    let none = Grants::default();
    let all = [
        Grants { max_threads: Some(2), ..none.clone() },
        Grants { max_poll_subscriptions: Some(2), ..none.clone() },
        Grants { network: Some(Network::Loopback), ..none },
    ];
    let grants = all.into_iter().find(|grants| grants.needs().eq([capability])).ok_or_else(|| format!("`{capability}` is no grant"))?;
    Ok(Op::NewStore { store: "s".to_owned(), engine: "e".to_owned(), wasi: Some(WasiSetup { grants, ..world() }) })
}

/// The runner hands over the status and the output as the other way does, and is not confused by a command that returns.
fn runs_commands(talk: &mut Talk<'_>) -> Result<(), String> {
    talk.want(new_engine(), &Answer::Done)?;
    for (status, kind) in [(0, None), (7, Some(FailureKind::Exit(7)))] {
        let compile = talk.compile("m", &says_and_ends(status))?;
        talk.want(compile, &Answer::Done)?;
        match talk.ask(by_runner())? {
            Reply::Ok(Answer::Command(end))
                if end.failure.as_ref().map(|failure| &failure.kind) == kind.as_ref() && end.output.stdout.0 == b"said" => {}
            other => return Err(format!("run-command by runner: expected `said` and the status {status}, got {other:?}")),
        }
        talk.want(close("m"), &Answer::Done)?;
    }
    Ok(())
}

/// Writes four bytes; then returns, or ends with a status.
fn says_and_ends(status: u32) -> String {
    let end = if status == 0 { String::new() } else { format!("(call $exit (i32.const {status}))") };
    format!(
        r#"(module (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
            (memory (export "memory") 1) (data (i32.const 0) "\10\00\00\00\04\00\00\00") (data (i32.const 16) "said")
            (func (export "_start") (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))) {end}))"#
    )
}

/// What WASI's calls wrote is read through the environment, and what is written there is seen by the guest.
fn has_an_environment(talk: &mut Talk<'_>) -> Result<(), String> {
    let module = r#"(module (import "wasi_snapshot_preview1" "args_sizes_get" (func $sizes (param i32 i32) (result i32)))
        (memory (export "memory") 1)
        (func (export "count") (result i32) (call $sizes (i32.const 0) (i32.const 4)))
        (func (export "peek") (result i32) (i32.load (i32.const 8))))"#;
    talk.want(new_engine(), &Answer::Done)?;
    let compile = talk.compile("m", module)?;
    talk.want(compile, &Answer::Done)?;
    talk.want(Op::NewStore { store: "s".to_owned(), engine: "e".to_owned(), wasi: Some(world()) }, &Answer::Done)?;
    talk.want(instantiate("i", "s", "m"), &Answer::Done)?;
    talk.want(invoke("i", "count", &[]), &Answer::Values(i32s(&[0])))?;
    talk.want(environment(), &Answer::Done)?;
    let (instance, export) = (|| "environment".to_owned(), || "memory".to_owned());
    let read = Op::MemoryRead { instance: instance(), export: export(), at: 0, length: 4 };
    talk.want(read, &Answer::Bytes(GuestBytes(1_u32.to_le_bytes().to_vec())))?;
    let bytes = GuestBytes(42_u32.to_le_bytes().to_vec());
    talk.want(Op::MemoryWrite { instance: instance(), export: export(), at: 8, bytes }, &Answer::Done)?;
    talk.want(invoke("i", "peek", &[]), &Answer::Values(i32s(&[42])))
}

fn by_runner() -> Op {
    Op::RunCommand { engine: "e".to_owned(), module: "m".to_owned(), wasi: world(), by_runner: true }
}

fn environment() -> Op {
    Op::Environment { instance: "environment".to_owned(), of: "i".to_owned() }
}

fn open_cache(dir: Option<PathBuf>) -> Op {
    Op::OpenCache { cache: "c".to_owned(), dir }
}

fn serialize(artifact: &Path) -> Op {
    Op::Serialize { module: "m".to_owned(), artifact: artifact.to_owned() }
}

fn deserialize(engine: &str, artifact: &Path) -> Op {
    Op::Deserialize { module: "again".to_owned(), engine: engine.to_owned(), artifact: artifact.to_owned() }
}

fn named(mut op: Op) -> Op {
    if let Op::Instantiate { name, .. } = &mut op {
        *name = Some("first".to_owned());
    }
    op
}

/// Whether a file stands in a folder, at whatever depth. A folder that is not there has none.
fn holds_a_file(folder: &Path) -> Result<bool, String> {
    let mut entries = walkdir::WalkDir::new(folder).into_iter();
    let is_there = |entry: Result<walkdir::DirEntry, walkdir::Error>| match entry {
        Ok(entry) => entry.file_type().is_file().then_some(Ok(())),
        Err(error) if error.io_error().is_some_and(|error| error.kind() == io::ErrorKind::NotFound) => None,
        Err(error) => Some(Err(error.to_string())),
    };
    entries.find_map(is_there).transpose().map(|found| found.is_some())
}
