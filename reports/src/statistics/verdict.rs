//! Changed, unchanged, or nobody can tell.

use adjustp::{Procedure, adjust};
use serde::Serialize;

use super::Ratio;

/// The part of all that is called changed that may be so by chance (Benjamini and Hochberg 1995).
pub const FALSE_DISCOVERIES: f64 = 0.05;

/// What can be said of two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The interval lies wholly beyond the margin, and would not by chance among so many.
    Changed(Direction),
    /// The interval lies wholly inside of the margin.
    Unchanged,
    /// Neither.
    Inconclusive(Doubt),
}

/// Which way something changed. Of everything that is measured less is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Slower, or larger.
    Worse,
    /// Faster, or smaller.
    Better,
}

impl Direction {
    /// Of a ratio of new to old.
    pub fn of(ratio: f64) -> Self {
        if ratio > 1.0 { Self::Worse } else { Self::Better }
    }
}

/// Why nothing can be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Doubt {
    /// The interval reaches over the margin.
    OverTheMargin {
        /// How many more blocks of each side it would take, if they come out like these; `None`: more than [`MOST_MORE`](super::MOST_MORE).
        more_blocks: Option<u64>,
    },
    /// The interval lies beyond the margin, but of so many some do by chance.
    AmongMany {
        /// How many more blocks of each side it would take, if they come out like these; `None`: more than [`MOST_MORE`](super::MOST_MORE).
        more_blocks: Option<u64>,
    },
    /// Less than [`FEWEST_BLOCKS`](super::FEWEST_BLOCKS).
    TooFewBlocks {
        /// How many there are: pairs of blocks of one round, or blocks of the side with fewer.
        blocks: usize,
    },
    /// It was called changed, and when it was measured again it was not, or not in the same direction.
    NotAgain(Direction),
    /// It was called changed, and could not be measured again.
    NotMeasuredAgain(Direction),
}

/// A verdict and what it rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Given {
    /// The verdict.
    pub verdict: Verdict,
    /// How probable it is to see this or more where nothing is beyond the margin, adjusted for how many were looked at; `None` of too few blocks.
    pub chance: Option<f64>,
}

/// The verdicts of a matrix: its ratios (or how many blocks they are too few for), and the margin of each as a part.
///
/// The hypothesis that is adjusted for is the one that the interval is about, a true ratio not beyond the margin. It is not that of no difference at all: a margin leaves hardly
/// any such finding that would not survive.
pub fn verdicts(matrix: &[(Result<Ratio, usize>, f64)]) -> Vec<Given> {
    let chances: Vec<f64> = matrix.iter().filter_map(|(ratio, margin)| Some(ratio.as_ref().ok()?.chance_beyond(*margin))).collect();
    // It sorts them, and would not know where to put something that is no number.
    let chances: Vec<f64> = chances.into_iter().map(|chance| if chance.is_finite() { chance } else { 1.0 }).collect();
    let mut adjusted = adjust(&chances, Procedure::BenjaminiHochberg).into_iter().zip(chances);
    matrix
        .iter()
        .map(|(ratio, margin)| match ratio {
            Err(blocks) => Given { verdict: Verdict::Inconclusive(Doubt::TooFewBlocks { blocks: *blocks }), chance: None },
            Ok(ratio) => {
                let (chance, alone) = adjusted.next().unwrap_or((1.0, 1.0));
                Given { verdict: verdict(ratio, *margin, chance, alone), chance: Some(chance) }
            }
        })
        .collect()
}

