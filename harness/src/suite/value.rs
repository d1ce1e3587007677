//! Values as they are written in a suite, and the sets of values that an expectation can name.

use std::{fmt, str::FromStr};

use wasmatrix_adapter::{Reference, Value};

use super::{
    file::{ArgumentFile, NumberText, PatternFile},
    model::{AnyPattern, Argument, Pattern, ReferencePattern},
};

/// A float, or one of the specification's sets of NaNs (core, 4.3.3 "NaN propagation").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FloatPattern<B> {
    /// These bits.
    Bits(B),
    /// A NaN whose payload is the most significant bit alone, of either sign.
    CanonicalNan,
    /// A NaN with the most significant payload bit set, of either sign.
    ArithmeticNan,
}

impl FloatPattern<u32> {
    /// Whether these bits are meant.
    pub fn matches(self, bits: u32) -> bool {
        match self {
            Self::Bits(wanted) => wanted == bits,
            Self::CanonicalNan => bits & 0x7fff_ffff == 0x7fc0_0000,
            Self::ArithmeticNan => bits & 0x7fc0_0000 == 0x7fc0_0000,
        }
    }
}

impl FloatPattern<u64> {
    /// Whether these bits are meant.
    pub fn matches(self, bits: u64) -> bool {
        match self {
            Self::Bits(wanted) => wanted == bits,
            Self::CanonicalNan => bits & 0x7fff_ffff_ffff_ffff == 0x7ff8_0000_0000_0000,
            Self::ArithmeticNan => bits & 0x7ff8_0000_0000_0000 == 0x7ff8_0000_0000_0000,
        }
    }
}

/// 128 bits, lane by lane, since a lane of floats can be a set.
#[derive(Debug, Clone, PartialEq)]
pub enum LanePattern {
    /// Exactly these bits.
    Bits(u128),
    /// `f32x4`
    F32x4([FloatPattern<u32>; 4]),
    /// `f64x2`
    F64x2([FloatPattern<u64>; 2]),
}

impl LanePattern {
    /// Whether these bits are meant.
    pub fn matches(&self, bits: u128) -> bool {
        match self {
            Self::Bits(wanted) => *wanted == bits,
            Self::F32x4(lanes) => lanes.iter().enumerate().all(|(lane, pattern)| pattern.matches((bits >> (lane * 32)) as u32)),
            Self::F64x2(lanes) => lanes.iter().enumerate().all(|(lane, pattern)| pattern.matches((bits >> (lane * 64)) as u64)),
        }
    }
}

/// An argument that guests are given.
pub(super) fn argument(written: &ArgumentFile) -> Result<Argument, String> {
    Ok(Argument::Value(match written {
        ArgumentFile::I32(text) => Value::I32(integer32(text)?),
        ArgumentFile::I64(text) => Value::I64(integer64(text)?),
        ArgumentFile::F32(text) => Value::F32(exactly(f32_pattern(&text.0)?, "f32")?),
        ArgumentFile::F64(text) => Value::F64(exactly(f64_pattern(&text.0)?, "f64")?),
        ArgumentFile::V128(text) => match lanes(text)? {
            LanePattern::Bits(bits) => Value::V128(bits),
            LanePattern::F32x4(lanes) => {
                let mut bits = 0;
                for (lane, pattern) in lanes.into_iter().enumerate() {
                    bits |= u128::from(exactly(pattern, "f32")?) << (lane * 32);
                }
                Value::V128(bits)
            }
            LanePattern::F64x2(lanes) => {
                let mut bits = 0;
                for (lane, pattern) in lanes.into_iter().enumerate() {
                    bits |= u128::from(exactly(pattern, "f64")?) << (lane * 64);
                }
                Value::V128(bits)
            }
        },
        ArgumentFile::Funcref(text) => match reference(text.as_deref())? {
            ReferencePattern::Null => Value::Funcref(Reference::Null),
            ReferencePattern::Any | ReferencePattern::Host(_) => return Err("only `null` can be passed as a funcref".to_owned()),
        },
        ArgumentFile::Externref(text) => match reference(text.as_ref().map(|text| text.0.as_str()))? {
            ReferencePattern::Null => Value::Externref(Reference::Null),
            ReferencePattern::Host(number) => Value::Externref(Reference::Host(number)),
            ReferencePattern::Any => return Err("`any` stands for a set and can only be expected".to_owned()),
        },
        ArgumentFile::String(text) => return Ok(Argument::Text(text.clone())),
    }))
}

