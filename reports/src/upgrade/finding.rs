//! What an upgrade did to one cell: usually one thing, to a script often several.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Heading, errno};
use crate::{
    Cell, Level, Lines, Outcome, Red,
    causes::{self, shape},
    change::{Changed, Kind, Standing},
};

/// A place in a case, with what was seen there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Place {
    /// `step 2, invoke path_link (…)`, `line 77, (assert_return …`, `file /data/a`; empty where it is about the whole.
    #[serde(rename = "where")]
    pub place: String,
    /// With the old version.
    pub old: String,
    /// With the new one.
    pub new: String,
    /// What the suite expects there, where either is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// The words of the runtime that is wrong, where it had any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
}

/// What is known of a failure.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KnownFailure {
    /// Why it fails.
    pub reason: String,
    /// Where it is filed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issue: Option<String>,
}

/// What the upgrade did to a cell, or to one part of it.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    pub(super) heading: Heading,
    pub(super) variant: Option<String>,
    pub(super) suite: String,
    pub(super) case: String,
    pub(super) level: Level,
    pub(super) why: String,
    pub(super) old: Outcome,
    pub(super) new: Outcome,
    /// What it was about, without what differs from case to case.
    pub(super) shape: String,
    /// Where it is to be seen, the place that says most first.
    pub(super) places: Vec<Place>,
    /// How many more of them there are.
    pub(super) more: u64,
    /// Of a script, how many assertions.
    pub(super) assertions: u64,
    /// Of a script, its lines.
    pub(super) lines: String,
    pub(super) known: Option<KnownFailure>,
    pub(super) again: Vec<String>,
    pub(super) repeats: Option<bool>,
}

/// How it begins what is said of a cell that a runtime cannot be asked.
const NOT_SUPPORTED: &str = "not supported: ";

/// What is seen where a side has nothing at all: a file that was not left, a step that was not reached.
const NOTHING: &str = "nothing";

/// How it ends what is said of a script that wins assertions of which some fail.
pub(super) const OF_THOSE_FAIL: &str = " of those fail";

/// What is seen of a step that has no answer.
const UNANSWERED: &str = "no answer";

/// How many places of a cell are kept.
const MOST: usize = 20;

/// A cell on both sides.
pub(super) struct Both<'c> {
    pub(super) variant: Option<&'c str>,
    pub(super) changed: &'c Changed,
    pub(super) old: &'c Cell,
    pub(super) new: &'c Cell,
}

