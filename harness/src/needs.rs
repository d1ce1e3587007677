//! What a module needs, read from its bytes: by validating it under ever fewer features, and from its imports.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use sha2::{Digest, Sha256};
use wasmatrix_adapter::{Capability, ValueType};
use wasmparser::{ConstExpr, ExternalKind, Operator, Parser, Payload, TypeRef, ValType, Validator, WasmFeatures};

/// What the bytes of a module tell.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    /// The capabilities without which it would be invalid or unlinkable.
    pub(crate) needs: BTreeSet<Capability>,
    /// Whether it imports a WASI module.
    pub(crate) imports_wasi: bool,
    /// Whether it imports a function that starts threads.
    pub(crate) starts_threads: bool,
    /// The value of its exported immutable i32 global `scratch`.
    pub(crate) scratch: Option<u32>,
    /// How many pages of 64 KiB a memory has at first that is its own and that it exports as `memory`.
    pub(crate) pages: Option<u64>,
    /// Its exports.
    pub(crate) exports: BTreeMap<String, ExportSort>,
}

/// What an export is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExportSort {
    Function,
    Table,
    Memory,
    Global,
    Tag,
}

impl fmt::Display for ExportSort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Function => "function",
            Self::Table => "table",
            Self::Memory => "memory",
            Self::Global => "global",
            Self::Tag => "tag",
        })
    }
}

/// Modules that were looked at, by their SHA-256: many cases ask about one module, and a trial of nextest reads all suites anew.
#[derive(Debug, Default)]
pub(crate) struct Looked(BTreeMap<[u8; 32], Result<Seen, String>>);

impl Looked {
    /// Looks at a module, once.
    pub(crate) fn at(&mut self, wasm: &[u8]) -> Result<Seen, String> {
        self.0.entry(Sha256::digest(wasm).into()).or_insert_with(|| look_at(wasm)).clone()
    }
}

/// Looks at a module. `Err` holds the validator's words for a module that is invalid with every feature on.
fn look_at(wasm: &[u8]) -> Result<Seen, String> {
    let mut needs = proposals(wasm)?;
    let imports = imports(wasm).map_err(|error| error.to_string())?;
    needs.extend(imports.iter().filter_map(|(module, _)| Capability::of_import_module(module)));
    let imports_wasi = imports.iter().any(|(module, _)| is_wasi(module));
    let starts_threads = imports.iter().any(|(module, name)| THREAD_STARTERS.contains(&(module.as_str(), name.as_str())));
    let exports = exports(wasm).map_err(|error| error.to_string())?;
    Ok(Seen { needs, imports_wasi, starts_threads, scratch: scratch(wasm), pages: pages(wasm), exports })
}

fn exports(wasm: &[u8]) -> wasmparser::Result<BTreeMap<String, ExportSort>> {
    let mut exports = BTreeMap::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export?;
                    let sort = match export.kind {
                        ExternalKind::Func | ExternalKind::FuncExact => ExportSort::Function,
                        ExternalKind::Table => ExportSort::Table,
                        ExternalKind::Memory => ExportSort::Memory,
                        ExternalKind::Global => ExportSort::Global,
                        ExternalKind::Tag => ExportSort::Tag,
                    };
                    exports.insert(export.name.to_owned(), sort);
                }
            }
            // Exports stand before it, and it is most of a module.
            Payload::CodeSectionStart { .. } => break,
            _ => {}
        }
    }
    Ok(exports)
}

/// The fewest proposals that a module is valid with; where one of several would do, the oldest. `Err` holds the validator's words for a
/// module that is invalid with all of them.
pub(crate) fn proposals(wasm: &[u8]) -> Result<BTreeSet<Capability>, String> {
    // Most modules of the specification's suite are valid without any, so that is asked first.
    if validate(wasm, basic_features()).is_ok() {
        return Ok(BTreeSet::new());
    }
    validate(wasm, all_features()).map_err(|error| error.to_string())?;
    let candidates: Vec<Capability> = Capability::ALL.into_iter().filter(|capability| features_of(*capability).is_some()).collect();
    let (older, newer) = candidates.split_at(candidates.len() / 2);
    let mut left = all_features();
    leave_out(wasm, newer, &mut left);
    leave_out(wasm, older, &mut left);
    Ok(candidates.into_iter().filter(|it| features_of(*it).is_some_and(|features| left.contains(features))).collect())
}

