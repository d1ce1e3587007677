//! What a runtime can say that it can do, and what a module can need.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::failure::serde_name;

/// A WebAssembly proposal (by its repository's name) or a system interface (by its import module).
///
/// A worker claims what the *variant as configured* runs; the harness infers what a module needs from its bytes. A cell whose
/// needs are not all claimed is *unsupported*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the proposals' own names")]
pub enum Capability {
    MutableGlobals,
    SignExtension,
    SaturatingFloatToInt,
    MultiValue,
    BulkMemory,
    ReferenceTypes,
    Simd,
    RelaxedSimd,
    ExtendedConst,
    TailCall,
    MultiMemory,
    Memory64,
    FunctionReferences,
    Gc,
    Exceptions,
    Threads,
    CustomPageSizes,
    WideArithmetic,
    /// Imports from `wasi_snapshot_preview1`.
    WasiPreview1,
    /// Imports from `wasi_unstable`, which has other layouts than preview 1.
    WasiUnstable,
    /// Imports from `wasix_32v1`.
    Wasix,
}

impl Capability {
    /// Every capability, in the order in which they are listed for people.
    pub const ALL: [Self; 21] = [
        Self::MutableGlobals,
        Self::SignExtension,
        Self::SaturatingFloatToInt,
        Self::MultiValue,
        Self::BulkMemory,
        Self::ReferenceTypes,
        Self::Simd,
        Self::RelaxedSimd,
        Self::ExtendedConst,
        Self::TailCall,
        Self::MultiMemory,
        Self::Memory64,
        Self::FunctionReferences,
        Self::Gc,
        Self::Exceptions,
        Self::Threads,
        Self::CustomPageSizes,
        Self::WideArithmetic,
        Self::WasiPreview1,
        Self::WasiUnstable,
        Self::Wasix,
    ];
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        serde_name(self, f)
    }
}
