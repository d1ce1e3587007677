//! The host module of the specification's test suite.

use std::collections::HashMap;

use wasmatrix_adapter::Failure;
use wasmi::{Extern, Func, Global, Memory, MemoryType, Mutability, Store, Table, TableType, Val};
#[cfg(feature = "from-2_0")]
use wasmi::{Ref, RefType};

use crate::failures;
#[cfg(not(feature = "from-2_0"))]
use crate::{names::ValType, values};

/// All of it in every engine: where memory64 is off, no module can name an `i64` table to import it.
pub(crate) fn externs<T>(store: &mut Store<T>) -> Result<HashMap<&'static str, Extern>, Failure> {
    let mut constant = |value: Val| Extern::Global(Global::new(&mut *store, value, Mutability::Const));
    let mut externs = HashMap::from([
        ("global_i32", constant(Val::I32(666))),
        ("global_i64", constant(Val::I64(666))),
        ("global_f32", constant(Val::F32(666.6.into()))),
        ("global_f64", constant(Val::F64(666.6.into()))),
    ]);
    #[cfg(feature = "from-2_0")]
    let (element, null) = (RefType::Func, Ref::default_for_ty(RefType::Func));
    #[cfg(not(feature = "from-2_0"))]
    let (element, null) = (ValType::FuncRef, values::default_for_ty(ValType::FuncRef));
    let tables = [
        ("table", TableType::new(element, 10, Some(20))),
        #[cfg(feature = "from-0_41")]
        ("table64", TableType::new64(element, 10, Some(20))),
    ];
    for (name, ty) in tables {
        let table = Table::new(&mut *store, ty, null.clone()).map_err(failures::failure)?;
        externs.insert(name, Extern::Table(table));
    }
    let ty = MemoryType::new(1, Some(2));
    #[cfg(not(feature = "from-0_45"))]
    let ty = ty.map_err(failures::failure)?;
    let memory = Memory::new(&mut *store, ty).map_err(failures::failure)?;
    externs.insert("memory", Extern::Memory(memory));
    externs.extend(
        [
            ("print", Func::wrap(&mut *store, || {})),
            ("print_i32", Func::wrap(&mut *store, |_: i32| {})),
            ("print_i64", Func::wrap(&mut *store, |_: i64| {})),
            ("print_f32", Func::wrap(&mut *store, |_: f32| {})),
            ("print_f64", Func::wrap(&mut *store, |_: f64| {})),
            ("print_i32_f32", Func::wrap(&mut *store, |_: i32, _: f32| {})),
            ("print_f64_f64", Func::wrap(&mut *store, |_: f64, _: f64| {})),
        ]
        .map(|(name, print)| (name, Extern::Func(print))),
    );
    Ok(externs)
}
