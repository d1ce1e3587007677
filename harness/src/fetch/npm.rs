//! npm's packages.

use std::process::Command;

use super::{
    FetchError, PackageFile, archive,
    ask::{ask, only_file},
};
use crate::worker::Stop;

/// Has npm fetch the package's archive, which it holds against the registry's checksum, and takes the file out.
pub(super) fn take(file: &PackageFile, stop: &Stop, hear: &mut dyn FnMut(Option<&str>)) -> Result<Vec<u8>, FetchError> {
    let package = &file.package;
    let mut npm = Command::new("npm");
    npm.args(["pack", "--ignore-scripts", "--loglevel=warn"]).arg(format!("{}@{}", package.name, package.version));
    let folder = ask(package, &mut npm, stop, hear)?;
    archive::from_tar(file, &only_file(package, folder.path())?)
}
