//! How far a trimmed mean can be off, found by resampling.
//!
//! What is resampled is the *studentised* deviation, the trimmed mean by its standard error: how often that is large when nothing is there to be found.
//! Its 95th percentile, the critical value, times the standard error is half of the interval. Of the kinds that were simulated (`examples/coverage.rs`: 2,000
//! intervals each; log times that stray by 2 %, alone, with a tenth of the blocks late by 15 % on average, and with a third late by 10 %):
//!
//! | 95 % intervals | covered with 8 blocks | 12 | 20 | width at 12 blocks, a tenth late |
//! |---|---|---|---|---|
//! | paired: percentiles | 92-93 % | 94-95 % | 94-96 % | 7.3 % |
//! | bias-corrected percentiles | 92 % | 94-95 % | 94-95 % | 7.2 % |
//! | bootstrap-t, blocks drawn again | 96-98 % | 95-97 % | 95-97 % | 6.6 % |
//! | Student's t alone | 95-97 % | 94-96 % | 95-96 % | 5.4 % |
//! | bootstrap-t, deviations with random signs | 94-96 % | 94-96 % | 94-96 % | 5.2 % |
//! | the last, at least Student's | 96-98 % | 95-97 % | 95-97 % | 5.6 % |
//! | unpaired: percentiles | 93-95 % | 95-96 % | 95-96 % | 7.3 % |
//! | bootstrap-t, blocks drawn again | 96-98 % | 95-98 % | 95-97 % | 5.3 % |
//! | Student's t alone | 95-97 % | 95-98 % | 95-97 % | 4.7 % |
//! | bootstrap-t, deviations dealt out again, at least Student's | 96-98 % | 96-98 % | 96-97 % | 4.9 % |
//!
//! Percentiles cover too little, as they are known to with ten values. Drawing blocks again is too wide with few of them: a resample in which one block
//! comes up again and again has hardly any variance left. The two that are used keep every deviation once in each resample. With six blocks random signs have 64
//! outcomes only and cover 92-94 %, and nothing is lost by never being narrower than Student's t, so the critical value is the larger of both: 96-98 % with six blocks.

use fastrand::Rng;
use statrs::distribution::{ContinuousCDF, StudentsT};

use super::trimmed::Trimmed;

/// How often is resampled. The critical value is then the 1,900th of 1,999 (± some 10, which is 2 % of it).
const RESAMPLES: usize = 1_999;

/// How much of what could have been seen intervals leave out.
const LEVEL: f64 = 0.05;

/// Where something lies on a logarithmic scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Located {
    pub(crate) center: f64,
    pub(super) error: f64,
    pub(super) freedom: f64,
    /// How many standard errors the interval reaches to either side.
    pub(super) critical: f64,
}

impl Located {
    /// Of values that are one block or one pair of blocks each, by giving their deviations random signs: blocks of one round had the same
    /// weather, so which of the two was disturbed is as good as a coin. `None` of fewer than two that differ in number after trimming.
    pub(crate) fn of_one(values: &[f64], seed: u64) -> Option<Self> {
        let mut work = values.to_vec();
        let found = Trimmed::of(&mut work)?;
        let mut deviations: Vec<f64> = work.iter().map(|value| value - found.mean).collect();
        // Sorted by size, so that neither the order of blocks nor which side is which decides what is drawn for whom.
        deviations.sort_unstable_by(|one, other| one.abs().total_cmp(&other.abs()));
        let mut rng = Rng::with_seed(seed);
        let drawn = (0..RESAMPLES).filter_map(|_| {
            for (place, deviation) in work.iter_mut().zip(&deviations) {
                *place = if rng.bool() { *deviation } else { -deviation };
            }
            Trimmed::of(&mut work).map(|drawn| size(drawn.mean, drawn.error))
        });
        Some(Self::with(found.mean, found.error, found.freedom, drawn.collect()))
    }

