//! From blocks to verdicts; functions of numbers.
//!
//! A *value* of a block is the median of its samples ([`value_ns`]). Two sides are held against each other by the trimmed mean of log ratios and an interval
//! that resampling gives ([`Ratio`]). What counts as a change is the *margin*, found by holding the run against itself ([`Calibrated`]). Then there are three
//! verdicts ([`Verdict`]), given for a matrix at a time ([`verdicts`]).

mod calibrated;
mod ratio;
mod resampled;
mod trimmed;
mod value;
mod verdict;

pub use calibrated::{Calibrated, FEWEST_CELLS, FEWEST_FOR_WEATHER, INSIDE, Margin, Observed, halves, neighbours, reach_of_most, weather};
pub use ratio::{FEWEST_BLOCKS, MOST_MORE, Ratio};
pub(crate) use resampled::Located;
pub use value::{Series, median, peaks, times_ns, value_ns};
pub use verdict::{Direction, Doubt, FALSE_DISCOVERIES, Given, Verdict, verdicts};
