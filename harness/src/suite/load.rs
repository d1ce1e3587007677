//! Suite files are found, read and checked; either all of them are good or nothing runs.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use walkdir::WalkDir;

use super::{
    convert::{self, CaseError, is_name, stays_inside},
    error::{SuiteError, SuiteErrors},
    file::SuiteFile,
    model::{Case, Digest, Suite},
    scripts::{is_script, script_suite, script_suite_name},
};
use crate::{
    needs::Looked,
    yaml::{self, At, Place, YamlError},
};

/// The largest suite, module or fixture file that is read, in bytes.
const LARGEST_FILE: u64 = 64 << 20;

/// The suite files and scripts below a folder in the order of their paths, or the one file itself.
///
/// # Errors
/// Where the folder cannot be read, or has no suite in it.
pub fn suite_files(path: &Path) -> Result<Vec<PathBuf>, SuiteErrors> {
    let wrong =
        |message: String| SuiteErrors(vec![SuiteError { path: path.to_owned(), place: Place::START, within: String::new(), message }]);
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in WalkDir::new(path).sort_by_file_name() {
        let entry = entry.map_err(|error| wrong(error.to_string()))?;
        let is_yaml = entry.path().extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
        let is_suite = is_yaml || is_script(entry.path());
        // Fixtures may well hold YAML, and provenance is not a suite.
        let belongs_to_a_suite = entry.path().strip_prefix(path).is_ok_and(|below| {
            below.components().any(|component| component.as_os_str() == "modules" || component.as_os_str() == "fixtures")
        });
        if is_suite && entry.file_type().is_file() && !belongs_to_a_suite {
            files.push(entry.into_path());
        }
    }
    if files.is_empty() { Err(wrong("there is no suite (.yaml) and no script (.wast) in this folder".to_owned())) } else { Ok(files) }
}

/// Reads suites from files and folders. A folder is also searched for modules and fixtures that no case uses.
///
/// # Errors
/// Everything that is wrong with any of them.
pub fn load_suites(paths: &[PathBuf]) -> Result<Vec<Suite>, SuiteErrors> {
    let mut errors = Vec::new();
    let mut suites: Vec<Suite> = Vec::new();
    let mut used: BTreeMap<PathBuf, BTreeSet<PathBuf>> = BTreeMap::new();
    let mut scripts: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    let by_themselves: BTreeSet<PathBuf> = paths.iter().filter(|path| path.is_file()).filter_map(|path| path.canonicalize().ok()).collect();
    let mut named: BTreeSet<PathBuf> = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut looked = Looked::default();
    for path in paths {
        let files = match suite_files(path) {
            Ok(files) => files,
            Err(more) => {
                errors.extend(more.0);
                continue;
            }
        };
        for file in files {
            if !seen.insert(file.canonicalize().unwrap_or_else(|_| file.clone())) {
                continue;
            }
            if is_script(&file) {
                scripts.entry(script_suite_name(path, &file)).or_default().push(file);
                continue;
            }
            match load(&file, &mut looked) {
                Ok((suite, sources)) => {
                    if let Some(other) = suites.iter().find(|other| other.name == suite.name) {
                        let message = format!("`{}` is also the name of {}; rename one", suite.name, other.path.display());
                        errors.push(SuiteError { path: file, place: sources.name, within: "suite".to_owned(), message });
                        continue;
                    }
                    named.extend(sources.used.iter().cloned());
                    if path.is_dir() {
                        used.entry(sources.folder).or_default().extend(sources.used);
                    }
                    suites.push(suite);
                }
                Err(more) => errors.extend(more.0),
            }
        }
    }
    for (name, mut files) in scripts {
        // A script that a case names, and that was only found beside it, is that case and no other.
        files.retain(|file| !file.canonicalize().is_ok_and(|file| named.contains(&file) && !by_themselves.contains(&file)));
        if files.is_empty() {
            continue;
        }
        match script_suite(&name, &files) {
            Ok(suite) => suites.push(suite),
            Err(more) => errors.extend(more),
        }
    }
    if errors.is_empty() {
        errors.extend(used.iter().flat_map(|(folder, used)| unused(folder, used)));
    }
    if errors.is_empty() { Ok(suites) } else { Err(SuiteErrors(errors)) }
}

