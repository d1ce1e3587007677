//! The receipt: versions, the effective configuration, and what a variant can run.

use std::collections::{BTreeMap, BTreeSet};

use wasmatrix_adapter::{About, Built, Capability, PROTOCOL_VERSION, WasiImplementation, built};

use crate::{drift::HAS_UNSTABLE, features, variant::Variant};

pub(crate) fn about(variant: Variant) -> About {
    let built = built!();
    let capabilities = capabilities(variant);
    About {
        protocol: PROTOCOL_VERSION,
        runtime: "wasmtime".to_owned(),
        variant: variant.name().to_owned(),
        version: built.version_of("wasmtime"),
        wasi: WasiImplementation::Package { name: variant.wasi().to_owned(), version: built.version_of(variant.wasi()) },
        configuration: configuration(variant, built),
        switchable: if variant.runs_commands_only() {
            BTreeSet::new()
        } else {
            features::switchable().intersection(&capabilities).copied().collect()
        },
        capabilities,
        measuring: variant.measuring(),
        commands_only: variant.runs_commands_only(),
        compiler: Some(built.rustc.to_owned()),
        profile: Some(built.profile.to_owned()),
    }
}

fn configuration(variant: Variant, built: Built) -> BTreeMap<String, String> {
    let mut said = variant.configuration();
    if variant == Variant::Component {
        let package = |name| format!("{name} {}", built.version_of(name));
        said.insert("preview 1 adapter".to_owned(), format!("{}, command", package("wasi-preview1-component-adapter-provider")));
        said.insert("component encoder".to_owned(), package("wit-component"));
    }
    if variant == Variant::WasiThreads {
        let version = built.version_of("wasmtime-wasi-threads");
        said.insert(
            "threads of guests".to_owned(),
            format!("wasmtime-wasi-threads {version}, which ends the process of the host with them"),
        );
    }
    said
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
        Capability::WasiPreview1,
    ]);
    if variant == Variant::Component {
        // The adapter imports the guest's memory, and it imports an ordinary one: addresses of 32 bits, pages of 64 KiB, not shared. It is one of
        // `wasi_snapshot_preview1`, and there is none of `wasi_unstable`.
        all.insert(Capability::Component);
    } else {
        all.extend([Capability::Memory64, Capability::CustomPageSizes]);
    }
    if variant == Variant::WasiThreads {
        all.extend([Capability::WasiThreads, Capability::WasiUnstable]);
    }
    if !variant.runs_commands_only() {
        all.extend([
            Capability::CacheDirectory,
            Capability::PersistentCache,
            Capability::Artifacts,
            Capability::Parallel,
            Capability::Fuel,
        ]);
    }
    let more: &[Capability] = match variant {
        Variant::Cranelift | Variant::WasiThreads => &[
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
        Variant::Pulley | Variant::Component => &[
            Capability::ReferenceTypes,
            Capability::Simd,
            Capability::RelaxedSimd,
            Capability::TailCall,
            Capability::FunctionReferences,
            Capability::Gc,
        ],
    };
    all.extend(more);
    if all.contains(&Capability::Threads) && !variant.runs_commands_only() {
        all.insert(Capability::SharedMemory);
    }
    if HAS_UNSTABLE && !variant.runs_commands_only() {
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
