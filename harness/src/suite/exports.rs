//! Whether what the steps ask of a module is among its exports: a name mistyped in a suite is no finding about a runtime.

use std::collections::BTreeMap;

use super::{
    lifecycle::{Act, Lifecycle},
    model::{Step, StepOp},
};
use crate::{needs::ExportSort, yaml::did_you_mean};

/// The exports of one module.
pub(super) type Exports = BTreeMap<String, ExportSort>;

/// Holds each step against the module of its instance, where `exports` has that. `Err` holds which step is wrong, counted from 0, and what is.
pub(super) fn check(steps: &[Step], exports: &BTreeMap<String, Exports>) -> Result<(), (usize, String)> {
    let mut made_of: BTreeMap<&str, &str> = BTreeMap::new();
    for (number, step) in steps.iter().enumerate() {
        match &step.op {
            StepOp::Instantiate { instance, module, .. } => {
                made_of.insert(instance, module);
            }
            // Whether there is such a memory is the question.
            StepOp::Environment { instance, .. } => {
                made_of.insert(instance, "");
            }
            StepOp::Lifecycle(Lifecycle::Act(Act::Restart { .. })) => made_of.clear(),
            StepOp::Lifecycle(Lifecycle::Parallel { steps, .. }) => check(steps, exports).map_err(|(_, message)| (number, message))?,
            _ => {}
        }
        let Some((operation, of, export, sort)) = asked(&step.op) else { continue };
        let module = if matches!(operation, "run" | "wagi") { of } else { made_of.get(of).copied().unwrap_or(of) };
        let Some(exports) = exports.get(module) else { continue };
        check_one(module, exports, operation, export, sort).map_err(|message| (number, message))?;
    }
    Ok(())
}

/// The operation, the instance (of a command: the module), the export and its sort.
fn asked(op: &StepOp) -> Option<(&'static str, &str, &str, ExportSort)> {
    Some(match op {
        StepOp::Invoke { instance, export, .. } => ("invoke", instance, export, ExportSort::Function),
        StepOp::GlobalGet { instance, export } => ("global_get", instance, export, ExportSort::Global),
        StepOp::GlobalSet { instance, export, .. } => ("global_set", instance, export, ExportSort::Global),
        StepOp::MemorySize { instance, export } => ("memory_size", instance, export, ExportSort::Memory),
        StepOp::MemoryGrow { instance, export, .. } => ("memory_grow", instance, export, ExportSort::Memory),
        StepOp::MemoryRead { instance, export, .. } => ("memory_read", instance, export, ExportSort::Memory),
        StepOp::MemoryWrite { instance, export, .. } => ("memory_write", instance, export, ExportSort::Memory),
        StepOp::Run { module, .. } => ("run", module, "_start", ExportSort::Function),
        StepOp::Wagi { module, .. } => ("wagi", module, "_start", ExportSort::Function),
        StepOp::Compile { .. }
        | StepOp::Instantiate { .. }
        | StepOp::Environment { .. }
        | StepOp::WasiOutput { .. }
        | StepOp::Close { .. }
        | StepOp::Lifecycle(_) => {
            return None;
        }
    })
}

fn check_one(module: &str, exports: &Exports, operation: &str, export: &str, sort: ExportSort) -> Result<(), String> {
    match exports.get(export) {
        Some(found) if *found == sort => Ok(()),
        Some(found) => Err(format!("`{export}` of module `{module}` is a {found}, and `{operation}` takes a {sort}")),
        None => {
            let of_this_sort: Vec<&str> = exports.iter().filter(|(_, found)| **found == sort).map(|(name, _)| name.as_str()).collect();
            let hint = did_you_mean(export, of_this_sort.iter().copied()).unwrap_or_else(|| match &of_this_sort[..] {
                [] => "; it exports none".to_owned(),
                names => format!("; it exports {}", names.join(", ")),
            });
            Err(format!("module `{module}` exports no {sort} `{export}`, which `{operation}` needs{hint}"))
        }
    }
}
