//! wasmtime's errors in the protocol's words.
//!
//! What went wrong *before* guest code ran is told by the call that failed ([`compile`], [`artifact`], [`link`], [`grow`], [`access`]); what
//! went wrong while it ran by the error's type ([`run`]). Texts are never read.

use wasmatrix_adapter::{Exhaustible, Failure, FailureKind, TrapCode};
use wasmtime::{AsContextMut, Engine, Error, GcHeapOutOfMemory, MemoryAccessError, Module, Trap, wasmparser};
use wasmtime_wasi::I32Exit;

use crate::{
    backtrace,
    drift::{is_exception, is_out_of_memory},
};

/// A module that does not compile. What is wrong with a module's structure has a type of its own; what is wrong in a function arrives among the
/// compiler's errors, whose types do not say whose fault they are, so the validator is asked too. It alone would not do: it reads modules as if
/// every proposal were on (wasmtime 48.0.8, `Module::validate`), where a number may be longer than without memory64.
pub(crate) fn compile(engine: &Engine, wasm: &[u8], error: &Error) -> Failure {
    let is_invalid = error.is::<wasmparser::BinaryReaderError>() || Module::validate(engine, wasm).is_err();
    new(if is_invalid { FailureKind::Rejected } else { FailureKind::Failed }, error)
}

/// Imports that do not resolve. A missing one has a type of its own (`UnknownImportError`), a mismatched one has none; preparing an
/// instantiation does nothing else that can fail, but for a module of another engine, where nothing says so but its text.
pub(crate) fn link(engine: &Engine, module: &Module, error: &Error) -> Failure {
    new(if Engine::same(engine, module.engine()) { FailureKind::Unlinkable } else { FailureKind::Failed }, error)
}

/// A component whose imports do not resolve.
pub(crate) fn unlinkable(error: &Error) -> Failure {
    new(FailureKind::Unlinkable, error)
}

/// A memory that the host could not grow.
pub(crate) fn grow(error: &Error) -> Failure {
    new(FailureKind::Exhausted(Exhaustible::Memory), error)
}

/// An access of the host's to a memory.
pub(crate) fn access(error: MemoryAccessError) -> Failure {
    Failure::trap(TrapCode::MemoryOutOfBounds, error)
}

/// Guest code that did not return.
pub(crate) fn run(store: impl AsContextMut, error: &Error) -> Failure {
    let kind = if let Some(status) = exit_status(error) {
        FailureKind::Exit(status.cast_unsigned())
    } else if let Some(code) = error.downcast_ref() {
        trap(*code)
    } else if is_exception(store, error) {
        FailureKind::Exception
    } else if is_out_of_memory(error) || error.is::<GcHeapOutOfMemory<()>>() {
        FailureKind::Exhausted(Exhaustible::Memory)
    } else {
        // wasmtime-wasi's own errors among them, for a status of 126 or more say.
        FailureKind::Failed
    };
    match error.downcast_ref() {
        Some(trace) => Failure::new(kind, backtrace::words_without(error, trace)).at(backtrace::frames(trace)),
        None => new(kind, error),
    }
}

/// An artifact that is not taken for one. There is one type for whatever is wrong with it, a file that cannot be opened included.
pub(crate) fn artifact(error: &Error) -> Failure {
    new(FailureKind::Stale, error)
}

/// Everything else.
pub(crate) fn other(error: &Error) -> Failure {
    new(FailureKind::Failed, error)
}

/// Each of wasmtime's two implementations of WASI has a type for it.
fn exit_status(error: &Error) -> Option<i32> {
    if let Some(I32Exit(status)) = error.downcast_ref() {
        return Some(*status);
    }
    #[cfg(feature = "wasi-threads")]
    if let Some(wasi_common::I32Exit(status)) = error.downcast_ref() {
        return Some(*status);
    }
    None
}

fn new(kind: FailureKind, error: &Error) -> Failure {
    Failure::new(kind, format!("{error:#}"))
}

fn trap(code: Trap) -> FailureKind {
    FailureKind::Trap(match code {
        Trap::UnreachableCodeReached => TrapCode::Unreachable,
        Trap::MemoryOutOfBounds => TrapCode::MemoryOutOfBounds,
        Trap::TableOutOfBounds => TrapCode::TableOutOfBounds,
        Trap::IndirectCallToNull => TrapCode::UninitializedElement,
        Trap::BadSignature => TrapCode::IndirectCallTypeMismatch,
        Trap::IntegerDivisionByZero => TrapCode::IntegerDivideByZero,
        Trap::IntegerOverflow => TrapCode::IntegerOverflow,
        Trap::BadConversionToInteger => TrapCode::InvalidConversionToInteger,
        Trap::NullReference => TrapCode::NullReference,
        Trap::CastFailure => TrapCode::CastFailure,
        Trap::ArrayOutOfBounds => TrapCode::ArrayOutOfBounds,
        Trap::HeapMisaligned => TrapCode::UnalignedAtomic,
        Trap::AtomicWaitNonSharedMemory => TrapCode::ExpectedSharedMemory,
        Trap::StackOverflow => return FailureKind::Exhausted(Exhaustible::Stack),
        Trap::OutOfFuel => return FailureKind::Exhausted(Exhaustible::Fuel),
        // Epochs pass only when the watchdog says so.
        Trap::Interrupt => return FailureKind::Interrupted,
        Trap::AllocationTooLarge => return FailureKind::Exhausted(Exhaustible::Memory),
        // Non-exhaustive. The others belong to stack switching and the component model.
        _ => return FailureKind::Failed,
    })
}
