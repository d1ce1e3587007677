//! All that can be run: suites and runtimes, read once.

use std::path::PathBuf;

use crate::{
    id::RuntimeId,
    root::Root,
    runtime::{Line, Runtime, RuntimeError, load_runtimes},
    spec,
    suite::{Suite, SuiteErrors, load_modules, load_suites},
};

/// Suites and runtimes.
#[derive(Debug)]
pub struct Catalog {
    /// Where they were found.
    pub root: Root,
    /// The suites, in the order of their files.
    pub suites: Vec<Suite>,
    /// The runtimes, in the order of their names.
    pub runtimes: Vec<Runtime>,
}

/// Why there is no catalog.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// Suites are wrong.
    #[error(transparent)]
    Suites(#[from] SuiteErrors),
    /// A runtime's folder is wrong.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
}

impl Catalog {
    /// Reads the runtimes of the root, and its suites and those of the specification or, where paths are given, those instead.
    ///
    /// # Errors
    /// Whatever is wrong with any of them; then nothing may run.
    pub fn read(root: Root, paths: &[PathBuf]) -> Result<Self, CatalogError> {
        let bundled = [root.suites()];
        let mut suites = load_suites(if paths.is_empty() { &bundled } else { paths })?;
        if paths.is_empty() {
            suites.extend(spec::suites());
        }
        let runtimes = load_runtimes(&root.runtimes())?;
        Ok(Self { root, suites, runtimes })
    }

    /// Reads the runtimes of the root and takes the suites of the specification alone.
    ///
    /// # Errors
    /// Whatever is wrong with any of the runtimes.
    pub fn of_the_specification(root: Root) -> Result<Self, CatalogError> {
        let runtimes = load_runtimes(&root.runtimes())?;
        Ok(Self { root, suites: spec::suites(), runtimes })
    }

    /// Reads the runtimes of the root and takes modules without expectations as the one suite.
    ///
    /// # Errors
    /// Whatever is wrong with any of the modules or runtimes.
    pub fn of_modules(root: Root, paths: &[PathBuf]) -> Result<Self, CatalogError> {
        let suites = vec![load_modules(paths)?];
        let runtimes = load_runtimes(&root.runtimes())?;
        Ok(Self { root, suites, runtimes })
    }

    /// Reads the runtimes alone, for what needs no suite.
    ///
    /// # Errors
    /// Whatever is wrong with any of them.
    pub fn of_runtimes(root: Root) -> Result<Self, CatalogError> {
        let runtimes = load_runtimes(&root.runtimes())?;
        Ok(Self { root, suites: Vec::new(), runtimes })
    }

    /// A runtime with the line of an identity.
    pub fn line(&self, id: &RuntimeId) -> Option<(&Runtime, &Line)> {
        let runtime = self.runtimes.iter().find(|runtime| runtime.name == id.runtime)?;
        Some((runtime, runtime.lines.iter().find(|line| line.line == id.line)?))
    }
}
