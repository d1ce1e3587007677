//! Somebody else's program, called: heard line by line, and killed with whatever it started where it is no longer wanted.

use std::{
    collections::VecDeque,
    io::{self, BufRead as _, BufReader, Read},
    os::unix::process::CommandExt as _,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process_group};

use crate::worker::Stop;

/// How many of a tool's last lines are kept for an error.
const QUOTED: usize = 20;

/// How often the wish to stop is looked at.
const GLANCE: Duration = Duration::from_millis(100);

/// A tool that has ended.
#[derive(Debug)]
pub(crate) struct Called {
    /// How.
    pub(crate) status: ExitStatus,
    /// The last lines of what it wrote to its standard error.
    pub(crate) tail: String,
}

/// Why nobody knows how a tool ended.
#[derive(Debug)]
pub(crate) enum ToolError {
    /// It could not be started.
    NotStarted(io::Error),
    /// It could not be waited for.
    Lost(io::Error),
    /// It was killed when its time was up.
    TooLong,
    /// It was killed because the run is to stop.
    Stopped,
}

/// Calls a tool with nothing to read, and waits for it as long as `patience` says, or for ever. `hear` gets each line of its standard error,
/// and `None` every now and then; its standard output goes nowhere.
pub(crate) fn call(
    command: &mut Command,
    patience: Option<Duration>,
    stop: &Stop,
    hear: &mut dyn FnMut(Option<&str>),
) -> Result<Called, ToolError> {
    let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).process_group(0);
    let started = Instant::now();
    let mut child = command.spawn().map_err(ToolError::NotStarted)?;
    let said = lines(child.stderr.take());
    let mut tail = VecDeque::new();
    loop {
        if stop.is_raised() {
            kill(&mut child);
            return Err(ToolError::Stopped);
        }
        if patience.is_some_and(|patience| started.elapsed() > patience) {
            kill(&mut child);
            return Err(ToolError::TooLong);
        }
        match said.recv_timeout(GLANCE) {
            Ok(line) => {
                hear(Some(&line));
                tail.push_back(line);
                if tail.len() > QUOTED {
                    tail.pop_front();
                }
            }
            Err(RecvTimeoutError::Timeout) => hear(None),
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    let status = child.wait().map_err(ToolError::Lost)?;
    Ok(Called { status, tail: tail.into_iter().collect::<Vec<_>>().join("\n") })
}

fn kill(child: &mut Child) {
    if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        // It has not been waited for, so the group is still its own; what it started is in it too.
        let _ = kill_process_group(group, Signal::KILL);
    }
    let _ = child.wait();
}

/// What is written, line by line, until it is closed.
fn lines(from: Option<impl Read + Send + 'static>) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let Some(from) = from else { return };
        for line in BufReader::new(from).split(b'\n').map_while(Result::ok) {
            if sender.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                return;
            }
        }
    });
    receiver
}
