//! wasmi's errors in the protocol's words.

use wasmatrix_adapter::{Exhaustible, Failure, FailureKind, TrapCode};
use wasmi::{
    Error,
    errors::{ErrorKind, InstantiationError, LinkerError, MemoryError, TableError},
};

/// Any error of wasmi's. Its kind alone tells where it is from, so one table does for all operations.
pub(crate) fn failure(error: impl Into<Error>) -> Failure {
    let error = error.into();
    Failure::new(kind(error.kind()), error)
}

fn kind(kind: &ErrorKind) -> FailureKind {
    match kind {
        ErrorKind::TrapCode(code) => trap(*code),
        ErrorKind::I32ExitStatus(status) => FailureKind::Exit(status.cast_unsigned()),
        ErrorKind::Wasm(_) => FailureKind::Rejected,
        ErrorKind::Linker(error) => linker(error),
        ErrorKind::Instantiation(error) => instantiation(error),
        ErrorKind::Memory(error) => memory(error),
        ErrorKind::Table(error) => table(error),
        // wasi-common's own errors arrive as messages, a status of 126 or more among them.
        ErrorKind::Message(_)
        | ErrorKind::Host(_)
        | ErrorKind::Global(_)
        | ErrorKind::Fuel(_)
        | ErrorKind::Func(_)
        | ErrorKind::Read(_)
        // The module is valid and wasmi cannot hold it: neither rejected nor the guest's own doing. Its limits and its bytecode (`Ir`) have
        // kinds of their own, which change with the versions.
        | ErrorKind::Translation(_) => FailureKind::Failed,
        // Non-exhaustive.
        _ => FailureKind::Failed,
    }
}

fn trap(code: crate::names::TrapCode) -> FailureKind {
    use crate::names::TrapCode as Code;

    FailureKind::Trap(match code {
        Code::UnreachableCodeReached => TrapCode::Unreachable,
        Code::MemoryOutOfBounds => TrapCode::MemoryOutOfBounds,
        Code::TableOutOfBounds => TrapCode::TableOutOfBounds,
        Code::IndirectCallToNull => TrapCode::UninitializedElement,
        Code::IntegerDivisionByZero => TrapCode::IntegerDivideByZero,
        Code::IntegerOverflow => TrapCode::IntegerOverflow,
        Code::BadConversionToInteger => TrapCode::InvalidConversionToInteger,
        Code::BadSignature => TrapCode::IndirectCallTypeMismatch,
        Code::StackOverflow => return FailureKind::Exhausted(Exhaustible::Stack),
        Code::OutOfFuel => return FailureKind::Exhausted(Exhaustible::Fuel),
        #[cfg(feature = "from-2_0")]
        Code::OutOfSystemMemory => return FailureKind::Exhausted(Exhaustible::Memory),
        // A resource limiter's, and none is installed.
        Code::GrowthOperationLimited => return FailureKind::Failed,
    })
}

fn linker(error: &LinkerError) -> FailureKind {
    match error {
        LinkerError::MissingDefinition { .. } | LinkerError::InvalidTypeDefinition { .. } => FailureKind::Unlinkable,
        #[cfg(not(feature = "from-0_45"))]
        LinkerError::FuncTypeMismatch { .. }
        | LinkerError::InvalidTableSubtype { .. }
        | LinkerError::InvalidMemorySubtype { .. }
        | LinkerError::GlobalTypeMismatch { .. } => FailureKind::Unlinkable,
        LinkerError::DuplicateDefinition { .. } => FailureKind::Failed,
    }
}

