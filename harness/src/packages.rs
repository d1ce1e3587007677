//! Cases whose modules come from packages: each file is had once, each module looked at once, for all the runtimes that are asked.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    fetch::{FetchError, PackageFile},
    needs::Looked,
    suite::{Absent, Case},
};

/// What is had of packages, and what is not.
#[derive(Debug, Default)]
pub struct Packages {
    files: BTreeMap<PackageFile, Result<Arc<[u8]>, FetchError>>,
    /// By suite and name.
    cases: BTreeMap<(String, String), Arc<Case>>,
    looked: Looked,
}

impl Packages {
    /// A case with all its modules, where `get` has them. Where it does not, the case says why; a file that could not be had once is not
    /// asked for again.
    pub fn complete(&mut self, case: &Arc<Case>, get: &mut dyn FnMut(&PackageFile) -> Result<Vec<u8>, FetchError>) -> Arc<Case> {
        if case.absent.is_none() {
            return Arc::clone(case);
        }
        let name = (case.suite.clone(), case.name.clone());
        if let Some(known) = self.cases.get(&name) {
            return Arc::clone(known);
        }
        let completed = match self.modules(case, get) {
            Ok(modules) => case.completed(&modules, &mut self.looked).map_err(|reason| Absent { reason, is_contradiction: true }),
            Err(error) => Err(Absent { reason: error.to_string(), is_contradiction: error.is_contradiction() }),
        };
        let case = Arc::new(completed.unwrap_or_else(|absent| Case { absent: Some(absent), ..case.as_ref().clone() }));
        self.cases.insert(name, Arc::clone(&case));
        case
    }

    fn modules(
        &mut self,
        case: &Case,
        get: &mut dyn FnMut(&PackageFile) -> Result<Vec<u8>, FetchError>,
    ) -> Result<BTreeMap<String, Arc<[u8]>>, FetchError> {
        let mut modules = BTreeMap::new();
        for (name, file) in &case.packages {
            let had = self.files.entry(file.clone()).or_insert_with(|| get(file).map(Arc::from));
            modules.insert(name.clone(), had.clone()?);
        }
        Ok(modules)
    }
}
