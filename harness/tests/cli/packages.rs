//! Modules from packages, with tools that are scripts of ours: they note that they were called and leave what a registry would have sent.

use std::{
    env, fs,
    io::Write as _,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Path, PathBuf},
    process::Command,
};

use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use wasmatrix::cache::cache_folder;

use crate::{Ended, ended, folder, outcomes, run, wait_for, wasmatrix};

/// A machine with a suite that wants a file of a package, beside a case that wants none.
struct Machine {
    folder: TempDir,
    wasm: Vec<u8>,
}

impl Machine {
    /// `source` is the beginning of a module: `npm: demo@1.0.0, file: lib/add.wasm`; what it lacks is the right SHA-256.
    fn new(source: &str) -> Self {
        let wasm = wat::parse_str(r#"(module (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))"#)
            .expect("it assembles");
        Self::with(source, wasm)
    }

    fn with(source: &str, wasm: Vec<u8>) -> Self {
        let machine = Self { folder: folder(), wasm };
        for made in ["bin", "cache", "suite"] {
            fs::create_dir(machine.path(made)).expect("a folder can be made");
        }
        machine.links_what_every_machine_has();
        let digest: String = Sha256::digest(&machine.wasm).iter().map(|byte| format!("{byte:02x}")).collect();
        let sha256 = if source.contains("sha256") { String::new() } else { format!(", sha256: {digest}") };
        let case = |name: &str, module: &str| {
            format!(
                "  - name: {name}\n    why: A sum must be the sum.\n    stands_on: runtimes/faux, honest.rs\n    level: required\n    \
                 {module}\n    steps:\n      - {{ invoke: add, args: [{{ i32: 1 }}, {{ i32: 2 }}], returns: {{ i32: 3 }} }}\n"
            )
        };
        let packaged = case("packaged", &format!("module: {{ {source}{sha256} }}"));
        let own = case("own", r#"wat: (module (func (export "add") (param i32 i32) (result i32) (i32.const 3)))"#);
        fs::write(machine.path("suite/demo.yaml"), format!("suite: cli/packaged\ncases:\n{packaged}{own}")).expect("it can be written");
        machine
    }

    fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    /// A worker that is built already, so that nothing but the package is to be had, and a compiler that says its version.
    fn links_what_every_machine_has(&self) {
        assert_eq!(ended(&mut run("clean.yaml", folder().path())).code, Some(0));
        let workers = cache_folder().expect("a cache").join("workers");
        symlink(workers, self.path("cache/workers")).expect("a link can be made");
        let sysroot = Command::new("rustc").args(["--print", "sysroot"]).output().expect("rustc starts").stdout;
        let rustc = Path::new(String::from_utf8_lossy(&sysroot).trim()).join("bin/rustc");
        symlink(rustc, self.path("bin/rustc")).expect("a link can be made");
        for tool in ["sh", "cp", "sleep", "mkdir"] {
            let found =
                env::split_paths(&env::var_os("PATH").unwrap_or_default()).map(|folder| folder.join(tool)).find(|tool| tool.is_file());
            symlink(found.unwrap_or_else(|| panic!("no {tool} on this machine")), self.path("bin").join(tool)).expect("a link can be made");
        }
    }

    /// A tool that does this, and notes that it was called.
    fn has(&self, tool: &str, does: &str) {
        let script = format!("#!/bin/sh\necho \"$0\" \"$@\" >> '{}'\n{does}\n", self.path("calls").display());
        let path = self.path("bin").join(tool);
        fs::write(&path, script).and_then(|()| fs::set_permissions(&path, fs::Permissions::from_mode(0o755))).expect("it can be written");
    }

    fn loses(&self, tool: &str) {
        fs::remove_file(self.path("bin").join(tool)).expect("the tool was there");
    }

    /// How each tool was called, without its folder.
    fn calls(&self) -> Vec<String> {
        let bin = format!("{}/", self.path("bin").display());
        fs::read_to_string(self.path("calls")).unwrap_or_default().lines().map(|line| line.replace(&bin, "")).collect()
    }

    /// What npm or cargo would have sent: a compressed tar archive with these files.
    fn tar(&self, name: &str, files: &[(&str, &[u8])]) -> PathBuf {
        let mut tar = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
        for (path, bytes) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            tar.append_data(&mut header, path, *bytes).expect("it can be packed");
        }
        let packed = tar.into_inner().and_then(flate2::write::GzEncoder::finish).expect("it can be packed");
        self.keeps(name, &packed)
    }

    fn keeps(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, bytes).expect("it can be written");
        path
    }

    /// npm, with the module in its package.
    fn has_npm(&self) {
        let archive = self.tar("demo.tgz", &[("package/package.json", b"{}"), ("package/lib/add.wasm", &self.wasm)]);
        self.has("npm", &format!("cp '{}' demo-1.0.0.tgz", archive.display()));
    }

