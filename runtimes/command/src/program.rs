//! One run of the program, from its start to the death of its whole group.

use std::{
    collections::{BTreeMap, VecDeque},
    ffi::{OsStr, OsString},
    fs::{self, File},
    io::{self, Read, Write},
    os::unix::process::CommandExt as _,
    path::Path,
    process::{Command, ExitCode, ExitStatus, Stdio},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use wasmatrix_adapter::{OUTPUT_KEPT, Watchdog};

/// What is passed on of the worker's own environment: folders of its own, and the mark by which the harness finds what a worker started.
const PASSED_ON: [&str; 4] = ["HOME", "TMPDIR", "XDG_CACHE_HOME", "WASMATRIX_WORKER"];

/// The first argument of a worker that is to become the program.
pub(crate) const ON_STAGE: &str = "--become";

/// How much of a stream's end is kept beside its beginning, in bytes: that is where a runtime says why a guest ended.
const TAIL_KEPT: usize = 64 << 10;

/// How long a stream may stay open once the program's group is dead: a process that has left the group may hold it for ever.
const STREAMS_END: Duration = Duration::from_millis(500);

/// How the program is called.
pub(crate) struct Call<'c> {
    pub(crate) program: &'c Path,
    pub(crate) words: Vec<OsString>,
    pub(crate) environment: &'c BTreeMap<String, String>,
    pub(crate) stdin: Vec<u8>,
    /// Where it runs.
    pub(crate) folder: &'c Path,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: Written,
    pub(crate) stderr: Written,
    /// Whether it was killed at the deadline.
    pub(crate) was_interrupted: bool,
}

/// What was written to a stream: its beginning, and its end.
#[derive(Debug, Clone, Default)]
pub(crate) struct Written {
    /// At most [`OUTPUT_KEPT`].
    pub(crate) kept: Vec<u8>,
    tail: VecDeque<u8>,
    all: u64,
}

impl Written {
    fn push(&mut self, bytes: &[u8]) {
        let room = OUTPUT_KEPT - self.kept.len();
        self.kept.extend_from_slice(&bytes[..bytes.len().min(room)]);
        self.tail.extend(&bytes[bytes.len().saturating_sub(TAIL_KEPT)..]);
        self.tail.drain(..self.tail.len().saturating_sub(TAIL_KEPT));
        self.all += bytes.len() as u64;
    }

    /// How many bytes more there were than are kept.
    pub(crate) fn cut(&self) -> u64 {
        self.all - self.kept.len() as u64
    }

    /// What a pattern is looked for in, and where in the stream that begins: all of it, or its end where not all is kept.
    pub(crate) fn searchable(&self) -> (Vec<u8>, u64) {
        match self.cut() {
            0 => (self.kept.clone(), 0),
            _ => (self.tail.iter().copied().collect(), self.all - self.tail.len() as u64),
        }
    }

    /// Splits off what stands there and after it, as text; nothing where no place is given.
    pub(crate) fn split_off(&mut self, at: Option<u64>) -> String {
        let Some(at) = at else { return String::new() };
        let (text, begins) = self.searchable();
        let words = text.get(usize::try_from(at.saturating_sub(begins)).unwrap_or(usize::MAX)..).unwrap_or_default();
        let words = String::from_utf8_lossy(words).into_owned();
        self.kept.truncate(usize::try_from(at).unwrap_or(usize::MAX));
        self.all = at;
        words
    }

    /// Its end as text.
    pub(crate) fn tail(&self) -> String {
        String::from_utf8_lossy(&self.tail.iter().copied().collect::<Vec<_>>()).into_owned()
    }
}

