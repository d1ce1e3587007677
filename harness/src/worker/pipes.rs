//! A worker's three pipes, served by whoever waits: nothing blocks, so a worker that does not read or that floods one stream holds up
//! nobody, and no thread stands between a request and its answer.

use std::{
    collections::VecDeque,
    io::{self, ErrorKind, Read, Write},
    process::{Child, ChildStderr, ChildStdin, ChildStdout},
    thread,
    time::Duration,
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::ioctl_fionbio,
};

/// The longest line that a worker may answer, in bytes. The largest legitimate answers are guest output and memory reads.
const LONGEST_LINE: usize = 64 << 20;

/// How much of standard error is kept: its end, in bytes.
const STDERR_KEPT: usize = 16 << 10;

/// How much is taken out of a pipe before the others have their turn, in bytes.
const AT_ONCE: usize = 64 << 10;

/// What came out of a worker's standard output.
#[derive(Debug)]
pub(super) enum Heard {
    /// A line, without its end.
    Line(Vec<u8>),
    /// More than a line may be.
    TooLong(String),
    /// The beginning of a line, and then the end.
    Half(String),
    /// Nothing more will come.
    End,
}

/// The harness's ends.
#[derive(Debug)]
pub(super) struct Pipes {
    requests: Option<ChildStdin>,
    answers: Option<ChildStdout>,
    errors: Option<ChildStderr>,
    /// What the worker was not ready to read yet.
    unsent: VecDeque<u8>,
    /// What has come: up to `given` it was asked for, and from there to `looked_at` there is no end of a line in it.
    heard: Vec<u8>,
    given: usize,
    looked_at: usize,
    /// The end of standard error.
    tail: VecDeque<u8>,
    buffer: Box<[u8]>,
}

impl Pipes {
    /// Takes the pipes of a new worker.
    pub(super) fn of(child: &mut Child) -> io::Result<Self> {
        let pipes = Self {
            requests: child.stdin.take(),
            answers: child.stdout.take(),
            errors: child.stderr.take(),
            unsent: VecDeque::new(),
            heard: Vec::new(),
            given: 0,
            looked_at: 0,
            tail: VecDeque::new(),
            buffer: vec![0; AT_ONCE].into_boxed_slice(),
        };
        let (Some(requests), Some(answers), Some(errors)) = (&pipes.requests, &pipes.answers, &pipes.errors) else {
            return Err(io::Error::other("the worker has not all of its pipes"));
        };
        ioctl_fionbio(requests, true)?;
        ioctl_fionbio(answers, true)?;
        ioctl_fionbio(errors, true)?;
        Ok(pipes)
    }

    /// Puts a line into the queue. A worker that is gone is noticed where its answer is due.
    pub(super) fn send(&mut self, line: &[u8]) {
        self.unsent.extend(line);
        // What is sent far ahead need not wait until somebody waits.
        if self.unsent.len() >= AT_ONCE {
            self.write();
        }
    }

    /// Ends the worker's input; what it has not taken until now it will not get.
    pub(super) fn end_requests(&mut self) {
        self.requests = None;
        self.unsent.clear();
    }

    /// What has come already, one line at a time.
    pub(super) fn next(&mut self) -> Option<Heard> {
        let unseen = self.heard.get(self.looked_at..).unwrap_or_default();
        if let Some(length) = unseen.iter().position(|byte| *byte == b'\n') {
            let end = self.looked_at + length;
            let line = self.heard.get(self.given..end).unwrap_or_default().to_vec();
            self.given = end + 1;
            self.looked_at = self.given;
            return Some(Heard::Line(line));
        }
        self.heard.drain(..self.given);
        self.given = 0;
        self.looked_at = self.heard.len();
        if self.looked_at >= LONGEST_LINE {
            return Some(Heard::TooLong(format!("a line of more than {} MiB", LONGEST_LINE >> 20)));
        }
        if self.answers.is_some() {
            return None;
        }
        self.looked_at = 0;
        let rest = std::mem::take(&mut self.heard);
        Some(if rest.is_empty() { Heard::End } else { Heard::Half(format!("half a line before its output ended: {}", shorten(&rest))) })
    }

