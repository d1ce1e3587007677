//! `wasmatrix inspect`

use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow, bail};
use clap::{Args, ValueEnum};

use super::{exit::Code, output};
use crate::{
    catalog::Catalog,
    id::RuntimeId,
    inspect::{self, Inspected, RuntimeClaims, Runtimes, text},
    prepare::remembered,
    root::Root,
    suite::{assemble, read_file},
};

#[derive(Debug, Args)]
pub(super) struct InspectArguments {
    /// Core modules, components or webcs; text is assembled where the file is called .wat
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

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

pub(super) fn inspect(root: Root, arguments: &InspectArguments) -> anyhow::Result<Code> {
    let (built, not_built) = here(&Catalog::of_runtimes(root)?);
    let mut all = Vec::new();
    let mut code = Code::Clean;
    for path in &arguments.files {
        match bytes(path).and_then(|bytes| inspect::inspect(&bytes).with_context(|| path.display().to_string())) {
            Ok(report) => {
                let runtimes = Runtimes::of(&report, &built, &not_built);
                let inspected = Inspected { path: path.display().to_string(), report, runtimes };
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
