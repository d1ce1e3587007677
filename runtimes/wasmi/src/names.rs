//! Names of wasmi's that are in other places in older versions.

#[cfg(all(feature = "from-0_43", not(feature = "from-0_49")))]
pub(crate) use wasmi::core::V128;
#[cfg(not(feature = "from-0_49"))]
pub(crate) use wasmi::core::{F32, F64, TrapCode, ValType};
#[cfg(feature = "from-0_49")]
pub(crate) use wasmi::{F32, F64, TrapCode, V128, ValType};
