//! What is counted beside the time: fuel by the runtime, instructions by the processor.

use std::collections::BTreeMap;

use wasmatrix_adapter::{Answer, FailureKind, Op, Purpose, Reply};
use wasmatrix_reports::{Counter, Phase};

use super::{Lost, Ready, Subject};
use crate::worker::{Limits, Stop};

/// The retired instructions of a process, in user mode and on all threads that it starts from now on.
#[derive(Debug)]
pub(super) struct Instructions(#[cfg(target_os = "linux")] perf_event::Counter);

impl Instructions {
    /// Counts those of a process from now on.
    ///
    /// # Errors
    /// Why this machine does not: it has no counters, as most virtual ones, or lets nobody read them.
    #[cfg(target_os = "linux")]
    pub(super) fn of(process: u32) -> Result<Self, String> {
        let cannot = |error: &std::io::Error| match error.kind() {
            std::io::ErrorKind::NotFound => "the processor has no counter of them here, as on most virtual machines".to_owned(),
            std::io::ErrorKind::PermissionDenied => "perf events are not permitted here (kernel.perf_event_paranoid)".to_owned(),
            _ => format!("perf events cannot be opened: {error}"),
        };
        let process = i32::try_from(process).map_err(|error| error.to_string())?;
        let mut counter = perf_event::Builder::new(perf_event::events::Hardware::INSTRUCTIONS)
            .observe_pid(process)
            .inherit(true)
            .build()
            .map_err(|error| cannot(&error))?;
        counter.enable().map_err(|error| cannot(&error))?;
        Ok(Self(counter))
    }

    /// There are none elsewhere.
    ///
    /// # Errors
    /// Always.
    #[cfg(not(target_os = "linux"))]
    pub(super) fn of(_process: u32) -> Result<Self, String> {
        Err("retired instructions are counted on Linux alone".to_owned())
    }

    /// How many there were.
    #[cfg(target_os = "linux")]
    pub(super) fn so_far(&mut self) -> Option<u64> {
        self.0.read().ok()
    }

    /// None.
    #[cfg(not(target_os = "linux"))]
    pub(super) fn so_far(&mut self) -> Option<u64> {
        None
    }
}

/// Of each counter whether it can be had here, or why not. Fuel is each runtime's own to say.
pub fn available_counters() -> BTreeMap<Counter, String> {
    let instructions = match Instructions::of(std::process::id()) {
        Ok(_) => "available".to_owned(),
        Err(why) => why,
    };
    [(Counter::Fuel, "where the runtime claims it".to_owned()), (Counter::Instructions, instructions)].into()
}

/// The fuel that one iteration uses, in a process of its own; `None` where the phase runs no guest code that could use any, or the runtime's own
/// runner does.
///
/// # Errors
/// Where it cannot be had.
pub fn fuel(subject: Subject<'_>, limits: &Limits, stop: &Stop) -> Result<Option<u64>, Lost> {
    if !matches!(subject.measure.phase, Phase::FirstCall | Phase::Invoke | Phase::Command) {
        return Ok(None);
    }
    let mut ready = Ready::open(subject, Purpose::Metering, limits, stop)?;
    let (before, op) = (ready.requests().before.clone(), ready.requests().op.clone());
    let (opens, op) = match op {
        Op::RunCommand { by_runner: true, .. } => return Ok(None),
        Op::RunCommand { engine, module, wasi, .. } => {
            let [store, instance] = ["metered.store", "metered"].map(str::to_owned);
            let opens = vec![
                Op::NewStore { store: store.clone(), engine, wasi: Some(wasi) },
                Op::Instantiate { instance: instance.clone(), store, module, imports: Vec::new(), name: None },
            ];
            (opens, Op::Invoke { instance, export: "_start".to_owned(), args: Vec::new() })
        }
        op => (before, op),
    };
    for op in &opens {
        ready.want(op, stop)?;
    }
    let Op::Invoke { instance, .. } = &op else { return Ok(None) };
    let Some(store) = ready.requests().preamble.iter().chain(&opens).find_map(|op| store_of(op, instance)) else { return Ok(None) };
    let consumed = Op::Consumed { store };
    let already = ready.consumed(&consumed, stop)?;
    match ready.ask(&op, stop)? {
        Reply::Ok(_) => {}
        // A command's own end.
        Reply::Failed(failure) if matches!(failure.kind, FailureKind::Exit(_)) => {}
        Reply::Failed(failure) => return Err(Lost::Failed(format!("{}: {}", failure.kind, failure.text))),
    }
    Ok(Some(ready.consumed(&consumed, stop)?.saturating_sub(already)))
}

impl Ready<'_> {
    fn consumed(&mut self, op: &Op, stop: &Stop) -> Result<u64, Lost> {
        match self.want(op, stop)? {
            Answer::Consumed(fuel) => Ok(fuel),
            other => Err(Lost::Worker(format!("it broke the protocol: asked for fuel it answered {other:?}"))),
        }
    }
}

/// The store that an instance lives in, where this request makes it.
fn store_of(op: &Op, wanted: &str) -> Option<String> {
    match op {
        Op::Instantiate { instance, store, .. } if instance == wanted => Some(store.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_are_counted_or_it_is_said_why_not() {
        match Instructions::of(std::process::id()) {
            Ok(mut counter) => {
                let before = counter.so_far().expect("it counts");
                let sum: u64 = std::hint::black_box(0..100_000_u64).sum();
                assert!(std::hint::black_box(sum) > 0 && counter.so_far().expect("it counts") > before);
            }
            Err(why) => assert!(!why.is_empty()),
        }
        assert!(Instructions::of(u32::MAX).is_err(), "there is no such process");
    }
}
