//! Lines: the versions of a runtime that are asked, and where each of them comes from.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::version::Version;

/// One version of a runtime.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its name: `48`, `47.0.1`, `installed`, `path:wasmtime-1a2b3c4d`.
    pub line: String,
    /// Whether the runtime's name alone means it too.
    pub default: bool,
    /// Where it comes from.
    pub source: LineSource,
    /// A folder with what its dependencies were resolved to for another run, where they are to be the same again.
    pub resolved: Option<PathBuf>,
}

/// Where a line comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineSource {
    /// A folder of the tree, with a manifest and what its dependencies were resolved to.
    Folder(PathBuf),
    /// A version that somebody named: made from the nearest line's manifest.
    Version(Version),
    /// Somebody's own checkout.
    Checkout(Checkout),
    /// A program of a package, of this version.
    Package(Version),
    /// The program that is on this machine.
    Installed,
}

/// A checkout of a runtime's sources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checkout {
    /// A folder, as it is now. Absolute, whether it exists or not.
    Folder(PathBuf),
    /// A revision of a repository.
    Revision {
        /// What git calls the repository.
        url: String,
        /// What git calls the revision.
        rev: String,
    },
}

impl Line {
    /// The version of a package, as far as the line itself says: `Cargo.lock` (of two, the one that stands first), `go.mod`, or what is asked of a
    /// registry.
    pub fn locked(&self, package: &str) -> Option<String> {
        match &self.source {
            LineSource::Folder(folder) => cargo_locked(folder, package).or_else(|| go_required(folder, package)),
            LineSource::Version(version) | LineSource::Package(version) => Some(version.to_string()),
            LineSource::Checkout(_) | LineSource::Installed => None,
        }
    }

    /// The version with which it begins; `None` where nobody knows before it is built.
    pub fn begins(&self) -> Option<Version> {
        match &self.source {
            LineSource::Folder(_) => Version::beginning_of(&self.line),
            LineSource::Version(version) | LineSource::Package(version) => Some(version.clone()),
            LineSource::Checkout(_) | LineSource::Installed => None,
        }
    }

    /// Its folder in the tree.
    pub fn folder(&self) -> Option<&Path> {
        match &self.source {
            LineSource::Folder(folder) => Some(folder),
            LineSource::Version(_) | LineSource::Checkout(_) | LineSource::Package(_) | LineSource::Installed => None,
        }
    }
}

/// The version of a package in a folder's `Cargo.lock`.
fn cargo_locked(folder: &Path, package: &str) -> Option<String> {
    let lockfile = fs::read_to_string(folder.join("Cargo.lock")).ok()?;
    let (_, rest) = lockfile.split_once(&format!("name = \"{package}\"\nversion = \""))?;
    Some(rest.split_once('"')?.0.to_owned())
}

/// The version of a module that a folder's `go.mod` requires, without its `v`.
fn go_required(folder: &Path, package: &str) -> Option<String> {
    let manifest = fs::read_to_string(folder.join("go.mod")).ok()?;
    manifest.lines().find_map(|line| {
        let words = line.trim().strip_prefix("require ").unwrap_or(line.trim());
        let version = words.strip_prefix(package)?.strip_prefix(' ')?.strip_prefix('v')?;
        version.split_whitespace().next().map(str::to_owned)
    })
}
