//! What the commands share that measure: how it is asked for, two sides of a comparison, and the second look at what changed.

use std::{path::Path, time::Duration};

use anyhow::Context as _;
use clap::Args;
use semver::Version;
use wasmatrix_reports::{
    Measured, Measurements, Phase, Record,
    compared::{Comparison, Doubtful, Options},
    each_record,
};

use super::{output, progress::Progress};
use crate::{
    measure::{MeasureOptions, Sampler},
    run::{Event, RunResult, to_measure},
    worker::{Limits, Stop},
};

/// How something is measured.
#[derive(Debug, Clone, Args)]
pub(super) struct MeasureArguments {
    /// The smallest change that counts, in percent; the margin is this, or what the run shows of itself where that is more
    #[arg(long, value_name = "PERCENT", default_value_t = 1.0, value_parser = percent)]
    pub(super) floor: f64,

    /// How long a sample is to take
    #[arg(long, value_name = "TIME", default_value = "10ms", value_parser = sample)]
    pub(super) sample: Duration,

    /// How many samples a block has, behind one that warms it up
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=1000))]
    pub(super) samples: u64,
}

impl MeasureArguments {
    pub(super) fn options(&self, budget: Duration, seed: Option<u64>, phases: &[Phase], limits: Limits) -> MeasureOptions {
        MeasureOptions {
            budget,
            // Recorded, so that the order can be had again.
            seed: seed.unwrap_or_else(|| fastrand::u64(..1 << 32)),
            floor_percent: self.floor,
            sample: self.sample,
            samples: self.samples,
            limits,
            phases: phases.to_vec(),
        }
    }
}

fn percent(text: &str) -> Result<f64, String> {
    match text.trim_end_matches('%').trim().parse::<f64>() {
        Ok(percent) if (0.0..=1000.0).contains(&percent) => Ok(percent),
        Ok(_) => Err("a percentage from 0 to 1000 is wanted".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn sample(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(time) if (Duration::from_millis(1)..=Duration::from_secs(10)).contains(&time) => Ok(time),
        Ok(_) => Err("from 1ms to 10s".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

pub(super) fn budget(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(time) if time >= Duration::from_secs(1) => Ok(time),
        Ok(_) => Err("less than a second".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

pub(super) fn phase(text: &str) -> Result<Phase, String> {
    Phase::ALL.into_iter().find(|phase| phase.to_string() == text).ok_or_else(|| {
        let all: Vec<String> = Phase::ALL.iter().map(Phase::to_string).collect();
        format!("there is no such phase; there are {}", all.join(", "))
    })
}

/// What a stored run measured.
pub(super) fn measurements(name: &str, path: &Path) -> anyhow::Result<Measurements> {
    let file = if path.is_dir() { path.join("run.jsonl") } else { path.to_owned() };
    let mut records = Vec::new();
    let mut is_complete = false;
    each_record(&file, |record| match record {
        Record::Cell(_) => {}
        Record::Footer(footer) => {
            is_complete = footer.complete;
            records.push(Record::Footer(footer));
        }
        other => records.push(other),
    })?;
    if !is_complete {
        output::remark(&format!("{name} is not complete: what it has not measured is left out"));
    }
    Measurements::of(name, records).with_context(|| format!("cannot compare with {}", file.display()))
}

/// The runtimes of a run that are versions of one runtime in one variant, each with the next newer one.
pub(super) fn versions(result: &RunResult) -> Vec<(String, String)> {
    let mut known: Vec<(&str, Option<&str>, Option<Version>, String)> = result
        .prepared
        .iter()
        .filter_map(|one| {
            let version = Version::parse(&one.receipt()?.version).ok();
            Some((one.id.runtime.as_str(), one.id.variant.as_deref(), version, one.id.to_string()))
        })
        .collect();
    known.sort();
    let same = |old: &(&str, Option<&str>, _, _), new: &(&str, Option<&str>, _, _)| old.0 == new.0 && old.1 == new.1;
    known
        .windows(2)
        .filter_map(|pair| match pair {
            [old, new] if same(old, new) => Some((old.3.clone(), new.3.clone())),
            _ => None,
        })
        .collect()
}

/// Measures again what is called changed, in as many rounds as there were, and keeps of it what the second time says too. `None`: the run is to stop.
pub(super) fn confirmed(
    comparison: Comparison,
    result: &RunResult,
    options: &MeasureOptions,
    first: &Measurements,
    compare: &dyn Fn(&Measurements) -> Comparison,
    stop: &Stop,
) -> anyhow::Result<Option<Comparison>> {
    let doubtful = comparison.doubtful();
    if doubtful.is_empty() {
        return Ok(Some(comparison));
    }
    let is_doubtful = |measured: &Measured| {
        let is_it = |one: &Doubtful| one.question == measured.question() && [&one.before, &one.after].contains(&&measured.runtime);
        doubtful.iter().any(is_it)
    };
    // Another order, so that what stood beside what does not come again.
    let options = MeasureOptions { seed: options.seed.wrapping_add(0x5eed), ..options.clone() };
    let all = Sampler::new(to_measure(&result.asked, &result.prepared, &result.cells), options);
    let mut sampler = all.again(is_doubtful);
    let rounds = first.all().iter().map(|measured| measured.blocks.len() as u64).max().unwrap_or(0);
    output::remark(&format!("measuring again what is called changed: {} of {}, {rounds} rounds", sampler.len(), all.len()));
    let mut progress = Progress::new();
    let mut listener = |event: crate::measure::MeasureEvent<'_>| progress.follow(&Event::Measuring(event));
    let finished = sampler.try_out(stop, &mut listener) && sampler.measure_rounds(rounds, stop, &mut listener);
    progress.finish();
    if !finished {
        return Ok(None);
    }
    Ok(Some(comparison.confirmed_by(&compare(&first.with(sampler.measured())))))
}

/// What a person said of the comparison, as the reports take it.
pub(super) fn options(arguments: &MeasureArguments) -> Options {
    Options { floor_percent: Some(arguments.floor), seed: None }
}
