//! The ratio of two sides.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{resampled::Located, value::Series};

/// The fewest blocks (pairs of blocks) that an interval is made of. Of five, trimming leaves three, whose Student's t already needs 4.3 standard errors.
pub const FEWEST_BLOCKS: usize = 6;

/// How many times as much the new side takes as the old one, with its interval of 95 %.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Ratio {
    /// The estimate: the exponential of the trimmed mean of log ratios, so 1.1 one way is 1 / 1.1 the other.
    pub estimate: f64,
    /// The lower end of its interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// How many pairs of blocks it is made of; where blocks are not paired, how many the side with fewer has.
    pub blocks: usize,
    /// Whether blocks of one round were held against each other.
    pub is_paired: bool,
    #[serde(skip)]
    located: Located,
}

impl Ratio {
    /// Of two sides of one run: blocks of the same round share its weather, which cancels out.
    ///
    /// # Errors
    /// The number of rounds that both sides have, where that is less than [`FEWEST_BLOCKS`].
    pub fn paired(old: &Series, new: &Series, seed: u64) -> Result<Self, usize> {
        let old: BTreeMap<u64, f64> = old.iter().copied().collect();
        let logs: Vec<f64> = new.iter().filter_map(|(round, new)| Some(new.ln() - old.get(round)?.ln())).collect();
        Self::of_logs(&logs, seed)
    }

    /// Of pairs whose logarithms were subtracted.
    pub(super) fn of_logs(logs: &[f64], seed: u64) -> Result<Self, usize> {
        let located = Located::of_one(logs, seed).filter(|_| logs.len() >= FEWEST_BLOCKS).ok_or(logs.len())?;
        Ok(Self::at(located, logs.len(), true))
    }

    /// Of two sides that have nothing in common but the machine.
    ///
    /// # Errors
    /// The number of blocks of the side with fewer, where that is less than [`FEWEST_BLOCKS`].
    pub fn unpaired(old: &Series, new: &Series, seed: u64) -> Result<Self, usize> {
        let logs = |series: &Series| series.iter().map(|(_, value)| value.ln()).collect::<Vec<_>>();
        let (old, new) = (logs(old), logs(new));
        let blocks = old.len().min(new.len());
        let located = Located::of_two(&old, &new, seed).filter(|_| blocks >= FEWEST_BLOCKS).ok_or(blocks)?;
        Ok(Self::at(located, blocks, false))
    }

    fn at(located: Located, blocks: usize, is_paired: bool) -> Self {
        let (center, half) = (located.center, located.half());
        Self { estimate: center.exp(), low: (center - half).exp(), high: (center + half).exp(), blocks, is_paired, located }
    }

    /// How far the interval reaches from 1, up or down, as a part: 0.03 of 0.98 to 1.03, and of 0.9709 to 1.
    pub fn reach(&self) -> f64 {
        (self.located.center.abs() + self.located.half()).exp_m1()
    }

    /// Half of the interval's width, as a part.
    pub fn half_width(&self) -> f64 {
        self.located.half().exp_m1()
    }

    /// Whether the interval lies wholly inside of `1 / (1 + margin)` to `1 + margin`.
    pub fn is_inside(&self, margin: f64) -> bool {
        self.reach() <= margin
    }

    /// Whether the interval lies wholly beyond that.
    pub fn is_beyond(&self, margin: f64) -> bool {
        self.located.center.abs() - self.located.half() > margin.ln_1p()
    }

    /// How probable it is to see this or more where the true ratio is not beyond the margin; below 0.05 where the interval is wholly beyond.
    pub fn chance_beyond(&self, margin: f64) -> f64 {
        self.located.chance_beyond(margin.ln_1p())
    }

    /// How many more blocks it would take until the interval lies on one side of the margin, and is rarer than `level` where it is beyond, if the estimate and the
    /// straying stay what they are; `None` where that is more than [`MOST_MORE`].
    pub fn more_blocks(&self, margin: f64, level: f64) -> Option<u64> {
        let edge = margin.ln_1p();
        let decides = |more: &u64| {
            let located = self.located.with_more((self.blocks as f64 + *more as f64) / self.blocks as f64);
            located.center.abs() + located.half() <= edge || located.chance_beyond(edge) < level
        };
        // More blocks only ever narrow it, so halving finds the first.
        let (mut least, mut most) = (1, MOST_MORE);
        if !decides(&most) {
            return None;
        }
        while least < most {
            let middle = u64::midpoint(least, most);
            if decides(&middle) { most = middle } else { least = middle + 1 }
        }
        Some(most)
    }
}

/// Beyond this many it is not said how many more blocks it would take.
pub const MOST_MORE: u64 = 1_000;
