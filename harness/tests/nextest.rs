//! The conformance tests as cargo-nextest asks them: `--list --format terse`, the same with `--ignored`, and `--exact NAME --nocapture` in a
//! process of its own. cargo-nextest itself is not needed. CONTRIBUTING.md says how it is used.
//!
//! A test program does not know where another one lies, so this one includes the conformance tests and starts itself as them.

#[path = "conformance.rs"]
mod conformance;

use std::{
    collections::BTreeSet,
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Output},
};

use libtest_mimic::{Arguments, Failed, Trial};
use wasmatrix::{build, catalog::Catalog, plan::select_runtimes, prepare, root::Root, worker::Stop};

/// Set: this process is the conformance tests.
const AS_CONFORMANCE: &str = "WASMATRIX_TEST_AS_CONFORMANCE";

fn main() -> anyhow::Result<()> {
    if std::env::var_os(AS_CONFORMANCE).is_some() {
        return conformance::main();
    }
    let trial = |name: &str, test: fn() -> Result<(), Failed>| Trial::test(name, test);
    let trials = vec![
        trial("a_list_starts_nothing_and_touches_no_cache", a_list_starts_nothing_and_touches_no_cache),
        trial("what_a_worker_does_not_claim_is_listed_as_ignored", what_a_worker_does_not_claim_is_listed_as_ignored),
        trial("one_trial_reads_one_suite", one_trial_reads_one_suite),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit()
}

/// The conformance tests on faux, which is built in seconds.
fn conformance(arguments: &[&str], set: impl FnOnce(&mut Command)) -> Result<Output, Failed> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(arguments).env(AS_CONFORMANCE, "1").env("WASMATRIX_RUNTIMES", "faux+honest").env_remove("WASMATRIX_ROOT");
    set(&mut command);
    Ok(command.output()?)
}

fn listed(output: &Output) -> Result<BTreeSet<String>, Failed> {
    if !output.status.success() || !output.stderr.is_empty() {
        return Err(format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr)).into());
    }
    let line = |line: &str| line.strip_suffix(": test").map(str::to_owned).ok_or_else(|| format!("`{line}` names no trial"));
    Ok(String::from_utf8(output.stdout.clone())?.lines().map(line).collect::<Result<_, _>>()?)
}

fn check(holds: bool, otherwise: impl Into<String>) -> Result<(), Failed> {
    if holds { Ok(()) } else { Err(otherwise.into().into()) }
}

/// Everything that could be started writes its name down instead.
fn a_list_starts_nothing_and_touches_no_cache() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let (cache, started, programs) = (folder.path().join("cache"), folder.path().join("started"), folder.path().join("programs"));
    fs::create_dir(&programs)?;
    for name in ["cargo", "rustc", "cc"] {
        let program = programs.join(name);
        fs::write(&program, format!("#!/bin/sh\necho {name} >> {}\nexit 1\n", started.display()))?;
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
    }
    let list = |arguments: &[&str]| {
        conformance(arguments, |command| {
            command.env("WASMATRIX_CACHE", &cache).env("PATH", &programs);
            command.env("CARGO", programs.join("cargo")).env("RUSTC", programs.join("rustc"));
        })
    };
    let all = listed(&list(&["--list", "--format", "terse"])?)?;
    check(all.contains("faux@1+honest/core/traps/unreachable"), format!("{} trials are listed, a known one is not", all.len()))?;
    let ignored = listed(&list(&["--list", "--format", "terse", "--ignored"])?)?;
    check(ignored.is_empty(), format!("nothing is known of the runtime, and yet these are ignored: {ignored:?}"))?;
    let people = list(&["--list"])?;
    check(people.status.success() && !people.stdout.is_empty(), "plain `--list` fails")?;
    check(!started.exists(), format!("something was started: {}", fs::read_to_string(&started).unwrap_or_default()))?;
    check(!cache.exists(), "the cache was touched")
}

/// A copy of the cache with another receipt shows that the receipt is read and that nobody is asked.
fn what_a_worker_does_not_claim_is_listed_as_ignored() -> Result<(), Failed> {
    let catalog = Catalog::of_runtimes(Root::find(None)?)?;
    let ids = select_runtimes(&catalog, &["faux+honest".to_owned()])?;
    prepare::prepare(&catalog, &ids, &Stop::default(), &mut |_, _| {}).ok_or("stopped")?;
    let (runtime, line) = catalog.line(&ids[0]).ok_or("no line")?;
    let kept = build::memory(&catalog.root, runtime, line).ok_or("a worker that was just built is not in the cache")?;
    let mut about: serde_json::Value = serde_json::from_slice(&fs::read(kept.join("about-honest.json"))?)?;
    about["capabilities"] = serde_json::json!(["simd"]);
    let folder = tempfile::tempdir()?;
    let copy = folder.path().join("workers").join(kept.file_name().ok_or("a folder without a name")?);
    fs::create_dir_all(&copy)?;
    let program = Path::new("wasmatrix-worker-faux-1");
    check(kept.join(program).is_file(), "the worker has another name")?;
    fs::write(copy.join(program), "not a program")?;
    fs::write(copy.join("about-honest.json"), about.to_string())?;
    let list = |arguments: &[&str]| {
        conformance(arguments, |command| {
            command.env("WASMATRIX_CACHE", folder.path());
        })
    };
    let ignored = listed(&list(&["--list", "--format", "terse", "--ignored"])?)?;
    let needs_references = "faux@1+honest/core/references/";
    check(ignored.iter().any(|name| name.starts_with(needs_references)), "a case that needs references is not ignored")?;
    check(!ignored.contains("faux@1+honest/core/traps/unreachable"), "a case that needs nothing is ignored")?;
    let all = listed(&list(&["--list", "--format", "terse"])?)?;
    check(all.is_superset(&ignored) && all.len() > ignored.len(), "nextest expects ignored trials in the whole list too")
}

/// As nextest runs it, and from a root with a broken suite beside the one that is asked about.
fn one_trial_reads_one_suite() -> Result<(), Failed> {
    let name = "faux@1+honest/asked/here";
    let root = tempfile::tempdir()?;
    let suites = root.path().join("suites");
    fs::create_dir(&suites)?;
    let real = Root::find(None)?;
    for shared in ["runtimes", "Cargo.toml"] {
        std::os::unix::fs::symlink(real.path.join(shared), root.path().join(shared))?;
    }
    let suite =
        "suite: asked\ncases:\n  - { name: here, why: w, stands_on: s, level: required, wat: (module), steps: [{ compile: main }] }\n";
    fs::write(suites.join("asked.yaml"), suite)?;
    fs::write(suites.join("broken.yaml"), "suite: [\n")?;
    let run = |name: &str| {
        conformance(&["--exact", name, "--nocapture"], |command| {
            command.env("WASMATRIX_ROOT", root.path());
        })
    };
    let output = run(name)?;
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    check(output.status.success() && said.contains("1 passed"), said)?;
    // A name that is nowhere needs all suites to be sure of it, and then the broken one shows.
    check(!run("faux@1+honest/nowhere/here")?.status.success(), "a broken suite is not told")
}
