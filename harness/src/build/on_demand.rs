//! Versions that somebody names: a manifest made from the nearest line's, resolved once and kept.

use std::{
    fs,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use super::{
    BuildError, Wanted, bin_name, cargo,
    manifest::{self, Made},
    not_locked, said, surroundings,
};
use crate::{
    cache::{self, cache_folder},
    root::Root,
    runtime::{Line, Runtime, Version},
};

/// The folder with the manifest and the lockfile of a version, where it was resolved before.
pub(super) fn resolved(root: &Root, runtime: &Runtime, line: &Line, version: &Version) -> Result<Option<PathBuf>, BuildError> {
    let text = manifest_of(root, runtime, line, version)?;
    let folder = folder(runtime, line, &text)?;
    Ok(is_resolved(&folder).then_some(folder))
}

/// The folder with the manifest and the lockfile of a version. What is resolved once stays so for as long as the cache is kept.
pub(super) fn resolve(wanted: &mut Wanted<'_>, version: &Version) -> Result<PathBuf, BuildError> {
    let (runtime, line) = (wanted.runtime, wanted.line);
    let text = manifest_of(wanted.root, runtime, line, version)?;
    let folder = folder(runtime, line, &text)?;
    if is_resolved(&folder) {
        return Ok(folder);
    }
    let _lock = cache::lock(&folder, wanted.stop).map_err(not_locked)?;
    if !is_resolved(&folder) {
        let seed = line.resolved.as_deref().or_else(|| runtime.nearest(version).and_then(Line::folder)).map(|from| from.join("Cargo.lock"));
        lock(wanted, &folder, &text, seed.as_deref())?;
    }
    Ok(folder)
}

/// Writes a manifest and has cargo resolve it. A lockfile to begin with keeps what need not change, so that most of what is built for one version
/// serves the next.
pub(super) fn lock(wanted: &mut Wanted<'_>, folder: &Path, manifest: &str, seed: Option<&Path>) -> Result<(), BuildError> {
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        fs::write(&path, bytes).map_err(|error| surroundings("cannot write", &path, &error))
    };
    let _ = fs::remove_file(folder.join(RESOLVED));
    write("Cargo.toml", manifest.as_bytes())?;
    if let Some(seed) = seed {
        let bytes = fs::read(seed).map_err(|error| surroundings("cannot read", seed, &error))?;
        write("Cargo.lock", &bytes)?;
    }
    let mut command = cargo::cargo();
    // What another run was resolved to holds as it is, or not at all.
    let locked = wanted.line.resolved.as_ref().map(|_| "--locked");
    command.args(locked).args(["fetch", "--color", "never", "--manifest-path"]).arg(folder.join("Cargo.toml"));
    let log = format!("{}-resolved", bin_name(&wanted.runtime.name, &wanted.line.line));
    said::call(wanted, &log, &mut command)?.ok_on_demand(wanted, "cannot be resolved")?;
    write(RESOLVED, b"")
}

/// Stands beside a lockfile that cargo has finished.
const RESOLVED: &str = "resolved";

fn is_resolved(folder: &Path) -> bool {
    folder.join(RESOLVED).is_file()
}

fn manifest_of(root: &Root, runtime: &Runtime, line: &Line, version: &Version) -> Result<String, BuildError> {
    let made = Made {
        bin: bin_name(&runtime.name, &line.line),
        version,
        version_of: &|package| {
            if package == runtime.package { Some(version.to_string()) } else { runtime.family.get(package)?.of(version) }
        },
        patches: &[],
    };
    manifest::made(root, runtime, &made).map_err(BuildError::Surroundings)
}

/// Where a version's manifest is kept: for each way in which it comes out, and each lockfile that it is to have, another place.
pub(super) fn folder(runtime: &Runtime, line: &Line, manifest: &str) -> Result<PathBuf, BuildError> {
    let mut digest = Sha256::new_with_prefix(manifest);
    for name in ["Cargo.lock", "go.mod", "go.sum"] {
        if let Some(bytes) = line.resolved.as_ref().and_then(|folder| fs::read(folder.join(name)).ok()) {
            digest.update(bytes);
        }
    }
    let digest = crate::hex(&digest.finalize());
    let name = format!("{}-{}", bin_name(&runtime.name, &line.line), &digest[..16]);
    Ok(cache_folder().map_err(BuildError::Surroundings)?.join("lines").join(name))
}

/// Where the module file of a Go version is kept.
pub(super) fn go_folder(runtime: &Runtime, line: &Line) -> Result<PathBuf, BuildError> {
    folder(runtime, line, &runtime.package)
}
