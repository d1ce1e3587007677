//! `wasmatrix bench`

use std::{path::PathBuf, time::Duration};

use clap::Args;

use super::{exit::Code, output, progress::Progress, run::timeout, select::SelectArguments};
use crate::{
    machine::processors,
    measure::MeasureOptions,
    plan::{PlannedCell, plan, select_runtimes},
    root::Root,
    run::{self, RunOptions, default_out},
    worker::{Limits, Stop},
};

#[derive(Debug, Args)]
pub(super) struct BenchArguments {
    #[command(flatten)]
    select: SelectArguments,
}

pub(super) fn bench(root: Root, arguments: &BenchArguments, stop: &Stop) -> anyhow::Result<Code> {
    let catalog = arguments.select.catalog(root)?;
    let selection = arguments.select.selection();
    let runtimes = select_runtimes(&catalog, &selection.runtimes)?;
    let cells: Vec<PlannedCell> =
        plan(&catalog, &runtimes, &selection)?.into_iter().filter(|cell| !cell.case.measures.is_empty()).collect();
    let options = RunOptions {
        jobs: processors(),
        limits: Limits::default(),
        fresh: false,
        repeat: 1,
        seed: None,
        strict: false,
        everything: false,
        expectations: true,
        measuring: Some(MeasureOptions { budget: Duration::from_secs(10), ..MeasureOptions::default() }),
        out: default_out(&catalog.root.target())?,
    };
    let mut progress = Progress::new();
    let result = run::run(&catalog, &runtimes, &cells, &options, stop, &mut |event| progress.follow(&event));
    progress.finish();
    let result = result?;
    for one in &result.measured {
        let mut each: Vec<f64> = one.blocks.iter().flat_map(|block| block.per_iteration_ns(one.iterations)).collect();
        each.sort_by(f64::total_cmp);
        output::print(&format!(
            "{} x{} {:?} {:?} {:?} {:?}\n",
            one.id(),
            one.iterations,
            each,
            one.counts,
            one.artifact_bytes,
            one.unmeasured
        ))?;
    }
    Ok(Code::Clean)
}
