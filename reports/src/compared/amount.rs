//! Amounts for people.

/// Nanoseconds as the unit that leaves one to three digits before the point: `12.3 µs`.
pub(crate) fn time(ns: f64) -> String {
    scaled(ns, 1e3, &["ns", "µs", "ms", "s"])
}

/// Bytes: `12.3 MiB`.
pub(crate) fn bytes(bytes: f64) -> String {
    if bytes < 1023.5 { format!("{bytes:.0} B") } else { scaled(bytes, 1024.0, &["B", "KiB", "MiB", "GiB"]) }
}

fn scaled(mut amount: f64, step: f64, units: &[&str]) -> String {
    let mut unit = 0;
    // What would be rounded to the next unit's 1 is shown as that.
    while amount >= step * 0.9995 && unit + 1 < units.len() {
        amount /= step;
        unit += 1;
    }
    format!("{} {}", three_digits(amount), units[unit])
}

fn three_digits(amount: f64) -> String {
    match amount {
        _ if amount >= 99.95 => format!("{amount:.0}"),
        _ if amount >= 9.995 => format!("{amount:.1}"),
        _ => format!("{amount:.2}"),
    }
}

/// A whole number with its thousands apart: `1,234,567`.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// A ratio as what was added: `+18 %`, `−0.4 %`; times as many from the double on: `×3.2`.
pub(crate) fn percent(ratio: f64) -> String {
    if ratio >= 2.0 {
        return format!("×{}", three_digits(ratio));
    }
    let percent = 100.0 * (ratio - 1.0);
    let size = percent.abs();
    let shown = if size >= 9.95 { format!("{size:.0}") } else { format!("{size:.1}") };
    let sign = if shown == "0.0" {
        "±"
    } else if percent < 0.0 {
        "−"
    } else {
        "+"
    };
    format!("{sign}{shown} %")
}

/// A part to either side: `±1.2 %`.
pub(crate) fn spread(part: f64) -> String {
    let percent = 100.0 * part;
    if percent >= 9.95 { format!("±{percent:.0} %") } else { format!("±{percent:.1} %") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_three_digits() {
        let times = [0.5, 9.994, 999.4, 999.6, 12_345.0, 2.5e9, 7.0e12].map(time);
        assert_eq!(times, ["0.50 ns", "9.99 ns", "999 ns", "1.00 µs", "12.3 µs", "2.50 s", "7000 s"]);
        assert_eq!([1.0, 1536.0, 1048576.0].map(bytes), ["1 B", "1.50 KiB", "1.00 MiB"]);
        assert_eq!([0, 999, 1_000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([1.18, 0.96, 1.0004, 3.2, 0.25, 1.0996].map(percent), ["+18 %", "−4.0 %", "±0.0 %", "×3.20", "−75 %", "+10 %"]);
    }
}
