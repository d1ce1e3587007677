//! What the harness does to a cell's own files between requests.

use std::{
    fs, io,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use walkdir::WalkDir;
use wasmatrix_adapter::Failure;

use super::script::kept_path;
use crate::suite::{Act, CopyBy, Damage};

/// What is written where a file of another's should be.
const FOREIGN: &[u8] = b"This file was not written by any WebAssembly runtime.\n";

/// Does it. What cannot be done is *unsupported*: mostly the runtime has kept no file, and whatever else it is, it is no fault of the runtime's.
pub(super) fn perform(act: &Act, folder: &Path) -> Result<(), Failure> {
    match act {
        // Processes are not files.
        Act::Restart { .. } => Ok(()),
        Act::Corrupt { path, how } => {
            let files = files(&kept_path(folder, path)).map_err(|error| failed(path, &error))?;
            let sizable: Vec<PathBuf> = files.into_iter().filter(|file| file.metadata().is_ok_and(|data| data.len() > 0)).collect();
            if sizable.is_empty() {
                return Err(Failure::unsupported(format!("nothing was kept in {} that could be damaged", path.display())));
            }
            sizable.iter().try_for_each(|file| damage(file, *how)).map_err(|error| failed(path, &error))
        }
        Act::Copy { from, to, by } => {
            let (source, target) = (kept_path(folder, from), kept_path(folder, to));
            if !source.exists() {
                return Err(Failure::unsupported(format!("there is no {} that could be copied", from.display())));
            }
            copy(&source, &target, *by).map_err(|error| failed(from, &error))
        }
        Act::Remove { path } => {
            let kept = kept_path(folder, path);
            match remove(&kept) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    Err(Failure::unsupported(format!("there is no {} that could be removed", path.display())))
                }
                removed => removed.map_err(|error| failed(path, &error)),
            }
        }
    }
}

/// Removes a file, or a folder with everything in it, also while a runtime still puts more there.
fn remove(path: &Path) -> io::Result<()> {
    for _ in 0..100 {
        let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        match removed {
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => thread::sleep(Duration::from_millis(10)),
            removed => return removed,
        }
    }
    Err(io::Error::from(io::ErrorKind::DirectoryNotEmpty))
}

fn failed(path: &Path, error: &io::Error) -> Failure {
    Failure::unsupported(format!("the harness could not do this to {}: {error}", path.display()))
}

/// A file, or all that stand below a folder, in the order of their names.
fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in WalkDir::new(path).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_file() {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}

fn damage(file: &Path, how: Damage) -> io::Result<()> {
    let mut bytes = fs::read(file)?;
    let place = |at: u8| (bytes.len() as u64 * u64::from(at) / 100) as usize;
    match how {
        Damage::FlipByte(at) => {
            let place = place(at).min(bytes.len().saturating_sub(1));
            if let Some(byte) = bytes.get_mut(place) {
                *byte = !*byte;
            }
        }
        Damage::Truncate(at) => bytes.truncate(place(at)),
        Damage::Empty => bytes.clear(),
        Damage::Foreign => bytes = FOREIGN.to_vec(),
    }
    fs::write(file, bytes)
}

fn copy(from: &Path, to: &Path, by: CopyBy) -> io::Result<()> {
    if from.is_dir() {
        for file in files(from)? {
            let below = file.strip_prefix(from).map_err(io::Error::other)?;
            copy(&file, &to.join(below), by)?;
        }
        return Ok(());
    }
    fs::create_dir_all(to.parent().unwrap_or(to))?;
    match by {
        CopyBy::Writing => fs::write(to, fs::read(from)?),
        CopyBy::Renaming => {
            let mut beside = to.as_os_str().to_owned();
            beside.push(".new");
            fs::copy(from, &beside)?;
            fs::rename(&beside, to)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn act(folder: &Path, act: Act) -> Result<(), Failure> {
        perform(&act, folder)
    }

    /// A cell's folder with a file of a hundred bytes, and an empty one beside it.
    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let kept = kept_path(folder.path(), Path::new("cache/deeper"));
        fs::create_dir_all(&kept).expect("it can be made");
        fs::write(kept.join("entry"), (0..100).collect::<Vec<u8>>()).expect("it can be written");
        fs::write(kept.join("lock"), []).expect("it can be written");
        folder
    }

    fn entry(folder: &Path, path: &str) -> Vec<u8> {
        fs::read(kept_path(folder, Path::new(path))).expect("it is there")
    }

    #[test]
    fn damage_is_done_where_it_was_asked_for_and_nowhere_else() {
        let whole: Vec<u8> = (0..100).collect();
        for (how, left) in [
            (Damage::FlipByte(0), [&[255], &whole[1..]].concat()),
            (Damage::FlipByte(42), [&whole[..42], &[!42], &whole[43..]].concat()),
            (Damage::FlipByte(100), [&whole[..99], &[!99]].concat()),
            (Damage::Truncate(42), whole[..42].to_vec()),
            (Damage::Truncate(100), whole.clone()),
            (Damage::Empty, Vec::new()),
            (Damage::Foreign, FOREIGN.to_vec()),
        ] {
            let folder = folder();
            act(folder.path(), Act::Corrupt { path: "cache".into(), how }).expect("there is something to damage");
            assert_eq!(entry(folder.path(), "cache/deeper/entry"), left, "{how:?}");
            assert!(entry(folder.path(), "cache/deeper/lock").is_empty(), "{how:?}");
        }
    }

    #[test]
    fn what_is_not_there_is_unsupported() {
        let folder = folder();
        let nothing = || PathBuf::from("nothing");
        fs::write(kept_path(folder.path(), Path::new("empty")), []).expect("it can be written");
        for (wanted, says) in [
            (Act::Corrupt { path: nothing(), how: Damage::Empty }, "nothing was kept in nothing"),
            (Act::Corrupt { path: "empty".into(), how: Damage::Empty }, "nothing was kept in empty"),
            (Act::Copy { from: nothing(), to: "cache".into(), by: CopyBy::Writing }, "there is no nothing that could be copied"),
            (Act::Remove { path: nothing() }, "there is no nothing that could be removed"),
        ] {
            let failure = act(folder.path(), wanted.clone()).expect_err("it is not there");
            assert!(matches!(failure.kind, wasmatrix_adapter::FailureKind::Unsupported(None)), "{failure:?}");
            assert!(failure.text.contains(says), "{}", failure.text);
        }
    }

    #[test]
    fn a_copy_is_a_new_file_or_the_old_one_written_over() {
        use std::os::unix::fs::MetadataExt as _;
        for (by, keeps_file) in [(CopyBy::Writing, true), (CopyBy::Renaming, false)] {
            let folder = folder();
            let copy = || Act::Copy { from: "cache".into(), to: "other".into(), by };
            let inode = || fs::metadata(kept_path(folder.path(), Path::new("other/deeper/entry"))).expect("it is there").ino();
            act(folder.path(), copy()).expect("it can be copied");
            let before = inode();
            act(folder.path(), Act::Corrupt { path: "cache".into(), how: Damage::Foreign }).expect("it is there");
            act(folder.path(), copy()).expect("it can be copied");
            assert_eq!(entry(folder.path(), "other/deeper/entry"), FOREIGN, "{by:?}");
            assert_eq!(inode() == before, keeps_file, "{by:?}");
            act(folder.path(), Act::Remove { path: "other".into() }).expect("it is there");
            assert!(!kept_path(folder.path(), Path::new("other")).exists(), "{by:?}");
        }
    }
}
