//! `wasmatrix repro`

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Args;
use wasmatrix_reports::Outcome;

use super::{exit::Code, output, progress::Progress, show};
use crate::{
    catalog::Catalog,
    id::RuntimeId,
    machine::{processors, this_machine},
    plan::{PlannedCell, Selection, plan, select_or_all, select_runtimes, written_by},
    repro::{Answer, Reproduction, fixtures, folder, write},
    root::Root,
    run::{RunOptions, RunResult, default_out, run},
    worker::{Limits, Stop},
    yaml::did_you_mean,
};

#[derive(Debug, Args)]
pub(super) struct ReproArguments {
    /// The cell, runtime/suite/case
    cell: String,

    /// A runtime to ask beside the cell's own; repeatable [default: all default ones]
    #[arg(long, value_name = "RUNTIME", value_delimiter = ',')]
    runtime: Vec<String>,

    /// A suite file or folder to take instead of the bundled suites; repeatable
    #[arg(long, value_name = "PATH")]
    suites: Vec<PathBuf>,

    /// The folder to write, which must not be there [default: one below target/wasmatrix/repro]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(super) fn repro(root: Root, arguments: &ReproArguments, stop: &Stop) -> anyhow::Result<Code> {
    let catalog = Catalog::read(root, &arguments.suites)?;
    let Some(asked) = find(&catalog, &arguments.cell)? else {
        let all = select_or_all(&catalog, &[])?;
        let cells = plan(&catalog, &all, &Selection { unnamed_too: true, ..Selection::default() })?;
        let names: Vec<String> = cells.iter().map(PlannedCell::id).collect();
        let hint = did_you_mean(&arguments.cell, names.iter().map(String::as_str)).unwrap_or_default();
        output::complain(&format!(
            "there is no cell `{}`{hint}; a cell is runtime/suite/case, and `wasmatrix list` shows them",
            arguments.cell
        ));
        return Ok(Code::NothingSelected);
    };
    let out = arguments.out.clone().unwrap_or_else(|| {
        let name = asked.id().replace(['/', ':'], "-");
        catalog.root.target().join("wasmatrix").join("repro").join(name)
    });
    // Before minutes of building, not after them.
    if out.symlink_metadata().is_ok() {
        bail!("{}", crate::repro::WriteError::Exists(out));
    }
    let case = show::complete(&asked, stop)?;
    let asked = PlannedCell { case, ..asked };
    let mut runtimes = vec![asked.runtime.clone()];
    runtimes.extend(select_runtimes(&catalog, &arguments.runtime)?.into_iter().filter(|id| *id != asked.runtime));
    let cells: Vec<PlannedCell> =
        runtimes.iter().map(|runtime| PlannedCell { runtime: runtime.clone(), case: asked.case.clone() }).collect();
    let options = RunOptions {
        jobs: processors(),
        limits: Limits::default(),
        fresh: true,
        repeat: 1,
        seed: None,
        strict: false,
        everything: false,
        measuring: None,
        expectations: true,
        out: default_out(&catalog.root.target())?,
    };
    let mut progress = Progress::new();
    runtimes.extend(asked.case.from.clone().filter(|writer| !runtimes.contains(writer)));
    let result = run(&catalog, &runtimes, &cells, &options, stop, &mut |event| progress.follow(&event));
    progress.finish();
    let result = result?;
    if !result.complete {
        return Ok(Code::Interrupted);
    }
    let machine = this_machine();
    let reproduction = Reproduction {
        cell: asked.id(),
        case: &asked.case,
        answers: cells.iter().filter_map(|cell| answer(&catalog, &result, cell)).collect(),
        fixtures: fixtures(&asked.case).context("cannot read the fixtures of the case")?,
        machine: format!("{} {}", machine.os, machine.arch),
        private: vec![catalog.root.path.clone(), std::env::temp_dir()],
    };
    write(&out, &folder(&reproduction))?;
    for answer in &reproduction.answers {
        output::remark(&format!("{:<11} {} ({})", answer.cell.outcome.to_string(), answer.cell.id(), answer.cell.version));
    }
    output::print(&format!("{}\n", out.display()))?;
    // Where the cell's own runtime did not answer, the folder shows nothing of it.
    Ok(if reproduction.answers.first().is_some_and(|answer| answer.cell.outcome.is_executed()) { Code::Clean } else { Code::CouldNotRun })
}

/// The cell of this exact name.
fn find(catalog: &Catalog, named: &str) -> anyhow::Result<Option<PlannedCell>> {
    let Some((runtime, _)) = named.split_once('/') else { return Ok(None) };
    let all = select_or_all(catalog, &[])?;
    let Some(own) = all.iter().find(|id| id.to_string() == runtime) else { return Ok(None) };
    let writer = all.iter().find(|writer| *writer != own && named.ends_with(&written_by("", writer)));
    let meant: Vec<RuntimeId> = [Some(own), writer].into_iter().flatten().cloned().collect();
    Ok(plan(catalog, &meant, &Selection { unnamed_too: true, ..Selection::default() })?.into_iter().find(|cell| cell.id() == named))
}

fn answer<'r>(catalog: &'r Catalog, result: &'r RunResult, planned: &PlannedCell) -> Option<Answer<'r>> {
    let id = planned.id();
    let runtime = catalog.line(&planned.runtime).map(|(runtime, _)| runtime);
    let cell = result.cells.iter().find(|cell| cell.id() == id)?.clone();
    let known = runtime.filter(|_| cell.outcome == Outcome::Known);
    let known = known.map(|runtime| runtime.known.about(&planned.runtime, &cell.version, std::env::consts::OS, &cell.suite, &cell.case));
    let known = known.unwrap_or_default();
    let mut reproduced: Vec<String> = known.into_iter().map(|entry| entry.reproduced.value.clone()).collect();
    reproduced.dedup();
    Some(Answer {
        cell,
        reproduced,
        receipt: result.prepared.iter().find(|prepared| prepared.id == planned.runtime).and_then(|prepared| prepared.receipt()),
        command_line: runtime.and_then(|runtime| runtime.command_line.as_ref()),
        variant: planned.runtime.variant.clone(),
        issues: runtime.and_then(|runtime| runtime.issues.as_deref()),
    })
}
