//! The two smallest of the programs of `suites/large` on every default runtime, so that what `cargo test` leaves out by default is not left to
//! chance: a command that is run, and an interpreter that answers requests. They come from a package registry.

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
use wasmatrix_reports::{Cell, Outcome, Record, read_run};

const SUITES: [&str; 2] = ["large/boolector", "large/quickjs"];

#[test]
fn the_smallest_programs_run_everywhere() {
    let catalog = Catalog::read(Root::find(None).expect("a checkout"), &[]).expect("suites and runtimes");
    let runtimes = select_runtimes(&catalog, &[]).expect("the default runtimes");
    let selection = Selection { suites: SUITES.map(str::to_owned).into(), ..Selection::default() };
    let cells = plan(&catalog, &runtimes, &selection).expect("a plan");
    for suite in SUITES {
        assert!(cells.iter().any(|cell| cell.case.suite == suite), "there is no {suite}");
    }
    for file in cells.iter().flat_map(|cell| cell.case.packages.values()) {
        match fetch(file, &Stop::default(), &mut |_| {}) {
            Err(error) if !error.is_contradiction() => return skipped_offline(&error.to_string()),
            other => assert!(other.is_ok(), "{other:?}"),
        }
    }
    let out = tempfile::tempdir().expect("a temporary folder");
    let run = Command::new(env!("CARGO_BIN_EXE_wasmatrix"))
        .args(["run", "--suite", SUITES[0], "--suite", SUITES[1], "--require", "wasmtime,wasmi,wasmer", "--out"])
        .arg(out.path())
        .output()
        .expect("wasmatrix starts");
    let said = || format!("{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert_eq!(run.status.code(), Some(0), "{}", said());
    let records = read_run(&out.path().join("run.jsonl")).expect("it can be read");
    let asked: Vec<&Cell> = records.iter().filter_map(|record| if let Record::Cell(cell) = record { Some(cell) } else { None }).collect();
    assert_eq!(asked.len(), cells.len(), "{}", said());
    for cell in asked {
        // QuickJS was compiled with references, which wasmtime's baseline compiler does not have.
        let is_unsupported = cell.outcome == Outcome::Unsupported && cell.reason.as_deref() == Some("needs reference-types");
        // As components they end with other statuses (runtimes/wasmtime/known.yaml).
        let is_green = matches!(cell.outcome, Outcome::Pass | Outcome::Known);
        assert!(is_green || is_unsupported, "{}: {:?}\n{}", cell.id(), cell.outcome, said());
    }
}
