//! `wasmatrix lint`

use std::fmt::Write as _;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::{exit::Code, ground, output};
use crate::{
    catalog::Catalog,
    date::Date,
    known::{Finding, Ground, lint},
    root::Root,
};

#[derive(Debug, Args)]
pub(super) struct LintArguments {
    /// How the findings are printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// A line for each, as compilers do
    Text,
    /// One object with all of them
    Json,
}

/// A finding and its file, relative to the root.
#[derive(Debug, Serialize)]
struct InFile {
    file: String,
    #[serde(flatten)]
    finding: Finding,
}

#[derive(Debug, Serialize)]
struct Findings {
    findings: Vec<InFile>,
}

pub(super) fn known(root: Root, arguments: &LintArguments) -> anyhow::Result<Code> {
    let catalog = Catalog::read(root, &[])?;
    let today = Date::today();
    let mut findings = Vec::new();
    let mut entries = 0;
    let mut ground = Ground { cases: ground::cases(&catalog), variants: Vec::new(), versions: Vec::new() };
    for runtime in catalog.runtimes.iter().filter(|runtime| !runtime.known.entries().is_empty()) {
        entries += runtime.known.entries().len();
        ground.variants = ground::variants(runtime);
        let lines = ground::lines(&catalog, runtime);
        for (line, _) in lines.iter().filter(|(_, version)| version.is_none()) {
            let id = format!("{}@{}", runtime.name, line.line);
            output::remark(&format!("nobody knows the version of {id}, so its ranges are not checked; `wasmatrix build {id}` asks it"));
        }
        ground.versions = lines.into_iter().map(|(_, version)| version).collect();
        let file = format!("runtimes/{}/known.yaml", runtime.name);
        findings.extend(lint(&runtime.known, &ground, today).into_iter().map(|finding| InFile { file: file.clone(), finding }));
    }
    let found = findings.len();
    output::print(&match arguments.format {
        Format::Text => text(&findings, entries),
        Format::Json => serde_json::to_string_pretty(&Findings { findings })? + "\n",
    })?;
    Ok(if found == 0 { Code::Clean } else { Code::Findings })
}

fn text(findings: &[InFile], entries: usize) -> String {
    let mut text = String::new();
    for InFile { file, finding: Finding { line, column, rule, message } } in findings {
        // Writing to a String cannot fail, here and below.
        let _ = writeln!(text, "{file}:{line}:{column}: {}: {message}", output::bold(&rule.to_string()));
    }
    let _ = writeln!(text, "{} findings in {entries} known failures", findings.len());
    text
}
