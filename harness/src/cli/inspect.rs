//! `wasmatrix inspect`

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, anyhow, bail};
use clap::{Args, ValueEnum};

use super::{exit::Code, output, ready::ready};
use crate::{
    catalog::Catalog,
    cell::{IdleWorkers, run_cell},
    date::Date,
    id::RuntimeId,
    inspect::{self, Inspected, Proof, Report, RuntimeClaims, Runtimes, text},
    plan::PlannedCell,
    prepare::remembered,
    root::Root,
    runtime::Known,
    suite::{assemble, canary_case, read_file},
    worker::{Limits, Stop},
};

#[derive(Debug, Args)]
pub(super) struct InspectArguments {
    /// Core modules, components or webcs; text is assembled where the file is called .wat
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    /// Run the command as well, with these arguments behind its own name and a page behind its memory that it should keep; stands last
    #[arg(long, value_name = "ARG", num_args = 0.., allow_hyphen_values = true)]
    prove: Option<Vec<String>>,

    /// Prove it on these runtimes, built where they are not; without it, on all that are built and can run it
    #[arg(long, value_name = "RUNTIME", requires = "prove")]
    runtime: Vec<String>,

    /// How it is written
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a terminal
    Text,
    /// For programs, a list with an entry for each file that can be read
    Json,
}

pub(super) fn inspect(root: Root, arguments: &InspectArguments, stop: &Stop) -> anyhow::Result<Code> {
    let (built, not_built) = here(&Catalog::of_runtimes(root.clone())?);
    let mut all = Vec::new();
    let mut code = Code::Clean;
    for path in &arguments.files {
        match bytes(path).and_then(|bytes| Ok((inspect::inspect(&bytes).with_context(|| path.display().to_string())?, bytes))) {
            Ok((report, bytes)) => {
                let runtimes = Runtimes::of(&report, &built, &not_built);
                let proof = match &arguments.prove {
                    None => None,
                    Some(args) => {
                        let named = if arguments.runtime.is_empty() {
                            let calls_exports = |id: &String| built.iter().any(|one| one.runtime == *id && !one.commands_only);
                            runtimes.those_that_can().into_iter().filter(calls_exports).collect()
                        } else {
                            arguments.runtime.clone()
                        };
                        match prove(&root, path, &report, bytes, args, &named, stop) {
                            Ok(Some(proof)) => Some(proof),
                            Ok(None) => return Ok(Code::Interrupted),
                            Err(error) => {
                                output::complain(&format!("{}: cannot be proved: {error:#}", path.display()));
                                code = Code::CouldNotRun;
                                None
                            }
                        }
                    }
                };
                let inspected = Inspected { path: path.display().to_string(), report, runtimes, proof };
                if arguments.format == Format::Text {
                    output::print(&text(&inspected))?;
                } else {
                    all.push(inspected);
                }
            }
            Err(error) => {
                output::complain(&format!("{error:#}"));
                code = Code::CouldNotRun;
            }
        }
    }
    if arguments.format == Format::Json {
        output::print(&(serde_json::to_string_pretty(&all)? + "\n"))?;
    }
    Ok(code)
}

/// Runs a command with a canary. `None`: interrupted.
fn prove(
    root: &Root,
    path: &Path,
    report: &Report,
    wasm: Vec<u8>,
    args: &[String],
    named: &[String],
    stop: &Stop,
) -> anyhow::Result<Option<Proof>> {
    if !matches!(report, Report::Module(_)) {
        bail!("a page can be put behind the memory of a core module only; prove the module that this was made of");
    }
    let name = path.file_name().map_or_else(|| "guest".to_owned(), |name| name.to_string_lossy().into_owned());
    let args: Vec<String> = std::iter::once(name).chain(args.iter().cloned()).collect();
    let case = canary_case(path, wasm, args.clone()).map_err(|why| anyhow!("{why}"))?;
    if named.is_empty() {
        bail!("no runtime is built that can run it; name one, `--runtime wasmi` say, and it is built first");
    }
    let case = Arc::new(case);
    let Some(prepared) = ready(root.clone(), named, stop)? else { return Ok(None) };
    let none = Known::default();
    let mut cells = Vec::new();
    for one in &prepared {
        let planned = PlannedCell { runtime: one.id.clone(), case: Arc::clone(&case) };
        let mut workers = IdleWorkers::new(false);
        let Some(cell) = run_cell(&planned, one, None, none.on(Date::today()), &Limits::default(), &mut workers, stop) else {
            return Ok(None);
        };
        cells.push(cell);
    }
    Ok(Some(Proof::of(report, args, &cells)))
}

/// What the workers that are built claim, and the runtimes that a run would have to build first.
fn here(catalog: &Catalog) -> (Vec<RuntimeClaims>, Vec<String>) {
    let (mut built, mut not_built) = (Vec::new(), Vec::new());
    // The others are test doubles, and programs that only run what they are named for.
    for runtime in catalog.runtimes.iter().filter(|runtime| runtime.default) {
        let defaults = runtime.default_ids();
        for id in runtime.ids() {
            match remembered(catalog, &id) {
                Some(about) => built.push(RuntimeClaims {
                    runtime: id.to_string(),
                    capabilities: about.capabilities.iter().map(ToString::to_string).collect(),
                    commands_only: about.commands_only,
                }),
                None if defaults.contains(&id) => not_built.push(RuntimeId::to_string(&id)),
                None => {}
            }
        }
    }
    (built, not_built)
}

/// The binary that a file is or that its text makes.
fn bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    let shown = path.display();
    if path.is_dir() {
        bail!("{shown}: this is a folder; name the files in it");
    }
    if path.exists() && !path.is_file() {
        bail!("{shown}: this is no regular file; store what it gives in one, and name that");
    }
    let bytes = read_file(path).map_err(|error| anyhow!("{shown}: cannot read it: {error}; name a .wasm, .wat or .webc file"))?;
    if path.extension().is_none_or(|extension| extension != "wat") {
        return Ok(bytes);
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        anyhow!("{shown}: at byte {}: this is not UTF-8; WAT is, and a binary should be called .wasm", error.utf8_error().valid_up_to())
    })?;
    assemble(&text).map_err(|error| anyhow!("{shown}:{}: {}", error.place, error.message))
}
