//! Every checked-in `.wasm` is the one that the `provenance.yaml` beside it speaks of.
//!
//! This compares hashes and builds nothing; the `build.sh` of a folder rebuilds its modules and compares.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest, Sha256};

/// The part of a `provenance.yaml` that is checked: with the tools in front of the list, or the list alone.
#[derive(Deserialize)]
#[serde(untagged)]
enum Provenance {
    WithTools(Made),
    List(Vec<Entry>),
}

/// What a folder's `build.sh` makes.
#[derive(Deserialize)]
struct Made {
    tools: Vec<Tool>,
    /// What goes into every module beside its source.
    #[serde(default)]
    inputs: Vec<Input>,
    command: String,
    license: String,
    modules: Vec<Entry>,
}

#[derive(Deserialize)]
struct Tool {
    name: String,
    package: String,
    version: String,
}

#[derive(Deserialize)]
struct Input {
    file: String,
    sha256: String,
}

#[derive(Deserialize)]
struct Entry {
    file: String,
    sha256: String,
    /// A file only where `source_sha256` stands beside it, else words.
    source: Option<String>,
    source_sha256: Option<String>,
}

#[test]
fn every_checked_in_module_is_the_one_that_its_provenance_names() {
    let (modules, faults) = examine(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../suites"));
    assert!(modules > 0, "there is no .wasm below suites/, so this test looked at nothing");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_way_to_be_wrong_is_seen() {
    let entry = |file: &str, hash: &str, rest: &str| format!("  - {{ file: {file}, sha256: {hash}{rest} }}\n");
    let (module, source) = (hash_of(b"module"), hash_of(b"source"));
    for (provenance, files, expected) in [
        (entry("a.wasm", &module, ""), &["a.wasm"][..], ""),
        (entry("a.wasm", &source, ""), &["a.wasm"], "a.wasm: its sha256"),
        (entry("a.wasm", &module, ""), &["a.wasm", "b.wasm"], "b.wasm: provenance.yaml does not list it"),
        (entry("a.wasm", &module, "") + &entry("b.wasm", &module, ""), &["a.wasm"], "b.wasm: provenance.yaml lists it"),
        (entry("a.wasm", &module, "").repeat(2), &["a.wasm"], "a.wasm: provenance.yaml lists it twice"),
        (entry("a.wasm", &module, &format!(", source: a.c, source_sha256: {source}")), &["a.wasm", "a.c"], ""),
        (entry("a.wasm", &module, &format!(", source: a.c, source_sha256: {module}")), &["a.wasm", "a.c"], "a.c: its sha256"),
        (entry("a.wasm", &module, &format!(", source: a.c, source_sha256: {source}")), &["a.wasm"], "a.c: provenance.yaml lists it"),
        (entry("a.wasm", &module, &format!(", source_sha256: {source}")), &["a.wasm"], "a.wasm: a source_sha256 without a source"),
    ] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::write(folder.path().join("provenance.yaml"), &provenance).expect("provenance.yaml is written");
        for file in files {
            let content = if file.ends_with(".wasm") { "module" } else { "source" };
            fs::write(folder.path().join(file), content).expect("a file is written");
        }
        let faults = examine(folder.path()).1.join("\n");
        assert!(if expected.is_empty() { faults.is_empty() } else { faults.contains(expected) }, "{provenance}{files:?}: {faults:?}");
    }

    let folder = tempfile::tempdir().expect("a temporary folder");
    assert_eq!(examine(folder.path()), (0, Vec::new()));
    fs::write(folder.path().join("a.wasm"), "module").expect("a file is written");
    assert!(examine(folder.path()).1.join("\n").contains("provenance.yaml"), "a module without any provenance");
}

#[test]
fn every_way_to_make_modules_that_cannot_be_repeated_is_seen() {
    let (module, source) = (hash_of(b"module"), hash_of(b"source"));
    let tool = "{ name: cc, package: cc-9, version: \"9.1\" }";
    let good = format!(
        "tools: [{tool}]\ninputs: [{{ file: lock, sha256: {source} }}]\ncommand: cc $source -o $output\nlicense: MIT\nmodules: [{{ file: a.wasm, sha256: {module} }}]\n"
    );
    for (from, to, expected) in [
        ("", "", ""),
        (tool, "", "no tool makes its modules"),
        ("\"9.1\"", "latest", "an exact version: `cc-9`, `latest`"),
        ("\"9.1\"", "\"^9.1\"", "an exact version: `cc-9`, `^9.1`"),
        ("-o $output", "", "its command"),
        ("license: MIT", "license: ''", "no license"),
        (source.as_str(), module.as_str(), "lock: its sha256"),
        ("file: lock", "file: key", "key: provenance.yaml lists it"),
        ("license: MIT\n", "", "provenance.yaml: "),
    ] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (file, content) in [("a.wasm", "module"), ("lock", "source"), ("build.sh", "")] {
            fs::write(folder.path().join(file), content).expect("a file is written");
        }
        let provenance = if from.is_empty() { good.clone() } else { good.replace(from, to) };
        fs::write(folder.path().join("provenance.yaml"), &provenance).expect("provenance.yaml is written");
        let faults = examine(folder.path()).1.join("\n");
        assert!(if expected.is_empty() { faults.is_empty() } else { faults.contains(expected) }, "{provenance}: {faults:?}");
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("provenance.yaml"), good).expect("provenance.yaml is written");
    assert!(examine(folder.path()).1.join("\n").contains("there is no build.sh"), "modules that nothing makes");
}

