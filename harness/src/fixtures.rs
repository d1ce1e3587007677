//! Whether the fixture trees that a run copies from are still what they were when it began.
//!
//! Each cell gets a fresh copy, and no cell is ever told where the original is. That it was left alone is not believed but looked at: a guest
//! that leaves its preopen, or somebody who edits a suite beside a run, would make later cells answer another question than earlier ones.
//! Only the trees that the run's cells use are read, twice each. What was changed and changed back in between is not seen.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{self, BufRead as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};
use walkdir::WalkDir;

use crate::suite::Case;

/// How many differences of one tree are told.
const MOST_TOLD: usize = 5;

/// The fixture trees of some cases, as they were once.
#[derive(Debug)]
pub struct Fixtures(BTreeMap<PathBuf, Fixture>);

#[derive(Debug)]
struct Fixture {
    /// The suites that use it, or a part of it.
    suites: BTreeSet<String>,
    /// `Err`: why it could not be read.
    tree: Result<Tree, String>,
}

/// What is in a tree, by paths relative to its root, which is in it as the empty path.
type Tree = BTreeMap<PathBuf, Entry>;

#[derive(Debug, PartialEq, Eq)]
enum Entry {
    Folder {
        mode: u32,
    },
    File {
        mode: u32,
        sha256: [u8; 32],
    },
    Link {
        to: PathBuf,
    },
    /// A socket, a device: nothing that a fixture has.
    Other,
}

impl Fixtures {
    /// Looks at the trees that cases use.
    pub fn of<'c>(cases: impl IntoIterator<Item = &'c Case>) -> Self {
        let mut used: BTreeMap<&Path, BTreeSet<String>> = BTreeMap::new();
        for case in cases {
            for fixture in case.world.preopens.iter().filter_map(|preopen| preopen.fixture.as_deref()) {
                let suites = used.entry(fixture).or_default();
                if !suites.contains(&case.suite) {
                    suites.insert(case.suite.clone());
                }
            }
        }
        // A tree sorts before what is in it, and is looked at once.
        let mut roots: BTreeMap<PathBuf, BTreeSet<String>> = BTreeMap::new();
        for (path, suites) in used {
            match path.ancestors().find(|ancestor| roots.contains_key(*ancestor)).map(Path::to_owned) {
                Some(root) => roots.entry(root).or_default().extend(suites),
                None => drop(roots.insert(path.to_owned(), suites)),
            }
        }
        let look = |(path, suites): (PathBuf, _)| {
            let tree = tree(&path);
            (path, Fixture { suites, tree })
        };
        Self(roots.into_iter().map(look).collect())
    }

    /// A message for each tree that is no longer what it was, or that could not be read at one of the two times.
    pub fn changes(&self) -> Vec<String> {
        self.0.iter().filter_map(|(path, fixture)| fixture.change(path)).collect()
    }
}

impl Fixture {
    fn change(&self, path: &Path) -> Option<String> {
        let what = match (&self.tree, tree(path)) {
            (Ok(before), Ok(after)) => match &differences(before, &after)[..] {
                [] => return None,
                differences => told(differences),
            },
            (_, Err(error)) => format!("it cannot be read: {error}"),
            (Err(error), Ok(_)) => format!("when it began it could not be read: {error}"),
        };
        let suites: Vec<&str> = self.suites.iter().map(String::as_str).collect();
        Some(format!(
            "the fixture {} was changed during the run: {what}; it is what cells of {} are given copies of, and which of them had which \
             nobody knows. Restore it, find out whether a guest got out of its copy or somebody worked there, and run again",
            path.display(),
            suites.join(", ")
        ))
    }
}

fn told(differences: &[String]) -> String {
    let (told, left) = differences.split_at(differences.len().min(MOST_TOLD));
    let more = if left.is_empty() { String::new() } else { format!(" and {} more", left.len()) };
    format!("{}{more}", told.join(", "))
}

/// What of one tree is not so in the other, in the order of the paths.
fn differences(before: &Tree, after: &Tree) -> Vec<String> {
    let paths: BTreeSet<&PathBuf> = before.keys().chain(after.keys()).collect();
    let difference = |path: &PathBuf| {
        let how = match (before.get(path), after.get(path)) {
            (Some(one), Some(other)) if one == other => return None,
            (Some(one), Some(other)) => changed(one, other),
            (Some(_), None) => "is gone",
            (None, _) => "is new",
        };
        let name = if path.as_os_str().is_empty() { "its folder".to_owned() } else { format!("`{}`", path.display()) };
        Some(format!("{name} {how}"))
    };
    paths.into_iter().filter_map(difference).collect()
}

