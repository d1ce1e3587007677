//! What of a case is measured: its own steps, whose answers it judges, and what stands before them.

use serde::Deserialize;
use wasmatrix_reports::{Level, Phase};

use super::{
    convert::CaseError,
    file::{ArgumentFile, CaseFile},
    model::{Step, StepOp, Way},
    step,
};
use crate::yaml::{At, Place};

/// One thing that is measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// What of the case.
    pub phase: Phase,
    /// The step that is measured, from 0; the first one where it is what stands before the steps.
    pub step: usize,
    /// In words, `invoke run (i32 16)`; one thing of a case is told from another by phase and words.
    pub does: String,
}

/// As it is written: a phase, or a call among several.
#[derive(Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(untagged))]
pub(crate) enum MeasureFile {
    Phase(Phase),
    Call(CallFile),
}

#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct CallFile {
    pub(crate) invoke: Option<At<String>>,
    pub(crate) first_call: Option<At<String>>,
    pub(crate) args: Option<At<Vec<At<ArgumentFile>>>>,
}

/// By hand, because an `untagged` enum would lose the place and the name of what is wrong inside.
impl<'de> Deserialize<'de> for MeasureFile {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = MeasureFile;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a phase, or { invoke: EXPORT, args: […] }")
            }

            fn visit_str<E: serde::de::Error>(self, phase: &str) -> Result<Self::Value, E> {
                Phase::deserialize(serde::de::value::StrDeserializer::new(phase)).map(MeasureFile::Phase)
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                CallFile::deserialize(serde::de::value::MapAccessDeserializer::new(map)).map(MeasureFile::Call)
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

/// What a case measures. Everything that cannot be is refused here, so that nothing is measured which no expectation holds.
pub(super) fn measures(file: &CaseFile, steps: &[Step]) -> Result<Vec<Measure>, CaseError> {
    let Some(written) = &file.measure else { return Ok(Vec::new()) };
    if written.value.is_empty() {
        return Err((written.place, "`measure` names at least one phase".to_owned()));
    }
    if file.level == Level::ImplementationDefined {
        return Err((
            written.place,
            "nobody judges an implementation-defined case, and what is not known to be right is not measured".to_owned(),
        ));
    }
    if let Some(step) = steps.iter().find(|step| !is_plain(step)) {
        return Err((
            written.place,
            format!("a case with the step `{step}` is not measured: its steps are more than calls, commands and what these need"),
        ));
    }
    let mut measures: Vec<Measure> = Vec::new();
    for one in &written.value {
        let measure = match &one.value {
            MeasureFile::Phase(phase) => of_phase(*phase, one.place, steps)?,
            MeasureFile::Call(call) => of_call(call, one.place, steps)?,
        };
        if measures.contains(&measure) {
            return Err((one.place, format!("`{}` of `{}` is measured twice; remove one", measure.phase, measure.does)));
        }
        measures.push(measure);
    }
    Ok(measures)
}

/// Whether a step leaves the case with one engine, and its process with nothing that a second time would find.
fn is_plain(step: &Step) -> bool {
    match &step.op {
        StepOp::Compile { engine: None, .. } => true,
        StepOp::Instantiate { made, .. } => made.engine.is_none() && made.compiled.is_none() && made.name.is_none(),
        StepOp::Run { canary, made, .. } => !canary && made.engine.is_none() && made.compiled.is_none(),
        StepOp::Compile { .. }
        | StepOp::Wagi { .. }
        | StepOp::WasiOutput { .. }
        | StepOp::Environment { .. }
        | StepOp::Close { .. }
        | StepOp::Lifecycle(_) => false,
        StepOp::Invoke { .. }
        | StepOp::GlobalGet { .. }
        | StepOp::GlobalSet { .. }
        | StepOp::MemorySize { .. }
        | StepOp::MemoryGrow { .. }
        | StepOp::MemoryRead { .. }
        | StepOp::MemoryWrite { .. } => true,
    }
}

fn of_phase(phase: Phase, place: Place, steps: &[Step]) -> Result<Measure, CaseError> {
    match phase {
        Phase::Compile | Phase::Serialize | Phase::Deserialize | Phase::CacheHit | Phase::Instantiate => {
            let module = the_module(steps).map_err(|why| (place, format!("`{phase}` is measured of one module, and {why}")))?;
            if phase == Phase::Instantiate && steps.iter().all(|step| matches!(step.op, StepOp::Run { .. } | StepOp::Compile { .. })) {
                return Err((
                    place,
                    "`instantiate` is measured where a step uses an instance, and a command's is its own; say `command`".to_owned(),
                ));
            }
            let verb = if phase == Phase::CacheHit { "compile".to_owned() } else { phase.to_string() };
            Ok(Measure { phase, step: 0, does: format!("{verb} {module}") })
        }
        Phase::FirstCall | Phase::Invoke => {
            let mut calls = (0..).zip(steps).filter(|(_, step)| matches!(step.op, StepOp::Invoke { .. }));
            match (calls.next(), calls.next()) {
                (Some((number, step)), None) => returning(phase, number, step, place),
                (None, _) => Err((place, format!("`{phase}` measures a call, and no step is an `invoke`"))),
                (Some(_), Some(_)) => {
                    Err((place, format!("several steps are calls: say which, {{ {phase}: EXPORT, args: […] }} as in one of the steps")))
                }
            }
        }
        Phase::Command => {
            let mut runs = (0..).zip(steps).filter(|(_, step)| matches!(step.op, StepOp::Run { .. }));
            match (runs.next(), runs.next()) {
                (Some((number, step)), None) => Ok(Measure { phase, step: number, does: step.to_string() }),
                _ => Err((place, "`command` measures the one step that is a `run`".to_owned())),
            }
        }
    }
}

fn of_call(call: &CallFile, place: Place, steps: &[Step]) -> Result<Measure, CaseError> {
    let (phase, export) = match (&call.invoke, &call.first_call) {
        (Some(export), None) => (Phase::Invoke, export),
        (None, Some(export)) => (Phase::FirstCall, export),
        _ => return Err((place, "say either `invoke` or `first-call`".to_owned())),
    };
    let wanted = step::arguments(call.args.as_ref())?;
    let is_meant =
        |step: &Step| matches!(&step.op, StepOp::Invoke { export: other, args, .. } if *other == export.value && *args == wanted);
    let found = (0..).zip(steps).find(|(_, step)| is_meant(step));
    let (number, step) = found.ok_or_else(|| {
        let message = format!("no step calls `{}` with these arguments; only what a step asks and judges is measured", export.value);
        (export.place, message)
    })?;
    returning(phase, number, step, export.place)
}

/// A call that returns, as its step expects.
fn returning(phase: Phase, number: usize, step: &Step, place: Place) -> Result<Measure, CaseError> {
    if step.expectation.or_refused || step.expectation.ways.iter().any(|way| !matches!(way, Way::Returns(_))) {
        return Err((place, format!("the step `{step}` may end otherwise than by returning, and only calls that return are measured")));
    }
    Ok(Measure { phase, step: number, does: step.to_string() })
}

/// The one module of the steps.
fn the_module(steps: &[Step]) -> Result<&str, String> {
    let mut modules: Vec<&str> = Vec::new();
    for step in steps {
        let module = match &step.op {
            StepOp::Compile { module, .. }
            | StepOp::Instantiate { module, .. }
            | StepOp::Run { module, .. }
            | StepOp::Wagi { module, .. } => module,
            StepOp::Invoke { instance, .. }
            | StepOp::GlobalGet { instance, .. }
            | StepOp::GlobalSet { instance, .. }
            | StepOp::MemorySize { instance, .. }
            | StepOp::MemoryGrow { instance, .. }
            | StepOp::MemoryRead { instance, .. }
            | StepOp::MemoryWrite { instance, .. }
            | StepOp::WasiOutput { instance }
            | StepOp::Close { instance }
            | StepOp::Environment { of: instance, .. } => steps.iter().find_map(|step| made_of(step, instance)).unwrap_or(instance),
            StepOp::Lifecycle(_) => continue,
        };
        if !modules.contains(&module) {
            modules.push(module);
        }
    }
    match modules[..] {
        [one] => Ok(one),
        _ => Err(format!("the steps use {}", if modules.is_empty() { "none".to_owned() } else { modules.join(", ") })),
    }
}

/// The module that an instance is made of, where this step makes it.
fn made_of<'s>(step: &'s Step, wanted: &str) -> Option<&'s str> {
    match &step.op {
        StepOp::Instantiate { instance, module, .. } if instance == wanted => Some(module),
        _ => None,
    }
}
