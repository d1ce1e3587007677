//! What several of the test programs share: the catalog of a folder of suites, and faux made ready.
#![allow(dead_code, reason = "no program uses all of it")]

use std::{
    io::{Write as _, stderr},
    path::Path,
    time::Duration,
};

use wasmatrix::{
    catalog::Catalog,
    cell::{IdleWorkers, run_cell},
    date::Date,
    plan::{PlannedCell, Selection, plan, select_runtimes},
    prepare::{Prepared, prepare},
    root::Root,
    run::RunOptions,
    runtime::Known,
    worker::{Limits, Stop},
};
use wasmatrix_reports::Cell;

/// Long for an honest worker, short for a test that waits for it to pass.
pub(crate) const DEADLINE: Duration = Duration::from_millis(1500);

/// What a worker may use up in tests.
pub(crate) fn limits() -> Limits {
    Limits { deadline: DEADLINE, memory: 256 << 20 }
}

/// A run of selected cells, each in a process of its own, with its records below `out`.
pub(crate) fn run_options(out: &Path) -> RunOptions {
    RunOptions {
        jobs: 4,
        limits: limits(),
        fresh: true,
        repeat: 1,
        seed: None,
        strict: false,
        everything: false,
        measuring: None,
        expectations: true,
        out: out.to_owned(),
    }
}

/// The suites in a folder of `tests/suites`.
pub(crate) fn catalog(folder: &str) -> Catalog {
    let root = Root::find(None).expect("the checkout is there");
    let suites = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suites").join(folder);
    Catalog::read(root, &[suites]).unwrap_or_else(|error| panic!("{error}"))
}

/// A runtime made ready, or not.
pub(crate) fn prepared(catalog: &Catalog, runtime: &str) -> Prepared {
    let ids = select_runtimes(catalog, &[runtime.to_owned()]).expect("faux is a runtime");
    let mut prepared = prepare(catalog, &ids, &Stop::default(), &mut |_, _| {}).expect("nobody stops it");
    assert_eq!(prepared.len(), 1, "{runtime} names one variant");
    prepared.remove(0)
}

/// The cells of a suite on a runtime.
pub(crate) fn cells(catalog: &Catalog, prepared: &Prepared, suite: &str) -> Vec<PlannedCell> {
    let selection = Selection { suites: vec![suite.to_owned()], ..Selection::default() };
    plan(catalog, std::slice::from_ref(&prepared.id), &selection).expect("a glob")
}

/// Runs one of the cells, with known failures.
pub(crate) fn run_one(cells: &[PlannedCell], prepared: &Prepared, case: &str, known: &str) -> Cell {
    run_one_on(Date::today(), cells, prepared, case, known)
}

/// Runs one of the cells, with what was known on a day.
pub(crate) fn run_one_on(today: Date, cells: &[PlannedCell], prepared: &Prepared, case: &str, known: &str) -> Cell {
    let known = Known::parse(known).unwrap_or_else(|(place, error)| panic!("{place}: {error}"));
    let planned = cells.iter().find(|cell| cell.case.name == case).unwrap_or_else(|| panic!("there is no case {case}"));
    run_cell(planned, prepared, None, known.on(today), &limits(), &mut IdleWorkers::new(false), &Stop::default()).expect("nobody stops it")
}

/// Says that a test cannot be done where a registry cannot be reached, past the test's capture, which hides what a test that passes prints. In
/// CI that is a failure.
pub(crate) fn skipped_offline(reason: &str) {
    assert!(std::env::var_os("CI").is_none(), "{reason}");
    let _ = writeln!(stderr(), "SKIPPED: {reason}");
}
