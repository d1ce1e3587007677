//! A worker process in which something is ready to be measured.

use std::{fs, time::Duration};

use wasmatrix_adapter::{Answer, CacheStatistics, FailureKind, Measured, Op, Purpose, Reply};
use wasmatrix_reports::{CacheSeen, CacheUse};

use super::{Requests, requests};
use crate::{
    judge::{SessionEnd, holds},
    prepare::Prepared,
    session::{FilesThere, Scratch},
    suite::{Case, Measure},
    worker::{Exchange, Limits, Stop, Worker},
};

/// What is measured, and on whom.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'s> {
    /// The case.
    pub case: &'s Case,
    /// One of what it measures.
    pub measure: &'s Measure,
    /// The runtime.
    pub prepared: &'s Prepared,
    /// By how many thousandths its worker is to be slower than it is, for the proof; 0 for what is to be known.
    pub slowed_permille: u32,
}

/// Why there is no sample, and can be none from this process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lost {
    /// The run is to stop.
    Stopped,
    /// The worker died, hung, or broke its protocol.
    Worker(String),
    /// The runtime says that it cannot.
    Unsupported(String),
    /// It takes longer than there is time.
    TooLong(String),
    /// An operation failed, or something about this machine.
    Failed(String),
}

/// What one request brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sample {
    /// The time of all iterations together.
    Timed(Duration),
    /// An answer that is not what the case expects, and no time.
    Wrong(String),
}

/// A process in which something is ready to be measured.
#[derive(Debug)]
pub struct Ready<'s> {
    subject: Subject<'s>,
    requests: Requests,
    worker: Worker,
    told: u64,
    limits: Limits,
    // Hold the files of the case; go after the worker.
    _scratch: Scratch,
    _folder: tempfile::TempDir,
}

impl<'s> Ready<'s> {
    /// Starts a process and opens in it what is to be measured.
    ///
    /// # Errors
    /// Where something of that fails, or there is no way to.
    pub fn open(subject: Subject<'s>, purpose: Purpose, limits: &Limits, stop: &Stop) -> Result<Self, Lost> {
        let Subject { case, measure, prepared, .. } = subject;
        let failed = |error: &dyn std::fmt::Display| Lost::Failed(format!("cannot prepare its files: {error}"));
        let folder = tempfile::Builder::new().prefix("wasmatrix-measure-").tempdir().map_err(|error| failed(&error))?;
        let scratch = Scratch::lasting(&folder.path().join("case"), case).map_err(|error| failed(&error))?;
        let requests = requests(case, measure, scratch.folder(), purpose).map_err(Lost::Failed)?;
        let command = &prepared.command;
        let worker =
            Worker::start(command).map_err(|error| Lost::Failed(format!("cannot start {}: {error}", command.program.display())))?;
        let limits = limits.with_time(case.deadline);
        let mut ready = Self { subject, requests, worker, told: 0, limits, _scratch: scratch, _folder: folder };
        for op in ready.requests.preamble.clone() {
            ready.want(&op, stop)?;
        }
        if ready.requests.must_hit.is_some() {
            ready.must_hit(stop)?;
        }
        // What opening took is not what measuring takes.
        ready.worker.forget_peak();
        Ok(ready)
    }

    /// What is asked.
    pub fn requests(&self) -> &Requests {
        &self.requests
    }

    /// Takes a sample of so many iterations.
    ///
    /// # Errors
    /// Where there is none, and this process has no more.
    pub fn sample(&mut self, iterations: u64, stop: &Stop) -> Result<Sample, Lost> {
        let slowed = self.subject.slowed_permille;
        let op = Op::Measure {
            before: self.requests.before.clone(),
            op: Box::new(self.requests.op.clone()),
            iterations,
            slowed_permille: (slowed > 0).then_some(slowed),
        };
        let Measured { elapsed_ns, answers } = match self.ask(&op, stop)? {
            Reply::Ok(Answer::Measured(measured)) => measured,
            other => return Err(refused(&other)),
        };
        if answers.is_empty() {
            return Err(Lost::Worker("it broke the protocol: what it measured has no answer".to_owned()));
        }
        let step = self.requests.judged_by.and_then(|step| self.subject.case.steps.get(step));
        for answer in &answers {
            let held = step.map_or(Ok(()), |step| holds(step, &Reply::Ok(answer.clone())));
            if let Err(why) = held {
                return Ok(Sample::Wrong(why));
            }
        }
        if answers.len() > 1 {
            return Ok(Sample::Wrong("the answer was not the same every time".to_owned()));
        }
        Ok(Sample::Timed(Duration::from_nanos(elapsed_ns)))
    }

