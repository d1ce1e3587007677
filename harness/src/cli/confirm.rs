//! What got worse is run again, in fresh processes, before anybody believes it.

use std::collections::BTreeSet;

use wasmatrix_reports::{
    Change, Outcome,
    change::{CellFacts, Changed, Kind, RedFact, Side, Standing},
};

use super::{progress::Progress, show};
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

/// Runs the cells again that got worse, on each side's runtime where it is here in that version. `false`: interrupted.
pub(super) fn confirm(root: Root, change: &mut Change, sides: [&Side; 2], stop: &Stop) -> anyhow::Result<bool> {
    let worse = || change.cells.iter().filter(|cell| cell.worse);
    let named: BTreeSet<&str> = worse().flat_map(|cell| cell.before.iter().chain(&cell.after)).map(|it| it.cell.runtime.as_str()).collect();
    let catalog = Catalog::read(root, &[])?.naming(&named)?;
    let here: Vec<RuntimeId> = catalog.runtimes.iter().flat_map(Runtime::ids).collect();
    let ids: Vec<RuntimeId> = here.into_iter().filter(|id| named.contains(id.to_string().as_str())).collect();
    let mut progress = Progress::new();
    let prepared = prepare(&catalog, &ids, stop, &mut |line, news| progress.follow(&Event::Building { line, news }));
    progress.finish();
    let Some(prepared) = prepared else { return Ok(false) };
    Ok(again(change, |cell| cell.worse, sides, &catalog, &prepared, stop))
}

/// Runs the cells again that are wanted, each within the limits that its side had, and writes down what came of it. What is not as it was is
/// intermittent. `false`: interrupted.
pub(super) fn again(
    change: &mut Change,
    wanted: impl Fn(&Changed) -> bool,
    sides: [&Side; 2],
    catalog: &Catalog,
    prepared: &[Prepared],
    stop: &Stop,
) -> bool {
    let [old, new] = sides;
    let again = Again { catalog, prepared, stop };
    for cell in change.cells.iter_mut().filter(|cell| wanted(cell)) {
        if again.one(cell, old, new).is_none() {
            return false;
        }
    }
    change.sort();
    true
}

struct Again<'a> {
    catalog: &'a Catalog,
    prepared: &'a [Prepared],
    stop: &'a Stop,
}

/// What running a cell again said.
enum Said {
    Ended(Outcome, CellFacts),
    Cannot(String),
}

impl Again<'_> {
    /// `None`: interrupted.
    fn one(&self, cell: &mut Changed, old: &Side, new: &Side) -> Option<()> {
        let same = match (&cell.before, &cell.after) {
            (Some(before), Some(after)) => before.cell == after.cell && before.version == after.version,
            _ => false,
        };
        let facts = |side: &Side, standing: &Option<Standing>| side.cells.get(&standing.as_ref()?.cell).cloned();
        let (was, is) = (facts(old, &cell.before), facts(new, &cell.after));
        let none = BTreeSet::new();
        let reds = |facts: &Option<CellFacts>| facts.as_ref().map_or_else(|| none.clone(), |facts| facts.reds.clone());
        // What the case asks now can stand at other steps than what it asked.
        let came: BTreeSet<RedFact> = if cell.asks_something_else { reds(&is) } else { &reds(&is) - &reds(&was) };
        let mut seen = Vec::new();
        if !same && let Some(before) = &cell.before {
            let said = self.run(before, limits(old))?;
            cell.confirmed.push(format!("before, {}", said.in_words(before)));
            seen.push(said.ended().map(|ended| ended.reds.is_disjoint(&came) && (!came.is_empty() || ends_as(&was, ended))));
        }
        if let Some(after) = &cell.after {
            let said = self.run(after, limits(new))?;
            let whose = if same { "both sides are this one" } else { "after" };
            cell.confirmed.push(format!("{whose}, {}", said.in_words(after)));
            seen.push(said.ended().map(|ended| came.is_subset(&ended.reds) && (!came.is_empty() || ends_as(&is, ended))));
        }
        cell.repeats =
            if seen.contains(&Some(false)) { Some(false) } else { seen.into_iter().collect::<Option<Vec<bool>>>().map(|_| true) };
        if cell.repeats == Some(false) {
            cell.kind = Kind::NewlyIntermittent;
        }
        Some(())
    }

    fn run(&self, standing: &Standing, limits: Limits) -> Option<Said> {
        let cell = &standing.cell;
        let cannot = |why: String| Some(Said::Cannot(why));
        let Some(prepared) = self.prepared.iter().find(|one| one.id.to_string() == cell.runtime) else {
            return cannot("there is no such runtime here".to_owned());
        };
        let Some(receipt) = prepared.receipt() else { return cannot("it is unavailable here".to_owned()) };
        if !standing.version.is_empty() && receipt.version != standing.version {
            return cannot(format!("here it is {}", receipt.version));
        }
        let Some(case) = self.catalog.case(&cell.suite, &cell.case) else {
            return cannot("no bundled suite has this case".to_owned());
        };
        let planned = PlannedCell { runtime: prepared.id.clone(), case };
        let case = match show::complete(&planned, self.stop) {
            Ok(case) => case,
            Err(error) => return cannot(error.to_string()),
        };
        let planned = PlannedCell { case, ..planned };
        let writer = planned.case.from.as_ref().and_then(|from| self.prepared.iter().find(|prepared| prepared.id == *from));
        if let (Some(from), None) = (&planned.case.from, writer) {
            return cannot(format!("its writer, {from}, is not here"));
        }
        let none = Known::default();
        let known = self.catalog.line(&prepared.id).map_or(&none, |(runtime, _)| &runtime.known);
        let ended = run_cell(&planned, prepared, writer, known.on(Date::today()), &limits, &mut IdleWorkers::new(false), self.stop)?;
        debug_assert_eq!(ended.asks.as_deref(), Some(asks(&planned.case)));
        Some(Said::Ended(ended.outcome, CellFacts::of(&ended)))
    }
}

/// What a worker could use up on a side.
fn limits(side: &Side) -> Limits {
    let default = Limits::default();
    Limits { deadline: side.deadline().unwrap_or(default.deadline), memory: side.memory().unwrap_or(default.memory) }
}

/// Whether a cell ended as it did, whatever is known of it on either day.
fn ends_as(facts: &Option<CellFacts>, again: &CellFacts) -> bool {
    facts.as_ref().is_some_and(|facts| facts.outcome_without_known() == again.outcome_without_known())
}

impl Said {
    fn ended(&self) -> Option<&CellFacts> {
        match self {
            Self::Ended(_, facts) => Some(facts),
            Self::Cannot(_) => None,
        }
    }

    fn in_words(&self, standing: &Standing) -> String {
        let Standing { cell, version, outcome } = standing;
        let runtime = format!("{} {version}", cell.runtime);
        match self {
            Self::Ended(now, facts) if now == outcome || facts.outcome_without_known() == *outcome => format!("{runtime}: {outcome} again"),
            Self::Ended(now, _) => format!("{runtime}: {now} this time, it was {outcome}"),
            Self::Cannot(why) => format!("{runtime}: not run again, {why}"),
        }
    }
}
