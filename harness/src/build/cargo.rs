//! Calling cargo.

use std::{
    fs::{self, File},
    io::Write as _,
    path::PathBuf,
    process::Command,
    time::Instant,
};

use super::{BuildError, BuildNews};
use crate::{
    root::Root,
    runtime::Line,
    tool::{self, Called, ToolError},
    worker::Stop,
};

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
        .args(more);
    clear_inherited(&mut command);
    let started = Instant::now();
    news(BuildNews::Started { log: log.clone() });
    let called = tool::call(&mut command, None, stop, &mut |line| {
        if let Some(line) = line {
            // A log that cannot be written must not fail a build that can be done.
            let _ = writeln!(log_file, "{line}");
        }
        news(BuildNews::Progress { line: line.unwrap_or_default().trim().to_owned(), elapsed: started.elapsed() });
    });
    let Called { status, tail } = called.map_err(|error| match error {
        ToolError::NotStarted(error) => surroundings(format!("cannot start cargo: {error}; is a Rust toolchain installed?")),
        ToolError::Lost(error) => surroundings(format!("cannot wait for cargo: {error}")),
        // However long it takes, it is not too long.
        ToolError::Stopped | ToolError::TooLong => BuildError::Stopped,
    })?;
    news(BuildNews::Finished { elapsed: started.elapsed() });
    if !status.success() {
        return Err(BuildError::Cargo { status: status.to_string(), log, tail });
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
