//! The host module of the specification's test suite.

use wasmatrix_adapter::Failure;
use wasmer::{Exports, Function, Global, Memory, MemoryType, Pages, Store, Table, TableType, Type, Value};

use crate::failures;

/// Without `table64`, because wasmer has no tables with 64-bit indices. `shared_memory` is in every engine: where threads are off, no module can
/// name a shared memory to import it.
pub(crate) fn exports(store: &mut Store) -> Result<Exports, Failure> {
    let mut exports = Exports::new();
    exports.insert("print", Function::new_typed(store, || {}));
    exports.insert("print_i32", Function::new_typed(store, |_: i32| {}));
    exports.insert("print_i64", Function::new_typed(store, |_: i64| {}));
    exports.insert("print_f32", Function::new_typed(store, |_: f32| {}));
    exports.insert("print_f64", Function::new_typed(store, |_: f64| {}));
    exports.insert("print_i32_f32", Function::new_typed(store, |_: i32, _: f32| {}));
    exports.insert("print_f64_f64", Function::new_typed(store, |_: f64, _: f64| {}));
    exports.insert("global_i32", Global::new(store, Value::I32(666)));
    exports.insert("global_i64", Global::new(store, Value::I64(666)));
    exports.insert("global_f32", Global::new(store, Value::F32(666.6)));
    exports.insert("global_f64", Global::new(store, Value::F64(666.6)));
    let table = Table::new(store, TableType::new(Type::FuncRef, 10, Some(20)), Value::FuncRef(None));
    exports.insert("table", table.map_err(|error| failures::runtime(&error))?);
    for (name, shared) in [("memory", false), ("shared_memory", true)] {
        let memory = Memory::new(store, MemoryType::new(Pages(1), Some(Pages(2)), shared));
        exports.insert(name, memory.map_err(|error| failures::memory(&error))?);
    }
    Ok(exports)
}
