//! Where values lie, when some of them are far off.

/// The part of the values that is left out at each end: one of eight, two of twelve, four of twenty.
///
/// A block that a neighbour's work fell on takes half as long again, and one in ten of those is usual. A mean follows it, a median throws most of what
/// is known away. Simulated (`examples/coverage.rs`, 20 blocks, Student's t on each): where a tenth are late a mean's interval is twice as wide as this one's, and
/// where none is a median's is 14 % wider.
pub(super) const TRIMMED: f64 = 0.2;

/// A trimmed mean and how far it can be off.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Trimmed {
    /// The mean of what is left.
    pub(super) mean: f64,
    /// Its standard error, from the Winsorized variance (Tukey and McLaughlin 1963); 0 where all that is left is the same.
    pub(super) error: f64,
    /// Degrees of freedom of that: one less than the values left.
    pub(super) freedom: f64,
}

impl Trimmed {
    /// Of at least two values, which are sorted on the way; `None` of fewer.
    pub(super) fn of(values: &mut [f64]) -> Option<Self> {
        values.sort_unstable_by(f64::total_cmp);
        let all = values.len();
        let cut = (all as f64 * TRIMMED) as usize;
        let left = values.get(cut..all - cut).filter(|left| left.len() > 1)?;
        let (lowest, highest) = (*left.first()?, *left.last()?);
        let count = left.len() as f64;
        let mean = left.iter().sum::<f64>() / count;
        // Winsorized: what is left out counts as the outermost that is left.
        let outer = cut as f64;
        let winsorized = (left.iter().sum::<f64>() + outer * (lowest + highest)) / all as f64;
        let square = |value: f64| (value - winsorized) * (value - winsorized);
        let sum = left.iter().copied().map(square).sum::<f64>() + outer * (square(lowest) + square(highest));
        Some(Self { mean, error: (sum / (count * (count - 1.0))).sqrt(), freedom: count - 1.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_far_off_is_left_out() {
        let near = Trimmed::of(&mut [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]).expect("enough");
        let far = Trimmed::of(&mut [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8000.0]).expect("enough");
        assert_eq!(near, far);
        // By hand: 2..7 left, 2 and 7 twice; the squares about 4.5 are 2 × (6.25 × 2 + 2.25 + 0.25) = 30.
        assert_eq!(near, Trimmed { mean: 4.5, error: 1.0, freedom: 5.0 });
        assert_eq!(Trimmed::of(&mut [1.0]), None);
        assert_eq!(Trimmed::of(&mut [3.0; 8]).expect("enough").error, 0.0);
    }
}
