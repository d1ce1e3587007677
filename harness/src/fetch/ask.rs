//! A registry's own tool, asked for a package.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use tempfile::TempDir;

use super::{FetchError, Package};
use crate::{
    tool::{self, Called, ToolError},
    worker::Stop,
};

/// How long a tool may take for a package; some of them try again for minutes where there is no network.
const PATIENCE: Duration = Duration::from_secs(300);

/// Calls a tool in an empty folder of its own, where it leaves what it fetched; what is there goes with the folder.
pub(super) fn ask(
    package: &Package,
    command: &mut Command,
    stop: &Stop,
    hear: &mut dyn FnMut(Option<&str>),
) -> Result<TempDir, FetchError> {
    let folder = tempfile::Builder::new().prefix("wasmatrix-fetch-").tempdir().map_err(|error| unreadable(package, &error))?;
    let called = tool::call(command.current_dir(folder.path()), Some(PATIENCE), stop, hear);
    let Called { status, tail } = called.map_err(|error| match error {
        ToolError::NotStarted(error) | ToolError::Lost(error) => FetchError::NoTool {
            package: package.clone(),
            tool: command.get_program().to_string_lossy().into_owned(),
            error: error.to_string(),
        },
        ToolError::TooLong => FetchError::TooLong { package: package.clone(), command: as_typed(command), seconds: PATIENCE.as_secs() },
        ToolError::Stopped => FetchError::Stopped,
    })?;
    if !status.success() {
        return Err(FetchError::ToolFailed { package: package.clone(), command: as_typed(command), status: status.to_string(), tail });
    }
    Ok(folder)
}

/// The one file of a folder, which is the package's archive.
pub(super) fn only_file(package: &Package, folder: &Path) -> Result<PathBuf, FetchError> {
    let list = || -> io::Result<PathBuf> {
        let entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
        match entries.as_slice() {
            [one] => Ok(one.path()),
            others => Err(io::Error::other(format!("its tool was to leave one archive and left {} files", others.len()))),
        }
    };
    list().map_err(|error| unreadable(package, &error))
}

fn unreadable(package: &Package, error: &io::Error) -> FetchError {
    FetchError::Unreadable { package: package.clone(), error: error.to_string() }
}

fn as_typed(command: &Command) -> String {
    let words = [command.get_program()].into_iter().chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
