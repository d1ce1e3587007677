//! The files of one cell: fresh copies of everything, gone when the cell ends.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};
use walkdir::WalkDir;
use wasmatrix_adapter::GuestBytes;
use wasmatrix_reports::{FileLeft, FilesLeft};

use super::script::{KEPT, is_sent, kept_path, module_path, preopen_path};
use crate::{
    judge::LeftBehind,
    suite::{Case, FileExpectation, Lifecycle, Step, StepOp},
};

/// The largest file that is read back from a guest's directory, in bytes; a larger one is cut there.
const LARGEST_LEFT_FILE: u64 = 16 << 20;

/// How the name of a cell's folder begins; six letters and digits follow that nobody can foresee.
pub(crate) const PREFIX: &str = "wasmatrix-";

/// A folder for one cell.
#[derive(Debug)]
pub struct Scratch {
    folder: PathBuf,
    // Held for its drop.
    _temporary: Option<tempfile::TempDir>,
}

impl Scratch {
    /// A temporary folder with everything that the case needs in it; none, where it needs no file.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn temporary(case: &Case) -> io::Result<Self> {
        if case.world.preopens.is_empty() && case.modules.values().all(is_sent) && !case.has_its_own_processes() {
            return Ok(Self { folder: PathBuf::new(), _temporary: None });
        }
        let temporary = tempfile::Builder::new().prefix(PREFIX).tempdir()?;
        let folder = temporary.path().canonicalize()?;
        fill(&folder, case)?;
        Ok(Self { folder, _temporary: Some(temporary) })
    }

    /// A folder that stays, emptied first.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn lasting(folder: &Path, case: &Case) -> io::Result<Self> {
        match fs::remove_dir_all(folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        fs::create_dir_all(folder)?;
        let folder = folder.canonicalize()?;
        fill(&folder, case)?;
        Ok(Self { folder, _temporary: None })
    }

    /// Whether the cell has any files.
    pub fn has_files(&self) -> bool {
        self.folder.read_dir().is_ok_and(|mut files| files.next().is_some())
    }

    /// The folder, as an absolute path; empty where the case needs no file.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What stands now where the case expects files. A link is never followed out of the preopen.
    pub fn left(&self, case: &Case) -> BTreeMap<String, LeftBehind> {
        let look = |file: &FileExpectation| look_at(&preopen_path(&self.folder, file.preopen), &file.below);
        case.files.iter().map(|file| (file.guest_path.clone(), look(file).unwrap_or(LeftBehind::Nothing))).collect()
    }

    /// Everything that stands now in the preopens, by guest path. Links are not followed.
    pub fn everything_left(&self, case: &Case) -> FilesLeft {
        let mut left = FilesLeft::default();
        for (number, preopen) in case.world.preopens.iter().enumerate() {
            let root = preopen_path(&self.folder, number);
            // What cannot be read is no entry; a guest may well have taken a folder's permissions away.
            for entry in WalkDir::new(&root).min_depth(1).sort_by_file_name().into_iter().flatten() {
                if left.found.len() >= MOST_LEFT_FILES {
                    left.more += 1;
                    continue;
                }
                let below = entry.path().strip_prefix(&root).unwrap_or(entry.path());
                let guest = format!("{}/{}", preopen.guest.trim_end_matches('/'), below.to_string_lossy());
                left.found.insert(guest, file_left(&entry));
            }
        }
        left
    }
}

/// How many files are looked at after a cell.
const MOST_LEFT_FILES: usize = 256;

/// How much of each goes into its digest, in bytes.
const DIGESTED: u64 = 1 << 20;

fn file_left(entry: &walkdir::DirEntry) -> FileLeft {
    let kind = entry.file_type();
    if kind.is_dir() {
        return FileLeft::Folder;
    }
    if kind.is_symlink() {
        return fs::read_link(entry.path()).map_or(FileLeft::Other, |to| FileLeft::Link(to.to_string_lossy().into_owned()));
    }
    let digested = || {
        let mut beginning = Vec::new();
        fs::File::open(entry.path())?.take(DIGESTED).read_to_end(&mut beginning)?;
        Ok::<_, io::Error>(FileLeft::File { size: entry.metadata()?.len(), sha256: crate::hex(&Sha256::digest(&beginning)) })
    };
    // Anything else, a pipe say, would wait for somebody to write to it.
    if kind.is_file() { digested().unwrap_or(FileLeft::Other) } else { FileLeft::Other }
}

fn look_at(root: &Path, below: &Path) -> Option<LeftBehind> {
    let root = root.canonicalize().ok()?;
    let path = root.join(below).canonicalize().ok().filter(|path| path.starts_with(&root))?;
    if !path.is_file() {
        return Some(LeftBehind::Other);
    }
    let mut bytes = Vec::new();
    fs::File::open(path).ok()?.take(LARGEST_LEFT_FILE).read_to_end(&mut bytes).ok()?;
    Some(LeftBehind::File(GuestBytes(bytes)))
}

fn fill(folder: &Path, case: &Case) -> io::Result<()> {
    if case.has_its_own_processes() {
        fs::create_dir_all(folder.join(KEPT))?;
        folders_of_artifacts(folder, &case.steps)?;
    }
    for (name, module) in case.modules.iter().filter(|(_, module)| !is_sent(module)) {
        let path = module_path(folder, name);
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(path, &module.wasm)?;
    }
    for (number, preopen) in case.world.preopens.iter().enumerate() {
        let to = preopen_path(folder, number);
        fs::create_dir_all(&to)?;
        if let Some(fixture) = &preopen.fixture {
            copy_tree(fixture, &to)?;
        }
    }
    Ok(())
}

/// Makes the folders that artifacts are written to: no runtime is asked whether it makes them.
fn folders_of_artifacts(folder: &Path, steps: &[Step]) -> io::Result<()> {
    for step in steps {
        match &step.op {
            StepOp::Lifecycle(Lifecycle::Serialize { to, .. }) => fs::create_dir_all(kept_path(folder, to).parent().unwrap_or(folder))?,
            StepOp::Lifecycle(Lifecycle::Parallel { steps, .. }) => folders_of_artifacts(folder, steps)?,
            _ => {}
        }
    }
    Ok(())
}

/// Copies a tree with its links as links: where a link leads is the guest's question.
fn copy_tree(from: &Path, to: &Path) -> io::Result<()> {
    for entry in WalkDir::new(from).min_depth(1) {
        let entry = entry.map_err(io::Error::from)?;
        let target = to.join(entry.path().strip_prefix(from).map_err(io::Error::other)?);
        if entry.file_type().is_dir() {
            fs::create_dir_all(&target)?;
        } else if entry.file_type().is_symlink() {
            #[cfg(unix)]
            std::os::unix::fs::symlink(fs::read_link(entry.path())?, &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}