fn verdict(ratio: &Ratio, margin: f64, chance: f64, alone: f64) -> Verdict {
    if ratio.is_inside(margin) {
        Verdict::Unchanged
    } else if !ratio.is_beyond(margin) {
        Verdict::Inconclusive(Doubt::OverTheMargin { more_blocks: ratio.more_blocks(margin, FALSE_DISCOVERIES) })
    } else if chance > FALSE_DISCOVERIES {
        // As much rarer as it is not rare enough among these.
        let level = FALSE_DISCOVERIES * alone / chance;
        Verdict::Inconclusive(Doubt::AmongMany { more_blocks: ratio.more_blocks(margin, level) })
    } else {
        Verdict::Changed(Direction::of(ratio.estimate))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::Series;

    /// Twelve pairs whose log ratios lie this far apart, about this.
    fn about(center: f64, apart: f64) -> Result<Ratio, usize> {
        let old: Series = (0..12).map(|round| (round, 100.0)).collect();
        let new = old.iter().map(|(round, old)| (*round, old * (center + apart * (*round as f64 - 5.5)).exp())).collect();
        Ratio::paired(&old, &new, 7)
    }

    fn alone(ratio: Result<Ratio, usize>, margin: f64) -> Verdict {
        verdicts(&[(ratio, margin)])[0].verdict
    }

    #[test]
    fn each_verdict_is_reached() {
        assert_eq!(alone(about(0.10, 0.001), 0.03), Verdict::Changed(Direction::Worse));
        assert_eq!(alone(about(-0.10, 0.001), 0.03), Verdict::Changed(Direction::Better));
        assert_eq!(alone(about(0.01, 0.001), 0.03), Verdict::Unchanged);
        assert_eq!(alone(about(0.10, 0.0), 0.03), Verdict::Changed(Direction::Worse), "without any straying");
        assert_eq!(alone(about(0.0, 0.0), 0.0), Verdict::Unchanged, "the same without a margin");
        assert_eq!(alone(Err(3), 0.03), Verdict::Inconclusive(Doubt::TooFewBlocks { blocks: 3 }));
        let Verdict::Inconclusive(Doubt::OverTheMargin { more_blocks: Some(near) }) = alone(about(0.02, 0.01), 0.03) else {
            panic!("it strays too far")
        };
        let Verdict::Inconclusive(Doubt::OverTheMargin { more_blocks: Some(far) }) = alone(about(0.02, 0.02), 0.03) else {
            panic!("it strays further")
        };
        assert!(near < far, "{near} {far}");
        let on_the_edge = alone(about(1.03_f64.ln(), 0.02), 0.03);
        assert_eq!(on_the_edge, Verdict::Inconclusive(Doubt::OverTheMargin { more_blocks: None }));
    }

    #[test]
    fn one_among_many_is_not_believed_so_easily() {
        let (doubtful, calm) = (about(0.06, 0.008), about(0.0, 0.008));
        assert_eq!(alone(doubtful, 0.03), Verdict::Changed(Direction::Worse));
        let many: Vec<_> = std::iter::once((doubtful, 0.03)).chain(vec![(calm, 0.03); 400]).collect();
        let Verdict::Inconclusive(Doubt::AmongMany { more_blocks: Some(more) }) = verdicts(&many)[0].verdict else {
            panic!("{:?}", verdicts(&many)[0]);
        };
        assert!((1..20).contains(&more), "{more}");
        let clear: Vec<_> = std::iter::once((about(0.2, 0.008), 0.03)).chain(vec![(calm, 0.03); 400]).collect();
        assert_eq!(verdicts(&clear)[0].verdict, Verdict::Changed(Direction::Worse));
    }

    #[test]
    fn the_chance_agrees_with_the_interval() {
        let ratio = about(0.05, 0.01).expect("enough");
        let touched = ratio.low - 1.0;
        assert!((ratio.chance_beyond(touched) - 0.05).abs() < 1e-6, "{}", ratio.chance_beyond(touched));
        assert!(!ratio.is_beyond(touched + 1e-9) && ratio.is_beyond(touched - 1e-9));
    }

    #[test]
    fn as_many_more_blocks_as_said_would_do() {
        let ratio = about(0.02, 0.01).expect("enough");
        let more = ratio.more_blocks(0.03, FALSE_DISCOVERIES).expect("less than a thousand");
        // The same blocks again and again stray alike.
        let old: Series = (0..12 + more).map(|round| (round, 100.0)).collect();
        let new: Series = old.iter().map(|(round, old)| (*round, old * (0.02 + 0.01 * ((round % 12) as f64 - 5.5)).exp())).collect();
        let with_all = Ratio::paired(&old, &new, 7).expect("enough");
        assert!(with_all.reach() < 0.034, "{}", with_all.reach());
    }
}
