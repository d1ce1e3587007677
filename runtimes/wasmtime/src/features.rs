//! The proposals, each with its switch.

use std::collections::BTreeSet;

use wasmatrix_adapter::Capability;
use wasmtime::Config;
#[cfg(feature = "from-39")]
use wasmtime::WasmFeatures;

use crate::drift::{Switch, share_memories};

/// Each is the validator's alone to refuse, so each can be off while the others are on, but for the one that [`narrow`] names.
const SWITCHES: &[(Capability, Switch)] = &[
    // They have no method of their own.
    #[cfg(feature = "from-39")]
    (Capability::MutableGlobals, |config, on| config.wasm_features(WasmFeatures::MUTABLE_GLOBAL, on)),
    #[cfg(feature = "from-39")]
    (Capability::SignExtension, |config, on| config.wasm_features(WasmFeatures::SIGN_EXTENSION, on)),
    #[cfg(feature = "from-39")]
    (Capability::SaturatingFloatToInt, |config, on| config.wasm_features(WasmFeatures::SATURATING_FLOAT_TO_INT, on)),
    (Capability::MultiValue, Config::wasm_multi_value),
    (Capability::BulkMemory, Config::wasm_bulk_memory),
    (Capability::ReferenceTypes, Config::wasm_reference_types),
    (Capability::Simd, Config::wasm_simd),
    (Capability::RelaxedSimd, Config::wasm_relaxed_simd),
    (Capability::ExtendedConst, Config::wasm_extended_const),
    (Capability::TailCall, Config::wasm_tail_call),
    (Capability::MultiMemory, Config::wasm_multi_memory),
    (Capability::Memory64, Config::wasm_memory64),
    (Capability::FunctionReferences, Config::wasm_function_references),
    (Capability::Gc, Config::wasm_gc),
    (Capability::Exceptions, Config::wasm_exceptions),
    (Capability::Threads, Config::wasm_threads),
    (Capability::CustomPageSizes, Config::wasm_custom_page_sizes),
    (Capability::WideArithmetic, Config::wasm_wide_arithmetic),
];

pub(crate) fn switchable() -> BTreeSet<Capability> {
    SWITCHES.iter().map(|(capability, _)| *capability).collect()
}

/// Switches off what is not wished for. Nothing is switched on: a variant has all that its compiler can do, and an engine refuses a
/// configuration that wants more. What a variant has and does not claim, such as the `funcref` part of Winch's reference types, goes off too.
pub(crate) fn narrow(config: &mut Config, features: &BTreeSet<Capability>) {
    for (_, switch) in SWITCHES.iter().filter(|(capability, _)| !features.contains(capability)) {
        switch(config, false);
    }
    // An engine refuses relaxed SIMD alone, and with the type `v128` off no module can use it.
    if !features.contains(&Capability::Simd) {
        config.wasm_relaxed_simd(false);
    }
    if !features.contains(&Capability::Threads) {
        share_memories(config, false);
    }
}
