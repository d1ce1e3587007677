//! Programs that somebody else built: those of packages, installed into the cache with the registry's own tool, and those on this machine.

use std::{
    fs, io,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use globset::Glob;
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use super::{BuildError, Wanted, cargo, not_locked, said, surroundings};
use crate::{
    cache::{self, cache_folder},
    runtime::{Installer, Line, LineSource, ProgramSource, Runtime, Version},
};

/// A program, and the folder that its package was installed to, or that it is in.
pub(super) struct Program {
    pub(super) path: PathBuf,
    pub(super) folder: PathBuf,
}

/// The program of a line, where it is here already.
pub(super) fn found(runtime: &Runtime, line: &Line) -> Result<Option<Program>, BuildError> {
    let Some(source) = &runtime.program else { return Ok(None) };
    match &line.source {
        LineSource::Installed => Ok(source.installed.as_ref().and_then(|name| on_path(name))),
        LineSource::Package(version) => match place(source, version)? {
            Some(place) if place.folder.is_dir() => inside(&place).map(Some),
            _ => Ok(None),
        },
        LineSource::Folder(_) | LineSource::Version(_) | LineSource::Checkout(_) => Ok(None),
    }
}

/// The program of a line, installed now where it is not here.
pub(super) fn program(wanted: &mut Wanted<'_>) -> Result<Program, BuildError> {
    let (runtime, line) = (wanted.runtime, wanted.line);
    let nowhere = || BuildError::Surroundings(format!("{}: runtime.yaml does not say where its program comes from", wanted.what()));
    let source = runtime.program.as_ref().ok_or_else(nowhere)?;
    match &line.source {
        LineSource::Installed => {
            let name = source.installed.as_ref().ok_or_else(nowhere)?;
            on_path(name).ok_or_else(|| {
                let remedy = wanted.remedy("install it, or name a version");
                BuildError::Surroundings(format!("there is no `{name}` on PATH; {remedy}"))
            })
        }
        LineSource::Package(version) => {
            let place = place(source, version)?.ok_or_else(nowhere)?;
            install(wanted, source, &place)
        }
        LineSource::Checkout(_) => Err(BuildError::Surroundings(format!(
            "{}: no checkout is built here; put the program on PATH and name the line `installed`",
            wanted.what()
        ))),
        LineSource::Folder(_) | LineSource::Version(_) => Err(nowhere()),
    }
}

/// Where a version's program is kept, whether it is there or not.
struct Place {
    installer: Installer,
    package: String,
    program: String,
    folder: PathBuf,
}

fn place(source: &ProgramSource, version: &Version) -> Result<Option<Place>, BuildError> {
    let (Some((installer, package)), Some(program)) = (source.package(version), source.program(version)) else { return Ok(None) };
    let name: String =
        package.chars().map(|letter| if letter.is_ascii_alphanumeric() || ".-_".contains(letter) { letter } else { '-' }).collect();
    let digest = crate::hex(&Sha256::digest(format!("{installer} {package} {}", source.features.join(","))));
    let folder = cache_folder().map_err(BuildError::Surroundings)?.join("programs").join(format!("{name}-{}", &digest[..8]));
    Ok(Some(Place { installer, package, program, folder: folder.join("installed") }))
}

/// The program in the folder that it was installed to.
fn inside(place: &Place) -> Result<Program, BuildError> {
    Ok(Program { path: below(place, &place.folder)?, folder: place.folder.clone() })
}

/// The program below a folder that it was installed to.
fn below(place: &Place, folder: &Path) -> Result<PathBuf, BuildError> {
    let exact = folder.join(&place.program);
    if exact.is_file() {
        return Ok(exact);
    }
    let none = |why: String| BuildError::Surroundings(format!("{} has no program `{}`{why}", place.package, place.program));
    let glob = Glob::new(&place.program).map_err(|error| none(format!(": {error}")))?.compile_matcher();
    let entries = WalkDir::new(folder).sort_by_file_name().into_iter().flatten();
    let mut paths = entries.map(walkdir::DirEntry::into_path).filter(|path| path.is_file());
    paths.find(|path| path.strip_prefix(folder).is_ok_and(|below| glob.is_match(below))).ok_or_else(|| none(String::new()))
}

/// A program that is a file among a package's others may not be installed as one.
fn make_executable(program: &Path) -> Result<(), BuildError> {
    let unchanged = |error: io::Error| surroundings("cannot make a program of", program, &error);
    let mut permissions = fs::metadata(program).map_err(unchanged)?.permissions();
    if permissions.mode() & 0o111 == 0 {
        permissions.set_mode(permissions.mode() | 0o755);
        fs::set_permissions(program, permissions).map_err(unchanged)?;
    }
    Ok(())
}

/// Installs a package into a folder of its own. What is there is whole, since the folder is renamed into place.
fn install(wanted: &mut Wanted<'_>, source: &ProgramSource, place: &Place) -> Result<Program, BuildError> {
    if place.folder.is_dir() {
        return inside(place);
    }
    let entry = place.folder.parent().unwrap_or(&place.folder);
    let _lock = cache::lock(entry, wanted.stop).map_err(not_locked)?;
    if !place.folder.is_dir() {
        let half = entry.join("half");
        if half.is_dir() {
            fs::remove_dir_all(&half).map_err(|error| surroundings("cannot remove", &half, &error))?;
        }
        fs::create_dir_all(&half).map_err(|error| surroundings("cannot create", &half, &error))?;
        let mut command = command(wanted, source, place, &half);
        let log = format!("{}-installed", super::bin_name(&wanted.runtime.name, &wanted.line.line));
        said::call(wanted, &log, &mut command)?.ok_on_demand(wanted, "cannot be installed")?;
        make_executable(&below(place, &half)?)?;
        fs::rename(&half, &place.folder).map_err(|error| surroundings("cannot keep", &place.folder, &error))?;
    }
    inside(place)
}

/// What installs it. Nothing of a package is run while it is installed, where its registry's tool can be told so.
fn command(wanted: &Wanted<'_>, source: &ProgramSource, place: &Place, into: &Path) -> Command {
    let package = &place.package;
    let mut command = match place.installer {
        Installer::Npm => {
            let mut npm = Command::new("npm");
            npm.args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=warn", "--prefix"])
                .arg(into);
            npm
        }
        Installer::Pip => {
            let mut pip = Command::new("python3");
            pip.args(["-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--no-warn-script-location", "--target"])
                .arg(into);
            pip
        }
        Installer::Cargo => {
            let mut cargo = cargo::cargo();
            cargo.args(["install", "--locked", "--color", "never", "--no-track", "--root"]).arg(into);
            cargo.arg("--target-dir").arg(cargo::target(wanted.root));
            if !source.features.is_empty() {
                cargo.arg("--features").arg(source.features.join(","));
            }
            cargo
        }
        Installer::Go => {
            let mut go = Command::new("go");
            go.arg("install").env("GOBIN", into.join("bin")).env_remove("GOFLAGS");
            go
        }
    };
    // In a folder without settings of somebody's project.
    command.arg(package).current_dir(into);
    command
}

/// A program that is on this machine, with the links that lead to it followed: a version manager's link chooses by what it finds in its
/// environment, and a worker's is empty.
pub(super) fn on_path(name: &str) -> Option<Program> {
    let path = which::which(name).ok()?.canonicalize().ok()?;
    Some(Program { folder: path.parent().unwrap_or(&path).to_owned(), path })
}
