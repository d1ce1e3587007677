//! What the bundled suites measure, under criterion: `cargo bench -p wasmatrix --bench runtimes`, with its filters, `--save-baseline`, `--baseline` and
//! its pages in `target/criterion`.
//!
//! One variant of each default runtime, unless `WASMATRIX_RUNTIMES` names others (a list with commas). criterion decides how often, the worker times
//! (`iter_custom`), and the case judges every answer; a sample that is wrong is thrown away, said, and taken again in another process. All samples of
//! a benchmark come from one process, one benchmark after the other: whoever wants verdicts takes `wasmatrix bench`, which goes round by round.
//! Slow phases get few samples of the same length each (flat sampling), so that all of it ends within 20 minutes once the workers are built.

use std::{cell::OnceCell, collections::BTreeMap, time::Duration};

use criterion::{Criterion, SamplingMode};
use regex::Regex;
use wasmatrix::{
    catalog::Catalog,
    cell::{IdleWorkers, run_cell},
    date::Date,
    id::RuntimeId,
    measure::{Ready, Sample, Subject},
    plan::{PlannedCell, Selection, plan, select_runtimes},
    prepare::Prepared,
    root::Root,
    suite::Measure,
    worker::{Limits, Stop},
    workshop::Workshop,
};
use wasmatrix_adapter::Purpose;
use wasmatrix_reports::Outcome;

/// How long criterion warms up and measures, and how many samples it takes.
const WARM_UP: Duration = Duration::from_millis(200);
const MEASURE: Duration = Duration::from_secs(1);
const SAMPLES: usize = 10;

/// How often a sample is taken again.
const AGAIN: usize = 3;

fn main() -> anyhow::Result<()> {
    // `cargo test --benches` passes `--test`: compile, and leave it at that.
    if std::env::args().any(|argument| argument == "--test") {
        return Ok(());
    }
    let filter = Filter::of(std::env::args().skip(1))?;
    let named: Vec<String> =
        std::env::var("WASMATRIX_RUNTIMES").unwrap_or_default().split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect();
    let catalog = Catalog::read(Root::find(None)?, &[])?.naming(&named)?;
    let mut runtimes = select_runtimes(&catalog, &named)?;
    if named.is_empty() {
        // Variants of a runtime stand side by side, the default one first where it says so.
        runtimes = one_of_each(&catalog);
    }
    let cells = plan(&catalog, &runtimes, &Selection::default())?;
    let workshop = Workshop::new(&runtimes);
    let mut criterion =
        Criterion::default().warm_up_time(WARM_UP).measurement_time(MEASURE).sample_size(SAMPLES).nresamples(10_000).configure_from_args();
    let lists = std::env::args().any(|argument| argument == "--list");
    let asked: BTreeMap<String, OnceCell<Result<(), String>>> = cells.iter().map(|cell| (cell.id(), OnceCell::new())).collect();
    for cell in cells.iter().filter(|cell| !cell.case.measures.is_empty()) {
        let cell = &workshop.complete(cell);
        for measure in &cell.case.measures {
            let group = format!("{}/{} {}", cell.case.suite, cell.case.name, measure.phase);
            let name = format!("{group}/{}", cell.runtime);
            if !filter.takes(&name) {
                continue;
            }
            if lists {
                println!("{name}: benchmark");
                continue;
            }
            let Some(prepared) = workshop.prepared(&catalog, &cell.runtime) else { continue };
            let passed = asked.get(&cell.id()).map(|asked| asked.get_or_init(|| passes(&catalog, cell, prepared)).clone());
            let measured = passed.unwrap_or_else(|| Err("it was not planned".to_owned())).and_then(|()| open(cell, measure, prepared));
            let mut ready = match measured {
                Ok(ready) => ready,
                Err(why) => {
                    eprintln!("{name}: not measured: {why}");
                    continue;
                }
            };
            let mut group = criterion.benchmark_group(group);
            group.sampling_mode(SamplingMode::Flat);
            group.bench_function(cell.runtime.to_string(), |bencher| {
                bencher.iter_custom(|iterations| sample(&mut ready, cell, measure, prepared, iterations));
            });
            group.finish();
        }
    }
    criterion.final_summary();
    Ok(())
}

