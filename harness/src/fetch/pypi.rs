//! Python's packages, as wheels: those are archives, while a source distribution has to be run to become one.

use std::process::Command;

use super::{
    FetchError, PackageFile, archive,
    ask::{ask, only_file},
};
use crate::worker::Stop;

/// Has pip download the package's wheel and takes the file out.
pub(super) fn take(file: &PackageFile, stop: &Stop, hear: &mut dyn FnMut(Option<&str>)) -> Result<Vec<u8>, FetchError> {
    let package = &file.package;
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-input", "--disable-pip-version-check", "--dest", "."])
        .arg(format!("{}=={}", package.name, package.version));
    let folder = ask(package, &mut pip, stop, hear)?;
    archive::from_zip(file, &only_file(package, folder.path())?)
}
