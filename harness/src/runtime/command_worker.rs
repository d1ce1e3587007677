//! `command:` in runtime.yaml: what a worker must know of a command line beside how it is called (`cli:`).

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use serde::Deserialize;
use wasmatrix_adapter::{Capability, CommandEnding, CommandTemplate, WasiImplementation};

use super::CommandLine;

/// What a worker must know of a command line beside how it is called.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandWorker {
    /// A regular expression whose only group is the version, in what `version` of `cli` prints.
    pub version_pattern: String,
    /// What runs a command, where that is not what a person would type.
    pub run: Option<String>,
    /// Whether it can give directories to a guest.
    #[serde(default = "yes")]
    pub dirs: bool,
    /// Whether a directory has the host's name for the guest too.
    #[serde(default)]
    pub dir_guest_is_host: bool,
    /// What the program gets in its environment; `{folder}` is where its package was installed.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// What it can run.
    pub capabilities: BTreeSet<Capability>,
    /// Which of that a variant has not.
    #[serde(default)]
    pub lacks: BTreeMap<String, BTreeSet<Capability>>,
    /// Who answers the WASI imports.
    #[serde(default = "undeclared")]
    pub wasi: WasiImplementation,
    /// The effective configuration, as far as somebody declares it.
    #[serde(default)]
    pub configuration: BTreeMap<String, String>,
    /// How it says what became of a guest.
    #[serde(default)]
    pub ends: Vec<CommandEnding>,
}

fn yes() -> bool {
    true
}

fn undeclared() -> WasiImplementation {
    WasiImplementation::Undeclared
}

impl CommandWorker {
    /// All of it, for a worker that is to call this program. `folder` is where its package was installed, or where it is.
    pub(crate) fn template(&self, runtime: &str, cli: &CommandLine, program: PathBuf, folder: &Path) -> CommandTemplate {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        // The first word is the program's name, for people.
        let arguments = |text: &str| words(text).split_off(1);
        let folder = folder.to_string_lossy();
        CommandTemplate {
            runtime: runtime.to_owned(),
            program,
            environment: self.environment.iter().map(|(name, value)| (name.clone(), value.replace("{folder}", &folder))).collect(),
            version: arguments(&cli.version),
            version_pattern: self.version_pattern.clone(),
            run: arguments(self.run.as_ref().unwrap_or(&cli.run)),
            dir: self.dirs.then(|| words(&cli.dir)),
            dir_guest_is_host: self.dir_guest_is_host,
            env: Some(words(&cli.env)),
            variants: cli.variants.iter().map(|(name, text)| (name.clone(), words(text))).collect(),
            capabilities: self.capabilities.clone(),
            lacks: self.lacks.clone(),
            wasi: self.wasi.clone(),
            configuration: self.configuration.clone(),
            ends: self.ends.clone(),
        }
    }

    /// Says what is wrong with it, for a runtime of these variants.
    pub(super) fn check(&self, cli: &CommandLine, variants: &[&str]) -> Result<(), String> {
        let run = self.run.as_ref().unwrap_or(&cli.run);
        if !run.contains("{module}") {
            return Err("command: `run` does not say where `{module}` goes".to_owned());
        }
        if cli.version.split_whitespace().count() == 0 || run.split_whitespace().count() == 0 {
            return Err("cli: `version` and `run` begin with the program's name".to_owned());
        }
        match self.lacks.keys().find(|name| !variants.contains(&name.as_str())) {
            Some(unknown) => Err(format!("command: there is no variant `{unknown}`")),
            None => Ok(()),
        }
    }
}
