//! The manifest of a version that is not a line, made from the nearest line's.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use toml_edit::{Array, DocumentMut, Item, Table, Value, value};

use crate::{
    root::Root,
    runtime::{Line, Runtime, Version},
};

/// What is to be made.
pub(super) struct Made<'m> {
    /// The name of package and binary.
    pub(super) bin: String,
    /// The version of the runtime; it decides which line is nearest, and what of the API has changed.
    pub(super) version: &'m Version,
    /// The exact version of a package; `None`: what the line has.
    pub(super) version_of: &'m dyn Fn(&str) -> Option<String>,
    /// Packages that come from folders instead of a registry.
    pub(super) patches: &'m [(String, PathBuf)],
}

/// The manifest's text.
pub(super) fn made(root: &Root, runtime: &Runtime, made: &Made<'_>) -> Result<String, String> {
    let no_line = || format!("{} has no line that {} could be made from", runtime.name, made.version);
    let nearest = runtime.nearest(made.version).and_then(Line::folder).ok_or_else(no_line)?;
    let path = nearest.join("Cargo.toml");
    let text = fs::read_to_string(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    edited(&text, nearest, made).map_err(|error| format!("{}: {error}", path.display())).map(|manifest| {
        let nearest = nearest.strip_prefix(&root.path).unwrap_or(nearest).display();
        format!("# Made from {nearest}/Cargo.toml for {} {}.\n{manifest}", runtime.name, made.version)
    })
}

/// What the features are called behind which the code for a change of the runtime's API stands: `from-47`, `from-0_37`.
const DRIFT: &str = "from-";

fn edited(text: &str, folder: &Path, made: &Made<'_>) -> Result<String, String> {
    let mut manifest: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| error.message().to_owned())?;
    let absolute = |path: &str| folder.join(path).to_string_lossy().into_owned();
    let package = table(&mut manifest, "package")?;
    package["name"] = value(&made.bin);
    if let Some(build) = package.get("build").and_then(Item::as_str) {
        package["build"] = value(absolute(build));
    }
    let bins = manifest.get_mut("bin").and_then(Item::as_array_of_tables_mut).ok_or("no `[[bin]]`")?;
    // What is only built where it is asked for, the runtime's own script runner, is not asked of a version that somebody named.
    bins.retain(|bin| !bin.contains_key("required-features"));
    for bin in bins.iter_mut() {
        bin["name"] = value(&made.bin);
        let path = bin.get("path").and_then(Item::as_str).ok_or("a `[[bin]]` without `path`")?;
        bin["path"] = value(absolute(path));
    }
    let wanted = drift(&mut manifest, made.version)?;
    let dependencies = table(&mut manifest, "dependencies")?;
    let is_wanted = |name: &str, dependency: &Item| dependency.get("optional").is_none() || wanted.contains(name);
    let unwanted: Vec<String> =
        dependencies.iter().filter(|(name, item)| !is_wanted(name, item)).map(|(name, _)| name.to_owned()).collect();
    for name in unwanted {
        dependencies.remove(&name);
    }
    for (name, dependency) in dependencies.iter_mut() {
        let package = dependency.get("package").and_then(Item::as_str).unwrap_or(name.get()).to_owned();
        if let Some(path) = dependency.get("path").and_then(Item::as_str).map(absolute) {
            dependency["path"] = value(path);
        } else if let Some(version) = (made.version_of)(&package) {
            // A range is a range; what looks like a version is that one.
            let required = if version.starts_with(|first: char| first.is_ascii_digit()) { format!("={version}") } else { version };
            if dependency.is_str() { *dependency = value(required) } else { dependency["version"] = value(required) }
        }
    }
    if !made.patches.is_empty() {
        let mut patched = Table::new();
        for (name, path) in made.patches {
            patched[name]["path"] = value(path.to_string_lossy().into_owned());
        }
        manifest["patch"]["crates-io"] = Item::Table(patched);
    }
    Ok(manifest.to_string())
}

