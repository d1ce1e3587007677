//! The receipt: versions, the effective configuration, and what this runtime can run.

use std::collections::BTreeMap;

use wasmatrix_adapter::{About, Capability, PROTOCOL_VERSION, WasiImplementation, built};

use crate::features;

/// The only variant. Which dispatch loop the interpreter has is the crate's own choice for each platform.
pub(crate) const VARIANT: &str = "default";

pub(crate) fn about() -> About {
    let built = built!();
    // wasmi's own words for all of it, the defaults included.
    let mut configuration = BTreeMap::from([("config".to_owned(), format!("{:?}", features::config(None)))]);
    for capability in features::off_by_default() {
        configuration.insert(format!("wasm_{capability}").replace('-', "_"), "true (not the default)".to_owned());
    }
    configuration.insert("wasmi_wasi".to_owned(), built.version_of("wasmi_wasi"));
    // What wasi-common opens files with is a part of it since 24, and was a package of its own before.
    #[cfg(not(feature = "from-0_37"))]
    configuration.insert("wasi-cap-std-sync".to_owned(), built.version_of("wasi-cap-std-sync"));
    About {
        protocol: PROTOCOL_VERSION,
        runtime: "wasmi".to_owned(),
        variant: VARIANT.to_owned(),
        version: built.version_of("wasmi"),
        // wasmi_wasi only makes the functions of wasi-common callable; what they do is decided there.
        wasi: WasiImplementation::Package { name: "wasi-common".to_owned(), version: built.version_of("wasi-common") },
        configuration,
        capabilities: features::switchable().chain([Capability::WasiPreview1, Capability::Parallel, Capability::Fuel]).collect(),
        switchable: features::switchable().collect(),
        // Guests are measured in the same configuration as they are asked, and only where their fuel is counted is it another one.
        measuring: [("compilation_mode".to_owned(), "Eager where fuel is counted".to_owned())].into(),
        commands_only: false,
        compiler: Some(built.rustc.to_owned()),
        profile: Some(built.profile.to_owned()),
    }
}
