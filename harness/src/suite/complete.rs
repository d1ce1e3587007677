//! What can be said of a case when its modules are here: for most when the suite is read, for those of packages once they were fetched.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use wasmatrix_adapter::Capability;
use wasmatrix_reports::CacheUse;
use wasmparser::Parser;

use super::{
    exports::{self, Exports},
    lifecycle::{Lifecycle, Within},
    model::{Argument, Case, Module, Step, StepOp, Way},
};
use crate::needs::Looked;

impl Case {
    /// The same case with the modules of its packages, by their names.
    ///
    /// # Errors
    /// Where one of them is not what the case needs it to be.
    pub(crate) fn completed(&self, fetched: &BTreeMap<String, Arc<[u8]>>, looked: &mut Looked) -> Result<Self, String> {
        let mut case = Self { absent: None, ..self.clone() };
        let mut exports = BTreeMap::new();
        for (name, wasm) in fetched {
            let LookedAt { module, exports: has } = look_at(name, Arc::clone(wasm), &case.steps, &mut case.needs, looked)?;
            exports.extend(has.map(|has| (name.clone(), has)));
            case.modules.insert(name.clone(), module);
        }
        let at_step = |(step, message): (usize, String)| format!("step {}: {message}", step + 1);
        exports::check(&case.steps, &exports).map_err(at_step)?;
        hold(&case.steps, &case.modules, &mut case.needs).map_err(at_step)?;
        Ok(case)
    }
}

/// A module that was looked at.
pub(super) struct LookedAt {
    pub(super) module: Module,
    /// `None`: it is invalid, and that is what the case asks about.
    pub(super) exports: Option<Exports>,
}

/// Looks at a module, and adds what it needs.
pub(super) fn look_at(
    name: &str,
    wasm: Arc<[u8]>,
    steps: &[Step],
    needs: &mut BTreeSet<Capability>,
    looked: &mut Looked,
) -> Result<LookedAt, String> {
    let expects_rejection = steps
        .iter()
        .any(|step| matches!(&step.op, StepOp::Compile { module, .. } if module == name) && step.expectation.ways.contains(&Way::Rejected));
    match looked.at(&wasm) {
        Ok(seen) => {
            needs.extend(seen.needs);
            let module = Module {
                wasm,
                imports_wasi: seen.imports_wasi,
                starts_threads: seen.starts_threads,
                scratch: seen.scratch,
                pages: seen.pages,
            };
            Ok(LookedAt { module, exports: Some(seen.exports) })
        }
        Err(_) if expects_rejection => {
            Ok(LookedAt { module: Module { wasm, imports_wasi: false, starts_threads: false, scratch: None, pages: None }, exports: None })
        }
        Err(_) if Parser::is_component(&wasm) => Err(format!(
            "module `{name}` is a component, and cases are about core modules; `wasmatrix inspect` says which modules are in it, and \
             `{{ compile: NAME, fails: rejected }}` asks whether it is refused"
        )),
        Err(error) => {
            let hint = "if that is the question, ask it with `{ compile: NAME, fails: rejected }`";
            Err(format!("module `{name}` is invalid with every feature on: {error}; {hint}"))
        }
    }
}

/// Holds steps against those of their modules that are here, and adds what the steps themselves need. `Err` holds which step is wrong, counted
/// from 0, and what is.
pub(super) fn hold(steps: &[Step], modules: &BTreeMap<String, Module>, needs: &mut BTreeSet<Capability>) -> Result<(), (usize, String)> {
    for (number, step) in steps.iter().enumerate() {
        match &step.op {
            StepOp::Invoke { instance, args, .. } => {
                let has_text = args.iter().any(|argument| matches!(argument, Argument::Text(_)));
                if has_text && modules.get(made_of(instance, steps)).is_some_and(|module| module.scratch.is_none()) {
                    let how = "export `memory` and an immutable i32 global `scratch` with a constant value";
                    return Err((number, format!("a `string` argument needs a module with a scratch area: {how}")));
                }
            }
            StepOp::Run { module, .. } | StepOp::Wagi { module, .. } if modules.contains_key(module) => {
                let has_canary = matches!(step.op, StepOp::Run { canary: true, .. });
                if has_canary && modules.get(module).is_some_and(|module| module.pages.is_none()) {
                    let how =
                        "a canary stands behind the memory that a module has of its own, with pages of 64 KiB, and exports as `memory`";
                    return Err((number, format!("module `{module}` has no such memory: {how}")));
                }
                let is_another = needs.contains(&Capability::WasiUnstable) || needs.contains(&Capability::Wasix);
                needs.extend((!is_another).then_some(Capability::WasiPreview1));
            }
            StepOp::Lifecycle(Lifecycle::Parallel { steps, .. }) => {
                hold(steps, modules, needs).map_err(|(_, message)| (number, message))?;
            }
            _ => {}
        }
        needs.extend(of_lifecycle(step));
    }
    Ok(())
}

/// What of the lifecycle a step needs.
fn of_lifecycle(step: &Step) -> Vec<Capability> {
    let mut needs = match &step.op {
        StepOp::Lifecycle(Lifecycle::OpenCache { dir: Some(_), .. }) => vec![Capability::CacheDirectory],
        StepOp::Lifecycle(Lifecycle::OpenCache { dir: None, .. }) => vec![Capability::CacheInMemory],
        StepOp::Lifecycle(Lifecycle::SharedMemory { .. }) => vec![Capability::SharedMemory],
        StepOp::Lifecycle(Lifecycle::Serialize { .. } | Lifecycle::Deserialize { .. }) => vec![Capability::Artifacts],
        StepOp::Lifecycle(Lifecycle::Parallel { within: Within::Threads, .. }) => vec![Capability::Parallel],
        StepOp::Run { by_runner: true, .. } => vec![Capability::CommandRunner],
        StepOp::Environment { .. } => vec![Capability::EnvironmentMemory],
        StepOp::Instantiate { made, .. } if made.name.is_some() => vec![Capability::NamedInstances],
        _ => Vec::new(),
    };
    // A runtime whose cache keeps nothing for later can neither hit nor miss there.
    let is_used = step.expectation.cached.as_ref().is_some_and(|cached| !cached.contains(&CacheUse::Unused));
    needs.extend(is_used.then_some(Capability::PersistentCache));
    needs
}

/// The module that an instance is made of.
fn made_of<'s>(instance: &'s str, steps: &'s [Step]) -> &'s str {
    let named = steps.iter().find_map(|step| match &step.op {
        StepOp::Instantiate { instance: made, module, .. } if made == instance => Some(module.as_str()),
        _ => None,
    });
    named.unwrap_or(instance)
}
