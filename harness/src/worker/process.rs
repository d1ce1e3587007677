//! One worker process, from its start to the death of its whole group.

use std::{
    ffi::OsString,
    fs, io,
    os::unix::process::{CommandExt as _, ExitStatusExt as _},
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use serde::Serialize;
use tempfile::TempDir;
use wasmatrix_adapter::{Op, Response};

use super::{
    Stop,
    pipes::{Heard, Pipes, shorten},
    strays,
};
use crate::judge::SessionEnd;

/// How often a wait looks up: whether it should stop, and how large the worker has become.
const GLANCE: Duration = Duration::from_millis(20);

/// The environment variable by which a worker's descendants are known.
const MARK: &str = "WASMATRIX_WORKER";

/// How to start a worker.
#[derive(Debug, Clone)]
pub struct WorkerCommand {
    /// The executable.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
}

/// A running worker. Dropping it kills its process group, whatever state it is in.
#[derive(Debug)]
pub struct Worker {
    child: Child,
    pipes: Pipes,
    /// Set once the child was waited for: from then on its number may belong to somebody else.
    status: Option<ExitStatus>,
    /// In the environment of the worker and of whatever it starts.
    mark: String,
    cells: u64,
    /// Added to the numbers of requests, so that no answer of an earlier cell can be taken for one of a later.
    offset: u64,
    /// The request that is being written, kept for its room.
    line: Vec<u8>,
    /// When its resident memory was looked at.
    looked_at: Instant,
    // Where it runs; goes after it.
    _folder: TempDir,
}

/// What a worker has left, once its request's deadline has passed, to interrupt its guest and to say so.
pub const GRACE: Duration = Duration::from_secs(1);

/// What a worker may use up.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The time for one request, which the worker is told. A worker that has not answered [`GRACE`] later is killed.
    pub deadline: Duration,
    /// Resident memory in bytes, looked at while an answer is due. (An address-space limit would break runtimes that reserve gigabytes.)
    pub memory: u64,
}

impl Limits {
    /// The same with at least this time for one request.
    pub fn with_time(&self, least: Option<Duration>) -> Self {
        Self { deadline: self.deadline.max(least.unwrap_or_default()), ..*self }
    }

    fn kill_after(&self) -> Duration {
        self.deadline.saturating_add(GRACE)
    }
}

impl Limits {
    /// A request with its number and its deadline, as a worker is sent it: a [`wasmatrix_adapter::Request`] that borrows its operation.
    pub fn told<'o>(&self, id: u64, op: &'o Op) -> impl Serialize + use<'o> {
        #[derive(Serialize)]
        struct Told<'o> {
            id: u64,
            #[serde(skip_serializing_if = "Option::is_none")]
            deadline_ms: Option<u64>,
            op: &'o Op,
        }
        Told { id, deadline_ms: u64::try_from(self.deadline.as_millis()).ok(), op }
    }
}

impl Default for Limits {
    /// 10 seconds and 1 GiB.
    fn default() -> Self {
        Self { deadline: Duration::from_secs(10), memory: 1 << 30 }
    }
}

/// What came of sending a request.
#[derive(Debug)]
pub enum Exchange {
    /// An answer to this request.
    Answered(Box<Response>),
    /// There will be none.
    Ended(SessionEnd),
    /// The run is to stop.
    Stopped,
}

impl Worker {
    /// Starts a worker in a folder of its own. Its environment is built from nothing, so that a cell is the same for everybody.
    ///
    /// # Errors
    /// Where the operating system refuses.
    pub fn start(command: &WorkerCommand) -> io::Result<Self> {
        static STARTED: AtomicU64 = AtomicU64::new(0);
        let temporary = tempfile::Builder::new().prefix("wasmatrix-worker-").tempdir()?;
        let folder = temporary.path();
        for part in ["home", "tmp", "cache"] {
            fs::create_dir(folder.join(part))?;
        }
        let mark = format!("{}-{}", std::process::id(), STARTED.fetch_add(1, Ordering::Relaxed));
        let mut child = Command::new(&command.program)
            .args(&command.arguments)
            .current_dir(folder)
            .env_clear()
            .env("HOME", folder.join("home"))
            .env("TMPDIR", folder.join("tmp"))
            .env("XDG_CACHE_HOME", folder.join("cache"))
            .env("RUST_BACKTRACE", "0")
            .env(MARK, &mark)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()?;
        let pipes = Pipes::of(&mut child)?;
        Ok(Self { child, pipes, status: None, mark, cells: 0, offset: 0, line: Vec::new(), looked_at: Instant::now(), _folder: temporary })
    }

