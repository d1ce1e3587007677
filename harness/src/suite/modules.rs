//! Modules without expectations: each is a case that does with it what can be done with any module, so that runtimes can be compared.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use sha2::{Digest as _, Sha256};
use walkdir::WalkDir;
use wasmatrix_adapter::{Capability, Reference, Value, ValueType};
use wasmatrix_reports::Level;

use super::{
    complete,
    error::{SuiteError, SuiteErrors},
    lifecycle::Made,
    load::read_file,
    model::{Argument, Case, Digest, Expectation, Form, Module, Step, StepOp, Suite, WasiWorld},
    scripts::word,
    wat,
};
use crate::{
    needs::{Export, ExportSort, Looked, askable},
    yaml::Place,
};

/// How much is read of each exported memory, in bytes.
const READ: u64 = 256;

/// The arguments that a function with parameters is called with, one call each: nothing, one, and what is largest or not a number.
const ROUNDS: u8 = 3;

/// The modules that are named, or that stand below the folders named, as one suite.
///
/// # Errors
/// Everything that cannot be read or assembled.
pub fn load_modules(paths: &[PathBuf]) -> Result<Suite, SuiteErrors> {
    let mut errors = Vec::new();
    let mut cases: BTreeMap<String, Arc<Case>> = BTreeMap::new();
    let mut digest = Sha256::new();
    let mut looked = Looked::default();
    for (named, path) in paths.iter().flat_map(|named| files(named).into_iter().map(move |path| (named, path))) {
        let wrong = |place, message| SuiteError { path: path.clone(), place, within: String::new(), message };
        let wasm = match wasm(&path) {
            Ok(wasm) => wasm,
            Err((place, message)) => {
                errors.push(wrong(place, message));
                continue;
            }
        };
        // Folders below the one that was named are part of the name.
        let below = path.strip_prefix(named).ok().filter(|below| *below != Path::new(""));
        let below = below.map_or_else(|| PathBuf::from(path.file_name().unwrap_or_default()), Path::to_owned);
        let name = word(&below.with_extension("").to_string_lossy());
        digest.update(format!("{name} {}\n", wasm.len()));
        digest.update(&wasm);
        if cases.contains_key(&name) {
            errors.push(wrong(Place::START, format!("another module is the case `{name}` too; rename one")));
            continue;
        }
        cases.insert(name.clone(), Arc::new(case(name, &path, wasm, &mut looked)));
    }
    if cases.is_empty() && errors.is_empty() {
        let path = paths.first().cloned().unwrap_or_default();
        let message = "there is no module (.wasm or .wat) here; name files or folders that have some".to_owned();
        errors.push(SuiteError { path, place: Place::START, within: String::new(), message });
    }
    if !errors.is_empty() {
        return Err(SuiteErrors(errors));
    }
    let digest = Digest::known(crate::hex(&digest.finalize()));
    let path = paths.first().cloned().unwrap_or_default();
    Ok(Suite { name: "modules".to_owned(), path, digest, default: true, cases: cases.into_values().collect() })
}

fn files(path: &Path) -> Vec<PathBuf> {
    if !path.is_dir() {
        return vec![path.to_owned()];
    }
    let is_module = |path: &Path| path.extension().is_some_and(|extension| extension == "wasm" || extension == "wat");
    let entries = WalkDir::new(path).sort_by_file_name().into_iter().flatten();
    entries.filter(|entry| entry.file_type().is_file() && is_module(entry.path())).map(walkdir::DirEntry::into_path).collect()
}

fn wasm(path: &Path) -> Result<Vec<u8>, (Place, String)> {
    let bytes = read_file(path).map_err(|error| (Place::START, format!("cannot read it: {error}")))?;
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("wasm") => Ok(bytes),
        Some("wat") => {
            let text = String::from_utf8(bytes).map_err(|_| (Place::START, "this is not UTF-8".to_owned()))?;
            wat::assemble(&text).map_err(|error| (error.place, error.message))
        }
        _ => Err((Place::START, "`--no-expect` takes modules, .wasm or .wat files, and folders with some".to_owned())),
    }
}

