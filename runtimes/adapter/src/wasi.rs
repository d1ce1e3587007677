//! What a guest is given through WASI, and what it leaves behind.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::{Failure, GuestBytes};

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
