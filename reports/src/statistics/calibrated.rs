//! A/A: what is compared held against itself, where nothing can have changed.
//!
//! The blocks of a side are split in two, as if the same runtime had been measured twice. What intervals of nothing reach to is what this machine, on that
//! day, could not tell from nothing, so a change must be beyond it. Each half has half the blocks; but both sides of a comparison have halves, and together
//! they are as many as the comparison is made of. (Splitting one side alone was tried, its intervals made narrower by √2. With 12 blocks that strays by 2 % gave a
//! margin of 9 %, because six pairs say little about how much they stray: nothing below 10 % was ever found. Both sides give 3.5 %.)

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Direction, Ratio, Series, Verdict, median, verdicts};
use crate::Phase;

/// The part of A/A intervals that lies wholly inside of the margin.
pub const INSIDE: f64 = 0.9;

/// A phase with fewer cells than this gets a margin from all phases together: nine tenths of a handful is its worst one.
pub const FEWEST_CELLS: usize = 10;

/// With fewer sides than this the weather of a round is not told from what befell each of them.
pub const FEWEST_FOR_WEATHER: usize = 20;

/// How late each round was as a whole, on a logarithmic scale: the median over all sides of how far each was from its own middle. Empty of less than
/// [`FEWEST_FOR_WEATHER`] sides, which is then as if there were no weather.
pub fn weather(sides: &[Series]) -> BTreeMap<u64, f64> {
    if sides.len() < FEWEST_FOR_WEATHER {
        return BTreeMap::new();
    }
    let mut by_round: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
    for side in sides {
        let Some(middle) = median(&mut side.iter().map(|(_, value)| value.ln()).collect::<Vec<_>>()) else { continue };
        side.iter().for_each(|(round, value)| by_round.entry(*round).or_default().push(value.ln() - middle));
    }
    by_round.into_iter().filter_map(|(round, mut late)| Some((round, median(&mut late)?))).collect()
}

/// For comparisons within a run. Pairs are blocks of one side in neighbouring rounds: the first and the second, the third and the fourth, every other
/// one the other way round, so that a drift cancels out. Two sides have as many as their comparison has rounds. Blocks of one round share its weather and those
/// of two do not, so it is taken out of both first; where it is not known, or lasts less than a round, the margin errs to the wide side.
///
/// # Errors
/// The number of pairs, where that is less than [`FEWEST_BLOCKS`](super::FEWEST_BLOCKS).
pub fn neighbours(sides: &[Series], weather: &BTreeMap<u64, f64>, seed: u64) -> Result<Ratio, usize> {
    let pairs = sides.iter().flat_map(|side| side.iter().zip(side.iter().skip(1)).step_by(2));
    let level = |(round, value): &(u64, f64)| value.ln() - weather.get(round).copied().unwrap_or(0.0);
    let logs: Vec<f64> = pairs
        .enumerate()
        .map(|(number, (one, other))| {
            let log = level(other) - level(one);
            if number % 2 == 0 { log } else { -log }
        })
        .collect();
    Ratio::of_logs(&logs, seed)
}

/// For comparisons of two runs, which lie apart in time: the first half of each run against its second half, which do so too. Runs are put over each other
/// by their middles first, so what they differ in is no part of it. All the same two runs are further apart than any halves: a machine that is slower
/// today looks like a change, and only measuring again tells.
///
/// # Errors
/// The number of blocks of a half, where that is less than [`FEWEST_BLOCKS`](super::FEWEST_BLOCKS).
pub fn halves(sides: &[Series], seed: u64) -> Result<Ratio, usize> {
    let (mut first, mut second) = (Series::new(), Series::new());
    for side in sides {
        let Some(middle) = median(&mut side.iter().map(|(_, value)| *value).collect::<Vec<_>>()) else { continue };
        let (one, other) = side.split_at(side.len() / 2);
        first.extend(one.iter().map(|(round, value)| (*round, value / middle)));
        second.extend(other.iter().map(|(round, value)| (*round, value / middle)));
    }
    Ratio::unpaired(&first, &second, seed)
}

