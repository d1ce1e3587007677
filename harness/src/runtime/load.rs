//! `runtimes/<name>/runtime.yaml`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::{CommandLine, Known};
use crate::{
    id::RuntimeId,
    yaml::{self, At, Place},
};

/// A runtime: a folder with one adapter, its lines and its variants.
#[derive(Debug)]
pub struct Runtime {
    /// Its name, the folder's.
    pub name: String,
    /// One line about it.
    pub about: String,
    /// Where its issues are filed.
    pub issues: Option<String>,
    /// Whether a run that names no runtime asks it.
    pub default: bool,
    /// The variants by name, with a line about each; empty where there is one configuration only.
    pub variants: Vec<(String, String)>,
    /// The lines.
    pub lines: Vec<Line>,
    /// How its own command line is called, where it has one.
    pub command_line: Option<CommandLine>,
    /// What is known to fail.
    pub known: Known,
    /// Its folder.
    pub folder: PathBuf,
}

/// One version of a runtime that is built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// `48`
    pub line: String,
    /// The folder with its manifest and lockfile.
    pub folder: PathBuf,
}

impl Line {
    /// The version of a package in the line's lockfile; of two, the one that stands first.
    pub fn locked(&self, package: &str) -> Option<String> {
        let lockfile = fs::read_to_string(self.folder.join("Cargo.lock")).ok()?;
        let (_, rest) = lockfile.split_once(&format!("name = \"{package}\"\nversion = \""))?;
        Some(rest.split_once('"')?.0.to_owned())
    }
}

impl Runtime {
    /// Every variant of every line.
    pub fn ids(&self) -> Vec<RuntimeId> {
        let variants: Vec<Option<String>> =
            if self.variants.is_empty() { vec![None] } else { self.variants.iter().map(|(name, _)| Some(name.clone())).collect() };
        let id = |line: &Line, variant| RuntimeId { runtime: self.name.clone(), line: line.line.clone(), variant };
        self.lines.iter().flat_map(|line| variants.iter().map(move |variant| id(line, variant.clone()))).collect()
    }
}

/// What is wrong with a runtime's folder.
#[derive(Debug, thiserror::Error)]
#[error("{path}:{place}: {message}")]
pub struct RuntimeError {
    /// The file.
    pub path: PathBuf,
    /// Where in it.
    pub place: Place,
    /// What is wrong.
    pub message: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuntimeFile {
    runtime: At<String>,
    about: String,
    issues: Option<String>,
    default: bool,
    #[serde(default)]
    variants: Vec<VariantFile>,
    lines: Vec<At<LineFile>>,
    cli: Option<At<CommandLine>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct VariantFile {
    variant: String,
    about: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LineFile {
    line: String,
}

/// Reads every runtime below `runtimes/`, in the order of their names.
///
/// # Errors
/// The first thing that is wrong with any of them.
pub fn load_runtimes(folder: &Path) -> Result<Vec<Runtime>, RuntimeError> {
    let unreadable = |error: std::io::Error| RuntimeError { path: folder.to_owned(), place: Place::START, message: error.to_string() };
    let mut folders = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.join("runtime.yaml").is_file() {
            folders.push(path);
        }
    }
    folders.sort();
    folders.iter().map(|folder| load(folder)).collect()
}

fn load(folder: &Path) -> Result<Runtime, RuntimeError> {
    let path = folder.join("runtime.yaml");
    let wrong = |place, message: String| RuntimeError { path: path.clone(), place, message };
    let text = fs::read_to_string(&path).map_err(|error| wrong(Place::START, error.to_string()))?;
    let file: RuntimeFile = yaml::from_str(&text).map_err(|error| wrong(error.place, error.message))?;
    if folder.file_name().is_none_or(|name| name != file.runtime.value.as_str()) {
        return Err(wrong(file.runtime.place, "a runtime has the name of its folder".to_owned()));
    }
    let mut lines = Vec::new();
    for line in file.lines {
        let at = folder.join("lines").join(&line.value.line);
        if !at.join("Cargo.lock").is_file() {
            return Err(wrong(line.place, format!("{} has no Cargo.lock; a line is a workspace of its own", at.display())));
        }
        lines.push(Line { line: line.value.line, folder: at });
    }
    if let Some(cli) = &file.cli {
        let names: Vec<&str> = file.variants.iter().map(|variant| variant.variant.as_str()).collect();
        cli.value.check(&names).map_err(|message| wrong(cli.place, message))?;
    }
    Ok(Runtime {
        name: file.runtime.value,
        about: file.about,
        issues: file.issues,
        default: file.default,
        variants: file.variants.into_iter().map(|variant| (variant.variant, variant.about)).collect(),
        lines,
        command_line: file.cli.map(|cli| cli.value),
        known: Known::load(&folder.join("known.yaml"))?,
        folder: folder.to_owned(),
    })
}
