//! What a runtime can say that it can do, and what a module can need.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::failure::serde_name;

/// A WebAssembly proposal (by its repository's name), a system interface (by its import module), or a part of the lifecycle that not every
/// runtime's API has.
///
/// A worker claims what the *variant as configured* does; the harness infers what a case needs from its modules' bytes and its steps. A cell
/// whose needs are not all claimed is *unsupported*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the proposals' own names")]
pub enum Capability {
    MutableGlobals,
    SignExtension,
    SaturatingFloatToInt,
    MultiValue,
    BulkMemory,
    ReferenceTypes,
    Simd,
    RelaxedSimd,
    ExtendedConst,
    TailCall,
    MultiMemory,
    Memory64,
    FunctionReferences,
    Gc,
    Exceptions,
    Threads,
    CustomPageSizes,
    WideArithmetic,
    /// Imports from `wasi_snapshot_preview1`.
    WasiPreview1,
    /// Imports from `wasi_unstable`, which has other layouts than preview 1.
    WasiUnstable,
    /// Imports from `wasix_32v1`.
    Wasix,
    /// Imports from `wasi`, whose `thread-spawn` starts threads on which the module is instantiated again.
    WasiThreads,
    /// How many threads a guest starts can be limited.
    ThreadLimit,
    /// How many subscriptions a guest polls at once can be limited.
    PollLimit,
    /// A guest can be given a network that ends in its own process.
    LoopbackNetwork,
    /// Commands can be run by a runner of the runtime's own, beside being instantiated and started.
    CommandRunner,
    /// A guest's memory can be had from its WASI environment, whether it is exported or not.
    EnvironmentMemory,
    /// An engine can be opened with a compilation cache over a directory.
    CacheDirectory,
    /// The code of modules that were compiled with such a cache is found by processes to come.
    PersistentCache,
    /// Engines can share a compilation cache that lives in memory.
    CacheInMemory,
    /// A compiled module can be written to an artifact, and be had again from it.
    Artifacts,
    /// An instance can be registered under a name of its own while it lives.
    NamedInstances,
    /// Engines and compiled modules can be used on several threads at once.
    Parallel,
    /// A memory that the host makes can be imported by instances on several threads at once.
    SharedMemory,
    /// What guests use can be counted in fuel, the same for the same guest each time.
    Fuel,
    /// Preview 1 commands are wrapped into components, and run through an adapter of preview 1 to the runtime's own WASI. Such a runtime
    /// runs commands only: a component exports neither core functions nor a memory.
    Component,
}

impl Capability {
    /// Every capability, in the order in which they are listed for people.
    pub const ALL: [Self; 36] = [
        Self::MutableGlobals,
        Self::SignExtension,
        Self::SaturatingFloatToInt,
        Self::MultiValue,
        Self::BulkMemory,
        Self::ReferenceTypes,
        Self::Simd,
        Self::RelaxedSimd,
        Self::ExtendedConst,
        Self::TailCall,
        Self::MultiMemory,
        Self::Memory64,
        Self::FunctionReferences,
        Self::Gc,
        Self::Exceptions,
        Self::Threads,
        Self::CustomPageSizes,
        Self::WideArithmetic,
        Self::WasiPreview1,
        Self::WasiUnstable,
        Self::Wasix,
        Self::WasiThreads,
        Self::ThreadLimit,
        Self::PollLimit,
        Self::LoopbackNetwork,
        Self::CommandRunner,
        Self::EnvironmentMemory,
        Self::CacheDirectory,
        Self::PersistentCache,
        Self::CacheInMemory,
        Self::Artifacts,
        Self::NamedInstances,
        Self::Parallel,
        Self::SharedMemory,
        Self::Fuel,
        Self::Component,
    ];

    /// The import module of a system interface.
    pub fn import_module(self) -> Option<&'static str> {
        match self {
            Self::WasiPreview1 => Some("wasi_snapshot_preview1"),
            Self::WasiUnstable => Some("wasi_unstable"),
            Self::Wasix => Some("wasix_32v1"),
            Self::WasiThreads => Some("wasi"),
            _ => None,
        }
    }

    /// The system interface that an import module belongs to.
    pub fn of_import_module(module: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|capability| capability.import_module() == Some(module))
    }

    /// Whether it is a part of the lifecycle, which cases need by their steps or by the world that they give their guests; all others are needed
    /// by modules.
    pub fn is_of_lifecycle(self) -> bool {
        self.is_a_grant()
            || matches!(
                self,
                Self::CacheDirectory
                    | Self::PersistentCache
                    | Self::CacheInMemory
                    | Self::Artifacts
                    | Self::NamedInstances
                    | Self::Parallel
                    | Self::SharedMemory
                    | Self::Fuel
                    | Self::CommandRunner
                    | Self::EnvironmentMemory
            )
    }

    /// Whether it is about what a guest is granted or denied beyond preview 1, by [`crate::Grants`].
    pub fn is_a_grant(self) -> bool {
        matches!(self, Self::ThreadLimit | Self::PollLimit | Self::LoopbackNetwork)
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        serde_name(self, f)
    }
}
