//! wasmi's errors in the protocol's words.

use wasmatrix_adapter::{Exhaustible, Failure, FailureKind, TrapCode};
use wasmi::{
    Error,
    errors::{ErrorKind, InstantiationError, LinkerError, MemoryError, TableError},
};

/// Any error of wasmi's. Its kind alone tells where it is from, so one table does for all operations.
pub(crate) fn failure(error: Error) -> Failure {
    Failure::new(kind(error.kind()), error)
}

fn kind(kind: &ErrorKind) -> FailureKind {
    match kind {
        ErrorKind::TrapCode(code) => trap(*code),
        ErrorKind::I32ExitStatus(status) => FailureKind::Exit(status.cast_unsigned()),
        ErrorKind::Wasm(_) => FailureKind::Rejected,
        ErrorKind::Linker(error) => linker(error),
        ErrorKind::Instantiation(error) => instantiation(error),
        ErrorKind::Memory(error) => memory(*error),
        ErrorKind::Table(error) => table(*error),
        // wasi-common's own errors arrive as messages, a status of 126 or more among them.
        ErrorKind::Message(_)
        | ErrorKind::Host(_)
        | ErrorKind::ResumableHostTrap(_)
        | ErrorKind::ResumableOutOfFuel(_)
        | ErrorKind::Global(_)
        | ErrorKind::Fuel(_)
        | ErrorKind::Func(_)
        | ErrorKind::Read(_)
        // The module is valid and wasmi cannot hold it: neither rejected nor the guest's own doing.
        | ErrorKind::Translation(_)
        | ErrorKind::UserLimits(_)
        | ErrorKind::ImplementationLimits(_)
        | ErrorKind::Ir(_) => FailureKind::Failed,
        // Non-exhaustive.
        _ => FailureKind::Failed,
    }
}

fn trap(code: wasmi::TrapCode) -> FailureKind {
    FailureKind::Trap(match code {
        wasmi::TrapCode::UnreachableCodeReached => TrapCode::Unreachable,
        wasmi::TrapCode::MemoryOutOfBounds => TrapCode::MemoryOutOfBounds,
        wasmi::TrapCode::TableOutOfBounds => TrapCode::TableOutOfBounds,
        wasmi::TrapCode::IndirectCallToNull => TrapCode::UninitializedElement,
        wasmi::TrapCode::IntegerDivisionByZero => TrapCode::IntegerDivideByZero,
        wasmi::TrapCode::IntegerOverflow => TrapCode::IntegerOverflow,
        wasmi::TrapCode::BadConversionToInteger => TrapCode::InvalidConversionToInteger,
        wasmi::TrapCode::BadSignature => TrapCode::IndirectCallTypeMismatch,
        wasmi::TrapCode::StackOverflow => return FailureKind::Exhausted(Exhaustible::Stack),
        wasmi::TrapCode::OutOfFuel => return FailureKind::Exhausted(Exhaustible::Fuel),
        wasmi::TrapCode::OutOfSystemMemory => return FailureKind::Exhausted(Exhaustible::Memory),
        // A resource limiter's, and none is installed.
        wasmi::TrapCode::GrowthOperationLimited => return FailureKind::Failed,
    })
}

fn linker(error: &LinkerError) -> FailureKind {
    match error {
        LinkerError::MissingDefinition { .. } | LinkerError::InvalidTypeDefinition { .. } => FailureKind::Unlinkable,
        LinkerError::DuplicateDefinition { .. } => FailureKind::Failed,
    }
}

fn instantiation(error: &InstantiationError) -> FailureKind {
    match error {
        InstantiationError::MismatchedNumberOfImports { .. }
        | InstantiationError::ImportTypeMismatch { .. }
        | InstantiationError::GlobalTypeMismatch { .. }
        | InstantiationError::FuncTypeMismatch { .. }
        | InstantiationError::TableTypeMismatch { .. }
        | InstantiationError::MemoryTypeMismatch { .. } => FailureKind::Unlinkable,
        // An active segment, which since bulk memory is a trap.
        InstantiationError::ElementSegmentDoesNotFit { .. } => FailureKind::Trap(TrapCode::TableOutOfBounds),
        InstantiationError::FailedToInstantiateMemory(error) => memory(*error),
        InstantiationError::FailedToInstantiateTable(error) => table(*error),
        InstantiationError::UnexpectedStartFn { .. }
        | InstantiationError::TooManyInstances
        | InstantiationError::TooManyTables
        | InstantiationError::TooManyMemories => FailureKind::Failed,
    }
}

/// Also what the host's own access to a memory answers.
pub(crate) fn memory(error: MemoryError) -> FailureKind {
    match error {
        MemoryError::OutOfBoundsAccess => FailureKind::Trap(TrapCode::MemoryOutOfBounds),
        MemoryError::OutOfBoundsGrowth
        | MemoryError::OutOfSystemMemory
        | MemoryError::MinimumSizeOverflow
        | MemoryError::MaximumSizeOverflow
        | MemoryError::ResourceLimiterDeniedAllocation => FailureKind::Exhausted(Exhaustible::Memory),
        MemoryError::OutOfFuel { .. } => FailureKind::Exhausted(Exhaustible::Fuel),
        MemoryError::InvalidMemoryType | MemoryError::InvalidStaticBufferSize => FailureKind::Failed,
    }
}

fn table(error: TableError) -> FailureKind {
    match error {
        TableError::InitOutOfBounds | TableError::FillOutOfBounds | TableError::SetOutOfBounds | TableError::CopyOutOfBounds => {
            FailureKind::Trap(TrapCode::TableOutOfBounds)
        }
        TableError::GrowOutOfBounds
        | TableError::OutOfSystemMemory
        | TableError::MinimumSizeOverflow
        | TableError::MaximumSizeOverflow
        | TableError::ResourceLimiterDeniedAllocation => FailureKind::Exhausted(Exhaustible::Table),
        TableError::OutOfFuel { .. } => FailureKind::Exhausted(Exhaustible::Fuel),
        TableError::ElementTypeMismatch => FailureKind::Failed,
        // Non-exhaustive.
        _ => FailureKind::Failed,
    }
}
