//! How one cell changed, if it did.

use std::collections::BTreeSet;

use super::{Changed, Difference, Kind, RedFact, Seen, Sided, Standing};
use crate::{Level, Lines, Outcome};

/// How the cell changed; `None`: it did not.
pub(super) fn classified(before: Option<Sided<'_>>, after: Option<Sided<'_>>) -> Option<Changed> {
    let standing = |side: &Sided<'_>| Standing { cell: side.id.clone(), version: side.version.to_owned(), outcome: side.facts.outcome };
    let (old, new) = match (&before, &after) {
        (Some(old), Some(new)) => (old, new),
        (None, None) => return None,
        (one, other) => {
            return Some(Changed {
                kind: if one.is_some() { Kind::Removed } else { Kind::Added },
                // Nobody has accepted a red that nobody has seen before.
                worse: other.as_ref().is_some_and(Sided::counts),
                before: one.as_ref().map(standing),
                after: other.as_ref().map(standing),
                asks_something_else: false,
                details: Vec::new(),
                confirmed: Vec::new(),
                repeats: None,
            });
        }
    };
    let asks_something_else = old.facts.asks.is_some() && new.facts.asks.is_some() && old.facts.asks != new.facts.asks;
    // A case that asks something else has other lines and steps, so only the kinds can be held against each other.
    let reds = |side: &Sided<'_>| -> BTreeSet<RedFact> {
        let without_place = |red: &RedFact| RedFact { place: String::new(), kind: red.kind.clone() };
        if asks_something_else { side.facts.reds.iter().map(without_place).collect() } else { side.facts.reds.clone() }
    };
    let (old_reds, new_reds) = (reds(old), reds(new));
    let of_what_was_asked = |reds: BTreeSet<RedFact>, other: &Sided<'_>| {
        let was_asked = |red: &RedFact| asks_something_else || red.line().is_none_or(|line| !other.facts.unsupported.contains(line));
        Moved { asked: reds.iter().filter(|red| was_asked(red)).count(), all: reds.len() }
    };
    let came = of_what_was_asked(&new_reds - &old_reds, old);
    let went = of_what_was_asked(&old_reds - &new_reds, new);
    let kind = kind(old, new, came, went, asks_something_else);
    let was_renamed = old.id.suite != new.id.suite || old.id.case != new.id.case;
    let kind = match kind {
        None if was_renamed => Kind::Renamed,
        kind => kind?,
    };
    let worse = match kind {
        Kind::NewlyCrashing | Kind::NewlyIntermittent | Kind::NewlyUnsupported | Kind::NewlyUnavailable | Kind::NoLongerKnown => true,
        Kind::Removed | Kind::Renamed => false,
        _ => new.counts() && (!old.counts() || came.all > 0),
    };
    Some(Changed {
        kind,
        worse,
        before: Some(standing(old)),
        after: Some(standing(new)),
        asks_something_else,
        details: details(old, new, asks_something_else),
        confirmed: Vec::new(),
        repeats: None,
    })
}

/// How many reds came or went.
#[derive(Clone, Copy)]
struct Moved {
    all: usize,
    /// Those of them at lines that the other side was asked too.
    asked: usize,
}

impl Sided<'_> {
    /// Whether it is red and turns the exit code of a run.
    fn counts(&self) -> bool {
        let outcome = self.facts.outcome;
        outcome.is_red() && (self.strict || self.facts.level != Level::Recommended || outcome != Outcome::Fail)
    }
}

fn kind(old: &Sided<'_>, new: &Sided<'_>, came: Moved, went: Moved, asks_something_else: bool) -> Option<Kind> {
    let (was, is) = (old.facts.outcome, new.facts.outcome);
    let turned = |wanted: fn(Outcome) -> bool, on: Kind| match (wanted(was), wanted(is)) {
        (false, true) => Some(on),
        (true, false) => Some(on.mirrored()),
        _ => None,
    };
    let crashes = |outcome| matches!(outcome, Outcome::Crashed | Outcome::Hung);
    turned(|outcome| outcome == Outcome::Unavailable, Kind::NewlyUnavailable)
        .or_else(|| turned(crashes, Kind::NewlyCrashing))
        .or_else(|| turned(|outcome| outcome == Outcome::Intermittent, Kind::NewlyIntermittent))
        .or_else(|| turned(|outcome| outcome == Outcome::Unsupported, Kind::NewlyUnsupported))
        .or_else(|| {
            // What fails of an assertion that could not be asked before belongs to what is newly supported.
            let nothing_else = came.asked == 0 && went.asked == 0 && came.all + went.all > 0;
            nothing_else.then(|| unsupported_assertions(old, new, asks_something_else)).flatten()
        })
        .or_else(|| turned(fails, Kind::Regressed))
        .or_else(|| match (was == Outcome::Known, is == Outcome::Known) {
            // It is only accounted for where it fails as it did.
            (true, false) if came.all == 0 => Some(Kind::NoLongerKnown),
            (false, true) if went.all == 0 => Some(Kind::NewlyKnown),
            _ => None,
        })
        .or(match (came.asked > 0, went.asked > 0) {
            (true, false) => Some(Kind::Regressed),
            (false, true) => Some(Kind::Fixed),
            (true, true) => Some(Kind::Changed),
            (false, false) => None,
        })
        .or_else(|| unsupported_assertions(old, new, asks_something_else))
        .or_else(|| (was != is || differ(&old.facts.seen, &new.facts.seen)).then_some(Kind::Changed))
}

