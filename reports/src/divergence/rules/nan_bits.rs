//! Which NaN an operation gives.

use wasmatrix_adapter::{Answer, Reply, Value};

use super::{Deed, Rule};
use crate::Observation;

pub(super) const RULE: Rule = Rule {
    name: "nan-bits",
    why: "sign and payload of a NaN result are not determined (core 2.0, 4.3.3 NaN Propagation)",
    needs_expectations: false,
    deed: Deed::Normalise(normalise),
};

/// Every NaN with its quiet bit set becomes the positive canonical one. Signalling ones stay: no arithmetic gives them. So do vectors, since bits do not
/// tell whether their lanes are floats.
fn normalise(observation: &Observation) -> Observation {
    let mut observation = observation.clone();
    if let Observation::Answered(Reply::Ok(Answer::Values(values))) = &mut observation {
        for value in values {
            match value {
                Value::F32(bits) if *bits & 0x7fc0_0000 == 0x7fc0_0000 => *bits = 0x7fc0_0000,
                Value::F64(bits) if *bits & 0x7ff8_0000_0000_0000 == 0x7ff8_0000_0000_0000 => *bits = 0x7ff8_0000_0000_0000,
                _ => {}
            }
        }
    }
    observation
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_nans_are_one_and_nothing_else_is() {
        let values = |values: Vec<Value>| Observation::Answered(Reply::Ok(Answer::Values(values)));
        for (value, becomes) in [
            (Value::F32(0xffc0_0001), Value::F32(0x7fc0_0000)),
            (Value::F64(0xffff_ffff_ffff_ffff), Value::F64(0x7ff8_0000_0000_0000)),
            (Value::F32(0x7fa0_0000), Value::F32(0x7fa0_0000)),
            (Value::F32(0x7f80_0000), Value::F32(0x7f80_0000)),
            (Value::F64(0xfff0_0000_0000_0000), Value::F64(0xfff0_0000_0000_0000)),
            (Value::I32(0x7fc0_0001), Value::I32(0x7fc0_0001)),
            (Value::V128(0x7fc0_0001), Value::V128(0x7fc0_0001)),
        ] {
            assert_eq!(normalise(&values(vec![value])), values(vec![becomes]));
        }
    }
}
