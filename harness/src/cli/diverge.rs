//! `wasmatrix diverge`

use std::path::{Path, PathBuf};

use clap::Args;
use wasmatrix_reports::{Cell, Divergences, Record, RunFileError, divergence::Scope, each_record};

use super::{exit::Code, format::Format, output};

#[derive(Debug, Args)]
pub(super) struct DivergeArguments {
    /// A run.jsonl, or the folder of a run; several are looked at as one, so that versions can be compared
    #[arg(value_name = "RUN", required = true)]
    runs: Vec<PathBuf>,

    /// List the legal and the known differences too
    #[arg(long)]
    all: bool,

    /// How the divergences are written
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

pub(super) fn diverge(arguments: &DivergeArguments) -> anyhow::Result<Code> {
    let mut cells: Vec<Cell> = Vec::new();
    let mut scope = Scope { everything: true, expectations: true };
    for run in &arguments.runs {
        read(run, &mut cells, &mut scope)?;
    }
    let divergences = Divergences::of(&cells, scope);
    let text = match arguments.format {
        Format::Text => {
            let listed = divergences.text(arguments.all);
            let between = if listed.is_empty() { "" } else { "\n" };
            format!("{listed}{between}{}\n", divergences.summary())
        }
        Format::Markdown => format!("**{}**\n\n```\n{}```\n", divergences.summary(), divergences.text(arguments.all)),
        Format::Json => serde_json::to_string_pretty(&divergences)? + "\n",
    };
    output::print(&text)?;
    Ok(if divergences.open() > 0 { Code::Findings } else { Code::Clean })
}

fn read(run: &Path, cells: &mut Vec<Cell>, scope: &mut Scope) -> Result<(), RunFileError> {
    let file = if run.is_dir() { run.join("run.jsonl") } else { run.to_owned() };
    let mut is_complete = false;
    each_record(&file, |record| match record {
        Record::Header(header) => {
            let is_available =
                |runtime: &wasmatrix_reports::RuntimeReceipt| matches!(runtime.availability, wasmatrix_reports::Availability::Available(_));
            scope.everything &= header.configuration.everything && header.runtimes.iter().all(is_available);
            scope.expectations &= header.configuration.expectations;
        }
        Record::Cell(cell) => cells.push(cell),
        Record::Measured(_) => {}
        Record::Footer(footer) => is_complete = footer.complete,
    })?;
    scope.everything &= is_complete;
    Ok(())
}