/// The proposal that would make a module valid and that no capability stands for, of a module that is invalid with all that one does stand for.
pub(crate) fn beyond_capabilities(wasm: &[u8]) -> Option<&'static str> {
    [
        ("custom-descriptors", WasmFeatures::CUSTOM_DESCRIPTORS),
        ("compact-import-section", WasmFeatures::COMPACT_IMPORTS),
        ("legacy exception handling", WasmFeatures::LEGACY_EXCEPTIONS),
        ("stack-switching", WasmFeatures::STACK_SWITCHING),
        ("shared-everything-threads", WasmFeatures::SHARED_EVERYTHING_THREADS),
        ("memory-control", WasmFeatures::MEMORY_CONTROL),
    ]
    .into_iter()
    .find(|(_, features)| validate(wasm, all_features() | *features).is_ok())
    .map(|(proposal, _)| proposal)
}

/// Whether a module is valid where these proposals are there and no others.
pub fn is_valid_with(wasm: &[u8], proposals: &BTreeSet<Capability>) -> bool {
    let features = proposals.iter().filter_map(|capability| features_of(*capability)).fold(basic_features(), |all, one| all | one);
    validate(wasm, features).is_ok()
}

/// Takes those of the candidates out of the features that a module is valid without, the newest first. Most modules need few, so they are
/// taken out by halves: what is valid without all of them is valid without each, since a feature more makes nothing invalid.
fn leave_out(wasm: &[u8], candidates: &[Capability], left: &mut WasmFeatures) {
    let out = candidates.iter().filter_map(|capability| features_of(*capability)).fold(WasmFeatures::empty(), |all, one| all | one);
    if validate(wasm, left.difference(out)).is_ok() {
        *left = left.difference(out);
    } else if candidates.len() > 1 {
        let (older, newer) = candidates.split_at(candidates.len() / 2);
        leave_out(wasm, newer, left);
        leave_out(wasm, older, left);
    }
}

fn validate(wasm: &[u8], features: WasmFeatures) -> wasmparser::Result<()> {
    Validator::new_with_features(features).validate_all(wasm).map(|_| ())
}

/// What WebAssembly 1.0 has, before every proposal: `GC_TYPES` only lets the validator speak of references that a proposal brings.
fn basic_features() -> WasmFeatures {
    WasmFeatures::FLOATS | WasmFeatures::GC_TYPES
}

fn all_features() -> WasmFeatures {
    Capability::ALL.into_iter().filter_map(features_of).fold(basic_features(), |all, features| all | features)
}

/// The validator's switches that a capability stands for; `None` for what validation cannot show.
fn features_of(capability: Capability) -> Option<WasmFeatures> {
    Some(match capability {
        Capability::MutableGlobals => WasmFeatures::MUTABLE_GLOBAL,
        Capability::SignExtension => WasmFeatures::SIGN_EXTENSION,
        Capability::SaturatingFloatToInt => WasmFeatures::SATURATING_FLOAT_TO_INT,
        Capability::MultiValue => WasmFeatures::MULTI_VALUE,
        // The validator splits two proposals further than the proposals' own documents do.
        Capability::BulkMemory => WasmFeatures::BULK_MEMORY | WasmFeatures::BULK_MEMORY_OPT,
        Capability::ReferenceTypes => WasmFeatures::REFERENCE_TYPES | WasmFeatures::CALL_INDIRECT_OVERLONG,
        Capability::Simd => WasmFeatures::SIMD,
        Capability::RelaxedSimd => WasmFeatures::RELAXED_SIMD,
        Capability::ExtendedConst => WasmFeatures::EXTENDED_CONST,
        Capability::TailCall => WasmFeatures::TAIL_CALL,
        Capability::MultiMemory => WasmFeatures::MULTI_MEMORY,
        Capability::Memory64 => WasmFeatures::MEMORY64,
        Capability::FunctionReferences => WasmFeatures::FUNCTION_REFERENCES,
        Capability::Gc => WasmFeatures::GC,
        Capability::Exceptions => WasmFeatures::EXCEPTIONS,
        Capability::Threads => WasmFeatures::THREADS,
        Capability::CustomPageSizes => WasmFeatures::CUSTOM_PAGE_SIZES,
        Capability::WideArithmetic => WasmFeatures::WIDE_ARITHMETIC,
        Capability::WasiPreview1
        | Capability::WasiUnstable
        | Capability::Wasix
        | Capability::WasiThreads
        | Capability::ThreadLimit
        | Capability::PollLimit
        | Capability::LoopbackNetwork
        | Capability::CommandRunner
        | Capability::EnvironmentMemory
        | Capability::CacheDirectory
        | Capability::PersistentCache
        | Capability::CacheInMemory
        | Capability::Artifacts
        | Capability::NamedInstances
        | Capability::Parallel
        | Capability::SharedMemory
        | Capability::Fuel
        | Capability::Component => return None,
    })
}

