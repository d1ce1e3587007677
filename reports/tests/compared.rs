//! What is made of measurements: verdicts, refusals, pages.

mod common;

use common::{
    expected::check,
    measured::{machine, measured, measurements, records, with_blocks},
};
use proptest::{collection::vec, prelude::*};
use wasmatrix_reports::{
    Block, Comparison, Counter, Machine, Measured, MeasuredMatrix, Measurements, Phase, Record, ThrownAway,
    change::CellId,
    compared::{Doubtful, NoMeasurements, Options, Quantity, Reason},
    statistics::{Direction, Doubt, Ratio, Series, Verdict},
};

const MIB: f64 = 1_048_576.0;

/// What two versions of a runtime needed in one run, everything that can become of it.
fn two_versions() -> Vec<Measured> {
    let both = |case: &str, phase: Phase, (old, new): (f64, f64), percent: f64| {
        [("w@1", old), ("w@2", new)].map(|(runtime, ns)| with_blocks(measured(runtime, case, phase), 12, ns, percent, 30.0 * MIB))
    };
    let mut all: Vec<Measured> = Vec::new();
    for number in 0..10 {
        all.extend(both(&format!("calm-{number}"), Phase::Invoke, (2e5, 2e5), 1.0));
    }
    all.extend(both("sha256", Phase::Compile, (3e6, 3.54e6), 1.0));
    all.extend(both("sha256", Phase::Invoke, (1.2e6, 1.21e6), 1.0));
    all.extend(both("sorting", Phase::Invoke, (9e5, 4e5), 1.0));
    all.extend(both("noisy", Phase::Invoke, (9e5, 9.2e5), 20.0));
    for (runtime, fuel, size) in [("w@1", 1_000_000, 20_000), ("w@2", 1_000_001, 25_000)] {
        let mut one =
            with_blocks(measured(runtime, "counted", Phase::Serialize), 12, 5e4, 1.0, if fuel > 1_000_000 { 26.0 } else { 30.0 } * MIB);
        one.counts = [(Counter::Fuel, fuel), (Counter::Instructions, 2_000_000 + size / 10)].into();
        one.artifact_bytes = Some(size);
        all.push(one);
        all.push(with_blocks(measured(runtime, "short", Phase::Compile), 5, 5e4, 1.0, 30.0 * MIB));
        let asks = Some(format!("asked of {runtime}"));
        all.push(Measured { asks, ..with_blocks(measured(runtime, "edited", Phase::Invoke), 12, 5e4, 1.0, MIB) });
    }
    all.push(Measured { unmeasured: Some("fails: step 1 returns i32 2, not i32 1".to_owned()), ..measured("w@2", "wrong", Phase::Invoke) });
    all.push(with_blocks(measured("w@1", "wrong", Phase::Invoke), 12, 5e4, 1.0, MIB));
    all.push(with_blocks(measured("w@1", "old-only", Phase::Command), 12, 5e4, 1.0, MIB));
    all.push(with_blocks(measured("w@2", "new-only", Phase::Command), 12, 5e4, 1.0, MIB));
    all[0].thrown_away = [3, 4].map(|round| ThrownAway { round, why: "returned i32 7, not i32 6".to_owned() }).into();
    all
}

fn within(all: &[Measured]) -> Comparison {
    Comparison::within(&measurements("run", all), &[("w@1", "w@2")], Options::default())
}

fn verdict(comparison: &Comparison, case: &str, phase: Phase, quantity: Quantity) -> Verdict {
    let cell = comparison.cells.iter().find(|cell| cell.question.case == case && cell.question.phase == phase).expect(case);
    cell.judged(quantity).expect(case).verdict
}

#[test]
fn versions_in_one_run() {
    let comparison = within(&two_versions());
    let behaviour = |cell: &CellId| match cell.case.as_str() {
        "sha256" => Some("same output".to_owned()),
        "sorting" => Some("newly crashing".to_owned()),
        _ => None,
    };
    check("compared.txt", &comparison.text(&behaviour));
    check("compared.md", &comparison.markdown(&behaviour));

    let time = |case, phase| verdict(&comparison, case, phase, Quantity::Time);
    assert_eq!(time("sha256", Phase::Compile), Verdict::Changed(Direction::Worse));
    assert_eq!(time("sorting", Phase::Invoke), Verdict::Changed(Direction::Better));
    assert_eq!(time("calm-3", Phase::Invoke), Verdict::Unchanged);
    assert!(matches!(time("noisy", Phase::Invoke), Verdict::Inconclusive(Doubt::OverTheMargin { .. })));
    assert_eq!(time("short", Phase::Compile), Verdict::Inconclusive(Doubt::TooFewBlocks { blocks: 5 }));
    assert_eq!(verdict(&comparison, "counted", Phase::Serialize, Quantity::Memory), Verdict::Changed(Direction::Better));
    let counted = comparison.cells.iter().find(|cell| cell.question.case == "counted").expect("it is on both sides");
    assert_eq!(counted.counts[&Counter::Fuel].verdict, Verdict::Changed(Direction::Worse), "one unit more");
    assert_eq!(counted.counts[&Counter::Instructions].verdict, Verdict::Unchanged, "0.025 % more");
    assert_eq!(counted.artifact.expect("its size").verdict, Verdict::Changed(Direction::Worse));
    assert!(comparison.is_worse() && comparison.is_better());

    let reasons: Vec<(&str, &Reason)> = comparison.left_out.iter().map(|one| (one.question.case.as_str(), &one.reason)).collect();
    assert_eq!(
        reasons,
        [
            ("edited", &Reason::AsksSomethingElse),
            ("wrong", &Reason::UnmeasuredAfter("fails: step 1 returns i32 2, not i32 1".to_owned())),
            ("old-only", &Reason::Removed),
            ("new-only", &Reason::Added),
        ]
    );
    let invoke = comparison.means.iter().find(|mean| mean.phase == Phase::Invoke).expect("it was measured");
    assert_eq!(invoke.cells, 13, "calm ones, sha256, sorting and noisy; nothing that one side alone has");
    assert_eq!(comparison.calibrations[0].observed.changed, 0);
}