/// A value that is expected.
pub(super) fn pattern(written: &PatternFile) -> Result<Pattern, String> {
    Ok(match written {
        PatternFile::I32(text) => Pattern::I32(integer32(text)?),
        PatternFile::I64(text) => Pattern::I64(integer64(text)?),
        PatternFile::F32(text) => Pattern::F32(f32_pattern(&text.0)?),
        PatternFile::F64(text) => Pattern::F64(f64_pattern(&text.0)?),
        PatternFile::V128(text) => Pattern::V128(lanes(text)?),
        PatternFile::Funcref(text) => match reference(text.as_deref())? {
            ReferencePattern::Host(_) => return Err("a funcref is `null` or `any`".to_owned()),
            pattern @ (ReferencePattern::Null | ReferencePattern::Any) => Pattern::Funcref(pattern),
        },
        PatternFile::Externref(text) => Pattern::Externref(reference(text.as_ref().map(|text| text.0.as_str()))?),
        PatternFile::Pages(pages) => Pattern::Pages(*pages),
        PatternFile::Bytes(text) => Pattern::Bytes(wasmatrix_adapter::GuestBytes(text.clone().into_bytes())),
        PatternFile::Hex(text) => Pattern::Bytes(wasmatrix_adapter::GuestBytes(hex(text)?)),
        PatternFile::AnyOf(patterns) if patterns.is_empty() => return Err("`any_of` needs at least one alternative".to_owned()),
        PatternFile::AnyOf(patterns) => Pattern::AnyOf(patterns.iter().map(pattern).collect::<Result<_, _>>()?),
    })
}

/// Bytes from pairs of hexadecimal digits; spaces may stand between them.
pub(super) fn hex(text: &str) -> Result<Vec<u8>, String> {
    let digits: Vec<char> = text.chars().filter(|character| !character.is_whitespace()).collect();
    digits
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => Some((high.to_digit(16)? * 16 + low.to_digit(16)?) as u8),
            _ => None,
        })
        .collect::<Option<_>>()
        .ok_or_else(|| format!("`{text}` is not pairs of hexadecimal digits"))
}

fn integer32(text: &NumberText) -> Result<u32, String> {
    integer(&text.0, 32).map(|bits| bits as u32)
}

fn integer64(text: &NumberText) -> Result<u64, String> {
    integer(&text.0, 64).map(|bits| bits as u64)
}

/// Signed or unsigned, decimal or hexadecimal: whatever fits the width, as bits.
fn integer(text: &str, width: u32) -> Result<u128, String> {
    let wrong = || format!("`{text}` is not an integer of {width} bits, signed or unsigned");
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let magnitude = match digits.strip_prefix("0x") {
        Some(hexadecimal) => u128::from_str_radix(&hexadecimal.replace('_', ""), 16),
        None => u128::from_str(&digits.replace('_', "")),
    }
    .map_err(|_| wrong())?;
    let limit = 1_u128 << width;
    match negative {
        false if magnitude < limit => Ok(magnitude),
        true if magnitude <= limit / 2 => Ok((limit - magnitude) % limit),
        _ => Err(wrong()),
    }
}

fn f32_pattern(text: &str) -> Result<FloatPattern<u32>, String> {
    float(text, |bits| u32::from_str_radix(bits, 16).ok(), |text| text.parse::<f32>().ok().map(f32::to_bits))
}

fn f64_pattern(text: &str) -> Result<FloatPattern<u64>, String> {
    float(text, |bits| u64::from_str_radix(bits, 16).ok(), |text| text.parse::<f64>().ok().map(f64::to_bits))
}

