//! Runtimes made ready one by one, when somebody first asks: for test front-ends, which know their cells before they know which will run.

use std::{
    collections::BTreeMap,
    sync::{Mutex, OnceLock, PoisonError},
};

use wasmatrix_reports::Availability;

use crate::{
    build::{self, BuildError, BuildNews, BuiltLine},
    catalog::Catalog,
    fetch::{FetchNews, PackageFile, fetch},
    id::RuntimeId,
    packages::Packages,
    plan::PlannedCell,
    prepare::{Prepared, introduce},
    worker::{Stop, WorkerCommand},
};

/// Builds and introduces on demand. Lines are built one at a time, since each build uses the whole machine.
#[derive(Debug)]
pub struct Workshop {
    runtimes: BTreeMap<RuntimeId, OnceLock<Prepared>>,
    packages: Mutex<Packages>,
    lines: Mutex<BTreeMap<String, Result<BuiltLine, BuildError>>>,
}

impl Workshop {
    /// A workshop for these runtimes; nothing is built yet.
    pub fn new(ids: &[RuntimeId]) -> Self {
        Self { runtimes: ids.iter().map(|id| (id.clone(), OnceLock::new())).collect(), packages: Mutex::default(), lines: Mutex::default() }
    }

    /// A runtime, made ready by the first who asks.
    pub fn prepared(&self, catalog: &Catalog, id: &RuntimeId) -> Option<&Prepared> {
        let slot = self.runtimes.get(id)?;
        Some(slot.get_or_init(|| match self.built(catalog, id) {
            Ok(built) => introduce(id, &built, &Stop::default()),
            Err(error) => Prepared {
                id: id.clone(),
                availability: Availability::Unavailable(error.to_string()),
                command: WorkerCommand { program: std::path::PathBuf::new(), arguments: Vec::new() },
                resolved: Vec::new(),
            },
        }))
    }

    /// The same cell with the modules of its packages, which the first who asks fetches. One at a time: a tool that cannot reach its registry
    /// is to find that out once.
    pub fn complete(&self, cell: &PlannedCell) -> PlannedCell {
        let mut packages = self.packages.lock().unwrap_or_else(PoisonError::into_inner);
        let mut get = |file: &PackageFile| fetch(file, &Stop::default(), &mut |news| tell_of_package(file, &news));
        PlannedCell { case: packages.complete(&cell.case, &mut get), ..cell.clone() }
    }

    fn built(&self, catalog: &Catalog, id: &RuntimeId) -> Result<BuiltLine, BuildError> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let line_id = id.line_id();
        let build = || match catalog.line(id) {
            Some((runtime, line)) => build::worker(&catalog.root, runtime, line, &Stop::default(), &mut |news| tell(&line_id, &news)),
            None => Err(BuildError::Surroundings(format!("there is no line {line_id}"))),
        };
        lines.entry(line_id.clone()).or_insert_with(build).clone()
    }
}

fn tell(line: &str, news: &BuildNews) {
    match news {
        BuildNews::Started { log } => eprintln!("building {line}, log: {}", log.display()),
        BuildNews::Finished { elapsed } => eprintln!("built {line} in {:.0} s", elapsed.as_secs_f64()),
        BuildNews::Progress { .. } => {}
    }
}

fn tell_of_package(file: &PackageFile, news: &FetchNews) {
    match news {
        FetchNews::Started => eprintln!("fetching {file}"),
        FetchNews::Finished { elapsed } => eprintln!("fetched {file} in {:.0} s", elapsed.as_secs_f64()),
        FetchNews::Progress { .. } => {}
    }
}
