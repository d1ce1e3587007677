//! The protocol: JSON lines, one request a line on standard input, one answer a line on standard output, in order.
//!
//! Handles are names that the harness chooses, so it can write requests ahead of their answers. An operation that
//! names an unknown handle answers `failed`.

use std::{collections::BTreeSet, path::PathBuf};

use serde::{Deserialize, Serialize};

use crate::{About, Capability, CommandEnd, Failure, GuestBytes, Value, WasiOutput, WasiSetup, WasmBytes};

/// One line to a worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Comes back in the answer.
    pub id: u64,
    /// The soft deadline, in milliseconds: a worker whose runtime can be interrupted does so when a guest has run for that long, and
    /// answers `interrupted`. The harness kills a worker that has not answered a second later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline_ms: Option<u64>,
    /// What to do.
    pub op: Op,
}

/// One line from a worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Response {
    /// The request's.
    pub id: u64,
    /// How long the worker was busy with it, in nanoseconds, measured inside the worker around the operation alone.
    pub busy_ns: u64,
    /// What came of it.
    pub reply: Reply,
}

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Reply {
    /// It succeeded.
    Ok(Answer),
    /// It did not.
    Failed(Failure),
}

/// An operation. Fields named `cache`, `engine`, `store`, `module`, `memory` and `instance` are handles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[allow(missing_docs, reason = "handles are explained once, above")]
pub enum Op {
    /// Who are you? Answers `about`.
    About {},
    /// Opens a compilation cache: over a directory, which is made where it is not there, or in memory where none is given. Answers `done`.
    OpenCache {
        cache: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dir: Option<PathBuf>,
    },
    /// Opens an engine, with a compilation cache where one is given. With `features`, of the proposals that the receipt calls `switchable` those are on that are named, and no others;
    /// without, all is as the receipt says. With a `purpose`, guests are not asked in it but measured. Answers `done`.
    NewEngine {
        engine: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        features: Option<BTreeSet<Capability>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cache: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        purpose: Option<Purpose>,
    },
    /// Opens a store, with a WASI world where one is given. Answers `done`.
    NewStore { store: String, engine: String, wasi: Option<WasiSetup> },
    /// Compiles a WebAssembly binary. Answers `done`.
    Compile { module: String, engine: String, wasm: Wasm },
    /// What the runtime itself counts of a cache: how often a compilation found its code there, and how often not. Answers
    /// `cache-statistics`, or fails `unsupported` where the runtime does not count.
    CacheStatistics { cache: String },
    /// Writes a compiled module to a file, which is new. Answers `done`.
    Serialize { module: String, artifact: PathBuf },
    /// Has a compiled module again from such a file, which may have become anything since. Answers `done`, or fails `stale`.
    Deserialize { module: String, engine: String, artifact: PathBuf },
    /// Opens the host module `spectest` of the specification's test suite as an instance of its own in a store. Answers `done`.
    Spectest { instance: String, store: String },
    /// Makes a shared memory that belongs to no store, for the instances of an engine: of `minimum` pages of 64 KiB at first, and never of more
    /// than `maximum`. Answers `done`, or fails `failed` where the runtime refuses such a memory, `exhausted` (memory) where it cannot have it.
    NewSharedMemory { memory: String, engine: String, minimum: u64, maximum: u64 },
    /// Opens a shared memory in a store, as an instance with one export, `memory`. Stores on several threads can have the same one.
    /// Answers `done`.
    ShareMemory { instance: String, store: String, memory: String },
    /// Instantiates a module, its start function included. WASI imports are linked when the store has a WASI world; every
    /// other import comes from the instances named. With `name`, the runtime registers the instance under it while it lives. The module may
    /// be one of another engine than the store; what a runtime makes of that is a question too. Answers `done`.
    Instantiate {
        instance: String,
        store: String,
        module: String,
        imports: Vec<ImportFrom>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
    /// Calls an exported function. Answers `values`.
    Invoke { instance: String, export: String, args: Vec<Value> },
    /// Reads an exported global. Answers `values`, one of them.
    GlobalGet { instance: String, export: String },
    /// Writes an exported mutable global. Answers `done`.
    GlobalSet { instance: String, export: String, value: Value },
    /// The size of an exported memory in pages. Answers `pages`.
    MemorySize { instance: String, export: String },
    /// Grows an exported memory by pages. Answers `pages`, the size before, or fails `exhausted` (memory).
    MemoryGrow { instance: String, export: String, pages: u64 },
    /// Reads bytes of an exported memory. Answers `bytes`, or fails `trap` (memory-out-of-bounds).
    MemoryRead { instance: String, export: String, at: u64, length: u64 },
    /// Writes bytes into an exported memory. Answers `done`, or fails `trap` (memory-out-of-bounds).
    MemoryWrite { instance: String, export: String, at: u64, bytes: GuestBytes },
    /// Ends a store and everything in it, and hands over what its guests wrote. Answers `output`.
    WasiOutput { store: String },
    /// Opens what the WASI environment of an instance holds as an instance of its own in the same store, with one export, `memory`: the
    /// memory that WASI's calls read and write. Answers `done`.
    Environment { instance: String, of: String },
    /// Instantiates a module in a store of its own, calls `_start`, and hands over how it ended. With `by_runner`, the runtime's own runner of
    /// commands does all that. Answers `command`.
    RunCommand {
        engine: String,
        module: String,
        wasi: WasiSetup,
        #[serde(default, skip_serializing_if = "is_false")]
        by_runner: bool,
    },
    /// Performs an operation so many times, at least once, and says how long that took. Before each time the operations of `before` are performed, and after each time
    /// what it and they have opened is closed; only the time of `op` itself counts. `op` is one of `compile`, `serialize`, `deserialize`, `instantiate`, `invoke` and
    /// `run-command`; of `compile` the reading of a file does not count, of `serialize` the writing. Where `before` is empty and `op` is `invoke`, all calls are timed as one,
    /// prepared once as an embedder would prepare them. Nothing is interrupted at a deadline. Answers `measured`, or fails as the first failure among them did.
    ///
    /// With `slowed_permille`, the worker spins for that share of the time that each time took, and counts it: a runtime that is slower by so much, for the proof that a
    /// comparison sees it (`harness/benches/proof.rs`). Workers that are no Rust ones need not know it.
    Measure {
        before: Vec<Op>,
        op: Box<Op>,
        iterations: u64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        slowed_permille: Option<u32>,
    },
    /// The fuel that guests have used in a store since it was opened, where its engine's purpose is `metering`. Answers `consumed`.
    Consumed { store: String },
    /// Performs operations on several threads at once, those of each in order: at least one thread. Engines, modules and shared memories that
    /// were opened before are there on all of them; what a thread opens is its own and goes with it. `about`, `parallel`, `measure` and `reset` cannot be among
    /// them. Answers `parallel`, a reply for each operation of each thread.
    Parallel { threads: Vec<Vec<Op>> },
    /// Closes a handle of any sort: the runtime's own call where it has one, and otherwise what it stands for is dropped. What a closed handle
    /// is then used for is done where what was closed can still be named in the runtime's API, and fails `unsupported` where it cannot.
    /// Answers `done`.
    Close { handle: String },
    /// Drops every handle, so that the process can serve another cell. Answers `done`; a worker that answers `unsupported` serves one
    /// cell only.
    Reset {},
}

/// What an engine is opened for that is not opened to ask guests a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// It is opened as embedders open it who have not asked for more: without what the worker otherwise adds so that guests can be interrupted.
    Measuring,
    /// The same, and it counts the fuel that guests use. Needs the capability `fuel`.
    Metering,
}

