//! Which directives of a script a runtime can be asked, and by which requests. A function of the script and of what the runtime claims.

use std::{collections::BTreeSet, ops::Range};

use wasmatrix_adapter::{Capability, ImportFrom, Op, Wasm};

use super::{Action, Directive, Expected, Exporter, Script, writes::writes_into_imports};
use crate::needs::unmet;

/// What a runtime says of itself, as far as a script needs it.
#[derive(Debug, Clone, Copy)]
pub struct Claims<'c> {
    /// What it claims to run.
    pub capabilities: &'c BTreeSet<Capability>,
    /// What of that it can be opened without.
    pub switchable: &'c BTreeSet<Capability>,
}

/// A script as it is asked of one runtime.
#[derive(Debug)]
pub struct Asked {
    /// Every request in order.
    pub requests: Vec<Op>,
    /// How many of the first requests open what the directives need.
    pub openings: usize,
    /// What becomes of each directive.
    pub directives: Vec<Ask>,
}

/// What becomes of a directive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// The runtime is asked by these of the requests.
    Requests(Range<usize>),
    /// The runtime cannot be asked.
    Unsupported(String),
    /// It is no runtime's question.
    NotAsked,
    /// There is nothing to do.
    Nothing,
}

const ENGINE: &str = "engine";
const STORE: &str = "store";
const SPECTEST: &str = "spectest";

/// What a runtime is asked. With `features`, the engine is opened with those alone, as far as it can be.
pub fn ask(script: &Script, features: Option<&BTreeSet<Capability>>, claims: Claims<'_>) -> Asked {
    let effective: BTreeSet<Capability> = claims
        .capabilities
        .iter()
        .copied()
        .filter(|capability| !claims.switchable.contains(capability) || features.is_none_or(|features| features.contains(capability)))
        .collect();
    let mut requests = vec![
        Op::NewEngine { engine: ENGINE.to_owned(), features: features.cloned(), cache: None, purpose: None },
        Op::NewStore { store: STORE.to_owned(), engine: ENGINE.to_owned(), wasi: None },
    ];
    if script.directives.iter().any(imports_spectest) {
        requests.push(Op::Spectest { instance: SPECTEST.to_owned(), store: STORE.to_owned() });
    }
    let openings = requests.len();
    let mut asking = Asking { script, features, effective, makers: vec![None; script.instances], links: Vec::new(), requests };
    let directives = script.directives.iter().map(|directive| asking.directive(directive)).collect();
    Asked { requests: asking.requests, openings, directives }
}

fn imports_spectest(directive: &Directive) -> bool {
    matches!(&directive.action, Action::Instantiate { imports, .. } if imports.iter().any(|(_, from)| *from == Exporter::Spectest))
}

struct Asking<'s> {
    script: &'s Script,
    features: Option<&'s BTreeSet<Capability>>,
    /// What is on in the engine.
    effective: BTreeSet<Capability>,
    /// What became of the directive that makes each instance: the reason, where it could not be asked.
    makers: Vec<Option<Result<(), String>>>,
    /// Instances of which one imports from the other.
    links: Vec<(usize, usize)>,
    requests: Vec<Op>,
}

