//! The arguments that say which cells are meant; several commands share them.

use std::path::PathBuf;

use clap::Args;

use crate::{
    catalog::{Catalog, CatalogError},
    plan::Selection,
    root::Root,
};

#[derive(Debug, Clone, Args)]
pub(super) struct SelectArguments {
    /// A suite file or folder to take instead of the bundled suites, or part of a cell's name (runtime/suite/case)
    #[arg(value_name = "PATH|TEXT")]
    pub(super) what: Vec<String>,

    /// A runtime: wasmtime, wasmtime@48, wasmtime+winch, wasmtime@47.0.1, wasmtime@path:DIR, wasmtime@git:URL#REV, wasmtime@all, or
    /// NAME=runtime.yaml; repeatable [default: all default ones]
    #[arg(long, value_name = "RUNTIME", value_delimiter = ',')]
    pub(super) runtime: Vec<String>,

    /// Have versions on demand resolved as they were for another run: the folder `lockfiles` of that run
    #[arg(long, value_name = "DIR")]
    resolved: Option<PathBuf>,

    /// A glob for suites, core/* say; repeatable
    #[arg(long, value_name = "GLOB")]
    pub(super) suite: Vec<String>,

    /// A glob for cases; repeatable
    #[arg(long, value_name = "GLOB")]
    pub(super) case: Vec<String>,
}

impl SelectArguments {
    /// Those of the positional arguments that exist as paths.
    pub(super) fn paths(&self) -> Vec<PathBuf> {
        self.what.iter().map(PathBuf::from).filter(|path| path.exists()).collect()
    }

    pub(super) fn selection(&self) -> Selection {
        Selection {
            substrings: self.what.iter().filter(|text| !PathBuf::from(text).exists()).cloned().collect(),
            runtimes: self.runtime.clone(),
            suites: self.suite.clone(),
            cases: self.case.clone(),
            // Whoever gives the files of suites has named them.
            unnamed_too: !self.paths().is_empty(),
        }
    }

    /// Whether nothing is left out: every bundled suite, every default runtime.
    pub(super) fn is_everything(&self) -> bool {
        self.what.is_empty() && self.runtime.is_empty() && self.suite.is_empty() && self.case.is_empty()
    }

    /// The modules named, as a suite without expectations.
    pub(super) fn modules(&self, root: Root) -> Result<Catalog, CatalogError> {
        Ok(Catalog::of_modules(root, &self.paths())?.naming(&self.runtime)?.resolved_as_in(self.resolved.as_deref()))
    }

    /// Says that nothing is selected. A path that was misspelt is taken for a part of a name, so that is said too.
    pub(super) fn nothing(&self) -> String {
        let texts: Vec<String> = self.selection().substrings.iter().map(|text| format!("`{text}`")).collect();
        let texts = if texts.is_empty() { String::new() } else { format!(" ({} is no file or folder here)", texts.join(", ")) };
        format!("nothing is selected{texts}; `wasmatrix list` shows all there is")
    }

    pub(super) fn catalog(&self, root: Root) -> Result<Catalog, CatalogError> {
        // No suite of a file can be called so, and to read and check them all takes longer than many a script.
        let wants_the_specification = !self.suite.is_empty() && self.suite.iter().all(|glob| glob.starts_with("spec:"));
        let paths = self.paths();
        let catalog =
            if wants_the_specification && paths.is_empty() { Catalog::of_the_specification(root)? } else { Catalog::read(root, &paths)? };
        Ok(catalog.naming(&self.runtime)?.resolved_as_in(self.resolved.as_deref()))
    }
}
