//! The receipt: versions, the effective configuration, and what this runtime can run.

use std::collections::BTreeMap;

use wasmatrix_adapter::{About, Capability, PROTOCOL_VERSION, WasiImplementation, built};

use crate::features;

/// The only variant. Which dispatch loop the interpreter has is the crate's own choice for each platform.
pub(crate) const VARIANT: &str = "default";

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
            ("config".to_owned(), format!("{:?}", features::config(None))),
            ("wasm_custom_page_sizes".to_owned(), "true (not the default)".to_owned()),
            ("wasm_wide_arithmetic".to_owned(), "true (not the default)".to_owned()),
            ("wasmi_wasi".to_owned(), built.version_of("wasmi_wasi")),
        ]),
        capabilities: features::switchable().chain([Capability::WasiPreview1]).collect(),
        switchable: features::switchable().collect(),
        commands_only: false,
        compiler: Some(built.rustc.to_owned()),
        profile: Some(built.profile.to_owned()),
    }
}