/// Sets the features for a version, and says which dependencies they bring. Those that are not about the runtime's API stay as the line has them,
/// but for what brings dependencies of its own: the runtime's script runner, which is not built.
fn drift(manifest: &mut DocumentMut, version: &Version) -> Result<BTreeSet<String>, String> {
    let mut wanted = BTreeSet::new();
    let Some(features) = manifest.get_mut("features").and_then(Item::as_table_mut) else { return Ok(wanted) };
    let of_line: Vec<String> = words(features.get(DEFAULT)).collect();
    let names: Vec<String> = features.iter().map(|(name, _)| name.to_owned()).filter(|name| name != DEFAULT).collect();
    let mut on = Array::new();
    for name in names {
        let brought: Vec<String> = words(features.get(&name)).collect();
        let Some(begins) = name.strip_prefix(DRIFT) else {
            if brought.is_empty() {
                on.extend(of_line.contains(&name).then_some(name));
            } else {
                features.remove(&name);
            }
            continue;
        };
        let begins = Version::beginning_of(&begins.replace('_', ".")).ok_or_else(|| format!("the feature `{name}` names no version"))?;
        for word in &brought {
            let dependency = word.split('/').next().unwrap_or(word).trim_end_matches('?');
            wanted.insert(dependency.strip_prefix("dep:").unwrap_or(dependency).to_owned());
        }
        if version.is_at_least(&begins) {
            on.push(name);
        }
    }
    features[DEFAULT] = value(on);
    Ok(wanted)
}

/// The feature that is on where nobody says anything.
const DEFAULT: &str = "default";

fn words(list: Option<&Item>) -> impl Iterator<Item = String> + '_ {
    list.and_then(Item::as_array).into_iter().flatten().filter_map(Value::as_str).map(str::to_owned)
}

fn table<'m>(manifest: &'m mut DocumentMut, name: &str) -> Result<&'m mut Table, String> {
    manifest.get_mut(name).and_then(Item::as_table_mut).ok_or_else(|| format!("no `[{name}]`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"[package]
name = "worker-it-2"
build = "../../build.rs"

[[bin]]
name = "worker-it-2"
path = "../../src/main.rs"

[[bin]]
name = "runner"
path = "../../src/runner.rs"
required-features = ["runner"]

[features]
default = ["from-1_5", "from-2", "simd"]
simd = []
other = []
runner = ["dep:it-runner", "adapter/runner"]
from-1_5 = []
from-2 = ["dep:it-extra"]

[dependencies]
adapter = { path = "../../adapter" }
it-wasi = "=2.0.0"
other = "1"
it-below = "=1.0.0"
it-runner = { version = "=2.0.0", optional = true }
it-extra = { version = "=2.0.0", optional = true }

[dependencies.it]
version = "=2.0.0"
features = ["std"]
"#;

    #[test]
    fn a_manifest_is_made_for_another_version() {
        let version = Version::parse("1.6.0").expect("a version");
        let made = Made {
            bin: "worker-it-1-6-0".to_owned(),
            version: &version,
            version_of: &|package| match package {
                "it-below" => Some(">=1.1, <1.2".to_owned()),
                package => package.starts_with("it").then(|| "1.6.0".to_owned()),
            },
            patches: &[("it".to_owned(), PathBuf::from("/checkout/it"))],
        };
        let text = edited(LINE, Path::new("/root/lines/2"), &made).expect("it can be edited");
        let manifest: DocumentMut = text.parse().expect("a manifest");
        assert_eq!(manifest["package"]["name"].as_str(), Some("worker-it-1-6-0"));
        assert_eq!(manifest["package"]["build"].as_str(), Some("/root/lines/2/../../build.rs"));
        let bins: Vec<_> = manifest["bin"].as_array_of_tables().expect("bins").iter().map(|bin| bin["path"].as_str()).collect();
        assert_eq!(bins, [Some("/root/lines/2/../../src/main.rs")]);
        let features: Vec<_> = manifest["features"].as_table().expect("features").iter().map(|(name, _)| name.to_owned()).collect();
        assert_eq!(features, ["default", "simd", "other", "from-1_5", "from-2"], "the runner's is not there");
        let on: Vec<_> = manifest["features"]["default"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
        assert_eq!(on, ["simd", "from-1_5"]);
        let dependencies = manifest["dependencies"].as_table().expect("dependencies");
        assert_eq!(dependencies["adapter"]["path"].as_str(), Some("/root/lines/2/../../adapter"));
        assert_eq!(dependencies["it"]["version"].as_str(), Some("=1.6.0"));
        assert_eq!(dependencies["it-wasi"].as_str(), Some("=1.6.0"));
        assert_eq!(dependencies["it-below"].as_str(), Some(">=1.1, <1.2"));
        assert_eq!(dependencies["other"].as_str(), Some("1"));
        assert!(dependencies.contains_key("it-extra") && !dependencies.contains_key("it-runner"));
        assert_eq!(manifest["patch"]["crates-io"]["it"]["path"].as_str(), Some("/checkout/it"));
    }
}
