//! A case and its command form are one question: a real runtime must end the same way in both, step by step. Which runtime does not matter, so
//! it is the one that is built first.

mod common;

use common::{catalog, cells, prepared, run_one};

use wasmatrix_reports::{Availability, Cell, Outcome, StepRecord};

const RUNTIME: &str = "wasmi@2.0";

/// Case, outcome, and the steps that are red.
const FORMS: [(&str, Outcome, &[u64]); 4] = [
    ("everything", Outcome::Pass, &[]),
    ("wrong-at-the-third-step", Outcome::Fail, &[3]),
    ("traps-at-the-second-step", Outcome::Fail, &[2]),
    ("exits-at-the-end", Outcome::Pass, &[]),
];

#[test]
fn both_forms_end_the_same_way() {
    let catalog = catalog("command-form");
    let prepared = prepared(&catalog, RUNTIME);
    assert!(matches!(prepared.availability, Availability::Available(_)), "{:?}", prepared.availability);
    let cells = cells(&catalog, &prepared, "forms");
    assert_eq!(cells.len(), FORMS.len() * 2, "every case has two forms");
    for (case, outcome, red_steps) in FORMS {
        let run = |name: &str| run_one(&cells, &prepared, name, "known: []");
        let (steps, command) = (run(case), run(&format!("{case}.command")));
        for cell in [&steps, &command] {
            assert_eq!(cell.outcome, outcome, "{}: {:?}", cell.id(), cell.reds);
            let red: Vec<u64> = cell.reds.iter().filter_map(|red| red.step).collect();
            assert_eq!(red, red_steps, "{}: {:?}", cell.id(), cell.reds);
        }
        assert_eq!(seen(&steps), seen(&command), "{case}");
    }
}

/// What was done and what came of it, without the times and the runtime's own words.
fn seen(cell: &Cell) -> Vec<String> {
    let words = |step: &StepRecord| {
        let mut observed = serde_json::to_value(&step.observed).expect("an observation is JSON");
        if let Some(failure) = observed.pointer_mut("/answered/failed") {
            failure["text"] = "".into();
        }
        format!("{}: {observed}", step.does)
    };
    cell.steps.iter().map(words).collect()
}
