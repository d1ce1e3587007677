//! The features that each set was written against.

use std::collections::BTreeSet;

use wasmatrix_adapter::Capability;

/// Those of WebAssembly 1.0: imported and exported globals may be mutable since its first draft.
const FIRST: &[Capability] = &[Capability::MutableGlobals];

/// What 2.0 has beyond it.
const SECOND: &[Capability] = &[
    Capability::SignExtension,
    Capability::SaturatingFloatToInt,
    Capability::MultiValue,
    Capability::BulkMemory,
    Capability::ReferenceTypes,
    Capability::Simd,
];

/// What 3.0 has beyond that.
const THIRD: &[Capability] = &[
    Capability::RelaxedSimd,
    Capability::ExtendedConst,
    Capability::TailCall,
    Capability::MultiMemory,
    Capability::Memory64,
    Capability::FunctionReferences,
    Capability::Gc,
    Capability::Exceptions,
];

/// The features of a set.
pub(super) fn features(set: &str) -> BTreeSet<Capability> {
    let parts: &[&[Capability]] = match set {
        "spec:1.0" => &[FIRST],
        "spec:2.0" => &[FIRST, SECOND],
        _ => &[FIRST, SECOND, THIRD],
    };
    parts.iter().copied().flatten().copied().collect()
}