/// What of these needs is not claimed, in words; of a system interface also the module that is imported. `None`: all is.
pub(crate) fn unmet(needs: &BTreeSet<Capability>, claimed: &BTreeSet<Capability>) -> Option<String> {
    let missing = needs.difference(claimed).map(|capability| match capability.import_module() {
        Some(module) => format!("{capability} (`{module}`)"),
        None => capability.to_string(),
    });
    let missing: Vec<String> = missing.collect();
    (!missing.is_empty()).then(|| missing.join(", "))
}

/// Whether a module of this name is a system interface.
pub(crate) fn is_wasi(module: &str) -> bool {
    Capability::of_import_module(module).is_some()
}

/// The imports that start threads, those of processes included.
const THREAD_STARTERS: [(&str, &str); 4] =
    [("wasi", "thread-spawn"), ("wasix_32v1", "thread_spawn"), ("wasix_32v1", "thread_spawn_v2"), ("wasix_32v1", "proc_fork")];

/// The names of the modules that a module imports from.
pub(crate) fn imported_modules(wasm: &[u8]) -> wasmparser::Result<BTreeSet<String>> {
    Ok(imports(wasm)?.into_iter().map(|(module, _)| module).collect())
}

/// What a module imports: the module's name and its own.
fn imports(wasm: &[u8]) -> wasmparser::Result<BTreeSet<(String, String)>> {
    let mut imports = BTreeSet::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import?;
                    imports.insert((import.module.to_owned(), import.name.to_owned()));
                }
            }
            // Imports stand before them, and they are most of a module.
            Payload::CodeSectionStart { .. } => break,
            _ => {}
        }
    }
    Ok(imports)
}

/// What can be asked of an export from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Export {
    /// A function, with the types of its parameters; `None` for one whose values nobody outside of the guest has.
    Function(Vec<Option<ValueType>>),
    /// A global.
    Global,
    /// A memory with this many bytes at the beginning, at least.
    Memory {
        /// In bytes.
        bytes: u64,
    },
}

impl Export {
    /// Whether it is looked at, and not called.
    pub(crate) fn is_looked_at(&self) -> bool {
        !matches!(self, Self::Function(_))
    }
}

/// The exports of a valid module that can be called or looked at, in its own order; tables and tags are left out, since nothing can be asked of them.
pub(crate) fn askable(wasm: &[u8]) -> Vec<(String, Export)> {
    let mut validator = Validator::new_with_features(all_features());
    let Ok(types) = validator.validate_all(wasm) else { return Vec::new() };
    let types = types.as_ref();
    let mut exports = Vec::new();
    for payload in Parser::new(0).parse_all(wasm).map_while(Result::ok) {
        let Payload::ExportSection(section) = payload else { continue };
        for export in section.into_iter().map_while(Result::ok) {
            let what = match export.kind {
                ExternalKind::Func | ExternalKind::FuncExact => {
                    let ty = types.core_function_at(export.index);
                    Export::Function(types[ty].unwrap_func().params().iter().map(|param| value_type(*param)).collect())
                }
                ExternalKind::Global => Export::Global,
                ExternalKind::Memory => {
                    let memory = types.memory_at(export.index);
                    Export::Memory { bytes: memory.initial.saturating_mul(1_u64 << memory.page_size_log2.unwrap_or(16)) }
                }
                ExternalKind::Table | ExternalKind::Tag => continue,
            };
            exports.push((export.name.to_owned(), what));
        }
    }
    exports
}

