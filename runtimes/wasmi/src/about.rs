//! The receipt: versions, the effective configuration, and what this runtime can run.

use std::collections::{BTreeMap, BTreeSet};

use wasmatrix_adapter::{About, Capability, PROTOCOL_VERSION, WasiImplementation, built};
use wasmi::Config;

/// The only variant. Which dispatch loop the interpreter has is the crate's own choice for each platform.
pub(crate) const VARIANT: &str = "default";

/// The defaults, and every finished proposal that is still behind a switch.
pub(crate) fn config() -> Config {
    let mut config = Config::default();
    config.wasm_custom_page_sizes(true).wasm_wide_arithmetic(true);
    config
}

pub(crate) fn about() -> About {
    let built = built!();
    About {
        protocol: PROTOCOL_VERSION,
        runtime: "wasmi".to_owned(),
        variant: VARIANT.to_owned(),
        version: built.version_of("wasmi"),
        // wasmi_wasi only makes the functions of wasi-common callable; what they do is decided there.
        wasi: WasiImplementation::Package { name: "wasi-common".to_owned(), version: built.version_of("wasi-common") },
        configuration: BTreeMap::from([
            // wasmi's own words for all of it, the defaults included.
            ("config".to_owned(), format!("{:?}", config())),
            ("wasm_custom_page_sizes".to_owned(), "true (not the default)".to_owned()),
            ("wasm_wide_arithmetic".to_owned(), "true (not the default)".to_owned()),
            ("wasmi_wasi".to_owned(), built.version_of("wasmi_wasi")),
        ]),
        capabilities: BTreeSet::from([
            Capability::MutableGlobals,
            Capability::SignExtension,
            Capability::SaturatingFloatToInt,
            Capability::MultiValue,
            Capability::BulkMemory,
            Capability::ReferenceTypes,
            Capability::Simd,
            Capability::RelaxedSimd,
            Capability::ExtendedConst,
            Capability::TailCall,
            Capability::MultiMemory,
            Capability::Memory64,
            Capability::CustomPageSizes,
            Capability::WideArithmetic,
            Capability::WasiPreview1,
        ]),
        switchable: BTreeSet::new(),
        compiler: Some(built.rustc.to_owned()),
        profile: Some(built.profile.to_owned()),
    }
}
