//! The proposals, each with its switch.

use std::collections::BTreeSet;

use wasmatrix_adapter::Capability;
use wasmer::sys::Features;

/// The proposals whose switch is on. Mutable globals, sign extension and saturating conversions have none: `Compiler::validate_module` sets
/// them on.
pub(crate) fn switched_on(features: &Features) -> BTreeSet<Capability> {
    [
        (Capability::Threads, features.threads),
        (Capability::ReferenceTypes, features.reference_types),
        (Capability::Simd, features.simd),
        (Capability::BulkMemory, features.bulk_memory),
        (Capability::MultiValue, features.multi_value),
        (Capability::TailCall, features.tail_call),
        (Capability::MultiMemory, features.multi_memory),
        (Capability::Memory64, features.memory64),
        (Capability::Exceptions, features.exceptions),
        (Capability::RelaxedSimd, features.relaxed_simd),
        (Capability::ExtendedConst, features.extended_const),
        #[cfg(feature = "from-7_1")]
        (Capability::WideArithmetic, features.wide_arithmetic),
    ]
    .into_iter()
    .filter_map(|(capability, on)| on.then_some(capability))
    .collect()
}

/// Switches off what is not wished for. Nothing is switched on that the compiler does not say it supports.
pub(crate) fn narrowed(supported: Features, wish: Option<&BTreeSet<Capability>>) -> Features {
    let Some(wish) = wish else { return supported };
    let wished = |capability| wish.contains(&capability);
    // Without `..`: a switch that a later version adds does not compile until it has its place here.
    Features {
        threads: supported.threads && wished(Capability::Threads),
        reference_types: supported.reference_types && wished(Capability::ReferenceTypes),
        simd: supported.simd && wished(Capability::Simd),
        bulk_memory: supported.bulk_memory && wished(Capability::BulkMemory),
        multi_value: supported.multi_value && wished(Capability::MultiValue),
        tail_call: supported.tail_call && wished(Capability::TailCall),
        module_linking: supported.module_linking,
        multi_memory: supported.multi_memory && wished(Capability::MultiMemory),
        memory64: supported.memory64 && wished(Capability::Memory64),
        exceptions: supported.exceptions && wished(Capability::Exceptions),
        relaxed_simd: supported.relaxed_simd && wished(Capability::RelaxedSimd),
        extended_const: supported.extended_const && wished(Capability::ExtendedConst),
        #[cfg(feature = "from-7_1")]
        wide_arithmetic: supported.wide_arithmetic && wished(Capability::WideArithmetic),
    }
}
