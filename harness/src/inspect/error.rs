//! Why bytes cannot be looked at.

use super::{WASM, report::shown};

/// How many bytes are shown of something that is no WebAssembly.
const SHOWN: usize = 8;

/// Why bytes cannot be looked at; each says where, why and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InspectError {
    /// There are no bytes.
    #[error("at byte 0: the file is empty; was its build or its download cut off?")]
    Empty,
    /// Something that people read.
    #[error("at byte 0: this is text that begins with `{0}`, and no binary; WAT is assembled where the file is called .wat")]
    Text(String),
    /// Some other binary.
    #[error("at byte 0: this is no WebAssembly: it begins with {0}, and a module begins with 00 61 73 6d; name a .wasm file")]
    NotWasm(String),
    /// A webc without a version.
    #[error("at byte 5: a webc says its version there, in three digits, and this one does not; it is truncated or damaged: get it again")]
    WebcVersion,
    /// A section, or what is before them, that cannot be read.
    #[error("at byte {offset} (0x{offset:x}): {cause}; the file is truncated or damaged: build it or get it again")]
    Malformed {
        /// From the beginning of the file.
        offset: u64,
        /// The parser's words.
        cause: String,
    },
}

impl From<wasmparser::Error> for InspectError {
    fn from(error: wasmparser::Error) -> Self {
        Self::Malformed { offset: error.offset(), cause: shown(error.message()) }
    }
}

/// What is there instead of a module.
pub(super) fn not_wasm(bytes: &[u8]) -> InspectError {
    if WASM.starts_with(bytes) {
        let cause = format!("it ends after {} of the 8 bytes that every module begins with", bytes.len());
        return InspectError::Malformed { offset: bytes.len() as u64, cause };
    }
    let beginning = bytes.get(..256).unwrap_or(bytes);
    // A character may have been cut in two at the end.
    let text = match str::from_utf8(beginning) {
        Ok(text) => Some(text),
        Err(error) if error.error_len().is_none() => str::from_utf8(&beginning[..error.valid_up_to()]).ok(),
        Err(_) => None,
    };
    match text {
        Some(text) if !text.is_empty() && text.chars().all(|it| !it.is_control() || it.is_ascii_whitespace()) => {
            let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
            InspectError::Text(shown(&line.trim().chars().take(40).collect::<String>()))
        }
        _ => {
            let first: Vec<String> = bytes.iter().take(SHOWN).map(|byte| format!("{byte:02x}")).collect();
            InspectError::NotWasm(first.join(" "))
        }
    }
}
