//! Suites with one mistake each, and what their author is told. A folder of `bad-suites/` holds the suite and, in `expected.txt`, the whole
//! message; the paths in it are relative to `bad-suites/`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use wasmatrix::suite::load_suites;

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad-suites").canonicalize().expect("the data folder")
}

fn bad_suites() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> =
        fs::read_dir(data()).expect("the data folder").map(|entry| entry.expect("an entry of the data folder").path()).collect();
    folders.sort();
    assert!(!folders.is_empty(), "no bad suites, so nothing is tested");
    folders
}

/// `None`: the message is the expected one.
fn check(folder: &Path) -> Option<String> {
    let name = folder.strip_prefix(data()).expect("below the data folder").display();
    let said = match load_suites(&[folder.to_owned()]) {
        Ok(_) => return Some(format!("{name}: this loads, and should not")),
        Err(errors) => format!("{errors}\n").replace(&format!("{}/", data().display()), ""),
    };
    match fs::read_to_string(folder.join("expected.txt")) {
        Ok(expected) if expected == said => None,
        Ok(expected) => Some(format!("{name}\nexpected: {expected}said:     {said}")),
        Err(error) => Some(format!("{name}: expected.txt: {error}\nsaid:     {said}")),
    }
}

#[test]
fn every_mistake_is_explained() {
    let wrong: Vec<String> = bad_suites().iter().filter_map(|folder| check(folder)).collect();
    assert!(wrong.is_empty(), "{} of the bad suites are told another thing:\n\n{}", wrong.len(), wrong.join("\n"));
}

/// The good suite beside a bad one would start a worker, were it run.
#[test]
fn with_a_bad_suite_nothing_runs() {
    let out = tempfile::tempdir().expect("a temporary folder");
    let good = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suites/cli/clean.yaml");
    for bad in bad_suites() {
        let stored = out.path().join("run");
        let run = Command::new(env!("CARGO_BIN_EXE_wasmatrix"))
            .args(["run", "--runtime", "faux+honest", "--out"])
            .args([&stored, &good, &bad])
            .output()
            .expect("wasmatrix starts");
        let said = String::from_utf8_lossy(&run.stderr);
        assert_eq!(run.status.code(), Some(2), "{}: {said}", bad.display());
        assert!(said.starts_with("error: "), "{}: {said}", bad.display());
        // Whatever is built or started is announced, and a run begins with its file.
        assert!(!said.lines().any(|line| line.starts_with("ready") || line.starts_with("building")), "{}: {said}", bad.display());
        assert!(run.stdout.is_empty(), "{}: {}", bad.display(), String::from_utf8_lossy(&run.stdout));
        assert!(!stored.exists(), "{}: a run was stored", bad.display());
    }
}

/// Too large to keep as data: 10 MB of text, as one word and as ten million lines. Refused at once, with a place, and without echoing it.
#[test]
fn ten_megabytes_of_text_are_refused_in_a_sentence() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (text, says) in [
        (format!("suite: a/b\ncases: {}\n", "x".repeat(10_000_000)), ":2:8: cases: a list must stand here"),
        ("x\n".repeat(5_000_000), ":1:1: a map must stand here"),
    ] {
        let path = folder.path().join("large.yaml");
        fs::write(&path, text).expect("it can be written");
        let said = load_suites(&[path]).expect_err("it is no suite").to_string();
        assert!(said.contains(says) && said.len() < 500, "{}", &said[..said.len().min(1000)]);
    }
}