impl Both<'_> {
    /// What the upgrade did to it.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let whole = match self.changed.kind {
            Kind::NewlyCrashing => Some(Heading::NewlyCrashing),
            Kind::NewlyIntermittent => Some(Heading::Intermittent),
            Kind::NoLongerCrashing | Kind::NoLongerIntermittent => Some(Heading::Fixed),
            _ => None,
        };
        if let (None, Some(_), Some(_)) = (whole, &self.old.script, &self.new.script) {
            let parts = self.parts_of_a_script();
            if !parts.is_empty() {
                return parts;
            }
        }
        let heading = whole.or(match self.changed.kind {
            Kind::Regressed => Some(Heading::Regressed),
            Kind::NewlyUnsupported => Some(Heading::NoLongerSupported),
            Kind::NewlySupported => Some(Heading::NewlySupported),
            Kind::Fixed => Some(Heading::Fixed),
            Kind::Changed => Some(self.changed_in_any_way()),
            _ => None,
        });
        heading.map(|heading| self.whole(heading)).into_iter().collect()
    }

    fn changed_in_any_way(&self) -> Heading {
        let places = |cell: &Cell| cell.reds.iter().map(|red| place_of(cell, red)).collect::<BTreeSet<_>>();
        let (was, is) = (places(self.old), places(self.new));
        let died = |cell: &Cell| cell.reds.iter().any(is_lost);
        match (was.is_empty(), is.is_empty()) {
            (true, true) => Heading::Changed,
            // Where both die, what comes after the first death was never asked.
            (false, false) if is.is_subset(&was) || (died(self.old) && died(self.new)) => Heading::WrongInAnotherWay,
            (_, false) => Heading::Regressed,
            (false, true) => Heading::Fixed,
        }
    }

    fn finding(&self, heading: Heading) -> Finding {
        let (old, new) = (self.old, self.new);
        // Whoever reads of a fix wants to know what it was.
        let known = if matches!(heading, Heading::Fixed | Heading::NoLongerSupported) { old } else { new };
        Finding {
            heading,
            variant: self.variant.map(str::to_owned),
            suite: new.suite.clone(),
            case: new.case.clone(),
            level: new.level,
            why: new.why.clone(),
            old: outcome(&self.changed.before, old),
            new: outcome(&self.changed.after, new),
            shape: String::new(),
            places: Vec::new(),
            more: 0,
            assertions: 0,
            lines: String::new(),
            known: Some(known)
                .filter(|cell| cell.outcome == Outcome::Known)
                .map(|cell| KnownFailure { reason: cell.reason.clone().unwrap_or_default(), issue: cell.issue.clone() }),
            again: self.changed.confirmed.clone(),
            repeats: self.changed.repeats,
        }
    }

    /// The cell as a whole.
    fn whole(&self, heading: Heading) -> Finding {
        let mut places = match heading {
            Heading::NoLongerSupported | Heading::NewlySupported => vec![self.support()],
            _ => self.places(),
        };
        // The one that says why it stands under this heading comes first.
        let telling = |place: &Place| match heading {
            Heading::NewlyCrashing | Heading::Regressed | Heading::Fixed | Heading::Intermittent => place.expected.is_none(),
            _ => false,
        };
        places.sort_by_key(|place| telling(place));
        let shape = match (heading, places.first()) {
            (Heading::NoLongerSupported, Some(place)) => reason(&place.new),
            (Heading::NewlySupported, Some(place)) => reason(&place.old),
            (_, Some(place)) => transition(&place.place, &place.old, &place.new),
            (_, None) => format!("{} → {}", self.old.outcome, self.new.outcome),
        };
        let more = places.len().saturating_sub(MOST) as u64;
        places.truncate(MOST);
        Finding { shape, places, more, ..self.finding(heading) }
    }

    fn support(&self) -> Place {
        let said = |cell: &Cell| match cell.outcome {
            Outcome::Unsupported => format!("{NOT_SUPPORTED}{}", cell.reason.as_deref().unwrap_or("it does not say why")),
            outcome => outcome.to_string(),
        };
        let wrong = self.new.reds.first().or(self.old.reds.first());
        Place {
            place: String::new(),
            old: said(self.old),
            new: match self.new.reds.first() {
                Some(red) => format!("{}, {}: {}", said(self.new), place_of(self.new, red), red.observed),
                None => said(self.new),
            },
            expected: wrong.map(|red| red.expected.clone()),
            words: None,
        }
    }

    /// Every place where the two differ, in the order of the steps.
    fn places(&self) -> Vec<Place> {
        let mut places: BTreeMap<(u64, String), Place> = BTreeMap::new();
        for detail in &self.changed.details {
            let number = detail.what.strip_prefix("step ").and_then(|rest| rest.split_once(','));
            let step = number.and_then(|(number, _)| number.parse::<u64>().ok());
            // What was red is taken from the reds, which say what was expected too.
            if step.is_none() && !detail.what.starts_with("file ") {
                continue;
            }
            let function = detail.what.split_once("invoke ").map_or("", |(_, rest)| rest.split_whitespace().next().unwrap_or_default());
            let is_errno = errno::is_returned_by(&self.new.suite, function);
            let worded = |text: &str| match text {
                "-" => NOTHING.to_owned(),
                text if is_errno => errno::named(text),
                text => text.to_owned(),
            };
            let place =
                Place { place: detail.what.clone(), old: worded(&detail.before), new: worded(&detail.after), expected: None, words: None };
            places.insert((step.unwrap_or(u64::MAX), detail.what.clone()), place);
        }
        for (cell, is_new) in [(self.old, false), (self.new, true)] {
            for red in &cell.reds {
                self.add_red(&mut places, cell, is_new, red);
            }
        }
        // What comes after a death was never asked.
        let was_asked = |place: &Place| place.expected.is_some() || (place.old != UNANSWERED && place.new != UNANSWERED);
        places.into_values().filter(|place| place.old != place.new && was_asked(place)).collect()
    }

    fn add_red(&self, places: &mut BTreeMap<(u64, String), Place>, cell: &Cell, is_new: bool, red: &Red) {
        let at = place_of(cell, red);
        let other = if is_new { self.old } else { self.new };
        let is_errno = errno::is_returned_by(&cell.suite, &causes::function(cell, red));
        let worded = |text: &str| if is_errno { errno::named(text) } else { text.to_owned() };
        let key = (red.step.unwrap_or(u64::MAX), at.clone());
        let place = places.entry(key).or_insert_with(|| {
            let same = other.reds.iter().find(|one| place_of(other, one) == at);
            let there = same.map_or_else(|| as_expected(red), |one| one.observed.clone());
            let here = red.observed.clone();
            let (old, new) = if is_new { (there, here) } else { (here, there) };
            Place { place: at, old: worded(&old), new: worded(&new), expected: None, words: None }
        });
        if is_lost(red) {
            let seen = if is_new { &mut place.new } else { &mut place.old };
            seen.clone_from(&red.observed);
        }
        // The new version's red says more than the old one's.
        place.expected = Some(worded(&red.expected));
        if red.kind == "files" {
            // What is in a file says more than its digest does.
            place.expected = Some(content(&red.expected));
            let is_red_there = other.reds.iter().any(|one| place_of(other, one) == place.place);
            let (here, there) = if is_new { (&mut place.new, &mut place.old) } else { (&mut place.old, &mut place.new) };
            *here = content(&red.observed);
            if !is_red_there {
                *there = content(&red.expected);
            }
        }
        place.words = words(cell, red).or(place.words.take());
    }

    /// A script's assertions that regressed, those that were fixed, those that could not be asked and can, and so on.
    fn parts_of_a_script(&self) -> Vec<Finding> {
        let (old, new) = (Script::of(self.old), Script::of(self.new));
        let mut parts: BTreeMap<Heading, Vec<Place>> = BTreeMap::new();
        let (mut lines, mut kinds): (BTreeMap<Heading, BTreeSet<u64>>, BTreeMap<Heading, BTreeSet<String>>) = Default::default();
        let mut newly_asked_and_red = 0_u64;
        let all: BTreeSet<(u64, &str)> = old.reds.keys().chain(new.reds.keys()).copied().collect();
        for (line, text) in all {
            let (was, is) = (old.reds.get(&(line, text)), new.reds.get(&(line, text)));
            let heading = match (was, is) {
                (None, Some(_)) if old.unasked.contains(line) => {
                    newly_asked_and_red += 1;
                    continue;
                }
                (Some(_), None) if new.unasked.contains(line) => continue,
                (None, Some(_)) => Heading::Regressed,
                (Some(_), None) => Heading::Fixed,
                (Some(was), Some(is)) if was.kind != is.kind => Heading::WrongInAnotherWay,
                _ => continue,
            };
            let (told, teller) = if heading == Heading::Fixed { (was, self.old) } else { (is, self.new) };
            let Some(red) = told else { continue };
            let seen = |red: Option<&&Red>| red.map_or_else(|| "as the script says".to_owned(), |red| red.observed.clone());
            kinds.entry(heading).or_default().insert(format!("{}: {}", directive_name(text), red.kind));
            lines.entry(heading).or_default().insert(line);
            parts.entry(heading).or_default().push(Place {
                place: place_of(teller, red),
                old: seen(was),
                new: seen(is),
                expected: Some(red.expected.clone()),
                words: words(teller, red),
            });
        }
        let mut findings: Vec<Finding> = parts
            .into_iter()
            .map(|(heading, mut places)| {
                let assertions = places.len() as u64;
                places.truncate(MOST);
                let lines = lines.remove(&heading).unwrap_or_default();
                let kinds = kinds.remove(&heading).unwrap_or_default();
                Finding {
                    shape: some_of(&kinds),
                    more: assertions - places.len() as u64,
                    assertions,
                    lines: Lines::of(&lines, &lines.iter().flat_map(|line| [*line, line + 1]).collect()).to_string(),
                    places,
                    ..self.finding(heading)
                }
            })
            .collect();
        findings.extend(self.support_in_a_script(&old, &new, newly_asked_and_red));
        findings
    }

    fn support_in_a_script(&self, old: &Script<'_>, new: &Script<'_>, failing: u64) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (heading, come, gone) in [(Heading::NewlySupported, old, new), (Heading::NoLongerSupported, new, old)] {
            if come.unasked.among(&gone.unasked, come.unsupported > gone.unsupported) {
                continue;
            }
            let script = |cell: &Cell| cell.script.as_ref().map_or_else(String::new, counted);
            let reasons: Vec<_> = come.reasons.difference(&gone.reasons).collect();
            let shape: BTreeSet<String> = reasons.iter().map(|(reason, _)| (*reason).to_owned()).collect();
            let lines: Vec<&str> = reasons.iter().map(|(_, lines)| *lines).collect();
            let wrong =
                if heading == Heading::NewlySupported && failing > 0 { format!("; {failing}{OF_THOSE_FAIL}") } else { String::new() };
            let places = vec![Place {
                place: format!("lines {}", lines.join(", ")),
                old: script(self.old),
                new: script(self.new) + &wrong,
                expected: None,
                words: None,
            }];
            findings.push(Finding {
                shape: some_of(&shape),
                places,
                assertions: come.unsupported.saturating_sub(gone.unsupported),
                lines: lines.join(", "),
                ..self.finding(heading)
            });
        }
        findings
    }
}

