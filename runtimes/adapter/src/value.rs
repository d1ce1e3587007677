//! Guest values. Numbers cross as text of their bits, because JSON numbers keep neither an i64 nor a NaN.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One WebAssembly value. Numbers are held as bits, so equality is bit equality: two NaNs with different payloads differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Value {
    /// 32 bits as `0x` and 8 hexadecimal digits.
    I32(
        #[serde(with = "bits")]
        #[cfg_attr(feature = "schema", schemars(with = "String"))]
        u32,
    ),
    /// 64 bits as `0x` and 16 hexadecimal digits.
    I64(
        #[serde(with = "bits")]
        #[cfg_attr(feature = "schema", schemars(with = "String"))]
        u64,
    ),
    /// The IEEE 754 bits as `0x` and 8 hexadecimal digits.
    F32(
        #[serde(with = "bits")]
        #[cfg_attr(feature = "schema", schemars(with = "String"))]
        u32,
    ),
    /// The IEEE 754 bits as `0x` and 16 hexadecimal digits.
    F64(
        #[serde(with = "bits")]
        #[cfg_attr(feature = "schema", schemars(with = "String"))]
        u64,
    ),
    /// 128 bits as `0x` and 32 hexadecimal digits, lane 0 in the lowest bits.
    V128(
        #[serde(with = "bits")]
        #[cfg_attr(feature = "schema", schemars(with = "String"))]
        u128,
    ),
    /// A function reference.
    Funcref(Reference),
    /// A reference that the host handed out.
    Externref(Reference),
    /// A reference to an internal object of the guest's: the hierarchy of `any`, of which only the sort of the object can be seen.
    Anyref(AnyReference),
    /// A reference to an exception.
    Exnref(Reference),
}

/// What can be said from outside of a reference in the hierarchy of `any`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum AnyReference {
    /// The null reference.
    Null,
    /// A 31-bit integer.
    I31,
    /// A structure.
    Struct,
    /// An array.
    Array,
    /// The host object with this number, made internal (`any.convert_extern`).
    Host(u32),
    /// Not null, and nothing more can be said of it.
    Some,
}

/// What can be said of a reference from outside the guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Reference {
    /// The null reference.
    Null,
    /// The host object with this number; only an `externref` can carry one.
    Host(u32),
    /// Not null, and nothing more can be said of it.
    Some,
}

/// The type of a [`Value`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the specification's own names")]
pub enum ValueType {
    I32,
    I64,
    F32,
    F64,
    V128,
    Funcref,
    Externref,
    Anyref,
    Exnref,
}

impl Value {
    /// The value's type.
    pub fn value_type(self) -> ValueType {
        match self {
            Self::I32(_) => ValueType::I32,
            Self::I64(_) => ValueType::I64,
            Self::F32(_) => ValueType::F32,
            Self::F64(_) => ValueType::F64,
            Self::V128(_) => ValueType::V128,
            Self::Funcref(_) => ValueType::Funcref,
            Self::Externref(_) => ValueType::Externref,
            Self::Anyref(_) => ValueType::Anyref,
            Self::Exnref(_) => ValueType::Exnref,
        }
    }
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::I32 => "i32",
            Self::I64 => "i64",
            Self::F32 => "f32",
            Self::F64 => "f64",
            Self::V128 => "v128",
            Self::Funcref => "funcref",
            Self::Externref => "externref",
            Self::Anyref => "anyref",
            Self::Exnref => "exnref",
        })
    }
}

/// For people: integers signed, floats as decimals with their bits, since `nan` alone says too little.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.value_type())?;
        match *self {
            Self::I32(bits) => write!(f, "{}", bits.cast_signed()),
            Self::I64(bits) => write!(f, "{}", bits.cast_signed()),
            Self::F32(bits) => write!(f, "{} ({bits:#010x})", f32::from_bits(bits)),
            Self::F64(bits) => write!(f, "{} ({bits:#018x})", f64::from_bits(bits)),
            Self::V128(bits) => write!(f, "{bits:#034x}"),
            Self::Funcref(reference) | Self::Externref(reference) | Self::Exnref(reference) => write!(f, "{reference}"),
            Self::Anyref(reference) => write!(f, "{reference}"),
        }
    }
}

impl fmt::Display for AnyReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::I31 => f.write_str("an i31"),
            Self::Struct => f.write_str("a struct"),
            Self::Array => f.write_str("an array"),
            Self::Host(number) => write!(f, "host object {number}"),
            Self::Some => f.write_str("not null"),
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Host(number) => write!(f, "host object {number}"),
            Self::Some => f.write_str("not null"),
        }
    }
}

trait Bits: Sized {
    const DIGITS: usize;
    fn hex(&self) -> String;
    fn parse(digits: &str) -> Option<Self>;
}

macro_rules! bits {
    ($($unsigned:ty),*) => {$(
        impl Bits for $unsigned {
            const DIGITS: usize = size_of::<$unsigned>() * 2;
            fn hex(&self) -> String {
                format!("{self:#0width$x}", width = Self::DIGITS + 2)
            }
            fn parse(digits: &str) -> Option<Self> {
                Self::from_str_radix(digits, 16).ok()
            }
        }
    )*};
}
bits!(u32, u64, u128);

mod bits {
    use super::{Bits, Deserialize, Deserializer, Serializer};
    use serde::de::Error as _;

    pub(super) fn serialize<T: Bits, S: Serializer>(bits: &T, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&bits.hex())
    }

    pub(super) fn deserialize<'de, T: Bits, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.strip_prefix("0x")
            .filter(|digits| digits.len() == T::DIGITS && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(T::parse)
            .ok_or_else(|| D::Error::custom(format!("expected `0x` and {} hexadecimal digits, found `{text}`", T::DIGITS)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bit_survives_the_boundary() {
        for value in [
            Value::I32(u32::MAX),
            Value::I64(1 << 63),
            Value::F32(0x7fa0_0001),
            Value::F64(0xfff0_0000_0000_0001),
            Value::V128(1 << 127 | 1),
            Value::Funcref(Reference::Null),
            Value::Externref(Reference::Host(7)),
            Value::Anyref(AnyReference::Host(7)),
            Value::Anyref(AnyReference::I31),
            Value::Exnref(Reference::Some),
        ] {
            let text = serde_json::to_string(&value).expect("a value is always JSON");
            assert_eq!(serde_json::from_str::<Value>(&text).expect(&text), value, "{text}");
        }
        assert_eq!(serde_json::to_string(&Value::I32(42)).expect("JSON"), r#"{"i32":"0x0000002a"}"#);
    }

    #[test]
    fn numbers_that_are_not_bits_are_refused() {
        for text in [r#"{"i32":42}"#, r#"{"i32":"42"}"#, r#"{"i32":"0x2a"}"#, r#"{"i64":"0x+000000000000001"}"#] {
            assert!(serde_json::from_str::<Value>(text).is_err(), "{text} was accepted");
        }
    }
}
