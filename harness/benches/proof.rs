//! Whether what `wasmatrix bench` says of a difference can be believed: `cargo bench -p wasmatrix --bench proof -- [noise] [boundary] [SECONDS]`.
//! The figures of a run stand in `reports/README.md`.
//!
//! *noise*: the suite `perf/` on wasmtime, each case and phase in seven arms, all in one run of interleaved rounds: twice as it is, and slowed in the
//! worker's own loop by 1, 2, 3, 5 and 10 %. The second arm as it is shows how often nothing is called something, the slowed ones how often something is seen.
//! The margin is the run's own, as for everybody.
//!
//! *boundary*: a call of an empty function, measured through the worker, and by a loop on wasmtime's own API (`runtimes/wasmtime/src/direct_loop.rs`), in turns.
//!
//! Nothing is asserted: machines are noisy, and a goal that is missed is a figure too.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context as _, ensure};
use wasmatrix::{
    catalog::Catalog,
    measure::{MeasureEvent, MeasureOptions, Ready, Sample, Sampler, Subject},
    plan::{PlannedCell, Selection, plan, select_runtimes},
    prepare::Prepared,
    root::Root,
    run::{self, RunOptions, to_measure},
    worker::{Limits, Stop},
};
use wasmatrix_adapter::Purpose;
use wasmatrix_reports::{
    Measured, Measurements, Phase, Record,
    compared::{Comparison, Options},
    each_record,
    statistics::{Ratio, Verdict, median},
};

const RUNTIME: &str = "wasmtime@48+cranelift";

/// In thousandths. The first arm is what all others are held against.
const ARMS: [u32; 7] = [0, 0, 10, 20, 30, 50, 100];

/// Of the boundary: calls in a sample, samples in a process, processes on each side.
const CALLS: u64 = 300_000;
const SAMPLES: u64 = 3;
const PROCESSES: u64 = 150;

fn main() -> anyhow::Result<()> {
    // `cargo test --benches` passes `--test`: compile, and leave it at that.
    if std::env::args().any(|argument| argument == "--test") {
        return Ok(());
    }
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let seconds = words.iter().find_map(|word| word.parse().ok()).unwrap_or(1800);
    let wants = |name: &str| words.iter().all(|word| word.parse::<u64>().is_ok()) || words.iter().any(|word| word == name);
    let catalog = Catalog::read(Root::find(None)?, &[])?;
    if wants("boundary") {
        boundary(&catalog)?;
    }
    if wants("noise") {
        noise(&catalog, Duration::from_secs(seconds))?;
    }
    Ok(())
}

/// The cells, asked and answered, and the header of that run.
fn asked(catalog: &Catalog, cells: &[PlannedCell], out: &Path) -> anyhow::Result<(run::RunResult, wasmatrix_reports::Header)> {
    let runtimes = select_runtimes(catalog, &[RUNTIME.to_owned()])?;
    let options = RunOptions {
        jobs: 1,
        limits: Limits::default(),
        fresh: false,
        repeat: 1,
        seed: None,
        strict: false,
        everything: false,
        expectations: true,
        measuring: None,
        out: out.to_owned(),
    };
    let result = run::run(catalog, &runtimes, cells, &options, &Stop::default(), &mut |_| {})?;
    let mut header = None;
    each_record(&result.stored, |record| {
        if let Record::Header(found) = record {
            header = Some(found);
        }
    })?;
    Ok((result, header.context("the run has no header")?))
}

fn noise(catalog: &Catalog, budget: Duration) -> anyhow::Result<()> {
    let runtimes = select_runtimes(catalog, &[RUNTIME.to_owned()])?;
    let selection = Selection { suites: vec!["perf/*".to_owned()], ..Selection::default() };
    let mut cells = plan(catalog, &runtimes, &selection)?;
    cells.retain(|cell| !cell.case.measures.is_empty() && cell.case.absent.is_none() && cell.case.packages.is_empty());
    let out = tempfile::tempdir()?;
    let (result, mut header) = asked(catalog, &cells, out.path())?;
    let options = MeasureOptions { budget, seed: 1, ..MeasureOptions::default() };
    let mut sampler = Sampler::new(to_measure(&result.asked, &result.prepared, &result.cells), options.clone()).slowed(&ARMS);
    let stop = Stop::default();
    let mut last = 0;
    let mut listener = |event: MeasureEvent<'_>| match event {
        MeasureEvent::Measured { round, blocks, of, left } if round != last && blocks == of => {
            last = round;
            eprintln!("round {round}, {} s left", left.as_secs());
        }
        MeasureEvent::Unmeasured { what, why } => eprintln!("{what}: {why}"),
        _ => {}
    };
    ensure!(sampler.try_out(&stop, &mut listener) && sampler.measure(&stop, &mut listener), "stopped");
    header.configuration.measuring = Some(run::measuring(&options));
    // Arms stand side by side, in the order of `ARMS`; each becomes a runtime of its own.
    let arms: Vec<Measured> = sampler
        .measured()
        .into_iter()
        .enumerate()
        .map(|(place, measured)| Measured { runtime: arm(place % ARMS.len()), ..measured })
        .collect();
    let run = Measurements::of("proof", [Record::Header(header)].into_iter().chain(arms.into_iter().map(Record::Measured)))?;
    println!("{RUNTIME}, {} rounds in {} s, {} cases and phases\n", sampler.rounds(), budget.as_secs(), sampler.len() / ARMS.len());
    println!("| arm | compared | called slower | called faster | unchanged | inconclusive |\n|---|---|---|---|---|---|");
    for (number, permille) in ARMS.iter().enumerate().skip(1) {
        let comparison = Comparison::within(&run, &[(&arm(0), &arm(number))], Options::default());
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for judged in comparison.cells.iter().filter_map(|cell| cell.judged(wasmatrix_reports::compared::Quantity::Time)) {
            let word = match judged.verdict {
                Verdict::Changed(wasmatrix_reports::statistics::Direction::Worse) => "slower",
                Verdict::Changed(wasmatrix_reports::statistics::Direction::Better) => "faster",
                Verdict::Unchanged => "unchanged",
                Verdict::Inconclusive(_) => "inconclusive",
            };
            *counts.entry(word).or_default() += 1;
        }
        let all: usize = counts.values().sum();
        let cell = |word: &str| {
            let count = counts.get(word).copied().unwrap_or(0);
            format!("{count} ({:.0} %)", 100.0 * count as f64 / all.max(1) as f64)
        };
        let name = if *permille == 0 { "as it is".to_owned() } else { format!("+{} %", f64::from(*permille) / 10.0) };
        println!("| {name} | {all} | {} | {} | {} | {} |", cell("slower"), cell("faster"), cell("unchanged"), cell("inconclusive"));
        if number == 1 {
            for calibration in &comparison.calibrations {
                eprintln!("{calibration:?}");
            }
        }
    }
    Ok(())
}

