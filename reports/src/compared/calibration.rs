//! A run held against itself, for times and for memory.

use serde::Serialize;

use super::{Measurements, Quantity};
use crate::{
    Measured, Phase,
    statistics::{Calibrated, Margin, Observed, Ratio, half_against_half, neighbours},
};

/// What came of holding the runs of a comparison against themselves.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Calibration {
    /// Of what.
    pub quantity: Quantity,
    /// What A/A came to: every change in it is a wrong one.
    pub observed: Observed,
    /// The margins that follow from it.
    pub margins: Vec<PhaseMargin>,
}

/// The margin of a phase.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PhaseMargin {
    /// The phase.
    pub phase: Phase,
    /// Its margin.
    #[serde(flatten)]
    pub margin: Margin,
}

impl Calibration {
    /// The margin of a phase, as a part.
    pub(super) fn part(&self, phase: Phase) -> f64 {
        self.margins.iter().find(|one| one.phase == phase).map_or(0.0, |one| one.margin.part())
    }
}

/// Of the runtimes that are compared, everything that was measured.
pub(super) fn all(
    before: &Measurements,
    after: &Measurements,
    pairs: &[(&str, &str)],
    is_paired: bool,
    floor_percent: f64,
    seed: u64,
) -> Vec<Calibration> {
    let mut cells: Vec<&Measured> = Vec::new();
    for (side, runtime) in pairs.iter().flat_map(|(old, new)| [(before, *old), (after, *new)]) {
        for measured in side.of_runtime(runtime).filter(|measured| measured.unmeasured.is_none()) {
            // Within one run a runtime can be in several pairs.
            if !cells.iter().any(|other| std::ptr::eq(*other, measured)) {
                cells.push(measured);
            }
        }
    }
    of(&cells, is_paired, floor_percent, seed)
}

/// Of these cells.
pub(crate) fn of(cells: &[&Measured], is_paired: bool, floor_percent: f64, seed: u64) -> Vec<Calibration> {
    let phases: Vec<Phase> = Phase::ALL.into_iter().filter(|phase| cells.iter().any(|cell| cell.phase == *phase)).collect();
    let against_itself = |quantity: Quantity, cell: &Measured| -> Result<Ratio, usize> {
        let series = quantity.of(cell);
        if is_paired { neighbours(&series, seed) } else { half_against_half(&series, seed) }
    };
    let of = |quantity: Quantity| {
        // Memory that a worker's platform does not tell is not too little of it.
        let known = cells.iter().filter(|cell| quantity == Quantity::Time || !quantity.of(cell).is_empty());
        let sides: Vec<(Phase, Result<Ratio, usize>)> = known.map(|cell| (cell.phase, against_itself(quantity, cell))).collect();
        let calibrated = Calibrated::of(&sides, floor_percent);
        let margins = phases.iter().map(|phase| PhaseMargin { phase: *phase, margin: calibrated.margin(*phase) }).collect();
        Calibration { quantity, observed: calibrated.observed, margins }
    };
    Quantity::ALL.into_iter().map(of).collect()
}
