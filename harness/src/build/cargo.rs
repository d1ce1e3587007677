//! Calling cargo.

use std::{
    collections::VecDeque,
    fs::{self, File},
    io::{BufRead, BufReader, Write},
    os::unix::process::CommandExt as _,
    path::PathBuf,
    process::{Command, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process_group};

use super::{BuildError, BuildNews};
use crate::{root::Root, runtime::Line, worker::Stop};

/// How many of the log's last lines an error quotes.
const QUOTED: usize = 20;

/// Builds a binary of a line and returns the executable in the shared target directory. `more` are cargo's arguments beside those that are
/// the same for all.
pub(super) fn build(
    root: &Root,
    line: &Line,
    bin: &str,
    more: &[&str],
    stop: &Stop,
    news: &mut dyn FnMut(BuildNews),
) -> Result<PathBuf, BuildError> {
    let surroundings = |error: String| BuildError::Surroundings(error);
    let logs = root.target().join("wasmatrix").join("builds");
    let log = logs.join(format!("{}.log", bin));
    let mut log_file = fs::create_dir_all(&logs)
        .and_then(|()| File::create(&log))
        .map_err(|error| surroundings(format!("cannot write {}: {error}", log.display())))?;
    let target = root.target().join("workers");
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .args(["build", "--release", "--locked", "--color", "never", "--manifest-path"])
        .arg(line.folder.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        .args(more)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .process_group(0);
    clear_inherited(&mut command);
    let started = Instant::now();
    news(BuildNews::Started { log: log.clone() });
    let mut child =
        command.spawn().map_err(|error| surroundings(format!("cannot start cargo: {error}; is a Rust toolchain installed?")))?;
    let said = said(child.stderr.take());
    let mut tail = VecDeque::new();
    loop {
        if stop.is_raised() {
            if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
                // Cargo has not been waited for, so the group is still its own; compilers are in it too.
                let _ = kill_process_group(group, Signal::KILL);
            }
            let _ = child.wait();
            return Err(BuildError::Stopped);
        }
        match said.recv_timeout(Duration::from_millis(100)) {
            Ok(line) => {
                // A log that cannot be written must not fail a build that can be done.
                let _ = writeln!(log_file, "{line}");
                news(BuildNews::Progress { line: line.trim().to_owned(), elapsed: started.elapsed() });
                tail.push_back(line);
                if tail.len() > QUOTED {
                    tail.pop_front();
                }
            }
            Err(RecvTimeoutError::Timeout) => news(BuildNews::Progress { line: String::new(), elapsed: started.elapsed() }),
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    let status = child.wait().map_err(|error| surroundings(format!("cannot wait for cargo: {error}")))?;
    news(BuildNews::Finished { elapsed: started.elapsed() });
    if !status.success() {
        return Err(BuildError::Cargo { status: status.to_string(), log, tail: tail.into_iter().collect::<Vec<_>>().join("\n") });
    }
    Ok(target.join("release").join(bin))
}

/// Flags and settings that somebody set for a build of their own must not go into a worker. What names cargo's home, its registries and
/// its network stays: it changes where sources come from, and the lockfile's checksums say what they are.
fn clear_inherited(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let stays = ["CARGO_HOME", "CARGO_REGISTRIES_", "CARGO_REGISTRY_", "CARGO_NET_", "CARGO_HTTP_", "CARGO_SOURCE_"];
        let is_flags = text == "RUSTFLAGS" || text == "RUSTDOCFLAGS" || text.starts_with("RUSTC_");
        if is_flags || (text.starts_with("CARGO_") && !stays.iter().any(|kept| text.starts_with(kept))) {
            command.env_remove(&name);
        }
    }
}

/// What cargo writes, line by line, until it closes its output.
fn said(stderr: Option<impl std::io::Read + Send + 'static>) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let Some(stderr) = stderr else { return };
        for line in BufReader::new(stderr).split(b'\n').map_while(Result::ok) {
            if sender.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                return;
            }
        }
    });
    receiver
}
