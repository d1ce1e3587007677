//! Every cell of the default lines as a trial of `cargo test`, named `runtime/suite/case`.
//!
//! `--list` builds nothing and starts no worker; a line is built when the first of its trials runs. Other runtimes than the default ones
//! are chosen by `WASMATRIX_RUNTIMES`, a list with commas.

use std::sync::Arc;

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use wasmatrix::{
    catalog::Catalog,
    cell::{IdleWorkers, run_cell},
    plan::{PlannedCell, Selection, plan, select_runtimes},
    root::Root,
    worker::{Limits, Stop},
    workshop::Workshop,
};
use wasmatrix_reports::{Cell, Level, Outcome, red_cell};

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::from_args();
    let catalog = Arc::new(Catalog::read(Root::find(None)?, &[])?);
    let named = std::env::var("WASMATRIX_RUNTIMES").unwrap_or_default();
    let named: Vec<String> = named.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect();
    let runtimes = select_runtimes(&catalog, &named)?;
    let workshop = Arc::new(Workshop::new(&runtimes));
    let trials = plan(&catalog, &runtimes, &Selection::default())?
        .into_iter()
        .map(|planned| {
            let (catalog, workshop) = (Arc::clone(&catalog), Arc::clone(&workshop));
            Trial::ignorable_test(planned.id(), move || trial(&catalog, &workshop, &planned))
        })
        .collect();
    libtest_mimic::run(&arguments, trials).exit()
}

fn trial(catalog: &Catalog, workshop: &Workshop, planned: &PlannedCell) -> Result<Completion, Failed> {
    let prepared = workshop.prepared(catalog, &planned.runtime).ok_or("a runtime that was not planned")?;
    let (runtime, _) = catalog.line(&planned.runtime).ok_or("a line that does not exist")?;
    let cell = {
        // Like `wasmatrix run --fresh`: trials may be run one by one, in any order, by anybody.
        let mut workers = IdleWorkers::new(false);
        run_cell(planned, prepared, &runtime.known, &Limits::default(), &mut workers, &Stop::default()).ok_or("stopped")?
    };
    let reason = cell.reason.clone().unwrap_or_default();
    match cell.outcome {
        Outcome::Pass | Outcome::Known | Outcome::Observed => Ok(Completion::Completed),
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