    fn command(&self, first: &str) -> Command {
        let mut command = wasmatrix([first, "--runtime", "faux+honest"]);
        command.arg(self.path("suite")).env("PATH", self.path("bin")).env("WASMATRIX_CACHE", self.path("cache"));
        for inherited in ["RUSTC", "CARGO", "CARGO_HOME"] {
            command.env_remove(inherited);
        }
        command
    }

    fn run(&self) -> Command {
        let mut command = self.command("run");
        command.arg("--out").arg(self.path("out"));
        command
    }

    /// Where the file is kept.
    fn entry(&self) -> PathBuf {
        let packages = fs::read_dir(self.path("cache/packages")).expect("packages are kept");
        packages.flatten().map(|entry| entry.path().join("file")).next().expect("the file is kept")
    }

    /// Runs it all; what the packaged case came to, while the other passes whatever becomes of that.
    fn outcome(&self) -> (Ended, String) {
        let ended = ended(&mut self.run());
        let mut outcomes = outcomes(&self.path("out"));
        assert_eq!(outcomes.remove("own").as_deref(), Some("pass"), "{}", ended.said());
        let packaged = outcomes.remove("packaged").unwrap_or_else(|| panic!("the cell has no record: {}", ended.said()));
        (ended, packaged)
    }

    /// The packaged case cannot be had; the run says so in these words, with this exit code.
    fn is_unavailable(&self, code: i32, says: &[&str]) -> Ended {
        let (ended, outcome) = self.outcome();
        assert_eq!((outcome.as_str(), ended.code), ("unavailable", Some(code)), "{}", ended.said());
        assert!(ended.stdout.contains("unavailable cli/packaged/packaged"), "{}", ended.said());
        for words in says {
            assert!(ended.stdout.contains(words), "it should say {words:?}: {}", ended.said());
        }
        ended
    }

    fn passes(&self) {
        let (ended, outcome) = self.outcome();
        assert_eq!((outcome.as_str(), ended.code), ("pass", Some(0)), "{}", ended.said());
    }
}

const NPM: &str = "npm: demo@1.0.0, file: lib/add.wasm";

#[test]
fn a_file_is_fetched_once_and_kept() {
    let machine = Machine::new(NPM);
    machine.has_npm();
    machine.passes();
    assert_eq!(machine.calls(), ["npm pack --ignore-scripts --loglevel=warn demo@1.0.0"]);
    machine.loses("npm");
    machine.passes();
    assert_eq!(machine.calls().len(), 1);
}

#[test]
fn a_kept_file_that_was_changed_is_fetched_again() {
    let machine = Machine::new(NPM);
    machine.has_npm();
    machine.passes();
    fs::write(machine.entry(), b"not what it was").expect("it can be written");
    machine.passes();
    assert_eq!(machine.calls().len(), 2);
    assert_eq!(fs::read(machine.entry()).expect("it is kept"), machine.wasm);
}

#[test]
fn two_harnesses_at_once_fetch_it_once() {
    let machine = Machine::new(NPM);
    let archive = machine.tar("demo.tgz", &[("package/lib/add.wasm", &machine.wasm)]);
    machine.has("npm", &format!("sleep 2; cp '{}' demo-1.0.0.tgz", archive.display()));
    let start = |out: &str| machine.command("run").arg("--out").arg(machine.path(out)).spawn().expect("wasmatrix starts");
    let both = [start("one"), start("other")].map(wait_for);
    for (out, ended) in ["one", "other"].iter().zip(&both) {
        assert_eq!(ended.code, Some(0), "{}", ended.said());
        assert_eq!(outcomes(&machine.path(out))["packaged"], "pass");
    }
    assert_eq!(machine.calls().len(), 1);
}

#[test]
fn without_the_tool_the_case_is_unavailable() {
    let machine = Machine::new(NPM);
    machine.is_unavailable(0, &["npm demo@1.0.0 cannot be fetched: cannot call `npm`", "install it", "WASMATRIX_CACHE"]);
}

#[test]
fn offline_the_tools_own_words_say_why() {
    let machine = Machine::new(NPM);
    machine.has("npm", "echo 'npm error code ENOTFOUND' >&2; exit 1");
    machine.is_unavailable(
        0,
        &["`npm pack --ignore-scripts --loglevel=warn demo@1.0.0` ended with exit status: 1", "ENOTFOUND", "WASMATRIX_CACHE"],
    );
}

#[test]
fn a_changed_package_is_an_error_and_not_kept() {
    let wanted = "0".repeat(64);
    let machine = Machine::new(&format!("npm: demo@1.0.0, file: lib/add.wasm, sha256: \"{wanted}\""));
    machine.has_npm();
    let ended = machine.is_unavailable(2, &["is not the file that the suite was written for"]);
    assert!(ended.stderr.contains("error: cli/packaged/packaged: lib/add.wasm of npm demo@1.0.0"), "{}", ended.said());
    assert!(ended.stderr.contains(&wanted), "{}", ended.said());
    assert!(!machine.path("cache/packages").join(wanted).join("file").exists());
}

