//! What a guest is given through WASI, and what it leaves behind.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::{Capability, Failure, FailureKind, GuestBytes};

/// The world of a guest that imports WASI. Nothing else is given: no inherited environment, no network, no other directory.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WasiSetup {
    /// All arguments, the program's name first.
    pub args: Vec<String>,
    /// Environment variables, in this order; the order is the guest's to see.
    pub env: Vec<(String, String)>,
    /// Everything that standard input yields before its end.
    pub stdin: GuestBytes,
    /// Directories, in the order in which they are given to the runtime.
    pub preopens: Vec<Preopen>,
    /// What it is granted or denied beyond preview 1. A worker that cannot apply one of them answers `unsupported`.
    #[serde(default, skip_serializing_if = "Grants::is_empty")]
    pub grants: Grants,
}

/// What a guest is granted or denied beyond preview 1. What is not said is as the runtime has it by itself, but there is no network.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Grants {
    /// How many threads it has at most, as the runtime counts them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_threads: Option<u32>,
    /// How many subscriptions one `poll_oneoff` takes at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_poll_subscriptions: Option<u32>,
    /// The network that it sees; without one there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<Network>,
}

/// A network that a guest can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", expecting = "`loopback`")]
pub enum Network {
    /// One in memory, which ends in the guest's own process and never reaches the host's.
    Loopback,
}

impl Grants {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What a runtime must be able to do for them.
    pub fn needs(&self) -> impl Iterator<Item = Capability> + use<> {
        let Self { max_threads, max_poll_subscriptions, network } = self;
        let loopback = network.map(|Network::Loopback| Capability::LoopbackNetwork);
        let threads = max_threads.map(|_| Capability::ThreadLimit);
        let poll = max_poll_subscriptions.map(|_| Capability::PollLimit);
        [threads, poll, loopback].into_iter().flatten()
    }

    /// The refusal of a runtime that cannot do all of them.
    ///
    /// # Errors
    /// [`FailureKind::Unsupported`] with the first capability that is missing.
    pub fn are_among(&self, capabilities: impl Fn(Capability) -> bool) -> Result<(), Failure> {
        self.needs().find(|needed| !capabilities(*needed)).map_or(Ok(()), |missing| {
            Err(Failure::new(FailureKind::Unsupported(Some(missing)), format!("a guest's world needs `{missing}` here")))
        })
    }
}

/// A host directory that the guest may use, readable and writable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Preopen {
    /// An absolute path on the host.
    pub host: PathBuf,
    /// The name under which the guest finds it, `/data` say.
    pub guest: String,
}

/// What a guest wrote to its standard streams. A guest's streams are never the worker's own.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WasiOutput {
    /// Standard output.
    pub stdout: GuestBytes,
    /// Standard error.
    pub stderr: GuestBytes,
    /// How many bytes of standard output were thrown away, because only the first [`crate::OUTPUT_KEPT`] are kept.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub stdout_cut: u64,
    /// The same of standard error.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub stderr_cut: u64,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// How a command ended, with what it wrote until then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CommandEnd {
    /// `None`: `_start` returned, which means status 0. `Some`: it ended otherwise, [`crate::FailureKind::Exit`] included.
    pub failure: Option<Failure>,
    /// What it wrote.
    pub output: WasiOutput,
}
