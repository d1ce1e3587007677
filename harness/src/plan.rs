//! Which cells a run has.

use std::{
    collections::BTreeSet,
    sync::{Arc, OnceLock},
};

use globset::{Glob, GlobMatcher};

use crate::{
    catalog::Catalog,
    id::{Named, RuntimeId, RuntimePattern},
    runtime::{Line, Runtime, line_name},
    suite::Case,
    yaml::did_you_mean,
};

/// What a person asked for.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Parts of a cell's identity; a cell that has any of them is meant. Empty: all are.
    pub substrings: Vec<String>,
    /// `--runtime`; empty: the default runtimes.
    pub runtimes: Vec<String>,
    /// `--suite` globs; empty: all.
    pub suites: Vec<String>,
    /// `--case` globs; empty: all.
    pub cases: Vec<String>,
    /// Whether the suites that are left out where nobody names them are named anyway, as for lists and where their files are given.
    pub unnamed_too: bool,
}

/// A case on a runtime.
#[derive(Debug, Clone)]
pub struct PlannedCell {
    /// The runtime.
    pub runtime: RuntimeId,
    /// The case.
    pub case: Arc<Case>,
}

impl PlannedCell {
    /// `runtime/suite/case`.
    pub fn id(&self) -> String {
        format!("{}/{}/{}", self.runtime, self.case.suite, self.case.name)
    }
}

/// Why a selection makes no sense.
#[derive(Debug, thiserror::Error)]
pub enum SelectionError {
    /// A runtime that nobody has heard of.
    #[error("there is no runtime `{named}`{hint}; there are {known}, and `wasmatrix list` shows their lines and variants")]
    UnknownRuntime {
        /// As it was named.
        named: String,
        /// `; did you mean …`, or nothing.
        hint: String,
        /// All there are.
        known: String,
    },
    /// A line that is none and cannot become one.
    #[error(
        "{runtime} has no line `{line}`; it has {lines}, and any exact version (1.2.3), path:FOLDER or git:URL#REVISION becomes one when it is \
         named"
    )]
    UnknownLine {
        /// The runtime.
        runtime: String,
        /// As it was named.
        line: String,
        /// Those there are.
        lines: String,
    },
    /// A variant that the runtime has, and this line has not.
    #[error("{runtime}@{line} has no variant `{variant}`: {why}")]
    NotOfLine {
        /// The runtime.
        runtime: String,
        /// The line.
        line: String,
        /// The variant.
        variant: String,
        /// What became of it, and which lines have it.
        why: String,
    },
    /// A glob that is none.
    #[error("`{glob}` is not a glob: {cause}")]
    Glob {
        /// As it was written.
        glob: String,
        /// Why.
        cause: String,
    },
}

/// The runtimes that a selection means: those named, or all default ones.
///
/// # Errors
/// Where a name means none.
pub fn select_runtimes(catalog: &Catalog, named: &[String]) -> Result<Vec<RuntimeId>, SelectionError> {
    if named.is_empty() {
        return Ok(catalog.runtimes.iter().filter(|runtime| runtime.default).flat_map(Runtime::default_ids).collect());
    }
    let all: Vec<RuntimeId> = catalog.runtimes.iter().flat_map(Runtime::ids).collect();
    let default: Vec<RuntimeId> = catalog.runtimes.iter().flat_map(Runtime::default_ids).collect();
    let mut selected = Vec::new();
    for name in named {
        let pattern = RuntimePattern::parse(name);
        let meant = if pattern.leaves_lines_open() { &default } else { &all };
        let meant: Vec<&RuntimeId> = meant.iter().filter(|id| pattern.matches(id)).collect();
        if meant.is_empty()
            && let Named { runtime, line: Some(line), .. } = Named::of(name)
            && let Some(runtime) = catalog.runtimes.iter().find(|one| one.name == runtime)
            && !runtime.lines.iter().any(|one| one.line == line)
        {
            let lines: Vec<&str> = runtime.lines.iter().map(|line| line.line.as_str()).collect();
            let (runtime, line, lines) = (runtime.name.clone(), line.to_owned(), lines.join(", "));
            return Err(SelectionError::UnknownLine { runtime, line, lines });
        }
        if meant.is_empty()
            && let Some(error) = not_of_line(catalog, name)
        {
            return Err(error);
        }
        if meant.is_empty() {
            let known: Vec<String> = all.iter().map(ToString::to_string).collect();
            let names = known.iter().map(String::as_str).chain(catalog.runtimes.iter().map(|runtime| runtime.name.as_str()));
            let hint = did_you_mean(name, names).unwrap_or_default();
            let known: Vec<&str> = catalog.runtimes.iter().map(|runtime| runtime.name.as_str()).collect();
            return Err(SelectionError::UnknownRuntime { named: name.clone(), hint, known: known.join(", ") });
        }
        selected.extend(meant.into_iter().cloned());
    }
    selected.sort();
    selected.dedup();
    Ok(selected)
}

