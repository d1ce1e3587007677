//! What goes into a worker. Two workers of one key are the same worker.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use super::{BuildError, bin_name, surroundings};
use crate::{
    root::Root,
    runtime::{Line, Runtime},
};

/// The key of a line's worker, with its parts that others need.
#[derive(Debug, Clone)]
pub(super) struct Key {
    /// The binary's name.
    pub(super) bin: String,
    /// The digest, shortened to 16 hexadecimal digits: it names a folder and guards against staleness, not against malice.
    pub(super) digest: String,
    /// The lockfile's SHA-256, in full.
    pub(super) lockfile_sha256: String,
}

/// Collects what goes into a worker.
pub(super) struct Ingredients {
    digest: Sha256,
}

impl Ingredients {
    /// `how` changes whenever the tool is called in another way, since that goes into the worker too.
    pub(super) fn new(how: &str, tool: &str) -> Self {
        Self { digest: Sha256::new().chain_update(how).chain_update(tool) }
    }

    /// A file, under a name that is the same wherever the checkout is.
    pub(super) fn file(&mut self, name: &Path, path: &Path) -> Result<(), BuildError> {
        let bytes = fs::read(path).map_err(|error| surroundings("cannot read", path, &error))?;
        self.digest.update(format!("{}:{}:{}:", name.as_os_str().len(), name.display(), bytes.len()));
        self.digest.update(bytes);
        Ok(())
    }

    /// Every file of a folder.
    pub(super) fn folder(&mut self, root: &Path, folder: &Path) -> Result<(), BuildError> {
        for path in files(folder) {
            self.file(path.strip_prefix(root).unwrap_or(&path), &path)?;
        }
        Ok(())
    }

    /// A word.
    pub(super) fn word(&mut self, word: &str) {
        self.digest.update(format!("{}:{word}", word.len()));
    }

    /// The key of a line's worker; `lockfile` says what its dependencies were resolved to.
    pub(super) fn key(self, runtime: &Runtime, line: &Line, lockfile: &Path) -> Result<Key, BuildError> {
        let locked = fs::read(lockfile).map_err(|error| surroundings("cannot read", lockfile, &error))?;
        Ok(self.key_of(runtime, line, crate::hex(&Sha256::digest(&locked))))
    }

    /// The same, where there is no lockfile.
    pub(super) fn key_of_sources(self, runtime: &Runtime, line: &Line, sources: &Path) -> Result<Key, BuildError> {
        let mut all = Self::new("", "");
        all.folder(sources, sources)?;
        let sha256 = crate::hex(&all.digest.finalize());
        Ok(self.key_of(runtime, line, sha256))
    }

    /// The same, with the SHA-256 of whatever stands for the lockfile.
    pub(super) fn key_of(self, runtime: &Runtime, line: &Line, lockfile_sha256: String) -> Key {
        let digest = crate::hex(&self.digest.finalize())[..16].to_owned();
        Key { bin: bin_name(&runtime.name, &line.line), digest, lockfile_sha256 }
    }
}

/// What every Rust worker is made of: the line's manifest and lockfile in `folder`, the runtime's sources, the adapter with the root manifest that it
/// inherits from, the compiler and the way cargo is called.
pub(super) fn of_cargo(root: &Root, runtime: &Runtime, line: &Line, folder: &Path, how: &str) -> Result<Key, BuildError> {
    let mut ingredients = Ingredients::new(how, rustc_version());
    let lockfile = folder.join("Cargo.lock");
    for path in [folder.join("Cargo.toml"), lockfile.clone(), root.path.join("Cargo.toml")] {
        // A manifest that was made on demand is outside of the checkout.
        let name = path.strip_prefix(&root.path).map_or_else(|_| PathBuf::from(path.file_name().unwrap_or_default()), Path::to_owned);
        ingredients.file(&name, &path)?;
    }
    for sources in [runtime.folder.join("src"), root.runtimes().join("adapter")] {
        ingredients.folder(&root.path, &sources)?;
    }
    ingredients.key(runtime, line, &lockfile)
}

fn files(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let is_source = |entry: &walkdir::DirEntry| entry.file_name() != OsStr::new("target");
    let entries = WalkDir::new(folder).sort_by_file_name().into_iter().filter_entry(is_source).flatten();
    entries.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path)
}

/// All that the compiler says of itself; nothing where there is none, which cargo will complain about better.
fn rustc_version() -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION.get_or_init(|| {
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        told(Command::new(Path::new(&rustc)).arg("-vV"))
    })
}

/// What a command prints; nothing where it cannot be started.
pub(super) fn told(command: &mut Command) -> String {
    command.output().map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default()
}
