//! A worker's output, read on threads of its own so that a worker that floods one stream blocks nobody.

use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, Read},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
};

/// The longest line that a worker may answer, in bytes. The largest legitimate answers are guest output and memory reads.
const LONGEST_LINE: u64 = 64 << 20;

/// How much of standard error is kept: its end, in bytes.
const STDERR_KEPT: usize = 16 << 10;

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

/// Reads lines into a channel, one ahead at the most.
pub(super) fn lines(output: impl Read + Send + 'static) -> mpsc::Receiver<Heard> {
    let (sender, receiver) = mpsc::sync_channel(1);
    thread::spawn(move || {
        let mut output = BufReader::new(output);
        loop {
            let mut line = Vec::new();
            let heard = match (&mut output).take(LONGEST_LINE).read_until(b'\n', &mut line) {
                Ok(0) | Err(_) => Heard::End,
                Ok(_) if line.pop_if(|last| *last == b'\n').is_some() => Heard::Line(line),
                Ok(length) if length as u64 == LONGEST_LINE => Heard::TooLong(format!("a line of more than {} MiB", LONGEST_LINE >> 20)),
                Ok(_) => Heard::Half(format!("half a line before its output ended: {}", shorten(&line))),
            };
            let is_last = !matches!(heard, Heard::Line(_));
            if sender.send(heard).is_err() || is_last {
                return;
            }
        }
    });
    receiver
}

/// A line as it can be shown.
pub(super) fn shorten(line: &[u8]) -> String {
    const SHOWN: usize = 200;
    let shown = line.get(..SHOWN).unwrap_or(line).escape_ascii().to_string();
    if line.len() > SHOWN { format!("`{shown}…` ({} bytes)", line.len()) } else { format!("`{shown}`") }
}

/// The end of a stream, kept while all of it is drained.
#[derive(Debug, Clone, Default)]
pub(super) struct Tail(Arc<Mutex<VecDeque<u8>>>);

impl Tail {
    /// Drains a stream to its end, on a thread that ends with it.
    pub(super) fn drain(mut stream: impl Read + Send + 'static) -> (Self, thread::JoinHandle<()>) {
        let tail = Self::default();
        let kept = tail.clone();
        let thread = thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = stream.read(&mut buffer) {
                let mut kept = kept.0.lock().unwrap_or_else(PoisonError::into_inner);
                kept.extend(&buffer[..count]);
                let too_much = kept.len().saturating_sub(STDERR_KEPT);
                kept.drain(..too_much);
            }
        });
        (tail, thread)
    }

    /// What is kept, as text.
    pub(super) fn text(&self) -> String {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (one, other) = kept.as_slices();
        String::from_utf8_lossy(&[one, other].concat()).into_owned()
    }
}
