//! How deep a guest may recurse.

use wasmatrix_adapter::{Answer, Exhaustible, Failure, FailureKind, Reply};

use super::{Deed, Question, Rule, Sight};
use crate::{Observation, divergence::Cluster, observation_in_words};

pub(super) const RULE: Rule = Rule {
    name: "stack-depth",
    why: "how deep calls may nest is the implementation's own limit (core 2.0, A.2 Implementation Limitations)",
    needs_expectations: false,
    deed: Deed::Excuse(excuses),
};

/// Some exhausted the stack, all others agree, and the suite finds nothing wrong with either.
fn excuses(question: &Question, clusters: &[Cluster]) -> bool {
    let exhausted = |seen: &Sight| matches!(seen, Sight::Observed(observation) if exhausts_the_stack(observation));
    let words = |seen: &Sight| match seen {
        Sight::Observed(observation) => observation_in_words(observation),
        Sight::Words(words) => words.clone(),
    };
    let some = question.answers.iter().find(|answer| exhausted(&answer.seen)).map(|answer| words(&answer.seen));
    let others = |some: &String| clusters.iter().filter(|cluster| cluster.observed != *some).count();
    some.is_some_and(|some| others(&some) == 1) && question.answers.iter().all(|answer| !answer.is_red)
}

fn exhausts_the_stack(observation: &Observation) -> bool {
    let stack = |failure: &Failure| failure.kind == FailureKind::Exhausted(Exhaustible::Stack);
    match observation {
        Observation::Answered(Reply::Failed(failure)) => stack(failure),
        Observation::Answered(Reply::Ok(Answer::Command(end))) => end.failure.as_ref().is_some_and(stack),
        _ => false,
    }
}
