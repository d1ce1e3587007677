//! `runtimes/<name>/known.yaml`: what is known to fail, how, and where that is filed.

use std::{fs, path::Path};

use globset::{Glob, GlobMatcher};
use semver::{Version, VersionReq};
use serde::Deserialize;

use super::RuntimeError;
use wasmatrix_reports::Lines;

use crate::{
    id::RuntimeId,
    judge::is_red_kind,
    yaml::{self, At, Place},
};

/// The known failures of a runtime.
#[derive(Debug, Default)]
pub struct Known(Vec<KnownEntry>);

/// One known failure.
#[derive(Debug)]
pub struct KnownEntry {
    case: GlobMatcher,
    versions: VersionReq,
    variants: Vec<String>,
    os: Option<String>,
    /// The step that is red, from 1; `None`: any.
    pub step: Option<u64>,
    /// The lines of the directives that are red, where the case is a script; `None`: any.
    pub lines: Option<Lines>,
    /// How it is red; another kind stays red.
    pub kind: String,
    /// Why it is red.
    pub reason: String,
    /// How it was reproduced without our adapter.
    pub reproduced: Option<String>,
    /// Where it is filed.
    pub issue: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct KnownFile {
    known: Vec<EntryFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryFile {
    case: At<String>,
    versions: At<String>,
    #[serde(default)]
    variants: Vec<String>,
    os: Option<String>,
    step: Option<u64>,
    lines: Option<At<String>>,
    kind: At<String>,
    reason: String,
    reproduced: Option<String>,
    issue: Option<String>,
}

impl Known {
    /// Reads the file; a runtime without one knows of no failures.
    pub(super) fn load(path: &Path) -> Result<Self, RuntimeError> {
        let wrong = |place, message: String| RuntimeError { path: path.to_owned(), place, message };
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(wrong(Place::START, error.to_string())),
        };
        Self::parse(&text).map_err(|(place, message)| wrong(place, message))
    }

    /// Reads the text of a `known.yaml`.
    ///
    /// # Errors
    /// The first thing that is wrong, and where.
    pub fn parse(text: &str) -> Result<Self, (Place, String)> {
        let file: KnownFile = yaml::from_str(text).map_err(|error| (error.place, error.message))?;
        file.known.into_iter().map(entry).collect::<Result<_, _>>().map(Self)
    }

    /// The entries for a case on a runtime of this exact version. A version that is not semver is in no range.
    pub fn about<'k>(&'k self, id: &RuntimeId, version: &str, suite: &str, case: &str) -> Vec<&'k KnownEntry> {
        let version = Version::parse(version).ok();
        let name = format!("{suite}/{case}");
        self.0
            .iter()
            .filter(|entry| {
                entry.case.is_match(&name)
                    && version.as_ref().is_some_and(|version| entry.versions.matches(version))
                    && (entry.variants.is_empty() || id.variant.as_ref().is_some_and(|variant| entry.variants.contains(variant)))
                    && entry.os.as_deref().is_none_or(|os| os == std::env::consts::OS)
            })
            .collect()
    }
}

fn entry(file: EntryFile) -> Result<KnownEntry, (Place, String)> {
    let case = Glob::new(&file.case.value).map_err(|error| (file.case.place, error.to_string()))?.compile_matcher();
    let versions = VersionReq::parse(&file.versions.value)
        .map_err(|error| (file.versions.place, format!("`{}` is not a version range: {error}", file.versions.value)))?;
    if !is_red_kind(&file.kind.value) {
        return Err((file.kind.place, format!("`{}` is not a kind of failure, see ARCHITECTURE.md, Known failures", file.kind.value)));
    }
    let lines = file.lines.map(|lines| lines.value.parse().map_err(|message: String| (lines.place, message))).transpose()?;
    let EntryFile { variants, os, step, reason, reproduced, issue, .. } = file;
    Ok(KnownEntry { case, versions, variants, os, step, lines, kind: file.kind.value, reason, reproduced, issue })
}