#[test]
fn a_file_that_the_package_lacks_is_an_error() {
    let machine = Machine::new("npm: demo@1.0.0, file: lib/ad.wasm");
    machine.has_npm();
    let ended = machine.is_unavailable(2, &["has no file `lib/ad.wasm`; did you mean `lib/add.wasm`?"]);
    assert!(ended.stderr.contains("error: "), "{}", ended.said());
}

#[test]
fn a_file_that_is_no_module_is_an_error() {
    let machine = Machine::with(NPM, b"no module".to_vec());
    machine.has_npm();
    let ended = machine.is_unavailable(2, &["module `main` is invalid with every feature on"]);
    assert!(ended.stderr.contains("error: cli/packaged/packaged: module `main` is invalid"), "{}", ended.said());
}

#[test]
fn an_archive_that_is_none_is_told() {
    let machine = Machine::new(NPM);
    machine.has("npm", "echo '<html>sign in to this network</html>' > demo-1.0.0.tgz");
    machine.is_unavailable(0, &["npm demo@1.0.0 was fetched and cannot be read"]);
}

#[test]
fn a_wheel_comes_from_pip() {
    let machine = Machine::new("pypi: demo@1.0.post1, file: demo/add.wasm");
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("demo/add.wasm", zip::write::SimpleFileOptions::default()).expect("it can be packed");
    zip.write_all(&machine.wasm).expect("it can be packed");
    let wheel = machine.keeps("demo.whl", &zip.finish().expect("it can be packed").into_inner());
    machine.has("python3", &format!("cp '{}' demo-1.0.post1-py3-none-any.whl", wheel.display()));
    machine.passes();
    let how = "python3 -m pip download --no-deps --only-binary=:all: --no-input --disable-pip-version-check --dest . demo==1.0.post1";
    assert_eq!(machine.calls(), [how]);
}

#[test]
fn a_crate_comes_from_cargos_own_cache() {
    let machine = Machine::new("crate: demo@1.0.0, file: tests/add.wasm");
    let archive = machine.tar("demo.crate", &[("demo-1.0.0/tests/add.wasm", &machine.wasm)]);
    let leaves = "mkdir -p \"$CARGO_HOME/registry/cache/mirror\"; cp";
    machine.has("cargo", &format!("{leaves} '{}' \"$CARGO_HOME/registry/cache/mirror/demo-1.0.0.crate\"", archive.display()));
    let passes = || {
        let mut command = machine.run();
        let ended = ended(command.env("CARGO_HOME", machine.path("cargo")));
        assert_eq!(ended.code, Some(0), "{}", ended.said());
        assert_eq!(outcomes(&machine.path("out"))["packaged"], "pass");
    };
    passes();
    assert_eq!(machine.calls(), ["cargo info --color never demo@1.0.0"]);
    // What cargo has, nobody need ask it for.
    fs::remove_file(machine.entry()).expect("it was kept");
    passes();
    assert_eq!(machine.calls().len(), 1);
}

#[test]
fn nothing_is_fetched_to_make_a_list_or_for_another_case() {
    let machine = Machine::new(NPM);
    machine.has_npm();
    let list = ended(&mut machine.command("list"));
    assert_eq!(list.code, Some(0), "{}", list.said());
    assert!(list.stdout.contains("needs:     not fetched yet"), "{}", list.said());
    assert!(list.stdout.contains("module:    lib/add.wasm of npm demo@1.0.0"), "{}", list.said());
    for first in ["run", "show"] {
        let mut command = machine.command(first);
        let other = ended(command.args(["--case", "own"]));
        assert_eq!(other.code, Some(0), "{}", other.said());
    }
    assert_eq!(machine.calls(), [""; 0]);
    let shown = ended(machine.command("show").args(["--case", "packaged"]));
    assert_eq!(shown.code, Some(0), "{}", shown.said());
    assert_eq!(machine.calls().len(), 1);
    let list = ended(&mut machine.command("list"));
    assert!(!list.stdout.contains("not fetched yet"), "{}", list.said());
    assert!(list.stdout.contains("needs:     nothing beyond WebAssembly 1.0"), "{}", list.said());
}

/// `large/` of the checkout is such a suite.
#[test]
fn a_suite_that_is_not_default_runs_where_it_is_named_and_is_told_elsewhere() {
    let selected = |arguments: &[&str]| {
        let mut command = wasmatrix(["list", "--runtime", "faux+honest"]);
        ended(command.args(arguments)).stdout.contains("large/boolector\n  only where it is named\n")
    };
    assert!(selected(&["--case", "a-proof"]) && selected(&["--suite", "large/boolector"]));
    let out = folder();
    let mut command = wasmatrix(["run", "--runtime", "faux+honest", "--case", "a-proof", "--out"]);
    let unnamed = ended(command.arg(out.path()));
    assert_eq!(unnamed.code, Some(4), "{}", unnamed.said());
    assert!(unnamed.stdout.contains("left out: large/boolector, which run only where they are named (--suite)"), "{}", unnamed.said());
}