fn float<B>(text: &str, bits: impl Fn(&str) -> Option<B>, number: impl Fn(&str) -> Option<B>) -> Result<FloatPattern<B>, String> {
    let wrong =
        || format!("`{text}` is not a float: write a decimal number, `inf`, `-inf`, `nan:canonical`, `nan:arithmetic` or `bits:0x…`");
    match text {
        "nan:canonical" => return Ok(FloatPattern::CanonicalNan),
        "nan:arithmetic" => return Ok(FloatPattern::ArithmeticNan),
        _ => {}
    }
    if let Some(digits) = text.strip_prefix("bits:0x") {
        return bits(digits).map(FloatPattern::Bits).ok_or_else(wrong);
    }
    // Rust would read `nan` as one NaN of many; which one is meant has to be said. YAML's own spelling of infinity is accepted.
    let plain = text.replace(".inf", "inf");
    if text.to_ascii_lowercase().contains("nan") { Err(wrong()) } else { number(&plain).map(FloatPattern::Bits).ok_or_else(wrong) }
}

fn exactly<B>(pattern: FloatPattern<B>, value_type: &str) -> Result<B, String> {
    match pattern {
        FloatPattern::Bits(bits) => Ok(bits),
        FloatPattern::CanonicalNan | FloatPattern::ArithmeticNan => {
            Err(format!("a set of NaNs can only be expected; pass an {value_type} as `bits:0x…`"))
        }
    }
}

fn reference(text: Option<&str>) -> Result<ReferencePattern, String> {
    match text {
        None => Ok(ReferencePattern::Null),
        Some("any") => Ok(ReferencePattern::Any),
        Some(text) => text.parse().map(ReferencePattern::Host).map_err(|_| format!("`{text}` is not `null`, `any` or a number")),
    }
}

fn lanes(text: &str) -> Result<LanePattern, String> {
    let mut words = text.split_whitespace();
    let shape = words.next().unwrap_or_default();
    let words: Vec<&str> = words.collect();
    let packed = |count: usize, width: u32| -> Result<LanePattern, String> {
        counted(&words, count, shape)?;
        let mut bits = 0;
        for (lane, word) in words.iter().enumerate() {
            bits |= integer(word, width)? << (lane as u32 * width);
        }
        Ok(LanePattern::Bits(bits))
    };
    match shape {
        "i8x16" => packed(16, 8),
        "i16x8" => packed(8, 16),
        "i32x4" => packed(4, 32),
        "i64x2" => packed(2, 64),
        "f32x4" => {
            counted(&words, 4, shape)?;
            let lanes = words.iter().map(|word| f32_pattern(word)).collect::<Result<Vec<_>, _>>()?;
            lanes.try_into().map(LanePattern::F32x4).map_err(|_| "f32x4 takes 4 lanes".to_owned())
        }
        "f64x2" => {
            counted(&words, 2, shape)?;
            let lanes = words.iter().map(|word| f64_pattern(word)).collect::<Result<Vec<_>, _>>()?;
            lanes.try_into().map(LanePattern::F64x2).map_err(|_| "f64x2 takes 2 lanes".to_owned())
        }
        _ => Err(format!("`{text}` does not begin with a shape: i8x16, i16x8, i32x4, i64x2, f32x4 or f64x2")),
    }
}

fn counted(words: &[&str], count: usize, shape: &str) -> Result<(), String> {
    if words.len() == count { Ok(()) } else { Err(format!("{shape} takes {count} lanes, found {}", words.len())) }
}

/// For people, as close to what stands in the suite as can be.
impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::I32(bits) => Value::I32(*bits).fmt(f),
            Self::I64(bits) => Value::I64(*bits).fmt(f),
            Self::F32(FloatPattern::Bits(bits)) => Value::F32(*bits).fmt(f),
            Self::F64(FloatPattern::Bits(bits)) => Value::F64(*bits).fmt(f),
            Self::F32(set) => write!(f, "f32 {set}"),
            Self::F64(set) => write!(f, "f64 {set}"),
            Self::V128(LanePattern::Bits(bits)) => Value::V128(*bits).fmt(f),
            Self::V128(LanePattern::F32x4(lanes)) => {
                f.write_str("v128 f32x4")?;
                lanes.iter().try_for_each(|lane| match lane {
                    FloatPattern::Bits(bits) => write!(f, " {}", f32::from_bits(*bits)),
                    set => write!(f, " {set}"),
                })
            }
            Self::V128(LanePattern::F64x2(lanes)) => {
                f.write_str("v128 f64x2")?;
                lanes.iter().try_for_each(|lane| match lane {
                    FloatPattern::Bits(bits) => write!(f, " {}", f64::from_bits(*bits)),
                    set => write!(f, " {set}"),
                })
            }
            Self::Funcref(pattern) => write!(f, "funcref {pattern}"),
            Self::Externref(pattern) => write!(f, "externref {pattern}"),
            Self::Anyref(pattern) => write!(f, "anyref {pattern}"),
            Self::Exnref(pattern) => write!(f, "exnref {pattern}"),
            Self::Null => f.write_str("a null reference"),
            Self::Pages(pages) => write!(f, "{pages} pages"),
            Self::Bytes(bytes) => write!(f, "{bytes:?}"),
            Self::AnyOf(patterns) => {
                let alternatives: Vec<String> = patterns.iter().map(ToString::to_string).collect();
                f.write_str(&alternatives.join(" or "))
            }
        }
    }
}