#[test]
fn the_matrix_of_a_run() {
    let mut all = two_versions();
    all.retain(|one| !one.case.starts_with("calm-") || one.case == "calm-0");
    let matrix = MeasuredMatrix::of(&measurements("run", &all));
    check("measured.txt", &matrix.text());
    check("measured.md", &matrix.markdown());
    let invoke = matrix.phases.iter().find(|table| table.phase == Phase::Invoke).expect("it was measured");
    assert_eq!((invoke.rows.len(), invoke.common), (6, 5), "`wrong` is not common");
    assert_eq!(invoke.means[0], Some(1.0));
}

/// The same on another machine is no comparison of times.
#[test]
fn runs_of_different_machines() {
    let all = two_versions();
    let (old, new): (Vec<Measured>, Vec<Measured>) = all.into_iter().partition(|one| one.runtime == "w@1");
    let old = measurements("old.jsonl", &old);
    let another = Machine { processors: 64, ..machine() };
    let new = Measurements::of("new.jsonl", records(&new, another)).expect("it measured");
    let comparison = Comparison::between(&old, &new, Options::default());
    check("compared-elsewhere.txt", &comparison.text(&|_| None));
    assert_eq!(comparison.machines_differ, ["processors: 2 before, 64 after"]);
    assert!(comparison.cells.iter().all(|cell| cell.time.is_none() && cell.memory.is_none()));
    assert!(comparison.is_worse(), "the fuel and the artifact");
    assert!(comparison.doubtful().is_empty(), "numbers need no second look");
}

/// A runtime that has another line on each side meets itself, and nothing else does.
#[test]
fn runs_meet_by_line() {
    let of = |runtime: &str, ns: f64| with_blocks(measured(runtime, "sha256", Phase::Invoke), 12, ns, 1.0, MIB);
    let old = measurements("old", &[of("w@1", 1e6), of("x@1", 1e6), of("z@1", 1e6)]);
    let new = measurements("new", &[of("w@2", 1.5e6), of("x@1", 1e6), of("y@1", 1e6)]);
    let comparison = Comparison::between(&old, &new, Options { floor_percent: Some(3.0), seed: Some(1) });
    let pairs: Vec<(&str, &str)> = comparison.runtimes.iter().map(|(old, new)| (old.runtime.as_str(), new.runtime.as_str())).collect();
    assert_eq!(pairs, [("w@1", "w@2"), ("x@1", "x@1")]);
    let verdicts: Vec<Verdict> = comparison.cells.iter().map(|cell| cell.time.as_ref().expect("times").verdict).collect();
    assert_eq!(verdicts, [Verdict::Changed(Direction::Worse), Verdict::Unchanged]);
    let left: Vec<(&str, &Reason)> = comparison.left_out.iter().map(|one| (one.runtime.as_str(), &one.reason)).collect();
    assert_eq!(left, [("z@1", &Reason::Removed), ("y@1", &Reason::Added)]);
    assert!((comparison.floor_percent, comparison.seed) == (3.0, 1));
}

