//! What is said of a binary: what `--format json` writes, and what the text for people is made of.

use std::fmt;

use serde::Serialize;
use sha2::{Digest as _, Sha256};
use wasmatrix_reports::VersionCheck;

use super::{Proof, Runtimes};

/// How many entries a list has at most.
pub const LISTED: usize = 100;

/// How many characters a name has at most.
const LONGEST_NAME: usize = 200;

/// A file, what it is and who can run it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Inspected {
    /// As it was named.
    pub path: String,
    /// What it is.
    #[serde(flatten)]
    pub report: Report,
    /// Who can run it.
    pub runtimes: Runtimes,
    /// What it does to memory that is not its own, where that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proof: Option<Proof>,
}

/// What a file is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Report {
    /// A core module.
    Module(Box<Module>),
    /// A component.
    Component(Box<Component>),
    /// A webc, whose inside is not looked at.
    Webc(Webc),
}

impl Report {
    /// What Spin's checks say of a core module with these bytes, for a table.
    pub fn version_check(&self, wasm: &[u8]) -> Option<VersionCheck> {
        let Self::Module(module) = self else { return None };
        Some(VersionCheck {
            module: crate::hex(&Sha256::digest(wasm)),
            says: module.spin.v3.answer.to_string(),
            older_says: module.spin.v2_7.answer.to_string(),
            refuses: module.spin.v3.answer == V3::Unsafe,
            asks_module: !module.adapter_signals.realloc.is_empty(),
        })
    }
}

impl fmt::Display for V3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Safe => "safe",
            Self::SafeWithWarning => "safe with warning",
            Self::Unsafe => "unsafe",
            Self::NotChecked => "not checked",
            Self::Unreadable => "refused",
        })
    }
}

impl fmt::Display for V2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ProbablySafe => "probably safe",
            Self::ProbablyUnsafe => "probably unsafe",
            Self::Unknown => "unknown",
            Self::Unreadable => "refused",
        })
    }
}

/// A list of which only the beginning is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Listed<T> {
    /// The first of them, at most 100.
    pub first: Vec<T>,
    /// How many there are beside.
    pub more: usize,
}

impl<T> Listed<T> {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.first.is_empty()
    }
}

impl<T> FromIterator<T> for Listed<T> {
    fn from_iter<I: IntoIterator<Item = T>>(all: I) -> Self {
        let mut all = all.into_iter();
        let first = all.by_ref().take(LISTED).collect();
        Self { first, more: all.count() }
    }
}

/// A name as it is shown: not longer than a line or two, and without control characters, which could do things to a terminal.
pub(super) fn shown(name: &str) -> String {
    let mut shown: String = name.chars().take(LONGEST_NAME).map(|it| if it.is_control() { '\u{fffd}' } else { it }).collect();
    if shown.len() < name.len() && name.chars().nth(LONGEST_NAME).is_some() {
        shown.push_str(&format!("… ({} bytes)", name.len()));
    }
    shown
}

/// A core module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Module {
    /// How many bytes it has.
    pub bytes: u64,
    /// What it says of the tools that made it.
    pub producers: Producers,
    /// What it looks to be made by.
    pub toolchain: Vec<Toolchain>,
    /// How it is to be run.
    pub entry: Entry,
    /// Whether it has a start section, whose function runs when it is instantiated.
    pub start_section: Option<u32>,
    /// What it imports, by module.
    pub imports: Listed<ImportedFrom>,
    /// Its memories, imported ones first.
    pub memories: Listed<Memory>,
    /// The proposals and system interfaces without which it is invalid or cannot be linked.
    pub needs: Needs,
    /// Its custom sections, in its own order.
    pub custom_sections: Listed<CustomSection>,
    /// What tells an adapter that the module was made for components.
    pub adapter_signals: AdapterSignals,
    /// What Spin says of it.
    pub spin: Spin,
}

/// What the producers sections say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Producers {
    /// How many sections of that name there are; the conventions want one at most.
    pub sections: usize,
    /// Source languages.
    pub language: Listed<Producer>,
    /// Tools that it went through.
    pub processed_by: Listed<Producer>,
    /// SDKs.
    pub sdk: Listed<Producer>,
    /// Why a section could not be read to its end, and where.
    pub broken: Option<String>,
}

/// A tool, a language or an SDK.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Producer {
    /// Its name.
    pub name: String,
    /// Its version; languages often have an empty one.
    pub version: String,
}

