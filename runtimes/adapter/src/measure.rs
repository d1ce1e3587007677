//! Operations that are performed many times and timed.

use std::{
    borrow::Cow,
    fs,
    path::Path,
    time::{Duration, Instant},
};

use crate::{Adapter, Answer, Failure, Measured, Op, OpTable, Wasm};

/// What came of something that was done many times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeated<T> {
    /// The time of all of it together.
    pub elapsed: Duration,
    /// What came of the first time and, where there was one, the first that was another: at most two.
    pub results: Vec<T>,
}

impl<T> Repeated<T> {
    /// The same with what its results become for good, outside of the time.
    ///
    /// # Errors
    /// The first result that cannot be kept.
    pub fn kept<K>(self, keep: impl FnMut(T) -> Result<K, Failure>) -> Result<Repeated<K>, Failure> {
        let results = self.results.into_iter().map(keep).collect::<Result<_, _>>()?;
        Ok(Repeated { elapsed: self.elapsed, results })
    }
}

/// Does something so many times, timed as one, until its result is another one than the first was.
///
/// `once` leaves its result in what it is given, which is what the time before left there, and `result` at first: so nothing need be allocated
/// for it. `same` compares the first with another. It is called after each time and within the time, since a result that nobody looked at may be
/// a wrong one; where there is nothing to compare it should find that out at once.
///
/// # Errors
/// The first failure.
pub fn repeat<R: Clone>(
    iterations: u64,
    mut result: R,
    mut once: impl FnMut(&mut R) -> Result<(), Failure>,
    same: impl Fn(&R, &R) -> bool,
) -> Result<Repeated<R>, Failure> {
    let started = Instant::now();
    once(&mut result)?;
    let first = result.clone();
    for _ in 1..iterations {
        once(&mut result)?;
        if !same(&first, &result) {
            return Ok(Repeated { elapsed: started.elapsed(), results: vec![first, result] });
        }
    }
    Ok(Repeated { elapsed: started.elapsed(), results: vec![first] })
}

/// How much longer everything is to take, in thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slowdown(pub(crate) u32);

impl Slowdown {
    /// Spins for the share of a time that was taken, and says how long both took together.
    fn after(self, took: Duration) -> Duration {
        if self.0 == 0 {
            return took;
        }
        let more = took.mul_f64(f64::from(self.0) / 1000.0);
        let started = Instant::now();
        while started.elapsed() < more {
            std::hint::spin_loop();
        }
        took + started.elapsed()
    }
}

impl<A: Adapter> OpTable<A> {
    pub(crate) fn measure(&mut self, before: &[Op], op: &Op, iterations: u64, slowdown: Slowdown) -> Result<Answer, Failure> {
        if iterations == 0 {
            return Err(Failure::failed("`measure` wants an operation performed at least once"));
        }
        // What watches over a guest takes time too.
        self.adapter.interrupt_at(None);
        if let (true, Op::Invoke { instance, export, args }) = (before.is_empty(), op) {
            let (adapter, store, instance) = self.resident(instance)?;
            let Repeated { elapsed, results } = adapter.invoke_repeatedly(store, instance, export, args, iterations)?;
            return Ok(measured(slowdown.after(elapsed), results.into_iter().map(Answer::Values).collect()));
        }
        let wasm = match op {
            Op::Compile { wasm: Wasm::Path(path), .. } => Some(read(path)?),
            _ => None,
        };
        let mut elapsed = Duration::ZERO;
        let mut answers: Vec<Answer> = Vec::new();
        for _ in 0..iterations {
            for op in before {
                self.perform_one(op)?;
            }
            let (took, answer) = self.timed(op, wasm.as_deref())?;
            elapsed += slowdown.after(took);
            for opened in before.iter().rev().filter_map(opened) {
                self.close(opened)?;
            }
            match answers.first() {
                None => answers.push(answer),
                Some(first) if *first == answer => {}
                Some(_) => {
                    answers.push(answer);
                    break;
                }
            }
        }
        Ok(measured(elapsed, answers))
    }

