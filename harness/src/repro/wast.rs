//! A case without WASI as a script, its expectations as assertions.

use std::{collections::BTreeSet, fmt::Write as _};

use wasmatrix_adapter::{AnyReference, Exhaustible, Reference, TrapCode, Value};
use wasmatrix_reports::Level;

use crate::suite::{AnyPattern, Argument, Case, FloatPattern, LanePattern, Made, Pattern, ReferencePattern, Step, StepOp, Way};

/// A case as a script. `Err` says what of it no script can say.
pub(super) fn script(case: &Case) -> Result<String, String> {
    let mut script = Script { case, open: BTreeSet::new(), text: format!(";; {}/{}: {}\n", case.suite, case.name, in_a_line(&case.why)) };
    for (number, step) in (1..).zip(&case.steps) {
        let _ = writeln!(script.text, "\n;; step {number}: {}", in_a_line(&step.to_string()));
        script.step(step).map_err(|why| format!("step {number} (`{step}`) {why}"))?;
    }
    Ok(script.text)
}

fn in_a_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

struct Script<'c> {
    case: &'c Case,
    open: BTreeSet<String>,
    text: String,
}

impl Script<'_> {
    fn step(&mut self, step: &Step) -> Result<(), String> {
        let ways = &step.expectation.ways;
        let judged = self.case.level != Level::ImplementationDefined;
        match &step.op {
            StepOp::Compile { module, .. } | StepOp::Instantiate { module, .. } if matches!(ways[..], [Way::Rejected]) => {
                let module = self.binary(module, "")?;
                let _ = writeln!(self.text, "(assert_invalid\n{module}  \"\")");
            }
            StepOp::Compile { .. } => return Err("compiles a module and does not instantiate it".to_owned()),
            StepOp::Instantiate { made, .. } if *made != Made::default() => return Err("says which engine is meant".to_owned()),
            StepOp::Instantiate { instance, module, imports, made: _ } => {
                for (name, from) in imports {
                    self.open(from)?;
                    let _ = writeln!(self.text, "(register {name:?} ${from})");
                }
                let form = match ways[..] {
                    [] => None,
                    [Way::Traps(code)] => Some(("assert_trap", message(code))),
                    [Way::Unlinkable] => Some(("assert_unlinkable", "")),
                    _ => return Err("may end in a way that a script cannot say".to_owned()),
                };
                match form {
                    None => {
                        let module = self.binary(module, instance)?;
                        self.text.push_str(&module);
                        self.open.insert(instance.clone());
                    }
                    Some((form, message)) => {
                        let module = self.binary(module, "")?;
                        let _ = writeln!(self.text, "({form}\n{module}  {message:?})");
                    }
                }
            }
            StepOp::Invoke { instance, export, args } => {
                self.open(instance)?;
                let args: Vec<String> = args.iter().map(argument).collect::<Result<_, _>>()?;
                let action =
                    format!("(invoke ${instance} {}{})", name(export), args.iter().map(|arg| format!(" {arg}")).collect::<String>());
                self.assertion(&action, ways, judged)?;
            }
            StepOp::GlobalGet { instance, export } => {
                self.open(instance)?;
                self.assertion(&format!("(get ${instance} {})", name(export)), ways, judged)?;
            }
            StepOp::GlobalSet { .. }
            | StepOp::MemorySize { .. }
            | StepOp::MemoryGrow { .. }
            | StepOp::MemoryRead { .. }
            | StepOp::MemoryWrite { .. }
            | StepOp::Environment { .. }
            | StepOp::Close { .. }
            | StepOp::Lifecycle(_) => return Err("is the host's, which a script has no words for".to_owned()),
            StepOp::Run { .. } | StepOp::Wagi { .. } | StepOp::WasiOutput { .. } => {
                return Err("needs WASI, which a script has not".to_owned());
            }
        }
        Ok(())
    }

    fn assertion(&mut self, action: &str, ways: &[Way], judged: bool) -> Result<(), String> {
        let line = match ways {
            [] if !judged || action.starts_with("(invoke") => action.to_owned(),
            [Way::Returns(patterns)] => {
                let results: Vec<String> = patterns.iter().map(result).collect::<Result<_, _>>()?;
                format!("(assert_return {action}{})", results.iter().map(|result| format!(" {result}")).collect::<String>())
            }
            [Way::Traps(code)] => format!("(assert_trap {action} {:?})", message(*code)),
            [Way::Exhausts(Exhaustible::Stack)] => format!("(assert_exhaustion {action} \"call stack exhausted\")"),
            [Way::Exception] => format!("(assert_exception {action})"),
            [] => return Err("reads and expects nothing".to_owned()),
            _ => return Err("may end in several ways, or in one that a script cannot say".to_owned()),
        };
        let _ = writeln!(self.text, "{line}");
        Ok(())
    }

    /// An instance is made on first use, of the module of its own name and without imports.
    fn open(&mut self, instance: &str) -> Result<(), String> {
        if self.open.insert(instance.to_owned()) {
            let module = self.binary(instance, instance)?;
            self.text.push_str(&module);
        }
        Ok(())
    }

    /// The very bytes that every runtime was given, eight times four in a line; the same as text is in `modules/`.
    fn binary(&self, module: &str, name: &str) -> Result<String, String> {
        let wasm = &self.case.modules.get(module).ok_or_else(|| format!("names the module `{module}`, which is not there"))?.wasm;
        let name = if name.is_empty() { String::new() } else { format!(" ${name}") };
        let mut text = format!("(module{name} binary ;; modules/{module}.wat\n");
        for line in wasm.chunks(32) {
            let bytes: String = line.iter().map(|byte| format!("\\{byte:02x}")).collect();
            let _ = writeln!(text, "  \"{bytes}\"");
        }
        text.push_str(")\n");
        Ok(text)
    }
}

