//! The variants: one for each compiler that is built in.

use std::collections::BTreeSet;

use wasmatrix_adapter::Capability;
use wasmer::{
    BackendKind, Engine,
    sys::{Cranelift, CraneliftOptLevel, EngineBuilder, Features, Singlepass, Target},
};

use crate::features;

/// A compiler in its configuration.
#[derive(Clone, Copy)]
pub(crate) enum Variant {
    Cranelift,
    Singlepass,
}

impl Variant {
    /// The variant of this name, or what to tell a user who asked for another.
    pub(crate) fn from_name(name: &str) -> Result<Self, String> {
        match name {
            "cranelift" => Ok(Self::Cranelift),
            "singlepass" => Ok(Self::Singlepass),
            other => Err(format!("wasmer has no variant `{other}`; it has `cranelift` and `singlepass`")),
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Cranelift => "cranelift",
            Self::Singlepass => "singlepass",
        }
    }

    /// Whether the compiler replaces every NaN by the canonical one: the crates' own defaults, which differ.
    pub(crate) fn canonicalizes_nans(self) -> bool {
        match self {
            Self::Cranelift => false,
            Self::Singlepass => true,
        }
    }

    /// Everything that wasmer says its compiler supports.
    pub(crate) fn features(self) -> Features {
        let backend = match self {
            Self::Cranelift => BackendKind::Cranelift,
            Self::Singlepass => BackendKind::Singlepass,
        };
        Engine::supported_features_for_backend(&backend, &Target::default())
    }

    /// A new engine, with those of its features that are wished for.
    pub(crate) fn engine(self, wish: Option<&BTreeSet<Capability>>) -> Engine {
        let builder = match self {
            Self::Cranelift => {
                let mut compiler = Cranelift::new();
                compiler.opt_level(CraneliftOptLevel::Speed).canonicalize_nans(self.canonicalizes_nans());
                EngineBuilder::new(compiler)
            }
            Self::Singlepass => {
                let mut compiler = Singlepass::new();
                compiler.canonicalize_nans(self.canonicalizes_nans());
                EngineBuilder::new(compiler)
            }
        };
        builder.set_features(Some(features::narrowed(self.features(), wish))).engine().into()
    }

    /// What runs in this variant. Narrower than `features` in one place: wasmer also says `simd` of Singlepass, whose code generator then
    /// answers "not yet implemented" for each instruction.
    pub(crate) fn capabilities(self) -> BTreeSet<Capability> {
        let mut capabilities = features::switched_on(&self.features());
        capabilities.extend([
            Capability::MutableGlobals,
            Capability::SignExtension,
            Capability::SaturatingFloatToInt,
            Capability::WasiPreview1,
            Capability::WasiUnstable,
            Capability::Wasix,
            Capability::WasiThreads,
            Capability::ThreadLimit,
            Capability::LoopbackNetwork,
            Capability::EnvironmentMemory,
            #[cfg(feature = "from-7_0")]
            Capability::CommandRunner,
            #[cfg(feature = "from-7_2")]
            Capability::PollLimit,
            Capability::CacheDirectory,
            Capability::PersistentCache,
            Capability::Artifacts,
            Capability::Parallel,
        ]);
        if capabilities.contains(&Capability::Threads) {
            capabilities.insert(Capability::SharedMemory);
        }
        match self {
            Self::Cranelift => {}
            Self::Singlepass => {
                capabilities.remove(&Capability::Simd);
            }
        }
        capabilities
    }
}
