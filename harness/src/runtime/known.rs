//! `runtimes/<name>/known.yaml`: what is known to fail, how, how that was found out, and where it is filed.

use std::{fmt, fs, path::Path};

use globset::{GlobBuilder, GlobMatcher};
use semver::{Version, VersionReq};
use serde::Deserialize;

use super::RuntimeError;
use wasmatrix_reports::{Lines, Red};

use crate::{
    date::Date,
    id::RuntimeId,
    judge::is_red_kind,
    yaml::{self, At, OneOrMany, Place},
};

/// What begins a text that a person still has to write.
pub const PLACEHOLDER: &str = "TO BE WRITTEN";

/// The known failures of a runtime.
#[derive(Debug, Default)]
pub struct Known(Vec<KnownEntry>);

/// The known failures of a runtime on a day, of which those that have expired hide nothing.
#[derive(Debug, Clone, Copy)]
pub struct KnownOn<'k> {
    known: &'k Known,
    pub(crate) today: Date,
}

/// One known failure.
#[derive(Debug)]
pub struct KnownEntry {
    /// Where the entry begins, behind its dash.
    pub place: Place,
    pub(crate) case: At<GlobMatcher>,
    pub(crate) versions: At<VersionReq>,
    pub(crate) variants: Vec<At<String>>,
    pub(crate) os: Option<At<String>>,
    /// The step that is red, from 1; `None`: any.
    pub step: Option<u64>,
    /// The lines of the directives that are red, where the case is a script; `None`: any.
    pub lines: Option<Lines>,
    /// How it is red; another kind stays red.
    pub kinds: Kinds,
    pub(crate) reason: At<String>,
    pub(crate) reproduced: At<String>,
    pub(crate) issue: Option<At<String>>,
    pub(crate) expires: Option<At<Date>>,
}

/// The ways in which a failure is known to end: one, or, where it is intermittent, any of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kinds {
    /// Kinds of failure, one at least.
    pub red: Vec<String>,
    /// Whether it may pass too.
    pub may_pass: bool,
}

impl fmt::Display for Kinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.red.join(" or "))?;
        if self.may_pass { f.write_str(" or pass") } else { Ok(()) }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct KnownFile {
    known: Vec<At<EntryFile>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryFile {
    case: At<String>,
    versions: At<String>,
    #[serde(default)]
    variants: Vec<At<String>>,
    os: Option<At<String>>,
    step: Option<u64>,
    lines: Option<At<String>>,
    kind: At<OneOrMany<String>>,
    reason: At<String>,
    reproduced: Option<At<String>>,
    issue: Option<At<String>>,
    expires: Option<At<String>>,
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

    /// The entries, in the file's order.
    pub fn entries(&self) -> &[KnownEntry] {
        &self.0
    }

    /// What is known on this day.
    pub fn on(&self, today: Date) -> KnownOn<'_> {
        KnownOn { known: self, today }
    }

    /// The entries for a case on a runtime of this exact version under an operating system, as Rust names it. A version that is not semver is
    /// in no range.
    pub fn about<'k>(&'k self, id: &RuntimeId, version: &str, os: &str, suite: &str, case: &str) -> Vec<&'k KnownEntry> {
        let name = format!("{suite}/{case}");
        self.0.iter().filter(|entry| entry.is_about(id, version, os, &name)).collect()
    }
}

impl KnownOn<'_> {
    /// As [`Known::about`], whatever has expired included.
    pub fn about(&self, id: &RuntimeId, version: &str, os: &str, suite: &str, case: &str) -> Vec<&KnownEntry> {
        self.known.about(id, version, os, suite, case)
    }
}

impl KnownEntry {
    /// Whether it is about a cell of this case (`suite/case`).
    pub fn is_about(&self, id: &RuntimeId, version: &str, os: &str, case: &str) -> bool {
        self.case.value.is_match(case)
            && Version::parse(version).is_ok_and(|version| self.versions.value.matches(&version))
            && self.is_about_variant(id.variant.as_deref())
            && self.os.as_ref().is_none_or(|named| named.value == os)
    }

    /// Whether it is about a variant.
    pub fn is_about_variant(&self, variant: Option<&str>) -> bool {
        self.variants.is_empty() || self.variants.iter().any(|named| Some(named.value.as_str()) == variant)
    }

    /// Whether it is about a red, expired or not.
    pub fn answers(&self, red: &Red) -> bool {
        self.kinds.red.contains(&red.kind)
            && self.step.is_none_or(|step| Some(step) == red.step)
            && self.lines.as_ref().is_none_or(|lines| red.directive.as_ref().is_some_and(|directive| lines.contains(directive.line)))
    }

    /// The last day on which it was known, where that is over.
    pub fn expired(&self, today: Date) -> Option<Date> {
        self.expires.as_ref().map(|expires| expires.value).filter(|last| *last < today)
    }

    /// The pattern of its cases.
    pub fn pattern(&self) -> &str {
        self.case.value.glob().glob()
    }

    /// Why it is red.
    pub fn reason(&self) -> &str {
        &self.reason.value
    }

    /// Where it is filed.
    pub fn issue(&self) -> Option<&str> {
        self.issue.as_ref().map(|issue| issue.value.as_str())
    }
}

fn entry(file: At<EntryFile>) -> Result<KnownEntry, (Place, String)> {
    let At { value: EntryFile { case, versions, variants, os, step, lines, kind, reason, reproduced, issue, expires }, place } = file;
    // `NAME{,.command}` is a case in both its forms.
    let case = case.try_map(|text| {
        let glob = GlobBuilder::new(&text).empty_alternates(true).build().map_err(|error| error.to_string())?;
        Ok(glob.compile_matcher())
    })?;
    let versions =
        versions.try_map(|text| VersionReq::parse(&text).map_err(|error| format!("`{text}` is not a version range: {error}")))?;
    let lines = lines.map(|lines| lines.try_map(|text| text.parse())).transpose()?.map(|lines| lines.value);
    let kinds = kind.try_map(|kind| kinds(kind.as_slice()))?.value;
    let expires = expires.map(|expires| expires.try_map(|text| text.parse())).transpose()?;
    let missing = "an entry says how it was reproduced without our adapter: add `reproduced:` (CONTRIBUTING.md)";
    let reproduced = reproduced.ok_or_else(|| (place, missing.to_owned()))?;
    for (text, name) in [(&reason, "reason"), (&reproduced, "reproduced")] {
        if text.value.trim().is_empty() {
            return Err((text.place, format!("`{name}` is empty; write it, or take the entry out")));
        }
    }
    Ok(KnownEntry { place, case, versions, variants, os, step, lines, kinds, reason, reproduced, issue, expires })
}

fn kinds(named: &[String]) -> Result<Kinds, String> {
    if let Some(wrong) = named.iter().find(|kind| !(is_red_kind(kind) || *kind == "pass")) {
        return Err(format!("`{wrong}` is not a kind of failure, see ARCHITECTURE.md, Known failures"));
    }
    let (passes, red): (Vec<&String>, Vec<&String>) = named.iter().partition(|kind| *kind == "pass");
    if red.is_empty() {
        return Err("what passes is not a known failure; name a kind of failure".to_owned());
    }
    if let Some(twice) = named.iter().enumerate().find_map(|(place, kind)| named.get(..place)?.contains(kind).then_some(kind)) {
        return Err(format!("`{twice}` stands here a second time; keep one"));
    }
    Ok(Kinds { red: red.into_iter().cloned().collect(), may_pass: !passes.is_empty() })
}
