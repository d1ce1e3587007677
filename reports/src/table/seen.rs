//! What happened in a cell: the most telling word, and what was said to it.

use std::fmt;

use wasmatrix_adapter::{Answer, Failure, Reply};

use super::notes::Note;
use crate::{
    CacheSeen, CacheUse, Cell, Observation, Outcome, READERS_PROCESS, Red, StepRecord, Way,
    causes::{function_of_step, is_lost, telling},
    refused,
};

/// What happened in a cell, in a word.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Word {
    /// It did what it should, with code that was found in a cache or read from an artifact.
    Hit,
    /// It did what it should, with code that was not found and was compiled.
    Miss,
    /// It refused, as it may, before anything ran.
    Refused,
    /// It did what it should, and nothing is known of a cache.
    Ok,
    /// It was not asked, or could not answer, since it does not claim to.
    Unsupported,
    /// Anything else: how it ended, and in which way it was red.
    Other(String),
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hit => "hit",
            Self::Miss => "miss",
            Self::Refused => "refused",
            Self::Ok => "ok",
            Self::Unsupported => "–",
            Self::Other(words) => words,
        })
    }
}

/// The word for a cell, and what is to be told of it in a note. `persists`: whether the runtime claims to find code that another process has kept;
/// `tidy` is given all that was said.
pub(super) fn seen(cell: &Cell, persists: bool, tidy: &dyn Fn(&str) -> String) -> (Word, Option<Note>) {
    let reason = || Note::of(tidy(cell.reason.as_deref().unwrap_or_default()), String::new());
    let red = || telling(cell).map(|red| &red.kind).filter(|kind| **kind != cell.outcome.to_string());
    match cell.outcome {
        Outcome::Unsupported => (Word::Unsupported, reason()),
        Outcome::Pass => on_its_way(cell, persists, tidy).unwrap_or((Word::Ok, None)),
        // Nobody has judged it, whatever was seen.
        Outcome::Observed => match on_its_way(cell, persists, tidy).or_else(|| last_failure(cell, tidy)) {
            Some((word, note)) => (Word::Other(format!("observed: {word}")), note),
            None => (Word::Other("observed".to_owned()), None),
        },
        Outcome::Unavailable | Outcome::Fixed => (Word::Other(cell.outcome.to_string()), reason()),
        Outcome::Fail
        | Outcome::Known
        | Outcome::Crashed
        | Outcome::Hung
        | Outcome::Broken
        | Outcome::Overlimit
        | Outcome::Intermittent => {
            let word = red().map_or_else(|| cell.outcome.to_string(), |kind| format!("{}: {kind}", cell.outcome));
            (Word::Other(word), about_red(cell, tidy))
        }
    }
}

/// What a green cell shows on its way to the end. A refusal says more than a cache that had missed before it; of hits and misses the last one counts,
/// since those before it are what it took to get there.
fn on_its_way(cell: &Cell, persists: bool, tidy: &dyn Fn(&str) -> String) -> Option<(Word, Option<Note>)> {
    let own = own_steps(cell);
    if let Some(failure) = own.iter().rev().find_map(|step| refusal(cell, step)) {
        return Some((Word::Refused, about_failure(failure, tidy)));
    }
    // A folder of another's that was left alone shows a hit only where the runtime would have looked into it.
    let is_shown = |seen: &&CacheSeen| persists || cell.from.is_none() || seen.counted.is_some();
    let use_of_cache = own.iter().rev().find_map(|step| match step.cache.as_ref().filter(is_shown).map(CacheSeen::shows) {
        Some(CacheUse::Hit) => Some(Word::Hit),
        Some(CacheUse::Miss) => Some(Word::Miss),
        // An artifact that was taken is code that was found.
        _ => was_deserialized(step).then_some(Word::Hit),
    });
    use_of_cache.map(|word| (word, None))
}

/// The steps of the cell's own runtime: what a writer did before it is no word about the reader.
fn own_steps(cell: &Cell) -> &[StepRecord] {
    let turn = cell.steps.iter().position(|step| step.does.starts_with(READERS_PROCESS));
    turn.filter(|_| cell.from.is_some()).and_then(|turn| cell.steps.get(turn..)).unwrap_or(&cell.steps)
}

/// The refusal at a step, or the one for which it was passed over.
fn refusal<'c>(cell: &'c Cell, step: &'c StepRecord) -> Option<&'c Failure> {
    match step.observed {
        Observation::NotAsked(number) => refused(&cell.steps.get(usize::try_from(number).ok()?.checked_sub(1)?)?.observed),
        _ => refused(&step.observed),
    }
}

fn was_deserialized(step: &StepRecord) -> bool {
    function_of_step(&step.does) == "deserialize" && matches!(step.observed, Observation::Answered(Reply::Ok(Answer::Done)))
}

fn last_failure(cell: &Cell, tidy: &dyn Fn(&str) -> String) -> Option<(Word, Option<Note>)> {
    let failure = cell.steps.iter().rev().find_map(|step| match &step.observed {
        Observation::Answered(Reply::Failed(failure)) | Observation::NotOpened { reply: Reply::Failed(failure), .. } => Some(failure),
        Observation::Answered(Reply::Ok(Answer::Command(end))) => end.failure.as_ref(),
        _ => None,
    })?;
    let text = Note::of(String::new(), tidy(&failure.text));
    Some((Word::Other(failure.kind.to_string()), text))
}

fn about_failure(failure: &Failure, tidy: &dyn Fn(&str) -> String) -> Option<Note> {
    Note::of(failure.kind.to_string(), tidy(&failure.text))
}

/// What was seen instead of what was expected, why it is known, and what was said.
fn about_red(cell: &Cell, tidy: &dyn Fn(&str) -> String) -> Option<Note> {
    let red = telling(cell);
    let mut told: Vec<String> = red.map(against_expected).into_iter().collect();
    if let Some(reason) = &cell.reason {
        let issue = cell.issue.as_ref().map_or_else(String::new, |issue| format!(" ({issue})"));
        let what = if cell.outcome == Outcome::Known { "known: " } else { "" };
        told.push(format!("{what}{reason}{issue}"));
    }
    told.extend(cell.repeated.iter().flat_map(|repeated| &repeated.ways).map(Way::in_words));
    let said: Vec<&str> = red.map(|red| red.words.as_str()).into_iter().chain(cell.worker_stderr.as_deref()).collect();
    Note::of(tidy(&told.join("; ")), tidy(said.join("\n").trim()))
}

fn against_expected(red: &Red) -> String {
    let in_a_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let observed = in_a_line(&red.observed);
    // What a lost worker would have done otherwise says nothing about how it was lost.
    if is_lost(&red.kind) || red.expected.is_empty() { observed } else { format!("{observed}; expected: {}", in_a_line(&red.expected)) }
}