/// Whether something in it is not as expected, known or not. What `known.yaml` wrongly says to fail does not.
fn fails(outcome: Outcome) -> bool {
    match outcome {
        Outcome::Fail
        | Outcome::Known
        | Outcome::Crashed
        | Outcome::Hung
        | Outcome::Broken
        | Outcome::Overlimit
        | Outcome::Intermittent => true,
        Outcome::Pass | Outcome::Fixed | Outcome::Observed | Outcome::Unsupported | Outcome::Unavailable => false,
    }
}

/// A script can pass in spite of assertions that cannot be asked.
fn unsupported_assertions(old: &Sided<'_>, new: &Sided<'_>, asks_something_else: bool) -> Option<Kind> {
    let (came, went) = if asks_something_else {
        let count = |side: &Sided<'_>| side.facts.counts.map_or(0, |counts| counts.unsupported);
        (count(new) > count(old), count(old) > count(new))
    } else {
        let (was, is) = (&old.facts.unsupported, &new.facts.unsupported);
        let count = |side: &Sided<'_>| side.facts.counts.map_or(0, |counts| counts.unsupported);
        (!is.among(was, count(new) > count(old)), !was.among(is, count(old) > count(new)))
    };
    match (came, went) {
        (true, false) => Some(Kind::NewlyUnsupported),
        (false, true) => Some(Kind::NewlySupported),
        (true, true) => Some(Kind::Changed),
        (false, false) => None,
    }
}

fn differ(old: &Seen, new: &Seen) -> bool {
    match (old, new) {
        (Seen::InWords { steps: old, files: old_files }, Seen::InWords { steps: new, files: new_files }) => {
            old != new || old_files.as_ref().zip(new_files.as_ref()).is_some_and(|(old, new)| old != new)
        }
        (old, new) => old.digest().zip(new.digest()).is_some_and(|(old, new)| old != new),
    }
}

/// The most differences that are listed of one cell.
const MOST: usize = 20;

/// Where two cells differ.
fn details(old: &Sided<'_>, new: &Sided<'_>, asks_something_else: bool) -> Vec<Difference> {
    let difference = |what: &str, before: String, after: String| Difference { what: what.to_owned(), before, after };
    let mut details = Vec::new();
    let mut more = 0;
    if let (Seen::InWords { steps: was, files: was_left }, Seen::InWords { steps: is, files: is_left }) = (&old.facts.seen, &new.facts.seen)
    {
        let with = |steps: &[(String, String)], files: &Option<Vec<(String, String)>>| -> Vec<(String, String)> {
            // Files count where both sides were looked at.
            let files = files.iter().flatten().filter(|_| was_left.is_some() && is_left.is_some());
            steps.iter().chain(files).cloned().collect()
        };
        let (was, is) = (&with(was, was_left), &with(is, is_left));
        let places: BTreeSet<&String> = was.iter().chain(is).map(|(place, _)| place).collect();
        let at = |seen: &[(String, String)], place: &String| {
            seen.iter().find(|(other, _)| other == place).map_or_else(|| "-".to_owned(), |(_, seen)| seen.clone())
        };
        for place in places {
            let (was, is) = (at(was, place), at(is, place));
            if was != is {
                details.push(difference(place, was, is));
            }
        }
    } else if differ(&old.facts.seen, &new.facts.seen) {
        details.push(difference("what was seen", old.facts.seen.digest().unwrap_or_default(), new.facts.seen.digest().unwrap_or_default()));
    }
    if !asks_something_else {
        // A script can have thousands, of which no more than a few are shown.
        let places: BTreeSet<&String> = old.facts.reds.symmetric_difference(&new.facts.reds).map(|red| &red.place).collect();
        more += places.len().saturating_sub(MOST);
        for place in places.into_iter().take(MOST) {
            let kinds = |side: &Sided<'_>| {
                let kinds: Vec<&str> = side.facts.reds.iter().filter(|red| red.place == *place).map(|red| red.kind.as_str()).collect();
                if kinds.is_empty() { "not red".to_owned() } else { kinds.join(", ") }
            };
            details.push(difference(place, kinds(old), kinds(new)));
        }
        if old.facts.unsupported != new.facts.unsupported {
            let lines = |lines: &Lines| if lines.is_empty() { "none".to_owned() } else { lines.to_string() };
            details.push(difference("unsupported lines", lines(&old.facts.unsupported), lines(&new.facts.unsupported)));
        }
    }
    more += details.len().saturating_sub(MOST);
    details.truncate(MOST);
    // Which ways there are explains all of the above, so it is never one of those left out.
    if old.facts.ways != new.facts.ways {
        let ways = |side: &Sided<'_>| if side.facts.ways.is_empty() { "in one way".to_owned() } else { side.facts.ways.join(" | ") };
        details.push(difference("ended", ways(old), ways(new)));
    }
    if more > 0 {
        details.push(difference("more", format!("{more} differences"), format!("{more} differences")));
    }
    details
}
