//! A wall clock that jumps makes no difference: deadlines and durations are counted by the monotonic one, and a run has a folder of its own
//! whatever the time is.
//!
//! The clock is libfaketime's (Debian's package `libfaketime`), which is loaded into the harness; a worker's environment is built from
//! nothing, so a worker keeps the machine's clock.

use std::{
    collections::BTreeMap,
    fs,
    io::{Write as _, stderr},
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant, SystemTime},
};

use tempfile::TempDir;

use crate::{assert_counted, broken_line::checkout, ended, folder, of_kind, outcomes, records, run, suite, wait_for, wasmatrix};

const DAY: Duration = Duration::from_secs(86400);

/// What a busy machine may add to a cell's time, and far less than a jump.
const SLACK: Duration = Duration::from_secs(60);

/// A wall clock that shows what it is told.
struct Clock {
    library: PathBuf,
    folder: TempDir,
}

impl Clock {
    /// `None`: this machine has no libfaketime, which is said where it can be seen, and is a failure in CI.
    fn new(shows: &str) -> Option<Self> {
        let below = |folder: &str| fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect::<Vec<_>>();
        // Debian's has a folder for each architecture.
        let folders = [vec!["/usr/lib".into(), "/usr/lib64".into()], below("/usr/lib")].concat();
        let library = folders.iter().map(|folder| folder.join("faketime/libfaketimeMT.so.1")).find(|path| path.is_file());
        let Some(library) = library else {
            let missing = "libfaketime is not installed (Debian's package libfaketime), so no clock can jump";
            assert!(std::env::var_os("CI").is_none(), "{missing}");
            // Written past the test's capture, which hides what a test that passes prints.
            let _ = writeln!(stderr(), "SKIPPED: {missing}");
            return None;
        };
        let clock = Self { library, folder: folder() };
        clock.shows(shows);
        clock.unload_for_rustc();
        // Nothing is to be built under a strange clock.
        let out = folder();
        assert_eq!(ended(&mut run("clean.yaml", out.path())).code, Some(0));
        Some(clock)
    }

    /// A date, or an offset in seconds to the machine's time.
    fn shows(&self, shows: &str) {
        let (new, file) = (self.folder.path().join("new"), self.file());
        // Renamed, since a reader must never see half of it.
        fs::write(&new, shows).and_then(|()| fs::rename(&new, &file)).expect("the clock can be set");
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("shows")
    }

    /// The harness asks for the compiler's version, and a rustc that libfaketime is loaded into now and then hangs before its `main`.
    fn unload_for_rustc(&self) {
        let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
        // Written by another process: a file that this one had open for writing could be inherited by a child, and would not start.
        let script = r#"printf '#!/bin/sh\nunset LD_PRELOAD\nexec "%s" "$@"\n' "$1" > "$0" && chmod +x "$0""#;
        let written = Command::new("sh").args(["-c", script]).arg(self.rustc()).arg(rustc).status().expect("there is a shell");
        assert!(written.success());
    }

    fn rustc(&self) -> PathBuf {
        self.folder.path().join("rustc")
    }

    fn rules<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command
            .env("LD_PRELOAD", &self.library)
            .env("FAKETIME_TIMESTAMP_FILE", self.file())
            .env("FAKETIME_NO_CACHE", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
            .env("RUSTC", self.rustc())
            .env("TZ", "UTC")
    }

    /// Runs a command while the clock jumps back and forth, further each time, so that it is sooner or later far before and far behind
    /// whatever was read from it.
    fn jumps(&self, command: &mut Command, out: &Path) {
        let mut child = self.rules(command).spawn().expect("wasmatrix starts");
        let mut jumps = 0;
        while child.try_wait().expect("the child is ours").is_none() {
            jumps += 1;
            let seconds = DAY.as_secs() * jumps;
            self.shows(&if jumps % 2 == 0 { format!("+{seconds}") } else { format!("-{seconds}") });
            thread::sleep(Duration::from_millis(20));
        }
        let ended = wait_for(child);
        assert!(jumps > 20, "it jumped {jumps} times: {}", ended.said());
        assert_counted(&ended, out);
    }
}

/// When a run began, as it says itself.
fn started(out: &Path) -> SystemTime {
    let records = records(out);
    let started = of_kind(&records, "header")[0]["started"].as_str().expect("a text").to_owned();
    humantime::parse_rfc3339(&started).expect("a time")
}

