//! The command line as a person or a CI job meets it: exit codes, what is printed where, what is stored, and what is left behind.
//!
//! Everything runs on `faux+honest`, which is built in seconds and executes no WebAssembly; its functions are known by their names
//! (`runtimes/faux/src`). Suites are in `tests/suites/cli`.

mod bench;
mod bless;
mod broken_line;
#[cfg(target_os = "linux")]
mod clock;
mod differences;
mod exit_codes;
mod fixtures;
mod inspect;
// It looks into /proc; elsewhere what becomes of a killed harness's workers is a documented limit.
#[cfg(target_os = "linux")]
mod interrupt;
mod output;
mod packages;
mod repeat;
mod scripts;
mod selection;
#[cfg(target_os = "linux")]
mod surroundings;
mod truth;
mod upgrade;

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

/// No command here takes this long on the slowest machine; a test that waits longer has found a hang.
const LIMIT: Duration = Duration::from_secs(300);

/// Looks until there is something to see.
pub(crate) fn poll<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(started.elapsed() < LIMIT, "waited {LIMIT:?} for {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// One command line, free of what the caller's environment says.
pub(crate) fn wasmatrix<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wasmatrix"));
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    for name in ["WASMATRIX_ROOT", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    command
}

/// `wasmatrix run` of a suite of `tests/suites/cli` on faux, stored in `out`.
pub(crate) fn run(name: &str, out: &Path) -> Command {
    let mut command = wasmatrix(["run", "--runtime", "faux+honest"]);
    command.arg(suite(name)).arg("--out").arg(out);
    command
}

pub(crate) fn suite(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suites/cli").join(name)
}

pub(crate) fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// A command that has ended.
pub(crate) struct Ended {
    /// `None`: by a signal.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    /// For messages of assertions.
    pub(crate) fn said(&self) -> String {
        format!("exit code {:?}\n--- stdout\n{}\n--- stderr\n{}", self.code, self.stdout, self.stderr)
    }
}

pub(crate) fn ended(command: &mut Command) -> Ended {
    wait_for(command.spawn().expect("wasmatrix starts"))
}

/// Waits for a child, but not for ever.
pub(crate) fn wait_for(child: Child) -> Ended {
    let pid = rustix::process::Pid::from_child(&child);
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(child.wait_with_output()));
    let Ok(output) = receiver.recv_timeout(LIMIT) else {
        // It has not been waited for, so the number is still its own.
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
        panic!("wasmatrix does not end");
    };
    let output = output.expect("a child can be waited for");
    let text = |bytes| String::from_utf8(bytes).expect("wasmatrix writes UTF-8");
    Ended { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// The complete records of a run. A killed run can end in half a record, which is left out.
pub(crate) fn records(out: &Path) -> Vec<Value> {
    let text = fs::read_to_string(out.join("run.jsonl")).unwrap_or_default();
    let lines = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
    lines.map(|line| serde_json::from_str(line).expect("a record")).collect()
}

pub(crate) fn of_kind<'r>(records: &'r [Value], kind: &str) -> Vec<&'r Value> {
    records.iter().filter(|record| record["kind"] == kind).collect()
}

/// Case to outcome.
pub(crate) fn outcomes(out: &Path) -> BTreeMap<String, String> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    of_kind(&records(out), "cell").iter().map(|cell| (text(&cell["case"]), text(&cell["outcome"]))).collect()
}

/// Holds the last line of standard output against the run as it is stored, counted anew.
pub(crate) fn assert_counted(ended: &Ended, out: &Path) {
    let records = records(out);
    let cells = of_kind(&records, "cell");
    let count = |outcomes: &[&str]| {
        let outcome = |cell: &&&Value| cell["outcome"].as_str().expect("an outcome").to_owned();
        cells.iter().filter(|cell| outcomes.contains(&outcome(cell).as_str())).count() as u64
    };
    let header = of_kind(&records, "header");
    let planned = header.first().and_then(|header| header["planned"].as_u64()).expect("how many cells are planned");
    let unreached = planned - cells.len() as u64;
    let mut line = format!(
        "{} passed, {} red, {} known, {} unsupported, {} not executed",
        count(&["pass"]),
        count(&["fail", "fixed", "crashed", "hung", "broken", "overlimit", "intermittent"]),
        count(&["known"]),
        count(&["unsupported"]),
        count(&["unavailable"]) + unreached,
    );
    if count(&["observed"]) > 0 {
        line.push_str(&format!(", {} observed", count(&["observed"])));
    }
    assert!(ended.stdout.ends_with('\n'), "{}", ended.said());
    assert_eq!(ended.stdout.lines().last(), Some(line.as_str()), "{}", ended.said());
    let footer = of_kind(&records, "footer");
    assert_eq!(footer.len(), 1, "one footer");
    assert_eq!(footer[0]["complete"], unreached == 0);
}
