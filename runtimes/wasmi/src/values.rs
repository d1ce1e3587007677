//! Values of the protocol and of wasmi.

use wasmatrix_adapter::{Failure, Reference, Value};
use wasmi::{AsContext, AsContextMut, ExternRef, F32, F64, Nullable, V128, Val};

/// A value for a guest.
pub(crate) fn to_guest(store: impl AsContextMut, value: Value) -> Result<Val, Failure> {
    Ok(match value {
        Value::I32(bits) => Val::I32(bits.cast_signed()),
        Value::I64(bits) => Val::I64(bits.cast_signed()),
        Value::F32(bits) => Val::F32(F32::from_bits(bits)),
        Value::F64(bits) => Val::F64(F64::from_bits(bits)),
        Value::V128(bits) => Val::V128(V128::from(bits)),
        Value::Funcref(Reference::Null) => Val::FuncRef(Nullable::Null),
        Value::Externref(Reference::Null) => Val::ExternRef(Nullable::Null),
        Value::Externref(Reference::Host(number)) => Val::from(ExternRef::new(store, number)),
        Value::Funcref(Reference::Host(_) | Reference::Some) | Value::Externref(Reference::Some) => {
            return Err(Failure::failed(format!("the host has no such reference to give: {value}")));
        }
        Value::Anyref(_) | Value::Exnref(_) => return Err(Failure::unsupported(format!("wasmi has no references of this type: {value}"))),
    })
}

/// A value from a guest.
pub(crate) fn from_guest(store: impl AsContext, value: &Val) -> Value {
    match value {
        Val::I32(number) => Value::I32(number.cast_unsigned()),
        Val::I64(number) => Value::I64(number.cast_unsigned()),
        Val::F32(number) => Value::F32(number.to_bits()),
        Val::F64(number) => Value::F64(number.to_bits()),
        Val::V128(lanes) => Value::V128(lanes.as_u128()),
        Val::FuncRef(Nullable::Null) => Value::Funcref(Reference::Null),
        Val::FuncRef(Nullable::Val(_)) => Value::Funcref(Reference::Some),
        Val::ExternRef(Nullable::Null) => Value::Externref(Reference::Null),
        Val::ExternRef(Nullable::Val(object)) => Value::Externref(match object.data(store.as_context()).downcast_ref::<u32>() {
            Some(number) => Reference::Host(*number),
            None => Reference::Some,
        }),
    }
}