    /// Performs an operation and times what of it is the runtime's. What it opens is dropped before this returns, outside of the time.
    fn timed(&mut self, op: &Op, wasm: Option<&[u8]>) -> Result<(Duration, Answer), Failure> {
        match op {
            Op::Compile { engine, wasm: given, .. } => {
                let wasm = match (wasm, given) {
                    (Some(wasm), _) => Cow::Borrowed(wasm),
                    (None, Wasm::Base64(bytes)) => Cow::Borrowed(&bytes.0[..]),
                    (None, Wasm::Path(path)) => Cow::Owned(read(path)?),
                };
                let (adapter, engine) = self.with_engine(engine)?;
                let started = Instant::now();
                let compiled = adapter.compile(engine, &wasm)?;
                let took = started.elapsed();
                drop(compiled);
                Ok((took, Answer::Done))
            }
            Op::Serialize { module, .. } => {
                let (adapter, module) = self.with_module(module)?;
                let started = Instant::now();
                let bytes = adapter.serialize(module)?;
                let took = started.elapsed();
                drop(bytes);
                Ok((took, Answer::Done))
            }
            Op::Deserialize { engine, artifact, .. } => {
                let (adapter, engine) = self.with_engine(engine)?;
                let started = Instant::now();
                let compiled = adapter.deserialize(engine, artifact)?;
                let took = started.elapsed();
                drop(compiled);
                Ok((took, Answer::Done))
            }
            Op::Instantiate { store, module, imports, name: None, .. } => {
                let linked = self.linked(store, imports)?;
                let (adapter, store, module) = self.with_store_and_module(store, module)?;
                let started = Instant::now();
                let made = adapter.instantiate(store, module, &linked)?;
                let took = started.elapsed();
                drop(made);
                Ok((took, Answer::Done))
            }
            Op::Invoke { instance, export, args } => {
                let (adapter, store, instance) = self.resident(instance)?;
                let started = Instant::now();
                let results = adapter.invoke(store, instance, export, args)?;
                Ok((started.elapsed(), Answer::Values(results)))
            }
            Op::RunCommand { .. } => {
                let started = Instant::now();
                let answer = self.perform_one(op)?;
                Ok((started.elapsed(), answer))
            }
            _ => {
                Err(Failure::failed("`measure` takes compile, serialize, deserialize, instantiate without a name, invoke and run-command"))
            }
        }
    }
}

fn measured(elapsed: Duration, answers: Vec<Answer>) -> Answer {
    Answer::Measured(Measured { elapsed_ns: u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX), answers })
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| Failure::failed(format!("cannot read {}: {error}", path.display())))
}

/// The handle that an operation opens, where it opens one.
fn opened(op: &Op) -> Option<&str> {
    match op {
        Op::OpenCache { cache, .. } => Some(cache),
        Op::NewEngine { engine, .. } => Some(engine),
        Op::NewStore { store, .. } => Some(store),
        Op::Compile { module, .. } | Op::Deserialize { module, .. } => Some(module),
        Op::NewSharedMemory { memory, .. } => Some(memory),
        // An instance goes with its store.
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_repeated_as_often_as_asked_and_ends_where_it_is_another() {
        let results_of_ten = |other_at: u32| {
            let mut calls = 0;
            let once = |result: &mut bool| {
                calls += 1;
                *result = calls == other_at;
                Ok(())
            };
            repeat(10, false, once, |one, other| one == other).map(|repeated| (repeated.results, calls))
        };
        assert_eq!(results_of_ten(0), Ok((vec![false], 10)));
        assert_eq!(results_of_ten(4), Ok((vec![false, true], 4)), "the fourth was another");
        assert_eq!(results_of_ten(1), Ok((vec![true, false], 2)), "the first was another than all others, and both are told");
    }

    #[test]
    fn what_cannot_be_kept_is_a_failure() {
        let repeated = Repeated { elapsed: Duration::ZERO, results: vec![1, 2] };
        let kept = repeated.kept(|result| if result == 1 { Ok(()) } else { Err(Failure::failed("two")) });
        assert_eq!(kept, Err(Failure::failed("two")));
    }
}
