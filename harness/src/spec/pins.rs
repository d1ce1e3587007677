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

/// The features of a set. A proposal is asked under the newest version that makes none of the modules valid that its files assert are not, and
/// with itself; what of that is the newest was found by trying, and `tests/spec_suite.rs` tries it again.
pub(super) fn features(set: &str) -> BTreeSet<Capability> {
    let (versions, own): (&[&[Capability]], &[Capability]) = match set {
        "spec:1.0" => (&[FIRST], &[]),
        "spec:2.0" | "spec:multi-value" | "spec:reference-types" => (&[FIRST, SECOND], &[]),
        "spec:function-references" => (&[FIRST, SECOND], &[Capability::TailCall, Capability::FunctionReferences]),
        "spec:memory64" => (&[FIRST, SECOND], &[Capability::Memory64]),
        "spec:threads" => (&[FIRST], &[Capability::Threads]),
        "spec:custom-page-sizes" => (&[FIRST, SECOND, THIRD], &[Capability::CustomPageSizes]),
        "spec:wide-arithmetic" => (&[FIRST, SECOND, THIRD], &[Capability::WideArithmetic]),
        _ => (&[FIRST, SECOND, THIRD], &[]),
    };
    versions.iter().copied().flatten().chain(own).copied().collect()
}
