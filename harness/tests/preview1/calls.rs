//! Which functions of preview 1 an export can reach, by the calls that stand in the code. Calls through tables are not followed.

use std::collections::{BTreeMap, BTreeSet};

use wasmparser::{ExternalKind, Operator, Parser, Payload, TypeRef, ValType};
use witx::WasmType;

use super::witx::Signature;

const PREVIEW1: &str = "wasi_snapshot_preview1";

/// An imported function of preview 1.
pub(super) struct Import {
    pub(super) name: String,
    pub(super) signature: Signature,
}

/// The functions of preview 1 that a module imports.
pub(super) fn preview1_imports(wasm: &[u8]) -> Vec<Import> {
    Calls::of(wasm)
        .imports
        .into_iter()
        .filter(|(module, _, _)| module == PREVIEW1)
        .map(|(_, name, signature)| Import { name, signature })
        .collect()
}

/// Who calls whom in a module.
#[derive(Default)]
pub(super) struct Calls {
    /// The imported functions: module, name and type.
    imports: Vec<(String, String, Signature)>,
    exports: BTreeMap<String, u32>,
    start: Option<u32>,
    /// What each function of the module's own calls, by its index.
    called: BTreeMap<u32, BTreeSet<u32>>,
}

/// What a function reaches.
#[derive(Default)]
pub(super) struct Reached {
    /// Functions of preview 1.
    pub(super) preview1: BTreeSet<String>,
    /// Functions of other modules.
    pub(super) others: BTreeSet<String>,
}

impl Calls {
    pub(super) fn of(wasm: &[u8]) -> Self {
        let mut calls = Self::default();
        let mut types = Vec::new();
        let mut own = 0_u32;
        for payload in Parser::new(0).parse_all(wasm) {
            match payload.expect("a module that was loaded is valid") {
                Payload::TypeSection(section) => {
                    types = section.into_iter_err_on_gc_types().map(|it| it.map(|it| signature(&it)).ok()).collect();
                }
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        let import = import.expect("a valid import");
                        if let TypeRef::Func(index) = import.ty {
                            let taken = types.get(index as usize).and_then(Option::as_ref);
                            let signature = taken.map_or(Signature { params: Vec::new(), results: Vec::new() }, copied);
                            calls.imports.push((import.module.to_owned(), import.name.to_owned(), signature));
                        }
                    }
                }
                Payload::ExportSection(section) => {
                    for export in section {
                        let export = export.expect("a valid export");
                        if export.kind == ExternalKind::Func {
                            calls.exports.insert(export.name.to_owned(), export.index);
                        }
                    }
                }
                Payload::StartSection { func, .. } => calls.start = Some(func),
                Payload::CodeSectionEntry(body) => {
                    let called = body.get_operators_reader().expect("valid code").into_iter().filter_map(|operator| {
                        match operator.expect("a valid instruction") {
                            Operator::Call { function_index } | Operator::ReturnCall { function_index } => Some(function_index),
                            _ => None,
                        }
                    });
                    calls.called.insert(calls.imports.len() as u32 + own, called.collect());
                    own += 1;
                }
                _ => {}
            }
        }
        calls
    }

    /// What an export reaches, and the start function, which runs before any of them.
    pub(super) fn reached(&self, export: Option<&str>) -> Reached {
        let mut reached = Reached::default();
        let mut seen = BTreeSet::new();
        let mut left: Vec<u32> = self.start.into_iter().chain(export.and_then(|export| self.exports.get(export)).copied()).collect();
        while let Some(function) = left.pop() {
            if !seen.insert(function) {
                continue;
            }
            match self.imports.get(function as usize) {
                Some((module, name, _)) if module == PREVIEW1 => drop(reached.preview1.insert(name.clone())),
                Some((_, name, _)) => drop(reached.others.insert(name.clone())),
                None => left.extend(self.called.get(&function).into_iter().flatten()),
            }
        }
        reached
    }
}

fn copied(signature: &Signature) -> Signature {
    Signature { params: signature.params.clone(), results: signature.results.clone() }
}

fn signature(function: &wasmparser::FuncType) -> Signature {
    let types = |types: &[ValType]| types.iter().copied().map(wasm_type).collect();
    Signature { params: types(function.params()), results: types(function.results()) }
}

/// References and vectors are nothing that preview 1 takes; any other type than the right one will do for them.
fn wasm_type(value: ValType) -> WasmType {
    match value {
        ValType::I32 => WasmType::I32,
        ValType::I64 => WasmType::I64,
        ValType::F32 | ValType::V128 | ValType::Ref(_) => WasmType::F32,
        ValType::F64 => WasmType::F64,
    }
}