/// A toolchain, and what told of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Toolchain {
    /// Its usual name.
    pub name: String,
    /// Where something says it.
    pub version: Option<String>,
    /// What told of it.
    pub told_by: String,
}

/// How a module is to be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Entry {
    /// It exports the function `_start`.
    Command,
    /// It exports the function `_initialize`.
    Reactor,
    /// It exports both, which WASI's application ABI forbids.
    CommandAndReactor,
    /// It exports neither.
    Neither,
}

/// What is imported from one module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ImportedFrom {
    /// The name of the module.
    pub module: String,
    /// Whether that is a system interface: preview 1, its predecessor or WASIX.
    pub is_wasi: bool,
    /// Functions, in the order of their names.
    pub functions: Listed<String>,
    /// What else, with its sort before it (`memory memory`).
    pub others: Listed<String>,
}

/// A memory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Memory {
    /// The module and the name that it is imported by.
    pub imported: Option<String>,
    /// The names that it is exported by.
    pub exported: Listed<String>,
    /// In pages.
    pub minimum: u64,
    /// In pages.
    pub maximum: Option<u64>,
    /// Of a page, in bytes; `None` where it is nothing that the proposal allows.
    pub page_bytes: Option<u64>,
    /// Whether threads share it.
    pub shared: bool,
    /// Whether its addresses have 64 bits.
    pub memory64: bool,
}

/// What a module needs of a runtime.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Needs {
    /// The names that runtimes claim capabilities by.
    Capabilities(Vec<String>),
    /// It is invalid with every proposal that a capability stands for.
    Invalid {
        /// The validator's words.
        reason: String,
        /// A proposal that no capability stands for, with which it would be valid.
        valid_with: Option<String>,
    },
}

/// A custom section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CustomSection {
    /// Its name.
    pub name: String,
    /// How many bytes its contents have.
    pub bytes: u64,
}

/// What tells an adapter that a module was made for components.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AdapterSignals {
    /// Functions exported as `cabi_realloc` or `canonical_abi_realloc`.
    pub realloc: Vec<String>,
    /// Custom sections whose names begin with `component-type`. Whether one can be decoded is not looked at.
    pub component_types: Listed<String>,
}

/// What Spin says of the bug of wasi-libc that wasi-sdk 18 fixed; it looks at versions, and at no code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Spin {
    /// Spin 3.
    pub v3: Verdict<V3>,
    /// Spin 2.7.
    #[serde(rename = "v2.7")]
    pub v2_7: Verdict<V2>,
}

/// An answer, why, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Verdict<A> {
    /// The answer.
    pub answer: A,
    /// What it stands on.
    pub why: String,
    /// What to do about it, where there is something to do.
    pub what_to_do: Option<String>,
}

/// Spin 3's answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum V3 {
    /// It runs.
    Safe,
    /// It runs, and a warning is logged.
    SafeWithWarning,
    /// It is refused.
    Unsafe,
    /// The check is not made.
    NotChecked,
    /// Spin refuses the module for another reason before it comes to an answer.
    Unreadable,
}

/// Spin 2.7's answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum V2 {
    /// Nothing is said.
    ProbablySafe,
    /// A deprecation warning is printed.
    ProbablyUnsafe,
    /// A deprecation warning is printed.
    Unknown,
    /// Spin refuses the module for another reason before it comes to an answer.
    Unreadable,
}

/// A component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Component {
    /// How many bytes it has.
    pub bytes: u64,
    /// What it says of the tools that made it; its modules say for themselves.
    pub producers: Producers,
    /// The names that it imports.
    pub imports: Listed<String>,
    /// The names that it exports.
    pub exports: Listed<String>,
    /// Its own custom sections.
    pub custom_sections: Listed<CustomSection>,
    /// How many components are inside of it, at any depth.
    pub components: usize,
    /// The core modules inside of it, at any depth.
    pub modules: Listed<Inner>,
}

/// A core module inside of a component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Inner {
    /// Where it begins, in bytes from the beginning of the file.
    pub at: u64,
    /// How many components it is inside of, beside the outermost.
    pub depth: usize,
    /// How many bytes it has.
    pub bytes: u64,
    /// What it says of the tools that made it.
    pub producers: Producers,
    /// What it looks to be made by.
    pub toolchain: Vec<Toolchain>,
    /// What it imports, by module.
    pub imports: Listed<ImportedFrom>,
}

/// A package of wasmer's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Webc {
    /// The three digits after its magic: 001, 002 or 003.
    pub version: String,
    /// How many bytes it has.
    pub bytes: u64,
}
