//! A conversation with a worker, and the words that clauses use in it.

use std::{collections::BTreeSet, path::Path, time::Duration};

use wasmatrix_adapter::{Answer, Capability, FailureKind, ImportFrom, Op, Reply, TrapCode, Value, Wasm};
use wasmatrix_reports::Receipt;

use crate::{
    judge::SessionEnd,
    prepare::Prepared,
    worker::{Exchange, Limits, Stop, Worker},
};

/// How long a worker may take for anything that the contract asks.
const DEADLINE: Duration = Duration::from_secs(30);

fn limits() -> Limits {
    Limits { deadline: DEADLINE, ..Limits::default() }
}

/// Talks to a worker that has a process of its own, and wants it to go in peace afterwards.
pub(super) fn talk(prepared: &Prepared, about: impl FnOnce(&mut Talk<'_>) -> Result<(), String>) -> Result<(), String> {
    let Some(receipt) = prepared.receipt() else { return Err(format!("{} is unavailable", prepared.id)) };
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let worker = Worker::start(&prepared.command).map_err(|error| error.to_string())?;
    let mut talk = Talk { worker, folder: folder.path(), said: 0, receipt };
    about(&mut talk)?;
    match talk.worker.finish(&limits(), &Stop::default()) {
        Some(SessionEnd::Completed) => Ok(()),
        other => Err(format!("at the end of its input a worker ends with status 0; this one ended as {other:?}")),
    }
}

/// A conversation with a worker.
pub(super) struct Talk<'t> {
    worker: Worker,
    pub(super) folder: &'t Path,
    said: u64,
    pub(super) receipt: &'t Receipt,
}

impl Talk<'_> {
    pub(super) fn ask(&mut self, op: Op) -> Result<Reply, String> {
        self.said += 1;
        match self.worker.exchange(self.said, &op, &limits(), &Stop::default()) {
            Exchange::Answered(response) => Ok(response.reply),
            Exchange::Ended(end) => Err(format!("{op:?}: no answer, {end:?}; its standard error: {}", self.worker.stderr())),
            Exchange::Stopped => Err("stopped".to_owned()),
        }
    }

    /// Asks, and wants this very answer.
    pub(super) fn want(&mut self, op: Op, answer: &Answer) -> Result<(), String> {
        let asked = format!("{op:?}");
        match self.ask(op)? {
            Reply::Ok(given) if given == *answer => Ok(()),
            other => Err(format!("{asked}: expected {answer:?}, got {other:?}")),
        }
    }

    /// Asks, and wants a failure of this kind with words of its own.
    pub(super) fn want_failure(&mut self, op: Op, kind: &FailureKind) -> Result<(), String> {
        let asked = format!("{op:?}");
        match self.ask(op)? {
            Reply::Failed(failure) if failure.kind == *kind && !failure.text.trim().is_empty() => Ok(()),
            other => Err(format!("{asked}: expected the failure `{kind}` with the runtime's own words, got {other:?}")),
        }
    }

    pub(super) fn want_trap(&mut self, op: Op, code: TrapCode) -> Result<(), String> {
        self.want_failure(op, &FailureKind::Trap(code))
    }

    /// What the harness is told of a command that ends itself with this status: through an adapter of preview 1 only that it is not 0, which
    /// is all that WASI 0.2 says.
    pub(super) fn status(&self, status: u32) -> FailureKind {
        let is_adapted = self.receipt.capabilities.contains(&Capability::Component);
        FailureKind::Exit(if is_adapted { status.min(1) } else { status })
    }

    pub(super) fn compile(&mut self, module: &str, wat: &str) -> Result<Op, String> {
        self.compile_in("e", module, wat)
    }

    pub(super) fn compile_in(&mut self, engine: &str, module: &str, wat: &str) -> Result<Op, String> {
        let path = self.folder.join(format!("{module}.wasm"));
        let wasm = wat::parse_str(wat).map_err(|error| error.to_string())?;
        std::fs::write(&path, wasm).map_err(|error| error.to_string())?;
        Ok(Op::Compile { module: module.to_owned(), engine: engine.to_owned(), wasm: Wasm::Path(path) })
    }

    /// An engine `e`, a module `m`, a store `s` and an instance `i`.
    pub(super) fn open(&mut self, wat: &str) -> Result<(), String> {
        self.want(new_engine(), &Answer::Done)?;
        let compile = self.compile("m", wat)?;
        self.want(compile, &Answer::Done)?;
        self.want(store("s"), &Answer::Done)?;
        self.want(instantiate("i", "s", "m"), &Answer::Done)
    }
}

pub(super) fn new_engine() -> Op {
    Op::NewEngine { engine: "e".to_owned(), features: None, cache: None, purpose: None }
}

pub(super) fn new_engine_with(features: BTreeSet<Capability>) -> Op {
    Op::NewEngine { engine: "e".to_owned(), features: Some(features), cache: None, purpose: None }
}

pub(super) fn store(store: &str) -> Op {
    store_in(store, "e")
}

pub(super) fn store_in(store: &str, engine: &str) -> Op {
    Op::NewStore { store: store.to_owned(), engine: engine.to_owned(), wasi: None }
}

pub(super) fn instantiate(instance: &str, store: &str, module: &str) -> Op {
    Op::Instantiate { instance: instance.to_owned(), store: store.to_owned(), module: module.to_owned(), imports: Vec::new(), name: None }
}

/// Instantiates a module that imports from an instance under the name that the instance itself goes by.
pub(super) fn instantiate_with(instance: &str, module: &str, from: &str) -> Op {
    let imports = vec![ImportFrom { module: from.to_owned(), instance: from.to_owned() }];
    Op::Instantiate { instance: instance.to_owned(), store: "s".to_owned(), module: module.to_owned(), imports, name: None }
}

pub(super) fn invoke(instance: &str, export: &str, args: &[Value]) -> Op {
    Op::Invoke { instance: instance.to_owned(), export: export.to_owned(), args: args.to_vec() }
}

pub(super) fn close(handle: &str) -> Op {
    Op::Close { handle: handle.to_owned() }
}

pub(super) fn i32s(values: &[u32]) -> Vec<Value> {
    values.iter().copied().map(Value::I32).collect()
}
