//! A module that is a file of a package, as it is written.

use super::{convert::CaseError, file::PackageFromFile};
use crate::{
    fetch::{PackageFile, PackageFileError, Registry},
    yaml::Place,
};

/// Checks which file of which package is meant; nothing is fetched. `place` is where the map stands.
pub(super) fn package_file(written: &PackageFromFile, place: Place) -> Result<PackageFile, CaseError> {
    let named = [(Registry::Npm, &written.npm), (Registry::Pypi, &written.pypi), (Registry::Crate, &written.cargo)];
    let named: Vec<_> = named.into_iter().filter_map(|(registry, package)| Some((registry, package.as_ref()?))).collect();
    let (registry, package) = match named.as_slice() {
        [one] => *one,
        [] => return Err((place, "a package needs its registry: one of `npm`, `pypi` and `crate`, with NAME@VERSION".to_owned())),
        [(one, _), (other, package), ..] => {
            return Err((package.place, format!("a file comes from one package, and both `{one}` and `{other}` stand here; keep one")));
        }
    };
    PackageFile::new(registry, &package.value, &written.file.value, &written.sha256.value).map_err(|error| {
        let place = match &error {
            PackageFileError::Package(_) => package.place,
            PackageFileError::Path(_) => written.file.place,
            PackageFileError::Sha256(_) => written.sha256.place,
        };
        (place, error.to_string())
    })
}
