//! All that can be run: suites and runtimes, read once.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    id::{Named, RuntimeId},
    plan::with_writers,
    root::Root,
    runtime::{Line, Runtime, RuntimeError, load_runtime, load_runtimes},
    spec,
    suite::{Case, Suite, SuiteErrors, load_modules, load_suites},
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

    /// Adds what is named and can become a line: an exact version, a checkout, a runtime's file (`NAME=FILE`). What cannot is left to
    /// [`crate::plan::select_runtimes`] to complain of.
    ///
    /// # Errors
    /// Whatever is wrong with a runtime's file that is named.
    pub fn naming<N: AsRef<str>>(mut self, names: impl IntoIterator<Item = N>) -> Result<Self, CatalogError> {
        for name in names {
            let named = Named::of(name.as_ref());
            if let Some(file) = named.file {
                let described = load_runtime(Path::new(file), named.runtime)?;
                // Named twice, or called as one of ours is: the file that somebody names is what they mean.
                self.runtimes.retain(|one| one.name != described.name);
                self.runtimes.push(described);
            }
            if let (Some(line), Some(runtime)) = (named.line, self.runtimes.iter_mut().find(|one| one.name == named.runtime)) {
                runtime.name_line(line);
            }
        }
        Ok(self)
    }

    /// Has lines that somebody named resolved as they were for another run, as far as the folder knows them: `FOLDER/wasmtime@47.0.1/Cargo.lock`.
    #[must_use]
    pub fn resolved_as_in(mut self, folder: Option<&Path>) -> Self {
        let Some(folder) = folder else { return self };
        for runtime in &mut self.runtimes {
            for line in &mut runtime.lines {
                let kept = folder.join(format!("{}@{}", runtime.name, line.line));
                line.resolved = kept.is_dir().then_some(kept);
            }
        }
        self
    }

    /// Every case, one that reads what a writer has left once for each runtime there is.
    pub fn cases(&self) -> impl Iterator<Item = Arc<Case>> + '_ {
        let writers: Vec<RuntimeId> = self.runtimes.iter().flat_map(Runtime::ids).collect();
        self.suites.iter().flat_map(|suite| &suite.cases).flat_map(move |case| with_writers(case, &writers))
    }

    /// The case of this name.
    pub fn case(&self, suite: &str, name: &str) -> Option<Arc<Case>> {
        self.cases().find(|case| case.suite == suite && case.name == name)
    }

    /// A runtime with the line of an identity.
    pub fn line(&self, id: &RuntimeId) -> Option<(&Runtime, &Line)> {
        let runtime = self.runtimes.iter().find(|runtime| runtime.name == id.runtime)?;
        Some((runtime, runtime.lines.iter().find(|line| line.line == id.line)?))
    }
}
