//! A step in words: `invoke div (i32 7, i32 0)`.

use std::fmt;

use super::{
    lifecycle::Made,
    model::{Argument, Step, StepOp},
};

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |instance: &str| if instance == "main" { String::new() } else { format!("{instance}.") };
        match &self.op {
            StepOp::Compile { module, compiled, engine } => {
                write!(f, "compile {module}")?;
                if compiled != module {
                    write!(f, " as {compiled}")?;
                }
                engine.as_ref().map_or(Ok(()), |engine| write!(f, " in {engine}"))
            }
            StepOp::Instantiate { instance, module, made, .. } if *made != Made::default() => {
                write!(f, "instantiate {instance} from {}", made.compiled.as_ref().unwrap_or(module))?;
                made.engine.as_ref().map_or(Ok(()), |engine| write!(f, " in {engine}"))?;
                made.name.as_ref().map_or(Ok(()), |name| write!(f, " named {name}"))
            }
            StepOp::Instantiate { instance, module, .. } if instance == module => write!(f, "instantiate {instance}"),
            StepOp::Instantiate { instance, module, .. } => write!(f, "instantiate {instance} from {module}"),
            StepOp::Invoke { instance, export, args } => {
                let args: Vec<String> = args.iter().map(ToString::to_string).collect();
                write!(f, "invoke {}{export} ({})", of(instance), args.join(", "))
            }
            StepOp::GlobalGet { instance, export } => write!(f, "read global {}{export}", of(instance)),
            StepOp::GlobalSet { instance, export, value } => write!(f, "set global {}{export} to {value}", of(instance)),
            StepOp::MemorySize { instance, export } => write!(f, "size of {}{export}", of(instance)),
            StepOp::MemoryGrow { instance, export, pages } => write!(f, "grow {}{export} by {pages}", of(instance)),
            StepOp::MemoryRead { instance, export, at, length } => write!(f, "read {length} bytes of {}{export} at {at}", of(instance)),
            StepOp::MemoryWrite { instance, export, at, bytes } => {
                write!(f, "write {} bytes to {}{export} at {at}", bytes.0.len(), of(instance))
            }
            StepOp::Run { module, canary: true, .. } => write!(f, "run {module} with a canary"),
            StepOp::Run { module, made, by_runner: true, .. } => {
                write!(f, "run {} by the runner", made.compiled.as_ref().unwrap_or(module))
            }
            StepOp::Run { module, made, .. } => write!(f, "run {}", made.compiled.as_ref().unwrap_or(module)),
            StepOp::Wagi { module, made, request } => {
                write!(f, "wagi {}: {}", made.compiled.as_ref().unwrap_or(module), request.in_words())
            }
            StepOp::Environment { instance, of: guest } => write!(f, "open the environment of {guest} as {instance}"),
            StepOp::WasiOutput { instance } => write!(f, "output of {instance}"),
            StepOp::Close { instance } => write!(f, "close {instance}"),
            StepOp::Lifecycle(lifecycle) => lifecycle.fmt(f),
        }
    }
}

impl fmt::Display for Argument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(value) => value.fmt(f),
            Self::Text(text) => write!(f, "{text:?}"),
        }
    }
}