    /// Waits until one of the pipes is ready, at most so long, and moves what can be moved.
    pub(super) fn wait(&mut self, at_most: Duration) {
        self.write();
        let mut ready = Vec::with_capacity(3);
        let answers = self.answers.as_ref().filter(|_| !self.is_full());
        let (asks_for_answers, asks_for_errors) = (answers.is_some(), self.errors.is_some());
        ready.extend(answers.map(|answers| PollFd::new(answers, PollFlags::IN)));
        ready.extend(self.errors.as_ref().map(|errors| PollFd::new(errors, PollFlags::IN)));
        ready.extend(self.requests.as_ref().filter(|_| !self.unsent.is_empty()).map(|requests| PollFd::new(requests, PollFlags::OUT)));
        if ready.is_empty() {
            thread::sleep(at_most);
            return;
        }
        // An interrupted wait is one that was shorter.
        let _ = poll(&mut ready, Timespec::try_from(at_most).ok().as_ref());
        // In the order in which they were put in; that one was left out means that it has nothing to say either.
        let mut said = ready.iter().map(|one| !one.revents().is_empty());
        let has_answers = asks_for_answers && said.next() == Some(true);
        let has_errors = asks_for_errors && said.next() == Some(true);
        drop(ready);
        if has_answers {
            self.hear();
        }
        if has_errors {
            self.keep_errors();
        }
    }

    /// Moves what can be moved without waiting.
    pub(super) fn serve(&mut self) {
        self.write();
        self.hear();
        self.keep_errors();
    }

    /// Whether more has come than is kept until somebody asks for it.
    fn is_full(&self) -> bool {
        self.heard.len() - self.given >= LONGEST_LINE
    }

    fn hear(&mut self) {
        if self.is_full() {
            return;
        }
        let Some(answers) = &mut self.answers else { return };
        if is_at_its_end(take(answers, &mut self.buffer, |bytes| self.heard.extend_from_slice(bytes))) {
            self.answers = None;
        }
    }

    fn keep_errors(&mut self) {
        let Some(errors) = &mut self.errors else { return };
        let tail = &mut self.tail;
        let keep = |bytes: &[u8]| {
            tail.extend(bytes);
            tail.drain(..tail.len().saturating_sub(STDERR_KEPT));
        };
        if is_at_its_end(take(errors, &mut self.buffer, keep)) {
            self.errors = None;
        }
    }

    fn write(&mut self) {
        let Some(requests) = &mut self.requests else { return };
        while !self.unsent.is_empty() {
            match requests.write(self.unsent.as_slices().0) {
                Ok(count) => drop(self.unsent.drain(..count)),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(_) => return self.end_requests(),
            }
        }
    }

    /// Whether the worker's standard error has ended.
    pub(super) fn errors_ended(&self) -> bool {
        self.errors.is_none()
    }

    /// The end of standard error, as text.
    pub(super) fn stderr(&self) -> String {
        let (one, other) = self.tail.as_slices();
        String::from_utf8_lossy(&[one, other].concat()).into_owned()
    }
}

/// Takes what is there, but no more than has its turn.
fn take(pipe: &mut impl Read, buffer: &mut [u8], mut keep: impl FnMut(&[u8])) -> io::Result<usize> {
    loop {
        match pipe.read(buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Ok(count) => {
                keep(&buffer[..count]);
                return Ok(count);
            }
            error => return error,
        }
    }
}

fn is_at_its_end(taken: io::Result<usize>) -> bool {
    taken.map_or_else(|error| error.kind() != ErrorKind::WouldBlock, |count| count == 0)
}

/// A line as it can be shown.
pub(super) fn shorten(line: &[u8]) -> String {
    const SHOWN: usize = 200;
    let shown = line.get(..SHOWN).unwrap_or(line).escape_ascii().to_string();
    if line.len() > SHOWN { format!("`{shown}…` ({} bytes)", line.len()) } else { format!("`{shown}`") }
}