/// What at least [`INSIDE`] of the intervals do not reach beyond, as a part; `None` of none.
pub fn reach_of_most(reaches: &[f64]) -> Option<f64> {
    let mut reaches = reaches.to_vec();
    reaches.sort_unstable_by(f64::total_cmp);
    let place = (reaches.len() as f64 * INSIDE).ceil() as usize;
    reaches.get(place.checked_sub(1)?).copied()
}

/// What must be exceeded in a phase to count as a change.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Margin {
    /// The larger of the user's floor and what A/A shows, in percent: 3 says that ratios from 1 / 1.03 to 1.03 count as unchanged.
    pub percent: f64,
    /// What A/A shows, in percent; `None` where no cell has blocks enough.
    pub calibrated_percent: Option<f64>,
    /// Of how many cells that is.
    pub cells: usize,
    /// Whether those are of all phases, because this one has too few.
    pub is_of_all_phases: bool,
}

impl Margin {
    /// As a part: 0.03.
    pub fn part(&self) -> f64 {
        self.percent / 100.0
    }
}

/// What came of holding a run against itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Observed {
    /// Cells that had blocks enough.
    pub compared: usize,
    /// Those of them that were called changed, each of them wrongly.
    pub changed: usize,
    /// Those of them about which nothing could be said.
    pub inconclusive: usize,
    /// Cells that had not.
    pub too_few_blocks: usize,
}

/// A run held against itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibrated {
    reaches: Vec<(Phase, f64)>,
    /// The user's, as a part.
    floor: f64,
    /// What came of it. The margin of each cell was made of all others for it: a margin that a cell has had a say in says nothing about that cell.
    pub observed: Observed,
}

impl Calibrated {
    /// Of cells as two sides each.
    pub fn of(cells: &[(Phase, Result<Ratio, usize>)], floor_percent: f64) -> Self {
        let enough: Vec<(Phase, Ratio)> = cells.iter().filter_map(|(phase, ratio)| Some((*phase, *ratio.as_ref().ok()?))).collect();
        let mut calibrated = Self {
            reaches: enough.iter().map(|(phase, ratio)| (*phase, ratio.reach())).collect(),
            floor: floor_percent.max(0.0) / 100.0,
            observed: Observed { compared: enough.len(), too_few_blocks: cells.len() - enough.len(), ..Observed::default() },
        };
        let judged: Vec<(Result<Ratio, usize>, f64)> = enough
            .iter()
            .enumerate()
            .map(|(cell, (phase, ratio))| (Ok(*ratio), calibrated.margin_without(*phase, Some(cell)).part()))
            .collect();
        for given in verdicts(&judged) {
            match given.verdict {
                Verdict::Changed(Direction::Worse | Direction::Better) => calibrated.observed.changed += 1,
                Verdict::Inconclusive(_) => calibrated.observed.inconclusive += 1,
                Verdict::Unchanged => {}
            }
        }
        calibrated
    }

    /// The margin of a phase.
    pub fn margin(&self, phase: Phase) -> Margin {
        self.margin_without(phase, None)
    }

    /// The margins of some phases.
    pub fn margins(&self, phases: impl IntoIterator<Item = Phase>) -> BTreeMap<Phase, Margin> {
        phases.into_iter().map(|phase| (phase, self.margin(phase))).collect()
    }