    /// How many cells it has served.
    pub fn cells(&self) -> u64 {
        self.cells
    }

    /// It has served one more, with so many requests.
    pub fn served(&mut self, requests: u64) {
        self.cells += 1;
        self.offset += requests;
    }

    /// Sends a request and waits for its answer.
    pub fn exchange(&mut self, id: u64, op: &Op, limits: &Limits, stop: &Stop) -> Exchange {
        self.send(id, op, limits);
        self.answer(id, limits, stop)
    }

    /// Sends a request. Answers come in the order of the requests, so many can be sent before the first answer is awaited.
    pub fn send(&mut self, id: u64, op: &Op, limits: &Limits) {
        self.line.clear();
        let told = limits.told(id + self.offset, op);
        // Writing to memory cannot fail, and a request is always JSON; what could not be sent would be a missing answer.
        if serde_json::to_writer(&mut self.line, &told).is_ok() {
            self.line.push(b'\n');
            self.pipes.send(&self.line);
        }
    }

    /// Waits for the next answer, which is the one to the request of this number. Its time starts now, with the answer before it behind us.
    pub fn answer(&mut self, id: u64, limits: &Limits, stop: &Stop) -> Exchange {
        let deadline = limits.kill_after();
        let started = Instant::now();
        loop {
            match self.pipes.next() {
                None => {}
                Some(Heard::Line(line)) => return self.answered(id, &line),
                Some(Heard::TooLong(what)) => {
                    self.kill();
                    return Exchange::Ended(SessionEnd::Broken(what));
                }
                Some(Heard::Half(what)) => {
                    // Half a line may be all that a dying worker got out; its death says more.
                    return Exchange::Ended(match self.wait(Duration::from_millis(500), stop) {
                        Some(status) if !status.success() => SessionEnd::Died(in_words(status)),
                        _ => SessionEnd::Broken(what),
                    });
                }
                Some(Heard::End) => return Exchange::Ended(self.after_the_end(deadline, stop)),
            }
            if stop.is_raised() {
                return Exchange::Stopped;
            }
            let left = deadline.saturating_sub(started.elapsed());
            if left.is_zero() {
                self.kill();
                return Exchange::Ended(SessionEnd::Hung(format!("killed after {:.1} s", deadline.as_secs_f64())));
            }
            if let Some(resident) = self.resident_now_and_then().filter(|resident| *resident > limits.memory) {
                self.kill();
                let (resident, limit) = (resident >> 20, limits.memory >> 20);
                return Exchange::Ended(SessionEnd::Overlimit(format!("killed with {resident} MiB resident, limit {limit} MiB")));
            }
            self.pipes.wait(left.min(GLANCE));
        }
    }

    /// The number of the process.
    pub fn process(&self) -> Option<u32> {
        self.status.is_none().then(|| self.child.id())
    }

    /// The most memory that it had resident since it was started or its peak was forgotten, in bytes; without what it has started.
    pub fn peak_resident(&self) -> Option<u64> {
        self.pid().and_then(strays::peak_resident)
    }

    /// Lets its peak begin anew, where the operating system can.
    pub fn forget_peak(&self) {
        if let Some(pid) = self.pid() {
            strays::forget_peak(pid);
        }
    }

    /// Its resident memory in bytes, where it was not looked at just now.
    fn resident_now_and_then(&mut self) -> Option<u64> {
        if self.looked_at.elapsed() < GLANCE {
            return None;
        }
        self.looked_at = Instant::now();
        self.pid().and_then(strays::resident)
    }

