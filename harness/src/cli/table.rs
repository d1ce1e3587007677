//! `wasmatrix table`

use std::{fs, path::PathBuf};

use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use wasmatrix_reports::{Cell, Documentation, Header, Promises, Tables, VersionChecks, table::name_without_writer};

use super::{
    exit::Code,
    output,
    stored::{Stored, path_of, stored},
};
use crate::{
    catalog::Catalog,
    id::{Named, RuntimeId, RuntimePattern},
    inspect,
    plan::{Names, Selection},
    repro::scrub::{scrubbed, without_scratch},
    root::Root,
    suite::StepOp,
};

#[derive(Debug, Args)]
pub(super) struct TableArguments {
    /// The run: its folder, its run.jsonl, or `latest` for the newest below target/wasmatrix/runs
    #[arg(value_name = "RUN", default_value = "latest")]
    run: String,

    /// A glob for suites, caches/* say; repeatable
    #[arg(long, value_name = "GLOB")]
    suite: Vec<String>,

    /// A glob for cases, with or without their writer; repeatable
    #[arg(long, value_name = "GLOB")]
    case: Vec<String>,

    /// A runtime of the run, as a run is told: wazero, wazero@1.6.0, wazero+compiler, wazero@1.6.0+compiler; repeatable [default: all of the run]
    #[arg(long, value_name = "RUNTIME", value_delimiter = ',')]
    runtime: Vec<String>,

    /// One row for each module that is run as a command: what Spin says of it by its version, and what it did as it is, as a component, with a canary
    #[arg(long)]
    spin: bool,

    /// One row for each case whose expectation is documented, with a link, and that somebody does not keep: what is documented, and what was seen
    #[arg(long, conflicts_with = "spin")]
    against_documentation: bool,

    /// How the tables are written
    #[arg(long, value_enum, default_value = "text")]
    format: Format,

    /// Write the tables to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For a terminal
    Text,
    /// For a page
    Markdown,
}

pub(super) fn table(root: impl Fn() -> anyhow::Result<Root>, arguments: &TableArguments) -> anyhow::Result<Code> {
    let path = path_of(&arguments.run, &root)?;
    let Stored { header, cells } = stored(&path)?;
    output::remark(&format!("the run {}, of {}", path.display(), header.started));
    let patterns: Vec<RuntimePattern> = arguments.runtime.iter().map(|name| RuntimePattern::parse(name)).collect();
    let ids: Vec<RuntimeId> = header.runtimes.iter().filter_map(|runtime| id(&runtime.id)).collect();
    if let Some((name, _)) = arguments.runtime.iter().zip(&patterns).find(|(_, pattern)| !ids.iter().any(|id| pattern.matches(id))) {
        let there_are: Vec<&str> = header.runtimes.iter().map(|runtime| runtime.id.as_str()).collect();
        bail!("there is no runtime `{name}` in this run; there are {}", there_are.join(", "));
    }
    let is_meant = |name: &str| patterns.is_empty() || id(name).is_some_and(|id| patterns.iter().any(|pattern| pattern.matches(&id)));
    let selection = Selection { suites: arguments.suite.clone(), cases: arguments.case.clone(), ..Selection::default() };
    let names = Names::selected(&selection)?;
    // A run of these runtimes alone would have had no other writers.
    let is_selected = |cell: &&Cell| {
        let is_named = |case: &str| names.include(&cell.runtime, &cell.suite, case);
        is_meant(&cell.runtime)
            && cell.from.as_deref().is_none_or(is_meant)
            && (is_named(&cell.case) || is_named(name_without_writer(cell)))
    };
    let cells: Vec<&Cell> = cells.iter().filter(is_selected).collect();
    if cells.is_empty() {
        output::complain("nothing of this run is selected");
        return Ok(Code::NothingSelected);
    }
    // Where there is no checkout, there is none to be named either.
    let private: Vec<PathBuf> = root().ok().map(|root| root.path).into_iter().chain([std::env::temp_dir()]).collect();
    if arguments.spin {
        return spin(root()?, arguments, &header, cells);
    }
    let tidy = |said: &str| scrubbed(&without_scratch(said), &private);
    if arguments.against_documentation {
        return against_documentation(root()?, arguments, &header, cells, &tidy);
    }
    let tables = Tables::of(&header, cells, &tidy);
    write(arguments, || tables.text(), || tables.markdown())
}

fn write(arguments: &TableArguments, plain: impl FnOnce() -> String, markdown: impl FnOnce() -> String) -> anyhow::Result<Code> {
    let text = match arguments.format {
        Format::Text => plain(),
        Format::Markdown => markdown(),
    };
    match &arguments.out {
        Some(path) => fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?,
        None => output::print(&text)?,
    }
    Ok(Code::Clean)
}

/// Spin's check by version held against what the modules of the run's cases did.
fn spin(root: Root, arguments: &TableArguments, header: &Header, cells: Vec<&Cell>) -> anyhow::Result<Code> {
    let catalog = Catalog::read(root, &[])?;
    let check = |cell: &Cell| {
        let case = catalog.case(&cell.suite, &cell.case)?;
        let is_command = matches!(case.steps.as_slice(), [one] if matches!(one.op, StepOp::Run { .. }));
        let main = case.modules.get("main").filter(|_| is_command && case.modules.len() == 1)?;
        let report = inspect::inspect(&main.wasm).ok()?;
        report.version_check(&main.wasm)
    };
    let checks = VersionChecks::of(header, cells, &check);
    if checks.is_empty() {
        output::complain("no case of what is selected runs one command of one module, in a bundled suite");
        return Ok(Code::NothingSelected);
    }
    write(arguments, || checks.text(), || checks.markdown())
}

/// What runtimes did, held against what is documented of the calls that they were asked for. The suites say what is; what was seen is the run's.
fn against_documentation(
    root: Root,
    arguments: &TableArguments,
    header: &Header,
    cells: Vec<&Cell>,
    tidy: &dyn Fn(&str) -> String,
) -> anyhow::Result<Code> {
    let catalog = Catalog::read(root, &[])?;
    for asked in &header.suites {
        let now = catalog.suites.iter().find(|suite| suite.name == asked.suite);
        if now.is_some_and(|now| now.digest.hex() != asked.sha256) && cells.iter().any(|cell| cell.suite == asked.suite) {
            output::remark(&format!(
                "the suite {} is another one now than in this run; what is said to be documented is today's",
                asked.suite
            ));
        }
    }
    let documentation = |cell: &Cell| Documentation::of(&catalog.case(&cell.suite, &cell.case)?.stands_on);
    let promises = Promises::of(header, cells, &documentation, tidy);
    if promises.is_empty() {
        output::complain("no case of what is selected stands on something with a link, in a bundled suite");
        return Ok(Code::NothingSelected);
    }
    write(arguments, || promises.text(), || promises.markdown())
}

/// An identity as a record has it.
fn id(name: &str) -> Option<RuntimeId> {
    let Named { runtime, line, variant, file: _ } = Named::of(name);
    Some(RuntimeId { runtime: runtime.to_owned(), line: line?.to_owned(), variant: variant.map(str::to_owned) })
}