/// Runs the program to its end, or to the deadline.
///
/// # Errors
/// Where it cannot be started.
pub(crate) fn run(call: Call<'_>, watchdog: &Watchdog<Pid>) -> io::Result<Ran> {
    let note = call.folder.join("it could not be started");
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(ON_STAGE).arg(std::process::id().to_string()).arg(&note).arg(call.program).args(&call.words);
    command.current_dir(call.folder).env_clear().envs(call.environment);
    command.envs(PASSED_ON.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let mut child = command.spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // It may end, or close its input, without having read all of it.
        thread::spawn(move || stdin.write_all(&call.stdin));
    }
    let (stdout, stderr) = (Reader::of(child.stdout.take()), Reader::of(child.stderr.take()));
    let group =
        i32::try_from(child.id()).ok().and_then(Pid::from_raw).ok_or_else(|| io::Error::other("the program has no process number"))?;
    // Its status is not taken yet: until then its group cannot become another's.
    let (waited, was_interrupted) = watchdog.watch(group, || wait(group));
    kill(&group);
    let status = child.wait()?;
    waited?;
    if let Ok(error) = fs::read_to_string(&note) {
        return Err(io::Error::other(error));
    }
    Ok(Ran { status, stdout: stdout.end(), stderr: stderr.end(), was_interrupted })
}

/// Kills a program and what it started in its group. One that is gone already is as good as killed.
pub(crate) fn kill(group: &Pid) {
    let _ = kill_process_group(*group, Signal::KILL);
}

/// Waits until a process has ended, and leaves its status where it is.
fn wait(pid: Pid) -> io::Result<()> {
    loop {
        match waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT) {
            Ok(_) => return Ok(()),
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// A thread that reads one of the program's streams.
struct Reader {
    written: Arc<Mutex<Written>>,
    ended: mpsc::Receiver<()>,
}

impl Reader {
    fn of(stream: Option<impl Read + Send + 'static>) -> Self {
        let written = Arc::new(Mutex::new(Written::default()));
        let (ends, ended) = mpsc::channel();
        if let Some(mut stream) = stream {
            let written = Arc::clone(&written);
            thread::spawn(move || {
                let mut buffer = vec![0; 64 << 10];
                // A pipe that cannot be read has ended.
                while let Ok(read @ 1..) = stream.read(&mut buffer) {
                    written.lock().unwrap_or_else(PoisonError::into_inner).push(&buffer[..read]);
                }
                drop(ends);
            });
        }
        Self { written, ended }
    }

    /// What was written until now, once that is all or the time is up.
    fn end(self) -> Written {
        let _ = self.ended.recv_timeout(STREAMS_END);
        self.written.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Becomes the program, in a process whose life is tied to the worker's: a worker that is killed has no time to kill what it runs. That can
/// only be asked for by the process itself, and stays when it becomes another program.
pub(crate) fn become_it(parent: &OsStr, note: &Path, program: &OsStr, words: &[OsString]) -> ExitCode {
    let error = tie_to(parent).err().unwrap_or_else(|| Command::new(program).args(words).exec());
    // The worker takes no status for an answer where this file is.
    let noted = File::create(note).and_then(|mut file| write!(file, "cannot start {}: {error}", Path::new(program).display()));
    if noted.is_err() {
        eprintln!("cannot start {}: {error}", Path::new(program).display());
    }
    ExitCode::from(2)
}

#[cfg(target_os = "linux")]
fn tie_to(parent: &OsStr) -> io::Result<()> {
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    let is_there = rustix::process::getppid().is_some_and(|pid| *pid.as_raw_nonzero().to_string() == *parent);
    if is_there { Ok(()) } else { Err(io::Error::other("the worker is gone")) }
}

#[cfg(not(target_os = "linux"))]
fn tie_to(_parent: &OsStr) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_keeps_its_beginning_and_its_end() {
        let mut written = Written::default();
        for _ in 0..40 {
            written.push(&vec![b'x'; 50_000]);
        }
        written.push(b"words");
        assert_eq!((written.kept.len(), written.cut()), (OUTPUT_KEPT, 2_000_005 - OUTPUT_KEPT as u64));
        let (text, begins) = written.searchable();
        assert_eq!((text.len(), begins), (TAIL_KEPT, 2_000_005 - TAIL_KEPT as u64));
        assert_eq!(written.split_off(Some(2_000_000)), "words");
        assert_eq!(written.cut(), 2_000_000 - OUTPUT_KEPT as u64);
    }
}