/// A type whose null, at least, can be given from outside.
fn value_type(ty: ValType) -> Option<ValueType> {
    match ty {
        ValType::I32 => Some(ValueType::I32),
        ValType::I64 => Some(ValueType::I64),
        ValType::F32 => Some(ValueType::F32),
        ValType::F64 => Some(ValueType::F64),
        ValType::V128 => Some(ValueType::V128),
        ValType::FUNCREF => Some(ValueType::Funcref),
        ValType::EXTERNREF => Some(ValueType::Externref),
        ValType::Ref(_) => None,
    }
}

/// The address of the scratch area. It is read here and not asked of the runtime, so that every request of a case is known before the
/// first one is sent.
fn scratch(wasm: &[u8]) -> Option<u32> {
    let mut imported_globals = 0;
    let mut globals = Vec::new();
    let mut exported = None;
    for payload in Parser::new(0).parse_all(wasm) {
        match payload.ok()? {
            Payload::ImportSection(section) => {
                imported_globals = section.into_imports().flatten().filter(|import| matches!(import.ty, TypeRef::Global(_))).count();
            }
            Payload::GlobalSection(section) => {
                globals = section
                    .into_iter()
                    .map(|global| global.ok().filter(|it| !it.ty.mutable).and_then(|it| constant(&it.init_expr)))
                    .collect();
            }
            Payload::ExportSection(section) => {
                exported = section.into_iter().flatten().find(|export| export.name == "scratch" && export.kind == ExternalKind::Global);
            }
            _ => {}
        }
    }
    let own = usize::try_from(exported?.index).ok()?.checked_sub(imported_globals)?;
    *globals.get(own)?
}

/// The first size of the memory that is exported as `memory`, where its pages are of the usual size and it is not imported: what another module
/// brings may have any size.
fn pages(wasm: &[u8]) -> Option<u64> {
    let mut own = Vec::new();
    let mut imported = 0;
    let mut exported = None;
    for payload in Parser::new(0).parse_all(wasm) {
        match payload.ok()? {
            Payload::ImportSection(section) => {
                imported = section.into_imports().flatten().filter(|import| matches!(import.ty, TypeRef::Memory(_))).count();
            }
            Payload::MemorySection(section) => own = section.into_iter().flatten().collect(),
            Payload::ExportSection(section) => {
                exported = section.into_iter().flatten().find(|export| export.name == "memory" && export.kind == ExternalKind::Memory);
                break;
            }
            _ => {}
        }
    }
    let memory = own.get(usize::try_from(exported?.index).ok()?.checked_sub(imported)?)?;
    memory.page_size_log2.is_none_or(|bits| bits == 16).then_some(memory.initial)
}

