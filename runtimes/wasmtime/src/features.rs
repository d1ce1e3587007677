//! The proposals, each with its switch.

use std::collections::BTreeSet;

use wasmatrix_adapter::Capability;
use wasmtime::{Config, WasmFeatures};

/// Each is the validator's alone to refuse, so each can be off while the others are on, but for the one that [`narrow`] names.
const SWITCHES: [(Capability, WasmFeatures); 18] = [
    (Capability::MutableGlobals, WasmFeatures::MUTABLE_GLOBAL),
    (Capability::SignExtension, WasmFeatures::SIGN_EXTENSION),
    (Capability::SaturatingFloatToInt, WasmFeatures::SATURATING_FLOAT_TO_INT),
    (Capability::MultiValue, WasmFeatures::MULTI_VALUE),
    (Capability::BulkMemory, WasmFeatures::BULK_MEMORY),
    (Capability::ReferenceTypes, WasmFeatures::REFERENCE_TYPES),
    (Capability::Simd, WasmFeatures::SIMD),
    (Capability::RelaxedSimd, WasmFeatures::RELAXED_SIMD),
    (Capability::ExtendedConst, WasmFeatures::EXTENDED_CONST),
    (Capability::TailCall, WasmFeatures::TAIL_CALL),
    (Capability::MultiMemory, WasmFeatures::MULTI_MEMORY),
    (Capability::Memory64, WasmFeatures::MEMORY64),
    (Capability::FunctionReferences, WasmFeatures::FUNCTION_REFERENCES),
    (Capability::Gc, WasmFeatures::GC),
    (Capability::Exceptions, WasmFeatures::EXCEPTIONS),
    (Capability::Threads, WasmFeatures::THREADS),
    (Capability::CustomPageSizes, WasmFeatures::CUSTOM_PAGE_SIZES),
    (Capability::WideArithmetic, WasmFeatures::WIDE_ARITHMETIC),
];

pub(crate) fn switchable() -> BTreeSet<Capability> {
    SWITCHES.into_iter().map(|(capability, _)| capability).collect()
}

/// Switches off what is not wished for. Nothing is switched on: a variant has all that its compiler can do, and an engine refuses a
/// configuration that wants more. What a variant has and does not claim, such as the `funcref` part of Winch's reference types, goes off too.
pub(crate) fn narrow(config: &mut Config, features: &BTreeSet<Capability>) {
    for (_, flag) in SWITCHES.into_iter().filter(|(capability, _)| !features.contains(capability)) {
        config.wasm_features(flag, false);
    }
    // An engine refuses relaxed SIMD alone, and with the type `v128` off no module can use it.
    if !features.contains(&Capability::Simd) {
        config.wasm_relaxed_simd(false);
    }
    if !features.contains(&Capability::Threads) {
        config.shared_memory(false);
    }
}
