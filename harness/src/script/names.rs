//! What the names of a script mean where a directive stands. All of them are resolved before anything runs: a script names modules, instances
//! and registered instances in its text alone.

use std::collections::{BTreeMap, BTreeSet};

use wasmatrix_adapter::Capability;
use wast::token::Id;

use super::model::Exporter;

/// A number of the script's, or why there is none: what comes of a module that cannot be driven cannot be driven either.
pub(super) type Known = Result<usize, String>;

/// Where the imports of a module lead to.
pub(super) struct Linked {
    /// By the names that the imports are written against.
    pub(super) imports: Vec<(String, Exporter)>,
    /// What the modules of those instances need.
    pub(super) needs: BTreeSet<Capability>,
}

/// The names so far.
pub(super) struct Names<'a> {
    modules: BTreeMap<&'a str, Known>,
    latest_module: Option<Known>,
    instances: BTreeMap<&'a str, Known>,
    current: Option<Known>,
    registered: BTreeMap<&'a str, Result<Exporter, String>>,
    /// What the modules of each instance need, its own and those that it imports from.
    needs: Vec<BTreeSet<Capability>>,
}

impl<'a> Names<'a> {
    pub(super) fn new() -> Self {
        Self {
            modules: BTreeMap::new(),
            latest_module: None,
            instances: BTreeMap::new(),
            current: None,
            registered: BTreeMap::from([("spectest", Ok(Exporter::Spectest))]),
            needs: Vec::new(),
        }
    }

    /// How many instances there are.
    pub(super) fn instances(&self) -> usize {
        self.needs.len()
    }

    /// A new instance, numbered.
    pub(super) fn add_instance(&mut self, needs: BTreeSet<Capability>) -> usize {
        self.needs.push(needs);
        self.needs.len() - 1
    }

    /// From here on this is the module of this name, and the latest one.
    pub(super) fn name_module(&mut self, name: Option<Id<'a>>, module: Known) {
        if let Some(id) = name {
            self.modules.insert(id.name(), module.clone());
        }
        self.latest_module = Some(module);
    }

    /// From here on this is the instance of this name, and the current one.
    pub(super) fn name_instance(&mut self, name: Option<Id<'a>>, instance: Known) {
        if let Some(id) = name {
            self.instances.insert(id.name(), instance.clone());
        }
        self.current = Some(instance);
    }

    /// From here on imports from this name are answered by this instance.
    pub(super) fn register(&mut self, name: &'a str, instance: Known) {
        self.registered.insert(name, instance.map(Exporter::Instance));
    }

    /// The module of this name, or the latest one.
    pub(super) fn module(&self, name: Option<Id<'_>>) -> Known {
        match name {
            Some(id) => self.modules.get(id.name()).cloned().unwrap_or_else(|| Err(format!("there is no module `${}`", id.name()))),
            None => self.latest_module.clone().unwrap_or_else(|| Err("there is no module yet".to_owned())),
        }
    }

    /// The instance of this name, or the current one.
    pub(super) fn instance(&self, name: Option<Id<'_>>) -> Known {
        match name {
            Some(id) => self.instances.get(id.name()).cloned().unwrap_or_else(|| Err(format!("there is no instance `${}`", id.name()))),
            None => self.current.clone().unwrap_or_else(|| Err("there is no instance yet".to_owned())),
        }
    }

    /// Whose exports answer the imports from these modules, and what those need. A name that nobody has registered is left out: that the
    /// module cannot be linked then is for the runtime to find.
    pub(super) fn imports(&self, modules: &BTreeSet<String>) -> Result<Linked, String> {
        let mut linked = Linked { imports: Vec::new(), needs: BTreeSet::new() };
        for module in modules {
            let Some(exporter) = self.registered.get(module.as_str()) else { continue };
            let exporter = exporter.clone().map_err(|reason| format!("it imports from `{module}`: {reason}"))?;
            if let Exporter::Instance(number) = exporter {
                linked.needs.extend(&self.needs[number]);
            }
            linked.imports.push((module.clone(), exporter));
        }
        Ok(linked)
    }
}
