//! The configurations that are told apart as variants.

use std::collections::{BTreeMap, BTreeSet};

use wasmatrix_adapter::{Capability, Failure, Purpose};
use wasmtime::{Config, Strategy, WasmBacktraceDetails};

use crate::{
    drift::{OFF_BY_DEFAULT, Switch, share_memories},
    features::narrow,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Variant {
    Cranelift,
    Winch,
    Pulley,
    Component,
    WasiThreads,
}

/// Pulley's bytecode for a host of this width and byte order; another one is refused.
const PULLEY_TARGET: &str = match (cfg!(target_pointer_width = "64"), cfg!(target_endian = "little")) {
    (true, true) => "pulley64",
    (true, false) => "pulley64be",
    (false, true) => "pulley32",
    (false, false) => "pulley32be",
};

const CARGO_FEATURES: &str = if cfg!(feature = "from-46") {
    "std runtime cranelift winch pulley threads gc gc-copying parallel-compilation addr2line cache"
} else {
    "std runtime cranelift winch pulley threads gc gc-drc parallel-compilation addr2line cache"
};

const COLLECTOR: &str = if cfg!(feature = "from-46") { "Copying (what Auto takes)" } else { "DeferredReferenceCounting (what Auto takes)" };

impl Variant {
    pub(crate) const ALL: [Self; 5] = [Self::Cranelift, Self::Winch, Self::Pulley, Self::Component, Self::WasiThreads];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Cranelift => "cranelift",
            Self::Winch => "winch",
            Self::Pulley => "pulley",
            Self::Component => "component",
            Self::WasiThreads => "wasi-threads",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|variant| variant.name() == name)
    }

    /// The defaults, interruption at the soft deadline, and every proposal of the capability list that is behind a switch and that the
    /// compiler has: switching on one that it has not would make the engine refuse its whole configuration. Of these, the ones wished for.
    /// Where guests are measured they are not interruptible: an epoch is looked at in every loop and function.
    pub(crate) fn config(self, features: Option<&BTreeSet<Capability>>, purpose: Option<Purpose>) -> Result<Config, Failure> {
        let mut config = Config::new();
        // As `WASMTIME_BACKTRACE_DETAILS=1` does.
        config.wasm_backtrace_details(WasmBacktraceDetails::Enable);
        config.wasm_custom_page_sizes(true).wasm_wide_arithmetic(self.has_wide_arithmetic());
        config.epoch_interruption(self.is_interruptible() && purpose.is_none());
        config.consume_fuel(purpose == Some(Purpose::Metering));
        match self {
            Self::Cranelift | Self::Component | Self::WasiThreads => config.strategy(Strategy::Cranelift),
            Self::Winch => config.strategy(Strategy::Winch),
            Self::Pulley => {
                config.strategy(Strategy::Cranelift).target(PULLEY_TARGET).map_err(|error| Failure::failed(format!("{error:#}")))?
            }
        };
        for (_, switch) in self.off_by_default() {
            switch(&mut config, true);
        }
        share_memories(&mut config, self != Self::Pulley);
        if let Some(features) = features {
            narrow(&mut config, features);
        }
        Ok(config)
    }

    /// The store of a guest's thread is wasmtime-wasi-threads' own, and nobody else can give it a deadline: with epochs on, every thread would trap at once.
    fn is_interruptible(self) -> bool {
        self != Self::WasiThreads
    }

    /// Its guests' exports cannot be reached from outside.
    pub(crate) fn runs_commands_only(self) -> bool {
        matches!(self, Self::Component | Self::WasiThreads)
    }

    /// The package that answers WASI.
    pub(crate) fn wasi(self) -> &'static str {
        if self == Self::WasiThreads { "wasi-common" } else { "wasmtime-wasi" }
    }

    pub(crate) fn has_wide_arithmetic(self) -> bool {
        self != Self::Winch || cfg!(any(feature = "from-46", target_arch = "x86_64"))
    }

    /// The proposals of WebAssembly 3.0 that have to be switched on. Winch has none of them.
    fn off_by_default(self) -> &'static [(&'static str, Switch)] {
        if self == Self::Winch { &[] } else { OFF_BY_DEFAULT }
    }

    /// [`Variant::config`] in words. The crate has no way to print a `Config`.
    pub(crate) fn configuration(self) -> BTreeMap<String, String> {
        let mut said = BTreeMap::from([
            ("wasm_custom_page_sizes", "true (not the default)"),
            ("wasm_backtrace_details", "Enable (not the default)"),
            ("cargo features", CARGO_FEATURES),
        ]);
        if self.is_interruptible() {
            said.insert("epoch_interruption", "true (not the default; an epoch ends at the soft deadline)");
        }
        if self.has_wide_arithmetic() {
            said.insert("wasm_wide_arithmetic", "true (not the default)");
        }
        said.extend(self.off_by_default().iter().map(|(setting, _)| (*setting, "true (not the default)")));
        said.extend(match self {
            Self::Cranelift | Self::Component | Self::WasiThreads => vec![("strategy", "Cranelift"), ("collector", COLLECTOR)],
            Self::Winch => vec![("strategy", "Winch"), ("gc_types", "false (Winch has none of them, so externref is refused too)")],
            Self::Pulley => vec![("strategy", "Cranelift"), ("target", PULLEY_TARGET), ("collector", COLLECTOR)],
        });
        if self != Self::Pulley && cfg!(feature = "from-40") {
            said.insert("shared_memory", "true (not the default)");
        }
        said.into_iter().map(|(setting, value)| (setting.to_owned(), value.to_owned())).collect()
    }

    /// What of it is another one where guests are measured.
    pub(crate) fn measuring(self) -> BTreeMap<String, String> {
        self.is_interruptible().then(|| ("epoch_interruption".to_owned(), "false".to_owned())).into_iter().collect()
    }
}
