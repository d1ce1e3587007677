//! Values of the protocol and of wasmi.

use wasmatrix_adapter::{Failure, Reference, Value};
use wasmi::{AsContext, AsContextMut, ExternRef, Val};

#[cfg(feature = "from-0_43")]
use crate::names::V128;
use crate::names::{F32, F64, ValType};

/// Zero, or a null reference.
pub(crate) fn default_for_ty(ty: ValType) -> Val {
    #[cfg(feature = "from-2_0")]
    {
        Val::default_for_ty(ty)
    }
    #[cfg(not(feature = "from-2_0"))]
    {
        Val::default(ty)
    }
}

/// A value for a guest.
pub(crate) fn to_guest(store: impl AsContextMut, value: Value) -> Result<Val, Failure> {
    Ok(match value {
        Value::I32(bits) => Val::I32(bits.cast_signed()),
        Value::I64(bits) => Val::I64(bits.cast_signed()),
        Value::F32(bits) => Val::F32(F32::from_bits(bits)),
        Value::F64(bits) => Val::F64(F64::from_bits(bits)),
        #[cfg(feature = "from-0_43")]
        Value::V128(bits) => Val::V128(V128::from(bits)),
        Value::Funcref(Reference::Null) => default_for_ty(ValType::FuncRef),
        Value::Externref(Reference::Null) => default_for_ty(ValType::ExternRef),
        Value::Externref(Reference::Host(number)) => Val::from(ExternRef::new::<u32>(store, number)),
        Value::Funcref(Reference::Host(_) | Reference::Some) | Value::Externref(Reference::Some) => {
            return Err(Failure::failed(format!("the host has no such reference to give: {value}")));
        }
        Value::Anyref(_) | Value::Exnref(_) => return Err(Failure::unsupported(format!("wasmi has no references of this type: {value}"))),
        #[cfg(not(feature = "from-0_43"))]
        Value::V128(_) => return Err(Failure::unsupported(format!("this version of wasmi has no values of this type: {value}"))),
    })
}

/// A value from a guest.
pub(crate) fn from_guest(store: impl AsContext, value: &Val) -> Value {
    match value {
        Val::I32(number) => Value::I32(number.cast_unsigned()),
        Val::I64(number) => Value::I64(number.cast_unsigned()),
        Val::F32(number) => Value::F32(number.to_bits()),
        Val::F64(number) => Value::F64(number.to_bits()),
        #[cfg(feature = "from-0_43")]
        Val::V128(lanes) => Value::V128(lanes.as_u128()),
        Val::FuncRef(function) if function.is_null() => Value::Funcref(Reference::Null),
        Val::FuncRef(_) => Value::Funcref(Reference::Some),
        Val::ExternRef(object) => {
            #[cfg(feature = "from-0_49")]
            let data = object.val().map(|object| object.data(store.as_context()));
            #[cfg(not(feature = "from-0_49"))]
            let data = object.data(store.as_context());
            Value::Externref(match data.map(|data| data.downcast_ref::<u32>()) {
                None => Reference::Null,
                Some(Some(number)) => Reference::Host(*number),
                Some(None) => Reference::Some,
            })
        }
    }
}

/// Whether two values are the same bit by bit. Of references this only looks whether there is one.
pub(crate) fn are_same(one: &Val, other: &Val) -> bool {
    match (one, other) {
        (Val::I32(one), Val::I32(other)) => one == other,
        (Val::I64(one), Val::I64(other)) => one == other,
        (Val::F32(one), Val::F32(other)) => one.to_bits() == other.to_bits(),
        (Val::F64(one), Val::F64(other)) => one.to_bits() == other.to_bits(),
        #[cfg(feature = "from-0_43")]
        (Val::V128(one), Val::V128(other)) => one.as_u128() == other.as_u128(),
        (Val::FuncRef(one), Val::FuncRef(other)) => one.is_null() == other.is_null(),
        (Val::ExternRef(one), Val::ExternRef(other)) => one.is_null() == other.is_null(),
        _ => false,
    }
}