/// A name of the text format: whatever is not plain is written as bytes.
fn name(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'"' | b'\\' | 0..32 | 127.. => format!("\\{byte:02x}"),
        plain => char::from(plain).to_string(),
    };
    format!("\"{}\"", text.bytes().map(byte).collect::<String>())
}

fn argument(argument: &Argument) -> Result<String, String> {
    Ok(match argument {
        Argument::Text(_) => return Err("takes a text, which the host has to write into the guest's memory".to_owned()),
        Argument::Value(value) => match *value {
            Value::I32(bits) => format!("(i32.const {})", bits.cast_signed()),
            Value::I64(bits) => format!("(i64.const {})", bits.cast_signed()),
            Value::F32(bits) => format!("(f32.const {})", f32_text(bits)),
            Value::F64(bits) => format!("(f64.const {})", f64_text(bits)),
            Value::V128(bits) => v128(bits),
            Value::Funcref(Reference::Null) => "(ref.null func)".to_owned(),
            Value::Externref(Reference::Null) => "(ref.null extern)".to_owned(),
            Value::Externref(Reference::Host(number)) => format!("(ref.extern {number})"),
            Value::Anyref(AnyReference::Null) => "(ref.null any)".to_owned(),
            Value::Anyref(AnyReference::Host(number)) => format!("(ref.host {number})"),
            Value::Exnref(Reference::Null) => "(ref.null exn)".to_owned(),
            Value::Funcref(_) | Value::Externref(_) | Value::Anyref(_) | Value::Exnref(_) => {
                return Err("takes a reference that a script cannot make".to_owned());
            }
        },
    })
}