/// The first variant of each default runtime's default line.
fn one_of_each(catalog: &Catalog) -> Vec<RuntimeId> {
    let defaults = catalog.runtimes.iter().filter(|runtime| runtime.default);
    defaults.filter_map(|runtime| runtime.default_ids().into_iter().next()).collect()
}

/// Whether a cell does what its case expects; where it does not, why it is not measured.
fn passes(catalog: &Catalog, cell: &PlannedCell, prepared: &Prepared) -> Result<(), String> {
    let (runtime, _) = catalog.line(&cell.runtime).ok_or("a line that does not exist")?;
    let known = runtime.known.on(Date::today());
    let mut workers = IdleWorkers::new(false);
    let seen = run_cell(cell, prepared, None, known, &Limits::default(), &mut workers, &Stop::default()).ok_or("stopped")?;
    match seen.outcome {
        Outcome::Pass => Ok(()),
        other => Err(format!("{other}: {}", seen.reason.unwrap_or_default())),
    }
}

fn open<'s>(cell: &'s PlannedCell, measure: &'s Measure, prepared: &'s Prepared) -> Result<Ready<'s>, String> {
    let subject = Subject { case: &cell.case, measure, prepared, slowed_permille: 0 };
    Ready::open(subject, Purpose::Measuring, &Limits::default(), &Stop::default()).map_err(|lost| lost.why().to_owned())
}

/// A sample, taken again in another process where it was wrong or lost. Where that does not help there is nothing to go on with.
fn sample<'s>(ready: &mut Ready<'s>, cell: &'s PlannedCell, measure: &'s Measure, prepared: &'s Prepared, iterations: u64) -> Duration {
    for _ in 0..AGAIN {
        let why = match ready.sample(iterations, &Stop::default()) {
            Ok(Sample::Timed(elapsed)) => return elapsed,
            Ok(Sample::Wrong(why)) => why,
            Err(lost) => lost.why().to_owned(),
        };
        eprintln!("{} {}: a sample is thrown away: {why}", cell.id(), measure.phase);
        match open(cell, measure, prepared) {
            Ok(again) => *ready = again,
            Err(why) => eprintln!("{} {}: {why}", cell.id(), measure.phase),
        }
    }
    eprintln!("{} {}: no sample can be had, so nothing is known of it", cell.id(), measure.phase);
    std::process::exit(1)
}

/// criterion's own filter, so that no worker is built and no case run for what it would leave out.
struct Filter {
    pattern: Option<Regex>,
    exact: Option<String>,
}

/// criterion's options that have a value.
const WITH_VALUE: [&str; 18] = [
    "-c",
    "--color",
    "-s",
    "--save-baseline",
    "-b",
    "--baseline",
    "--baseline-lenient",
    "--load-baseline",
    "--format",
    "--profile-time",
    "--sample-size",
    "--warm-up-time",
    "--measurement-time",
    "--nresamples",
    "--noise-threshold",
    "--confidence-level",
    "--significance-level",
    "--plotting-backend",
];

impl Filter {
    fn of(arguments: impl Iterator<Item = String>) -> anyhow::Result<Self> {
        let mut arguments = arguments.peekable();
        let (mut text, mut is_exact) = (None, false);
        while let Some(argument) = arguments.next() {
            if WITH_VALUE.contains(&argument.as_str()) {
                arguments.next();
            } else if argument == "--exact" {
                is_exact = true;
            } else if !argument.starts_with('-') && text.is_none() {
                text = Some(argument);
            }
        }
        match text {
            Some(text) if is_exact => Ok(Self { pattern: None, exact: Some(text) }),
            Some(text) => Ok(Self { pattern: Some(Regex::new(&text)?), exact: None }),
            None => Ok(Self { pattern: None, exact: None }),
        }
    }

    fn takes(&self, name: &str) -> bool {
        self.pattern.as_ref().is_none_or(|pattern| pattern.is_match(name)) && self.exact.as_ref().is_none_or(|exact| exact == name)
    }
}
