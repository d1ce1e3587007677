//! What is compared held against itself, for times and for memory.

use serde::Serialize;

use super::Quantity;
use crate::{
    Measured, Phase,
    statistics::{Calibrated, Margin, Observed, Series, halves, neighbours, weather},
};

/// What came of holding the sides of a comparison against themselves.
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

/// Of what can be compared: for each cell its sides.
pub(crate) fn of(cells: &[Vec<&Measured>], is_paired: bool, floor_percent: f64, seed: u64) -> Vec<Calibration> {
    let phase_of = |sides: &[&Measured]| sides.first().map(|side| side.phase);
    let phases: Vec<Phase> = Phase::ALL.into_iter().filter(|phase| cells.iter().any(|sides| phase_of(sides) == Some(*phase))).collect();
    let of = |quantity: Quantity| {
        // Memory that a platform does not tell is not too few blocks of it.
        let is_told = |series: &Vec<Series>| quantity == Quantity::Time || series.iter().all(|side| !side.is_empty());
        let series = cells.iter().filter_map(|sides| {
            let series: Vec<Series> = sides.iter().map(|side| quantity.of(side)).collect();
            Some((phase_of(sides)?, series)).filter(|(_, series)| is_told(series))
        });
        let series: Vec<(Phase, Vec<Series>)> = series.collect();
        let weather = weather(&series.iter().flat_map(|(_, sides)| sides.iter().cloned()).collect::<Vec<_>>());
        let split = series.iter().map(|(phase, sides)| {
            let ratio = if is_paired { neighbours(sides, &weather, seed) } else { halves(sides, seed) };
            (*phase, ratio)
        });
        let calibrated = Calibrated::of(&split.collect::<Vec<_>>(), floor_percent);
        let margins = phases.iter().map(|phase| PhaseMargin { phase: *phase, margin: calibrated.margin(*phase) }).collect();
        Calibration { quantity, observed: calibrated.observed, margins }
    };
    Quantity::ALL.into_iter().map(of).collect()
}
