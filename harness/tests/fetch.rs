//! Files of packages from the real registries, as a test gets them that needs one.

use wasmatrix::{
    fetch::{PackageFile, Registry, fetch},
    worker::Stop,
};

/// The crate is a dependency of the workers, so that a machine that has built them need not be online for it.
#[test]
fn a_file_of_a_crate() {
    let sha256 = "7bcedd2dc45f952ffe36266ca59b9e3a55f94e648ed82f6c4864d003b2f260b4";
    let file = PackageFile::new(Registry::Crate, "wasmtime-wasi@48.0.8", "witx/p1/wasi_snapshot_preview1.witx", sha256)
        .expect("a file of a package");
    let bytes = fetch(&file, &Stop::default(), &mut |_| {}).unwrap_or_else(|error| panic!("{error}"));
    assert!(String::from_utf8_lossy(&bytes).contains("(module $wasi_snapshot_preview1"));
}
