//! Small runs that measured, made by hand.
#![allow(dead_code, reason = "no test uses all of it")]

use std::collections::BTreeMap;

use fastrand::Rng;
use wasmatrix_reports::{Availability, Block, Counter, Header, Machine, Measured, Measurements, Measuring, Phase, Record, RuntimeReceipt};

use super::run;

/// One phase of `perf/CASE`, without a block.
pub(crate) fn measured(runtime: &str, case: &str, phase: Phase) -> Measured {
    let version = runtime.split_once('@').map_or("", |(_, version)| version);
    Measured {
        runtime: runtime.to_owned(),
        version: format!("{version}.0.0"),
        suite: "perf".to_owned(),
        case: case.to_owned(),
        phase,
        does: format!("{phase} main"),
        asks: Some(format!("digest of {case}")),
        iterations: 10,
        blocks: Vec::new(),
        thrown_away: Vec::new(),
        counts: BTreeMap::new(),
        artifact_bytes: None,
        unmeasured: None,
    }
}

/// Blocks of three samples about this time of an iteration, straying by some percent; memory about this many bytes, straying by a hundredth of it.
pub(crate) fn with_blocks(measured: Measured, rounds: u64, ns: f64, percent: f64, memory: f64) -> Measured {
    // The same runs every time, other noise for everything that is measured.
    let mut rng = Rng::with_seed(measured.id().bytes().fold(7, |seed, byte| seed * 31 % 1_000_003 + u64::from(byte)));
    let mut about = |middle: f64, percent: f64| middle * (1.0 + percent / 100.0 * (rng.f64() + rng.f64() + rng.f64() - 1.5));
    let blocks = (0..rounds).map(|round| {
        let block = about(ns, percent);
        Block {
            round,
            samples_ns: (0..3).map(|_| (about(block, percent / 4.0) * measured.iterations as f64) as u64).collect(),
            peak_resident: Some(about(memory, 1.0) as u64),
        }
    });
    Measured { blocks: blocks.collect(), ..measured }
}

pub(crate) fn machine() -> Machine {
    Machine {
        os: "linux".to_owned(),
        arch: "x86_64".to_owned(),
        processor: "some processor".to_owned(),
        processors: 2,
        memory: Some(24 << 30),
    }
}

/// A run that measured this, as records.
pub(crate) fn records(measured: &[Measured], machine: Machine) -> Vec<Record> {
    let mut records = run(&[]);
    let Some(Record::Header(header)) = records.first_mut() else { panic!("a header comes first") };
    header.machine = machine;
    header.configuration.measuring = Some(Measuring {
        seed: 5,
        budget_ms: 60_000,
        floor_percent: 1.0,
        sample_ms: 20,
        samples: 3,
        counters: [(Counter::Fuel, "available".to_owned()), (Counter::Instructions, "perf events are not permitted".to_owned())].into(),
        warnings: vec!["the frequency of the processor changed".to_owned()],
    });
    add_runtimes(header, measured);
    let footer = records.split_off(1);
    records.into_iter().chain(measured.iter().cloned().map(Record::Measured)).chain(footer).collect()
}

fn add_runtimes(header: &mut Header, measured: &[Measured]) {
    for one in measured {
        if header.runtimes.iter().all(|runtime| runtime.id != one.runtime) {
            let mut receipt = super::receipt(&one.version);
            receipt.configuration =
                [("opt_level", "speed"), ("interruption", "true")].map(|(name, value)| (name.to_owned(), value.to_owned())).into();
            receipt.measuring = [("interruption".to_owned(), "false".to_owned())].into();
            let availability = Availability::Available(Box::new(receipt));
            header.runtimes.push(RuntimeReceipt { id: one.runtime.clone(), availability });
        }
    }
}

pub(crate) fn measurements(name: &str, measured: &[Measured]) -> Measurements {
    Measurements::of(name, records(measured, machine())).expect("it measured")
}