    fn margin_without(&self, phase: Phase, without: Option<usize>) -> Margin {
        let others = || self.reaches.iter().enumerate().filter(|(cell, _)| Some(*cell) != without).map(|(_, reach)| reach);
        let own: Vec<f64> = others().filter(|(other, _)| *other == phase).map(|(_, reach)| *reach).collect();
        let is_of_all_phases = own.len() < FEWEST_CELLS;
        let reaches = if is_of_all_phases { others().map(|(_, reach)| *reach).collect() } else { own };
        let calibrated = reach_of_most(&reaches);
        Margin {
            percent: 100.0 * calibrated.unwrap_or(0.0).max(self.floor),
            calibrated_percent: calibrated.map(|part| 100.0 * part),
            cells: reaches.len(),
            is_of_all_phases,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calm(part: f64) -> Ratio {
        // Three pairs up and three down: nothing changed, and the interval reaches as far as they stray.
        let logs: Vec<f64> = (0..12).map(|pair| if pair % 2 == 0 { part } else { -part }).collect();
        Ratio::of_logs(&logs, 1).expect("enough")
    }

    #[test]
    fn nine_tenths_lie_inside_of_the_margin() {
        let reaches: Vec<f64> = (1..=20).map(f64::from).collect();
        assert_eq!(reach_of_most(&reaches), Some(18.0));
        assert_eq!((reach_of_most(&[5.0]), reach_of_most(&[])), (Some(5.0), None));
    }

    #[test]
    fn a_phase_with_few_cells_takes_the_margin_of_all() {
        let cells: Vec<(Phase, Result<Ratio, usize>)> =
            (0..12).map(|_| (Phase::Invoke, Ok(calm(0.01)))).chain([(Phase::Compile, Ok(calm(0.1)))]).collect();
        let calibrated = Calibrated::of(&cells, 0.0);
        let (invoke, compile) = (calibrated.margin(Phase::Invoke), calibrated.margin(Phase::Compile));
        assert_eq!((invoke.cells, invoke.is_of_all_phases), (12, false));
        assert_eq!((compile.cells, compile.is_of_all_phases), (13, true));
        assert_eq!(invoke.calibrated_percent, Some(100.0 * calm(0.01).reach()));
        assert_eq!(Calibrated::of(&cells, 40.0).margin(Phase::Invoke).percent, 40.0, "the floor");
    }

    #[test]
    fn a_cell_has_no_say_in_its_own_margin() {
        // All calm but one: a margin that it had a say in (there are ten only, so it is the widest) would hold it.
        let mut cells: Vec<(Phase, Result<Ratio, usize>)> = (0..9).map(|_| (Phase::Invoke, Ok(calm(0.01)))).collect();
        let far: Vec<f64> = (0..12).map(|pair| 0.5 + 0.001 * f64::from(pair)).collect();
        cells.push((Phase::Invoke, Ratio::of_logs(&far, 1)));
        cells.push((Phase::Invoke, Err(2)));
        let observed = Calibrated::of(&cells, 0.0).observed;
        assert_eq!(observed, Observed { compared: 10, changed: 1, inconclusive: 0, too_few_blocks: 1 });
    }

    #[test]
    fn the_weather_of_a_round_is_no_noise() {
        // Every second round takes half as long again, whoever is measured; beside that one side in three is late by a thousandth.
        let side = |number: u64| -> Series {
            let late = |round: u64| if (round + number).is_multiple_of(3) { 1.001 } else { 1.0 };
            let weather = |round: u64| if round.is_multiple_of(2) { 100.0 } else { 150.0 };
            (0..12).map(|round| (round, weather(round) * late(round))).collect()
        };
        let sides: Vec<Series> = (0..21).map(side).collect();
        let both = &sides[..2];
        assert!(neighbours(both, &BTreeMap::new(), 1).expect("enough").reach() > 0.3);
        assert!(neighbours(both, &weather(&sides), 1).expect("enough").reach() < 0.002);
        assert!(weather(&sides[..19]).is_empty(), "too few to tell");
    }

    #[test]
    fn a_drift_cancels_out_between_neighbours_and_not_between_halves() {
        let drift = |from: f64| -> Series { (0..16).map(|round| (round, from * 1.02_f64.powf(round as f64))).collect() };
        let both = [drift(100.0), drift(300.0)];
        let neighbours_of_both = neighbours(&both, &BTreeMap::new(), 1).expect("enough");
        assert_eq!(neighbours_of_both.blocks, 16, "as many pairs as rounds");
        assert!((neighbours_of_both.estimate - 1.0).abs() < 1e-9);
        let halves_of_both = halves(&both, 1).expect("enough");
        assert_eq!(halves_of_both.blocks, 16);
        assert!((halves_of_both.estimate - 1.02_f64.powi(8)).abs() < 1e-3, "{halves_of_both:?}");
        assert_eq!(neighbours(&[drift(1.0)[..7].to_vec()], &BTreeMap::new(), 1), Err(3));
    }
}
