//! Values, both ways.

use wasmatrix_adapter::{Failure, Reference, Value};
use wasmer::{AsStoreMut, AsStoreRef, ExternRef, Value as Guest};

/// A value for the guest.
pub(crate) fn to_guest(store: &mut impl AsStoreMut, value: Value) -> Result<Guest, Failure> {
    Ok(match value {
        Value::I32(bits) => Guest::I32(bits.cast_signed()),
        Value::I64(bits) => Guest::I64(bits.cast_signed()),
        Value::F32(bits) => Guest::F32(f32::from_bits(bits)),
        Value::F64(bits) => Guest::F64(f64::from_bits(bits)),
        Value::V128(bits) => Guest::V128(bits),
        Value::Funcref(Reference::Null) => Guest::FuncRef(None),
        Value::Externref(Reference::Null) => Guest::ExternRef(None),
        Value::Externref(Reference::Host(number)) => Guest::ExternRef(Some(ExternRef::new(store, number))),
        Value::Exnref(Reference::Null) => Guest::ExceptionRef(None),
        Value::Funcref(Reference::Host(_) | Reference::Some)
        | Value::Externref(Reference::Some)
        | Value::Exnref(Reference::Host(_) | Reference::Some) => {
            return Err(Failure::failed(format!("no {value} can be made from outside")));
        }
        Value::Anyref(_) => return Err(Failure::unsupported(format!("wasmer has no references of this type: {value}"))),
    })
}

/// A value from the guest.
pub(crate) fn from_guest(store: &impl AsStoreRef, value: &Guest) -> Value {
    match value {
        Guest::I32(number) => Value::I32(number.cast_unsigned()),
        Guest::I64(number) => Value::I64(number.cast_unsigned()),
        Guest::F32(number) => Value::F32(number.to_bits()),
        Guest::F64(number) => Value::F64(number.to_bits()),
        Guest::V128(bits) => Value::V128(*bits),
        Guest::FuncRef(None) => Value::Funcref(Reference::Null),
        Guest::FuncRef(Some(_)) => Value::Funcref(Reference::Some),
        Guest::ExternRef(None) => Value::Externref(Reference::Null),
        Guest::ExternRef(Some(object)) => {
            Value::Externref(object.downcast::<u32>(store).map_or(Reference::Some, |number| Reference::Host(*number)))
        }
        Guest::ExceptionRef(None) => Value::Exnref(Reference::Null),
        Guest::ExceptionRef(Some(_)) => Value::Exnref(Reference::Some),
    }
}

/// Whether two values are the same bit by bit. Of references this only looks whether there is one.
pub(crate) fn are_same(one: &Guest, other: &Guest) -> bool {
    match (one, other) {
        (Guest::I32(one), Guest::I32(other)) => one == other,
        (Guest::I64(one), Guest::I64(other)) => one == other,
        (Guest::F32(one), Guest::F32(other)) => one.to_bits() == other.to_bits(),
        (Guest::F64(one), Guest::F64(other)) => one.to_bits() == other.to_bits(),
        (Guest::V128(one), Guest::V128(other)) => one == other,
        (Guest::FuncRef(one), Guest::FuncRef(other)) => one.is_some() == other.is_some(),
        (Guest::ExternRef(one), Guest::ExternRef(other)) => one.is_some() == other.is_some(),
        (Guest::ExceptionRef(one), Guest::ExceptionRef(other)) => one.is_some() == other.is_some(),
        _ => false,
    }
}
