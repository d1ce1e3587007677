//! Steps about what a module is between its bytes and its instances: caches, engines, artifacts, processes, and what is done to their files
//! meanwhile.

use std::{collections::BTreeMap, fmt, path::PathBuf};

use wasmatrix_reports::READERS_PROCESS;

use super::model::Step;

/// A step of the lifecycle.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "explained in suites/README.md, field by field")]
pub enum Lifecycle {
    OpenCache { cache: String, dir: Option<PathBuf> },
    NewEngine { engine: String, cache: Option<String> },
    Serialize { module: String, to: PathBuf },
    Deserialize { compiled: String, module: String, engine: Option<String>, from: PathBuf },
    SharedMemory { memory: String, engine: Option<String>, minimum: u64, maximum: u64 },
    CloseModule { module: String },
    CloseEngine { engine: String },
    CloseCache { cache: String },
    CloseSharedMemory { memory: String },
    Parallel { steps: Vec<Step>, times: usize, within: Within },
    Act(Act),
}

/// Where branches run side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    /// On threads of one process, which share the engines and modules that are open.
    Threads,
    /// In processes of their own, which share the cell's files.
    Processes,
}

/// What the harness does itself, between requests.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "explained in suites/README.md, field by field")]
pub enum Act {
    Restart { how: Restart, disk: Option<Disk> },
    Corrupt { path: PathBuf, how: Damage },
    Copy { from: PathBuf, to: PathBuf, by: CopyBy },
    Remove { path: PathBuf },
}

/// How a process is followed by another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restart {
    /// It ends when it is told to.
    Told,
    /// It is killed, with whatever it was about to do.
    Killed,
    /// It ends when it is told to, and the cell's own runtime goes on: until then it was the writer's turn.
    Reader,
}

/// A folder that the next process sees as a disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disk {
    /// The folder.
    pub path: PathBuf,
    /// What is wrong with it.
    pub sort: DiskSort,
}

/// What is wrong with a disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiskSort {
    /// What is there can be read, and nothing can be written.
    ReadOnly,
    /// It is empty, and so many bytes are all that it holds.
    Holding(u64),
}

/// What is done to every file that a path means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// All bits of the byte at this hundredth of the file become their opposite.
    FlipByte(u8),
    /// What stands behind this hundredth of the file is cut off.
    Truncate(u8),
    /// It becomes empty.
    Empty,
    /// It becomes a text that no runtime has written.
    Foreign,
}

/// How a copy comes to where something may be already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyBy {
    /// The old file's own bytes are written over: whoever has it mapped sees that.
    Writing,
    /// A new file takes the old one's name: whoever has the old one mapped keeps it.
    Renaming,
}

/// How an instance is made, where that is not the ordinary way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Made {
    /// The compiled module; `None`: the module's own, compiled on first use.
    pub compiled: Option<String>,
    /// The engine; `None`: the one that all cases have.
    pub engine: Option<String>,
    /// The name that the runtime knows it by.
    pub name: Option<String>,
}

/// The lifecycle's names that a case has given so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Opened {
    pub(super) caches: Vec<String>,
    pub(super) engines: Vec<String>,
    /// Those of them that have a cache.
    pub(super) engines_with_cache: Vec<String>,
    /// Compiled modules: what they were compiled of, and for which engine.
    pub(super) compiled: BTreeMap<String, (String, Option<String>)>,
    pub(super) shared_memories: Vec<String>,
}

impl Opened {
    /// What a name stands for already.
    pub(super) fn sort_of(&self, name: &str) -> Option<&'static str> {
        let is_in = |names: &[String]| names.iter().any(|one| one == name);
        if is_in(&self.caches) {
            Some("a cache")
        } else if is_in(&self.engines) {
            Some("an engine")
        } else if is_in(&self.shared_memories) {
            Some("a shared memory")
        } else {
            self.compiled.contains_key(name).then_some("a compiled module")
        }
    }
}

impl Lifecycle {
    /// Whether it asks the runtime anything.
    pub fn is_asked(&self) -> bool {
        !matches!(self, Self::Act(_))
    }
}

impl fmt::Display for Lifecycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let with = |engine: &Option<String>| engine.as_ref().map_or_else(String::new, |engine| format!(" in {engine}"));
        match self {
            Self::OpenCache { cache, dir: Some(dir) } => write!(f, "open cache {cache} over {}", dir.display()),
            Self::OpenCache { cache, dir: None } => write!(f, "open cache {cache} in memory"),
            Self::NewEngine { engine, cache: Some(cache) } => write!(f, "new engine {engine} with cache {cache}"),
            Self::NewEngine { engine, cache: None } => write!(f, "new engine {engine}"),
            Self::Serialize { module, to } => write!(f, "serialize {module} to {}", to.display()),
            Self::Deserialize { compiled, engine, from, .. } => write!(f, "deserialize {compiled} from {}{}", from.display(), with(engine)),
            Self::SharedMemory { memory, engine, minimum, maximum } => {
                write!(f, "shared memory {memory} of {minimum} to {maximum} pages{}", with(engine))
            }
            Self::CloseModule { module } => write!(f, "close module {module}"),
            Self::CloseEngine { engine } => write!(f, "close engine {engine}"),
            Self::CloseCache { cache } => write!(f, "close cache {cache}"),
            Self::CloseSharedMemory { memory } => write!(f, "close shared memory {memory}"),
            Self::Parallel { steps, times, within } => {
                let within = match within {
                    Within::Threads => "threads",
                    Within::Processes => "processes",
                };
                let steps: Vec<String> = steps.iter().map(ToString::to_string).collect();
                write!(f, "on {times} {within}: {}", steps.join("; "))
            }
            Self::Act(act) => act.fmt(f),
        }
    }
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Restart { how, disk } => {
                f.write_str(match how {
                    Restart::Told => "a new process",
                    Restart::Killed => "killed, and a new process",
                    Restart::Reader => READERS_PROCESS,
                })?;
                match disk {
                    None => Ok(()),
                    Some(Disk { path, sort: DiskSort::ReadOnly }) => write!(f, " for which {} is read-only", path.display()),
                    Some(Disk { path, sort: DiskSort::Holding(bytes) }) => {
                        write!(f, " for which {} is a disk of {bytes} bytes", path.display())
                    }
                }
            }
            Self::Corrupt { path, how } => match how {
                Damage::FlipByte(at) => write!(f, "flip the byte at {at} % of {}", path.display()),
                Damage::Truncate(at) => write!(f, "cut {} off at {at} %", path.display()),
                Damage::Empty => write!(f, "empty {}", path.display()),
                Damage::Foreign => write!(f, "write a text over {}", path.display()),
            },
            Self::Copy { from, to, by: CopyBy::Writing } => write!(f, "write {} over {}", from.display(), to.display()),
            Self::Copy { from, to, by: CopyBy::Renaming } => write!(f, "rename a copy of {} to {}", from.display(), to.display()),
            Self::Remove { path } => write!(f, "remove {}", path.display()),
        }
    }
}
