//! wasmer's trap codes in the protocol's words.

use wasmatrix_adapter::{Exhaustible, FailureKind, TrapCode};
use wasmer::sys::vm;

pub(crate) fn kind(code: vm::TrapCode) -> FailureKind {
    FailureKind::Trap(match code {
        vm::TrapCode::StackOverflow => return FailureKind::Exhausted(Exhaustible::Stack),
        vm::TrapCode::UncaughtException => return FailureKind::Exception,
        vm::TrapCode::HeapAccessOutOfBounds => TrapCode::MemoryOutOfBounds,
        // Two names for one thing: the specification knows no other misaligned access that traps.
        vm::TrapCode::HeapMisaligned | vm::TrapCode::UnalignedAtomic => TrapCode::UnalignedAtomic,
        vm::TrapCode::TableAccessOutOfBounds => TrapCode::TableOutOfBounds,
        vm::TrapCode::IndirectCallToNull => TrapCode::UninitializedElement,
        vm::TrapCode::BadSignature => TrapCode::IndirectCallTypeMismatch,
        vm::TrapCode::IntegerOverflow => TrapCode::IntegerOverflow,
        vm::TrapCode::IntegerDivisionByZero => TrapCode::IntegerDivideByZero,
        vm::TrapCode::BadConversionToInteger => TrapCode::InvalidConversionToInteger,
        vm::TrapCode::UnreachableCodeReached => TrapCode::Unreachable,
        // `throw_ref` of a null `exnref`.
        #[cfg(feature = "from-7_0")]
        vm::TrapCode::UninitializedExnRef => TrapCode::NullReference,
        // The host's doings, or wasmer's own. `HostInterrupt` is also its answer to a wait on a memory that is not shared, and to any other
        // wait that fails; the code does not say which.
        #[cfg(feature = "from-7_0")]
        vm::TrapCode::YieldOutsideAsyncContext => return FailureKind::Failed,
        #[cfg(feature = "from-7_2")]
        vm::TrapCode::HostInterrupt | vm::TrapCode::ReadonlyTableModified => return FailureKind::Failed,
    })
}