    /// How much higher the second values lie than the first, by dealing out the deviations of both anew: under the hypothesis that the sides differ
    /// by a shift alone, any block could have been on either.
    pub(super) fn of_two(old: &[f64], new: &[f64], seed: u64) -> Option<Self> {
        let (mut one, mut other) = (old.to_vec(), new.to_vec());
        let (low, high) = (Trimmed::of(&mut one)?, Trimmed::of(&mut other)?);
        let center = high.mean - low.mean;
        let error = low.error.hypot(high.error);
        let deviations = one.iter().map(|value| value - low.mean).chain(other.iter().map(|value| value - high.mean));
        let mut pool: Vec<f64> = deviations.collect();
        pool.sort_unstable_by(f64::total_cmp);
        let (few, many) = if one.len() <= other.len() { (&mut one, &mut other) } else { (&mut other, &mut one) };
        let mut rng = Rng::with_seed(seed);
        let drawn = (0..RESAMPLES).filter_map(|_| {
            rng.shuffle(&mut pool);
            let (first, second) = pool.split_at_checked(few.len())?;
            few.copy_from_slice(first);
            many.copy_from_slice(second);
            let (few, many) = (Trimmed::of(few)?, Trimmed::of(many)?);
            Some(size(many.mean - few.mean, few.error.hypot(many.error)))
        });
        let drawn = drawn.collect();
        Some(Self::with(center, error, welch(low, high), drawn))
    }

    fn with(center: f64, error: f64, freedom: f64, mut drawn: Vec<f64>) -> Self {
        let place = (drawn.len() + 1) * 19 / 20;
        drawn.sort_unstable_by(f64::total_cmp);
        let resampled = drawn.get(place.saturating_sub(1)).copied().unwrap_or(f64::INFINITY);
        Self { center, error, freedom, critical: resampled.max(student(freedom)) }
    }

    /// Half of the interval.
    pub(crate) fn half(self) -> f64 {
        if self.error == 0.0 { 0.0 } else { self.critical * self.error }
    }

    /// How probable it is to see this much or more beyond `margin` on either side where nothing is beyond it: 0.05 where the interval touches the margin. So far it
    /// is the resampled critical value that decides; what is rarer than some 2,000 resamples can show follows Student's distribution.
    pub(super) fn chance_beyond(self, margin: f64) -> f64 {
        let beyond = self.center.abs() - margin;
        if beyond <= 0.0 {
            return 1.0;
        }
        let Some(student) = distribution(self.freedom).filter(|_| self.error > 0.0) else { return 0.0 };
        2.0 * student.sf(beyond / self.error * student_of(&student) / self.critical)
    }

    /// The same with so many times as much measured.
    pub(super) fn with_more(self, factor: f64) -> Self {
        let freedom = (self.freedom + 1.0) * factor - 1.0;
        let critical = self.critical * student(freedom) / student(self.freedom);
        Self { error: self.error / factor.sqrt(), freedom, critical, ..self }
    }
}

/// Deviations that are all the same say that nothing strays.
fn size(mean: f64, error: f64) -> f64 {
    if error > 0.0 {
        (mean / error).abs()
    } else if mean == 0.0 {
        0.0
    } else {
        f64::INFINITY
    }
}

/// Welch's degrees of freedom of a difference.
fn welch(one: Trimmed, other: Trimmed) -> f64 {
    let (square, other_square) = (one.error * one.error, other.error * other.error);
    let sum = square + other_square;
    if sum == 0.0 {
        return one.freedom + other.freedom;
    }
    sum * sum / (square * square / one.freedom + other_square * other_square / other.freedom)
}

fn distribution(freedom: f64) -> Option<StudentsT> {
    StudentsT::new(0.0, 1.0, freedom).ok()
}

fn student_of(student: &StudentsT) -> f64 {
    student.inverse_cdf(1.0 - LEVEL / 2.0)
}

/// Student's critical value.
pub(super) fn student(freedom: f64) -> f64 {
    distribution(freedom).map_or(f64::INFINITY, |student| student_of(&student))
}
