//! A runtime's own script runner as a process: a script a line goes in, its verdicts a line come out.

use std::{
    collections::BTreeSet,
    io::{BufRead as _, BufReader, Write as _},
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process_group};
use serde::{Deserialize, Serialize};
use wasmatrix_adapter::Capability;

use crate::worker::Stop;

/// The runner's verdict on a directive; what its fields mean is said in `wasmatrix_adapter::native_wast`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct NativeVerdict {
    /// Where it begins; the first line is 1.
    pub line: u64,
    /// Whether the runner is content.
    pub passed: bool,
    /// Whether it asked its runtime.
    pub asked: bool,
    /// Its words.
    pub error: Option<String>,
}

/// What the runner says of a script.
#[derive(Debug)]
pub enum FileAnswer {
    /// Its verdicts, in the script's order.
    Judged(Vec<NativeVerdict>),
    /// None, for this reason: it died, or took too long.
    None(String),
    /// The run is to stop.
    Stopped,
}

/// A runner that is started when it is needed, and again after a script that killed it.
#[derive(Debug)]
pub struct NativeRunner {
    program: PathBuf,
    variant: String,
    /// How long a script may take.
    patience: Duration,
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    child: Child,
    scripts: ChildStdin,
    answers: Receiver<String>,
}

#[derive(Serialize)]
struct Script<'s> {
    name: &'s str,
    path: &'s Path,
    features: Option<&'s BTreeSet<Capability>>,
}

#[derive(Deserialize)]
struct Judged {
    directives: Vec<NativeVerdict>,
}

impl NativeRunner {
    /// A runner of this variant. Nothing is started yet.
    pub fn new(program: PathBuf, variant: &str, patience: Duration) -> Self {
        Self { program, variant: variant.to_owned(), patience, running: None }
    }

    /// What it says of a script.
    pub fn verdicts(&mut self, name: &str, path: &Path, features: Option<&BTreeSet<Capability>>, stop: &Stop) -> FileAnswer {
        match self.ask(name, path, features, stop) {
            Ok(Some(directives)) => FileAnswer::Judged(directives),
            Ok(None) => FileAnswer::Stopped,
            Err(reason) => {
                // Whatever it was, the next script gets a process that has not seen it.
                self.running = None;
                FileAnswer::None(reason)
            }
        }
    }

    fn ask(
        &mut self,
        name: &str,
        path: &Path,
        features: Option<&BTreeSet<Capability>>,
        stop: &Stop,
    ) -> Result<Option<Vec<NativeVerdict>>, String> {
        let mut running = match self.running.take() {
            Some(running) => running,
            None => Running::start(&self.program, &self.variant)?,
        };
        let mut line = serde_json::to_vec(&Script { name, path, features }).map_err(|error| error.to_string())?;
        line.push(b'\n');
        // One that has died says so by its missing answer.
        let _ = running.scripts.write_all(&line);
        let started = Instant::now();
        let answer = loop {
            match running.answers.recv_timeout(Duration::from_millis(100)) {
                Ok(answer) => break answer,
                Err(RecvTimeoutError::Timeout) if stop.is_raised() => return Ok(None),
                Err(RecvTimeoutError::Timeout) if started.elapsed() > self.patience => {
                    return Err(format!("no answer in {} s", self.patience.as_secs()));
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(running.ended()),
            }
        };
        let judged: Judged = serde_json::from_str(&answer).map_err(|error| format!("its answer is none: {error}"))?;
        self.running = Some(running);
        Ok(Some(judged.directives))
    }
}

impl Running {
    fn start(program: &Path, variant: &str) -> Result<Self, String> {
        let mut child = Command::new(program)
            .args(["verdicts", "--variant", variant])
            // A backtrace would be among the words that the crates compare; the runners refuse to start with one.
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // The scripts' prints.
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .map_err(|error| format!("cannot start {}: {error}", program.display()))?;
        let (Some(scripts), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("it has no standard streams".to_owned());
        };
        let (sender, answers) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Ok(Self { child, scripts, answers })
    }

    fn ended(&mut self) -> String {
        self.child.wait().map_or_else(|error| error.to_string(), |status| format!("it ended: {status}"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Nobody has waited for it unless it has ended, and then there is no group of this number for a while.
        if let (Ok(None), Some(group)) = (self.child.try_wait(), i32::try_from(self.child.id()).ok().and_then(Pid::from_raw)) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    /// Answers like a runner, but for scripts that are named after what they do to it.
    const RUNNER: &str = r#"#!/bin/sh
while read -r line; do
  case "$line" in
    *dies*) exit 3 ;;
    *hangs*) sleep 60 ;;
    *babbles*) echo '[]' ;;
    *) echo '{"name": "x", "directives": [{"line": 7, "kind": "module", "passed": true, "asked": true, "error": null}]}' ;;
  esac
done
"#;

    #[test]
    fn a_script_that_kills_the_runner_takes_no_other_with_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let program = folder.path().join("runner");
        std::fs::write(&program, RUNNER).expect("it can be written");
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("it can be made executable");
        let mut runner = NativeRunner::new(program, "default", Duration::from_secs(1));
        for (name, reason) in [("dies", "it ended: "), ("hangs", "no answer in 1 s"), ("babbles", "its answer is none")] {
            match runner.verdicts(name, Path::new("x.wast"), None, &Stop::default()) {
                FileAnswer::None(said) => assert!(said.starts_with(reason), "{said}"),
                other => panic!("{name}: {other:?}"),
            }
            let after = runner.verdicts("well", Path::new("x.wast"), None, &Stop::default());
            assert!(matches!(&after, FileAnswer::Judged(verdicts) if verdicts[0].line == 7), "after {name}: {after:?}");
        }
    }
}
