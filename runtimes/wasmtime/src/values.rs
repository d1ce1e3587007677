//! Values of the protocol and of wasmtime.

use wasmatrix_adapter::{Failure, Reference, Value};
use wasmtime::{AsContextMut, ExternRef, V128, Val};

/// A value for a guest.
pub(crate) fn to_guest(store: impl AsContextMut, value: Value) -> Result<Val, Failure> {
    Ok(match value {
        Value::I32(bits) => Val::I32(bits.cast_signed()),
        Value::I64(bits) => Val::I64(bits.cast_signed()),
        Value::F32(bits) => Val::F32(bits),
        Value::F64(bits) => Val::F64(bits),
        Value::V128(bits) => Val::V128(V128::from(bits)),
        Value::Funcref(Reference::Null) => Val::FuncRef(None),
        Value::Externref(Reference::Null) => Val::ExternRef(None),
        Value::Externref(Reference::Host(number)) => {
            Val::ExternRef(Some(ExternRef::new(store, number).map_err(|error| Failure::failed(format!("{error:#}")))?))
        }
        Value::Funcref(Reference::Host(_) | Reference::Some) | Value::Externref(Reference::Some) | Value::Anyref(_) | Value::Exnref(_) => {
            return Err(Failure::failed(format!("the host has no such reference to give: {value}")));
        }
    })
}

/// A value from a guest.
pub(crate) fn from_guest(mut store: impl AsContextMut, value: &Val) -> Result<Value, Failure> {
    Ok(match value {
        Val::I32(number) => Value::I32(number.cast_unsigned()),
        Val::I64(number) => Value::I64(number.cast_unsigned()),
        Val::F32(bits) => Value::F32(*bits),
        Val::F64(bits) => Value::F64(*bits),
        Val::V128(lanes) => Value::V128(lanes.as_u128()),
        Val::FuncRef(None) => Value::Funcref(Reference::Null),
        Val::FuncRef(Some(_)) => Value::Funcref(Reference::Some),
        Val::ExternRef(None) => Value::Externref(Reference::Null),
        Val::ExternRef(Some(object)) => {
            let store = store.as_context_mut();
            // Not every externref is the host's: a guest may convert one of its own objects.
            let data = object.data(&store).map_err(|error| Failure::failed(format!("{error:#}")))?;
            Value::Externref(match data.and_then(|data| data.downcast_ref::<u32>()) {
                Some(number) => Reference::Host(*number),
                None => Reference::Some,
            })
        }
        Val::AnyRef(_) | Val::ExnRef(_) | Val::ContRef(_) => {
            return Err(Failure::unsupported(format!("the protocol has no word for this value: {value:?}")));
        }
    })
}
