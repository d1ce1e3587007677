//! Processes that serve several cells: what they show is confirmed, and neither they nor the order of the cells change an outcome.

mod common;

use std::collections::BTreeMap;

use common::{catalog, cells, limits, prepared};
use wasmatrix::{
    catalog::Catalog,
    id::RuntimeId,
    plan::PlannedCell,
    run::{RunOptions, run},
    worker::Stop,
};
use wasmatrix_reports::{Cell, Outcome};

fn outcomes(catalog: &Catalog, id: &RuntimeId, cells: &[PlannedCell], fresh: bool, seed: Option<u64>) -> BTreeMap<String, Cell> {
    let out = tempfile::tempdir().expect("a temporary folder");
    let options = RunOptions {
        jobs: 1,
        limits: limits(),
        fresh,
        repeat: 1,
        seed,
        strict: false,
        everything: false,
        measuring: None,
        expectations: true,
        out: out.path().to_owned(),
    };
    let result = run(catalog, std::slice::from_ref(id), cells, &options, &Stop::default(), &mut |_| {}).expect("it can be written");
    assert_eq!(result.cells.len(), cells.len(), "every planned cell has exactly one record");
    result.cells.into_iter().map(|cell| (cell.case.clone(), cell)).collect()
}

#[test]
fn a_red_in_a_used_process_is_confirmed_in_a_fresh_one() {
    let catalog = catalog("reuse");
    let faux = prepared(&catalog, "faux+honest");
    let cells = cells(&catalog, &faux, "faux/reuse");
    let reused = outcomes(&catalog, &faux.id, &cells, false, None);
    let fresh = outcomes(&catalog, &faux.id, &cells, true, None);
    for (case, when_reused, when_fresh) in [
        ("first", Outcome::Pass, Outcome::Pass),
        ("second", Outcome::Intermittent, Outcome::Pass),
        ("third", Outcome::Fail, Outcome::Fail),
        ("fourth", Outcome::Crashed, Outcome::Crashed),
        ("fifth", Outcome::Pass, Outcome::Pass),
        ("sixth", Outcome::Pass, Outcome::Pass),
        ("seventh", Outcome::Broken, Outcome::Broken),
        ("eighth", Outcome::Hung, Outcome::Hung),
        ("ninth", Outcome::Hung, Outcome::Hung),
        ("tenth", Outcome::Pass, Outcome::Pass),
    ] {
        assert_eq!((reused[case].outcome, fresh[case].outcome), (when_reused, when_fresh), "{case}: {:?}", reused[case]);
    }
    let reason = reused["second"].reason.as_deref().unwrap_or_default();
    assert!(reason.contains("fail in a process that had served 1 cells before, pass in a fresh one"), "{reason}");
    assert_eq!(reused["second"].reds.len(), 1, "what was red is kept");
    let ways = reused["second"].repeated.iter().flat_map(|repeated| &repeated.ways);
    assert_eq!(ways.map(|way| (way.times, way.outcome)).collect::<Vec<_>>(), [(1, Outcome::Fail), (1, Outcome::Pass)]);
}

#[test]
fn a_shuffled_run_on_real_runtimes_equals_the_ordered_one() {
    let root = wasmatrix::root::Root::find(None).expect("the checkout is there");
    let catalog = Catalog::read(root, &[]).unwrap_or_else(|error| panic!("{error}"));
    let ids = wasmatrix::plan::select_runtimes(&catalog, &["wasmi".to_owned()]).expect("wasmi is a runtime");
    let [wasmi] = &ids[..] else { panic!("wasmi has one variant") };
    let cells = wasmatrix::plan::plan(&catalog, &ids, &wasmatrix::plan::Selection::default()).expect("no globs");
    let key = |cells: &[PlannedCell], fresh, seed| -> BTreeMap<String, Outcome> {
        let out = tempfile::tempdir().expect("a temporary folder");
        let options = RunOptions {
            jobs: 2,
            limits: wasmatrix::worker::Limits::default(),
            fresh,
            repeat: 1,
            seed,
            strict: false,
            everything: false,
            measuring: None,
            expectations: true,
            out: out.path().to_owned(),
        };
        let result = run(&catalog, std::slice::from_ref(wasmi), cells, &options, &Stop::default(), &mut |_| {}).expect("it can be written");
        result.cells.into_iter().map(|cell| (cell.id(), cell.outcome)).collect()
    };
    let ordered = key(&cells, true, None);
    assert_eq!(ordered.len(), cells.len());
    for seed in [1, 2, 3] {
        assert_eq!(key(&cells, false, Some(seed)), ordered, "seed {seed}");
    }
}