fn constant(expression: &ConstExpr<'_>) -> Option<u32> {
    match expression.get_operators_reader().read().ok()? {
        Operator::I32Const { value } => Some(value.cast_unsigned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needs_are_what_a_module_would_be_invalid_without() {
        for (wat, needs) in [
            ("(module (func (export \"f\") (result i32) (i32.const 1)))", vec![]),
            ("(module (func (result i32 i32) (i32.const 1) (i32.const 2)))", vec![Capability::MultiValue]),
            ("(module (memory 1) (func (memory.fill (i32.const 0) (i32.const 0) (i32.const 0))))", vec![Capability::BulkMemory]),
            ("(module (func (param externref)))", vec![Capability::ReferenceTypes]),
            ("(module (func (result v128) (v128.const i64x2 0 0)))", vec![Capability::Simd]),
            ("(module (func (drop (i32.extend8_s (i32.const 1)))))", vec![Capability::SignExtension]),
            ("(module (func $f (return_call $f)))", vec![Capability::TailCall]),
            ("(module (memory i64 1))", vec![Capability::Memory64]),
            ("(module (memory 1) (memory 1))", vec![Capability::MultiMemory]),
            ("(module (memory 1 1 shared))", vec![Capability::Threads]),
            ("(module (global (export \"g\") (mut i32) (i32.const 0)))", vec![Capability::MutableGlobals]),
            ("(module (tag))", vec![Capability::Exceptions]),
            ("(module (import \"wasi_snapshot_preview1\" \"sched_yield\" (func (result i32))))", vec![Capability::WasiPreview1]),
        ] {
            let wasm = wat::parse_str(wat).expect(wat);
            assert_eq!(look_at(&wasm).expect(wat).needs, needs.into_iter().collect(), "{wat}");
        }
        let structs = look_at(&wat::parse_str("(module (type (struct)))").expect("assembles")).expect("valid").needs;
        assert!(structs.contains(&Capability::Gc), "{structs:?}");
    }

    /// Leaving candidates out by halves finds what leaving them out one by one finds, whatever a module needs, and that is enough.
    #[test]
    fn halves_find_what_single_features_find() {
        for wat in [
            "(module)",
            "(module (func (result i32 i32) (i32.const 1) (i32.extend8_s (i32.const 2))) (memory 1) (memory i64 1))",
            "(module (type $s (struct (field i32))) (func (param (ref $s)) (result v128) (v128.const i64x2 0 0)))",
            "(module (tag $t) (memory 1 1 shared) (func $f (throw $t)) (func (return_call $f)))",
            "(module (table 1 externref) (table 1 funcref) (func (table.copy 1 1 (i32.const 0) (i32.const 0) (i32.const 0))))",
            "(module (type $f (func)) (func (param (ref $f)) (call_ref $f (local.get 0))))",
            "(module (global i32 (i32.add (i32.const 1) (i32.const 2))) (func (i64.add128 (i64.const 1) (i64.const 1) (i64.const 1) (i64.const 1)) drop drop))",
        ] {
            let wasm = wat::parse_str(wat).expect(wat);
            let alone = |capability: &Capability| {
                features_of(*capability).is_some_and(|features| validate(&wasm, all_features().difference(features)).is_err())
            };
            let needs = look_at(&wasm).expect(wat).needs;
            assert_eq!(needs, Capability::ALL.into_iter().filter(alone).collect(), "{wat}");
            assert!(is_valid_with(&wasm, &needs), "{wat}");
        }
    }

    /// Leaving out one at a time finds neither of the two, and a module that needs neither is not what this one is.
    #[test]
    fn where_either_of_two_proposals_would_do_the_older_is_needed() {
        let wasm = wat::parse_str("(module (type $t (func)) (func (param (ref null $t))))").expect("it assembles");
        let needs = look_at(&wasm).expect("valid").needs;
        assert!(needs.contains(&Capability::FunctionReferences) && !needs.contains(&Capability::Gc), "{needs:?}");
        assert!(is_valid_with(&wasm, &needs), "{needs:?}");
    }

    #[test]
    fn pages_are_those_of_a_memory_of_its_own() {
        for (wat, pages) in [
            ("(module (memory (export \"memory\") 3 9))", Some(3)),
            ("(module (memory 1) (memory (export \"memory\") 2))", Some(2)),
            ("(module (memory (export \"other\") 3))", None),
            ("(module (import \"e\" \"m\" (memory 3)) (export \"memory\" (memory 0)))", None),
            ("(module (import \"e\" \"m\" (memory 3)) (memory (export \"memory\") 4))", Some(4)),
            ("(module (memory (export \"memory\") 3 (pagesize 1)))", None),
            ("(module (func (export \"memory\")))", None),
        ] {
            assert_eq!(look_at(&wat::parse_str(wat).expect(wat)).expect(wat).pages, pages, "{wat}");
        }
    }

    #[test]
    fn the_scratch_area_is_found_past_imported_globals() {
        let wat =
            "(module (import \"e\" \"g\" (global i32)) (global i32 (i32.const 7)) (global (export \"scratch\") i32 (i32.const 4096)))";
        assert_eq!(look_at(&wat::parse_str(wat).expect(wat)).expect(wat).scratch, Some(4096));
        let mutable = "(module (global (export \"scratch\") (mut i32) (i32.const 4096)))";
        assert_eq!(look_at(&wat::parse_str(mutable).expect(mutable)).expect(mutable).scratch, None);
    }
}
