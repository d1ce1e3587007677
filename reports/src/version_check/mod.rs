//! A check by version held against what modules were seen to do: as they are, as components, and with a canary.
//!
//! The check is somebody else's, and so is what a module is; here is only what a run showed of it, and what follows for the check.

mod page;
mod row;

use std::collections::BTreeMap;

pub(crate) use row::Judgement;
pub(crate) use row::Row;

use crate::{Availability, Cell, Header};
use wasmatrix_adapter::Capability;

/// What a check by version says of a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionCheck {
    /// What stands for the module's bytes: equal for equal ones.
    pub module: String,
    /// What the check says.
    pub says: String,
    /// What an older one says.
    pub older_says: String,
    /// Whether the module is refused.
    pub refuses: bool,
    /// Whether an adapter asks the module for memory, in place of growing it.
    pub asks_module: bool,
}

/// Each module of a run with the check's word and its behaviour.
#[derive(Debug)]
pub struct VersionChecks {
    /// When the run was.
    started: String,
    /// Suites, with their modules in the order of their names.
    suites: Vec<(String, Vec<Row>)>,
}

impl VersionChecks {
    /// Of the cells of a run whose case is a module's; `check` says which and what is said of it.
    pub fn of<'c>(header: &Header, cells: impl IntoIterator<Item = &'c Cell>, check: &dyn Fn(&Cell) -> Option<VersionCheck>) -> Self {
        let makes_components = |runtime: &str| {
            let receipt = header.runtimes.iter().find(|receipt| receipt.id == runtime).map(|receipt| &receipt.availability);
            matches!(receipt, Some(Availability::Available(receipt)) if receipt.capabilities.contains(&Capability::Component))
        };
        let mut suites: BTreeMap<&str, BTreeMap<String, Row>> = BTreeMap::new();
        for cell in cells {
            let Some(check) = check(cell) else { continue };
            let rows = suites.entry(&cell.suite).or_default();
            let row = rows.entry(check.module.clone()).or_insert_with(|| Row::of(check));
            row.see(cell, makes_components(&cell.runtime));
        }
        let sorted = suites.into_iter().map(|(suite, rows)| {
            let mut rows: Vec<Row> = rows.into_values().collect();
            rows.sort_by_key(Row::name);
            (suite.to_owned(), rows)
        });
        Self { started: header.started.clone(), suites: sorted.collect() }
    }

    /// Whether there is nothing to hold the check against.
    pub fn is_empty(&self) -> bool {
        self.suites.is_empty()
    }

    /// Every row.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &Row> {
        self.suites.iter().flat_map(|(_, rows)| rows)
    }
}
