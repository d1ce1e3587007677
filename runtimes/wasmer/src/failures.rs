//! wasmer's errors in the protocol's words, told apart by their types.

use std::fmt::Display;

use wasmatrix_adapter::{Exhaustible, Failure, FailureKind, Frame, TrapCode};
use wasmer::{
    CompileError, DeserializeError, FrameInfo, InstantiationError, LinkError, MemoryAccessError, MemoryError, RuntimeError, SerializeError,
    WasmError,
};
use wasmer_wasix::{WasiError, WasiRuntimeError, WasiThreadError};

use crate::trap_codes;

/// What `Module::new` answers.
pub(crate) fn compile(error: &CompileError) -> Failure {
    let kind = match error {
        CompileError::Wasm(error) => match error {
            WasmError::InvalidWebAssembly { .. } => FailureKind::Rejected,
            WasmError::Unsupported(_) => FailureKind::Unsupported(None),
            WasmError::ImplLimitExceeded | WasmError::Middleware(_) | WasmError::Generic(_) => FailureKind::Failed,
        },
        CompileError::Validate(_) => FailureKind::Rejected,
        CompileError::UnsupportedFeature(_) => FailureKind::Unsupported(None),
        // The module is valid and this compiler cannot hold it.
        CompileError::Codegen(_) | CompileError::UnsupportedTarget(_) | CompileError::Resource(_) | CompileError::MiddlewareError(_) => {
            FailureKind::Failed
        }
        #[cfg(feature = "from-7_0")]
        CompileError::Aborted(_) => FailureKind::Failed,
    };
    Failure::new(kind, error)
}

/// What `Module::serialize` answers, and a cache that is to keep a module.
pub(crate) fn serialization(error: &SerializeError) -> Failure {
    Failure::failed(error)
}

/// What `Module::deserialize_from_file` answers. All of it is about the artifact, a file that cannot be opened included.
pub(crate) fn deserialization(error: &DeserializeError) -> Failure {
    Failure::stale(error)
}

/// What `Instance::new` answers.
pub(crate) fn instantiation(error: &InstantiationError) -> Failure {
    said(instantiation_kind(error), error, trapped(error))
}

/// The trap in it, where it is one.
fn trapped(error: &InstantiationError) -> Option<&RuntimeError> {
    match error {
        InstantiationError::Link(LinkError::Trap(error)) | InstantiationError::Start(error) => Some(error),
        InstantiationError::Link(LinkError::Import(..) | LinkError::Resource(_))
        | InstantiationError::CpuFeature(_)
        | InstantiationError::DifferentStores
        | InstantiationError::DifferentArchOS => None,
    }
}

fn instantiation_kind(error: &InstantiationError) -> FailureKind {
    match error {
        InstantiationError::Link(LinkError::Import(..)) => FailureKind::Unlinkable,
        // An active segment and the start function.
        InstantiationError::Link(LinkError::Trap(error)) | InstantiationError::Start(error) => runtime_kind(error),
        // One type and a text for a memory, a table or a global that could not be made.
        InstantiationError::Link(LinkError::Resource(_))
        | InstantiationError::CpuFeature(_)
        | InstantiationError::DifferentStores
        | InstantiationError::DifferentArchOS => FailureKind::Failed,
    }
}

/// What a call answers.
pub(crate) fn runtime(error: &RuntimeError) -> Failure {
    said(runtime_kind(error), error, Some(error))
}

/// What an error says, and where the guest was, which stands in its text as well.
fn said(kind: FailureKind, error: &impl Display, trap: Option<&RuntimeError>) -> Failure {
    let Some(trap) = trap.filter(|trap| !trap.trace().is_empty()) else { return Failure::new(kind, error) };
    let text = error.to_string().replacen(&trap.to_string(), &format!("RuntimeError: {}", trap.message()), 1);
    Failure::new(kind, text).at(trap.trace().iter().map(frame))
}

fn frame(info: &FrameInfo) -> Frame {
    // All ones: the compiler has kept no place.
    let offset = info.module_offset() as u64;
    Frame {
        function: info.function_name().map(str::to_owned),
        index: Some(info.func_index()),
        offset: (offset != u64::from(u32::MAX)).then_some(offset),
        source: None,
    }
}

