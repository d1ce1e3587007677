//! A step that makes a shared memory as it is written, and what else may name one.

use super::{
    file::StepFile,
    lifecycle::Lifecycle,
    lifecycle_step,
    step::{self, Names, StepError},
};
use crate::yaml::{At, Place};

/// The most pages that a memory with addresses of 32 bits can have.
const MOST_PAGES: u64 = 65536;

/// The one export that a shared memory has where it is opened.
const EXPORT: &str = "memory";

/// Converts the step that makes one.
pub(super) fn convert(operand: &str, file: &StepFile, place: Place, names: &mut Names<'_>) -> Result<Lifecycle, StepError> {
    let pages = |written: Option<&At<u64>>, field| {
        let written = written.ok_or_else(|| step::missing(place, "shared_memory", field))?;
        if written.value > MOST_PAGES {
            return Err((written.place, format!("`{field}: {}` is more pages than a memory can have, {MOST_PAGES}", written.value)));
        }
        Ok((written.value, written.place))
    };
    let (minimum, at) = pages(file.minimum.as_ref(), "minimum")?;
    let (maximum, _) = pages(file.maximum.as_ref(), "maximum")?;
    if minimum > maximum {
        return Err((at, format!("`minimum: {minimum}` is larger than `maximum: {maximum}`; no memory is of both")));
    }
    let engine = lifecycle_step::engine(file, names)?;
    if names.modules.contains(&operand) {
        return Err((place, format!("`{operand}` is the name of a module, and so of its instance; give the shared memory another one")));
    }
    lifecycle_step::give(operand, place, names)?;
    names.opened.shared_memories.push(operand.to_owned());
    Ok(Lifecycle::SharedMemory { memory: operand.to_owned(), engine, minimum, maximum })
}

/// Whose memory a step reaches: an instance's, or a shared one.
pub(super) fn holder(named: Option<&At<String>>, export: &str, names: &Names<'_>, place: Place) -> Result<String, StepError> {
    match named.filter(|named| names.opened.shared_memories.contains(&named.value)) {
        Some(named) if export != EXPORT => {
            Err((named.place, format!("`{}` is a shared memory, which goes by the name `{EXPORT}`, not `{export}`", named.value)))
        }
        Some(named) => Ok(named.value.clone()),
        None => step::known_instance(named, names, place),
    }
}
