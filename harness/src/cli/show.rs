//! `wasmatrix show`

use anyhow::bail;
use clap::Args;

use super::{exit::Code, output, select::SelectArguments};
use crate::{
    build,
    catalog::Catalog,
    plan::{PlannedCell, plan, select_or_all},
    root::Root,
    session::{Scratch, script},
    worker::Limits,
};

#[derive(Debug, Args)]
pub(super) struct ShowArguments {
    #[command(flatten)]
    select: SelectArguments,
}

pub(super) fn show(root: Root, arguments: &ShowArguments) -> anyhow::Result<Code> {
    let catalog = arguments.select.catalog(root)?;
    let selection = arguments.select.selection();
    let ids = select_or_all(&catalog, &selection.runtimes)?;
    let mut cells = plan(&catalog, &ids, &selection)?;
    if cells.iter().any(|cell| selection.substrings.contains(&cell.id())) {
        cells.retain(|cell| selection.substrings.contains(&cell.id()));
    }
    let Some(first) = cells.first() else {
        output::complain(&arguments.select.nothing());
        return Ok(Code::NothingSelected);
    };
    if let Some(other) = cells.iter().find(|cell| (&cell.case.suite, &cell.case.name) != (&first.case.suite, &first.case.name)) {
        bail!("{} cells are selected, {} and {} among them; name one case", cells.len(), first.id(), other.id());
    }
    let folder = catalog.root.target().join("wasmatrix").join("show").join(&first.case.suite).join(&first.case.name);
    let scratch = Scratch::lasting(&folder, &first.case)?;
    let mut text = String::new();
    for (id, line) in (1..).zip(script(&first.case, scratch.folder())) {
        text.push_str(&serde_json::to_string(&Limits::default().told(id, &line.op))?);
        text.push('\n');
    }
    if scratch.has_files() {
        output::remark(&format!("the files of this cell are in {}", scratch.folder().display()));
    }
    for cell in &cells {
        output::remark(&format!("replay on {}: pipe these lines into {}", cell.runtime, worker_command(&catalog, cell)?));
    }
    output::print(&text)?;
    Ok(Code::Clean)
}

fn worker_command(catalog: &Catalog, cell: &PlannedCell) -> anyhow::Result<String> {
    let Some((runtime, line)) = catalog.line(&cell.runtime) else { bail!("there is no line {}", cell.runtime.line_id()) };
    Ok(match build::cached(&catalog.root, runtime, line)? {
        Some(built) => format!("{} --variant {}", built.program.display(), cell.runtime.variant_argument()),
        None => format!("its worker, which `wasmatrix build {}` makes", cell.runtime.line_id()),
    })
}