fn arm(number: usize) -> String {
    format!("arm-{number}")
}

fn boundary(catalog: &Catalog) -> anyhow::Result<()> {
    let program = direct_loop(&catalog.root.path)?;
    let runtimes = select_runtimes(catalog, &[RUNTIME.to_owned()])?;
    let suite = tempfile::tempdir()?;
    let path = suite.path().join("boundary.yaml");
    std::fs::write(&path, BOUNDARY)?;
    let own = Catalog::read(Root::find(None)?, &[path])?;
    let cells = plan(&own, &runtimes, &Selection { unnamed_too: true, ..Selection::default() })?;
    let (result, _) = asked(&own, &cells, &suite.path().join("run"))?;
    let (cell, prepared) = (cells.first().context("a case")?, result.prepared.first().context("a runtime")?);
    let mut sides: [Vec<(u64, f64)>; 3] = Default::default();
    for round in 0..PROCESSES {
        let worker = through_the_worker(cell, prepared)?;
        let direct = directly(&program, false)?;
        let typed = directly(&program, true)?;
        for (side, mut samples) in sides.iter_mut().zip([direct, worker, typed]) {
            side.push((round, median(&mut samples).context("samples")?));
        }
    }
    let [direct, worker, typed] = &sides;
    let each = |side: &[(u64, f64)]| median(&mut side.iter().map(|(_, ns)| ns / CALLS as f64).collect::<Vec<_>>()).unwrap_or(f64::NAN);
    let ratio = Ratio::paired(direct, worker, 1).map_err(|blocks| anyhow::anyhow!("only {blocks} blocks"))?;
    println!("an empty function, {PROCESSES} processes of {SAMPLES} samples of {CALLS} calls on each side, in turns:");
    println!("  by Func::call, directly        {:.2} ns", each(direct));
    println!("  by Func::call, in the worker   {:.2} ns", each(worker));
    println!("  by TypedFunc::call, directly   {:.2} ns", each(typed));
    println!("  worker / directly              {:.4}, 95 % interval {:.4} to {:.4}", ratio.estimate, ratio.low, ratio.high);
    Ok(())
}

const BOUNDARY: &str = r#"
suite: own/boundary
cases:
  - name: nothing
    why: A call costs what it costs.
    stands_on: core 3.0, 4.4
    level: required
    wat: (module (func (export "f")))
    measure: [invoke]
    steps:
      - { invoke: f }
"#;

/// In nanoseconds of a sample.
fn through_the_worker(cell: &PlannedCell, prepared: &Prepared) -> anyhow::Result<Vec<f64>> {
    let measure = cell.case.measures.iter().find(|measure| measure.phase == Phase::Invoke).context("an invoke")?;
    let subject = Subject { case: &cell.case, measure, prepared, slowed_permille: 0 };
    let stop = Stop::default();
    let lost = |lost: wasmatrix::measure::Lost| anyhow::anyhow!("{}", lost.why().to_owned());
    let mut ready = Ready::open(subject, Purpose::Measuring, &Limits::default(), &stop).map_err(lost)?;
    let mut samples = Vec::new();
    for _ in 0..SAMPLES {
        match ready.sample(CALLS, &stop).map_err(lost)? {
            Sample::Timed(elapsed) => samples.push(elapsed.as_nanos() as f64),
            Sample::Wrong(why) => anyhow::bail!("a wrong sample: {why}"),
        }
    }
    Ok(samples)
}

/// The same by the loop on wasmtime's own API.
fn directly(program: &Path, typed: bool) -> anyhow::Result<Vec<f64>> {
    let mut command = Command::new(program);
    let said = command.args(typed.then_some("--typed")).args([CALLS.to_string(), SAMPLES.to_string()]).output()?;
    ensure!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    Ok(String::from_utf8(said.stdout)?.lines().map(str::parse).collect::<Result<_, _>>()?)
}

/// Built as the worker is, into the same folder.
fn direct_loop(root: &Path) -> anyhow::Result<PathBuf> {
    const NAME: &str = "wasmatrix-direct-loop-wasmtime-48";
    let target = root.join("target").join("workers");
    let built = Command::new("cargo")
        .args(["build", "--locked", "--release", "--features", "direct-loop", "--bin", NAME, "--manifest-path"])
        .arg(root.join("runtimes/wasmtime/lines/48/Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        .status()?;
    ensure!(built.success(), "the loop on wasmtime's own API cannot be built");
    Ok(target.join("release").join(NAME))
}
