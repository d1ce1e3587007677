//! A core module read section by section: everything that the judgements stand on, names as they are.

use wasmparser::{BinaryReader, ExternalKind, KnownCustom, MemoryType, Name, Parser, Payload, TypeRef};

use super::{InspectError, producers::ProducersSection};

/// How many names of functions are looked at; toolchains that name functions name their own among the first.
const FUNCTION_NAMES: usize = 100_000;

/// What the sections of a core module say.
#[derive(Debug, Default)]
pub(super) struct Sections<'a> {
    pub(super) producers: Vec<ProducersSection<'a>>,
    pub(super) imports: Vec<Imported<'a>>,
    pub(super) exports: Vec<Exported<'a>>,
    /// Imported ones first, as they are numbered.
    pub(super) memories: Vec<MemoryType>,
    /// Names and how many bytes their contents have.
    pub(super) custom: Vec<(&'a str, u64)>,
    /// The function of a start section.
    pub(super) start: Option<u32>,
    pub(super) function_names: Vec<&'a str>,
}

#[derive(Debug)]
pub(super) struct Imported<'a> {
    pub(super) module: &'a str,
    pub(super) name: &'a str,
    pub(super) sort: &'static str,
}

#[derive(Debug)]
pub(super) struct Exported<'a> {
    pub(super) name: &'a str,
    pub(super) kind: ExternalKind,
    pub(super) index: u32,
    /// Where the export section begins.
    pub(super) at: u64,
}

impl Sections<'_> {
    pub(super) fn exports_function(&self, name: &str) -> bool {
        self.exports.iter().any(|export| export.name == name && is_function(export.kind))
    }
}

pub(super) fn is_function(kind: ExternalKind) -> bool {
    matches!(kind, ExternalKind::Func | ExternalKind::FuncExact)
}

/// Reads a module that begins at a byte of a file.
pub(super) fn read(wasm: &[u8], offset: u64) -> Result<Sections<'_>, InspectError> {
    let mut sections = Sections::default();
    for payload in Parser::new(offset).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import?;
                    if let TypeRef::Memory(memory) = import.ty {
                        sections.memories.push(memory);
                    }
                    sections.imports.push(Imported { module: import.module, name: import.name, sort: sort(import.ty) });
                }
            }
            Payload::MemorySection(section) => {
                for memory in section {
                    sections.memories.push(memory?);
                }
            }
            Payload::ExportSection(section) => {
                let at = section.range().start;
                for export in section {
                    let export = export?;
                    sections.exports.push(Exported { name: export.name, kind: export.kind, index: export.index, at });
                }
            }
            Payload::StartSection { func, .. } => sections.start = Some(func),
            Payload::CustomSection(section) => {
                sections.custom.push((section.name(), section.data().len() as u64));
                if section.name() == "producers" {
                    sections.producers.push(ProducersSection::read(BinaryReader::new(section.data(), section.data_offset())));
                } else if let KnownCustom::Name(names) = section.as_known() {
                    sections.function_names.extend(function_names(names));
                }
            }
            _ => {}
        }
    }
    Ok(sections)
}

/// As many as can be read: names are for people, and a module is none the worse for bad ones.
fn function_names(names: wasmparser::NameSectionReader<'_>) -> Vec<&str> {
    let mut found = Vec::new();
    for part in names.into_iter().map_while(Result::ok) {
        if let Name::Function(functions) = part {
            found.extend(functions.into_iter().map_while(Result::ok).take(FUNCTION_NAMES).map(|naming| naming.name));
        }
    }
    found
}

fn sort(ty: TypeRef) -> &'static str {
    match ty {
        TypeRef::Func(_) | TypeRef::FuncExact(_) => "function",
        TypeRef::Table(_) => "table",
        TypeRef::Memory(_) => "memory",
        TypeRef::Global(_) => "global",
        TypeRef::Tag(_) => "tag",
    }
}
