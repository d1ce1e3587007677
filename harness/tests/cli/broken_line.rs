//! A line that cannot be built costs its own runtime and nobody else's.

use std::{
    fs,
    path::{Path, PathBuf},
};

use walkdir::WalkDir;

use crate::{assert_counted, ended, folder, of_kind, outcomes, records, suite, wasmatrix};

/// Copies a folder of sources, with a word replaced in every file.
fn copy(from: &Path, to: &Path, word: &str, replacement: &str) {
    for entry in WalkDir::new(from).into_iter().filter_entry(|entry| entry.file_name() != "target") {
        let entry = entry.expect("the checkout can be read");
        let target = to.join(entry.path().strip_prefix(from).expect("below"));
        if entry.file_type().is_dir() {
            fs::create_dir_all(&target).expect("a folder");
        } else {
            let text = fs::read_to_string(entry.path()).expect("a source file");
            fs::write(&target, text.replace(word, replacement)).expect("a copy");
        }
    }
}

/// A checkout with faux alone, of which everything that goes into its worker is the same as here, so that it is built already.
pub(crate) fn checkout(root: &Path) {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    fs::copy(here.join("Cargo.toml"), root.join("Cargo.toml")).expect("the workspace");
    fs::create_dir(root.join("suites")).expect("a folder for suites");
    for member in ["harness", "reports"] {
        std::os::unix::fs::symlink(here.join(member).canonicalize().expect("a member"), root.join(member)).expect("a link");
    }
    copy(&here.join("runtimes/adapter"), &root.join("runtimes/adapter"), "", "");
    copy(&here.join("runtimes/faux"), &root.join("runtimes/faux"), "", "");
}

/// The same with one line of faux: what an entry says of a line that was not run, `bless` leaves to a person.
pub(crate) fn checkout_of_one_line(root: &Path) {
    checkout(root);
    let described = root.join("runtimes/faux/runtime.yaml");
    let text = fs::read_to_string(&described).expect("faux's file");
    let text: String = text.split_inclusive('\n').filter(|line| !line.contains("line: \"2\"")).collect();
    fs::write(&described, text).expect("faux's file with one line");
}

/// A checkout with faux, whose source is broken, and its sound copy twin.
pub(crate) fn checkout_with_a_broken_line(root: &Path) {
    checkout(root);
    copy(&root.join("runtimes/faux"), &root.join("runtimes/twin"), "faux", "twin");
    let main = root.join("runtimes/faux/src/main.rs");
    let source = fs::read_to_string(&main).expect("faux's source");
    fs::write(&main, source + "\nfn this_is_broken() -> u32 { \"text\" }\n").expect("a broken source");
}

#[test]
fn a_line_that_does_not_build_is_unavailable_and_the_others_go_on() {
    let root = folder();
    let cache = folder();
    checkout_with_a_broken_line(root.path());
    for named in [&["--runtime", "faux+honest,twin+honest"][..], &["--runtime", "twin+honest", "--require", "faux+honest"]] {
        let out = folder();
        let mut command = wasmatrix(["run", "--root"]);
        command.arg(root.path()).args(named).arg(suite("clean.yaml")).arg("--out").arg(out.path());
        let ended = ended(command.env("WASMATRIX_CACHE", cache.path()));
        assert_eq!(ended.code, Some(2), "{}", ended.said());
        assert_counted(&ended, out.path());
        assert_eq!(
            ended.stdout.lines().last(),
            Some("3 passed, 0 red, 0 known, 0 unsupported, 3 not executed"),
            "the twin went on: {}",
            ended.said()
        );
        for says in ["unavailable faux@1+honest", "cargo build failed", "its last lines:", "mismatched types", "could not compile"] {
            assert!(ended.stdout.contains(says), "no `{says}` in {}", ended.said());
        }
        assert!(ended.stderr.contains("error: faux@1+honest must run, and it is unavailable"), "{}", ended.said());
        let log = root.path().canonicalize().expect("the root").join("target/wasmatrix/builds/wasmatrix-worker-faux-1.log");
        assert!(ended.stderr.contains(&log.display().to_string()), "the log is named: {}", ended.said());
        assert!(fs::read_to_string(&log).expect("the log").contains("mismatched types"));
        let records = records(out.path());
        let receipts = &of_kind(&records, "header")[0]["runtimes"];
        assert_eq!(receipts[0]["id"], "faux@1+honest");
        assert!(receipts[0]["availability"]["unavailable"].as_str().is_some_and(|reason| reason.contains("cargo build failed")));
    }
    // Whoever does not ask for it does not hear of it.
    let out = folder();
    let mut command = wasmatrix(["run", "--runtime", "twin+honest", "--root"]);
    command.arg(root.path()).arg(suite("clean.yaml")).arg("--out").arg(out.path());
    let ended = ended(command.env("WASMATRIX_CACHE", cache.path()));
    assert_eq!(ended.code, Some(0), "{}", ended.said());
    assert_eq!(outcomes(out.path()).len(), 3);
}