fn result(pattern: &Pattern) -> Result<String, String> {
    Ok(match pattern {
        Pattern::I32(bits) => format!("(i32.const {})", bits.cast_signed()),
        Pattern::I64(bits) => format!("(i64.const {})", bits.cast_signed()),
        Pattern::F32(float) => format!("(f32.const {})", float_text(*float, f32_text)),
        Pattern::F64(float) => format!("(f64.const {})", float_text(*float, f64_text)),
        Pattern::V128(LanePattern::Bits(bits)) => v128(*bits),
        Pattern::V128(LanePattern::F32x4(lanes)) => {
            format!("(v128.const f32x4 {})", lanes.map(|lane| float_text(lane, f32_text)).join(" "))
        }
        Pattern::V128(LanePattern::F64x2(lanes)) => {
            format!("(v128.const f64x2 {})", lanes.map(|lane| float_text(lane, f64_text)).join(" "))
        }
        Pattern::Funcref(ReferencePattern::Null) => "(ref.null func)".to_owned(),
        Pattern::Funcref(ReferencePattern::Any) => "(ref.func)".to_owned(),
        Pattern::Externref(ReferencePattern::Null) => "(ref.null extern)".to_owned(),
        Pattern::Externref(ReferencePattern::Any) => "(ref.extern)".to_owned(),
        Pattern::Externref(ReferencePattern::Host(number)) => format!("(ref.extern {number})"),
        Pattern::Anyref(AnyPattern::Null) => "(ref.null any)".to_owned(),
        Pattern::Anyref(AnyPattern::Any) => "(ref.any)".to_owned(),
        Pattern::Anyref(AnyPattern::Eq) => "(ref.eq)".to_owned(),
        Pattern::Anyref(AnyPattern::I31) => "(ref.i31)".to_owned(),
        Pattern::Anyref(AnyPattern::Struct) => "(ref.struct)".to_owned(),
        Pattern::Anyref(AnyPattern::Array) => "(ref.array)".to_owned(),
        Pattern::Anyref(AnyPattern::Host(number)) => format!("(ref.host {number})"),
        Pattern::Exnref(ReferencePattern::Null) => "(ref.null exn)".to_owned(),
        Pattern::Null => "(ref.null)".to_owned(),
        Pattern::AnyOf(patterns) => {
            let each: Vec<String> = patterns.iter().map(result).collect::<Result<_, _>>()?;
            format!("(either {})", each.join(" "))
        }
        Pattern::Funcref(ReferencePattern::Host(_)) | Pattern::Exnref(_) | Pattern::Pages(_) | Pattern::Bytes(_) => {
            return Err("expects what a script has no words for".to_owned());
        }
    })
}

fn v128(bits: u128) -> String {
    format!("(v128.const i64x2 {:#018x} {:#018x})", bits as u64, (bits >> 64) as u64)
}

fn float_text<B>(float: FloatPattern<B>, text: fn(B) -> String) -> String {
    match float {
        FloatPattern::Bits(bits) => text(bits),
        FloatPattern::CanonicalNan => "nan:canonical".to_owned(),
        FloatPattern::ArithmeticNan => "nan:arithmetic".to_owned(),
    }
}

/// The shortest decimal that is read back as these bits, or a NaN with its payload.
fn f32_text(bits: u32) -> String {
    let float = f32::from_bits(bits);
    let sign = if float.is_sign_negative() { "-" } else { "" };
    if float.is_nan() { format!("{sign}nan:{:#x}", bits & 0x007f_ffff) } else { format!("{float}") }
}

fn f64_text(bits: u64) -> String {
    let float = f64::from_bits(bits);
    let sign = if float.is_sign_negative() { "-" } else { "" };
    if float.is_nan() { format!("{sign}nan:{:#x}", bits & 0x000f_ffff_ffff_ffff) } else { format!("{float}") }
}

/// The message that the specification's own scripts have for a trap; runners compare beginnings or parts of it.
fn message(code: TrapCode) -> &'static str {
    match code {
        TrapCode::Unreachable => "unreachable",
        TrapCode::MemoryOutOfBounds => "out of bounds memory access",
        // An access or an indirect call: the scripts have a message for each.
        TrapCode::TableOutOfBounds => "",
        TrapCode::UninitializedElement => "uninitialized element",
        TrapCode::IndirectCallTypeMismatch => "indirect call type mismatch",
        TrapCode::IntegerDivideByZero => "integer divide by zero",
        TrapCode::IntegerOverflow => "integer overflow",
        TrapCode::InvalidConversionToInteger => "invalid conversion to integer",
        // It names the sort of the reference.
        TrapCode::NullReference => "null",
        TrapCode::CastFailure => "cast failure",
        TrapCode::ArrayOutOfBounds => "out of bounds array access",
        TrapCode::UnalignedAtomic => "unaligned atomic",
        TrapCode::ExpectedSharedMemory => "expected shared memory",
    }
}
