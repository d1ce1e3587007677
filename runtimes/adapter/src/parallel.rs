//! Operations on several threads at once.

use std::{panic, sync::RwLock, thread, time::Instant};

use crate::{Adapter, Answer, Failure, Op, OpTable, Reply};

/// What a guest's host stack may be on these threads, in bytes: what a process's first thread has on Linux by default.
const STACK: usize = 8 << 20;

impl<A: Adapter> OpTable<A> {
    /// Each thread has an adapter and handles of its own, and the engines, modules and shared memories that are open now.
    pub(crate) fn parallel(&self, threads: &[Vec<Op>], deadline: Option<Instant>) -> Result<Answer, Failure> {
        if threads.is_empty() {
            return Err(Failure::failed("`parallel` needs a thread"));
        }
        // Held until all threads are there, so that they begin together.
        let gate = RwLock::new(());
        thread::scope(|scope| {
            let closed = gate.write();
            let started: Vec<_> = threads
                .iter()
                .map(|ops| {
                    let make = self.adapter.on_another_thread()?;
                    let (engines, modules, memories) = (self.engines.clone(), self.modules.clone(), self.memories.clone());
                    let gate = &gate;
                    let run = move || {
                        let mut table = Self::with(make(), engines, modules, memories);
                        drop(gate.read());
                        ops.iter().map(|op| table.reply(op, deadline)).collect::<Vec<Reply>>()
                    };
                    thread::Builder::new().stack_size(STACK).spawn_scoped(scope, run).map_err(Failure::failed)
                })
                .collect();
            drop(closed);
            let ended: Vec<_> = started.into_iter().map(|thread| thread.map(thread::ScopedJoinHandle::join)).collect();
            ended
                .into_iter()
                // A panic is a crash of the runtime, on whatever thread.
                .map(|joined| joined.map(|joined| joined.unwrap_or_else(|panicked| panic::resume_unwind(panicked))))
                .collect::<Result<_, _>>()
                .map(Answer::Parallel)
        })
    }

    fn reply(&mut self, op: &Op, deadline: Option<Instant>) -> Reply {
        let done = match op {
            Op::About {} | Op::Parallel { .. } | Op::Measure { .. } | Op::Reset {} => {
                Err(Failure::failed("this cannot be done on a thread of its own"))
            }
            op => self.perform(op, deadline),
        };
        match done {
            Ok(answer) => Reply::Ok(answer),
            Err(failure) => Reply::Failed(failure),
        }
    }
}
