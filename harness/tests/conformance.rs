//! Every cell of the default lines as a trial of `cargo test`, named `runtime/suite/case`.
//!
//! `--list` builds nothing and starts no worker; a line is built when the first of its trials runs. Other runtimes than the default ones
//! are chosen by `WASMATRIX_RUNTIMES`, a list with commas; other suites, those among them that run only where they are named, by
//! `WASMATRIX_SUITES`, a list of globs.
//!
//! cargo-nextest lists twice, the second time with `--ignored`, and then runs `--exact NAME` in a process for each trial. So a list marks
//! as ignored what a runtime does not claim, as far as its worker once said, and a process for one trial reads one suite.

use std::{collections::BTreeMap, sync::Arc};

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use wasmatrix::{
    catalog::{Catalog, CatalogError},
    cell::{IdleWorkers, run_cell},
    date::Date,
    fixtures::Fixtures,
    plan::{PlannedCell, Selection, plan, select_runtimes},
    prepare::remembered,
    root::Root,
    worker::{Limits, Stop},
    workshop::Workshop,
};
use wasmatrix_reports::{Cell, Level, Outcome, red_cell};

pub(crate) fn main() -> anyhow::Result<()> {
    let arguments = Arguments::from_args();
    let named = listed("WASMATRIX_RUNTIMES");
    let catalog = Arc::new(catalog(&arguments, &Root::find(None)?)?.naming(&named)?);
    let runtimes = select_runtimes(&catalog, &named)?;
    let selection = Selection { suites: listed("WASMATRIX_SUITES"), ..Selection::default() };
    let workshop = Arc::new(Workshop::new(&runtimes));
    // Elsewhere a trial that cannot be is tried, and says what it needs.
    let marks = arguments.list || arguments.ignored;
    let said: BTreeMap<_, _> = runtimes.iter().filter(|_| marks).filter_map(|id| Some((id.clone(), remembered(&catalog, id)?))).collect();
    let cells = plan(&catalog, &runtimes, &selection)?;
    let fixtures =
        (!arguments.list).then(|| Fixtures::of(cells.iter().filter(|cell| is_chosen(&arguments, &cell.id())).map(|cell| &*cell.case)));
    let trials = cells
        .into_iter()
        .map(|planned| {
            let (catalog, workshop) = (Arc::clone(&catalog), Arc::clone(&workshop));
            let is_unsupported = said.get(&planned.runtime).is_some_and(|about| !planned.case.needs.is_subset(&about.capabilities));
            Trial::ignorable_test(planned.id(), move || trial(&catalog, &workshop, &planned)).with_ignored_flag(is_unsupported)
        })
        .collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    // Not a trial of its own: trials run side by side, and no one of them is the last.
    let changes = fixtures.as_ref().map(Fixtures::changes).unwrap_or_default();
    anyhow::ensure!(changes.is_empty(), "{}", changes.join("\n"));
    conclusion.exit()
}

/// Whether the arguments choose a trial by its name, as libtest does; what they skip or ignore may be looked at too.
fn is_chosen(arguments: &Arguments, name: &str) -> bool {
    arguments.filter.as_ref().is_none_or(|filter| if arguments.exact { name == filter } else { name.contains(filter.as_str()) })
}

/// A list with commas from the environment.
fn listed(variable: &str) -> Vec<String> {
    std::env::var(variable).unwrap_or_default().split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// All suites; or for `--exact NAME`, where the suite's file is called as the suite is, that one alone.
fn catalog(arguments: &Arguments, root: &Root) -> Result<Catalog, CatalogError> {
    let named = || {
        let (_, rest) = arguments.filter.as_ref().filter(|_| arguments.exact)?.split_once('/')?;
        let (suite, case) = rest.rsplit_once('/')?;
        let file = root.suites().join(format!("{suite}.yaml"));
        let catalog = Catalog::read(root.clone(), &[file.is_file().then_some(file)?]).ok()?;
        let is_there = catalog.suites.iter().any(|one| one.name == suite && one.cases.iter().any(|it| it.name == case));
        is_there.then_some(catalog)
    };
    named().map_or_else(|| Catalog::read(root.clone(), &[]), Ok)
}

fn trial(catalog: &Catalog, workshop: &Workshop, planned: &PlannedCell) -> Result<Completion, Failed> {
    let prepared = workshop.prepared(catalog, &planned.runtime).ok_or("a runtime that was not planned")?;
    let planned = &workshop.complete(planned);
    let (runtime, _) = catalog.line(&planned.runtime).ok_or("a line that does not exist")?;
    let cell = {
        // Like `wasmatrix run --fresh`: trials may be run one by one, in any order, by anybody.
        let mut workers = IdleWorkers::new(false);
        let known = runtime.known.on(Date::today());
        let writer = planned.case.from.as_ref().map(|from| workshop.prepared(catalog, from).ok_or("a writer that was not planned"));
        run_cell(planned, prepared, writer.transpose()?, known, &Limits::default(), &mut workers, &Stop::default()).ok_or("stopped")?
    };
    let reason = cell.reason.clone().unwrap_or_default();
    match cell.outcome {
        Outcome::Pass | Outcome::Known | Outcome::Observed => Ok(Completion::Completed),
        // Not surroundings: the package is here, and is not what the suite says.
        Outcome::Unavailable if planned.case.absent.as_ref().is_some_and(|absent| absent.is_contradiction) => Err(Failed::from(reason)),
        // That a line could not be built is red once, in `tests/contract.rs`, and not once more for each cell.
        Outcome::Unsupported | Outcome::Unavailable => Ok(Completion::ignored_with(format!("{}: {reason}", cell.outcome))),
        Outcome::Fail if cell.level == Level::Recommended => {
            Ok(Completion::ignored_with(format!("recommended, and not met: {}", text(&cell))))
        }
        Outcome::Fail
        | Outcome::Fixed
        | Outcome::Crashed
        | Outcome::Hung
        | Outcome::Broken
        | Outcome::Overlimit
        | Outcome::Intermittent => Err(Failed::from(text(&cell))),
    }
}

/// The same text as `wasmatrix run` prints.
fn text(cell: &Cell) -> String {
    let rerun = format!("cargo run --release -- run --runtime {} --suite {} --case {}", cell.runtime, cell.suite, cell.case);
    red_cell(cell, &rerun, false)
}
