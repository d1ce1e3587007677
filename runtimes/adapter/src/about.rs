//! What a worker says about itself before it is asked anything else.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::Capability;

/// The protocol's version. A worker that speaks another one is unavailable, never guessed at. What a worker may say or leave out, as a backtrace, is
/// added without a new one: those that leave it out are understood as before.
pub const PROTOCOL_VERSION: u32 = 2;

/// The receipt: which engine, in which configuration, answers here. Without a version there is no result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct About {
    /// The version of this protocol that the worker speaks.
    pub protocol: u32,
    /// The runtime's name, as in its folder.
    pub runtime: String,
    /// The variant that this process was started as.
    pub variant: String,
    /// The engine's exact version, as the binary itself knows it (`48.0.8`). Empty means unknown, and makes the runtime unavailable.
    pub version: String,
    /// Who answers the WASI imports.
    pub wasi: WasiImplementation,
    /// The effective configuration, in the runtime's own setting names; defaults that matter are spelled out.
    pub configuration: BTreeMap<String, String>,
    /// The settings that are other ones where an engine is opened for measuring, or that only such an engine has.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub measuring: BTreeMap<String, String>,
    /// What this variant, as configured, can run.
    pub capabilities: BTreeSet<Capability>,
    /// Those of the capabilities that an engine can be opened without, by the `features` of `new-engine`. A worker that says nothing of
    /// them cannot switch any off.
    #[serde(default)]
    pub switchable: BTreeSet<Capability>,
    /// Whether it can only run commands, by `run-command`, and calls no exports: a runtime behind its own command line.
    #[serde(default)]
    pub commands_only: bool,
    /// The compiler that built the worker, where it knows it.
    pub compiler: Option<String>,
    /// The profile it was built with, where it knows it.
    pub profile: Option<String>,
}

/// Which code answers the WASI imports: two versions of a runtime can differ by engine, by this, or by both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum WasiImplementation {
    /// There is none.
    Absent,
    /// There is one, and the worker cannot say which.
    Undeclared,
    /// The package and its exact version.
    #[allow(missing_docs, reason = "named by the variant's own text")]
    Package { name: String, version: String },
}
