//! A folder on disk.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use walkdir::WalkDir;

use super::{Entry, Folder};
use crate::suite::Case;

/// Why a folder is not written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Something is there.
    #[error("{0} is there already and is not overwritten; remove it, or name another folder with --out")]
    Exists(PathBuf),
    /// It cannot be written.
    #[error("cannot write {path}: {source}")]
    Write {
        /// The path.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// The trees of a case's preopens, in their order; links stay links.
///
/// # Errors
/// Where a tree cannot be read.
pub fn fixtures(case: &Case) -> io::Result<Vec<Folder>> {
    case.world.preopens.iter().map(|preopen| preopen.fixture.as_deref().map_or_else(|| Ok(Folder::new()), tree)).collect()
}

fn tree(root: &Path) -> io::Result<Folder> {
    let mut folder = Folder::new();
    for entry in WalkDir::new(root).min_depth(1) {
        let entry = entry.map_err(io::Error::from)?;
        let path = entry.path().strip_prefix(root).map_err(io::Error::other)?.to_owned();
        let kind = entry.file_type();
        let what = if kind.is_dir() {
            Entry::Folder
        } else if kind.is_symlink() {
            Entry::Link(fs::read_link(entry.path())?)
        } else {
            Entry::File(fs::read(entry.path())?)
        };
        folder.insert(path, what);
    }
    Ok(folder)
}

/// Writes a folder, which must not be there.
///
/// # Errors
/// Where it is there, or cannot be written. What was written until then stays.
pub fn write(out: &Path, folder: &Folder) -> Result<(), WriteError> {
    // A link that leads nowhere is something too.
    if out.symlink_metadata().is_ok() {
        return Err(WriteError::Exists(out.to_owned()));
    }
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| WriteError::Write { path, source }
    };
    fs::create_dir_all(out).map_err(failed(out))?;
    for (path, entry) in folder {
        let path = out.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(failed(parent))?;
        }
        match entry {
            Entry::File(bytes) => fs::write(&path, bytes),
            Entry::Folder => fs::create_dir_all(&path),
            Entry::Link(target) => link(target, &path),
        }
        .map_err(failed(&path))?;
    }
    Ok(())
}

#[cfg(unix)]
fn link(target: &Path, path: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, path)
}

#[cfg(not(unix))]
fn link(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::Error::other("links are made on Unix only"))
}
