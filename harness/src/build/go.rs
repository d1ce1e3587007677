//! Go workers: one program in the runtime's `src/`, with a module file for each line.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use super::{
    BuildError, BuiltLine, Wanted,
    kept::Place,
    key::{self, Ingredients},
    on_demand, said, surroundings,
};
use crate::{
    root::Root,
    runtime::{Checkout, Line, LineSource, Runtime, Version},
};

/// Changes whenever Go is called in another way.
const HOW: &str = "CGO_ENABLED=0 go build -trimpath -buildvcs=false, 1";

/// The worker of a line where it is in the cache.
pub(super) fn cached(root: &Root, runtime: &Runtime, line: &Line) -> Result<Option<BuiltLine>, BuildError> {
    match &line.source {
        LineSource::Folder(folder) => place(root, runtime, line, folder)?.cached(),
        LineSource::Version(_) => match on_demand::go_folder(runtime, line)? {
            folder if folder.join("go.sum").is_file() => place(root, runtime, line, &folder)?.cached(),
            _ => Ok(None),
        },
        LineSource::Checkout(_) | LineSource::Package(_) | LineSource::Installed => Ok(None),
    }
}

/// The worker of a line.
pub(super) fn worker(wanted: &mut Wanted<'_>) -> Result<BuiltLine, BuildError> {
    let (root, runtime, line) = (wanted.root, wanted.runtime, wanted.line);
    match &line.source {
        LineSource::Folder(folder) => {
            let place = place(root, runtime, line, folder)?;
            let bin = place.key.bin.clone();
            place.worker(wanted.stop, || {
                let (out, said) = build(wanted, folder, &bin)?;
                said.ok("go").map(|()| out)
            })
        }
        LineSource::Version(version) => {
            let folder = resolve(wanted, version)?;
            let mut place = place(root, runtime, line, &folder)?;
            place.resolved = vec![folder.join("go.mod"), folder.join("go.sum")];
            let bin = place.key.bin.clone();
            place.worker(wanted.stop, || {
                let (out, said) = build(wanted, &folder, &bin)?;
                said.ok_on_demand(wanted, "does not build").map(|()| out)
            })
        }
        LineSource::Checkout(Checkout::Folder(_) | Checkout::Revision { .. }) => Err(BuildError::Surroundings(format!(
            "{}: checkouts of Go modules are not built; name a version, or `go mod edit -replace` in a line of your own",
            wanted.what()
        ))),
        LineSource::Package(_) | LineSource::Installed => {
            Err(BuildError::Surroundings(format!("{}: Go builds no programs of packages here", wanted.what())))
        }
    }
}

fn place(root: &Root, runtime: &Runtime, line: &Line, folder: &Path) -> Result<Place, BuildError> {
    let mut ingredients = Ingredients::new(HOW, go_version());
    let sums = folder.join("go.sum");
    ingredients.file(Path::new("go.mod"), &folder.join("go.mod"))?;
    ingredients.file(Path::new("go.sum"), &sums)?;
    ingredients.folder(&root.path, &runtime.folder.join("src"))?;
    for tag in tags(runtime, line) {
        ingredients.word(&tag);
    }
    Place::of(ingredients.key(runtime, line, &sums)?)
}

fn build(wanted: &mut Wanted<'_>, folder: &Path, bin: &str) -> Result<(PathBuf, said::Said), BuildError> {
    let out = super::cargo::target(wanted.root).join("go").join(bin);
    let mut command = go(wanted.runtime);
    command
        .args(["build", "-trimpath", "-buildvcs=false", "-mod=readonly"])
        .arg(modfile(folder))
        .arg(format!("-tags={}", tags(wanted.runtime, wanted.line).join(",")))
        .arg("-o")
        .arg(&out)
        .arg(".");
    let said = said::call(wanted, bin, &mut command)?;
    Ok((out, said))
}

fn modfile(folder: &Path) -> OsString {
    let mut word = OsString::from("-modfile=");
    word.push(folder.join("go.mod"));
    word
}

/// Go, in the folder of the sources, without what somebody set for a build of their own.
fn go(runtime: &Runtime) -> Command {
    let mut command = Command::new("go");
    command.current_dir(runtime.folder.join("src")).env("CGO_ENABLED", "0");
    for name in ["GOFLAGS", "GOEXPERIMENT", "GOOS", "GOARCH", "GOAMD64", "GOARM64", "GOWORK", "GO111MODULE"] {
        command.env_remove(name);
    }
    command.env("GOWORK", "off");
    command
}

/// The build tags of a line: `from_1_7` and so on, for every change of the API that it has.
fn tags(runtime: &Runtime, line: &Line) -> Vec<String> {
    let Some(version) = Version::beginning_of(&line.line) else { return Vec::new() };
    let has = runtime.drift.iter().filter(|(_, begins)| version.is_at_least(begins));
    has.map(|(name, _)| format!("from_{}", name.replace('.', "_"))).collect()
}

/// A module file for a version, made from that of the nearest line.
fn resolve(wanted: &mut Wanted<'_>, version: &Version) -> Result<PathBuf, BuildError> {
    let runtime = wanted.runtime;
    let folder = on_demand::go_folder(runtime, wanted.line)?;
    if folder.join("go.sum").is_file() {
        return Ok(folder);
    }
    let half = folder.with_extension("half");
    let no_line = || BuildError::Surroundings(format!("{} has no line to make {version} from", runtime.name));
    let nearest = wanted.line.resolved.as_deref().or_else(|| runtime.nearest(version).and_then(Line::folder)).ok_or_else(no_line)?;
    fs::create_dir_all(&half).map_err(|error| surroundings("cannot create", &half, &error))?;
    for name in ["go.mod", "go.sum"] {
        fs::copy(nearest.join(name), half.join(name)).map_err(|error| surroundings("cannot copy", &nearest.join(name), &error))?;
    }
    let mut command = go(runtime);
    command.arg("get").arg(modfile(&half)).arg(format!("{}@v{version}", runtime.package));
    let log = format!("{}-resolved", super::bin_name(&runtime.name, &wanted.line.line));
    said::call(wanted, &log, &mut command)?.ok_on_demand(wanted, "cannot be resolved")?;
    fs::rename(&half, &folder).map_err(|error| surroundings("cannot keep", &folder, &error))?;
    Ok(folder)
}

/// What Go says of itself; nothing where there is none.
fn go_version() -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION.get_or_init(|| key::told(Command::new("go").arg("version").env("GOTOOLCHAIN", "local")))
}
