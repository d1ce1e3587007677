//! `wasmatrix bless`

use std::{fmt::Write as _, fs, io, path::Path, sync::Arc};

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use similar::TextDiff;
use wasmatrix_reports::{Availability, Cell, Header, Receipt};

use super::{
    exit::Code,
    ground, output,
    stored::{Stored, path_of, stored},
};
use crate::{
    catalog::Catalog,
    date::Date,
    id::RuntimeId,
    known::{Allowed, CellAgain, ToBless, bless, new_file},
    root::Root,
    runtime::Runtime,
    suite::Case,
};

#[derive(Debug, Args)]
pub(super) struct BlessArguments {
    /// The run: its folder, its run.jsonl, or `latest` for the newest below target/wasmatrix/runs
    #[arg(value_name = "RUN", default_value = "latest")]
    run: String,

    /// Enter also what crashed, hung, broke the protocol or went over a limit; repeatable
    #[arg(long, value_enum, value_name = "ENDING", value_delimiter = ',')]
    allow: Vec<Ending>,

    /// Print the edit as a diff, and write nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Ending {
    /// The worker died
    Crash,
    /// The worker did not answer in time
    Hang,
    /// The adapter broke the protocol, or its own claims
    Broken,
    /// The worker went over a limit that is ours
    Overlimit,
}

pub(super) fn known(root: Root, arguments: &BlessArguments) -> anyhow::Result<Code> {
    let catalog = Catalog::read(root, &[])?;
    let path = path_of(&arguments.run, || Ok(catalog.root.clone()))?;
    let run = stored(&path)?;
    output::remark(&format!("the run {}, of {}", path.display(), run.header.started));
    changed_suites(&catalog, &run.header);
    let all: Vec<String> = catalog.runtimes.iter().flat_map(Runtime::ids).map(|id| id.to_string()).collect();
    let gone = run.cells.iter().filter(|cell| !all.contains(&cell.runtime)).count();
    if gone > 0 {
        output::remark(&format!("{gone} cells are of runtimes that are no longer here, and are left as they are"));
    }
    let every_case: Vec<Arc<Case>> = catalog.cases().collect();
    let cases: Vec<String> = ground::cases(&catalog).into_iter().map(|case| case.name).collect();
    let mut left = Vec::new();
    let mut text = String::new();
    for runtime in &catalog.runtimes {
        let cells = cells(&every_case, runtime, &run);
        if cells.is_empty() {
            continue;
        }
        let file = runtime.folder.join("known.yaml");
        let name = format!("runtimes/{}/known.yaml", runtime.name);
        let (old, is_new) = match fs::read_to_string(&file) {
            Ok(old) => (old, false),
            Err(error) if error.kind() == io::ErrorKind::NotFound => (new_file(&runtime.name), true),
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", file.display())),
        };
        let blessing = bless(ToBless {
            variants: &ground::variants(runtime),
            lines: &ground::lines(&catalog, runtime),
            cases: &cases,
            cells: &cells,
            text: &old,
            today: Date::today(),
            allowed: &allowed(&arguments.allow),
        })
        .with_context(|| name.clone())?;
        left.extend(blessing.left.iter().map(|why| format!("{name}: {why}")));
        if blessing.text == old {
            continue;
        }
        if arguments.dry_run {
            let (from, old) = if is_new { ("/dev/null", "") } else { (name.as_str(), old.as_str()) };
            text.push_str(&TextDiff::from_lines(old, &blessing.text).unified_diff().header(from, &name).to_string());
        } else {
            replace(&file, &blessing.text)?;
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{name}: {} cells are known by it now", blessing.blessed);
        }
    }
    let is_edited = !text.is_empty();
    output::print(&text)?;
    for one in &left {
        output::complain(one);
    }
    if is_edited && !arguments.dry_run {
        output::remark("write why it is red and how it was reproduced; `wasmatrix lint` lists what is left to write");
    } else if !is_edited && left.is_empty() {
        output::remark("there is nothing to enter and nothing to take out");
    }
    Ok(if left.is_empty() { Code::Clean } else { Code::Findings })
}

fn allowed(endings: &[Ending]) -> Allowed {
    let kind = |ending: &Ending| match ending {
        Ending::Crash => "crashed",
        Ending::Hang => "hung",
        Ending::Broken => "broken",
        Ending::Overlimit => "overlimit",
    };
    endings.iter().map(kind).collect()
}

/// Says which suites are no longer what was run.
fn changed_suites(catalog: &Catalog, header: &Header) {
    let is_other =
        |name: &str, sha256: &str| catalog.suites.iter().find(|suite| suite.name == name).is_some_and(|suite| suite.digest.hex() != sha256);
    let changed: Vec<&str> =
        header.suites.iter().filter(|suite| is_other(&suite.suite, &suite.sha256)).map(|suite| suite.suite.as_str()).collect();
    if !changed.is_empty() {
        output::remark(&format!("changed since this run: {}; run again to bless what they ask now", changed.join(", ")));
    }
}

/// A runtime's cells, with their scripts where the catalog still has them.
fn cells<'r>(cases: &'r [Arc<Case>], runtime: &Runtime, run: &'r Stored) -> Vec<CellAgain<'r>> {
    let ids = runtime.ids();
    let receipt = |name: &str| -> Option<&Receipt> {
        let runtime = run.header.runtimes.iter().find(|receipt| receipt.id == name)?;
        match &runtime.availability {
            Availability::Available(receipt) => Some(receipt),
            Availability::Unavailable(_) => None,
        }
    };
    let case = |cell: &Cell| cases.iter().find(|case| case.suite == cell.suite && case.name == cell.case).map(AsRef::as_ref);
    let again = |cell: &'r Cell| {
        let id: &RuntimeId = ids.iter().find(|id| id.to_string() == cell.runtime)?;
        Some(CellAgain::new(cell, id.clone(), &run.header.machine.os, receipt(&cell.runtime), case(cell)))
    };
    run.cells.iter().filter_map(again).collect()
}

/// Written beside it and renamed, so that nobody finds half a file.
fn replace(path: &Path, text: &str) -> anyhow::Result<()> {
    let half = path.with_extension(format!("{}.half", std::process::id()));
    fs::write(&half, text).and_then(|()| fs::rename(&half, path)).with_context(|| format!("cannot write {}", path.display()))
}
