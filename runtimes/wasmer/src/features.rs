//! The proposals, each with its switch.

use std::collections::BTreeSet;

use wasmatrix_adapter::Capability;
use wasmer::sys::Features;

/// What has a switch. Mutable globals, sign extension and saturating conversions have none: `Compiler::validate_module` sets them on.
pub(crate) const SWITCHABLE: [Capability; 12] = [
    Capability::Threads,
    Capability::ReferenceTypes,
    Capability::Simd,
    Capability::BulkMemory,
    Capability::MultiValue,
    Capability::TailCall,
    Capability::MultiMemory,
    Capability::Memory64,
    Capability::Exceptions,
    Capability::RelaxedSimd,
    Capability::ExtendedConst,
    Capability::WideArithmetic,
];

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
        wide_arithmetic: supported.wide_arithmetic && wished(Capability::WideArithmetic),
    }
}