impl<B> fmt::Display for FloatPattern<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bits(_) => "bits",
            Self::CanonicalNan => "nan:canonical",
            Self::ArithmeticNan => "nan:arithmetic",
        })
    }
}

impl fmt::Display for ReferencePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Any => f.write_str("not null"),
            Self::Host(number) => write!(f, "host object {number}"),
        }
    }
}

impl fmt::Display for AnyPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Any => f.write_str("not null"),
            Self::Eq => f.write_str("an i31, a struct or an array"),
            Self::I31 => f.write_str("an i31"),
            Self::Struct => f.write_str("a struct"),
            Self::Array => f.write_str("an array"),
            Self::Host(number) => write!(f, "host object {number}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_bits_of_either_sign() {
        for (text, width, bits) in [
            ("-1", 32, Some(0xffff_ffff)),
            ("4294967295", 32, Some(0xffff_ffff)),
            ("0xffffffff", 32, Some(0xffff_ffff)),
            ("-2147483648", 32, Some(0x8000_0000)),
            ("-0", 32, Some(0)),
            ("4294967296", 32, None),
            ("-2147483649", 32, None),
            ("18446744073709551615", 64, Some(u128::from(u64::MAX))),
            ("-9223372036854775808", 64, Some(1 << 63)),
            ("1.5", 32, None),
            ("", 32, None),
            ("+-1", 32, None),
        ] {
            assert_eq!(integer(text, width).ok(), bits, "{text}");
        }
    }

    #[test]
    fn nan_sets_follow_the_specification() {
        let canonical = f32_pattern("nan:canonical").expect("a pattern");
        let arithmetic = f32_pattern("nan:arithmetic").expect("a pattern");
        for (bits, is_canonical, is_arithmetic) in [
            (0x7fc0_0000, true, true),
            (0xffc0_0000, true, true),
            (0x7fc0_0001, false, true),
            (0x7fa0_0000, false, false),
            (0x7f80_0000, false, false),
            (0x3f80_0000, false, false),
        ] {
            assert_eq!((canonical.matches(bits), arithmetic.matches(bits)), (is_canonical, is_arithmetic), "{bits:#x}");
        }
        assert!(f64_pattern("nan").is_err(), "which NaN is meant has to be said");
        assert_eq!(f32_pattern("-.inf"), Ok(FloatPattern::Bits(0xff80_0000)));
        assert_eq!(f32_pattern("bits:0x7fa00000"), Ok(FloatPattern::Bits(0x7fa0_0000)));
    }

    #[test]
    fn lanes_stand_in_memory_order() {
        assert_eq!(lanes("i32x4 1 2 3 -1"), Ok(LanePattern::Bits(0xffff_ffff_0000_0003_0000_0002_0000_0001)));
        assert_eq!(lanes("i64x2 1 2"), Ok(LanePattern::Bits(2 << 64 | 1)));
        let floats = lanes("f32x4 1 nan:canonical -0 inf").expect("a pattern");
        assert!(floats.matches(0x7f80_0000_8000_0000_ffc0_0000_3f80_0000));
        assert!(!floats.matches(0x7f80_0000_0000_0000_ffc0_0000_3f80_0000), "-0 is not 0");
        assert!(lanes("i32x4 1 2 3").is_err() && lanes("1 2 3 4").is_err());
    }
}