/// Modules and fixtures beside suites that no case of theirs names.
fn unused(folder: &Path, used: &BTreeSet<PathBuf>) -> Vec<SuiteError> {
    let modules = WalkDir::new(folder.join("modules")).sort_by_file_name().into_iter().flatten().filter(|entry| {
        entry.file_type().is_file()
            && entry.path().extension().is_some_and(|extension| extension == "wat" || extension == "wasm" || extension == "wast")
    });
    let fixtures = WalkDir::new(folder.join("fixtures")).min_depth(1).max_depth(1).sort_by_file_name().into_iter().flatten();
    modules
        .chain(fixtures)
        .map(walkdir::DirEntry::into_path)
        .filter(|path| !used.contains(path))
        .map(|path| {
            let message = "no case of the suites beside it uses this; name it in a case or remove it".to_owned();
            SuiteError { path, place: Place::START, within: String::new(), message }
        })
        .collect()
}

/// The files that a suite names, read relative to its folder.
pub(super) struct Sources {
    /// The suite file itself.
    text: String,
    /// Where in it the suite's name stands.
    name: Place,
    folder: PathBuf,
    used: BTreeSet<PathBuf>,
    digest: Sha256,
}

impl Sources {
    /// The suite file as it is written.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Reads a file that a case names.
    pub(super) fn read(&mut self, relative: &str) -> Result<Vec<u8>, String> {
        let path = self.inside(relative)?;
        let bytes = read_file(&path).map_err(|error| format!("cannot read `{relative}`: {error}"))?;
        self.note(relative, &bytes);
        self.used.insert(path);
        Ok(bytes)
    }

    /// The absolute path of a tree that a case names.
    pub(super) fn tree(&mut self, relative: &str) -> Result<PathBuf, String> {
        let path = self.inside(relative)?;
        if !path.is_dir() {
            return Err(format!("`{relative}` is not a folder"));
        }
        for entry in WalkDir::new(&path).sort_by_file_name() {
            let entry = entry.map_err(|error| format!("cannot read `{relative}`: {error}"))?;
            let name = entry.path().to_string_lossy();
            if entry.file_type().is_file() {
                let bytes = read_file(entry.path()).map_err(|error| format!("cannot read `{name}`: {error}"))?;
                self.note(&entry.path().strip_prefix(&self.folder).unwrap_or(entry.path()).to_string_lossy(), &bytes);
            }
        }
        self.used.insert(path.clone());
        Ok(path)
    }

    fn note(&mut self, name: &str, bytes: &[u8]) {
        self.digest.update((name.len() as u64).to_le_bytes());
        self.digest.update(name);
        self.digest.update((bytes.len() as u64).to_le_bytes());
        self.digest.update(bytes);
    }

    /// A path may not leave the suite's folder, neither by its letters nor through a symbolic link.
    fn inside(&self, relative: &str) -> Result<PathBuf, String> {
        if relative.is_empty() {
            return Err("a path is missing here".to_owned());
        }
        if !stays_inside(Path::new(relative)) {
            return Err(format!("`{relative}` leaves the suite's folder; put what it needs beside it"));
        }
        let path = self.folder.join(relative);
        let real = path.canonicalize().map_err(|error| format!("cannot find `{relative}` in {}: {error}", self.folder.display()))?;
        if real.starts_with(&self.folder) { Ok(path) } else { Err(format!("`{relative}` is a link that leaves the suite's folder")) }
    }
}

/// The bytes of a file, where they are not too many.
pub(crate) fn read_file(path: &Path) -> std::io::Result<Vec<u8>> {
    let size = path.metadata()?.len();
    if size > LARGEST_FILE {
        return Err(std::io::Error::other(format!("it has {} MiB, more than the {} MiB that are read", size >> 20, LARGEST_FILE >> 20)));
    }
    fs::read(path)
}

/// Checks the bytes of a suite file as if they stood at a path: what it names is looked for in that path's folder.
///
/// # Errors
/// Everything that is wrong with it.
pub fn check_suite(path: &Path, bytes: Vec<u8>) -> Result<Suite, SuiteErrors> {
    convert_file(path, bytes, &mut Looked::default()).map(|(suite, _)| suite)
}

fn load(path: &Path, looked: &mut Looked) -> Result<(Suite, Sources), SuiteErrors> {
    let unreadable = |cause: std::io::Error| {
        let message = format!("cannot read it: {cause}");
        SuiteErrors(vec![SuiteError { path: path.to_owned(), place: Place::START, within: String::new(), message }])
    };
    convert_file(path, read_file(path).map_err(unreadable)?, looked)
}

