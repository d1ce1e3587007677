//! A component: its own names and sections, and the core modules inside of it.

use wasmparser::{BinaryReader, Encoding, Parser, Payload};

use super::{
    InspectError, module,
    producers::ProducersSection,
    read,
    report::{Component, Inner, LISTED, Listed, shown},
    toolchain,
};

pub(super) fn component(bytes: &[u8]) -> Result<Component, InspectError> {
    // What the parser is inside of; the first is the component itself.
    let mut inside: Vec<Encoding> = Vec::new();
    let (mut own_producers, mut own_custom) = (Vec::new(), Vec::new());
    let (mut imports, mut exports) = (Vec::new(), Vec::new());
    let mut components = 0;
    let mut modules = Listed { first: Vec::new(), more: 0 };
    for payload in Parser::new(0).parse_all(bytes) {
        let is_own = inside.len() == 1;
        match payload? {
            Payload::Version { encoding, .. } => inside.push(encoding),
            Payload::End(_) => drop(inside.pop()),
            Payload::ModuleSection { unchecked_range, .. } => {
                if modules.first.len() < LISTED {
                    modules.first.push(inner(bytes, unchecked_range, inside.len() - 1)?);
                } else {
                    modules.more += 1;
                }
            }
            Payload::ComponentSection { .. } => components += 1,
            Payload::ComponentImportSection(section) if is_own => {
                for import in section {
                    imports.push(import?.name.name);
                }
            }
            Payload::ComponentExportSection(section) if is_own => {
                for export in section {
                    exports.push(export?.name.name);
                }
            }
            Payload::CustomSection(section) if is_own => {
                own_custom.push((section.name(), section.data().len() as u64));
                if section.name() == "producers" {
                    own_producers.push(ProducersSection::read(BinaryReader::new(section.data(), section.data_offset())));
                }
            }
            _ => {}
        }
    }
    Ok(Component {
        bytes: bytes.len() as u64,
        producers: module::producers(&own_producers),
        imports: imports.into_iter().map(shown).collect(),
        exports: exports.into_iter().map(shown).collect(),
        custom_sections: module::custom(&own_custom),
        components,
        modules,
    })
}

fn inner(bytes: &[u8], range: std::ops::Range<u64>, depth: usize) -> Result<Inner, InspectError> {
    let end = bytes.len() as u64;
    let part = |at: u64| usize::try_from(at.min(end)).unwrap_or(bytes.len());
    let Some(wasm) = bytes.get(part(range.start)..part(range.end)) else {
        let cause = "a core module begins behind its own end".to_owned();
        return Err(InspectError::Malformed { offset: range.start, cause });
    };
    let sections = read::read(wasm, range.start)?;
    Ok(Inner {
        at: range.start,
        depth,
        bytes: wasm.len() as u64,
        producers: module::producers(&sections.producers),
        toolchain: toolchain::told(&sections),
        imports: module::imports(&sections.imports),
    })
}
