//! Cargo's packages. Cargo has no command that fetches one crate alone: `fetch` and `vendor` bring all that it depends on. `cargo info`
//! reads the crate's manifest, for which it downloads the crate into its own cache, and there it stands as the Cargo Book says.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{FetchError, PackageFile, archive, ask::ask};
use crate::worker::Stop;

/// Takes the file out of the crate's archive in cargo's cache, after cargo has fetched it where it is not there yet.
pub(super) fn take(file: &PackageFile, stop: &Stop, hear: &mut dyn FnMut(Option<&str>)) -> Result<Vec<u8>, FetchError> {
    let unreadable = |error: String| FetchError::Unreadable { package: file.package.clone(), error };
    let home = cargo_home().map_err(unreadable)?;
    let package = &file.package;
    // Whoever has built something that depends on it has it already.
    if let Some(Ok(bytes)) = from_cache(file, &home) {
        return Ok(bytes);
    }
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["info", "--color", "never"]).arg(format!("{}@{}", package.name, package.version));
    ask(package, &mut cargo, stop, hear)?;
    let nowhere = || unreadable(format!("cargo knows it, and its archive is in no folder of {}/registry/cache", home.display()));
    from_cache(file, &home).ok_or_else(nowhere)?
}

/// `None`: no registry's folder has the crate. A mirror has a folder of its own, so that there may be several; one good copy will do.
fn from_cache(file: &PackageFile, home: &Path) -> Option<Result<Vec<u8>, FetchError>> {
    let archive = format!("{}-{}.crate", file.package.name, file.package.version);
    let registries = fs::read_dir(home.join("registry").join("cache")).ok()?.flatten();
    let copies = registries.map(|registry| registry.path().join(&archive)).filter(|copy| copy.is_file());
    let (good, bad): (Vec<_>, Vec<_>) = copies.map(|copy| archive::from_tar(file, &copy)).partition(Result::is_ok);
    good.into_iter().chain(bad).next()
}

/// `CARGO_HOME`, else `.cargo` at home.
fn cargo_home() -> Result<PathBuf, String> {
    match std::env::var_os("CARGO_HOME").filter(|folder| !folder.is_empty()) {
        Some(folder) => std::path::absolute(&folder).map_err(|error| format!("CARGO_HOME ({}): {error}", folder.display())),
        None => etcetera::home_dir().map(|home| home.join(".cargo")).map_err(|error| format!("there is no cargo home: {error}")),
    }
}