fn convert_file(path: &Path, bytes: Vec<u8>, looked: &mut Looked) -> Result<(Suite, Sources), SuiteErrors> {
    let error = |place, within: String, message| SuiteError { path: path.to_owned(), place, within, message };
    let one = |place, within: String, message| SuiteErrors(vec![error(place, within, message)]);
    let start = |message: String| one(Place::START, String::new(), message);
    let text = String::from_utf8(bytes).map_err(|cause| {
        let good = cause.utf8_error().valid_up_to();
        let place = Place::behind(&String::from_utf8_lossy(&cause.as_bytes()[..good]));
        one(place, String::new(), "this is not UTF-8; save the file in that encoding".to_owned())
    })?;
    if text.lines().map(str::trim).all(|line| line.is_empty() || line.starts_with('#')) {
        return Err(start("nothing is in this file; a suite has `suite` and `cases`, see suites/README.md".to_owned()));
    }
    let file: SuiteFile = yaml::from_str(&text).map_err(|cause| SuiteErrors(vec![in_the_case(&text, path, cause)]))?;
    let name = &file.suite.value;
    if !name.split('/').all(is_name) {
        let message = format!("`{name}` is not a suite's name: use lower-case words, digits and `-`, with `/` between");
        return Err(one(file.suite.place, "suite".to_owned(), message));
    }
    if file.cases.value.is_empty() {
        return Err(one(file.cases.place, "cases".to_owned(), "a suite needs at least one case".to_owned()));
    }
    let beside = path.canonicalize().ok().and_then(|path| path.parent().map(Path::to_owned));
    // Bytes that are checked as if they stood there have a folder and no file.
    let folder = beside.or_else(|| path.parent()?.canonicalize().ok()).unwrap_or_default();
    let deadline = deadline(&file).map_err(|(place, message)| one(place, "deadline".to_owned(), message))?;
    let mut sources = Sources { text: String::new(), name: file.suite.place, folder, used: BTreeSet::new(), digest: Sha256::new() };
    sources.note(name, text.as_bytes());
    sources.text = text;
    let mut cases: Vec<Arc<Case>> = Vec::new();
    let mut errors = Vec::new();
    let mut places: BTreeMap<&str, Place> = BTreeMap::new();
    for case in &file.cases.value {
        let called = &case.value.name;
        if let Some(first) = places.insert(&called.value, called.place) {
            let message = format!("a case of this name stands at {first} already; rename one");
            errors.push(error(called.place, format!("case `{}`", called.value), message));
            continue;
        }
        let converted = convert::convert(&case.value, name, &mut sources, looked);
        let with_form = converted.and_then(|it| Ok((convert::command_form_of(&case.value, &it, looked)?, it)));
        match with_form {
            Ok((form, case)) => {
                cases.extend([Some(case), form].into_iter().flatten().map(|case| Arc::new(Case { deadline, ..case })));
            }
            Err((place, message)) => errors.push(error(place, format!("case `{}`", called.value), message)),
        }
    }
    if !errors.is_empty() {
        return Err(SuiteErrors(errors));
    }
    let digest = Digest::known(crate::hex(&sources.digest.clone().finalize()));
    let default = file.default.unwrap_or(true);
    Ok((Suite { name: name.clone(), path: path.to_owned(), digest, cases, default }, sources))
}

/// The longest deadline of a suite, in seconds.
const LONGEST_DEADLINE: u64 = 3600;

/// The least time that a suite wants for each of its requests.
fn deadline(file: &SuiteFile) -> Result<Option<Duration>, CaseError> {
    match &file.deadline {
        Some(At { value: 1..=LONGEST_DEADLINE, .. }) | None => Ok(file.deadline.as_ref().map(|it| Duration::from_secs(it.value))),
        Some(At { value, place }) => Err((*place, format!("`{value}` is no deadline: say whole seconds, from 1 to {LONGEST_DEADLINE}"))),
    }
}

/// Says a mistake in the words of a suite: the case by its name, and what is missing in a case at the case's beginning.
fn in_the_case(text: &str, path: &Path, error: YamlError) -> SuiteError {
    /// What of a suite can be read whatever else is wrong with it.
    #[derive(Deserialize)]
    struct Outline {
        cases: Vec<At<Named>>,
    }

    #[derive(Deserialize)]
    struct Named {
        name: Option<String>,
    }

    let named = || {
        let (number, rest) = error.path.strip_prefix("cases[")?.split_once(']')?;
        let outline: Outline = yaml::from_str(text).ok()?;
        let case = outline.cases.get(number.parse::<usize>().ok()?)?;
        let name = case.value.name.as_ref().map_or_else(|| format!("the case at {}", case.place), |name| format!("case `{name}`"));
        let place = if error.is_missing && rest.is_empty() { case.place } else { error.place };
        let rest = rest.trim_start_matches('.');
        Some((place, if rest.is_empty() { name } else { format!("{name}: {rest}") }))
    };
    let (place, within) = named().unwrap_or_else(|| (error.place, error.path.clone()));
    SuiteError { path: path.to_owned(), place, within, message: error.message }
}