fn runtime_kind(error: &RuntimeError) -> FailureKind {
    if let Some(error) = error.downcast_ref::<WasiError>() {
        return wasi_kind(error);
    }
    match error.clone().to_trap() {
        Some(code) => trap_codes::kind(code),
        // Arguments that do not fit, and whatever a host function said.
        None => FailureKind::Failed,
    }
}

fn wasi_kind(error: &WasiError) -> FailureKind {
    match error {
        // What is left of it: wasmer takes the code modulo 256, and of a negative remainder the low 16 bits.
        WasiError::Exit(code) => FailureKind::Exit(code.raw().cast_unsigned()),
        WasiError::ThreadExit | WasiError::DeepSleep(_) | WasiError::UnknownWasiVersion | WasiError::DlSymbolResolutionFailed(_) => {
            FailureKind::Failed
        }
    }
}

/// What `WasiEnvBuilder::instantiate` answers.
pub(crate) fn wasi_runtime(error: &WasiRuntimeError) -> Failure {
    let kind = match error {
        WasiRuntimeError::Instantiation(error) => instantiation_kind(error),
        WasiRuntimeError::Wasi(error) => wasi_kind(error),
        WasiRuntimeError::Runtime(error) => runtime_kind(error),
        WasiRuntimeError::Thread(error) => wasi_thread_kind(error),
        WasiRuntimeError::Init(_) | WasiRuntimeError::Export(_) | WasiRuntimeError::ControlPlane(_) | WasiRuntimeError::Anyhow(_) => {
            FailureKind::Failed
        }
    };
    let trap = match error {
        WasiRuntimeError::Instantiation(error) => trapped(error),
        WasiRuntimeError::Runtime(error) => Some(error),
        WasiRuntimeError::Thread(WasiThreadError::InstanceCreateFailed(error)) => trapped(error),
        WasiRuntimeError::Thread(WasiThreadError::InitFailed(error)) => error.downcast_ref(),
        _ => None,
    };
    said(kind, error, trap)
}

fn wasi_thread_kind(error: &WasiThreadError) -> FailureKind {
    match error {
        WasiThreadError::InstanceCreateFailed(error) => instantiation_kind(error),
        // A reactor's `_initialize`, which wasmer-wasix calls as part of the instantiation.
        WasiThreadError::InitFailed(error) => error.downcast_ref::<RuntimeError>().map_or(FailureKind::Failed, runtime_kind),
        WasiThreadError::MemoryCreateFailed(error) => memory_kind(error),
        // A module with neither an imported nor an exported memory is here, too.
        WasiThreadError::ExportError(_)
        | WasiThreadError::Unsupported
        | WasiThreadError::MethodNotFound
        | WasiThreadError::LinkError(_)
        | WasiThreadError::InvalidWasmContext => FailureKind::Failed,
        #[cfg(feature = "from-7_1")]
        WasiThreadError::AdditionalImportCreationFailed(_) => FailureKind::Failed,
        #[cfg(feature = "from-7_3")]
        WasiThreadError::InstanceConfigurationFailed(_) => FailureKind::Failed,
        #[cfg(feature = "from-7_4")]
        WasiThreadError::ImportPreparationFailed(_) => FailureKind::Failed,
    }
}

/// What making or growing a memory answers.
pub(crate) fn memory(error: &MemoryError) -> Failure {
    Failure::new(memory_kind(error), error)
}

fn memory_kind(error: &MemoryError) -> FailureKind {
    match error {
        MemoryError::Region(_)
        | MemoryError::CouldNotGrow { .. }
        | MemoryError::MinimumMemoryTooLarge { .. }
        | MemoryError::MaximumMemoryTooLarge { .. } => FailureKind::Exhausted(Exhaustible::Memory),
        MemoryError::InvalidMemory { .. }
        | MemoryError::MemoryNotShared
        | MemoryError::UnsupportedOperation { .. }
        | MemoryError::Generic(_) => FailureKind::Failed,
        // Non-exhaustive; the one for atomics has changed its name.
        _ => FailureKind::Failed,
    }
}

/// What the host's own access to a memory answers.
pub(crate) fn access(error: MemoryAccessError) -> Failure {
    let kind = match error {
        MemoryAccessError::HeapOutOfBounds | MemoryAccessError::Overflow => FailureKind::Trap(TrapCode::MemoryOutOfBounds),
        MemoryAccessError::NonUtf8String | MemoryAccessError::UnalignedPointerRead => FailureKind::Failed,
        // Non-exhaustive.
        _ => FailureKind::Failed,
    };
    Failure::new(kind, error)
}
