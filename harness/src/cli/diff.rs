//! `wasmatrix diff`

use clap::Args;

use super::{confirm::confirm, exit::Code, format::Format, output, sides::side};
use crate::{root::Root, worker::Stop};
use wasmatrix_reports::Change;

#[derive(Debug, Args)]
pub(super) struct DiffArguments {
    /// A run.jsonl, the folder of a run, or a baseline
    #[arg(value_name = "OLD")]
    old: String,

    /// What it is compared with
    #[arg(value_name = "NEW")]
    new: String,

    /// How the difference is written
    #[arg(long, value_enum, default_value = "text")]
    format: Format,

    /// Run what got worse again first, in fresh processes, on the runtimes of both sides as far as they are here
    #[arg(long)]
    confirm: bool,
}

pub(super) fn diff(root: Root, arguments: &DiffArguments, stop: &Stop) -> anyhow::Result<Code> {
    let (old, new) = (side(&root, &arguments.old)?, side(&root, &arguments.new)?);
    let mut change = Change::between(&old, &new);
    if arguments.confirm && change.is_worse() && !confirm(root, &mut change, [&old, &new], stop)? {
        return Ok(Code::Interrupted);
    }
    output::print(&written(&change, arguments.format)?)?;
    Ok(if change.is_worse() { Code::Findings } else { Code::Clean })
}

/// A change in a format.
fn written(change: &Change, format: Format) -> anyhow::Result<String> {
    Ok(match format {
        Format::Text => change.text(),
        Format::Markdown => change.markdown(),
        Format::Json => serde_json::to_string_pretty(change)? + "\n",
    })
}