fn named(outcomes: &[(&str, &str)]) -> BTreeMap<String, String> {
    outcomes.iter().map(|(case, outcome)| ((*case).to_owned(), (*outcome).to_owned())).collect()
}

/// Holds a run under a jumping clock against what it is without, and one of its cells against the time that it must take.
fn check(suite: &str, arguments: &[&str], expected: &[(&str, &str)], slow: &str, at_least: Duration) {
    let Some(clock) = Clock::new("-86400") else { return };
    let out = folder();
    let began = Instant::now();
    clock.jumps(run(suite, out.path()).args(["-j", "2"]).args(arguments), out.path());
    assert_eq!(outcomes(out.path()), named(expected));
    let away = started(out.path()).duration_since(SystemTime::now()).unwrap_or_else(|error| error.duration());
    assert!(away > DAY / 2, "the harness has not seen this clock: it is {away:?} off");
    for cell in of_kind(&records(out.path()), "cell") {
        let took = Duration::from_micros(cell["wall_us"].as_u64().expect("a number"));
        let at_least = if cell["case"] == slow { at_least } else { Duration::ZERO };
        assert!(took >= at_least && took < at_least + SLACK && took <= began.elapsed(), "{} took {took:?}", cell["case"]);
    }
}

#[test]
fn a_clock_that_jumps_hangs_nobody() {
    let expected = [("adds", "pass"), ("sleeps", "pass"), ("traps", "pass")];
    check("sleepy.yaml", &[], &expected, "sleeps", Duration::from_secs(3));
}

#[test]
fn a_clock_that_jumps_moves_no_deadline() {
    let expected = [("first", "pass"), ("hangs", "hung"), ("after", "pass"), ("long-after", "pass")];
    // The deadline, and the second after it.
    check("hang.yaml", &["--timeout", "500ms"], &expected, "hangs", Duration::from_millis(1500));
}

#[test]
fn a_run_of_the_same_second_and_process_number_takes_another_folder() {
    let Some(clock) = Clock::new("2031-05-06 07:08:09") else { return };
    let root = folder();
    checkout(root.path());
    let runs = root.path().join("target/wasmatrix/runs");
    let stored = |ended: &crate::Ended| {
        assert_eq!(ended.code, Some(0), "{}", ended.said());
        let line = ended.stdout.lines().find_map(|line| line.strip_prefix("stored in ")).expect("where it is stored");
        let out = Path::new(line).parent().expect("its folder").to_owned();
        assert_counted(ended, &out);
        out.file_name().expect("a name").to_str().expect("UTF-8").to_owned()
    };
    let arguments = |command: &mut Command| {
        command.args(["run", "--runtime", "faux+honest", "--root"]).arg(root.path()).arg(suite("clean.yaml"));
    };
    let mut plain = wasmatrix::<&str>([]);
    arguments(&mut plain);
    let first = stored(&ended(clock.rules(&mut plain)));
    let second = stored(&ended(&mut plain));
    // A shell that becomes the harness, so that their process number is the same, as that of containers often is.
    let script = r#"mkdir -p "$0/2031-05-06T070809Z-$$" && echo kept > "$0/2031-05-06T070809Z-$$/run.jsonl" && exec "$@""#;
    let mut shell = Command::new("sh");
    shell.args(["-c", script]).arg(&runs).arg(wasmatrix::<&str>([]).get_program());
    arguments(shell.stdin(std::process::Stdio::null()).stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()));
    let third = stored(&ended(clock.rules(&mut shell)));
    for name in [&first, &second, &third] {
        assert!(name.starts_with("2031-05-06T070809Z-"), "{name}");
    }
    assert!(third.ends_with("-2"), "{third}");
    assert_eq!(fs::read_to_string(runs.join(third.trim_end_matches("-2")).join("run.jsonl")).expect("the earlier run"), "kept\n");
    assert_eq!(fs::read_dir(&runs).expect("the runs").count(), 4, "{first} {second} {third}");
}

/// A machine whose clock has no battery begins somewhere in the past.
#[test]
fn a_clock_beyond_the_calendar_is_no_reason_to_fail() {
    for (shows, year) in [("-70y", "1970-01-01"), ("+9000y", "9999-12-31")] {
        let Some(clock) = Clock::new(shows) else { return };
        let out = folder();
        let ended = ended(clock.rules(&mut run("clean.yaml", out.path())));
        assert_eq!(ended.code, Some(0), "{shows}: {}", ended.said());
        assert_counted(&ended, out.path());
        assert!(humantime::format_rfc3339(started(out.path())).to_string().starts_with(year), "{shows}");
    }
}