    fn answered(&mut self, id: u64, line: &[u8]) -> Exchange {
        let wanted = id + self.offset;
        match serde_json::from_slice::<Response>(line) {
            Ok(response) if response.id == wanted => Exchange::Answered(Box::new(response)),
            Ok(response) => Exchange::Ended(SessionEnd::Broken(format!("an answer to request {} instead of {wanted}", response.id))),
            Err(error) => Exchange::Ended(SessionEnd::Broken(format!("a line that is not an answer: {}: {error}", shorten(line)))),
        }
    }

    /// The worker's output has ended although an answer was due: what became of it?
    fn after_the_end(&mut self, deadline: Duration, stop: &Stop) -> SessionEnd {
        match self.wait(deadline.min(Duration::from_secs(2)), stop) {
            Some(status) => SessionEnd::Died(in_words(status)),
            None => SessionEnd::Broken("it closed its output and lives on".to_owned()),
        }
    }

    /// Tells the worker that there is nothing more, and waits for it to go. `None`: the run is to stop.
    pub fn finish(&mut self, limits: &Limits, stop: &Stop) -> Option<SessionEnd> {
        let deadline = limits.deadline;
        self.pipes.end_requests();
        let end = match self.wait(deadline, stop) {
            Some(status) if status.success() => {
                self.pipes.serve();
                match self.pipes.next() {
                    Some(Heard::Line(line)) => SessionEnd::Broken(format!("an answer that nobody asked for: {}", shorten(&line))),
                    Some(Heard::TooLong(what) | Heard::Half(what)) => SessionEnd::Broken(what),
                    Some(Heard::End) | None => SessionEnd::Completed,
                }
            }
            Some(status) => SessionEnd::Died(in_words(status)),
            None => {
                self.kill();
                SessionEnd::Hung(format!("killed {:.1} s after it was told to go", deadline.as_secs_f64()))
            }
        };
        if stop.is_raised() { None } else { Some(end) }
    }

    /// The end of what the worker wrote to its standard error; kills what is left of it, so that there is an end.
    pub fn stderr(&mut self) -> String {
        self.kill();
        // A process that left the group may hold the pipe open for ever; what was read until now is enough then.
        let started = Instant::now();
        while !self.pipes.errors_ended() && started.elapsed() < Duration::from_millis(500) {
            self.pipes.wait(Duration::from_millis(1));
        }
        self.pipes.stderr()
    }

    /// Waits for the worker to go, and then for what it leaves behind in its group.
    fn wait(&mut self, at_most: Duration, stop: &Stop) -> Option<ExitStatus> {
        let started = Instant::now();
        let mut pause = Duration::from_micros(100);
        while !self.has_ended() {
            if started.elapsed() >= at_most || stop.is_raised() {
                return None;
            }
            // It may have something left to say, and nobody else listens.
            self.pipes.wait(pause);
            pause = (pause * 2).min(Duration::from_millis(10));
        }
        self.kill();
        self.status
    }

    /// Whether the worker has ended, without taking its status: until that is taken its process group cannot become another's.
    fn has_ended(&self) -> bool {
        let looks = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        self.status.is_some() || self.pid().is_none_or(|pid| waitid(WaitId::Pid(pid), looks).is_ok_and(|status| status.is_some()))
    }

    fn pid(&self) -> Option<Pid> {
        i32::try_from(self.child.id()).ok().and_then(Pid::from_raw)
    }

    fn kill(&mut self) {
        if self.status.is_some() {
            return;
        }
        if let Some(group) = self.pid() {
            // A group that is gone already is as good as killed.
            let _ = kill_process_group(group, Signal::KILL);
        }
        // What has left the group carries the mark; a process that has also wiped its environment gets away.
        strays::kill(MARK, &self.mark);
        self.status = self.child.wait().ok();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.kill();
    }
}

/// `killed by signal 11 (SIGSEGV)`, `exit status 3`.
fn in_words(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit status {code}"),
        (None, Some(signal)) => {
            let name = match signal {
                4 => " (SIGILL)",
                6 => " (SIGABRT)",
                7 => " (SIGBUS)",
                8 => " (SIGFPE)",
                9 => " (SIGKILL)",
                11 => " (SIGSEGV)",
                15 => " (SIGTERM)",
                _ => "",
            };
            format!("killed by signal {signal}{name}")
        }
        (None, None) => status.to_string(),
    }
}
