//! Case by case and runtime by runtime: what happened, in a word, and each runtime's own words below.
//!
//! The [`Matrix`](crate::Matrix) counts cells; here each is seen. Cells that read what another runtime wrote are a grid for each case, writers by readers.

mod counts;
mod notes;
mod page;
mod seen;

use std::collections::HashMap;

use wasmatrix_adapter::Capability;

use self::{
    counts::Counts,
    notes::Notes,
    seen::{Word, seen},
};
use crate::{Availability, Cell, Header, Machine};

/// A run as tables, those of a suite together.
#[derive(Debug)]
pub struct Tables {
    made: Made,
    suites: Vec<Suite>,
}

/// Where the run is from.
#[derive(Debug)]
struct Made {
    tool_version: String,
    started: String,
    machine: Machine,
}

#[derive(Debug)]
struct Suite {
    name: String,
    /// The cases that have no writer.
    cases: Option<Table>,
    /// The others, by the case's name without its writer.
    grids: Vec<(String, Table, Counts)>,
}

/// Rows of words. Only runtimes that have a cell in it are columns.
#[derive(Debug)]
struct Table {
    columns: Vec<Column>,
    rows: Vec<Row>,
    notes: Notes,
}

#[derive(Debug)]
struct Column {
    /// `wazero@1.6.0+compiler`
    id: String,
    /// `1.6.0`, or that it is unavailable.
    version: String,
}

#[derive(Debug)]
struct Row {
    /// A case, or a writer.
    name: String,
    /// One for each column; `None` where the run has no such cell.
    entries: Vec<Option<Entry>>,
}

#[derive(Debug)]
struct Entry {
    word: Word,
    /// The number of its note, from 1.
    note: Option<usize>,
    is_red: bool,
}

impl Tables {
    /// The tables of these cells of a run. Suites and runtimes stand in the header's order, cases in the order in which the first cell of each ended.
    /// `tidy` is given all that a runtime or a worker said, before what was said alike becomes one note; folders that no other cell has can be taken
    /// out there.
    pub fn of<'c>(header: &Header, cells: impl IntoIterator<Item = &'c Cell>, tidy: &dyn Fn(&str) -> String) -> Self {
        let mut by_suite: Vec<(&str, Vec<&Cell>)> = header.suites.iter().map(|suite| (suite.suite.as_str(), Vec::new())).collect();
        for cell in cells {
            match by_suite.iter_mut().find(|(suite, _)| *suite == cell.suite) {
                Some((_, cells)) => cells.push(cell),
                None => by_suite.push((&cell.suite, vec![cell])),
            }
        }
        by_suite.retain(|(_, cells)| !cells.is_empty());
        let suites = by_suite.into_iter().map(|(name, cells)| suite(name, header, &cells, tidy)).collect();
        let Header { tool_version, started, machine, .. } = header;
        Self { made: Made { tool_version: tool_version.clone(), started: started.clone(), machine: machine.clone() }, suites }
    }
}

fn suite(name: &str, header: &Header, cells: &[&Cell], tidy: &dyn Fn(&str) -> String) -> Suite {
    let (without, with): (Vec<&Cell>, Vec<&Cell>) = cells.iter().partition(|cell| cell.from.is_none());
    let names = in_order(without.iter().map(|cell| cell.case.as_str()));
    let cases = (!without.is_empty()).then(|| table(header, &names, &without, |cell| &cell.case, tidy));
    let grid = |case: &str| {
        let cells: Vec<&Cell> = with.iter().copied().filter(|cell| name_without_writer(cell) == case).collect();
        // As many rows as columns, and in their order.
        let mut writers = in_order(cells.iter().filter_map(|cell| cell.from.as_deref()));
        writers.sort_by_key(|writer| header.runtimes.iter().position(|runtime| runtime.id == *writer));
        let table = table(header, &writers, &cells, |cell| cell.from.as_deref().unwrap_or_default(), tidy);
        let counts = Counts::of(&table);
        (case.to_owned(), table, counts)
    };
    let grids = in_order(with.iter().map(|cell| name_without_writer(cell))).into_iter().map(grid).collect();
    Suite { name: name.to_owned(), cases, grids }
}

/// `NAME` of `NAME.from-WRITER`.
pub fn name_without_writer(cell: &Cell) -> &str {
    let name = cell.from.as_ref().and_then(|from| cell.case.strip_suffix(from.as_str())?.strip_suffix(".from-"));
    name.unwrap_or(&cell.case)
}

/// Each name once, where it comes first.
fn in_order<'n>(names: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let mut seen = std::collections::HashSet::new();
    names.into_iter().filter(|name| seen.insert(*name)).collect()
}

fn table(header: &Header, names: &[&str], cells: &[&Cell], row_of: impl Fn(&Cell) -> &str, tidy: &dyn Fn(&str) -> String) -> Table {
    let known = header.runtimes.iter().map(|runtime| runtime.id.as_str());
    let asked: Vec<&str> = in_order(cells.iter().map(|cell| cell.runtime.as_str()));
    let ids = in_order(known.filter(|id| asked.contains(id)).chain(asked.iter().copied()));
    let cells: HashMap<(&str, &str), &Cell> = cells.iter().map(|cell| ((row_of(cell), cell.runtime.as_str()), *cell)).collect();
    let mut notes = Notes::default();
    let rows = names.iter().map(|name| {
        let entries = ids.iter().map(|id| {
            let cell = cells.get(&(*name, *id))?;
            let (word, note) = seen(cell, persists(header, id), tidy);
            Some(Entry { word, note: note.map(|note| notes.number_of(note)), is_red: cell.outcome.is_red() })
        });
        Row { name: (*name).to_owned(), entries: entries.collect() }
    });
    let rows = rows.collect();
    let columns = ids.iter().map(|id| Column { id: (*id).to_owned(), version: version(header, id) }).collect();
    Table { columns, rows, notes }
}

fn availability<'h>(header: &'h Header, id: &str) -> Option<&'h Availability> {
    header.runtimes.iter().find(|runtime| runtime.id == id).map(|runtime| &runtime.availability)
}

fn persists(header: &Header, id: &str) -> bool {
    match availability(header, id) {
        Some(Availability::Available(receipt)) => receipt.capabilities.contains(&Capability::PersistentCache),
        Some(Availability::Unavailable(_)) | None => false,
    }
}

fn version(header: &Header, id: &str) -> String {
    match availability(header, id) {
        Some(Availability::Available(receipt)) => receipt.version.clone(),
        Some(Availability::Unavailable(_)) => "unavailable".to_owned(),
        None => String::new(),
    }
}
