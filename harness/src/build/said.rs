//! A tool that builds or fetches, called with its words kept in a log.

use std::{
    fs::{self, File},
    io::Write as _,
    path::PathBuf,
    process::{Command, ExitStatus},
    time::Instant,
};

use super::{BuildError, BuildNews, Wanted, surroundings};
use crate::tool::{self, Called, ToolError};

/// How a tool ended, and what it said.
pub(super) struct Said {
    pub(super) status: ExitStatus,
    /// The last lines.
    pub(super) tail: String,
    /// All of it.
    pub(super) log: PathBuf,
}

/// Calls a tool; `name` is that of the log.
pub(super) fn call(wanted: &mut Wanted<'_>, name: &str, command: &mut Command) -> Result<Said, BuildError> {
    let logs = wanted.root.target().join("wasmatrix").join("builds");
    let log = logs.join(format!("{name}.log"));
    let mut log_file =
        fs::create_dir_all(&logs).and_then(|()| File::create(&log)).map_err(|error| surroundings("cannot write", &log, &error))?;
    let started = Instant::now();
    (wanted.news)(BuildNews::Started { log: log.clone() });
    let news = &mut *wanted.news;
    let called = tool::call(command, None, wanted.stop, &mut |line| {
        if let Some(line) = line {
            // A log that cannot be written must not fail a build that can be done.
            let _ = writeln!(log_file, "{line}");
        }
        news(BuildNews::Progress { line: line.unwrap_or_default().trim().to_owned(), elapsed: started.elapsed() });
    });
    let tool = command.get_program().to_string_lossy().into_owned();
    let Called { status, tail } = called.map_err(|error| match error {
        ToolError::NotStarted(error) => {
            let remedy = wanted.remedy("install it");
            BuildError::NoTool { what: wanted.what(), tool, error: error.to_string(), remedy }
        }
        ToolError::Lost(error) => BuildError::Surroundings(format!("cannot wait for {tool}: {error}")),
        // However long it takes, it is not too long.
        ToolError::Stopped | ToolError::TooLong => BuildError::Stopped,
    })?;
    (wanted.news)(BuildNews::Finished { elapsed: started.elapsed() });
    Ok(Said { status, tail, log })
}

impl Said {
    /// The error where it failed.
    pub(super) fn ok(self, tool: &'static str) -> Result<(), BuildError> {
        let Self { status, tail, log } = self;
        if status.success() { Ok(()) } else { Err(BuildError::Failed { tool, status: status.to_string(), log, tail }) }
    }

    /// The error where it failed to make a version that somebody named: its first complaint, and what is known to work.
    pub(super) fn ok_on_demand(self, wanted: &Wanted<'_>, verb: &'static str) -> Result<(), BuildError> {
        if self.status.success() {
            return Ok(());
        }
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let first_error = first_error(&text).unwrap_or(self.tail);
        Err(BuildError::NotOnDemand { what: wanted.what(), verb, first_error, known: known_to_work(wanted), log: self.log })
    }
}

/// How many lines of a complaint are shown.
const SHOWN: usize = 16;

/// The first complaint in a log: from the first line that begins with `error`, as cargo, rustc and npm write it, to the next empty line.
fn first_error(log: &str) -> Option<String> {
    let from = log.lines().position(|line| {
        let line = line.trim_start_matches("npm ");
        line.starts_with("error") || line.starts_with("ERROR") || line.starts_with("go: ")
    })?;
    let lines: Vec<&str> = log.lines().skip(from).take_while(|line| !line.trim().is_empty()).take(SHOWN).collect();
    Some(lines.join("\n"))
}

fn known_to_work(wanted: &Wanted<'_>) -> String {
    let runtime = wanted.runtime;
    let lines = runtime.lines.iter().filter(|line| line.folder().is_some());
    let versions: Vec<String> = lines.filter_map(|line| line.locked(&runtime.package)).chain(runtime.seen.iter().cloned()).collect();
    match versions.as_slice() {
        [] => format!("no version of {} is known to work", runtime.name),
        versions => format!("known to work: {}", versions.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_complaint_is_found() {
        let log = "   Compiling a v1\nwarning: unused\n\nerror[E0308]: mismatched types\n --> src/a.rs:1:2\n  |\n\nerror: could not compile `a`\n";
        assert_eq!(first_error(log).as_deref(), Some("error[E0308]: mismatched types\n --> src/a.rs:1:2\n  |"));
        assert_eq!(
            first_error("npm error code ETARGET\nnpm error notarget No match\n").as_deref(),
            Some("npm error code ETARGET\nnpm error notarget No match")
        );
        assert_eq!(first_error("Compiling\n"), None);
    }
}
