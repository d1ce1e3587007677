//! The proposals, each with its switch.

use std::collections::BTreeSet;

use wasmatrix_adapter::Capability;
use wasmi::Config;

type Switch = fn(&mut Config, bool) -> &mut Config;

/// Every proposal that this version of wasmi has. Each is its validator's alone to refuse, so each can be off while the others are on.
const SWITCHES: &[(Capability, Switch)] = &[
    (Capability::MutableGlobals, Config::wasm_mutable_global),
    (Capability::SignExtension, Config::wasm_sign_extension),
    (Capability::SaturatingFloatToInt, Config::wasm_saturating_float_to_int),
    (Capability::MultiValue, Config::wasm_multi_value),
    (Capability::BulkMemory, Config::wasm_bulk_memory),
    (Capability::ReferenceTypes, Config::wasm_reference_types),
    #[cfg(feature = "simd")]
    (Capability::Simd, Config::wasm_simd),
    #[cfg(all(feature = "simd", feature = "from-0_44"))]
    (Capability::RelaxedSimd, Config::wasm_relaxed_simd),
    (Capability::ExtendedConst, Config::wasm_extended_const),
    (Capability::TailCall, Config::wasm_tail_call),
    #[cfg(feature = "from-0_37")]
    (Capability::MultiMemory, Config::wasm_multi_memory),
    #[cfg(feature = "from-0_41")]
    (Capability::Memory64, Config::wasm_memory64),
    #[cfg(feature = "from-0_41")]
    (Capability::CustomPageSizes, Config::wasm_custom_page_sizes),
    #[cfg(feature = "from-0_42")]
    (Capability::WideArithmetic, Config::wasm_wide_arithmetic),
];

pub(crate) fn switchable() -> impl Iterator<Item = Capability> {
    SWITCHES.iter().map(|(capability, _)| *capability)
}

/// The defaults with these proposals. Without a wish it is every proposal, which is the defaults and the finished ones that are still behind
/// a switch.
pub(crate) fn config(features: Option<&BTreeSet<Capability>>) -> Config {
    let mut config = Config::default();
    for (capability, switch) in SWITCHES {
        switch(&mut config, features.is_none_or(|features| features.contains(capability)));
    }
    config
}

/// What is only there because [`config`] switches it on. No function reads a switch back, but the text of a configuration shows them all.
pub(crate) fn off_by_default() -> impl Iterator<Item = Capability> {
    let defaults = format!("{:?}", Config::default());
    SWITCHES.iter().filter_map(move |(capability, switch)| {
        let mut config = Config::default();
        switch(&mut config, true);
        (format!("{config:?}") != defaults).then_some(*capability)
    })
}
