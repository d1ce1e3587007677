//! What known failures can be about: cases, variants, and the versions of lines.

use crate::{
    catalog::Catalog,
    id::RuntimeId,
    known::GroundCase,
    prepare::remembered,
    runtime::{Line, Runtime},
};

/// Every case of the catalog.
pub(super) fn cases(catalog: &Catalog) -> Vec<GroundCase> {
    catalog
        .cases()
        .map(|case| GroundCase {
            name: format!("{}/{}", case.suite, case.name),
            steps: case.script.is_none().then_some(case.steps.len() as u64),
        })
        .collect()
}

/// The variants of a runtime, in its own order.
pub(super) fn variants(runtime: &Runtime) -> Vec<String> {
    runtime.variants.iter().map(|variant| variant.name.clone()).collect()
}

/// The lines of a runtime with their versions: what the lockfile has under the runtime's name, else what the worker last said.
pub(super) fn lines(catalog: &Catalog, runtime: &Runtime) -> Vec<(Line, Option<String>)> {
    let said = |line: &Line| {
        let is_of_line = |id: &RuntimeId| id.line == line.line;
        let versions = runtime.ids().into_iter().filter(is_of_line).filter_map(|id| remembered(catalog, &id)).map(|about| about.version);
        // A variant can be unavailable for not knowing its version.
        versions.into_iter().find(|version| !version.is_empty())
    };
    runtime.lines.iter().map(|line| (line.clone(), line.locked(&runtime.package).or_else(|| said(line)))).collect()
}
