//! A core module's sections put in the order of a report.

use std::collections::{BTreeMap, BTreeSet};

use wasmparser::ExternalKind;

use super::{
    producers::ProducersSection,
    read::{Imported, Sections},
    report::{AdapterSignals, CustomSection, Entry, ImportedFrom, Listed, Memory, Module, Needs, Producer, Producers, shown},
    spin, toolchain,
};
use crate::needs::{Looked, beyond_capabilities, is_wasi};

/// What wit-bindgen has called the function by which memory is asked for.
pub(super) const REALLOC: [&str; 2] = ["cabi_realloc", "canonical_abi_realloc"];

pub(super) fn module(bytes: &[u8], sections: &Sections<'_>) -> Module {
    Module {
        bytes: bytes.len() as u64,
        producers: producers(&sections.producers),
        toolchain: toolchain::told(sections),
        entry: entry(sections),
        start_section: sections.start,
        imports: imports(&sections.imports),
        memories: memories(sections),
        needs: needs(bytes),
        custom_sections: custom(&sections.custom),
        adapter_signals: AdapterSignals {
            realloc: REALLOC.into_iter().filter(|name| sections.exports_function(name)).map(str::to_owned).collect(),
            component_types: component_types(sections).map(shown).collect(),
        },
        spin: spin::verdicts(sections),
    }
}

pub(super) fn component_types<'s>(sections: &'s Sections<'_>) -> impl Iterator<Item = &'s str> {
    sections.custom.iter().map(|(name, _)| *name).filter(|name| name.starts_with("component-type"))
}

pub(super) fn producers(sections: &[ProducersSection<'_>]) -> Producers {
    let of = |field: &str| {
        let entries = sections.iter().flat_map(|section| &section.entries).filter(|entry| entry.field == field);
        entries.map(|entry| Producer { name: shown(entry.name), version: shown(entry.version) }).collect()
    };
    let broken = sections.iter().find_map(|section| section.broken.as_ref());
    Producers {
        sections: sections.len(),
        language: of("language"),
        processed_by: of("processed-by"),
        sdk: of("sdk"),
        broken: broken.map(|error| format!("at byte {}: {}", error.offset(), shown(error.message()))),
    }
}

pub(super) fn custom(sections: &[(&str, u64)]) -> Listed<CustomSection> {
    sections.iter().map(|(name, bytes)| CustomSection { name: shown(name), bytes: *bytes }).collect()
}

fn entry(sections: &Sections<'_>) -> Entry {
    match (sections.exports_function("_start"), sections.exports_function("_initialize")) {
        (true, true) => Entry::CommandAndReactor,
        (true, false) => Entry::Command,
        (false, true) => Entry::Reactor,
        (false, false) => Entry::Neither,
    }
}

/// What is imported from one module.
#[derive(Default)]
struct Names<'a> {
    functions: BTreeSet<&'a str>,
    /// Each with its sort before it.
    others: BTreeSet<(&'a str, &'a str)>,
}

pub(super) fn imports(imports: &[Imported<'_>]) -> Listed<ImportedFrom> {
    let mut modules: BTreeMap<&str, Names<'_>> = BTreeMap::new();
    for import in imports {
        let names = modules.entry(import.module).or_default();
        if import.sort == "function" {
            names.functions.insert(import.name);
        } else {
            names.others.insert((import.sort, import.name));
        }
    }
    let from = |(module, names): (&str, Names<'_>)| ImportedFrom {
        module: shown(module),
        is_wasi: is_wasi(module),
        functions: names.functions.into_iter().map(shown).collect(),
        others: names.others.into_iter().map(|(sort, name)| format!("{sort} {}", shown(name))).collect(),
    };
    modules.into_iter().map(from).collect()
}

fn memories(sections: &Sections<'_>) -> Listed<Memory> {
    let mut imported = sections.imports.iter().filter(|import| import.sort == "memory");
    let mut exported: BTreeMap<u64, Vec<&str>> = BTreeMap::new();
    for export in sections.exports.iter().filter(|export| export.kind == ExternalKind::Memory) {
        exported.entry(export.index.into()).or_default().push(export.name);
    }
    let memories = (0_u64..).zip(&sections.memories).map(|(index, memory)| Memory {
        imported: imported.next().map(|import| format!("{}.{}", shown(import.module), shown(import.name))),
        exported: exported.remove(&index).unwrap_or_default().into_iter().map(shown).collect(),
        minimum: memory.initial,
        maximum: memory.maximum,
        page_bytes: 1_u64.checked_shl(memory.page_size_log2.unwrap_or(16)),
        shared: memory.shared,
        memory64: memory.memory64,
    });
    memories.collect()
}

fn needs(bytes: &[u8]) -> Needs {
    match Looked::default().at(bytes) {
        Ok(seen) => Needs::Capabilities(seen.needs.iter().map(ToString::to_string).collect()),
        Err(reason) => Needs::Invalid { reason: shown(&reason), valid_with: beyond_capabilities(bytes).map(str::to_owned) },
    }
}