/// How many modules there are below a folder, and a sentence for each thing that is wrong with them.
fn examine(root: &Path) -> (usize, Vec<String>) {
    let mut folders: BTreeMap<PathBuf, BTreeSet<String>> = BTreeMap::new();
    for entry in walkdir::WalkDir::new(root) {
        let entry = entry.unwrap_or_else(|error| panic!("cannot walk {}: {error}", root.display()));
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type().is_file() && (name == "provenance.yaml" || name.ends_with(".wasm")) {
            let folder = entry.path().parent().expect("a file is in a folder").to_owned();
            let modules = folders.entry(folder).or_default();
            if name != "provenance.yaml" {
                modules.insert(name);
            }
        }
    }
    let faults = folders.iter().flat_map(|(folder, modules)| faults_of(folder, modules)).collect();
    (folders.values().map(BTreeSet::len).sum(), faults)
}

fn faults_of(folder: &Path, modules: &BTreeSet<String>) -> Vec<String> {
    let path = folder.join("provenance.yaml");
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => return vec![format!("{}: {error}, but there are modules beside it: {modules:?}", path.display())],
    };
    let mut faults = Vec::new();
    let entries = match serde_yaml::from_str(&text) {
        Ok(Provenance::WithTools(made)) => {
            faults.extend(faults_of_making(folder, &made));
            made.modules
        }
        Ok(Provenance::List(modules)) => modules,
        Err(error) => return vec![format!("{}: {error}", path.display())],
    };

    let mut listed = BTreeSet::new();
    for entry in &entries {
        if !listed.insert(&entry.file) {
            faults.push(format!("{}: provenance.yaml lists it twice", folder.join(&entry.file).display()));
        }
        faults.extend(hash_fault(&folder.join(&entry.file), &entry.sha256));
        match (&entry.source, &entry.source_sha256) {
            (Some(source), Some(sha256)) => faults.extend(hash_fault(&folder.join(source), sha256)),
            (None, Some(_)) => faults.push(format!("{}: a source_sha256 without a source", folder.join(&entry.file).display())),
            (_, None) => {}
        }
    }
    for module in modules.iter().filter(|&module| !listed.contains(module)) {
        faults.push(format!("{}: provenance.yaml does not list it", folder.join(module).display()));
    }
    faults
}

/// What is wrong with the way that a folder's modules are made.
fn faults_of_making(folder: &Path, made: &Made) -> Vec<String> {
    let mut faults: Vec<String> = made.inputs.iter().filter_map(|input| hash_fault(&folder.join(&input.file), &input.sha256)).collect();
    let path = folder.join("provenance.yaml");
    let mut fault = |what: String| faults.push(format!("{}: {what}", path.display()));
    if made.tools.is_empty() {
        fault("no tool makes its modules".to_owned());
    }
    for tool in &made.tools {
        // A range, or a word such as `latest`, makes other bytes tomorrow.
        let is_range = tool.version.starts_with(['^', '~', '<', '>', '=']) || tool.version.contains(['*', ' ', ',']);
        let is_exact = tool.version.contains(|character: char| character.is_ascii_digit()) && !is_range;
        if !is_exact || tool.name.is_empty() || tool.package.is_empty() {
            fault(format!("`{}` is not a tool of a package with an exact version: `{}`, `{}`", tool.name, tool.package, tool.version));
        }
    }
    if !made.command.contains("$source") || !made.command.contains("$output") {
        fault("its command does not say what becomes of $source and $output".to_owned());
    }
    if made.license.trim().is_empty() {
        fault("it has no license".to_owned());
    }
    if !folder.join("build.sh").is_file() {
        fault("there is no build.sh beside it".to_owned());
    }
    faults
}

fn hash_fault(path: &Path, expected: &str) -> Option<String> {
    match fs::read(path) {
        Ok(bytes) => {
            let found = hash_of(&bytes);
            (found != expected).then(|| format!("{}: its sha256 is {found}, provenance.yaml says {expected}", path.display()))
        }
        Err(error) => Some(format!("{}: provenance.yaml lists it, but it cannot be read: {error}", path.display())),
    }
}

fn hash_of(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
