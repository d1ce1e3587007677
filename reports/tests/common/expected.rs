//! Texts as they stand in `tests/expected`.

use std::{fs, path::Path};

/// Holds a text against the file of this name; `WASMATRIX_BLESS=1` writes it anew.
#[track_caller]
pub(crate) fn check(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expected").join(name);
    if std::env::var_os("WASMATRIX_BLESS").is_some() {
        fs::create_dir_all(path.parent().expect("a folder")).and_then(|()| fs::write(&path, text)).expect("it can be written");
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(text, expected, "{} says otherwise; WASMATRIX_BLESS=1 writes it anew", path.display());
}
