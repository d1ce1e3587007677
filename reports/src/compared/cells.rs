//! One phase of one case, old against new.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Calibration, Quantity, count, percent};
use crate::{
    Counter, Measured, Question,
    statistics::{Direction, Ratio, Series, Verdict, median, verdicts},
};

/// One phase of one case, on two runtimes or in two runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Compared {
    /// The old runtime.
    pub before: String,
    /// The new one.
    pub after: String,
    /// What was measured.
    #[serde(flatten)]
    pub question: Question,
    /// The time of one iteration, in nanoseconds; `None` where the machines differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<Judged>,
    /// The peak of resident memory, in bytes; `None` where the machines differ, or a side does not know it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<Judged>,
    /// The size of the serialized module, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub artifact: Option<Exact>,
    /// What was counted on both sides.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub counts: BTreeMap<Counter, Exact>,
}

/// Something that strays.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Judged {
    /// The median block of the old side; for people, no ratio is made of it. `None` where it has no block.
    pub before: Option<f64>,
    /// The median block of the new side.
    pub after: Option<f64>,
    /// New to old; `None` of too few blocks.
    pub ratio: Option<Ratio>,
    /// What can be said.
    pub verdict: Verdict,
    /// How probable it is to see this where nothing is beyond the margin, adjusted for how many were looked at.
    pub chance: Option<f64>,
    /// The ratio when it was measured again, where it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub again: Option<Ratio>,
}

/// Something that comes out the same every time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Exact {
    /// The old number.
    pub before: u64,
    /// The new one.
    pub after: u64,
    /// Changed or unchanged.
    pub verdict: Verdict,
}

impl Compared {
    /// What strays, of one kind.
    pub fn judged(&self, quantity: Quantity) -> Option<&Judged> {
        match quantity {
            Quantity::Time => self.time.as_ref(),
            Quantity::Memory => self.memory.as_ref(),
        }
    }

    pub(super) fn judged_mut(&mut self, quantity: Quantity) -> Option<&mut Judged> {
        match quantity {
            Quantity::Time => self.time.as_mut(),
            Quantity::Memory => self.memory.as_mut(),
        }
    }

    /// Every verdict about it.
    pub fn verdicts(&self) -> impl Iterator<Item = Verdict> {
        let judged = [&self.time, &self.memory].into_iter().flatten().map(|judged| judged.verdict);
        judged.chain(self.artifact.iter().chain(self.counts.values()).map(|exact| exact.verdict))
    }
}

impl Exact {
    /// `+25 %`, or `+1` where that is less than percents show.
    pub(super) fn difference(&self) -> String {
        let (before, after) = (self.before, self.after);
        let shown = percent(after as f64 / before as f64);
        match (before, shown.as_str()) {
            (0, _) => format!("+{}", count(after)),
            (_, "±0.0 %") if after > before => format!("+{}", count(after - before)),
            (_, "±0.0 %") if after < before => format!("−{}", count(before - after)),
            _ => shown,
        }
    }

    /// Changed where it differs by more than the floor, in percent.
    fn beyond(before: u64, after: u64, floor_percent: f64) -> Self {
        let ratio = after as f64 / before as f64;
        let is_beyond = before != after && ratio.max(1.0 / ratio) > 1.0 + floor_percent / 100.0;
        let verdict = if is_beyond { Verdict::Changed(Direction::of(ratio)) } else { Verdict::Unchanged };
        Self { before, after, verdict }
    }
}

/// How cells are compared.
#[derive(Clone, Copy)]
pub(super) struct How {
    pub(super) is_paired: bool,
    pub(super) floor_percent: f64,
    pub(super) seed: u64,
}

/// The cells that both sides have. Without calibrations no times and no memory.
pub(super) fn compared(both: &[(&Measured, &Measured)], calibrations: &[Calibration], how: How) -> Vec<Compared> {
    let mut cells: Vec<Compared> = both.iter().map(|(old, new)| exact(old, new, how.floor_percent)).collect();
    for calibration in calibrations {
        // Times are one matrix and memory another: whoever looks at one is not to find less there because of the other.
        let looked_at: Vec<(usize, Series, Series)> = both
            .iter()
            .enumerate()
            .map(|(place, (old, new))| (place, calibration.quantity.of(old), calibration.quantity.of(new)))
            .filter(|(_, old, new)| calibration.quantity == Quantity::Time || !(old.is_empty() || new.is_empty()))
            .collect();
        let ratio = |old: &Series, new: &Series| {
            if how.is_paired { Ratio::paired(old, new, how.seed) } else { Ratio::unpaired(old, new, how.seed) }
        };
        let matrix: Vec<(Result<Ratio, usize>, f64)> =
            looked_at.iter().map(|(place, old, new)| (ratio(old, new), calibration.part(both[*place].1.phase))).collect();
        for (((place, old, new), given), (ratio, _)) in looked_at.iter().zip(verdicts(&matrix)).zip(&matrix) {
            let middle = |series: &Series| median(&mut series.iter().map(|(_, value)| *value).collect::<Vec<_>>());
            let judged = Judged {
                before: middle(old),
                after: middle(new),
                ratio: ratio.ok(),
                verdict: given.verdict,
                chance: given.chance,
                again: None,
            };
            match calibration.quantity {
                Quantity::Time => cells[*place].time = Some(judged),
                Quantity::Memory => cells[*place].memory = Some(judged),
            }
        }
    }
    cells
}

/// Without what strays. A guest's fuel is the same to the unit, and whoever gives guests a limit must know of any difference, so any is a change. Artifacts grow by
/// some bytes with each version, which nobody acts on, and the processor counts a few instructions more or less for interrupts: they change
/// beyond the floor.
fn exact(old: &Measured, new: &Measured, floor_percent: f64) -> Compared {
    let counts = old.counts.iter().filter_map(|(counter, before)| {
        let floor = match counter {
            Counter::Fuel => 0.0,
            Counter::Instructions => floor_percent,
        };
        Some((*counter, Exact::beyond(*before, *new.counts.get(counter)?, floor)))
    });
    Compared {
        before: old.runtime.clone(),
        after: new.runtime.clone(),
        question: new.question(),
        time: None,
        memory: None,
        artifact: old.artifact_bytes.zip(new.artifact_bytes).map(|(before, after)| Exact::beyond(before, after, floor_percent)),
        counts: counts.collect(),
    }
}
