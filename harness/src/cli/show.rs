//! `wasmatrix show`

use std::sync::Arc;

use anyhow::{anyhow, bail};
use clap::Args;
use wasmatrix_adapter::Capability;

use super::{exit::Code, output, progress::Progress, replay::Replay, select::SelectArguments};
use crate::{
    build,
    catalog::Catalog,
    fetch::fetch,
    id::RuntimeId,
    packages::Packages,
    plan::{PlannedCell, Selection, plan, select_or_all},
    prepare::remembered,
    root::Root,
    run::Event,
    script::{Claims, ScriptSource, ask},
    session::{KEPT, Scratch, script},
    suite::Case,
    worker::{Limits, Stop},
};

#[derive(Debug, Args)]
pub(super) struct ShowArguments {
    #[command(flatten)]
    select: SelectArguments,
}

pub(super) fn show(root: Root, arguments: &ShowArguments, stop: &Stop) -> anyhow::Result<Code> {
    let catalog = arguments.select.catalog(root)?;
    let selection = Selection { unnamed_too: true, ..arguments.select.selection() };
    let ids = select_or_all(&catalog, &selection.runtimes)?;
    let mut cells = plan(&catalog, &ids, &selection)?;
    // A case's own name is part of the names of its forms.
    let written = |cell: &PlannedCell| format!("{}/{}", cell.case.suite, cell.case.name);
    let is_named = |cell: &PlannedCell| [cell.id(), written(cell)].iter().any(|name| selection.substrings.contains(name));
    if cells.iter().any(is_named) {
        cells.retain(is_named);
    }
    let Some(first) = cells.first() else {
        output::complain(&arguments.select.nothing());
        return Ok(Code::NothingSelected);
    };
    if let Some(other) = cells.iter().find(|cell| (&cell.case.suite, &cell.case.name) != (&first.case.suite, &first.case.name)) {
        bail!("{} cells are selected, {} and {} among them; name one case", cells.len(), first.id(), other.id());
    }
    let case = complete(first, stop)?;
    let folder = catalog.root.target().join("wasmatrix").join("show").join(&first.case.suite).join(&first.case.name);
    let scratch = Scratch::lasting(&folder, &case)?;
    let limits = Limits::default().with_time(case.deadline);
    let mut text = String::new();
    let replay = match &case.script {
        Some(source) => of_script(&catalog, first, source)?,
        None => Replay::of(&script(&case, scratch.folder()), case.from.as_ref()),
    };
    for (id, op) in &replay.requests {
        text.push_str(&serde_json::to_string(&limits.told(*id, op))?);
        text.push('\n');
    }
    if scratch.has_files() {
        output::remark(&format!("the files of this cell are in {}", scratch.folder().display()));
    }
    if !replay.order.is_empty() {
        let kept = scratch.folder().join(KEPT);
        output::remark(&format!("what is done, in order; its paths are below {}:", kept.display()));
        replay.order.iter().for_each(|one| output::remark(&format!("  {one}")));
    }
    let piped = if replay.order.is_empty() { "these lines" } else { "the lines of each process" };
    for cell in &cells {
        output::remark(&format!("replay on {}: pipe {piped} into {}", cell.runtime, worker_command(&catalog, &cell.runtime)?));
    }
    if let Some(writer) = &case.from {
        output::remark(&format!("the writer's, {writer}, is {}", worker_command(&catalog, writer)?));
    }
    output::print(&text)?;
    Ok(Code::Clean)
}

/// The case with the modules of its packages, fetched where they are not here.
pub(super) fn complete(cell: &PlannedCell, stop: &Stop) -> anyhow::Result<Arc<Case>> {
    let mut progress = Progress::new();
    let case = Packages::default()
        .complete(&cell.case, &mut |file| fetch(file, stop, &mut |news| progress.follow(&Event::Fetching { file, news })));
    progress.finish();
    match &case.absent {
        Some(absent) => bail!("{}/{} has no modules: {}", case.suite, case.name, absent.reason),
        None => Ok(case),
    }
}

/// What a script's runtime is asked depends on what it claims; one that was never asked who it is may claim all there is.
fn of_script(catalog: &Catalog, cell: &PlannedCell, source: &ScriptSource) -> anyhow::Result<Replay> {
    let script = source.compiled().map_err(|error| anyhow!("{}: {error}", cell.case.stands_on))?;
    let (capabilities, switchable) = match remembered(catalog, &cell.runtime) {
        Some(about) => (about.capabilities, about.switchable),
        None => {
            output::remark(&format!("{} has not been built yet, so this is for a runtime that claims everything", cell.runtime));
            (Capability::ALL.into(), Capability::ALL.into())
        }
    };
    let claims = Claims { capabilities: &capabilities, switchable: &switchable };
    let requests = ask(script, source.features.as_ref(), claims).requests;
    Ok(Replay { requests: (1..).zip(requests).collect(), order: Vec::new() })
}

fn worker_command(catalog: &Catalog, id: &RuntimeId) -> anyhow::Result<String> {
    let Some((runtime, line)) = catalog.line(id) else { bail!("there is no line {}", id.line_id()) };
    Ok(match build::cached(&catalog.root, runtime, line)? {
        Some(built) => format!("{} --variant {}", built.program.display(), id.variant_argument()),
        None => format!("its worker, which `wasmatrix build {}` makes", id.line_id()),
    })
}