impl Asking<'_> {
    fn directive(&mut self, directive: &Directive) -> Ask {
        let from = self.requests.len();
        match self.requests_for(directive) {
            Ok(true) => Ask::Requests(from..self.requests.len()),
            Ok(false) => Ask::Nothing,
            Err(ask) => ask,
        }
    }

    fn requests_for(&mut self, directive: &Directive) -> Result<bool, Ask> {
        match &directive.action {
            Action::Nothing => return Ok(false),
            Action::NotAsked => return Err(Ask::NotAsked),
            Action::Undriven(reason) => return Err(Ask::Unsupported(reason.clone())),
            Action::Compile { module } => {
                self.can_be_asked(*module, &directive.expected)?;
                self.compile(*module);
            }
            Action::Instantiate { module, instance, imports, is_compiled } => {
                let can = self.can_be_asked(*module, &directive.expected);
                if let Some(maker) = instance.and_then(|instance| self.makers.get_mut(instance)) {
                    *maker = Some(match &can {
                        Err(Ask::Unsupported(reason)) => Err(reason.clone()),
                        _ => Ok(()),
                    });
                }
                let exporters = imports.iter().filter_map(|(_, from)| match from {
                    Exporter::Instance(instance) => Some(*instance),
                    Exporter::Spectest => None,
                });
                match &can {
                    Err(Ask::Unsupported(reason)) => {
                        let is_written = self.script.modules.get(*module).is_some_and(|module| writes_into_imports(&module.wasm.0));
                        exporters.filter(|_| is_written).for_each(|exporter| self.is_unwritten(exporter, reason));
                    }
                    _ => self.links.extend(exporters.filter_map(|exporter| Some(((*instance)?, exporter)))),
                }
                can?;
                if !is_compiled {
                    self.compile(*module);
                }
                let imports = imports
                    .iter()
                    .map(|(name, from)| {
                        let instance = match from {
                            Exporter::Spectest => SPECTEST.to_owned(),
                            Exporter::Instance(instance) => instance_handle(Some(*instance)),
                        };
                        ImportFrom { module: name.clone(), instance }
                    })
                    .collect();
                self.requests.push(Op::Instantiate {
                    instance: instance_handle(*instance),
                    store: STORE.to_owned(),
                    module: module_handle(*module),
                    imports,
                    name: None,
                });
            }
            Action::Invoke { instance, export, args } => {
                let instance = self.instance(*instance)?;
                self.requests.push(Op::Invoke { instance, export: export.clone(), args: args.clone() });
            }
            Action::Get { instance, export } => {
                let instance = self.instance(*instance)?;
                self.requests.push(Op::GlobalGet { instance, export: export.clone() });
            }
        }
        Ok(true)
    }

    fn compile(&mut self, module: usize) {
        let Some(found) = self.script.modules.get(module) else { return };
        self.requests.push(Op::Compile {
            module: module_handle(module),
            engine: ENGINE.to_owned(),
            wasm: Wasm::Base64(found.wasm.clone()),
        });
    }

    /// What an instance that could not be made would have written into another one is not there, nor in whatever shares with that one: what is
    /// asked of them from now on would be another question.
    fn is_unwritten(&mut self, exporter: usize, reason: &str) {
        let mut reached = BTreeSet::from([exporter]);
        loop {
            let is_new = |(one, other): &&(usize, usize)| reached.contains(one) != reached.contains(other);
            let Some(&(one, other)) = self.links.iter().find(is_new) else { break };
            reached.extend([one, other]);
        }
        for instance in reached {
            if let Some(maker) = self.makers.get_mut(instance).filter(|maker| !matches!(maker, Some(Err(_)))) {
                *maker = Some(Err(format!("{reason}, in a module that would have written here")));
            }
        }
    }

    fn instance(&self, instance: usize) -> Result<String, Ask> {
        match self.makers.get(instance) {
            Some(Some(Err(reason))) => Err(Ask::Unsupported(reason.clone())),
            Some(_) => Ok(instance_handle(Some(instance))),
            None => Err(Ask::Unsupported("the script makes no such instance".to_owned())),
        }
    }

    /// A module that is to be refused and is valid in this engine: with a proposal that is newer than the script and cannot be switched off,
    /// or for a reason that our validator does not see.
    fn stays_on(&self, valid_with: &BTreeSet<Capability>) -> String {
        let newer = |capability: &&Capability| self.features.is_some_and(|features| !features.contains(capability));
        let with: Vec<String> = valid_with.iter().filter(newer).map(Capability::to_string).collect();
        if with.is_empty() {
            "our own validator accepts the module, so it cannot say for which engine it is invalid".to_owned()
        } else {
            format!("valid with {}, which cannot be switched off here", with.join(", "))
        }
    }

    /// Whether asking about a module means something.
    fn can_be_asked(&self, module: usize, expected: &Expected) -> Result<(), Ask> {
        let Some(module) = self.script.modules.get(module) else {
            return Err(Ask::Unsupported("the script has no such module".to_owned()));
        };
        if let Some(missing) = unmet(&module.needs, &self.effective) {
            return Err(Ask::Unsupported(format!("needs {missing}")));
        }
        match (expected, &module.valid_with) {
            (Expected::Rejected, Some(valid_with)) if valid_with.is_subset(&self.effective) => {
                Err(Ask::Unsupported(self.stays_on(valid_with)))
            }
            _ => Ok(()),
        }
    }
}

fn module_handle(module: usize) -> String {
    format!("m{module}")
}

/// Instances that nothing refers to share one name: the next takes the place of the last.
fn instance_handle(instance: Option<usize>) -> String {
    instance.map_or_else(|| "unnamed".to_owned(), |instance| format!("i{instance}"))
}