/// The error for a name that means a variant that its line has not; `None` where that is not what is wrong with it.
fn not_of_line(catalog: &Catalog, name: &str) -> Option<SelectionError> {
    let Named { runtime, line: named, variant: Some(variant), .. } = Named::of(name) else { return None };
    let runtime = catalog.runtimes.iter().find(|one| one.name == runtime)?;
    let variant = runtime.variants.iter().find(|one| one.name == variant)?;
    let is_meant = |line: &&Line| named.map_or(line.default, |named| line.line == line_name(named));
    let line = runtime.lines.iter().find(is_meant)?;
    let (runtime, why) = (runtime.name.clone(), variant.absence(line));
    Some(SelectionError::NotOfLine { runtime, line: line.line.clone(), variant: variant.name.clone(), why })
}

/// The runtimes that a selection means: those named, or all there are, the ones that are only run where they are named included.
///
/// # Errors
/// Where a name means none.
pub fn select_or_all(catalog: &Catalog, named: &[String]) -> Result<Vec<RuntimeId>, SelectionError> {
    if named.is_empty() { Ok(catalog.runtimes.iter().flat_map(Runtime::ids).collect()) } else { select_runtimes(catalog, named) }
}

/// The cells of a run, suite by suite and case by case, every runtime in turn.
///
/// # Errors
/// Where a glob is none.
pub fn plan(catalog: &Catalog, runtimes: &[RuntimeId], selection: &Selection) -> Result<Vec<PlannedCell>, SelectionError> {
    let names = Names::selected(selection)?;
    let mut cells = Vec::new();
    for suite in catalog.suites.iter().filter(|suite| matches(&names.suites, &suite.name)) {
        let is_named = suite.default || selection.unnamed_too || !selection.suites.is_empty();
        for case in suite.cases.iter().filter(|case| case.artifact_from_peers || matches(&names.cases, &case.name)) {
            for case in with_writers(case, runtimes) {
                for runtime in runtimes {
                    let cell = PlannedCell { runtime: runtime.clone(), case: Arc::clone(&case) };
                    let (id, runtime) = (cell.id(), runtime.to_string());
                    // Whoever says `wasmtime` has named no suite.
                    let is_named = is_named || selection.substrings.iter().any(|part| id.contains(part) && !runtime.contains(part));
                    if is_named && names.include(&runtime, &suite.name, &case.name) {
                        cells.push(cell);
                    }
                }
            }
        }
    }
    Ok(cells)
}

/// A case that reads what a writer has left is one for each runtime of the run as the writer, itself included: there it must be a hit.
pub(crate) fn with_writers(case: &Arc<Case>, runtimes: &[RuntimeId]) -> Vec<Arc<Case>> {
    if !case.artifact_from_peers {
        return vec![Arc::clone(case)];
    }
    let by = |writer: &RuntimeId| {
        let name = written_by(&case.name, writer);
        Arc::new(Case { name, from: Some(writer.clone()), asks: OnceLock::new(), ..Case::clone(case) })
    };
    runtimes.iter().map(by).collect()
}

/// The name of a case with its writer.
pub(crate) fn written_by(case: &str, writer: &RuntimeId) -> String {
    format!("{case}.from-{writer}")
}

/// The suites that a selection would mean, were they part of a run that does not name them.
///
/// # Errors
/// Where a glob is none.
pub fn unnamed(catalog: &Catalog, runtimes: &[RuntimeId], selection: &Selection) -> Result<Vec<String>, SelectionError> {
    if selection.unnamed_too {
        return Ok(Vec::new());
    }
    let names = |cells: Vec<PlannedCell>| cells.into_iter().map(|cell| cell.case.suite.clone()).collect::<BTreeSet<_>>();
    let all = names(plan(catalog, runtimes, &Selection { unnamed_too: true, ..selection.clone() })?);
    let named = names(plan(catalog, runtimes, selection)?);
    Ok(all.difference(&named).cloned().collect())
}

/// The names of cells that a selection means, whether there are such cells or not.
#[derive(Debug)]
pub struct Names {
    suites: Vec<GlobMatcher>,
    cases: Vec<GlobMatcher>,
    substrings: Vec<String>,
}

impl Names {
    /// Those of a selection; its runtimes are left out.
    ///
    /// # Errors
    /// Where a glob is none.
    pub fn selected(selection: &Selection) -> Result<Self, SelectionError> {
        let substrings = selection.substrings.clone();
        Ok(Self { suites: globs(&selection.suites)?, cases: globs(&selection.cases)?, substrings })
    }

    /// Whether a cell of this name is meant.
    pub fn include(&self, runtime: &str, suite: &str, case: &str) -> bool {
        let is_part = || {
            let id = format!("{runtime}/{suite}/{case}");
            self.substrings.is_empty() || self.substrings.iter().any(|part| id.contains(part.as_str()))
        };
        matches(&self.suites, suite) && matches(&self.cases, case) && is_part()
    }
}

fn matches(globs: &[GlobMatcher], name: &str) -> bool {
    globs.is_empty() || globs.iter().any(|glob| glob.is_match(name))
}

fn globs(texts: &[String]) -> Result<Vec<GlobMatcher>, SelectionError> {
    texts
        .iter()
        .map(|text| {
            let glob = Glob::new(text).map_err(|error| SelectionError::Glob { glob: text.clone(), cause: error.kind().to_string() })?;
            Ok(glob.compile_matcher())
        })
        .collect()
}
