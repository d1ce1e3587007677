//! What a WebAssembly binary says of itself, and what Spin's version check makes of that.
//!
//! **Background.** Modules of old toolchains run as core modules and corrupt memory once they are adapted into components
//! (<https://github.com/WebAssembly/wasi-libc/pull/377>). Which of them do is asked of their producers section by Spin, and of nothing else.
//!
//! **How.** [`inspect`] is a function from bytes to a [`Report`]: `read.rs` reads, `spin.rs` and `toolchain.rs` judge what was read, and [`text()`]
//! words it. An [`Inspected`] is what `--format json` writes of a file.
//!
//! **Behaviour.** [`Proof`] says what runs with a canary showed; they are asked elsewhere.
//!
//! **Limits.** Nothing is run here, and no instruction is looked at but to validate the module.

mod component;
mod error;
mod module;
mod producers;
mod prove;
mod read;
pub mod report;
mod runtimes;
mod spin;
mod text;
mod toolchain;

pub use error::InspectError;
pub use prove::{Behaviour, Proof, ProvingRun};
pub use report::{Inspected, Report};
pub use runtimes::{CanRun, RuntimeClaims, Runtimes};
pub use text::text;

use report::{Module, Webc};
use wasmparser::Parser;

/// The first bytes of a webc, before three digits that are its version.
const WEBC: &[u8] = b"\0webc";

/// The first bytes of WebAssembly, core or component.
const WASM: &[u8] = b"\0asm";

/// Looks at the bytes of a core module, of a component or of a webc.
///
/// # Errors
/// Where they are none of them, or end or break within a section.
pub fn inspect(bytes: &[u8]) -> Result<Report, InspectError> {
    if bytes.is_empty() {
        return Err(InspectError::Empty);
    }
    if let Some(rest) = bytes.strip_prefix(WEBC) {
        let version = rest.get(..3).filter(|version| version.iter().all(u8::is_ascii_digit));
        let Some(version) = version else { return Err(InspectError::WebcVersion) };
        return Ok(Report::Webc(Webc { version: String::from_utf8_lossy(version).into_owned(), bytes: bytes.len() as u64 }));
    }
    if !bytes.starts_with(WASM) {
        return Err(error::not_wasm(bytes));
    }
    if Parser::is_component(bytes) {
        return Ok(Report::Component(Box::new(component::component(bytes)?)));
    }
    Ok(Report::Module(Box::new(core_module(bytes)?)))
}

fn core_module(bytes: &[u8]) -> Result<Module, InspectError> {
    Ok(module::module(bytes, &read::read(bytes, 0)?))
}

#[cfg(test)]
mod tests;
