//! What a comparison comes to.

use serde::Serialize;

use super::{Compared, Comparison};
use crate::{
    Phase,
    statistics::{Direction, Verdict},
};

/// The geometric mean of the times of one phase, new to old.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Mean {
    /// The phase; nothing is ever a mean over phases.
    pub phase: Phase,
    /// The old runtime.
    pub before: String,
    /// The new one.
    pub after: String,
    /// The geometric mean of the estimates, those that are inconclusive too.
    pub ratio: f64,
    /// Over how many cells; only those that both sides have.
    pub cells: usize,
}

/// How many verdicts of which kind; times, memory, sizes and counts one each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tallied {
    /// Changed for the worse.
    pub worse: usize,
    /// Changed for the better.
    pub better: usize,
    /// Unchanged.
    pub unchanged: usize,
    /// Nobody can tell.
    pub inconclusive: usize,
}

impl Tallied {
    /// Of these verdicts.
    pub fn of(verdicts: impl IntoIterator<Item = Verdict>) -> Self {
        verdicts.into_iter().fold(Self::default(), |mut tallied, verdict| {
            *match verdict {
                Verdict::Changed(Direction::Worse) => &mut tallied.worse,
                Verdict::Changed(Direction::Better) => &mut tallied.better,
                Verdict::Unchanged => &mut tallied.unchanged,
                Verdict::Inconclusive(_) => &mut tallied.inconclusive,
            } += 1;
            tallied
        })
    }
}

impl Comparison {
    /// All verdicts.
    pub fn tallied(&self) -> Tallied {
        Tallied::of(self.cells.iter().flat_map(Compared::verdicts))
    }
}

pub(super) fn means(cells: &[Compared]) -> Vec<Mean> {
    let mut sums: Vec<(Phase, &str, &str, f64, usize)> = Vec::new();
    for cell in cells {
        let Some(ratio) = cell.time.as_ref().and_then(|time| time.ratio) else { continue };
        let (phase, before, after) = (cell.question.phase, cell.before.as_str(), cell.after.as_str());
        let log = ratio.estimate.ln();
        match sums.iter_mut().find(|sum| (sum.0, sum.1, sum.2) == (phase, before, after)) {
            Some((.., logs, count)) => {
                *logs += log;
                *count += 1;
            }
            None => sums.push((phase, before, after, log, 1)),
        }
    }
    let mean = |(phase, before, after, logs, cells): (Phase, &str, &str, f64, usize)| Mean {
        phase,
        before: before.to_owned(),
        after: after.to_owned(),
        ratio: (logs / cells as f64).exp(),
        cells,
    };
    sums.into_iter().map(mean).collect()
}
