//! The serve loop: a worker's whole life.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Write},
    time::{Duration, Instant},
};

use rustix::{io::fcntl_dupfd_cloexec, stdio};

use crate::{Adapter, OpTable, Reply, Request, Response};

/// The variant that this worker was started as: the word after `--variant`.
///
/// # Errors
/// A usage text, where there is none.
pub fn requested_variant() -> Result<String, String> {
    let mut arguments = std::env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next(), arguments.next()) {
        (Some("--variant"), Some(variant), None) => Ok(variant),
        _ => Err("usage: WORKER --variant NAME, then one request a line on standard input (see runtimes/README.md)".to_owned()),
    }
}

/// How much room is kept for the next line, in bytes. A longer one is rare, and would count as the guest's memory for ever.
const ROOM_KEPT: usize = 1 << 20;

/// The protocol's pipes, out of the guest's reach.
#[derive(Debug)]
pub struct ProtocolPipes {
    /// Where requests come from.
    pub requests: BufReader<File>,
    /// Where answers go.
    pub answers: File,
    /// The last request's line, and the last answer's.
    asked: String,
    said: Vec<u8>,
}

impl ProtocolPipes {
    /// Moves the protocol away from descriptors 0 and 1: standard input becomes empty and standard output becomes standard
    /// error, so that nothing a guest or a runtime prints can be taken for an answer. On Linux it also ties this process's life to
    /// its parent's.
    ///
    /// # Errors
    /// Where the descriptors cannot be duplicated.
    pub fn take() -> io::Result<Self> {
        #[cfg(target_os = "linux")]
        rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
        let requests = File::from(fcntl_dupfd_cloexec(stdio::stdin(), 3)?);
        let answers = File::from(fcntl_dupfd_cloexec(stdio::stdout(), 3)?);
        stdio::dup2_stdin(File::open("/dev/null")?)?;
        stdio::dup2_stdout(stdio::stderr())?;
        Ok(Self { requests: BufReader::new(requests), answers, asked: String::new(), said: Vec::new() })
    }

    /// The next request; `None` at the end of the input.
    ///
    /// # Errors
    /// Where the pipe fails, or the line is not a request.
    pub fn next_request(&mut self) -> io::Result<Option<Request>> {
        self.asked.clear();
        self.asked.shrink_to(ROOM_KEPT);
        if self.requests.read_line(&mut self.asked)? == 0 {
            return Ok(None);
        }
        let line = self.asked.trim_end();
        serde_json::from_str(line).map(Some).map_err(|error| io::Error::other(format!("not a request: {error}: {line}")))
    }

    /// Writes an answer as one line, at once: the first request without an answer is where a worker died.
    ///
    /// # Errors
    /// Where the pipe fails.
    pub fn answer(&mut self, response: &Response) -> io::Result<()> {
        self.said.clear();
        self.said.shrink_to(ROOM_KEPT);
        serde_json::to_writer(&mut self.said, response)?;
        self.said.push(b'\n');
        self.answers.write_all(&self.said)
    }
}

/// Answers requests until the input ends.
///
/// # Errors
/// Where the protocol's pipes fail or a line is not a request; a worker that returns this should print it and exit.
pub fn serve<A: Adapter>(adapter: A) -> io::Result<()> {
    let mut pipes = ProtocolPipes::take()?;
    let mut table = OpTable::new(adapter);
    while let Some(request) = pipes.next_request()? {
        let response = respond(&mut table, &request);
        pipes.answer(&response)?;
    }
    Ok(())
}

/// Performs a request and times it.
pub fn respond<A: Adapter>(table: &mut OpTable<A>, request: &Request) -> Response {
    let started = Instant::now();
    // A deadline that no clock can hold is none.
    let deadline = request.deadline_ms.and_then(|after| started.checked_add(Duration::from_millis(after)));
    let result = table.perform(&request.op, deadline);
    let busy_ns = u64::try_from(started.elapsed().as_nanos()).unwrap_or(u64::MAX);
    let reply = match result {
        Ok(answer) => Reply::Ok(answer),
        Err(failure) => Reply::Failed(failure),
    };
    Response { id: request.id, busy_ns, reply }
}