fn changed(before: &Entry, after: &Entry) -> &'static str {
    match (before, after) {
        (Entry::File { sha256: one, .. }, Entry::File { sha256: other, .. }) if one != other => "has other content",
        (Entry::File { .. }, Entry::File { .. }) | (Entry::Folder { .. }, Entry::Folder { .. }) => "has other permissions",
        (Entry::Link { .. }, Entry::Link { .. }) => "leads elsewhere",
        _ => "is of another kind",
    }
}

fn tree(root: &Path) -> Result<Tree, String> {
    let mut tree = Tree::new();
    for entry in WalkDir::new(root) {
        let entry = entry.map_err(|error| error.to_string())?;
        let seen = look_at(&entry).map_err(|error| format!("{}: {error}", entry.path().display()))?;
        tree.insert(entry.path().strip_prefix(root).unwrap_or(entry.path()).to_owned(), seen);
    }
    Ok(tree)
}

fn look_at(entry: &walkdir::DirEntry) -> io::Result<Entry> {
    let metadata = entry.metadata()?;
    let mode = metadata.permissions().mode() & 0o7777;
    let kind = metadata.file_type();
    Ok(if kind.is_dir() {
        Entry::Folder { mode }
    } else if kind.is_file() {
        let mut hash = Sha256::new();
        // Not read as a whole: a guest that found the original can have made it as large as the disk.
        let mut file = io::BufReader::new(fs::File::open(entry.path())?);
        loop {
            let part = file.fill_buf()?;
            if part.is_empty() {
                break;
            }
            hash.update(part);
            let read = part.len();
            file.consume(read);
        }
        Entry::File { mode, sha256: hash.finalize().into() }
    } else if kind.is_symlink() {
        Entry::Link { to: fs::read_link(entry.path())? }
    } else {
        Entry::Other
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is done to a tree, and what is told about it.
    type Row = (fn(&Path) -> io::Result<()>, &'static [&'static str]);

    #[test]
    fn every_change_to_a_tree_is_seen_and_nothing_else() {
        let rows: [Row; 10] = [
            (|_| Ok(()), &[]),
            // Neither a name, nor a kind, nor content, nor a permission.
            (|root| fs::write(root.join("file"), "text"), &[]),
            (|root| fs::write(root.join("file"), "test"), &["`file` has other content"]),
            (|root| fs::write(root.join("folder/more"), ""), &["`folder/more` is new"]),
            (|root| fs::remove_file(root.join("link")), &["`link` is gone"]),
            (
                |root| {
                    fs::remove_file(root.join("link"))?;
                    std::os::unix::fs::symlink("folder", root.join("link"))
                },
                &["`link` leads elsewhere"],
            ),
            (
                |root| {
                    fs::remove_file(root.join("link"))?;
                    fs::write(root.join("link"), "text")
                },
                &["`link` is of another kind"],
            ),
            (|root| fs::set_permissions(root.join("file"), fs::Permissions::from_mode(0o600)), &["`file` has other permissions"]),
            (|root| fs::set_permissions(root, fs::Permissions::from_mode(0o700)), &["its folder has other permissions"]),
            (|root| fs::rename(root.join("file"), root.join("elif")), &["`elif` is new", "`file` is gone"]),
        ];
        for (number, (change, told)) in rows.into_iter().enumerate() {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let root = folder.path().join("tree");
            fs::create_dir_all(root.join("folder")).expect("a folder");
            fs::write(root.join("file"), "text").expect("a file");
            fs::set_permissions(root.join("file"), fs::Permissions::from_mode(0o644)).expect("permissions");
            fs::set_permissions(&root, fs::Permissions::from_mode(0o755)).expect("permissions");
            std::os::unix::fs::symlink("file", root.join("link")).expect("a link");
            let before = tree(&root).expect("it can be read");
            change(&root).expect("it can be changed");
            assert_eq!(differences(&before, &tree(&root).expect("it can be read")), told, "row {number}");
        }
    }

    #[test]
    fn a_tree_that_is_gone_is_told_with_the_suites_that_use_it() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path().join("tree");
        fs::create_dir(&root).expect("a folder");
        let fixture = Fixture { suites: BTreeSet::from(["a/b".to_owned(), "a/c".to_owned()]), tree: tree(&root) };
        assert_eq!(fixture.change(&root), None);
        fs::remove_dir(&root).expect("it can be removed");
        let told = fixture.change(&root).expect("a change");
        assert!(told.contains("it cannot be read") && told.contains("a/b, a/c"), "{told}");
    }

    #[test]
    fn of_many_differences_some_are_told_and_all_are_counted() {
        let many: Vec<String> = (0..8).map(|number| number.to_string()).collect();
        assert_eq!(told(&many), "0, 1, 2, 3, 4 and 3 more");
        assert_eq!(told(&many[..5]), "0, 1, 2, 3, 4");
    }
}
