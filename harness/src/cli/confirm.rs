//! What got worse is run again, in fresh processes, before anybody believes it.

use std::collections::BTreeSet;

use wasmatrix_reports::{
    Cell, Change, Outcome,
    change::{Kind, Standing},
};

use super::progress::Progress;
use crate::{
    catalog::Catalog,
    cell::{IdleWorkers, run_cell},
    date::Date,
    id::RuntimeId,
    plan::PlannedCell,
    prepare::{Prepared, prepare},
    root::Root,
    run::Event,
    runtime::{Known, Runtime},
    session::asks,
    worker::{Limits, Stop},
};

/// Runs the cells again that got worse, on each side's runtime where it is here in that version, and writes down what came of it. What is not red
/// any more is intermittent, and as worse as before. `false`: interrupted.
pub(super) fn confirm(root: Root, change: &mut Change, stop: &Stop) -> anyhow::Result<bool> {
    let catalog = Catalog::read(root, &[])?;
    let here: Vec<RuntimeId> = catalog.runtimes.iter().flat_map(Runtime::ids).collect();
    let worse = || change.cells.iter().filter(|cell| cell.worse);
    let named: BTreeSet<&str> = worse().flat_map(|cell| cell.before.iter().chain(&cell.after)).map(|it| it.cell.runtime.as_str()).collect();
    let ids: Vec<RuntimeId> = here.into_iter().filter(|id| named.contains(id.to_string().as_str())).collect();
    let mut progress = Progress::new();
    let prepared = prepare(&catalog, &ids, stop, &mut |line, news| progress.follow(&Event::Building { line, news }));
    progress.finish();
    let Some(prepared) = prepared else { return Ok(false) };
    let again = Again { catalog: &catalog, prepared: &prepared, stop };
    for cell in change.cells.iter_mut().filter(|cell| cell.worse) {
        let same = match (&cell.before, &cell.after) {
            (Some(before), Some(after)) => before.cell == after.cell && before.version == after.version,
            _ => false,
        };
        if !same && let Some(before) = &cell.before {
            let Some(said) = again.run(before) else { return Ok(false) };
            cell.confirmed.push(format!("before, {}", said.in_words(before)));
        }
        if let Some(after) = &cell.after {
            let Some(said) = again.run(after) else { return Ok(false) };
            let whose = if same { "both sides are this one" } else { "after" };
            cell.confirmed.push(format!("{whose}, {}", said.in_words(after)));
            if let Said::Ended(ended) = &said
                && after.outcome.is_red()
                && !ended.outcome.is_red()
                && ended.outcome != Outcome::Known
            {
                cell.kind = Kind::NewlyIntermittent;
            }
        }
    }
    change.sort();
    Ok(true)
}

struct Again<'a> {
    catalog: &'a Catalog,
    prepared: &'a [Prepared],
    stop: &'a Stop,
}

/// What running a cell again said.
enum Said {
    Ended(Box<Cell>),
    Cannot(String),
}

impl Again<'_> {
    /// `None`: interrupted.
    fn run(&self, standing: &Standing) -> Option<Said> {
        let cell = &standing.cell;
        let cannot = |why: String| Some(Said::Cannot(why));
        let Some(prepared) = self.prepared.iter().find(|one| one.id.to_string() == cell.runtime) else {
            return cannot("there is no such runtime here".to_owned());
        };
        let Some(receipt) = prepared.receipt() else { return cannot("it is unavailable here".to_owned()) };
        if !standing.version.is_empty() && receipt.version != standing.version {
            return cannot(format!("here it is {}", receipt.version));
        }
        let suite = self.catalog.suites.iter().find(|suite| suite.name == cell.suite);
        let Some(case) = suite.and_then(|suite| suite.cases.iter().find(|case| case.name == cell.case)) else {
            return cannot("no bundled suite has this case".to_owned());
        };
        let planned = PlannedCell { runtime: prepared.id.clone(), case: case.clone() };
        let none = Known::default();
        let known = self.catalog.line(&prepared.id).map_or(&none, |(runtime, _)| &runtime.known);
        let ended = run_cell(&planned, prepared, known.on(Date::today()), &Limits::default(), &mut IdleWorkers::new(false), self.stop)?;
        debug_assert_eq!(ended.asks.as_deref(), Some(asks(case)));
        Some(Said::Ended(Box::new(ended)))
    }
}

impl Said {
    fn in_words(&self, standing: &Standing) -> String {
        let Standing { cell, version, outcome } = standing;
        let runtime = format!("{} {version}", cell.runtime);
        match self {
            Self::Ended(ended) if ended.outcome == *outcome => format!("{runtime}: {outcome} again"),
            Self::Ended(ended) => format!("{runtime}: {} this time, it was {outcome}", ended.outcome),
            Self::Cannot(why) => format!("{runtime}: not run again, {why}"),
        }
    }
}
