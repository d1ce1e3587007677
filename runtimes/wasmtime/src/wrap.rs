//! A preview 1 command as a component.

use wasi_preview1_component_adapter_provider::{
    WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME as NAME, WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER as ADAPTER,
};
use wasmatrix_adapter::{Failure, FailureKind};
use wasmtime::{Engine, ExternType, FuncType, ImportType, Module};
use wit_component::ComponentEncoder;

use crate::failures;

/// Wraps a module. `Err` is in the encoder's words, and [`refusal`] says what they mean.
pub(crate) fn wrap(wasm: &[u8]) -> Result<Vec<u8>, String> {
    ComponentEncoder::default()
        .module(wasm)
        .and_then(|encoder| encoder.adapter(NAME, ADAPTER))
        .and_then(|mut encoder| encoder.encode())
        .map_err(|error| format!("{error:#}"))
}

/// Why a module could not be wrapped, or what became of it not be compiled. The encoder's errors have no types, so the module is asked: it is
/// invalid, or imports what the adapter has not; where neither is so, the way through a component is what cannot take it.
pub(crate) fn refusal(engine: &Engine, wasm: &[u8], words: String) -> Failure {
    let module = match Module::from_binary(engine, wasm) {
        Ok(module) => module,
        Err(error) => return failures::compile(engine, wasm, &error),
    };
    match Module::from_binary(engine, ADAPTER) {
        Ok(adapter) if module.imports().all(|import| provides(&adapter, &import)) => Failure::unsupported(words),
        Ok(_) => Failure::new(FailureKind::Unlinkable, words),
        Err(error) => failures::other(&error),
    }
}

/// Whether the adapter provides this import, of this type.
fn provides(adapter: &Module, import: &ImportType<'_>) -> bool {
    let function = |ty: &ExternType| ty.func().cloned();
    let provided = || adapter.get_export(import.name()).as_ref().and_then(function);
    import.module() == NAME && function(&import.ty()).zip(provided()).is_some_and(|(wanted, provided)| FuncType::eq(&wanted, &provided))
}
