//! `runtimes/<name>/runtime.yaml`.

use std::{
    cmp::Ordering,
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::{
    CommandLine, CommandWorker, FamilyVersion, Known, Line, LineSource, ProgramSource, Variant, Version, WorkerKind,
    naming::{line_name, named_source},
    variant::Gone,
};
use crate::{
    id::RuntimeId,
    root::Root,
    yaml::{self, At, Place},
};

/// A runtime: a folder with one adapter, its lines and its variants.
#[derive(Debug)]
pub struct Runtime {
    /// Its name, the folder's or what somebody who named its file calls it.
    pub name: String,
    /// One line about it.
    pub about: String,
    /// Where its issues are filed.
    pub issues: Option<String>,
    /// Whether a run that names no runtime asks it.
    pub default: bool,
    /// By what means its worker is made.
    pub worker: WorkerKind,
    /// The variants; empty where there is one configuration only.
    pub variants: Vec<Variant>,
    /// The lines, those included that somebody named.
    pub lines: Vec<Line>,
    /// The package whose version is the runtime's; its own name where nothing else is said.
    pub package: String,
    /// Go: the versions with which its API became what the code behind a build tag expects.
    pub drift: Vec<(String, Version)>,
    /// How the versions of other packages follow from the runtime's.
    pub family: BTreeMap<String, FamilyVersion>,
    /// Where the programs of its versions come from.
    pub program: Option<ProgramSource>,
    /// What somebody can do who lacks what builds or runs it.
    pub remedy: Option<String>,
    /// Versions that were seen to be built, beside the lines.
    pub seen: Vec<String>,
    /// How its own command line is called, where it has one.
    pub command_line: Option<CommandLine>,
    /// What a worker must know of that, where the worker calls it.
    pub command: Option<CommandWorker>,
    /// What is known to fail.
    pub known: Known,
    /// Its folder.
    pub folder: PathBuf,
}

impl Runtime {
    /// What calls command lines. It is no runtime, so it has no file; `None`: this checkout has none of it.
    pub(crate) fn command_worker(root: &Root) -> Option<Self> {
        let folder = root.runtimes().join("command");
        let line = folder.join("lines").join("1");
        line.join("Cargo.lock").is_file().then(|| Self {
            name: "command".to_owned(),
            about: String::new(),
            issues: None,
            default: false,
            worker: WorkerKind::Cargo,
            variants: Vec::new(),
            lines: vec![Line { line: "1".to_owned(), default: false, source: LineSource::Folder(line), resolved: None }],
            package: String::new(),
            drift: Vec::new(),
            family: BTreeMap::new(),
            program: None,
            remedy: None,
            seen: Vec::new(),
            command_line: None,
            command: None,
            known: Known::default(),
            folder,
        })
    }

    /// Every variant of every line.
    pub fn ids(&self) -> Vec<RuntimeId> {
        self.lines.iter().flat_map(|line| self.ids_of(line)).collect()
    }

    /// Every variant of the lines that the runtime's name alone means.
    pub fn default_ids(&self) -> Vec<RuntimeId> {
        self.lines.iter().filter(|line| line.default).flat_map(|line| self.ids_of(line)).collect()
    }

    fn ids_of(&self, line: &Line) -> Vec<RuntimeId> {
        let variants: Vec<Option<String>> =
            if self.variants.is_empty() { vec![None] } else { self.variants_of(line).map(|variant| Some(variant.name.clone())).collect() };
        variants.into_iter().map(|variant| RuntimeId { runtime: self.name.clone(), line: line.line.clone(), variant }).collect()
    }

    /// The variants that a line has.
    pub fn variants_of(&self, line: &Line) -> impl Iterator<Item = &Variant> {
        self.variants.iter().filter(move |variant| variant.is_of(line))
    }

    /// The line of the tree that a version is most like: the last that is not later than it, else the first.
    pub fn nearest(&self, version: &Version) -> Option<&Line> {
        let mut lines: Vec<(Version, &Line)> = self
            .lines
            .iter()
            .filter(|line| line.folder().is_some())
            .filter_map(|line| Some((Version::beginning_of(&line.line)?, line)))
            .collect();
        lines.sort_by(|(one, _), (other, _)| if one.is_at_least(other) { Ordering::Greater } else { Ordering::Less });
        let below = lines.iter().rfind(|(begins, _)| version.is_at_least(begins));
        below.or(lines.first()).map(|(_, line)| *line)
    }

    /// Adds the line that somebody named, where there is none of that name and the name can become one. `false`: it cannot.
    pub fn name_line(&mut self, named: &str) -> bool {
        let name = line_name(named);
        if self.lines.iter().any(|line| line.line == name) {
            return true;
        }
        let Some(source) = named_source(named, self.worker.is_of_a_program()) else { return false };
        self.lines.push(Line { line: name, default: false, source, resolved: None });
        true
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
    worker: Option<At<WorkerKind>>,
    #[serde(default)]
    variants: Vec<At<VariantFile>>,
    lines: Vec<At<LineFile>>,
    package: Option<String>,
    #[serde(default)]
    drift: Vec<At<String>>,
    #[serde(default)]
    family: BTreeMap<String, FamilyVersion>,
    program: Option<At<ProgramSource>>,
    remedy: Option<String>,
    #[serde(default)]
    seen: Vec<String>,
    cli: Option<At<CommandLine>>,
    command: Option<At<CommandWorker>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct VariantFile {
    variant: String,
    about: String,
    #[serde(default)]
    lines: Vec<String>,
    gone: Option<Gone>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LineFile {
    line: String,
    #[serde(default = "yes")]
    default: bool,
    version: Option<String>,
}

fn yes() -> bool {
    true
}

/// The name of the line that is the program on this machine.
const INSTALLED: &str = "installed";

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
    folders.iter().map(|folder| load(&folder.join("runtime.yaml"), None)).collect()
}

/// Reads a runtime's file, wherever it is. With a name, that is what it is called; without, it has the name of its folder.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn load_runtime(path: &Path, name: &str) -> Result<Runtime, RuntimeError> {
    load(path, Some(name))
}

fn load(path: &Path, name: Option<&str>) -> Result<Runtime, RuntimeError> {
    let wrong = |place, message: String| RuntimeError { path: path.to_owned(), place, message };
    let text = fs::read_to_string(path).map_err(|error| wrong(Place::START, error.to_string()))?;
    let file: RuntimeFile = yaml::from_str(&text).map_err(|error| wrong(error.place, error.message))?;
    let absolute = std::path::absolute(path).map_err(|error| wrong(Place::START, error.to_string()))?;
    let folder = absolute.parent().unwrap_or(&absolute).to_owned();
    if name.is_none() && folder.file_name().is_none_or(|name| name != file.runtime.value.as_str()) {
        return Err(wrong(file.runtime.place, "a runtime has the name of its folder".to_owned()));
    }
    let worker = match file.worker {
        None => WorkerKind::Cargo,
        Some(At { value: WorkerKind::Script { script, arguments }, place }) => {
            let script = folder.join(script);
            if !script.is_file() {
                return Err(wrong(place, format!("there is no script {}", script.display())));
            }
            WorkerKind::Script { script, arguments }
        }
        Some(At { value, .. }) => value,
    };
    if let Some(program) = &file.program {
        program.value.check().map_err(|message| wrong(program.place, message))?;
    }
    let program = file.program.map(|program| program.value);
    let mut lines = Vec::new();
    for line in file.lines {
        let source = source(&worker, program.as_ref(), &folder, &line.value).map_err(|message| wrong(line.place, message))?;
        lines.push(Line { line: line.value.line, default: line.value.default, source, resolved: None });
    }
    let mut variants = Vec::new();
    for At { value: VariantFile { variant: name, about, lines: of, gone }, place } in file.variants {
        let variant = Variant { name, about, lines: of, gone };
        variant.check(&lines).map_err(|message| wrong(place, message))?;
        variants.push(variant);
    }
    let names: Vec<&str> = variants.iter().map(|variant| variant.name.as_str()).collect();
    let mut drift = Vec::new();
    for begins in file.drift {
        let no_version = || wrong(begins.place, format!("`{}` is no version", begins.value));
        let version = Version::beginning_of(&begins.value).ok_or_else(no_version)?;
        drift.push((begins.value, version));
    }
    if let Some(cli) = &file.cli {
        cli.value.check(&names).map_err(|message| wrong(cli.place, message))?;
    }
    match (&worker, &file.cli, &file.command) {
        (WorkerKind::Command, Some(cli), Some(command)) => {
            command.value.check(&cli.value, &names).map_err(|message| wrong(command.place, message))?;
        }
        (WorkerKind::Command, _, _) => {
            return Err(wrong(Place::START, "`worker: command` needs `cli`, which says how it is called, and `command`".to_owned()));
        }
        (_, _, Some(command)) => return Err(wrong(command.place, "`command` is of use with `worker: command` alone".to_owned())),
        (_, _, None) => {}
    }
    let name = name.unwrap_or(&file.runtime.value).to_owned();
    Ok(Runtime {
        package: file.package.unwrap_or_else(|| name.clone()),
        name,
        about: file.about,
        issues: file.issues,
        default: file.default,
        worker,
        variants,
        lines,
        drift,
        family: file.family,
        program,
        remedy: file.remedy,
        seen: file.seen,
        command_line: file.cli.map(|cli| cli.value),
        command: file.command.map(|command| command.value),
        known: Known::load(&folder.join("known.yaml"))?,
        folder,
    })
}

/// Where a line of a file comes from.
fn source(worker: &WorkerKind, program: Option<&ProgramSource>, folder: &Path, line: &LineFile) -> Result<LineSource, String> {
    let files: &[&str] = match worker {
        WorkerKind::Cargo => &["Cargo.toml", "Cargo.lock"],
        WorkerKind::Go => &["go.mod", "go.sum"],
        WorkerKind::Script { .. } | WorkerKind::Command => {
            let Some(program) = program else { return Err("`program` must say where the programs of lines come from".to_owned()) };
            return match &line.version {
                None if line.line == INSTALLED && program.installed.is_some() => Ok(LineSource::Installed),
                None if line.line == INSTALLED => Err("`program` must say in `installed` what it is called on PATH".to_owned()),
                None => Err("a line needs its exact `version`, or the name `installed`".to_owned()),
                Some(version) => match Version::parse(version) {
                    Some(version) if program.path.is_some() => Ok(LineSource::Package(version)),
                    Some(_) => Err("`program` must say which package has the program".to_owned()),
                    None => Err(format!("`{version}` is no exact version")),
                },
            };
        }
    };
    if line.version.is_some() {
        return Err("the version of a line that is built is in its lockfile; leave `version` out".to_owned());
    }
    let at = folder.join("lines").join(&line.line);
    match files.iter().find(|name| !at.join(name).is_file()) {
        Some(missing) => Err(format!("{} has no {missing}; a line is a workspace of its own", at.display())),
        None => Ok(LineSource::Folder(at)),
    }
}
