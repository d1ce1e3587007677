//! Lines become workers: built when something that goes into them has changed, kept in one cache of the user's.

mod cargo;
mod checkout;
mod command;
mod go;
mod kept;
mod key;
mod manifest;
mod native;
mod on_demand;
mod program;
mod said;
mod script;

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    time::Duration,
};

pub use native::native_runner;

use crate::{
    cache::{LockError, cache_folder},
    root::Root,
    runtime::{Line, Runtime, WorkerKind},
    worker::Stop,
};

/// A worker that was built.
#[derive(Debug, Clone)]
pub struct BuiltLine {
    /// The executable: the worker, in the cache, or what runs its script.
    pub program: PathBuf,
    /// What stands before `--variant NAME` on its command line.
    pub arguments: Vec<OsString>,
    /// The executable's SHA-256, in hexadecimal.
    pub sha256: String,
    /// The SHA-256 of the lockfile or, where the worker has none, of the sources that it is run from; in hexadecimal.
    pub lockfile_sha256: String,
    /// The files that say what its dependencies were resolved to, where nobody could tell from the tree.
    pub resolved: Vec<PathBuf>,
    /// Whose sources it was built from, where they are not a registry's.
    pub sources: Option<String>,
    /// Where what it says of itself is remembered; nobody else has this folder.
    pub memory: PathBuf,
}

/// Why there is no worker.
#[derive(Debug, Clone, thiserror::Error)]
pub enum BuildError {
    /// Something about the surroundings.
    #[error("{0}")]
    Surroundings(String),
    /// What builds it failed; with the last lines of its log.
    #[error("{tool} build failed ({status}); the log is {}; its last lines:\n{tail}", log.display())]
    Failed {
        /// `cargo`
        tool: &'static str,
        /// How it ended.
        status: String,
        /// The whole log.
        log: PathBuf,
        /// The end of it.
        tail: String,
    },
    /// A version that somebody named cannot be had or does not build.
    #[error("{what} {verb}: {first_error}\n{known}; the log is {}", log.display())]
    NotOnDemand {
        /// `wasmi 0.12.0`
        what: String,
        /// What it does not do.
        verb: &'static str,
        /// What the tool complained of first.
        first_error: String,
        /// Which versions are known to work.
        known: String,
        /// The whole log.
        log: PathBuf,
    },
    /// The tool that makes it is not here.
    #[error("{what}: cannot start `{tool}`: {error}; {remedy}")]
    NoTool {
        /// What it is needed for.
        what: String,
        /// Its name.
        tool: String,
        /// Why.
        error: String,
        /// What helps.
        remedy: String,
    },
    /// The run is to stop.
    #[error("stopped")]
    Stopped,
}

/// What a build tells while it goes on.
#[derive(Debug, Clone)]
pub enum BuildNews {
    /// It has begun; its log is here.
    Started {
        /// The log.
        log: PathBuf,
    },
    /// The tool said something; the time since the start.
    Progress {
        /// Its last line.
        line: String,
        /// Since the start.
        elapsed: Duration,
    },
    /// It is over.
    Finished {
        /// Since the start.
        elapsed: Duration,
    },
}

/// A line that is to become a worker, and who wants to know.
struct Wanted<'w> {
    root: &'w Root,
    runtime: &'w Runtime,
    line: &'w Line,
    stop: &'w Stop,
    news: &'w mut dyn FnMut(BuildNews),
}

impl Wanted<'_> {
    /// What stands before the words of every complaint.
    fn what(&self) -> String {
        format!("{} {}", self.runtime.name, self.line.line)
    }

    /// What somebody can do who lacks a tool.
    fn remedy(&self, otherwise: &str) -> String {
        self.runtime.remedy.clone().unwrap_or_else(|| otherwise.to_owned())
    }
}

/// The worker of a line where it is in the cache; builds nothing.
///
/// # Errors
/// Where the line or the cache cannot be read.
pub fn cached(root: &Root, runtime: &Runtime, line: &Line) -> Result<Option<BuiltLine>, BuildError> {
    match &runtime.worker {
        WorkerKind::Cargo => cargo::cached(root, runtime, line),
        WorkerKind::Go => go::cached(root, runtime, line),
        WorkerKind::Script { script, arguments } => script::cached(runtime, line, script, arguments),
        WorkerKind::Command => command::cached(root, runtime, line),
    }
}

/// The folder in which it is remembered what a line's worker said of itself, where it is in the cache; builds nothing, and starts nothing where
/// there is no cache at all.
pub fn memory(root: &Root, runtime: &Runtime, line: &Line) -> Option<PathBuf> {
    // The key asks a compiler for its version, which costs a process.
    cache_folder().ok().filter(|folder| folder.join("workers").is_dir())?;
    Some(cached(root, runtime, line).ok()??.memory)
}

/// The worker of a line: from the cache, or built now.
///
/// # Errors
/// Where it cannot be built.
pub fn worker(root: &Root, runtime: &Runtime, line: &Line, stop: &Stop, news: &mut dyn FnMut(BuildNews)) -> Result<BuiltLine, BuildError> {
    let mut wanted = Wanted { root, runtime, line, stop, news };
    match &runtime.worker {
        WorkerKind::Cargo => cargo::worker(&mut wanted),
        WorkerKind::Go => go::worker(&mut wanted),
        WorkerKind::Script { script, arguments } => script::worker(&mut wanted, script, arguments),
        WorkerKind::Command => command::worker(&mut wanted),
    }
}

fn surroundings(what: &str, path: &Path, error: &std::io::Error) -> BuildError {
    BuildError::Surroundings(format!("{what} {}: {error}", path.display()))
}

fn not_locked(error: LockError) -> BuildError {
    match error {
        LockError::NotCreated(path, error) => surroundings("cannot create the worker cache", &path, &error),
        LockError::NotLocked(path, error) => surroundings("cannot lock the worker cache", &path, &error),
        LockError::Stopped => BuildError::Stopped,
    }
}

/// `wasmatrix-worker-wasmtime-48`; each line's binary has a name of its own, because they share one target directory.
fn bin_name(runtime: &str, line: &str) -> String {
    let line: String = line.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect();
    format!("wasmatrix-worker-{runtime}-{line}")
}
