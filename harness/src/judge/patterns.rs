//! Whether what was seen is what was expected.

use wasmatrix_adapter::{AnyReference, GuestBytes, Reference, Value};

use crate::suite::{AnyPattern, BytesPattern, Pattern, ReferencePattern};

/// What a step returned, where it returned.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Returned<'s> {
    Values(&'s [Value]),
    Pages(u64),
    Bytes(&'s GuestBytes),
    Nothing,
}

pub(super) fn all_match(patterns: &[Pattern], returned: &Returned<'_>) -> bool {
    match returned {
        Returned::Values(values) => {
            patterns.len() == values.len() && patterns.iter().zip(*values).all(|(pattern, value)| value_matches(pattern, *value))
        }
        Returned::Pages(pages) => matches!(patterns, [pattern] if one_of(pattern, &|pattern| *pattern == Pattern::Pages(*pages))),
        Returned::Bytes(bytes) => {
            matches!(patterns, [pattern] if one_of(pattern, &|pattern| matches!(pattern, Pattern::Bytes(wanted) if wanted == *bytes)))
        }
        Returned::Nothing => patterns.is_empty(),
    }
}

fn one_of(pattern: &Pattern, matches: &dyn Fn(&Pattern) -> bool) -> bool {
    match pattern {
        Pattern::AnyOf(alternatives) => alternatives.iter().any(|alternative| one_of(alternative, matches)),
        other => matches(other),
    }
}

fn value_matches(pattern: &Pattern, value: Value) -> bool {
    match (pattern, value) {
        (Pattern::AnyOf(alternatives), value) => alternatives.iter().any(|alternative| value_matches(alternative, value)),
        (Pattern::I32(wanted), Value::I32(bits)) => *wanted == bits,
        (Pattern::I64(wanted), Value::I64(bits)) => *wanted == bits,
        (Pattern::F32(wanted), Value::F32(bits)) => wanted.matches(bits),
        (Pattern::F64(wanted), Value::F64(bits)) => wanted.matches(bits),
        (Pattern::V128(wanted), Value::V128(bits)) => wanted.matches(bits),
        (Pattern::Funcref(wanted), Value::Funcref(reference)) | (Pattern::Externref(wanted), Value::Externref(reference)) => {
            reference_matches(*wanted, reference)
        }
        (Pattern::Exnref(wanted), Value::Exnref(reference)) => reference_matches(*wanted, reference),
        (Pattern::Anyref(wanted), Value::Anyref(reference)) => any_matches(*wanted, reference),
        (Pattern::Null, value) => matches!(
            value,
            Value::Funcref(Reference::Null)
                | Value::Externref(Reference::Null)
                | Value::Exnref(Reference::Null)
                | Value::Anyref(AnyReference::Null)
        ),
        _ => false,
    }
}

fn reference_matches(wanted: ReferencePattern, reference: Reference) -> bool {
    match wanted {
        ReferencePattern::Null => reference == Reference::Null,
        ReferencePattern::Any => reference != Reference::Null,
        ReferencePattern::Host(number) => reference == Reference::Host(number),
    }
}

fn any_matches(wanted: AnyPattern, reference: AnyReference) -> bool {
    match (wanted, reference) {
        (AnyPattern::Null, reference) => reference == AnyReference::Null,
        (_, AnyReference::Null) => false,
        (AnyPattern::Any, _) => true,
        (AnyPattern::Eq, reference) => matches!(reference, AnyReference::I31 | AnyReference::Struct | AnyReference::Array),
        (AnyPattern::I31, reference) => reference == AnyReference::I31,
        (AnyPattern::Struct, reference) => reference == AnyReference::Struct,
        (AnyPattern::Array, reference) => reference == AnyReference::Array,
        (AnyPattern::Host(number), reference) => reference == AnyReference::Host(number),
    }
}

pub(super) fn bytes_match(pattern: &BytesPattern, bytes: &[u8]) -> bool {
    match pattern {
        BytesPattern::Exactly(wanted) => wanted.0 == bytes,
        BytesPattern::Contains(text) => text.is_empty() || bytes.windows(text.len()).any(|window| window == text.as_bytes()),
    }
}