/// What changed must change again, and the same way.
#[test]
fn a_second_measurement_decides() {
    let of = |ns: f64, rounds: u64| {
        let sides = [("w@1", 1e6), ("w@2", ns)];
        within(&sides.map(|(runtime, ns)| with_blocks(measured(runtime, "sha256", Phase::Invoke), rounds, ns, 1.0, MIB)))
    };
    let first = of(1.5e6, 12);
    let question = first.cells[0].question.clone();
    let doubtful =
        Doubtful { before: "w@1".to_owned(), after: "w@2".to_owned(), question, quantity: Quantity::Time, direction: Direction::Worse };
    assert_eq!(first.doubtful(), [doubtful]);
    let after = |again: &Comparison| {
        let confirmed = first.clone().confirmed_by(again);
        (confirmed.is_worse(), verdict(&confirmed, "sha256", Phase::Invoke, Quantity::Time))
    };
    assert_eq!(after(&of(1.4e6, 12)), (true, Verdict::Changed(Direction::Worse)));
    assert_eq!(after(&of(1.0e6, 12)), (false, Verdict::Inconclusive(Doubt::NotAgain(Direction::Worse))));
    assert_eq!(after(&of(0.5e6, 12)), (false, Verdict::Inconclusive(Doubt::NotAgain(Direction::Worse))), "the other way");
    assert_eq!(after(&of(1.5e6, 3)), (false, Verdict::Inconclusive(Doubt::NotMeasuredAgain(Direction::Worse))));
    assert_eq!(after(&within(&[])), (false, Verdict::Inconclusive(Doubt::NotMeasuredAgain(Direction::Worse))));
    let text = first.clone().confirmed_by(&of(1.0e6, 12)).text(&|_| None);
    assert!(text.contains("; again ") && text.contains("inconclusive: worse at first and not again"), "{text}");
}

#[test]
fn a_run_that_measured_nothing_is_told_so() {
    assert_eq!(Measurements::of("a", []), Err(NoMeasurements::NoHeader("a".to_owned())));
    assert_eq!(Measurements::of("a", common::run(&[])), Err(NoMeasurements::NothingMeasured("a".to_owned())));
    let empty = within(&[]);
    assert!(!empty.is_worse() && empty.text(&|_| None).contains("Nothing is measured on both sides"));
    assert!(MeasuredMatrix::of(&measurements("a", &[])).phases.is_empty());
}

#[test]
fn what_is_written_is_read_and_programs_get_all_of_it() {
    let records = records(&two_versions(), machine());
    for record in &records {
        let line = serde_json::to_string(record).expect("JSON");
        assert_eq!(&serde_json::from_str::<Record>(&line).expect("our own"), record);
    }
    let comparison = serde_json::to_value(within(&two_versions())).expect("JSON");
    assert_eq!(comparison["cells"][0]["phase"], "compile");
    assert!(comparison["cells"].as_array().is_some_and(|cells| cells.iter().any(|cell| cell["time"]["verdict"]["changed"] == "worse")));
    assert_eq!(comparison["calibrations"][0]["margins"][0]["phase"], "compile");
}

fn series(values: &[f64]) -> Series {
    (0..).zip(values.iter().copied()).collect()
}

fn sides() -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
    let side = || vec(1e3..1e5_f64, 6..14);
    (side(), side())
}

fn near(one: f64, other: f64) -> bool {
    (one.ln() - other.ln()).abs() < 1e-9
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn sides_that_are_swapped_have_the_mirrored_ratio((old, new) in sides(), is_paired in any::<bool>(), seed in any::<u64>()) {
        let ratio = if is_paired { Ratio::paired } else { Ratio::unpaired };
        match (ratio(&series(&old), &series(&new), seed), ratio(&series(&new), &series(&old), seed)) {
            (Ok(there), Ok(back)) => {
                prop_assert!(near(there.estimate, 1.0 / back.estimate), "{there:?} {back:?}");
                prop_assert!(near(there.low, 1.0 / back.high) && near(there.high, 1.0 / back.low), "{there:?} {back:?}");
            }
            (there, back) => prop_assert_eq!(there.err(), back.err()),
        }
    }

    #[test]
    fn what_is_the_same_never_changed(values in vec(1_u64..1_000_000_000, 0..16), memory in vec(1_u64..1_000_000_000, 16)) {
        let blocks = |runtime: &str| Measured {
            blocks: (0..).zip(values.iter().zip(&memory)).map(|(round, (ns, bytes))| Block { round, samples_ns: vec![*ns], peak_resident: Some(*bytes) }).collect(),
            ..measured(runtime, "one", Phase::Invoke)
        };
        for comparison in [
            within(&[blocks("w@1"), blocks("w@2")]),
            Comparison::between(&measurements("a", &[blocks("w@1")]), &measurements("b", &[blocks("w@1")]), Options::default()),
        ] {
            prop_assert!(!comparison.is_worse() && !comparison.is_better(), "{}", comparison.summary());
        }
    }

    #[test]
    fn the_order_of_blocks_does_not_matter((old, new) in sides(), seed in any::<u64>()) {
        let make = |runtime: &str, values: &[f64]| Measured {
            blocks: (0..).zip(values).map(|(round, ns)| Block { round, samples_ns: vec![*ns as u64], peak_resident: None }).collect(),
            ..measured(runtime, "one", Phase::Invoke)
        };
        let all = [make("w@1", &old), make("w@2", &new)];
        let mut shuffled = all.clone();
        let mut rng = fastrand::Rng::with_seed(seed);
        shuffled.iter_mut().for_each(|one| rng.shuffle(&mut one.blocks));
        shuffled.reverse();
        prop_assert_eq!(within(&all), within(&shuffled));
    }
}
