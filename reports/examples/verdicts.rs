//! What is found of slowdowns that are there, and of those that are not: `cargo run --release -p wasmatrix-reports --example verdicts`.
//!
//! Simulated runs of 100 cells in four phases on two runtimes, one of which is slower by so much, all of its cells or a tenth of them. A round's weather, the same for
//! all of its blocks, comes on top of what each block strays by.

#[path = "simulated/mod.rs"]
mod simulated;

use std::{collections::BTreeMap, time::Instant};

use fastrand::Rng;
use simulated::{NOISES, Noise};
use wasmatrix_reports::{
    Block, Comparison, Configuration, FORMAT_VERSION, Header, Machine, Measured, Measurements, Measuring, Phase, Record,
    compared::{Options, Quantity},
    statistics::{Direction, Verdict},
};

const CELLS: usize = 100;

const TIMES: u64 = 5;

const PHASES: [Phase; 4] = [Phase::Compile, Phase::Instantiate, Phase::Invoke, Phase::Command];

fn main() {
    println!("of 100: worse / better / inconclusive, for slower and for unchanged cells; A/A changed / inconclusive; mean margin");
    for noise in NOISES {
        for rounds in [8, 12, 20, 32] {
            for (slower, every) in [(0.0, 1), (0.02, 1), (0.03, 1), (0.05, 1), (0.10, 1), (0.05, 10)] {
                line(noise, rounds, slower, every);
            }
        }
    }
    let begun = Instant::now();
    let comparison = compared(&mut Rng::with_seed(1), NOISES[1], 12, 0.0, 1);
    let elapsed = begun.elapsed();
    println!("{} comparisons and their calibration: {elapsed:.1?}", comparison.cells.len());
}

fn line(noise: Noise, rounds: u64, slower: f64, every: usize) {
    let mut of = [[0_usize; 4]; 2];
    let (mut aa, mut margin) = ([0_usize; 3], 0.0);
    let mut rng = Rng::with_seed(3);
    for _ in 0..TIMES {
        let comparison = compared(&mut rng, noise, rounds, slower, every);
        for (number, cell) in comparison.cells.iter().enumerate() {
            let is_slower = cell.question.does.ends_with("slower");
            let Some(judged) = cell.judged(Quantity::Time) else { panic!("cell {number} has a time") };
            let verdict = match judged.verdict {
                Verdict::Changed(Direction::Worse) => 0,
                Verdict::Changed(Direction::Better) => 1,
                Verdict::Inconclusive(_) => 2,
                Verdict::Unchanged => 3,
            };
            of[usize::from(!is_slower)][verdict] += 1;
        }
        for calibration in comparison.calibrations.iter().filter(|one| one.quantity == Quantity::Time) {
            let observed = calibration.observed;
            for (sum, some) in aa.iter_mut().zip([observed.changed, observed.inconclusive, observed.compared]) {
                *sum += some;
            }
            margin += calibration.margins.iter().map(|one| one.margin.percent).sum::<f64>() / calibration.margins.len() as f64;
        }
    }
    let parts = |counts: [usize; 4]| {
        let all = counts.iter().sum::<usize>().max(1) as f64;
        let [worse, better, inconclusive, _] = counts.map(|count| 100.0 * count as f64 / all);
        format!("{worse:5.1} {better:5.1} {inconclusive:5.1}")
    };
    let aa_part = |some: usize| 100.0 * some as f64 / aa[2].max(1) as f64;
    println!(
        "{:26} {rounds:3} rounds, 1 of {every:2} slower by {:4.1} %: {} | {} | A/A {:4.1} {:4.1} | ±{:.1} %",
        noise.name,
        100.0 * slower,
        parts(of[0]),
        parts(of[1]),
        aa_part(aa[0]),
        aa_part(aa[1]),
        margin / TIMES as f64
    );
}

/// Two runtimes side by side.
fn compared(rng: &mut Rng, noise: Noise, rounds: u64, slower: f64, every: usize) -> Comparison {
    let mut measured = Vec::new();
    for runtime in ["r@1", "r@2"] {
        for number in 0..CELLS {
            let is_slower = slower > 0.0 && number % every == 0;
            measured.push(Measured {
                runtime: runtime.to_owned(),
                version: "1".to_owned(),
                suite: "perf".to_owned(),
                case: format!("case-{number}"),
                phase: PHASES[number % PHASES.len()],
                does: if is_slower { "something slower" } else { "something" }.to_owned(),
                asks: Some(String::new()),
                iterations: 1,
                blocks: Vec::new(),
                thrown_away: Vec::new(),
                counts: BTreeMap::new(),
                artifact_bytes: None,
                unmeasured: None,
            });
        }
    }
    for round in 0..rounds {
        let weather = 0.05 * rng.f64();
        for one in &mut measured {
            let is_slower = one.runtime == "r@2" && one.does.ends_with("slower");
            let log = weather + noise.draw(rng) + if is_slower { slower.ln_1p() } else { 0.0 };
            one.blocks.push(Block { round, samples_ns: vec![(2e7 * log.exp()) as u64], peak_resident: None });
        }
    }
    let measuring = Measuring {
        seed: rng.u64(..),
        budget_ms: 0,
        floor_percent: 1.0,
        sample_ms: 20,
        samples: 1,
        counters: BTreeMap::new(),
        warnings: Vec::new(),
    };
    let header = Header {
        format: FORMAT_VERSION,
        tool_version: String::new(),
        started: String::new(),
        runtimes: Vec::new(),
        suites: Vec::new(),
        machine: Machine { os: String::new(), arch: String::new(), processor: String::new(), processors: 2, memory: None },
        configuration: Configuration {
            jobs: 1,
            timeout_ms: 1,
            memory_limit: 1,
            fresh: true,
            seed: None,
            strict: false,
            everything: false,
            expectations: true,
            repeat: 1,
            measuring: Some(measuring),
        },
        planned: 0,
    };
    let records = std::iter::once(Record::Header(header)).chain(measured.into_iter().map(Record::Measured));
    let run = match Measurements::of("simulated", records) {
        Ok(run) => run,
        Err(error) => panic!("{error}"),
    };
    Comparison::within(&run, &[("r@1", "r@2")], Options::default())
}
