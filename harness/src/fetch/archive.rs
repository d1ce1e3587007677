//! One file out of an archive, in memory: nothing is unpacked, so no path of an archive is ever written to.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use flate2::read::GzDecoder;

use super::{FetchError, PackageFile, verified};
use crate::yaml::did_you_mean;

/// The largest file that is taken out of a package, in bytes.
const LARGEST: u64 = 256 << 20;

/// The file out of a compressed tar archive, whose files all stand in one folder: `package` for npm, name and version for cargo.
pub(super) fn from_tar(file: &PackageFile, archive: &Path) -> Result<Vec<u8>, FetchError> {
    found(file, || {
        let mut tar = tar::Archive::new(GzDecoder::new(File::open(archive)?));
        let mut names = Vec::new();
        for entry in tar.entries()? {
            let entry = entry?;
            let path = entry.path()?.to_string_lossy().into_owned();
            let Some((_, below)) = path.split_once('/') else { continue };
            if below == file.path && entry.header().entry_type().is_file() {
                return bytes(entry).map(Found::File);
            }
            names.push(below.to_owned());
        }
        Ok(Found::Others(names))
    })
}

/// The file out of a zip archive.
pub(super) fn from_zip(file: &PackageFile, archive: &Path) -> Result<Vec<u8>, FetchError> {
    found(file, || {
        let mut zip = zip::ZipArchive::new(File::open(archive)?)?;
        match zip.index_for_name(&file.path) {
            Some(index) => bytes(zip.by_index(index)?).map(Found::File),
            // A name that is no text cannot be the one that was meant.
            None => Ok(Found::Others(zip.file_names().flatten().map(|name| name.into_owned()).collect())),
        }
    })
}

/// What an archive has.
enum Found {
    File(Vec<u8>),
    /// Files of these names, and not the one that is wanted.
    Others(Vec<String>),
}

fn found(file: &PackageFile, look: impl FnOnce() -> io::Result<Found>) -> Result<Vec<u8>, FetchError> {
    match look() {
        Ok(Found::File(bytes)) => verified(file, bytes),
        Ok(Found::Others(names)) => {
            let hint = did_you_mean(&file.path, names.iter().map(String::as_str)).unwrap_or_default();
            Err(FetchError::NoSuchFile { file: Box::new(file.clone()), hint })
        }
        Err(error) => Err(FetchError::Unreadable { package: file.package.clone(), error: error.to_string() }),
    }
}

fn bytes(entry: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    entry.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::other(format!("the file has more than the {} MiB that are read", LARGEST >> 20)));
    }
    Ok(bytes)
}
