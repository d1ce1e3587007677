//! The configurations that are told apart as variants.

use std::collections::{BTreeMap, BTreeSet};

use wasmatrix_adapter::{Capability, Failure};
use wasmtime::{Config, Strategy};

use crate::features::narrow;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Variant {
    Cranelift,
    Winch,
    Pulley,
}

/// Pulley's bytecode for a host of this width and byte order; another one is refused.
const PULLEY_TARGET: &str = match (cfg!(target_pointer_width = "64"), cfg!(target_endian = "little")) {
    (true, true) => "pulley64",
    (true, false) => "pulley64be",
    (false, true) => "pulley32",
    (false, false) => "pulley32be",
};

impl Variant {
    pub(crate) const ALL: [Self; 3] = [Self::Cranelift, Self::Winch, Self::Pulley];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Cranelift => "cranelift",
            Self::Winch => "winch",
            Self::Pulley => "pulley",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|variant| variant.name() == name)
    }

    /// The defaults, interruption at the soft deadline, and every proposal of the capability list that is behind a switch and that the
    /// compiler has: switching on one that it has not would make the engine refuse its whole configuration. Of these, the ones wished for.
    pub(crate) fn config(self, features: Option<&BTreeSet<Capability>>) -> Result<Config, Failure> {
        let mut config = Config::new();
        config.wasm_custom_page_sizes(true).wasm_wide_arithmetic(true).epoch_interruption(true);
        match self {
            Self::Cranelift => config.strategy(Strategy::Cranelift).shared_memory(true),
            Self::Winch => config.strategy(Strategy::Winch).shared_memory(true),
            Self::Pulley => {
                config.strategy(Strategy::Cranelift).target(PULLEY_TARGET).map_err(|error| Failure::failed(format!("{error:#}")))?
            }
        };
        if let Some(features) = features {
            narrow(&mut config, features);
        }
        Ok(config)
    }

    /// [`Variant::config`] in words. The crate has no way to print a `Config`.
    pub(crate) fn configuration(self) -> BTreeMap<String, String> {
        let mut said = BTreeMap::from([
            ("wasm_custom_page_sizes", "true (not the default)"),
            ("wasm_wide_arithmetic", "true (not the default)"),
            ("epoch_interruption", "true (not the default; an epoch ends at the soft deadline)"),
            ("cargo features", "std runtime cranelift winch pulley threads gc gc-copying parallel-compilation"),
        ]);
        said.extend(match self {
            Self::Cranelift => {
                vec![("strategy", "Cranelift"), ("collector", "Copying (what Auto takes)"), ("shared_memory", "true (not the default)")]
            }
            Self::Winch => vec![
                ("strategy", "Winch"),
                ("shared_memory", "true (not the default)"),
                ("gc_types", "false (Winch has none of them, so externref is refused too)"),
            ],
            Self::Pulley => {
                vec![("strategy", "Cranelift"), ("target", PULLEY_TARGET), ("collector", "Copying (what Auto takes)")]
            }
        });
        said.into_iter().map(|(setting, value)| (setting.to_owned(), value.to_owned())).collect()
    }
}
