//! A line's second binary: the runtime's own script runner (CONTRIBUTING.md).

use std::{fs, path::PathBuf};

use super::{BuildError, BuildNews, Wanted, cargo, surroundings};
use crate::{
    root::Root,
    runtime::{Line, Runtime},
    worker::Stop,
};

/// The feature of a line's manifest that brings the binary.
const FEATURE: &str = "native-wast";

/// The script runner of a line, built where it is not what its sources say; cargo decides that, and it stays in the build folder. `None`: the
/// line has none.
///
/// # Errors
/// Where it cannot be built.
pub fn native_runner(
    root: &Root,
    runtime: &Runtime,
    line: &Line,
    stop: &Stop,
    news: &mut dyn FnMut(BuildNews),
) -> Result<Option<PathBuf>, BuildError> {
    let bin = super::bin_name(&runtime.name, &line.line).replace("wasmatrix-worker-", "wasmatrix-native-wast-");
    let Some(folder) = line.folder() else { return Ok(None) };
    let manifest = folder.join("Cargo.toml");
    if !manifest.is_file() {
        return Ok(None);
    }
    let text = fs::read_to_string(&manifest).map_err(|error| surroundings("cannot read", &manifest, &error))?;
    if !text.contains(&bin) {
        return Ok(None);
    }
    let mut wanted = Wanted { root, runtime, line, stop, news };
    cargo::build(&mut wanted, folder, &bin, &["--features", FEATURE, "--bin", &bin])?.ok("cargo")?;
    Ok(Some(cargo::built(root, &bin)))
}
