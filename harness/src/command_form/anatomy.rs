//! What of a module must be known to add a `_start` to it.

use std::collections::{BTreeMap, BTreeSet};

use wasmatrix_adapter::ValueType;
use wasmparser::{ExternalKind, Operator, Parser, Payload, TypeRef, ValType, Validator, WasmFeatures, types::Types};

/// A module's functions, imported and exported.
#[derive(Debug)]
pub(super) struct Anatomy {
    /// How many types it has.
    pub(super) types: u32,
    /// How many functions it has, the imported ones first.
    pub(super) functions_in_all: u32,
    /// How many of them are imported.
    pub(super) imported_functions: u32,
    /// The WASI module that it imports from.
    pub(super) wasi: Option<String>,
    /// Its import of `fd_write`.
    pub(super) fd_write: Option<u32>,
    /// An import that is not WASI's, as `module.name`.
    pub(super) other_import: Option<String>,
    /// The exported functions by name.
    pub(super) functions: BTreeMap<String, Function>,
    /// Whether it exports its first memory as `memory`.
    pub(super) exports_memory: bool,
    /// What each function calls or takes a reference to, by its index.
    calls: BTreeMap<u32, BTreeSet<u32>>,
    start: Option<u32>,
    /// Whether functions stand in tables or globals, so that calls do not tell all that can be reached.
    has_references: bool,
}

/// A function.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) index: u32,
    pub(super) params: usize,
    pub(super) results: Vec<ValueType>,
}

impl Anatomy {
    pub(super) fn of(wasm: &[u8]) -> wasmparser::Result<Self> {
        let types = Validator::new_with_features(WasmFeatures::all()).validate_all(wasm)?;
        let mut anatomy = Self {
            types: types.as_ref().core_type_count_in_module(),
            functions_in_all: types.as_ref().function_count(),
            imported_functions: 0,
            wasi: None,
            fd_write: None,
            other_import: None,
            functions: BTreeMap::new(),
            exports_memory: false,
            calls: BTreeMap::new(),
            start: None,
            has_references: false,
        };
        let mut own = 0;
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        anatomy.note_import(&import?);
                    }
                }
                Payload::ExportSection(section) => {
                    for export in section {
                        let export = export?;
                        match export.kind {
                            ExternalKind::Func | ExternalKind::FuncExact => {
                                anatomy.functions.insert(export.name.to_owned(), function(&types, export.index));
                            }
                            ExternalKind::Memory => anatomy.exports_memory |= export.name == "memory" && export.index == 0,
                            ExternalKind::Table | ExternalKind::Global | ExternalKind::Tag => {}
                        }
                    }
                }
                Payload::StartSection { func, .. } => anatomy.start = Some(func),
                Payload::ElementSection(_) => anatomy.has_references = true,
                Payload::GlobalSection(section) => {
                    for global in section {
                        anatomy.has_references |= matches!(global?.ty.content_type, ValType::Ref(_));
                    }
                }
                Payload::CodeSectionEntry(body) => {
                    let mut called = BTreeSet::new();
                    for operator in body.get_operators_reader()? {
                        if let Operator::Call { function_index }
                        | Operator::ReturnCall { function_index }
                        | Operator::RefFunc { function_index } = operator?
                        {
                            called.insert(function_index);
                        }
                    }
                    anatomy.calls.insert(anatomy.imported_functions + own, called);
                    own += 1;
                }
                _ => {}
            }
        }
        Ok(anatomy)
    }

    /// The functions that can run where these are called; `None`: any may.
    pub(super) fn reached(&self, called: impl Iterator<Item = u32>) -> Option<BTreeSet<u32>> {
        if self.has_references {
            return None;
        }
        let mut reached = BTreeSet::new();
        let mut left: Vec<u32> = called.chain(self.start).collect();
        while let Some(function) = left.pop() {
            if reached.insert(function) {
                left.extend(self.calls.get(&function).into_iter().flatten());
            }
        }
        Some(reached)
    }

    fn note_import(&mut self, import: &wasmparser::Import<'_>) {
        let is_function = matches!(import.ty, TypeRef::Func(_) | TypeRef::FuncExact(_));
        if is_function && matches!(import.module, "wasi_snapshot_preview1" | "wasi_unstable") {
            if import.name == "fd_write" {
                self.fd_write = Some(self.imported_functions);
            }
            self.wasi.get_or_insert_with(|| import.module.to_owned());
        } else {
            self.other_import.get_or_insert_with(|| format!("{}.{}", import.module, import.name));
        }
        self.imported_functions += u32::from(is_function);
    }
}

fn function(types: &Types, index: u32) -> Function {
    let types = types.as_ref();
    let function = types[types.core_function_at(index)].unwrap_func();
    Function { index, params: function.params().len(), results: function.results().iter().copied().map(value_type).collect() }
}

fn value_type(value: ValType) -> ValueType {
    match value {
        ValType::I32 => ValueType::I32,
        ValType::I64 => ValueType::I64,
        ValType::F32 => ValueType::F32,
        ValType::F64 => ValueType::F64,
        ValType::V128 => ValueType::V128,
        // No reference is printed, so which one it is does not matter.
        ValType::Ref(_) => ValueType::Externref,
    }
}
