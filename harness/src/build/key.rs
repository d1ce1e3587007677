//! What goes into a worker. Two workers of one key are the same worker.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use crate::{
    root::Root,
    runtime::{Line, Runtime},
};

/// The key of a line's worker, with its parts that others need.
#[derive(Debug, Clone)]
pub(super) struct LineKey {
    /// The binary's name.
    pub(super) bin: String,
    /// The digest, shortened to 16 hexadecimal digits: it names a folder and guards against staleness, not against malice.
    pub(super) digest: String,
    /// The lockfile's SHA-256, in full.
    pub(super) lockfile_sha256: String,
}

/// Changes whenever cargo is called in another way, since that goes into the worker too.
const HOW_IT_IS_BUILT: &str = "cargo build --release --locked, 1";

impl LineKey {
    /// Digests everything that goes into the worker: the line's manifest and lockfile, the runtime's sources, the adapter with the root
    /// manifest that it inherits from, the compiler and the way cargo is called.
    pub(super) fn of(root: &Root, runtime: &Runtime, line: &Line) -> Result<Self, (PathBuf, io::Error)> {
        let mut digest = Sha256::new();
        digest.update(HOW_IT_IS_BUILT);
        digest.update(rustc_version());
        let lockfile = line.folder.join("Cargo.lock");
        let adapter = root.runtimes().join("adapter");
        let singles = [line.folder.join("Cargo.toml"), lockfile.clone(), root.path.join("Cargo.toml")];
        let sources = [runtime.folder.join("src"), adapter].into_iter().flat_map(|folder| {
            WalkDir::new(folder)
                .sort_by_file_name()
                .into_iter()
                .flatten()
                .filter(|entry| entry.file_type().is_file())
                .map(walkdir::DirEntry::into_path)
        });
        for path in singles.into_iter().chain(sources) {
            let bytes = fs::read(&path).map_err(|error| (path.clone(), error))?;
            let name = path.strip_prefix(&root.path).unwrap_or(&path).to_string_lossy().into_owned();
            digest.update(format!("{}:{name}:{}:", name.len(), bytes.len()));
            digest.update(bytes);
        }
        let locked = fs::read(&lockfile).map_err(|error| (lockfile.clone(), error))?;
        Ok(Self {
            bin: bin_name(&runtime.name, &line.line),
            digest: crate::hex(&digest.finalize())[..16].to_owned(),
            lockfile_sha256: crate::hex(&Sha256::digest(&locked)),
        })
    }
}

/// `wasmatrix-worker-wasmtime-48`; each line's binary has a name of its own, because they share one target directory.
fn bin_name(runtime: &str, line: &str) -> String {
    format!("wasmatrix-worker-{runtime}-{}", line.replace('.', "-"))
}

/// All that the compiler says of itself; nothing where there is none, which cargo will complain about better.
fn rustc_version() -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION.get_or_init(|| {
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let told = Command::new(Path::new(&rustc)).arg("-vV").output();
        told.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default()
    })
}
