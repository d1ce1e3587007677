//! The smallest of the programs of `suites/large` on every default runtime, so that what `cargo test` leaves out by default is not left to
//! chance. It comes from a package registry.

mod common;

use std::process::Command;

use common::skipped_offline;
use wasmatrix::{
    catalog::Catalog,
    fetch::fetch,
    plan::{Selection, plan, select_runtimes},
    root::Root,
    worker::Stop,
};

#[test]
fn the_smallest_program_runs_everywhere() {
    let catalog = Catalog::read(Root::find(None).expect("a checkout"), &[]).expect("suites and runtimes");
    let runtimes = select_runtimes(&catalog, &[]).expect("the default runtimes");
    let selection = Selection { suites: vec!["large/boolector".to_owned()], ..Selection::default() };
    let cells = plan(&catalog, &runtimes, &selection).expect("a plan");
    assert!(!cells.is_empty(), "there is no large/boolector");
    for file in cells.iter().flat_map(|cell| cell.case.packages.values()) {
        match fetch(file, &Stop::default(), &mut |_| {}) {
            Err(error) if !error.is_contradiction() => return skipped_offline(&error.to_string()),
            other => assert!(other.is_ok(), "{other:?}"),
        }
    }
    let out = tempfile::tempdir().expect("a temporary folder");
    let run = Command::new(env!("CARGO_BIN_EXE_wasmatrix"))
        .args(["run", "--suite", "large/boolector", "--require", "wasmtime,wasmi,wasmer", "--out"])
        .arg(out.path())
        .output()
        .expect("wasmatrix starts");
    let said = || format!("{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert_eq!(run.status.code(), Some(0), "{}", said());
    let passed = String::from_utf8_lossy(&run.stdout).contains(&format!("\n{} passed, 0 red", cells.len()));
    assert!(passed, "{}", said());
}
