//! The receipt: versions, the effective configuration, and what this runtime can run.

use std::collections::BTreeMap;

use wasmatrix_adapter::{About, PROTOCOL_VERSION, WasiImplementation, built};
use wasmer::sys::Features;
#[cfg(feature = "from-7_2")]
use wasmer::sys::vm::get_stack_size;

use crate::{features, variant::Variant, wasi::TOKIO_WORKERS};

pub(crate) fn about(variant: Variant) -> About {
    let built = built!();
    let capabilities = variant.capabilities();
    About {
        protocol: PROTOCOL_VERSION,
        runtime: "wasmer".to_owned(),
        variant: variant.name().to_owned(),
        version: built.version_of("wasmer"),
        wasi: WasiImplementation::Package { name: "wasmer-wasix".to_owned(), version: built.version_of("wasmer-wasix") },
        configuration: configuration(variant),
        switchable: capabilities.intersection(&features::switched_on(&variant.features())).copied().collect(),
        capabilities,
        measuring: [].into(),
        commands_only: false,
        compiler: Some(built.rustc.to_owned()),
        profile: Some(built.profile.to_owned()),
    }
}

fn configuration(variant: Variant) -> BTreeMap<String, String> {
    let mut settings = BTreeMap::from([
        ("compiler".to_owned(), variant.name().to_owned()),
        ("canonicalize_nans".to_owned(), variant.canonicalizes_nans().to_string()),
        // The default, in bytes. Earlier versions have one too, and do not say which.
        #[cfg(feature = "from-7_2")]
        ("stack_size".to_owned(), get_stack_size().to_string()),
        ("tokio worker_threads".to_owned(), TOKIO_WORKERS.to_string()),
    ]);
    match variant {
        Variant::Cranelift => {
            settings.insert("opt_level".to_owned(), "speed".to_owned());
        }
        Variant::Singlepass => {}
    }
    settings.extend(switches(variant.features()).map(|(switch, on)| (format!("features.{switch}"), on.to_string())));
    settings
}

/// Every switch there is: one that a later version adds does not compile until it is listed.
fn switches(features: Features) -> impl Iterator<Item = (&'static str, bool)> {
    let Features {
        threads,
        reference_types,
        simd,
        bulk_memory,
        multi_value,
        tail_call,
        module_linking,
        multi_memory,
        memory64,
        exceptions,
        relaxed_simd,
        extended_const,
        #[cfg(feature = "from-7_1")]
        wide_arithmetic,
    } = features;
    [
        ("threads", threads),
        ("reference_types", reference_types),
        ("simd", simd),
        ("bulk_memory", bulk_memory),
        ("multi_value", multi_value),
        ("tail_call", tail_call),
        ("module_linking", module_linking),
        ("multi_memory", multi_memory),
        ("memory64", memory64),
        ("exceptions", exceptions),
        ("relaxed_simd", relaxed_simd),
        ("extended_const", extended_const),
        #[cfg(feature = "from-7_1")]
        ("wide_arithmetic", wide_arithmetic),
    ]
    .into_iter()
}
