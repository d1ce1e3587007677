//! Lines of a script, written as ranges.

use std::{collections::BTreeSet, fmt, str::FromStr};

/// A set of lines, counted from 1: `12-40, 55`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lines(Vec<(u64, u64)>);

impl Lines {
    /// Whether a line is among them.
    pub fn contains(&self, line: u64) -> bool {
        self.0.iter().any(|(first, last)| (*first..=*last).contains(&line))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether each of them is among these too.
    pub fn within(&self, others: &Self) -> bool {
        self.0.iter().all(|(first, last)| others.covers(*first, *last))
    }

    /// Whether they are among these too, as far as can be told of ranges: between the ends of one stand lines that nobody may ask about, and the
    /// same lines can be cut into other ranges. So where only the ends are among them, it depends on there being no `more` than of the others.
    pub fn among(&self, others: &Self, more: bool) -> bool {
        let ends = || self.0.iter().all(|(first, last)| others.contains(*first) && others.contains(*last));
        self.within(others) || (!more && ends())
    }

    /// Whether each line of a range is among them, whatever their order and however their ranges touch.
    fn covers(&self, first: u64, last: u64) -> bool {
        let mut missing = first;
        let mut ranges = self.0.clone();
        ranges.sort_unstable();
        for (from, to) in ranges {
            if from <= missing && to >= missing {
                missing = to.saturating_add(1);
            }
        }
        missing > last
    }

    /// Whether a line is among both.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.0.iter().any(|(first, last)| other.0.iter().any(|(from, to)| first <= to && from <= last))
    }

    /// These `chosen` ones of `all` lines there are; what stands between two chosen ones without another line of `all` is one range.
    pub fn of(chosen: &BTreeSet<u64>, all: &BTreeSet<u64>) -> Self {
        let mut ranges: Vec<(u64, u64)> = Vec::new();
        let mut goes_on = false;
        for line in all {
            let is_chosen = chosen.contains(line);
            match ranges.last_mut().filter(|_| goes_on && is_chosen) {
                Some((_, last)) => *last = *line,
                None if is_chosen => ranges.push((*line, *line)),
                None => {}
            }
            goes_on = is_chosen;
        }
        Self(ranges)
    }
}

impl fmt::Display for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, (first, last)) in self.0.iter().enumerate() {
            let comma = if number == 0 { "" } else { ", " };
            if first == last { write!(f, "{comma}{first}")? } else { write!(f, "{comma}{first}-{last}")? }
        }
        Ok(())
    }
}

impl FromStr for Lines {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not lines: write `12`, or `12-40, 55`");
        text.split(',')
            .map(|range| {
                let (first, last) = range.split_once('-').unwrap_or((range, range));
                let parsed = |number: &str| number.trim().parse::<u64>().ok();
                parsed(first).zip(parsed(last)).filter(|(first, last)| *first >= 1 && first <= last).ok_or_else(wrong)
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_within_lines() {
        let lines = |text: &str| text.parse::<Lines>().expect(text);
        for (some, others, within) in
            [("3", "1-5", true), ("3-8", "7-9, 1-6", true), ("3-8", "1-5, 7-9", false), ("1, 9", "1-3", false), ("1", "2", false)]
        {
            assert_eq!(lines(some).within(&lines(others)), within, "{some} in {others}");
        }
        // Reasons that were two are one now.
        let (one, two) = (lines("3-11, 15-125"), lines("3-11, 109-125, 15-104"));
        assert!(one.among(&two, false) && two.among(&one, false) && !one.among(&two, true) && !one.among(&lines("3-11"), false));
        assert!(Lines::default().within(&lines("1")) && !lines("1").within(&Lines::default()));
    }

    #[test]
    fn lines_are_read_as_they_are_written() {
        let all = [3, 5, 9, 10, 12, 40].into();
        let lines = Lines::of(&[3, 5, 10, 12, 40].into(), &all);
        assert_eq!(lines.to_string(), "3-5, 10-40");
        assert_eq!(lines.to_string().parse(), Ok(lines.clone()));
        assert!(lines.contains(5) && lines.contains(12) && !lines.contains(9));
        assert_eq!(Lines::of(&BTreeSet::new(), &all).to_string(), "");
        for (other, overlaps) in [("1-3", true), ("6-9", false), ("40", true), ("1, 41-50", false)] {
            assert_eq!(other.parse().map(|other: Lines| other.overlaps(&lines)), Ok(overlaps), "{other}");
        }
        for wrong in ["", "0", "5-3", "a", "1-2-3"] {
            assert!(wrong.parse::<Lines>().is_err(), "{wrong}");
        }
    }
}
