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
        Value::Funcref(Reference::Host(_) | Reference::Some) | Value::Externref(Reference::Some) | Value::Anyref(_) | Value::Exnref(_) => {
            return Err(Failure::failed(format!("no {value} can be made from outside")));
        }
    })
}

/// A value from the guest.
pub(crate) fn from_guest(store: &impl AsStoreRef, value: &Guest) -> Result<Value, Failure> {
    Ok(match value {
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
        Guest::ExceptionRef(_) => return Err(Failure::unsupported("the protocol has no value for an exnref")),
    })
}
