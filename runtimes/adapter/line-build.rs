//! The build script of every Rust line: hands the locked versions, the compiler and the profile to `built!()`.

use std::{env, fs, path::Path, process::Command};

fn main() {
    let lockfile = Path::new(&env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR")).join("Cargo.lock");
    println!("cargo:rerun-if-changed={}", lockfile.display());
    let text = fs::read_to_string(&lockfile).expect("a line has a lockfile");
    let mut locked = Vec::new();
    let mut name = "";
    for line in text.lines() {
        if let Some(value) = quoted(line, "name = ") {
            name = value;
        } else if let Some(version) = quoted(line, "version = ") {
            locked.push(format!("{name} {version}"));
        }
    }
    println!("cargo:rustc-env=WASMATRIX_LOCKED={}", locked.join(";"));
    let rustc = env::var("RUSTC").expect("cargo sets RUSTC");
    let told = Command::new(rustc).arg("-vV").output().expect("rustc runs");
    println!("cargo:rustc-env=WASMATRIX_RUSTC={}", String::from_utf8_lossy(&told.stdout).lines().next().unwrap_or_default());
    println!("cargo:rustc-env=WASMATRIX_PROFILE={}", env::var("PROFILE").expect("cargo sets PROFILE"));
}

fn quoted<'l>(line: &'l str, key: &str) -> Option<&'l str> {
    line.strip_prefix(key)?.strip_prefix('"')?.strip_suffix('"')
}
