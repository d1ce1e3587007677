//! Values of the protocol and of wasmtime.

use wasmatrix_adapter::{AnyReference, Failure, Reference, Value};
use wasmtime::{AnyRef, AsContextMut, ExternRef, Rooted, V128, Val};

use crate::failures::other;

/// A value for a guest.
pub(crate) fn to_guest(mut store: impl AsContextMut, value: Value) -> Result<Val, Failure> {
    Ok(match value {
        Value::I32(bits) => Val::I32(bits.cast_signed()),
        Value::I64(bits) => Val::I64(bits.cast_signed()),
        Value::F32(bits) => Val::F32(bits),
        Value::F64(bits) => Val::F64(bits),
        Value::V128(bits) => Val::V128(V128::from(bits)),
        Value::Funcref(Reference::Null) => Val::FuncRef(None),
        Value::Externref(Reference::Null) => Val::ExternRef(None),
        Value::Externref(Reference::Host(number)) => Val::ExternRef(Some(ExternRef::new(store, number).map_err(|error| other(&error))?)),
        Value::Anyref(AnyReference::Null) => Val::AnyRef(None),
        Value::Anyref(AnyReference::Host(number)) => {
            let object = ExternRef::new(&mut store, number).map_err(|error| other(&error))?;
            Val::AnyRef(Some(AnyRef::convert_extern(&mut store, object).map_err(|error| other(&error))?))
        }
        Value::Exnref(Reference::Null) => Val::ExnRef(None),
        Value::Funcref(Reference::Host(_) | Reference::Some)
        | Value::Externref(Reference::Some)
        | Value::Anyref(AnyReference::I31 | AnyReference::Struct | AnyReference::Array | AnyReference::Some)
        | Value::Exnref(Reference::Host(_) | Reference::Some) => {
            return Err(Failure::failed(format!("the host has no such reference to give: {value}")));
        }
    })
}

/// A value from a guest.
pub(crate) fn from_guest(store: impl AsContextMut, value: &Val) -> Result<Value, Failure> {
    Ok(match value {
        Val::I32(number) => Value::I32(number.cast_unsigned()),
        Val::I64(number) => Value::I64(number.cast_unsigned()),
        Val::F32(bits) => Value::F32(*bits),
        Val::F64(bits) => Value::F64(*bits),
        Val::V128(lanes) => Value::V128(lanes.as_u128()),
        Val::FuncRef(None) => Value::Funcref(Reference::Null),
        Val::FuncRef(Some(_)) => Value::Funcref(Reference::Some),
        Val::ExternRef(None) => Value::Externref(Reference::Null),
        // Not every externref is the host's: a guest may convert one of its own objects.
        Val::ExternRef(Some(object)) => Value::Externref(host_number(store, *object)?.map_or(Reference::Some, Reference::Host)),
        Val::AnyRef(None) => Value::Anyref(AnyReference::Null),
        Val::AnyRef(Some(object)) => Value::Anyref(any_reference(store, *object)?),
        Val::ExnRef(None) => Value::Exnref(Reference::Null),
        Val::ExnRef(Some(_)) => Value::Exnref(Reference::Some),
        #[cfg(feature = "from-37")]
        Val::ContRef(_) => return Err(Failure::unsupported(format!("the protocol has no word for this value: {value:?}"))),
    })
}

/// Whether two values are the same bit by bit. Of references this only looks whether there is one, since each that a guest hands out is a new one.
pub(crate) fn are_same(one: &Val, other: &Val) -> bool {
    match (one, other) {
        (Val::I32(one), Val::I32(other)) => one == other,
        (Val::I64(one), Val::I64(other)) => one == other,
        (Val::F32(one), Val::F32(other)) => one == other,
        (Val::F64(one), Val::F64(other)) => one == other,
        (Val::V128(one), Val::V128(other)) => one.as_u128() == other.as_u128(),
        (Val::FuncRef(one), Val::FuncRef(other)) => one.is_some() == other.is_some(),
        (Val::ExternRef(one), Val::ExternRef(other)) => one.is_some() == other.is_some(),
        (Val::AnyRef(one), Val::AnyRef(other)) => one.is_some() == other.is_some(),
        (Val::ExnRef(one), Val::ExnRef(other)) => one.is_some() == other.is_some(),
        _ => false,
    }
}

/// What sort of object it is. One that is none of the guest's is one of the host's, made internal.
fn any_reference(mut store: impl AsContextMut, object: Rooted<AnyRef>) -> Result<AnyReference, Failure> {
    Ok(if object.is_i31(&store).map_err(|error| other(&error))? {
        AnyReference::I31
    } else if object.is_struct(&store).map_err(|error| other(&error))? {
        AnyReference::Struct
    } else if object.is_array(&store).map_err(|error| other(&error))? {
        AnyReference::Array
    } else {
        let object = ExternRef::convert_any(&mut store, object).map_err(|error| other(&error))?;
        host_number(store, object)?.map_or(AnyReference::Some, AnyReference::Host)
    })
}

/// The number of an object that [`to_guest`] made.
fn host_number(mut store: impl AsContextMut, object: Rooted<ExternRef>) -> Result<Option<u32>, Failure> {
    let store = store.as_context_mut();
    let data = object.data(&store).map_err(|error| other(&error))?;
    Ok(data.and_then(|data| data.downcast_ref()).copied())
}
