//! Scripts (`.wast`) that stand for themselves: a folder of them is a suite, and each is a case.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use sha2::{Digest as _, Sha256};
use wasmatrix_reports::Level;

use super::{
    error::SuiteError,
    load::read_file,
    model::{Case, Digest, Form, Suite, WasiWorld},
};
use crate::{script::ScriptSource, yaml::Place};

/// Whether a file is a script.
pub(super) fn is_script(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "wast")
}

/// The name of the suite that a script belongs to: `wast/`, the name of the folder that was named or that the script is in, and the folders
/// below it.
pub(super) fn script_suite_name(named: &Path, script: &Path) -> String {
    let folder = script.parent().unwrap_or(script);
    let top = if named.is_dir() { named } else { folder };
    let name = |path: &Path| path.canonicalize().ok().and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
    let below = folder.strip_prefix(top).unwrap_or(Path::new(""));
    let parts = name(top).into_iter().chain(below.components().map(|part| part.as_os_str().to_string_lossy().into_owned()));
    parts.fold("wast".to_owned(), |suite, part| format!("{suite}/{}", word(&part)))
}

/// A folder's scripts as a suite. Features are not pinned: each runtime runs them with all that it has.
pub(super) fn script_suite(name: &str, files: &[PathBuf]) -> Result<Suite, Vec<SuiteError>> {
    let mut digest = Sha256::new();
    let mut cases: BTreeMap<String, Arc<Case>> = BTreeMap::new();
    let mut errors = Vec::new();
    for path in files {
        let case = word(&path.file_stem().unwrap_or_default().to_string_lossy());
        let wrong = |place, message| SuiteError { path: path.clone(), place, within: String::new(), message };
        let read = read_file(path).map_err(|error| (Place::START, format!("cannot read it: {error}")));
        let read = read.and_then(|bytes| {
            digest.update(format!("{case} {}\n", bytes.len()));
            digest.update(&bytes);
            read_script(bytes)
        });
        match read {
            Ok(source) => {
                let stands_on = path.display().to_string();
                if cases.insert(case.clone(), Arc::new(script_case(name, &case, stands_on, source))).is_some() {
                    errors.push(wrong(Place::START, format!("another script beside it is the case `{case}` too; rename one")));
                }
            }
            Err((place, message)) => errors.push(wrong(place, message)),
        }
    }
    if errors.is_empty() {
        let path = files.first().and_then(|file| file.parent()).unwrap_or(Path::new("")).to_owned();
        Ok(Suite {
            name: name.to_owned(),
            path,
            digest: Digest::known(crate::hex(&digest.finalize())),
            cases: cases.into_values().collect(),
            default: true,
        })
    } else {
        Err(errors)
    }
}

/// A case that is a script.
pub(crate) fn script_case(suite: &str, name: &str, stands_on: String, source: ScriptSource) -> Case {
    Case {
        suite: suite.to_owned(),
        name: name.to_owned(),
        why: "An assertion of the script does not hold.".to_owned(),
        stands_on,
        level: Level::Required,
        covers: Vec::new(),
        needs: BTreeSet::new(),
        modules: BTreeMap::new(),
        packages: BTreeMap::new(),
        absent: None,
        deadline: None,
        entry_path: None,
        world: WasiWorld::default(),
        steps: Vec::new(),
        form: Form::Steps,
        files: Vec::new(),
        asks: OnceLock::new(),
        artifact_from_peers: false,
        from: None,
        measures: Vec::new(),
        script: Some(Arc::new(source)),
    }
}

const NO_DIRECTIVE: &str = "there is no directive in this script";

/// A script that a user wrote is compiled at once, so that what is wrong with it is said before anything runs.
pub(super) fn read_script(bytes: Vec<u8>) -> Result<ScriptSource, (Place, String)> {
    let text = String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let place = Place::behind(&String::from_utf8_lossy(&error.as_bytes()[..good]));
        (place, "this is not UTF-8; save the file in that encoding".to_owned())
    })?;
    // An inline module without a field is what the parser would miss here.
    if text.lines().map(str::trim).all(|line| line.is_empty() || line.starts_with(";;")) {
        return Err((Place::START, NO_DIRECTIVE.to_owned()));
    }
    let source = ScriptSource::new("own", None, BTreeSet::new(), Cow::Owned(text));
    match source.compiled() {
        Ok(script) if script.directives.is_empty() => Err((Place::START, NO_DIRECTIVE.to_owned())),
        Ok(_) => Ok(source),
        Err(error) => Err((error.place, error.message.clone())),
    }
}

/// A word of an identity.
pub(super) fn word(text: &str) -> String {
    text.chars().map(|character| if character.is_alphanumeric() || "._-".contains(character) { character } else { '-' }).collect()
}
