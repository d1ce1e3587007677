//! The host module of the specification's test suite.

use std::collections::HashMap;

use wasmatrix_adapter::Failure;
use wasmtime::{
    Error, Extern, Func, Global, GlobalType, Memory, MemoryType, Mutability, Ref, RefType, SharedMemory, Store, Table, TableType, Val,
    ValType,
};

use crate::{drift, failures};

pub(crate) fn externs<T: 'static>(store: &mut Store<T>) -> Result<HashMap<&'static str, Extern>, Failure> {
    made(store).map_err(|error| failures::other(&error))
}

fn made<T: 'static>(store: &mut Store<T>) -> Result<HashMap<&'static str, Extern>, Error> {
    let mut externs: HashMap<&str, Extern> = HashMap::new();
    for (name, print) in [
        ("print", Func::wrap(&mut *store, || {})),
        ("print_i32", Func::wrap(&mut *store, |_: i32| {})),
        ("print_i64", Func::wrap(&mut *store, |_: i64| {})),
        ("print_f32", Func::wrap(&mut *store, |_: f32| {})),
        ("print_f64", Func::wrap(&mut *store, |_: f64| {})),
        ("print_i32_f32", Func::wrap(&mut *store, |_: i32, _: f32| {})),
        ("print_f64_f64", Func::wrap(&mut *store, |_: f64, _: f64| {})),
    ] {
        externs.insert(name, print.into());
    }
    for (name, ty, value) in [
        ("global_i32", ValType::I32, Val::I32(666)),
        ("global_i64", ValType::I64, Val::I64(666)),
        ("global_f32", ValType::F32, Val::from(666.6_f32)),
        ("global_f64", ValType::F64, Val::from(666.6_f64)),
    ] {
        externs.insert(name, Global::new(&mut *store, GlobalType::new(ty, Mutability::Const), value)?.into());
    }
    // Both in every engine: where memory64 is off, no module can name an `i64` table to import it.
    for (name, ty) in
        [("table", TableType::new(RefType::FUNCREF, 10, Some(20))), ("table64", TableType::new64(RefType::FUNCREF, 10, Some(20)))]
    {
        externs.insert(name, Table::new(&mut *store, ty, Ref::Func(None))?.into());
    }
    externs.insert("memory", Memory::new(&mut *store, MemoryType::new(1, Some(2)))?.into());
    if drift::shares_memories(store.engine()) {
        externs.insert("shared_memory", SharedMemory::new(store.engine(), MemoryType::shared(1, 2))?.into());
    }
    Ok(externs)
}
