//! Cells of one case, taken apart into the places where they can be compared.

use std::collections::{BTreeMap, BTreeSet};

use super::{Deed, Place, Rule};
use crate::{Cell, Level, Lines, Observation, Outcome, Red, file_in_words, observation_in_words};

/// What was seen of one place, runtime by runtime.
#[derive(Debug)]
pub struct Question {
    /// Whether the case is judged, by any of the runs that it is in.
    pub is_judged: bool,
    /// Who did what.
    pub answers: Vec<Answer>,
}

/// What one runtime did at a place.
#[derive(Debug)]
pub struct Answer {
    /// Which one.
    pub(super) runtime: String,
    /// What it did.
    pub seen: Sight,
    /// Whether the suite says that this is wrong.
    pub is_red: bool,
    /// Whether that is known.
    pub(super) is_known: bool,
}

/// What can be seen at a place.
#[derive(Debug)]
pub enum Sight {
    /// An answer, which a rule can look into.
    Observed(Observation),
    /// Anything else, in words.
    Words(String),
}

impl Sight {
    /// In words, after these rules.
    pub(super) fn in_words(&self, rules: &[&Rule]) -> String {
        match self {
            Self::Words(words) => words.clone(),
            Self::Observed(observation) => {
                let normalised = rules.iter().fold(None, |now: Option<Observation>, rule| match rule.deed {
                    Deed::Normalise(normalise) => Some(normalise(now.as_ref().unwrap_or(observation))),
                    Deed::Excuse(_) => now,
                });
                observation_in_words(normalised.as_ref().unwrap_or(observation))
            }
        }
    }
}

/// The kinds of red after which nothing more was heard.
const ENDINGS: [&str; 4] = ["crashed", "hung", "broken", "overlimit"];

/// The places of a case, each with what was seen there of everybody who got so far.
pub(super) fn questions(cells: &[&Cell]) -> BTreeMap<Place, Question> {
    let versions: BTreeMap<&str, BTreeSet<&str>> = cells.iter().fold(BTreeMap::new(), |mut all, cell| {
        all.entry(cell.runtime.as_str()).or_default().insert(cell.version.as_str());
        all
    });
    let name = |cell: &Cell| match versions.get(cell.runtime.as_str()) {
        Some(several) if several.len() > 1 => format!("{} ({})", cell.runtime, cell.version),
        _ => cell.runtime.clone(),
    };
    let mut questions = BTreeMap::new();
    let mut answer = |cell: &Cell, place: Place, seen: Sight, is_red: bool| {
        let question = questions.entry(place).or_insert_with(|| Question { is_judged: false, answers: Vec::new() });
        question.is_judged |= cell.level != Level::ImplementationDefined;
        question.answers.push(Answer { runtime: name(cell), seen, is_red, is_known: cell.outcome == Outcome::Known });
    };
    for cell in cells {
        steps(cell, &mut answer);
    }
    files(cells, &mut answer);
    lines(cells, &mut answer);
    questions
}

type Told<'t> = dyn FnMut(&Cell, Place, Sight, bool) + 't;

fn steps(cell: &Cell, answer: &mut Told<'_>) {
    for (number, step) in (1..).zip(&cell.steps) {
        let is_red = cell.reds.iter().any(|red| red.step == Some(number));
        let place = Place::Step { number, does: step.does.clone() };
        if step.observed == Observation::Unanswered {
            // After the first one nobody knows what would have come of the rest.
            let ending = cell.reds.iter().find(|red| red.step == Some(number)).map_or("gone", |red| &red.kind);
            answer(cell, place, Sight::Words(format!("no answer ({ending})")), is_red);
            break;
        }
        answer(cell, place, Sight::Observed(step.observed.clone()), is_red);
    }
}

/// A file is compared where every runtime could be looked at that left any.
fn files(cells: &[&Cell], answer: &mut Told<'_>) {
    let paths: BTreeSet<&String> = cells.iter().filter_map(|cell| cell.files.as_ref()).flat_map(|left| left.found.keys()).collect();
    for path in paths {
        for cell in cells {
            let Some(left) = &cell.files else { continue };
            let found = left.found.get(path);
            // It may be one of those that were too many to look at.
            if found.is_none() && left.more > 0 {
                continue;
            }
            let is_red = cell.reds.iter().any(|red| red.kind == "files" && red.observed.starts_with(&format!("{path}:\n")));
            answer(cell, Place::File { path: path.clone() }, Sight::Words(file_in_words(found)), is_red);
        }
    }
}

/// The lines of a script where anybody is red: what passed everywhere is as the script says, everywhere.
fn lines(cells: &[&Cell], answer: &mut Told<'_>) {
    let scripts: Vec<Script<'_>> = cells.iter().filter(|cell| cell.script.is_some()).map(|cell| Script::of(cell)).collect();
    let directives: BTreeSet<(u64, &str)> = scripts.iter().flat_map(|script| script.reds.keys().copied()).collect();
    for (line, text) in directives {
        for script in &scripts {
            let Some((seen, is_red)) = script.at(line, text) else { continue };
            answer(script.cell, Place::Line { line, text: text.to_owned() }, Sight::Words(seen), is_red);
        }
    }
}

/// A cell that is a script, with what it takes to find a directive among thousands.
struct Script<'c> {
    cell: &'c Cell,
    reds: BTreeMap<(u64, &'c str), &'c Red>,
    unasked: Vec<Lines>,
    /// Where the worker was lost; line 0 where that was not at a directive.
    ended: Option<u64>,
}

impl<'c> Script<'c> {
    fn of(cell: &'c Cell) -> Self {
        let mut reds = BTreeMap::new();
        let mut ended = None;
        for red in &cell.reds {
            if ENDINGS.contains(&red.kind.as_str()) {
                ended = Some(red.directive.as_ref().map_or(0, |directive| directive.line));
            }
            if let Some(directive) = &red.directive {
                reds.entry((directive.line, directive.text.as_str())).or_insert(red);
            }
        }
        let unsupported = cell.script.iter().flat_map(|script| &script.unsupported_for);
        Self { cell, reds, unasked: unsupported.filter_map(|it| it.lines.parse().ok()).collect(), ended }
    }

    /// What was seen of a directive, and whether it is red; `None`: it was not asked.
    fn at(&self, line: u64, text: &str) -> Option<(String, bool)> {
        match self.reds.get(&(line, text)) {
            Some(red) if ENDINGS.contains(&red.kind.as_str()) => Some((format!("no answer ({})", red.kind), true)),
            Some(red) => Some((red.observed.clone(), true)),
            None if self.unasked.iter().any(|lines| lines.contains(line)) || self.ended.is_some_and(|ended| ended <= line) => None,
            None => Some(("as the script says".to_owned(), false)),
        }
    }
}
