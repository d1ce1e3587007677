//! `wasmatrix bench`

use std::{fs, path::PathBuf, time::Duration};

use anyhow::{Context as _, bail};
use clap::Args;
use serde::Serialize;
use wasmatrix_reports::{Cell, MeasuredMatrix, Measurements, Phase, change::CellId, compared::Comparison};

use super::{
    exit::Code,
    format::Format,
    measured::{MeasureArguments, budget, confirmed, measurements, options, phase, versions},
    output,
    progress::Progress,
    run::timeout,
    select::SelectArguments,
};
use crate::{
    machine::processors,
    plan::{PlannedCell, plan, select_runtimes},
    root::Root,
    run::{self, RunOptions, RunResult, default_out},
    worker::{Limits, Stop},
};

#[derive(Debug, Args)]
pub(super) struct BenchArguments {
    #[command(flatten)]
    select: SelectArguments,

    /// A phase: compile, serialize, deserialize, cache-hit, instantiate, first-call, invoke or command; repeatable [default: all]
    #[arg(long, value_name = "PHASE", value_delimiter = ',', value_parser = phase)]
    phase: Vec<Phase>,

    /// How long measuring may take, 90s or 10m say; a first round is always made
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = budget)]
    budget: Duration,

    /// Compare with what this run measured: its run.jsonl, or its folder
    #[arg(long, value_name = "RUN")]
    compare: Option<PathBuf>,

    #[command(flatten)]
    measure: MeasureArguments,

    /// Decides the order within each round [default: a new one, which is recorded]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,

    /// Believe at once what changed, without measuring it again
    #[arg(long)]
    no_confirm: bool,

    /// The deadline of a single request to a worker, and the longest that one iteration may take
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = timeout)]
    timeout: Duration,

    /// The resident memory that a worker may have, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 4096, value_parser = clap::value_parser!(u64).range(16..))]
    memory: u64,

    /// The folder to store the run in [default: a new one below target/wasmatrix/runs]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// How it is written
    #[arg(long, value_enum, default_value = "text")]
    format: Format,

    /// Write it as Markdown to this file too
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
}

/// What a bench has to say.
#[derive(Serialize)]
struct Benched {
    matrix: MeasuredMatrix,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    comparisons: Vec<Comparison>,
}

pub(super) fn bench(root: Root, arguments: &BenchArguments, stop: &Stop) -> anyhow::Result<Code> {
    // A run that cannot be read is said before anything is measured.
    let before = arguments.compare.as_deref().map(|path| measurements(&path.display().to_string(), path)).transpose()?;
    let catalog = arguments.select.catalog(root)?;
    let selection = arguments.select.selection();
    let runtimes = select_runtimes(&catalog, &selection.runtimes)?;
    let mut cells: Vec<PlannedCell> = plan(&catalog, &runtimes, &selection)?;
    if cells.is_empty() {
        output::complain(&arguments.select.nothing());
        return Ok(Code::NothingSelected);
    }
    let wants = |cell: &PlannedCell| {
        cell.case.measures.iter().any(|measure| arguments.phase.is_empty() || arguments.phase.contains(&measure.phase))
    };
    cells.retain(wants);
    if cells.is_empty() {
        output::complain("nothing that is selected is measured: no case of it has such a phase in `measure` (suites/README.md)");
        return Ok(Code::NothingSelected);
    }
    let root = &catalog.root;
    output::remark(&format!("suites and runtimes from {} ({})", root.path.display(), root.said_by));
    let limits = Limits { deadline: arguments.timeout, memory: arguments.memory << 20 };
    let measuring = arguments.measure.options(arguments.budget, arguments.seed, &arguments.phase, limits);
    let run_options = RunOptions {
        jobs: processors(),
        limits,
        fresh: false,
        repeat: 1,
        seed: None,
        strict: false,
        everything: false,
        expectations: true,
        measuring: Some(measuring.clone()),
        out: arguments.out.clone().map_or_else(|| default_out(&root.target()), Ok)?,
    };
    for warning in &run::measuring(&measuring).warnings {
        output::complain(warning);
    }
    let mut progress = Progress::new();
    let result = run::run(&catalog, &runtimes, &cells, &run_options, stop, &mut |event| progress.follow(&event));
    progress.finish();
    let result = result?;
    for warning in &result.warnings {
        output::complain(warning);
    }
    let now = measurements("this run", &result.stored)?;
    let mut comparisons = Vec::new();
    if result.complete {
        if let Some(before) = &before {
            let compare = |now: &Measurements| Comparison::between(before, now, options(&arguments.measure));
            comparisons.push(compare(&now));
            if !arguments.no_confirm {
                let first = comparisons.remove(0);
                let Some(again) = confirmed(first, &result, &measuring, &now, &compare, stop)? else { return Ok(Code::Interrupted) };
                comparisons.push(again);
            }
        }
        let pairs = versions(&result);
        if !pairs.is_empty() {
            let pairs: Vec<(&str, &str)> = pairs.iter().map(|(old, new)| (old.as_str(), new.as_str())).collect();
            let compare = |now: &Measurements| Comparison::within(now, &pairs, options(&arguments.measure));
            let first = compare(&now);
            comparisons.push(if arguments.no_confirm {
                first
            } else {
                let Some(again) = confirmed(first, &result, &measuring, &now, &compare, stop)? else { return Ok(Code::Interrupted) };
                again
            });
        }
    }
    let benched = Benched { matrix: MeasuredMatrix::of(&now), comparisons };
    let behaviour = |id: &CellId| behaviour(&result.cells, id);
    let written = |markdown: bool| {
        let mut text = if markdown { benched.matrix.markdown() } else { benched.matrix.text() };
        for comparison in &benched.comparisons {
            text.push('\n');
            text += &if markdown { comparison.markdown(&behaviour) } else { comparison.text(&behaviour) };
        }
        text
    };
    if let Some(path) = &arguments.write {
        fs::write(path, written(true)).with_context(|| format!("cannot write {}", path.display()))?;
    }
    output::print(&match arguments.format {
        Format::Text => written(false),
        Format::Markdown => written(true),
        Format::Json => serde_json::to_string_pretty(&benched)? + "\n",
    })?;
    output::remark(&format!("stored in {}", run_options.out.display()));
    code(&result, &benched)
}

fn code(result: &RunResult, benched: &Benched) -> anyhow::Result<Code> {
    if !result.complete {
        return Ok(Code::Interrupted);
    }
    for wrong in &result.wrong {
        output::complain(wrong);
    }
    let red: Vec<&Cell> = result.cells.iter().filter(|cell| cell.outcome.is_red()).collect();
    for cell in &red {
        output::complain(&format!("{} is {}, and was not measured; `wasmatrix run` says more", cell.id(), cell.outcome));
    }
    if result.measured.iter().all(|measured| measured.blocks.is_empty()) {
        bail!("nothing could be measured");
    }
    let is_worse = benched.comparisons.iter().any(Comparison::is_worse);
    Ok(if is_worse || !red.is_empty() || !result.wrong.is_empty() { Code::Findings } else { Code::Clean })
}

/// What a cell did, beside how long it took: what is measured has passed, on both sides.
fn behaviour(cells: &[Cell], id: &CellId) -> Option<String> {
    let cell = cells.iter().find(|cell| cell.runtime == id.runtime && cell.suite == id.suite && cell.case == id.case)?;
    Some(if cell.outcome == wasmatrix_reports::Outcome::Pass { "same output".to_owned() } else { cell.outcome.to_string() })
}
