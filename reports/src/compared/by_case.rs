//! A case in one line: `same output, compile +18 %, memory −4.0 %`.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Compared, Comparison, Exact, Quantity, Tallied, percent};
use crate::{
    change::CellId,
    statistics::{Direction, Verdict},
};

/// What became of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CaseChange {
    /// The old runtime.
    pub before: String,
    /// The case on the new runtime.
    pub cell: CellId,
    /// What changed, each in a few words; empty where nothing did.
    pub changes: Vec<String>,
    /// The verdicts of its phases.
    pub tallied: Tallied,
}

impl CaseChange {
    /// With what became of its behaviour, where somebody knows: `same output`.
    pub fn in_words(&self, behaviour: Option<&str>) -> String {
        let mut words: Vec<String> = behaviour.map(str::to_owned).into_iter().chain(self.changes.iter().cloned()).collect();
        if self.tallied == Tallied::default() {
            words.push("nothing measured can be compared".to_owned());
        } else if self.changes.is_empty() && self.tallied.inconclusive == 0 {
            words.push("nothing measured changed".to_owned());
        }
        if self.tallied.inconclusive > 0 {
            let Tallied { worse, better, unchanged, inconclusive } = self.tallied;
            words.push(format!("{inconclusive} of {} inconclusive", worse + better + unchanged + inconclusive));
        }
        words.join(", ")
    }

    /// Whether any of it got worse.
    pub fn is_worse(&self) -> bool {
        self.tallied.worse > 0
    }
}

impl Comparison {
    /// The cases, the worst first.
    pub fn by_case(&self) -> Vec<CaseChange> {
        let mut cases: Vec<(&str, CellId, Vec<&Compared>)> = Vec::new();
        for cell in &self.cells {
            let id = CellId { runtime: cell.after.clone(), suite: cell.question.suite.clone(), case: cell.question.case.clone() };
            match cases.iter_mut().find(|(before, other, _)| *before == cell.before && *other == id) {
                Some((.., cells)) => cells.push(cell),
                None => cases.push((&cell.before, id, vec![cell])),
            }
        }
        let mut changes: Vec<CaseChange> = cases
            .into_iter()
            .map(|(before, cell, cells)| CaseChange {
                before: before.to_owned(),
                cell,
                changes: changes(&cells),
                tallied: Tallied::of(cells.iter().flat_map(|cell| cell.verdicts())),
            })
            .collect();
        // The worst first; the rest by name.
        let rank = |case: &CaseChange| {
            let Tallied { worse, better, inconclusive, .. } = case.tallied;
            if worse > 0 {
                0
            } else if better > 0 {
                1
            } else if inconclusive > 0 {
                2
            } else {
                3
            }
        };
        changes.sort_by(|one, other| (rank(one), &one.cell, &one.before).cmp(&(rank(other), &other.cell, &other.before)));
        changes
    }
}

fn changes(cells: &[&Compared]) -> Vec<String> {
    let ratios = |quantity: Quantity| {
        cells.iter().filter_map(move |cell| {
            let judged = cell.judged(quantity)?;
            let ratio = judged.ratio.filter(|_| matches!(judged.verdict, Verdict::Changed(_)))?;
            Some((*cell, ratio.estimate))
        })
    };
    // A case can measure several calls of one phase.
    let alone = |cell: &Compared| cells.iter().filter(|other| other.question.phase == cell.question.phase).count() == 1;
    let name = |cell: &Compared| {
        if alone(cell) { cell.question.phase.to_string() } else { format!("{} ({})", cell.question.phase, cell.question.does) }
    };
    let mut changes: Vec<String> = ratios(Quantity::Time).map(|(cell, ratio)| format!("{} {}", name(cell), percent(ratio))).collect();
    changes.extend(both_ways("memory", ratios(Quantity::Memory).map(|(_, ratio)| ratio)));
    changes.extend(in_numbers("artifact", cells.iter().filter_map(|cell| cell.artifact.as_ref())));
    for counter in crate::Counter::ALL {
        changes.extend(in_numbers(&counter.to_string(), cells.iter().filter_map(|cell| cell.counts.get(&counter))));
    }
    changes
}

/// What is one number on each side: a case has the same artifact in all of its phases, so what is said of it is said once.
fn in_numbers<'e>(name: &str, exact: impl Iterator<Item = &'e Exact>) -> Vec<String> {
    let changed: Vec<&Exact> = exact.filter(|exact| matches!(exact.verdict, Verdict::Changed(_))).collect();
    let distinct: BTreeSet<(u64, u64)> = changed.iter().map(|exact| (exact.before, exact.after)).collect();
    match (changed.first(), distinct.len()) {
        (Some(one), 1) => vec![format!("{name} {}", one.difference())],
        _ => both_ways(name, changed.iter().map(|exact| exact.after as f64 / exact.before as f64)),
    }
}

/// What several phases of a case have of the same kind, as one: `memory −4.0 %`, `memory +2.0 % to +5.0 %`; what got larger apart from what got smaller.
fn both_ways(name: &str, ratios: impl Iterator<Item = f64>) -> Vec<String> {
    let ratios: Vec<f64> = ratios.collect();
    let one_way = |direction: Direction| {
        let mut those: Vec<f64> = ratios.iter().copied().filter(|ratio| Direction::of(*ratio) == direction).collect();
        those.sort_by(f64::total_cmp);
        let (least, most) = (percent(*those.first()?), percent(*those.last()?));
        Some(if least == most { format!("{name} {least}") } else { format!("{name} {least} to {most}") })
    };
    [Direction::Worse, Direction::Better].into_iter().filter_map(one_way).collect()
}
