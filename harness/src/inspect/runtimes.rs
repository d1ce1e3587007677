//! Which runtimes can run a module, by what their workers claimed when they were last asked.

use std::collections::BTreeSet;

use serde::Serialize;

use super::report::{Entry, Listed, Module, Needs, Report};

/// What a runtime says that it can do.
#[derive(Debug, Clone)]
pub struct RuntimeClaims {
    /// The runtime's identity.
    pub runtime: String,
    /// The names of its capabilities.
    pub capabilities: BTreeSet<String>,
    /// Whether it runs commands only.
    pub commands_only: bool,
}

/// Who can run a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Runtimes {
    /// A core module, held against what workers that were built claim.
    Asked {
        /// Each of them.
        built: Vec<CanRun>,
        /// Runtimes that nobody can speak for yet.
        not_built: Vec<String>,
        /// Modules that it imports from and that are no system interface: workers provide none, so it needs a host of its own.
        provided_by_nobody: Listed<String>,
    },
    /// No runtime here takes such a file, and why.
    None(String),
}

/// What a runtime lacks for a module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CanRun {
    /// The runtime's identity.
    pub runtime: String,
    /// Capabilities, or words; empty where it can run the module.
    pub lacks: Vec<String>,
}

impl Runtimes {
    /// The runtimes that are built and can run it.
    pub fn those_that_can(&self) -> Vec<String> {
        match self {
            Self::Asked { built, .. } => built.iter().filter(|one| one.lacks.is_empty()).map(|one| one.runtime.clone()).collect(),
            Self::None(_) => Vec::new(),
        }
    }

    /// Holds a file against what runtimes claim.
    pub fn of(report: &Report, built: &[RuntimeClaims], not_built: &[String]) -> Self {
        match report {
            Report::Component(_) => Self::None("no runtime here takes components yet".to_owned()),
            Report::Webc(_) => {
                Self::None("no runtime here takes a webc; take its modules out (`wasmer package unpack`) and name those".to_owned())
            }
            Report::Module(module) => Self::Asked {
                built: built.iter().map(|claims| CanRun { runtime: claims.runtime.clone(), lacks: lacks(module, claims) }).collect(),
                not_built: not_built.to_vec(),
                provided_by_nobody: module.imports.first.iter().filter(|from| !from.is_wasi).map(|from| from.module.clone()).collect(),
            },
        }
    }
}

fn lacks(module: &Module, claims: &RuntimeClaims) -> Vec<String> {
    let mut lacks: Vec<String> = match &module.needs {
        Needs::Capabilities(needs) => needs.iter().filter(|need| !claims.capabilities.contains(*need)).cloned().collect(),
        Needs::Invalid { .. } => vec!["a reason to take an invalid module".to_owned()],
    };
    if claims.commands_only && !matches!(module.entry, Entry::Command | Entry::CommandAndReactor) {
        lacks.push("a way to run what is no command".to_owned());
    }
    lacks
}