fn instantiation(error: &InstantiationError) -> FailureKind {
    match error {
        #[cfg(feature = "from-2_0")]
        InstantiationError::MismatchedNumberOfImports { .. } | InstantiationError::ImportTypeMismatch { .. } => FailureKind::Unlinkable,
        #[cfg(not(feature = "from-2_0"))]
        InstantiationError::InvalidNumberOfImports { .. } | InstantiationError::ImportsExternalsMismatch { .. } => FailureKind::Unlinkable,
        #[cfg(feature = "from-0_45")]
        InstantiationError::GlobalTypeMismatch { .. }
        | InstantiationError::FuncTypeMismatch { .. }
        | InstantiationError::TableTypeMismatch { .. }
        | InstantiationError::MemoryTypeMismatch { .. } => FailureKind::Unlinkable,
        // Of globals only the types of imports can be wrong here.
        #[cfg(not(feature = "from-0_45"))]
        InstantiationError::SignatureMismatch { .. } | InstantiationError::Global(_) => FailureKind::Unlinkable,
        // An active segment, which since bulk memory is a trap.
        InstantiationError::ElementSegmentDoesNotFit { .. } => FailureKind::Trap(TrapCode::TableOutOfBounds),
        #[cfg(feature = "from-0_45")]
        InstantiationError::FailedToInstantiateMemory(error) => memory(error),
        #[cfg(feature = "from-0_45")]
        InstantiationError::FailedToInstantiateTable(error) => table(error),
        #[cfg(not(feature = "from-0_45"))]
        InstantiationError::Memory(error) => memory(error),
        #[cfg(not(feature = "from-0_45"))]
        InstantiationError::Table(error) => table(error),
        InstantiationError::TooManyInstances => FailureKind::Failed,
        #[cfg(feature = "from-0_45")]
        InstantiationError::UnexpectedStartFn { .. } | InstantiationError::TooManyTables | InstantiationError::TooManyMemories => {
            FailureKind::Failed
        }
        #[cfg(not(feature = "from-0_45"))]
        InstantiationError::FoundStartFn { .. } => FailureKind::Failed,
    }
}

/// Also what the host's own access to a memory answers.
fn memory(error: &MemoryError) -> FailureKind {
    match error {
        MemoryError::OutOfBoundsAccess => FailureKind::Trap(TrapCode::MemoryOutOfBounds),
        MemoryError::OutOfBoundsGrowth => FailureKind::Exhausted(Exhaustible::Memory),
        #[cfg(not(feature = "from-0_41"))]
        MemoryError::OutOfBoundsAllocation => FailureKind::Exhausted(Exhaustible::Memory),
        #[cfg(feature = "from-0_41")]
        MemoryError::OutOfSystemMemory
        | MemoryError::MinimumSizeOverflow
        | MemoryError::MaximumSizeOverflow
        | MemoryError::ResourceLimiterDeniedAllocation => FailureKind::Exhausted(Exhaustible::Memory),
        #[cfg(feature = "from-0_45")]
        MemoryError::OutOfFuel { .. } => FailureKind::Exhausted(Exhaustible::Fuel),
        // The type of an import.
        #[cfg(not(feature = "from-0_45"))]
        MemoryError::InvalidSubtype { .. } => FailureKind::Unlinkable,
        MemoryError::InvalidMemoryType | MemoryError::InvalidStaticBufferSize => FailureKind::Failed,
        // Non-exhaustive before.
        #[cfg(not(feature = "from-0_45"))]
        _ => FailureKind::Failed,
    }
}

fn table(error: &TableError) -> FailureKind {
    match error {
        #[cfg(feature = "from-0_45")]
        TableError::InitOutOfBounds | TableError::FillOutOfBounds | TableError::SetOutOfBounds => {
            FailureKind::Trap(TrapCode::TableOutOfBounds)
        }
        #[cfg(not(feature = "from-0_45"))]
        TableError::AccessOutOfBounds { .. } => FailureKind::Trap(TrapCode::TableOutOfBounds),
        TableError::CopyOutOfBounds => FailureKind::Trap(TrapCode::TableOutOfBounds),
        TableError::GrowOutOfBounds { .. } => FailureKind::Exhausted(Exhaustible::Table),
        #[cfg(feature = "from-0_41")]
        TableError::OutOfSystemMemory
        | TableError::MinimumSizeOverflow
        | TableError::MaximumSizeOverflow
        | TableError::ResourceLimiterDeniedAllocation => FailureKind::Exhausted(Exhaustible::Table),
        #[cfg(feature = "from-0_45")]
        TableError::OutOfFuel { .. } => FailureKind::Exhausted(Exhaustible::Fuel),
        // The type of an import.
        #[cfg(not(feature = "from-0_45"))]
        TableError::InvalidSubtype { .. } => FailureKind::Unlinkable,
        TableError::ElementTypeMismatch { .. } => FailureKind::Failed,
        // Non-exhaustive.
        _ => FailureKind::Failed,
    }
}
