//! A day of the calendar.

use std::{
    fmt,
    str::FromStr,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// A day in UTC, from 1970-01-01 to 9999-12-31.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(u64);

const DAY: u64 = 86400;

/// 9999-12-31, the last that RFC 3339 can say.
const LAST: u64 = 2_932_896;

impl Date {
    /// What the machine's clock shows. For the edge alone: whatever judges is told its day.
    pub fn today() -> Self {
        Self::of(SystemTime::now())
    }

    /// The day of a time; the nearest one that can be said, since a machine without a battery for its clock can believe to be anywhen.
    pub fn of(time: SystemTime) -> Self {
        Self(time.duration_since(UNIX_EPOCH).map_or(0, |since| (since.as_secs() / DAY).min(LAST)))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = humantime::format_rfc3339_seconds(UNIX_EPOCH + Duration::from_secs(self.0 * DAY)).to_string();
        f.write_str(text.split('T').next().unwrap_or_default())
    }
}

impl FromStr for Date {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let midnight = humantime::parse_rfc3339(&format!("{text}T00:00:00Z"));
        midnight.map(Self::of).map_err(|_| format!("`{text}` is not a date: write `2027-01-31`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_read_as_it_is_written() {
        for text in ["1970-01-01", "2026-11-21", "2028-02-29", "9999-12-31"] {
            assert_eq!(text.parse::<Date>().map(|date| date.to_string()), Ok(text.to_owned()));
        }
        for text in ["", "soon", "2027-02-29", "2027-13-01", "27-01-01", "2027-1-1", "2027-01-01T00:00:00Z", "1969-12-31"] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
    }

    #[test]
    fn dates_are_in_order_and_a_day_is_whole() {
        let date = |text: &str| text.parse::<Date>().unwrap_or_else(|error| panic!("{error}"));
        assert!(date("2026-12-31") < date("2027-01-01"));
        let noon = UNIX_EPOCH + Duration::from_secs(DAY * 3 + DAY - 1);
        assert_eq!(Date::of(noon), date("1970-01-04"));
        assert_eq!(Date::of(UNIX_EPOCH - Duration::from_secs(1)).to_string(), "1970-01-01");
        assert_eq!(Date::of(UNIX_EPOCH + Duration::from_secs(DAY * 3_000_000)).to_string(), "9999-12-31");
    }
}
