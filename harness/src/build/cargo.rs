//! Rust workers.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use super::{BuildError, BuiltLine, Wanted, checkout, kept::Place, key, on_demand, said};
use crate::{
    root::Root,
    runtime::{Line, LineSource, Runtime},
};

/// Changes whenever cargo is called in another way.
const HOW: &str = "cargo build --release --locked, 1";

/// The worker of a line where it is in the cache.
pub(super) fn cached(root: &Root, runtime: &Runtime, line: &Line) -> Result<Option<BuiltLine>, BuildError> {
    match &line.source {
        LineSource::Folder(folder) => Place::of(key::of_cargo(root, runtime, line, folder, HOW)?)?.cached(),
        LineSource::Version(version) => match on_demand::resolved(root, runtime, line, version)? {
            Some(folder) => place_on_demand(root, runtime, line, &folder)?.cached(),
            None => Ok(None),
        },
        // Only cargo knows whether somebody's checkout has changed.
        LineSource::Checkout(_) | LineSource::Package(_) | LineSource::Installed => Ok(None),
    }
}

/// The worker of a line.
pub(super) fn worker(wanted: &mut Wanted<'_>) -> Result<BuiltLine, BuildError> {
    let (root, runtime, line) = (wanted.root, wanted.runtime, wanted.line);
    match &line.source {
        LineSource::Folder(folder) => {
            let place = Place::of(key::of_cargo(root, runtime, line, folder, HOW)?)?;
            let bin = place.key.bin.clone();
            place.worker(wanted.stop, || {
                build(wanted, folder, &bin, &[])?.ok("cargo")?;
                Ok(built(root, &bin))
            })
        }
        LineSource::Version(version) => {
            let folder = on_demand::resolve(wanted, version)?;
            let place = place_on_demand(root, runtime, line, &folder)?;
            let bin = place.key.bin.clone();
            place.worker(wanted.stop, || {
                build(wanted, &folder, &bin, &[])?.ok_on_demand(wanted, "does not build")?;
                Ok(built(root, &bin))
            })
        }
        LineSource::Checkout(which) => {
            let (folder, sources) = checkout::resolve(wanted, which)?;
            let bin = super::bin_name(&runtime.name, &line.line);
            build(wanted, &folder, &bin, &[])?.ok_on_demand(wanted, "does not build")?;
            // Kept under what was built, since what it was built of may change at any time.
            let fresh = built(root, &bin);
            let mut ingredients = key::Ingredients::new(HOW, "checkout");
            ingredients.file(Path::new(&bin), &fresh)?;
            let mut place = Place::of(ingredients.key(runtime, line, &folder.join("Cargo.lock"))?)?;
            place.resolved = vec![folder.join("Cargo.lock")];
            place.sources = Some(sources);
            place.worker(wanted.stop, || Ok(fresh))
        }
        LineSource::Package(_) | LineSource::Installed => {
            Err(BuildError::Surroundings(format!("{}: cargo builds no programs of packages", wanted.what())))
        }
    }
}

fn place_on_demand(root: &Root, runtime: &Runtime, line: &Line, folder: &Path) -> Result<Place, BuildError> {
    let mut place = Place::of(key::of_cargo(root, runtime, line, folder, HOW)?)?;
    place.resolved = vec![folder.join("Cargo.lock")];
    Ok(place)
}

/// Where cargo leaves a binary.
pub(super) fn built(root: &Root, bin: &str) -> PathBuf {
    target(root).join("release").join(bin)
}

/// The target directory that all lines share.
pub(super) fn target(root: &Root) -> PathBuf {
    root.target().join("workers")
}

/// Builds a binary of a manifest. `more` are cargo's arguments beside those that are the same for all.
pub(super) fn build(wanted: &mut Wanted<'_>, folder: &Path, bin: &str, more: &[&str]) -> Result<said::Said, BuildError> {
    let mut command = cargo();
    command
        .args(["build", "--release", "--locked", "--color", "never", "--manifest-path"])
        .arg(folder.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(target(wanted.root))
        .args(more);
    said::call(wanted, bin, &mut command)
}

/// Cargo, without what somebody set for a build of their own: flags and settings must not go into a worker. What names cargo's home, its
/// registries and its network stays: it changes where sources come from, and the lockfile's checksums say what they are.
pub(super) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let stays = ["CARGO_HOME", "CARGO_REGISTRIES_", "CARGO_REGISTRY_", "CARGO_NET_", "CARGO_HTTP_", "CARGO_SOURCE_"];
        let is_flags = text == "RUSTFLAGS" || text == "RUSTDOCFLAGS" || text.starts_with("RUSTC_");
        if is_flags || (text.starts_with("CARGO_") && !stays.iter().any(|kept| text.starts_with(kept))) {
            command.env_remove(&name);
        }
    }
    command
}
