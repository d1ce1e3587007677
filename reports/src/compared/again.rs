//! What is measured again before it is believed.

use serde::Serialize;

use super::{Comparison, Quantity};
use crate::{
    Question,
    statistics::{Direction, Doubt, Verdict},
};

/// Something that was called changed once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Doubtful {
    /// The old runtime.
    pub before: String,
    /// The new one.
    pub after: String,
    /// What is to be measured again.
    pub question: Question,
    /// What of it changed.
    pub quantity: Quantity,
    /// In which direction.
    pub direction: Direction,
}

impl Comparison {
    /// What is called changed and strays, so that it must be measured again before it is believed: one in twenty of them may be chance, and
    /// the weather of one run is in all of them. Sizes and counts need no second look.
    pub fn doubtful(&self) -> Vec<Doubtful> {
        let of = |quantity: Quantity| {
            self.cells.iter().filter_map(move |cell| match cell.judged(quantity)?.verdict {
                Verdict::Changed(direction) => Some(Doubtful {
                    before: cell.before.clone(),
                    after: cell.after.clone(),
                    question: cell.question.clone(),
                    quantity,
                    direction,
                }),
                Verdict::Unchanged | Verdict::Inconclusive(_) => None,
            })
        };
        Quantity::ALL.into_iter().flat_map(of).collect()
    }

    /// With a second measurement of what was [doubtful](Self::doubtful). What changed stays so only where the second, judged by itself, says so too and in the
    /// same direction. Nothing is pooled: that would let the first, which was chosen for being far off, pull the second along.
    #[must_use]
    pub fn confirmed_by(mut self, again: &Self) -> Self {
        for doubtful in self.doubtful() {
            let is_it = |before: &str, after: &str, question: &Question| {
                before == doubtful.before && after == doubtful.after && *question == doubtful.question
            };
            let second = again.cells.iter().find(|cell| is_it(&cell.before, &cell.after, &cell.question));
            let second = second.and_then(|cell| cell.judged(doubtful.quantity));
            let first = self.cells.iter_mut().find(|cell| is_it(&cell.before, &cell.after, &cell.question));
            let Some(first) = first.and_then(|cell| cell.judged_mut(doubtful.quantity)) else { continue };
            first.again = second.and_then(|second| second.ratio);
            match second.map(|second| second.verdict) {
                Some(Verdict::Changed(direction)) if direction == doubtful.direction => {}
                None | Some(Verdict::Inconclusive(Doubt::TooFewBlocks { .. })) => {
                    first.verdict = Verdict::Inconclusive(Doubt::NotMeasuredAgain(doubtful.direction));
                }
                Some(_) => first.verdict = Verdict::Inconclusive(Doubt::NotAgain(doubtful.direction)),
            }
        }
        self
    }
}
