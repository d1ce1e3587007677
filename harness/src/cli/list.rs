//! `wasmatrix list`

use std::fmt::Write as _;

use clap::Args;
use wasmatrix_adapter::Capability;
use wasmatrix_reports::Availability;

use super::{exit::Code, output, select::SelectArguments};
use crate::{
    build,
    catalog::Catalog,
    fetch::{FetchError, kept},
    id::RuntimeId,
    packages::Packages,
    plan::{Selection, plan, select_or_all},
    prepare::{Prepared, introduce},
    root::Root,
    suite::Case,
    worker::Stop,
};

#[derive(Debug, Args)]
pub(super) struct ListArguments {
    #[command(flatten)]
    select: SelectArguments,
}

/// Whether a runtime can answer here; nothing is built to find out.
enum Here {
    Ready(Box<Prepared>),
    NotBuilt,
    Not(String),
}

pub(super) fn list(root: Root, arguments: &ListArguments, stop: &Stop) -> anyhow::Result<Code> {
    let catalog = arguments.select.catalog(root)?;
    let selection = Selection { unnamed_too: true, ..arguments.select.selection() };
    let ids = select_or_all(&catalog, &selection.runtimes)?;
    let here: Vec<(RuntimeId, Here)> = ids.iter().map(|id| (id.clone(), look(&catalog, id, stop))).collect();
    let mut text = runtimes(&catalog, &here);
    let cells = plan(&catalog, &ids, &selection)?;
    if cells.is_empty() {
        output::complain(&arguments.select.nothing());
        return Ok(Code::NothingSelected);
    }
    let mut suite = "";
    let mut previous = "";
    let mut packages = Packages::default();
    for cell in &cells {
        if cell.case.suite != suite {
            suite = &cell.case.suite;
            previous = "";
            // Writing to a String cannot fail, here and below.
            let _ = writeln!(text, "\n{}", output::bold(suite));
            if catalog.suites.iter().any(|one| one.name == suite && !one.default) {
                let _ = writeln!(text, "  only where it is named");
            }
        }
        if cell.case.name != previous {
            previous = &cell.case.name;
            if let Some(script) = &cell.case.script {
                // What it needs is decided for each of its assertions, and that it does not hold is why it exists.
                let _ = writeln!(text, "  {} (script, {})", cell.case.name, script.part);
                continue;
            }
            let case = packages.complete(&cell.case, &mut |file| kept(file).ok_or(FetchError::NotYet));
            let needs: Vec<String> = case.needs.iter().map(Capability::to_string).collect();
            let _ = writeln!(text, "  {} ({})", cell.case.name, cell.case.level);
            let _ = writeln!(text, "      why:       {}", cell.case.why);
            let _ = writeln!(text, "      stands on: {}", cell.case.stands_on);
            let _ = writeln!(
                text,
                "      needs:     {}",
                match &case.absent {
                    Some(absent) => absent.reason.replace('\n', "\n                 "),
                    None if needs.is_empty() => "nothing beyond WebAssembly 1.0".to_owned(),
                    None => needs.join(", "),
                }
            );
            for file in case.packages.values() {
                let _ = writeln!(text, "      module:    {file}");
            }
            if !cell.case.covers.is_empty() {
                let _ = writeln!(text, "      covers:    {}", cell.case.covers.join(", "));
            }
            for (reason, who) in cannot(&here, &case) {
                let _ = writeln!(text, "      not on:    {} ({reason})", who.join(", "));
            }
        }
    }
    output::print(&text)?;
    Ok(Code::Clean)
}

fn look(catalog: &Catalog, id: &RuntimeId, stop: &Stop) -> Here {
    let Some((runtime, line)) = catalog.line(id) else { return Here::Not("there is no such line".to_owned()) };
    match build::cached(&catalog.root, runtime, line) {
        Ok(Some(built)) => match introduce(id, &built, stop) {
            Prepared { availability: Availability::Unavailable(reason), .. } => Here::Not(reason),
            prepared => Here::Ready(Box::new(prepared)),
        },
        Ok(None) => Here::NotBuilt,
        Err(error) => Here::Not(error.to_string()),
    }
}

fn runtimes(catalog: &Catalog, here: &[(RuntimeId, Here)]) -> String {
    let mut text = format!("{}\n", output::bold("runtimes"));
    for (id, here) in here {
        let runtime = catalog.runtimes.iter().find(|runtime| runtime.name == id.runtime);
        let about = runtime.map_or("", |runtime| match &id.variant {
            Some(variant) => runtime.variants.iter().find(|one| one.name == *variant).map_or("", |one| one.about.as_str()),
            None => &runtime.about,
        });
        let _ = writeln!(text, "  {id}: {about}");
        let line = catalog.line(id).map(|(_, line)| line);
        if runtime.is_some_and(|runtime| !runtime.default) || line.is_some_and(|line| !line.default) {
            let _ = writeln!(text, "      only where it is named");
        }
        let _ = match here {
            Here::Ready(prepared) => {
                let receipt = prepared.receipt();
                let can: Vec<String> = receipt.iter().flat_map(|receipt| &receipt.capabilities).map(Capability::to_string).collect();
                let only = if receipt.is_some_and(|receipt| receipt.commands_only) { "; runs commands only" } else { "" };
                writeln!(text, "      ready, {}{only}\n      can: {}", receipt.map_or("", |receipt| &receipt.version), can.join(", "))
            }
            Here::NotBuilt => writeln!(text, "      not built yet: `wasmatrix build {}`, or `run`, which builds it", id.line_id()),
            Here::Not(reason) => writeln!(text, "      cannot run here: {}", reason.replace('\n', "\n        ")),
        };
    }
    text
}

/// The runtimes that cannot run a case, by what they lack.
fn cannot(here: &[(RuntimeId, Here)], case: &Case) -> Vec<(String, Vec<String>)> {
    let mut reasons: Vec<(String, Vec<String>)> = Vec::new();
    for (id, here) in here {
        let Here::Ready(prepared) = here else { continue };
        let Some(receipt) = prepared.receipt() else { continue };
        let lacks: Vec<String> = case.needs.difference(&receipt.capabilities).map(Capability::to_string).collect();
        let reason = if receipt.commands_only && !case.asks_commands_only() {
            let is_component = receipt.capabilities.contains(&Capability::Component);
            if is_component { "a component exports neither core functions nor a memory" } else { "runs commands only" }.to_owned()
        } else if let Some(reason) = case.entry_path.and_then(|path| path.is_missed(&receipt.capabilities)) {
            reason.to_owned()
        } else if lacks.is_empty() {
            continue;
        } else {
            format!("lacks {}", lacks.join(", "))
        };
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, who)) => who.push(id.to_string()),
            None => reasons.push((reason, vec![id.to_string()])),
        }
    }
    reasons
}