/// A script's record with what it takes to find a directive.
struct Script<'c> {
    reds: BTreeMap<(u64, &'c str), &'c Red>,
    reasons: BTreeSet<(&'c str, &'c str)>,
    unasked: Lines,
    unsupported: u64,
}

impl<'c> Script<'c> {
    fn of(cell: &'c Cell) -> Self {
        let mut reds = BTreeMap::new();
        for red in &cell.reds {
            let (line, text) = red.directive.as_ref().map_or((0, ""), |directive| (directive.line, directive.text.as_str()));
            reds.entry((line, text)).or_insert(red);
        }
        let reasons: BTreeSet<(&str, &str)> =
            cell.script.iter().flat_map(|script| &script.unsupported_for).map(|one| (one.reason.as_str(), one.lines.as_str())).collect();
        let lines: Vec<&str> = reasons.iter().map(|(_, lines)| *lines).collect();
        let unasked = lines.join(", ").parse().unwrap_or_default();
        Self { reds, reasons, unasked, unsupported: cell.script.as_ref().map_or(0, |script| script.unsupported) }
    }
}

/// `238 of 239 assertions hold, 1 cannot be asked`.
fn counted(script: &crate::ScriptRecord) -> String {
    let others = [(script.failed + script.known, "fail"), (script.unanswered, "have no answer"), (script.unsupported, "cannot be asked")];
    let others = others.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
    let asked = script.assertions.saturating_sub(script.not_asked);
    std::iter::once(format!("{} of {asked} assertions hold", script.passed)).chain(others).collect::<Vec<_>>().join(", ")
}

