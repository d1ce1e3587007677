//! The command form of a case: its module with a `_start` that calls the exports in the steps' order and prints what each returned, so that a
//! runtime which can only run commands is asked the same. Expectations, steps and their numbers stay what they are: what is printed is read
//! back into one observation for each step.
//!
//! A step that does not return is the last that a command does, so no other step may be expected to end so. A guest that writes to its own
//! standard output writes into the answers, and is no case for this form.

mod anatomy;
mod printed;
mod start;

use std::{collections::BTreeMap, sync::OnceLock};

use wasmatrix_adapter::{Value, ValueType};

use self::{
    anatomy::Anatomy,
    start::{Asked, Question},
};
pub(crate) use printed::observed;

use crate::{
    needs::Looked,
    suite::{Argument, Case, Form, Module, Step, StepOp, Way},
};

/// What is added to a case's name; a written name has no dot.
pub(crate) const SUFFIX: &str = ".command";

/// The command form of a case. `Err` says why it has none.
pub(crate) fn command_form(case: &Case, looked: &mut Looked) -> Result<Case, String> {
    let (Some(main), 1) = (case.modules.get("main"), case.modules.len() + case.packages.len()) else {
        return Err("a command is one module, `main`".to_owned());
    };
    let anatomy = Anatomy::of(&main.wasm).map_err(|error| error.to_string())?;
    let questions: Vec<Question<'_>> =
        (0..).zip(&case.steps).map(|(index, step)| question(index, step, &anatomy, main)).collect::<Result<_, _>>()?;
    if let Some((number, step)) = (1..case.steps.len()).zip(&case.steps).find(|(_, step)| may_end_the_guest(step)) {
        return Err(format!("step {number} (`{step}`) may end the guest, and a command can be asked nothing after that"));
    }
    let wasm = start::with_start(&main.wasm, &anatomy, &questions)?;
    let seen = looked.at(&wasm).map_err(|error| format!("the command that the harness makes of it is invalid: {error}"))?;
    let mut needs = case.needs.clone();
    needs.extend(seen.needs);
    let module = Module { wasm: wasm.into(), imports_wasi: true, starts_threads: false, scratch: None, pages: None };
    Ok(Case {
        suite: case.suite.clone(),
        name: format!("{}{SUFFIX}", case.name),
        why: case.why.clone(),
        stands_on: case.stands_on.clone(),
        level: case.level,
        covers: case.covers.clone(),
        needs,
        modules: BTreeMap::from([("main".to_owned(), module)]),
        packages: BTreeMap::new(),
        absent: None,
        deadline: case.deadline,
        entry_path: case.entry_path,
        world: case.world.clone(),
        steps: case.steps.clone(),
        form: Form::Command,
        files: case.files.clone(),
        asks: OnceLock::new(),
        artifact_from_peers: false,
        from: None,
        measures: Vec::new(),
        script: None,
    })
}

/// What a step asks, in terms of the module.
fn question<'c>(index: usize, step: &'c Step, anatomy: &'c Anatomy, main: &Module) -> Result<Question<'c>, String> {
    let number = index + 1;
    Ok(match &step.op {
        StepOp::Invoke { instance, export, args } if instance == "main" => {
            let function = anatomy.functions.get(export.as_str());
            let function = function.ok_or_else(|| format!("step {number}: the module has no function `{export}` to export"))?;
            if let Some(other) = function.results.iter().find(|it| printed_digits(**it).is_none()) {
                return Err(format!("step {number}: `{export}` returns a {other}, and a command prints numbers"));
            }
            let mut values = Vec::new();
            let mut strings = Vec::new();
            let mut at = main.scratch.unwrap_or(0);
            for argument in args {
                match argument {
                    Argument::Value(value @ (Value::I32(_) | Value::I64(_) | Value::F32(_) | Value::F64(_))) => values.push(*value),
                    Argument::Value(value) => return Err(format!("step {number}: a command makes no {}", value.value_type())),
                    Argument::Text(text) => {
                        // Suite files are far below 4 GiB.
                        let length = text.len() as u32;
                        strings.push((at, text.as_bytes()));
                        values.extend([Value::I32(at), Value::I32(length)]);
                        at = at.saturating_add(length);
                    }
                }
            }
            if values.len() != function.params {
                return Err(format!("step {number}: `{export}` takes {} values, not {}", function.params, values.len()));
            }
            Asked::Call { function: function.index, strings, args: values, results: &function.results }.named(number, export)
        }
        StepOp::MemoryRead { instance, export, at, length } if instance == "main" && export == "memory" => {
            let range = u32::try_from(*at).ok().zip(u32::try_from(*length).ok());
            let (at, length) = range.ok_or_else(|| format!("step {number}: it reads past 4 GiB"))?;
            Asked::Read { at, length }.named(number, export)
        }
        StepOp::MemoryWrite { instance, export, at, bytes } if instance == "main" && export == "memory" => {
            let at = u32::try_from(*at).map_err(|_| format!("step {number}: it writes past 4 GiB"))?;
            Asked::Write { at, bytes: &bytes.0 }.named(number, export)
        }
        _ => {
            let what = "it is neither an `invoke` nor a `memory_read` or `memory_write` of `memory`";
            return Err(format!("step {number} (`{step}`): {what}"));
        }
    })
}

/// Whether a step is expected, among other things, to do something else than return.
fn may_end_the_guest(step: &Step) -> bool {
    step.expectation.ways.iter().any(|way| !matches!(way, Way::Returns(_)))
}

/// How many hexadecimal digits a value of this type is printed in.
fn printed_digits(value: ValueType) -> Option<u8> {
    match value {
        ValueType::I32 | ValueType::F32 => Some(8),
        ValueType::I64 | ValueType::F64 => Some(16),
        ValueType::V128 | ValueType::Funcref | ValueType::Externref | ValueType::Anyref | ValueType::Exnref => None,
    }
}
