//! Versions that somebody names, somebody's own checkouts, and what is told where they cannot be had.
//!
//! wasmi, because it builds in less than a minute. What needs a registry says so where it cannot be reached, and fails then where `CI` is set, since
//! a continuous integration that never looked would be green for ever.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::Mutex,
};

use serde_json::Value;
use walkdir::WalkDir;

/// Builds use the whole machine, and share a target directory that only one of them may use.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

fn wasmatrix(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wasmatrix"));
    command.args(arguments).stdin(Stdio::null()).env_remove("WASMATRIX_ROOT").envs(environment.iter().copied());
    command.output().expect("wasmatrix starts")
}

fn said(output: &Output) -> String {
    format!("{}\n--- stdout\n{}\n--- stderr\n{}", output.status, text(&output.stdout), text(&output.stderr))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A run of some cells of one runtime, and its header.
fn run(runtime: &str, out: &Path, more: &[&str]) -> (Output, Value) {
    let mut arguments = vec!["run", "--runtime", runtime, "--suite", "core/traps", "--out", out.to_str().expect("a path")];
    arguments.extend(more);
    let output = wasmatrix(&arguments, &[]);
    let stored = fs::read_to_string(out.join("run.jsonl")).unwrap_or_default();
    let header = stored.lines().next().and_then(|line| serde_json::from_str(line).ok()).unwrap_or_default();
    (output, header)
}

/// Whether a registry cannot be reached, which is nobody's fault but in CI.
fn is_offline(output: &Output) -> bool {
    let offline = ["Could not resolve", "failed to download", "spurious network error"].iter().any(|words| said(output).contains(words));
    assert!(!offline || std::env::var_os("CI").is_none(), "{}", said(output));
    if offline {
        eprintln!("skipped: the registry cannot be reached");
    }
    offline
}

#[test]
fn an_exact_version_is_built_when_it_is_named_and_can_be_had_again() {
    let _alone = ONE_AT_A_TIME.lock();
    let folder = tempfile::tempdir().expect("a folder");
    let (first, again) = (folder.path().join("first"), folder.path().join("again"));
    let (output, header) = run("wasmi@0.40.0", &first, &[]);
    if is_offline(&output) {
        return;
    }
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let receipt = |header: &Value| header["runtimes"][0]["availability"]["available"].clone();
    assert_eq!(header["runtimes"][0]["id"], "wasmi@0.40.0");
    assert_eq!(receipt(&header)["version"], "0.40.0");
    let lockfile = first.join("lockfiles/wasmi@0.40.0/Cargo.lock");
    let locked = fs::read_to_string(&lockfile).expect("the lockfile is stored with the run");
    assert!(locked.contains("name = \"wasmi\"\nversion = \"0.40.0\"") && locked.contains("name = \"wasmi_wasi\"\nversion = \"0.40.0\""));

    // With what another run was resolved to, it is resolved so again.
    let lockfiles = first.join("lockfiles");
    let (output, header_again) = run("wasmi@0.40.0", &again, &["--resolved", lockfiles.to_str().expect("a path")]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert_eq!(receipt(&header_again)["worker"]["lockfile_sha256"], receipt(&header)["worker"]["lockfile_sha256"]);
    assert_eq!(fs::read_to_string(again.join("lockfiles/wasmi@0.40.0/Cargo.lock")).expect("stored again"), locked);
}

#[test]
fn a_version_that_there_is_not_says_which_there_are() {
    let _alone = ONE_AT_A_TIME.lock();
    let output = wasmatrix(&["build", "wasmi@0.36.99"], &[]);
    if is_offline(&output) {
        return;
    }
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    for says in ["wasmi 0.36.99 cannot be resolved: error: failed to select a version", "known to work: 0.36.5", "the log is"] {
        assert!(said(&output).contains(says), "no `{says}` in {}", said(&output));
    }
}

#[test]
fn without_a_network_the_cause_is_told() {
    let _alone = ONE_AT_A_TIME.lock();
    let cache = tempfile::tempdir().expect("a folder");
    let cache = cache.path().to_str().expect("a path");
    let output = wasmatrix(&["build", "wasmi@0.31.1"], &[("CARGO_NET_OFFLINE", "true"), ("WASMATRIX_CACHE", cache)]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("wasmi 0.31.1 cannot be resolved: error:"), "{}", said(&output));
    assert!(said(&output).contains("offline"), "{}", said(&output));
}

#[test]
fn what_is_no_version_is_no_line() {
    for (named, says) in [
        ("wasmi@9", "wasmi has no line `9`; it has 0.36, "),
        ("wasmi@newest", "wasmi has no line `newest`"),
        ("wasmu@1.0.0", "there is no runtime `wasmu@1.0.0`; did you mean `wasmi"),
        ("wasmi@path:no/such/folder", "no/such/folder has no Cargo.toml; name the folder of a checkout with `path:`"),
        ("mine=no/such/runtime.yaml", "no/such/runtime.yaml:1:1: "),
    ] {
        let output = wasmatrix(&["build", named], &[]);
        assert_eq!(output.status.code(), Some(2), "{named}: {}", said(&output));
        assert!(said(&output).contains(says), "{named}: no `{says}` in {}", said(&output));
    }
}

/// A copy of the sources of wasmi that a line was built from, in a folder of its own.
fn checkout(at: &Path) -> bool {
    let line = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtimes/wasmi/lines/2.0/Cargo.toml");
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["metadata", "--locked", "--format-version", "1", "--manifest-path"]).arg(line);
    let output = cargo.output().expect("cargo starts");
    if !output.status.success() {
        return !is_offline(&output);
    }
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo's answer");
    let packages = metadata["packages"].as_array().expect("packages");
    let wasmi = packages.iter().find(|package| package["name"] == "wasmi").expect("wasmi");
    let sources = PathBuf::from(wasmi["manifest_path"].as_str().expect("a path"));
    let sources = sources.parent().expect("a folder");
    for entry in WalkDir::new(sources) {
        let entry = entry.expect("the sources can be read");
        let to = at.join(entry.path().strip_prefix(sources).expect("below"));
        if entry.file_type().is_dir() {
            fs::create_dir_all(to).expect("a folder");
        } else {
            fs::copy(entry.path(), to).expect("a copy");
        }
    }
    true
}

fn git(at: &Path, arguments: &[&str]) -> String {
    let mut git = Command::new("git");
    git.arg("-C").arg(at).args(["-c", "user.name=test", "-c", "user.email=test@example.org"]).args(arguments);
    let output = git.output().expect("git starts");
    assert!(output.status.success(), "{}", said(&output));
    text(&output.stdout).trim().to_owned()
}

#[test]
fn a_checkout_is_built_as_it_is_and_a_revision_as_it_was() {
    let _alone = ONE_AT_A_TIME.lock();
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path().join("wasmi");
    fs::create_dir(&at).expect("a folder");
    if !checkout(&at) {
        return;
    }
    git(&at, &["init", "--quiet"]);
    git(&at, &["add", "--all", "--force"]);
    git(&at, &["commit", "--quiet", "--message", "as published"]);
    let commit = git(&at, &["rev-parse", "HEAD"]);

    // As it is now, it does not compile.
    let library = at.join("src/lib.rs");
    let source = fs::read_to_string(&library).expect("its source");
    fs::write(&library, source + "\nfn this_is_broken() -> u32 { \"text\" }\n").expect("a broken source");
    let path = format!("wasmi@path:{}", at.display());
    let output = wasmatrix(&["build", &path], &[]);
    if is_offline(&output) {
        return;
    }
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    for says in ["does not build: error[E0308]: mismatched types", "this_is_broken", "known to work: 0.36.5"] {
        assert!(said(&output).contains(says), "no `{says}` in {}", said(&output));
    }

    // As it was, it does.
    let out = folder.path().join("run");
    let (output, header) = run(&format!("wasmi@git:file://{}#{commit}", at.display()), &out, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let receipt = &header["runtimes"][0]["availability"]["available"];
    assert_eq!(receipt["version"], "2.0.0");
    let sources = receipt["worker"]["sources"].as_str().expect("whose sources they are");
    assert!(sources.contains(&format!("revision {commit}, wasmi 2.0.0")), "{sources}");
    let id = header["runtimes"][0]["id"].as_str().expect("an identity");
    assert!(id.starts_with("wasmi@git:") && !id.contains('/'), "{id}");

    // A revision that there is not.
    let output = wasmatrix(&["build", &format!("wasmi@git:file://{}#no-such-branch", at.display())], &[]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("has no revision `no-such-branch`"), "{}", said(&output));
}
