//! The closed set of ways in which an operation can fail, in the specification's words.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Backtrace, Capability, Frame, guest_bytes::lossy_note};

/// An operation that did not succeed: what it was, and the runtime's own words for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// What is compared and judged.
    pub kind: FailureKind,
    /// The runtime's own text, verbatim but for a backtrace that stands beside it; shown, never compared by default.
    pub text: String,
    /// Where the guest was, as far as the runtime tells; shown, never compared.
    #[serde(default, skip_serializing_if = "Backtrace::is_empty")]
    pub backtrace: Backtrace,
}

/// The kinds of failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// The runtime, this variant or its adapter cannot do this. `Some` names what is missing where it has a name; a
    /// worker that claims a capability and then answers that it lacks it contradicts itself, and the harness calls it broken.
    Unsupported(Option<Capability>),
    /// The module is malformed or invalid. No runtime's API separates the two reliably.
    Rejected,
    /// An import is missing or has the wrong type.
    Unlinkable,
    /// The guest trapped.
    Trap(TrapCode),
    /// The guest used up a resource that is its own to use.
    Exhausted(Exhaustible),
    /// A WebAssembly exception left the outermost frame.
    Exception,
    /// The guest ended itself through `proc_exit` with this code, all 32 bits of it where the runtime passes them on.
    Exit(u32),
    /// The runtime interrupted the guest at the soft deadline. Nothing else may be answered so: it means that the cell hung.
    Interrupted,
    /// A cache entry or an artifact was refused: it is damaged, or of another version, configuration or runtime.
    Stale,
    /// None of the above: the runtime refused for a reason of its own, or the request made no sense.
    Failed,
}

/// Why a guest trapped. The names follow the messages of the specification's test suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum TrapCode {
    /// `unreachable` was executed.
    Unreachable,
    /// A memory access outside of the memory's bounds.
    MemoryOutOfBounds,
    /// A table access outside of the table's bounds, also "undefined element" of an indirect call.
    TableOutOfBounds,
    /// An indirect call through a null table element.
    UninitializedElement,
    /// An indirect call whose callee has another type.
    IndirectCallTypeMismatch,
    /// An integer division or remainder by zero.
    IntegerDivideByZero,
    /// An integer division or float truncation whose result does not fit.
    IntegerOverflow,
    /// A truncation of NaN.
    InvalidConversionToInteger,
    /// A null reference was used where an object was needed.
    NullReference,
    /// `ref.cast` to a type that the object does not have.
    CastFailure,
    /// An array access outside of the array's bounds.
    ArrayOutOfBounds,
    /// An atomic access at an address that is not aligned.
    UnalignedAtomic,
    /// `memory.atomic.wait` on a memory that is not shared.
    ExpectedSharedMemory,
}

/// What a guest can use up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Exhaustible {
    /// The call stack ("call stack exhausted").
    Stack,
    /// Linear memory or the garbage-collected heap.
    Memory,
    /// A table.
    Table,
    /// Metered instructions.
    Fuel,
}

impl Failure {
    /// A failure of this kind with the runtime's words; a `Debug` or `Display` text of its error.
    pub fn new(kind: FailureKind, text: impl fmt::Display) -> Self {
        Self { kind, text: lossy_note(text.to_string()), backtrace: Backtrace::default() }
    }

    /// The same failure, with where the guest was.
    #[must_use]
    pub fn at(self, frames: impl IntoIterator<Item = Frame>) -> Self {
        Self { backtrace: frames.into_iter().collect(), ..self }
    }

    /// A trap with the runtime's words.
    pub fn trap(code: TrapCode, text: impl fmt::Display) -> Self {
        Self::new(FailureKind::Trap(code), text)
    }

    /// The runtime's words about an interruption at the soft deadline.
    pub fn interrupted(text: impl fmt::Display) -> Self {
        Self::new(FailureKind::Interrupted, text)
    }

    /// A cache entry or an artifact that was refused.
    pub fn stale(text: impl fmt::Display) -> Self {
        Self::new(FailureKind::Stale, text)
    }

    /// Any failure outside of the named kinds.
    pub fn failed(text: impl fmt::Display) -> Self {
        Self::new(FailureKind::Failed, text)
    }

    /// Something this runtime or adapter cannot do and that has no capability name.
    pub fn unsupported(text: impl fmt::Display) -> Self {
        Self::new(FailureKind::Unsupported(None), text)
    }
}

impl fmt::Display for FailureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsupported(Some(capability)) => write!(f, "unsupported ({capability})"),
            Self::Unsupported(None) => f.write_str("unsupported"),
            Self::Rejected => f.write_str("rejected"),
            Self::Unlinkable => f.write_str("unlinkable"),
            Self::Trap(code) => write!(f, "trap {code}"),
            Self::Exhausted(what) => write!(f, "exhausted {what}"),
            Self::Exception => f.write_str("exception"),
            Self::Exit(code) => write!(f, "exit {code}"),
            Self::Interrupted => f.write_str("interrupted"),
            Self::Stale => f.write_str("stale"),
            Self::Failed => f.write_str("failed"),
        }
    }
}

/// The name a unit-like enum has in JSON, so that people and machines read the same word.
pub(crate) fn serde_name<T: Serialize>(value: &T, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => f.write_str(&name),
        _ => Err(fmt::Error),
    }
}

impl fmt::Display for TrapCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        serde_name(self, f)
    }
}

impl fmt::Display for Exhaustible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        serde_name(self, f)
    }
}