/// A binary module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Wasm {
    /// The file at this absolute path.
    Path(PathBuf),
    /// These bytes: scripts have thousands of small modules, and a file for each of them would cost more than running it.
    Base64(WasmBytes),
}

/// The exports of one instance, offered under the name of an import module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ImportFrom {
    /// The module name that imports are written against (`env`).
    pub module: String,
    /// The handle of the instance whose exports answer them; it must live in the same store.
    pub instance: String,
}

/// What a successful operation answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// It is done and there is nothing to say.
    Done,
    /// The worker's receipt.
    About(Box<About>),
    /// The results of a function, or the value of a global.
    Values(Vec<Value>),
    /// A number of pages, of 64 KiB unless the memory says otherwise.
    Pages(u64),
    /// Bytes of a memory.
    Bytes(GuestBytes),
    /// What the guests of a store wrote.
    Output(WasiOutput),
    /// How a command ended.
    Command(CommandEnd),
    /// What the runtime counted of a cache since that was opened.
    CacheStatistics(CacheStatistics),
    /// The replies of each thread.
    Parallel(Vec<Vec<Reply>>),
    /// How long it took, and what came of it.
    Measured(Measured),
    /// An amount of fuel.
    Consumed(u64),
}

/// What came of an operation that was performed many times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// The time of all of them together, in nanoseconds of a monotonic clock.
    pub elapsed_ns: u64,
    /// The answer of the first time and, where there was one, the first that was another; that was the last time then, and the time is of no use.
    pub answers: Vec<Answer>,
}

/// What a runtime counts of a compilation cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CacheStatistics {
    /// Compilations that found their code.
    pub hits: u64,
    /// Compilations that did not.
    pub misses: u64,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(flag: &bool) -> bool {
    !*flag
}
