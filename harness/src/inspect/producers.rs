//! The custom section `producers`, as the tool conventions have it: fields (language, processed-by, sdk) of names with versions.

use wasmparser::{BinaryReader, ProducersSectionReader};

/// One section; a module may have several, though it should not.
#[derive(Debug)]
pub(super) struct ProducersSection<'a> {
    /// Where its contents begin.
    pub(super) at: u64,
    /// In the section's own order, as far as it can be read.
    pub(super) entries: Vec<Entry<'a>>,
    /// Why it cannot be read to its end.
    pub(super) broken: Option<wasmparser::Error>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry<'a> {
    pub(super) field: &'a str,
    pub(super) name: &'a str,
    pub(super) version: &'a str,
}

impl<'a> ProducersSection<'a> {
    pub(super) fn read(reader: BinaryReader<'a>) -> Self {
        let at = reader.original_position();
        let mut entries = Vec::new();
        let broken = into(reader, &mut entries).err();
        Self { at, entries, broken }
    }

    /// The version of a clang that Spin finds: of the last field `processed-by`, the last value of exactly this name.
    pub(super) fn clang(&self) -> Option<&'a str> {
        self.entries.iter().rev().find(|entry| entry.field == "processed-by" && entry.name == "clang").map(|entry| entry.version)
    }
}

fn into<'a>(reader: BinaryReader<'a>, entries: &mut Vec<Entry<'a>>) -> wasmparser::Result<()> {
    for field in ProducersSectionReader::new(reader)? {
        let field = field?;
        for value in field.values {
            let value = value?;
            entries.push(Entry { field: field.name, name: value.name, version: value.version });
        }
    }
    Ok(())
}
