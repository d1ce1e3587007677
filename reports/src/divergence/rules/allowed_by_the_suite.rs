//! Expectations that several answers meet.

use super::{Deed, Question, Rule, Sight};
use crate::{Observation, divergence::Cluster};

pub(super) const RULE: Rule = Rule {
    name: "allowed-by-the-suite",
    why: "the case is judged, and its expectation allows each of the answers: sets of results (relaxed SIMD, NaN lanes) and `any_of`",
    needs_expectations: true,
    deed: Deed::Excuse(excuses),
};

/// Everybody answered, and nobody is red. A judged step that only has to succeed may return anything: who wants it compared expects a value, or
/// makes the case implementation-defined. Files are judged where a case names them, and this does not tell whether it does, so they are not excused.
fn excuses(question: &Question, _: &[Cluster]) -> bool {
    let met = |answer: &super::Answer| {
        !answer.is_red
            && matches!(
                &answer.seen,
                Sight::Observed(
                    Observation::Answered(_) | Observation::NotOpened { .. } | Observation::NotAsked(_) | Observation::Parallel(_)
                )
            )
    };
    question.is_judged && question.answers.iter().all(met)
}
