//! The receipt: versions, the effective configuration, and what a variant can run.

use std::collections::BTreeSet;

use wasmatrix_adapter::{About, Capability, PROTOCOL_VERSION, WasiImplementation, built};

use crate::{drift::HAS_UNSTABLE, features, variant::Variant};

pub(crate) fn about(variant: Variant) -> About {
    let built = built!();
    let capabilities = capabilities(variant);
    About {
        protocol: PROTOCOL_VERSION,
        runtime: "wasmtime".to_owned(),
        variant: variant.name().to_owned(),
        version: built.version_of("wasmtime"),
        wasi: WasiImplementation::Package { name: "wasmtime-wasi".to_owned(), version: built.version_of("wasmtime-wasi") },
        configuration: variant.configuration(),
        switchable: features::switchable().intersection(&capabilities).copied().collect(),
        capabilities,
        commands_only: false,
        compiler: Some(built.rustc.to_owned()),
        profile: Some(built.profile.to_owned()),
    }
}

fn capabilities(variant: Variant) -> BTreeSet<Capability> {
    let mut all = BTreeSet::from([
        Capability::MutableGlobals,
        Capability::SignExtension,
        Capability::SaturatingFloatToInt,
        Capability::MultiValue,
        Capability::BulkMemory,
        Capability::ExtendedConst,
        Capability::MultiMemory,
        Capability::Memory64,
        Capability::CustomPageSizes,
        Capability::WasiPreview1,
        Capability::CacheDirectory,
        Capability::PersistentCache,
        Capability::Artifacts,
        Capability::Parallel,
    ]);
    let more: &[Capability] = match variant {
        Variant::Cranelift => &[
            Capability::ReferenceTypes,
            Capability::Simd,
            Capability::RelaxedSimd,
            Capability::TailCall,
            Capability::FunctionReferences,
            Capability::Gc,
            Capability::Threads,
        ],
        // Of the reference types Winch has funcref only, which is not the proposal.
        Variant::Winch => match (winch_has_vectors(), winch_has_atomics()) {
            (true, true) => &[Capability::Simd, Capability::Threads],
            (true, false) => &[Capability::Simd],
            (false, true) => &[Capability::Threads],
            (false, false) => &[],
        },
        Variant::Pulley => &[
            Capability::ReferenceTypes,
            Capability::Simd,
            Capability::RelaxedSimd,
            Capability::TailCall,
            Capability::FunctionReferences,
            Capability::Gc,
        ],
    };
    all.extend(more);
    if HAS_UNSTABLE {
        all.insert(Capability::WasiUnstable);
    }
    if variant.has_wide_arithmetic() {
        all.insert(Capability::WideArithmetic);
    }
    if variant != Variant::Winch && cfg!(feature = "from-37") {
        all.insert(Capability::Exceptions);
    }
    all
}

/// On x86-64 Winch compiles vectors to AVX and AVX2 alone, and on a processor without them fails to compile.
#[cfg(target_arch = "x86_64")]
fn winch_has_vectors() -> bool {
    is_x86_feature_detected!("avx") && is_x86_feature_detected!("avx2")
}

#[cfg(not(target_arch = "x86_64"))]
fn winch_has_vectors() -> bool {
    true
}

/// Winch's atomics are unimplemented on every other architecture, and wasmtime switches the proposal off there.
fn winch_has_atomics() -> bool {
    cfg!(target_arch = "x86_64")
}