fn case(name: String, path: &Path, wasm: Vec<u8>, looked: &mut Looked) -> Case {
    let step = |op| Step { op, expectation: Expectation::default() };
    let main = || "main".to_owned();
    let (needs, imports_wasi, starts_threads, steps) = match looked.at(&wasm) {
        // Nobody can claim what it takes; whether all refuse it is the question then.
        Err(_) => (std::collections::BTreeSet::new(), false, false, vec![step(StepOp::compile(main()))]),
        Ok(seen) => {
            let exports = askable(&wasm);
            let is_command =
                exports.iter().any(|(name, export)| name == "_start" && matches!(export, Export::Function(params) if params.is_empty()));
            let mut needs = seen.needs;
            if is_command && !needs.contains(&Capability::WasiUnstable) && !needs.contains(&Capability::Wasix) {
                // A command runs in a WASI world, whether it imports it or not.
                needs.insert(Capability::WasiPreview1);
            }
            let steps = if is_command { vec![StepOp::run(main())] } else { of_library(exports, seen.imports_wasi) };
            (needs, seen.imports_wasi, seen.starts_threads, steps.into_iter().map(step).collect())
        }
    };
    let module = Module { wasm: wasm.into(), imports_wasi, starts_threads, scratch: None, pages: None };
    Case {
        suite: "modules".to_owned(),
        name,
        why: "Runtimes should agree on what a module does.".to_owned(),
        stands_on: path.display().to_string(),
        level: Level::ImplementationDefined,
        covers: Vec::new(),
        needs,
        modules: [(main(), module)].into(),
        packages: BTreeMap::new(),
        absent: None,
        deadline: None,
        entry_path: None,
        world: WasiWorld { args: vec!["guest".to_owned()], ..WasiWorld::default() },
        steps,
        form: Form::Steps,
        files: Vec::new(),
        asks: OnceLock::new(),
        artifact_from_peers: false,
        from: None,
        measures: Vec::new(),
        script: None,
    }
}

/// A case that runs a command with a canary.
///
/// # Errors
/// Why the module cannot be run so.
pub fn canary_case(path: &Path, wasm: Vec<u8>, args: Vec<String>) -> Result<Case, String> {
    let mut looked = Looked::default();
    let seen = looked.at(&wasm).map_err(|error| format!("it is invalid with every feature on: {error}"))?;
    if seen.exports.get("_start") != Some(&ExportSort::Function) {
        return Err("it is no command: it exports no function `_start`".to_owned());
    }
    let mut case = case("canary".to_owned(), path, wasm, &mut looked);
    "What a command does to memory that is not its own.".clone_into(&mut case.why);
    case.world.args = args;
    let op = StepOp::Run { module: "main".to_owned(), made: Made::default(), canary: true, by_runner: false };
    case.steps = vec![Step { op, expectation: Expectation::default() }];
    if let Some(main) = case.modules.get_mut("main") {
        main.pages = seen.pages;
    }
    complete::hold(&case.steps, &case.modules, &mut case.needs).map_err(|(_, message)| message)?;
    Ok(case)
}

/// Instantiated; every exported function called, `_initialize` first; then every exported global and memory looked at, and what was written.
fn of_library(mut exports: Vec<(String, Export)>, imports_wasi: bool) -> Vec<StepOp> {
    let main = || "main".to_owned();
    exports.sort_by_key(|(name, export)| (export.is_looked_at(), name != "_initialize"));
    let mut steps = vec![StepOp::instantiate(main(), main(), BTreeMap::new())];
    for (export, what) in exports {
        match what {
            Export::Function(params) => {
                let rounds = if params.is_empty() { 1 } else { ROUNDS };
                for round in 0..rounds {
                    let args: Option<Vec<Argument>> = params.iter().map(|it| it.map(|it| Argument::Value(argument(it, round)))).collect();
                    // A parameter that has no value outside of the guest cannot be given.
                    let Some(args) = args else { break };
                    steps.push(StepOp::Invoke { instance: main(), export: export.clone(), args });
                }
            }
            Export::Global => steps.push(StepOp::GlobalGet { instance: main(), export }),
            Export::Memory { bytes } => {
                steps.push(StepOp::MemorySize { instance: main(), export: export.clone() });
                let length = bytes.min(READ);
                if length > 0 {
                    steps.push(StepOp::MemoryRead { instance: main(), export, at: 0, length });
                }
            }
        }
    }
    if imports_wasi {
        steps.push(StepOp::WasiOutput { instance: main() });
    }
    steps
}

fn argument(value: ValueType, round: u8) -> Value {
    let of = |values: [u64; ROUNDS as usize]| values.get(usize::from(round)).copied().unwrap_or_default();
    match value {
        ValueType::I32 => Value::I32(of([0, 1, 0xffff_ffff]) as u32),
        ValueType::I64 => Value::I64(of([0, 1, u64::MAX])),
        ValueType::F32 => Value::F32(of([0, 0x3fc0_0000, 0x7fc0_0000]) as u32),
        ValueType::F64 => Value::F64(of([0, 0x3ff8_0000_0000_0000, 0x7ff8_0000_0000_0000])),
        ValueType::V128 => Value::V128(u128::from(of([0, 1, u64::MAX])) * 0x1_0000_0000_0000_0001),
        ValueType::Externref => Value::Externref(if round == 0 { Reference::Null } else { Reference::Host(round.into()) }),
        ValueType::Funcref => Value::Funcref(Reference::Null),
        ValueType::Exnref => Value::Exnref(Reference::Null),
        ValueType::Anyref => Value::Anyref(wasmatrix_adapter::AnyReference::Null),
    }
}
