//! Somebody's own checkout of a runtime: its packages instead of the registry's.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{
    BuildError, Wanted, bin_name, cargo, key,
    manifest::{self, Made},
    not_locked, on_demand, said, surroundings,
};
use crate::{
    cache::{self, cache_folder},
    runtime::{Checkout, Line, Version},
};

/// A folder with a manifest that takes the runtime from the checkout and what that was resolved to, and what to call the sources.
pub(super) fn resolve(wanted: &mut Wanted<'_>, which: &Checkout) -> Result<(PathBuf, String), BuildError> {
    let (at, sources) = match which {
        Checkout::Folder(path) => (path.clone(), as_it_is(path)),
        Checkout::Revision { url, rev } => fetched(wanted, url, rev)?,
    };
    let (runtime, line) = (wanted.runtime, wanted.line);
    let packages = packages(wanted, &at)?;
    let wrong = |why: String| BuildError::Surroundings(format!("{}: {why}", wanted.what()));
    let own = packages.iter().find(|package| package.name == runtime.package);
    let own =
        own.ok_or_else(|| wrong(format!("{} has no package `{}`; name the folder of its workspace", at.display(), runtime.package)))?;
    let version = Version::parse(&own.version).ok_or_else(|| wrong(format!("`{}` is no version", own.version)))?;
    let patches: Vec<(String, PathBuf)> = packages.iter().map(|package| (package.name.clone(), package.folder())).collect();
    let version_of = |package: &str| {
        let of_checkout = packages.iter().find(|one| one.name == package).map(|one| one.version.clone());
        of_checkout.or_else(|| runtime.family.get(package)?.of(&version))
    };
    // All of them, since any may be needed by another; cargo warns of those that are not.
    let made = Made { bin: bin_name(&runtime.name, &line.line), version: &version, version_of: &version_of, patches: &patches };
    let text = manifest::made(wanted.root, runtime, &made).map_err(BuildError::Surroundings)?;
    let folder = on_demand::folder(runtime, line, &line.line)?;
    let _lock = cache::lock(&folder, wanted.stop).map_err(not_locked)?;
    let seed = runtime.nearest(&version).and_then(Line::folder).map(|nearest| nearest.join("Cargo.lock"));
    let is_unchanged = fs::read_to_string(folder.join("Cargo.toml")).is_ok_and(|written| written == text);
    // Its dependencies may have changed with it, so cargo looks each time; what it knows already stays.
    on_demand::lock(wanted, &folder, &text, seed.as_deref().filter(|_| !is_unchanged))?;
    Ok((folder, format!("{sources}, {} {}", own.name, own.version)))
}

/// A package of a workspace, as cargo tells.
#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    version: String,
    manifest_path: PathBuf,
}

impl Package {
    fn folder(&self) -> PathBuf {
        self.manifest_path.parent().unwrap_or(&self.manifest_path).to_owned()
    }
}

fn packages(wanted: &Wanted<'_>, at: &Path) -> Result<Vec<Package>, BuildError> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Package>,
    }
    let wrong = |why: String| BuildError::Surroundings(format!("{}: {why}", wanted.what()));
    if !at.join("Cargo.toml").is_file() {
        return Err(wrong(format!("{} has no Cargo.toml; name the folder of a checkout with `path:`", at.display())));
    }
    let mut command = cargo::cargo();
    command.args(["metadata", "--no-deps", "--format-version", "1", "--manifest-path"]).arg(at.join("Cargo.toml"));
    let output = command.output().map_err(|error| wrong(format!("cannot start cargo: {error}; is a Rust toolchain installed?")))?;
    if !output.status.success() {
        return Err(wrong(format!("cargo cannot read {}: {}", at.display(), String::from_utf8_lossy(&output.stderr).trim())));
    }
    let read: Metadata =
        serde_json::from_slice(&output.stdout).map_err(|error| wrong(format!("cargo's answer cannot be read: {error}")))?;
    Ok(read.packages)
}

/// A revision of a repository, in a folder of the cache; what its submodules hold stays out.
fn fetched(wanted: &mut Wanted<'_>, url: &str, rev: &str) -> Result<(PathBuf, String), BuildError> {
    let digest = crate::hex(&Sha256::digest(url));
    let folder = cache_folder().map_err(BuildError::Surroundings)?.join("checkouts").join(&digest[..16]);
    let _lock = cache::lock(&folder, wanted.stop).map_err(not_locked)?;
    let repository = folder.join("repository");
    let log = format!("{}-fetched", bin_name(&wanted.runtime.name, &wanted.line.line));
    if !repository.join("HEAD").is_file() {
        let mut init = Command::new("git");
        init.args(["init", "--quiet", "--bare"]).arg(&repository);
        said::call(wanted, &log, &mut init)?.ok("git")?;
    }
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.arg("--git-dir").arg(&repository).args(arguments).env("GIT_TERMINAL_PROMPT", "0");
        git
    };
    // Alone where the server gives single revisions, else with everything.
    let alone = said::call(wanted, &log, &mut git(&["fetch", "--quiet", "--depth=1", "--", url, rev]))?;
    let named = if alone.status.success() {
        "FETCH_HEAD"
    } else {
        let all = ["fetch", "--quiet", "--force", "--tags", "--", url, "+refs/heads/*:refs/heads/*"];
        said::call(wanted, &log, &mut git(&all))?.ok_on_demand(wanted, "cannot be fetched")?;
        rev
    };
    let commit = key::told(&mut git(&["rev-parse", "--verify", "--quiet", &format!("{named}^{{commit}}")])).trim().to_owned();
    if commit.is_empty() {
        return Err(BuildError::Surroundings(format!("{}: {url} has no revision `{rev}`", wanted.what())));
    }
    let tree = folder.join(&commit);
    if !tree.is_dir() {
        let half = folder.join("half");
        let _ = fs::remove_dir_all(&half);
        fs::create_dir_all(&half).map_err(|error| surroundings("cannot create", &half, &error))?;
        let mut checkout = git(&["--work-tree"]);
        checkout.arg(&half).args(["checkout", "--quiet", "--force", &commit, "--", "."]);
        said::call(wanted, &log, &mut checkout)?.ok("git")?;
        fs::rename(&half, &tree).map_err(|error| surroundings("cannot keep", &tree, &error))?;
    }
    Ok((tree, format!("{url}, revision {commit}")))
}

/// What to call a folder's sources: where they are, and what git says of them.
fn as_it_is(path: &Path) -> String {
    let git = |arguments: &[&str]| key::told(Command::new("git").arg("-C").arg(path).args(arguments)).trim().to_owned();
    let commit = git(&["rev-parse", "--verify", "--quiet", "HEAD"]);
    let changes = git(&["status", "--porcelain", "--untracked-files=no", "--", "."]);
    let of_git = match (commit.is_empty(), changes.is_empty()) {
        (true, _) => String::new(),
        (false, true) => format!(", revision {commit}"),
        (false, false) => format!(", revision {commit} with changes"),
    };
    format!("{}{of_git}", path.display())
}
