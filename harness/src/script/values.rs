//! The constants and result patterns of scripts, in the protocol's words. `Err` says why there is no word for one.

use wasmatrix_adapter::{AnyReference, Reference, Value};
use wast::{
    WastArg, WastRet,
    core::{AbstractHeapType, HeapType, NanPattern, V128Pattern, WastArgCore, WastRetCore},
    token::{F32, F64},
};

use crate::suite::{AnyPattern, FloatPattern, LanePattern, Pattern, ReferencePattern};

/// The arguments of an invocation.
pub(super) fn arguments(written: &[WastArg<'_>]) -> Result<Vec<Value>, String> {
    written
        .iter()
        .map(|argument| match argument {
            WastArg::Core(core) => value(core),
            other => Err(format!("there is no argument for the core module in `{other:?}`")),
        })
        .collect()
}

/// The results that are expected.
pub(super) fn results(written: &[WastRet<'_>]) -> Result<Vec<Pattern>, String> {
    written
        .iter()
        .map(|result| match result {
            WastRet::Core(core) => pattern(core),
            other => Err(format!("there is no result of a core module in `{other:?}`")),
        })
        .collect()
}

fn value(written: &WastArgCore<'_>) -> Result<Value, String> {
    Ok(match written {
        WastArgCore::I32(number) => Value::I32(number.cast_unsigned()),
        WastArgCore::I64(number) => Value::I64(number.cast_unsigned()),
        WastArgCore::F32(float) => Value::F32(float.bits),
        WastArgCore::F64(float) => Value::F64(float.bits),
        WastArgCore::V128(lanes) => Value::V128(u128::from_le_bytes(lanes.to_le_bytes())),
        WastArgCore::RefNull(heap) => match hierarchy(heap)? {
            Hierarchy::Func => Value::Funcref(Reference::Null),
            Hierarchy::Extern => Value::Externref(Reference::Null),
            Hierarchy::Any => Value::Anyref(AnyReference::Null),
            Hierarchy::Exn => Value::Exnref(Reference::Null),
        },
        WastArgCore::RefExtern(number) => Value::Externref(Reference::Host(*number)),
        WastArgCore::RefHost(number) => Value::Anyref(AnyReference::Host(*number)),
    })
}

fn pattern(written: &WastRetCore<'_>) -> Result<Pattern, String> {
    Ok(match written {
        WastRetCore::I32(number) => Pattern::I32(number.cast_unsigned()),
        WastRetCore::I64(number) => Pattern::I64(number.cast_unsigned()),
        WastRetCore::F32(float) => Pattern::F32(f32_pattern(float)),
        WastRetCore::F64(float) => Pattern::F64(f64_pattern(float)),
        WastRetCore::V128(lanes) => Pattern::V128(lane_pattern(lanes)),
        WastRetCore::RefNull(None) => Pattern::Null,
        WastRetCore::RefNull(Some(heap)) => match hierarchy(heap)? {
            Hierarchy::Func => Pattern::Funcref(ReferencePattern::Null),
            Hierarchy::Extern => Pattern::Externref(ReferencePattern::Null),
            Hierarchy::Any => Pattern::Anyref(AnyPattern::Null),
            Hierarchy::Exn => Pattern::Exnref(ReferencePattern::Null),
        },
        WastRetCore::RefExtern(None) => Pattern::Externref(ReferencePattern::Any),
        WastRetCore::RefExtern(Some(number)) => Pattern::Externref(ReferencePattern::Host(*number)),
        WastRetCore::RefHost(number) => Pattern::Anyref(AnyPattern::Host(*number)),
        WastRetCore::RefFunc(None) => Pattern::Funcref(ReferencePattern::Any),
        WastRetCore::RefFunc(Some(_)) => return Err("which function a reference refers to cannot be seen from outside".to_owned()),
        WastRetCore::RefAny => Pattern::Anyref(AnyPattern::Any),
        WastRetCore::RefEq => Pattern::Anyref(AnyPattern::Eq),
        WastRetCore::RefArray => Pattern::Anyref(AnyPattern::Array),
        WastRetCore::RefStruct => Pattern::Anyref(AnyPattern::Struct),
        WastRetCore::RefI31 => Pattern::Anyref(AnyPattern::I31),
        WastRetCore::RefI31Shared => return Err(SHARED.to_owned()),
        WastRetCore::Either(alternatives) => Pattern::AnyOf(alternatives.iter().map(pattern).collect::<Result<_, _>>()?),
    })
}

const SHARED: &str = "the protocol has no shared references";

/// The types of references that a value of the protocol can have: of a null reference more cannot be seen.
enum Hierarchy {
    Func,
    Extern,
    Any,
    Exn,
}

fn hierarchy(heap: &HeapType<'_>) -> Result<Hierarchy, String> {
    match heap {
        HeapType::Abstract { shared: true, .. } => Err(SHARED.to_owned()),
        HeapType::Abstract { shared: false, ty } => match ty {
            AbstractHeapType::Func | AbstractHeapType::NoFunc => Ok(Hierarchy::Func),
            AbstractHeapType::Extern | AbstractHeapType::NoExtern => Ok(Hierarchy::Extern),
            AbstractHeapType::Exn | AbstractHeapType::NoExn => Ok(Hierarchy::Exn),
            AbstractHeapType::Any
            | AbstractHeapType::Eq
            | AbstractHeapType::Struct
            | AbstractHeapType::Array
            | AbstractHeapType::I31
            | AbstractHeapType::None => Ok(Hierarchy::Any),
            AbstractHeapType::Cont | AbstractHeapType::NoCont => Err("the protocol has no references to continuations".to_owned()),
        },
        HeapType::Concrete(_) | HeapType::Exact(_) => {
            Err("a script cannot say which module's type that of this null reference is".to_owned())
        }
    }
}

fn f32_pattern(written: &NanPattern<F32>) -> FloatPattern<u32> {
    match written {
        NanPattern::CanonicalNan => FloatPattern::CanonicalNan,
        NanPattern::ArithmeticNan => FloatPattern::ArithmeticNan,
        NanPattern::Value(float) => FloatPattern::Bits(float.bits),
    }
}

fn f64_pattern(written: &NanPattern<F64>) -> FloatPattern<u64> {
    match written {
        NanPattern::CanonicalNan => FloatPattern::CanonicalNan,
        NanPattern::ArithmeticNan => FloatPattern::ArithmeticNan,
        NanPattern::Value(float) => FloatPattern::Bits(float.bits),
    }
}

fn lane_pattern(written: &V128Pattern) -> LanePattern {
    LanePattern::Bits(match written {
        V128Pattern::I8x16(lanes) => bits(lanes, |lane| lane.cast_unsigned().into()),
        V128Pattern::I16x8(lanes) => bits(lanes, |lane| lane.cast_unsigned().into()),
        V128Pattern::I32x4(lanes) => bits(lanes, |lane| lane.cast_unsigned().into()),
        V128Pattern::I64x2(lanes) => bits(lanes, |lane| lane.cast_unsigned().into()),
        V128Pattern::F32x4(lanes) => return LanePattern::F32x4(lanes.each_ref().map(f32_pattern)),
        V128Pattern::F64x2(lanes) => return LanePattern::F64x2(lanes.each_ref().map(f64_pattern)),
    })
}

/// Lane 0 stands in the lowest bits.
fn bits<L: Copy, const N: usize>(lanes: &[L; N], lane: fn(L) -> u128) -> u128 {
    lanes.iter().rev().fold(0, |bits, it| bits << (128 / N) | lane(*it))
}
