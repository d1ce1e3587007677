//! By what means a runtime's worker is made.

use std::{collections::BTreeMap, fmt, path::PathBuf};

use serde::{
    Deserialize, Deserializer,
    de::{self, value},
};

use super::version::Version;

/// By what means a runtime's worker is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorkerKind {
    /// Cargo builds it: each line is a folder with `Cargo.toml` and `Cargo.lock`.
    Cargo,
    /// Go builds it: each line is a folder with `go.mod` and `go.sum`.
    Go,
    /// It is a script that the runtime itself runs.
    Script {
        /// The script, below the runtime's folder or beside it.
        script: PathBuf,
        /// What stands before it on the runtime's command line.
        arguments: Vec<String>,
    },
    /// Ours, which calls the runtime's own command line (`runtimes/command`).
    Command,
}

impl WorkerKind {
    /// Whether a line is a program that somebody else built.
    pub fn is_of_a_program(&self) -> bool {
        match self {
            Self::Cargo | Self::Go => false,
            Self::Script { .. } | Self::Command => true,
        }
    }
}

impl<'de> Deserialize<'de> for WorkerKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Script {
            script: PathBuf,
            #[serde(default)]
            arguments: Vec<String>,
        }
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = WorkerKind;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("cargo, go, command or a map with `script`")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<WorkerKind, E> {
                match text {
                    "cargo" => Ok(WorkerKind::Cargo),
                    "go" => Ok(WorkerKind::Go),
                    "command" => Ok(WorkerKind::Command),
                    other => Err(E::unknown_variant(other, &["cargo", "go", "command", "script"])),
                }
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<WorkerKind, A::Error> {
                let Script { script, arguments } = Script::deserialize(value::MapAccessDeserializer::new(map))?;
                Ok(WorkerKind::Script { script, arguments })
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// Where the program of a version comes from. Of the registries, one at most is named.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgramSource {
    /// For `npm install`: `name@{version}`.
    pub npm: Option<String>,
    /// For `pip install`: `name=={version}`.
    pub pypi: Option<String>,
    /// For `cargo install`: `name@{version}`.
    #[serde(rename = "crate")]
    pub krate: Option<String>,
    /// The features of that.
    #[serde(default)]
    pub features: Vec<String>,
    /// For `go install`: `path@v{version}`.
    pub go: Option<String>,
    /// The program below the folder that it was installed to; a glob.
    pub path: Option<String>,
    /// Its name on PATH, for the line `installed`.
    pub installed: Option<String>,
}

/// Whose package it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Installer {
    /// npm
    Npm,
    /// pip
    Pip,
    /// cargo
    Cargo,
    /// go
    Go,
}

impl fmt::Display for Installer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Npm => "npm",
            Self::Pip => "pip",
            Self::Cargo => "cargo",
            Self::Go => "go",
        })
    }
}

impl ProgramSource {
    /// What installs a version, and what it is told.
    pub(crate) fn package(&self, version: &Version) -> Option<(Installer, String)> {
        let named = [(Installer::Npm, &self.npm), (Installer::Pip, &self.pypi), (Installer::Cargo, &self.krate), (Installer::Go, &self.go)];
        let (installer, template) = named.into_iter().find_map(|(installer, template)| Some((installer, template.as_deref()?)))?;
        Some((installer, version.filled(&on_this_platform(template))))
    }

    /// Where the program is below the folder that it was installed to.
    pub(crate) fn program(&self, version: &Version) -> Option<String> {
        Some(version.filled(&on_this_platform(self.path.as_deref()?)))
    }

    /// Says what is wrong with it.
    pub(super) fn check(&self) -> Result<(), String> {
        let registries = [&self.npm, &self.pypi, &self.krate, &self.go].into_iter().flatten().count();
        match (registries, &self.path) {
            (0, None) | (1, Some(_)) => Ok(()),
            (1, None) => Err("program: `path` must say where the program is below the folder that it is installed to".to_owned()),
            (0, Some(_)) => Err("program: `path` is of no use without `npm`, `pypi`, `crate` or `go`".to_owned()),
            _ => Err("program: a version comes from one place; name one of `npm`, `pypi`, `crate` and `go`".to_owned()),
        }
    }
}

/// npm's words for this operating system and processor, which other registries' packages use too.
fn on_this_platform(template: &str) -> String {
    let os = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let arch = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    template.replace("{os}", os).replace("{arch}", arch)
}

/// How the version of a package of the runtime's family follows from the runtime's own. What comes out is an exact version, or a range of cargo's.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum FamilyVersion {
    /// By a template: `0.{major}{minor:02}.{patch}`.
    Template(String),
    /// By a table: exact versions of the runtime, or ranges (`>=0.37, <0.39`), with a template each; `else` is for all others.
    Table(BTreeMap<String, String>),
}

impl FamilyVersion {
    /// `None`: the table does not say.
    pub fn of(&self, version: &Version) -> Option<String> {
        let template = match self {
            Self::Template(template) => template,
            Self::Table(table) => {
                let in_range = || table.iter().find(|(range, _)| version.is_in(range)).map(|(_, template)| template);
                table.get(&version.to_string()).or_else(in_range).or_else(|| table.get("else"))?
            }
        };
        Some(version.filled(template))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_has_a_table() {
        let family = |text: &str| crate::yaml::from_str::<FamilyVersion>(text).unwrap_or_else(|error| panic!("{}", error.message));
        let of = |family: &FamilyVersion, version: &str| family.of(&Version::parse(version).expect("a version"));
        assert_eq!(of(&family("'0.{major}{minor:02}.{patch}'"), "7.4.2").as_deref(), Some("0.704.2"));
        let table = family("{ 7.3.1: 0.703.0, '>=0.37, <0.39': ^24, else: '{version}' }");
        for (version, expected) in [("7.3.1", "0.703.0"), ("0.38.2", "^24"), ("7.3.0", "7.3.0"), ("0.39.0", "0.39.0")] {
            assert_eq!(of(&table, version).as_deref(), Some(expected), "{version}");
        }
        assert_eq!(of(&family("{ 7.3.1: 0.703.0 }"), "7.3.2"), None);
    }
}