/// How a cell ended as if nothing were known to fail, which is what was compared.
fn outcome(standing: &Option<Standing>, cell: &Cell) -> Outcome {
    standing.as_ref().map_or(cell.outcome, |standing| standing.outcome)
}

/// `assert_return`
fn directive_name(text: &str) -> &str {
    text.trim_start_matches('(').split(|it: char| it.is_whitespace() || it == ')').next().unwrap_or_default()
}

/// A few of them, and how many more there are.
fn some_of(texts: &BTreeSet<String>) -> String {
    const FEW: usize = 3;
    let few: Vec<&str> = texts.iter().take(FEW).map(String::as_str).collect();
    let more = texts.len().saturating_sub(FEW);
    if more > 0 { format!("{} and {more} more", few.join("; ")) } else { few.join("; ") }
}

fn reason(said: &str) -> String {
    said.strip_prefix(NOT_SUPPORTED).unwrap_or(said).to_owned()
}

/// `path_link: returns i32 N → returns i32 N`
fn transition(place: &str, old: &str, new: &str) -> String {
    let does = place.split_once(", ").map_or(place, |(_, does)| does);
    let what = if place.starts_with("file ") { "a file".to_owned() } else { causes::function_of_step(does).to_owned() };
    let what = if what.is_empty() { "at the end".to_owned() } else { what };
    format!("{what}: {} → {}", shape(old), shape(new))
}

/// Where a red is.
fn place_of(cell: &Cell, red: &Red) -> String {
    match (red.step, &red.directive) {
        (Some(number), _) => {
            let does = usize::try_from(number).ok().and_then(|number| cell.steps.get(number.checked_sub(1)?)).map(|step| &step.does);
            does.map_or_else(|| format!("step {number}"), |does| format!("step {number}, {does}"))
        }
        (None, Some(directive)) => {
            format!("line {}, {}", directive.line, directive.text.split_whitespace().collect::<Vec<_>>().join(" "))
        }
        (None, None) if red.kind == "files" => format!("file {}", red.observed.split_once(":\n").map_or("", |(path, _)| path)),
        (None, None) => "at the end".to_owned(),
    }
}

fn as_expected(red: &Red) -> String {
    if red.expected.contains(" or ") { "as expected".to_owned() } else { red.expected.clone() }
}

/// The content of `/data/own.txt:\n…`.
fn content(text: &str) -> String {
    let content = text.split_once(":\n").map_or(text, |(_, content)| content);
    if content.is_empty() { "(empty)".to_owned() } else { content.to_owned() }
}

/// Whether nothing more was heard after it.
fn is_lost(red: &Red) -> bool {
    matches!(red.kind.as_str(), "crashed" | "hung" | "broken" | "overlimit")
}

/// The most that is kept of what a runtime says, in characters.
const LONGEST: usize = 300;

/// What the runtime, or the worker that died, said itself.
fn words(cell: &Cell, red: &Red) -> Option<String> {
    let stderr = cell.worker_stderr.as_deref().filter(|stderr| red.kind == "crashed" && !stderr.trim().is_empty());
    let said = stderr.unwrap_or(&red.words).split_whitespace().collect::<Vec<_>>().join(" ");
    let said = said.split(" note: run with `RUST_BACKTRACE").next().unwrap_or_default();
    let said = match said.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &said[..end]),
        None => said.to_owned(),
    };
    Some(said).filter(|said| !said.is_empty())
}
