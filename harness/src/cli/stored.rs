//! A run as people name it, and as it is stored.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::bail;
use wasmatrix_reports::{Cell, Header, Record, each_record};

use super::output;
use crate::root::Root;

/// A run as it is stored, without its footer.
pub(super) struct Stored {
    pub(super) header: Header,
    pub(super) cells: Vec<Cell>,
}

/// Where a run is stored: its folder, its run.jsonl, or `latest` for the newest below the root's `target/wasmatrix/runs`. Only `latest` asks for the root.
pub(super) fn path_of(named: &str, root: impl FnOnce() -> anyhow::Result<Root>) -> anyhow::Result<PathBuf> {
    let named_path = Path::new(named);
    if named_path.is_dir() {
        return Ok(named_path.join("run.jsonl"));
    }
    if named != "latest" || named_path.is_file() {
        return Ok(named_path.to_owned());
    }
    let runs = root()?.target().join("wasmatrix").join("runs");
    let kept = fs::read_dir(&runs).into_iter().flatten().flatten().map(|folder| folder.path().join("run.jsonl"));
    // By the time of writing, since two runs of one second have names in no order.
    let newest = kept.filter_map(|path| Some((path.metadata().ok()?.modified().ok()?, path))).max();
    match newest {
        Some((_, path)) => Ok(path),
        None => bail!("no run is stored below {}; `wasmatrix run` stores one, or name one stored elsewhere", runs.display()),
    }
}

/// Reads it.
pub(super) fn stored(path: &Path) -> anyhow::Result<Stored> {
    let mut header = None;
    let mut cells = Vec::new();
    let mut complete = false;
    each_record(path, |record| match record {
        Record::Header(one) => header = Some(one),
        Record::Cell(cell) => cells.push(cell),
        Record::Measured(_) => {}
        Record::Footer(footer) => complete = footer.complete,
    })?;
    let Some(header) = header else { bail!("{} has no header, so nobody knows what was run", path.display()) };
    if !complete {
        output::remark("the run is not complete; the cells that it has are taken");
    }
    Ok(Stored { header, cells })
}
