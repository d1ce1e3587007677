//! Was it faster before? Two runs, or versions in one run, cell by cell.
//!
//! Times and memory are held against each other by [`statistics`](crate::statistics), sizes of artifacts and counts as the numbers that they are.
//! Nothing is compared that is not the same question on the same kind of machine; what is left out is listed with the reason.

mod again;
mod amount;
mod by_case;
mod calibration;
mod cells;
mod left_out;
mod measurements;
mod page;
mod sums;

use serde::Serialize;

pub use again::Doubtful;
pub(crate) use amount::{bytes, count, percent, spread, time};
pub use by_case::CaseChange;
pub(crate) use calibration::of as calibrated;
pub use calibration::{Calibration, PhaseMargin};
pub use cells::{Compared, Exact, Judged};
pub(crate) use left_out::thrown_out;
pub use left_out::{LeftOut, Reason, ThrownOut};
pub use measurements::{Measurements, NoMeasurements, Who};
pub use page::Behaviour;
pub(crate) use page::{heading, observed, thrown_out as thrown_out_in_words};
pub use sums::{Mean, Tallied};

use crate::{Measured, Phase, change::upgraded, statistics::Series};

/// What a person may decide about a comparison.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Options {
    /// The smallest change that counts, in percent; `None`: the larger of what the runs were made with.
    pub floor_percent: Option<f64>,
    /// Decides the resampling; `None`: the seeds of the runs.
    pub seed: Option<u64>,
}

/// Two sides, cell by cell.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Comparison {
    /// What is called old.
    pub before: String,
    /// What is called new.
    pub after: String,
    /// Which runtime was held against which.
    pub runtimes: Vec<(Who, Who)>,
    /// Whether both sides are of one run, so that blocks of one round could be held against each other.
    pub is_paired: bool,
    /// Decided the resampling.
    pub seed: u64,
    /// The smallest change that counts, in percent.
    pub floor_percent: f64,
    /// What the machines differ in; times and memory are compared only where this is empty.
    pub machines_differ: Vec<String>,
    /// What made the times doubtful while they were measured.
    pub warnings: Vec<String>,
    /// What is compared held against itself: how far times and memory stray where nothing changed.
    pub calibrations: Vec<Calibration>,
    /// What both sides have, in the order of phases, then by name.
    pub cells: Vec<Compared>,
    /// What could not be compared, and why.
    pub left_out: Vec<LeftOut>,
    /// Samples that are not part of any number.
    pub thrown_away: Vec<ThrownOut>,
    /// Geometric means of times, a phase and a pair of runtimes each.
    pub means: Vec<Mean>,
}

/// What is held against each other by statistics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Quantity {
    /// The time of one iteration.
    Time,
    /// The peak of resident memory of the worker.
    Memory,
}

impl Quantity {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Time, Self::Memory];

    /// A value for each block of what was measured: nanoseconds or bytes.
    pub(crate) fn of(self, measured: &Measured) -> Series {
        match self {
            Self::Time => crate::statistics::times_ns(measured),
            Self::Memory => crate::statistics::peaks(measured),
        }
    }
}

impl Comparison {
    /// Of two runs. A runtime meets itself or, where it is there in one other line on each side, that one.
    pub fn between(before: &Measurements, after: &Measurements, options: Options) -> Self {
        let (old, new) = (before.runtimes(), after.runtimes());
        let upgraded = upgraded(&old, &new);
        let pairs: Vec<(&str, &str)> =
            old.iter().filter_map(|old| Some((*old, upgraded.get(old).copied().or_else(|| new.get(old).copied())?))).collect();
        let mut comparison = Self::of(before, after, &pairs, false, options);
        comparison.left_out.extend(left_out::runtimes(before, after, &pairs));
        comparison
    }

    /// Of versions in one run, whose runtimes are held against each other pair by pair, the old one first.
    pub fn within(run: &Measurements, pairs: &[(&str, &str)], options: Options) -> Self {
        let mut comparison = Self::of(run, run, pairs, true, options);
        let names = |of: fn(&(&str, &str)) -> String| pairs.iter().map(of).collect::<Vec<_>>().join(", ");
        comparison.before = names(|(old, _)| (*old).to_owned());
        comparison.after = names(|(_, new)| (*new).to_owned());
        comparison
    }

    fn of(before: &Measurements, after: &Measurements, pairs: &[(&str, &str)], is_paired: bool, options: Options) -> Self {
        let seed = options.seed.unwrap_or_else(|| if is_paired { after.seed() } else { before.seed().wrapping_add(after.seed()) });
        let floor_percent = options.floor_percent.unwrap_or_else(|| before.floor_percent().max(after.floor_percent())).max(0.0);
        let machines_differ = if is_paired { Vec::new() } else { before.machine().differences(after.machine()) };
        let met = left_out::met(before, after, pairs);
        let calibrations = if machines_differ.is_empty() {
            let sides: Vec<Vec<&Measured>> = met.both.iter().map(|(old, new)| vec![*old, *new]).collect();
            calibrated(&sides, is_paired, floor_percent, seed)
        } else {
            Vec::new()
        };
        let cells = cells::compared(&met.both, &calibrations, cells::How { is_paired, floor_percent, seed });
        let mut warnings = before.warnings().to_vec();
        warnings.extend(after.warnings().iter().filter(|warning| !before.warnings().contains(warning)).cloned());
        Self {
            before: before.name.clone(),
            after: after.name.clone(),
            runtimes: pairs.iter().map(|(old, new)| (before.who(old), after.who(new))).collect(),
            is_paired,
            seed,
            floor_percent,
            machines_differ,
            warnings,
            means: sums::means(&cells),
            cells,
            calibrations,
            left_out: met.left_out,
            thrown_away: left_out::thrown_away(before, after, pairs),
        }
    }

    /// Whether anything changed for the worse.
    pub fn is_worse(&self) -> bool {
        self.tallied().worse > 0
    }

    /// Whether anything changed for the better.
    pub fn is_better(&self) -> bool {
        self.tallied().better > 0
    }

    /// The phases of what was compared.
    pub fn phases(&self) -> Vec<Phase> {
        Phase::ALL.into_iter().filter(|phase| self.cells.iter().any(|cell| cell.question.phase == *phase)).collect()
    }
}