    /// The most memory that the process had resident since it was ready, in bytes; `None` where nobody can say, or the runtime is another process
    /// behind the worker.
    pub fn peak_resident(&self) -> Option<u64> {
        let is_behind = self.subject.prepared.receipt().is_some_and(|receipt| receipt.rest_said_by.is_some());
        if is_behind { None } else { self.worker.peak_resident() }
    }

    /// The number of the process.
    pub fn process(&self) -> Option<u32> {
        self.worker.process()
    }

    /// The size of the artifact that the module was serialized to, in bytes.
    pub fn artifact_bytes(&self) -> Option<u64> {
        self.requests.artifact.as_ref().and_then(|path| fs::metadata(path).ok()).map(|data| data.len())
    }

    /// Asks something and wants it to succeed.
    pub(super) fn want(&mut self, op: &Op, stop: &Stop) -> Result<Answer, Lost> {
        match self.ask(op, stop)? {
            Reply::Ok(answer) => Ok(answer),
            refusal @ Reply::Failed(_) => Err(refused(&refusal)),
        }
    }

    pub(super) fn ask(&mut self, op: &Op, stop: &Stop) -> Result<Reply, Lost> {
        self.told += 1;
        match self.worker.exchange(self.told, op, &self.limits, stop) {
            Exchange::Answered(response) => Ok(response.reply),
            Exchange::Stopped => Err(Lost::Stopped),
            Exchange::Ended(end) => Err(Lost::Worker(match end {
                SessionEnd::Completed => "the worker went".to_owned(),
                SessionEnd::Died(how) => format!("the worker died: {how}"),
                SessionEnd::Hung(how) => format!("no answer: {how}"),
                SessionEnd::Broken(what) => format!("it broke the protocol: {what}"),
                SessionEnd::Overlimit(what) => what,
            })),
        }
    }

    /// Compiles with what is in the cache, and makes sure that it was found there.
    fn must_hit(&mut self, stop: &Stop) -> Result<(), Lost> {
        let Some(must) = self.requests.must_hit.clone() else { return Ok(()) };
        for op in &must.opens {
            self.want(op, stop)?;
        }
        let files = FilesThere::below(&must.dir);
        let before = self.counted(&must.counts, stop)?;
        self.want(&must.compile, stop)?;
        let after = self.counted(&must.counts, stop)?;
        let directory = Some(files.until(&FilesThere::below(&must.dir)));
        let counted = before.zip(after).map(|(before, after)| CacheStatistics {
            hits: after.hits.saturating_sub(before.hits),
            misses: after.misses.saturating_sub(before.misses),
        });
        for op in &must.closes {
            self.want(op, stop)?;
        }
        match (CacheSeen { counted, directory }).shows() {
            CacheUse::Hit => Ok(()),
            CacheUse::Unused => Err(Lost::Unsupported("it keeps nothing in the directory of its cache".to_owned())),
            CacheUse::Miss | CacheUse::Unknown => {
                Err(Lost::Failed("the module was compiled with a cache that had it already, and was not found there".to_owned()))
            }
        }
    }

    fn counted(&mut self, op: &Op, stop: &Stop) -> Result<Option<CacheStatistics>, Lost> {
        Ok(match self.ask(op, stop)? {
            Reply::Ok(Answer::CacheStatistics(counted)) => Some(counted),
            _ => None,
        })
    }
}

fn refused(reply: &Reply) -> Lost {
    match reply {
        Reply::Failed(failure) if matches!(failure.kind, FailureKind::Unsupported(_)) => Lost::Unsupported(failure.text.clone()),
        Reply::Failed(failure) if failure.text.is_empty() => Lost::Failed(failure.kind.to_string()),
        Reply::Failed(failure) => Lost::Failed(format!("{}: {}", failure.kind, failure.text)),
        Reply::Ok(answer) => Lost::Worker(format!("it broke the protocol: it answered {answer:?}")),
    }
}

impl Lost {
    /// In words; nothing where the run is to stop.
    pub fn why(&self) -> &str {
        match self {
            Self::Stopped => "",
            Self::Worker(why) | Self::Unsupported(why) | Self::TooLong(why) | Self::Failed(why) => why,
        }
    }
}
