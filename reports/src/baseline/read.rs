//! From texts to a side.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;

use super::{FIRST_LINE, HEAD, INDENT};
use crate::{
    Level, Lines,
    change::{CellFacts, CellId, RedFact, ScriptCounts, Seen, Side},
};

/// Why texts are no baseline.
#[derive(Debug, thiserror::Error)]
#[error("{path}, line {line}: {cause}; `wasmatrix run --save-baseline NAME` writes a baseline anew")]
pub struct BaselineError {
    /// The file, relative to the baseline's folder.
    path: String,
    /// From 1.
    line: usize,
    /// What is wrong.
    cause: String,
}

/// Reads the files of a baseline, by path.
///
/// # Errors
/// The first line that is none of a baseline.
pub fn read(name: &str, files: &BTreeMap<String, String>) -> Result<Side, BaselineError> {
    let mut side = Side { complete: true, ..Side::named(name) };
    let head = files.get(HEAD).map(String::as_str).unwrap_or_default();
    let wrong = |path: &str, line: usize, cause: String| BaselineError { path: path.to_owned(), line, cause };
    let mut lines = (1..).zip(head.lines());
    match lines.next() {
        Some((_, FIRST_LINE)) => {}
        other => {
            let found = other.map_or("nothing", |(_, line)| line);
            return Err(wrong(HEAD, 1, format!("`{FIRST_LINE}` should stand here, and not `{found}`")));
        }
    }
    for (number, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let (condition, value) = line.split_once(": ").ok_or_else(|| wrong(HEAD, number, format!("`{line}` is not `NAME: VALUE`")))?;
        // A suite of the specification has a `:` in its name, but no space after it.
        side.conditions.insert(condition.to_owned(), value.to_owned());
    }
    for (path, text) in files.iter().filter(|(path, _)| *path != HEAD) {
        cells(text, &mut side).map_err(|(line, cause)| wrong(path, line, cause))?;
    }
    Ok(side)
}

fn cells(text: &str, side: &mut Side) -> Result<(), (usize, String)> {
    let mut lines = (1..).zip(text.lines());
    let mut named = |what: &str| {
        let (number, line) = lines.next().unwrap_or((1, ""));
        let value = line.strip_prefix(what).and_then(|rest| rest.strip_prefix(' '));
        value.map(str::to_owned).ok_or_else(|| (number, format!("`{what} NAME` should stand here, and not `{line}`")))
    };
    let (runtime, suite) = (named("runtime")?, named("suite")?);
    let mut current: Option<CellId> = None;
    for (number, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let done = match line.strip_prefix(INDENT) {
            None => {
                let (case, facts) = cell(line).map_err(|cause| (number, cause))?;
                let id = CellId { runtime: runtime.clone(), suite: suite.clone(), case };
                current = Some(id.clone());
                if side.cells.insert(id, facts).is_some() { Err("this case stands here already".to_owned()) } else { Ok(()) }
            }
            Some(more) => match current.as_ref().and_then(|id| side.cells.get_mut(id)) {
                Some(facts) => further(more, facts),
                None => Err("it belongs to no case".to_owned()),
            },
        };
        done.map_err(|cause| (number, cause))?;
    }
    Ok(())
}

/// A word as its type writes it.
fn word<T: DeserializeOwned>(text: &str, what: &str) -> Result<T, String> {
    serde_json::from_value(serde_json::Value::String(text.to_owned())).map_err(|_| format!("`{text}` is not {what}"))
}

fn cell(line: &str) -> Result<(String, CellFacts), String> {
    let mut words = line.split(' ');
    let (Some(case), Some(outcome)) = (words.next(), words.next()) else { return Err(format!("`{line}` is not `CASE OUTCOME`")) };
    let mut facts = CellFacts {
        level: Level::Required,
        outcome: word(outcome, "an outcome")?,
        asks: None,
        reds: BTreeSet::new(),
        unsupported: Lines::default(),
        counts: None,
        seen: Seen::NotKept,
        ways: Vec::new(),
    };
    for more in words {
        match more.strip_prefix("asks=") {
            Some(digest) => facts.asks = Some(digest.to_owned()),
            None => facts.level = word(more, "a level, nor `asks=DIGEST`")?,
        }
    }
    Ok((case.to_owned(), facts))
}

fn further(line: &str, facts: &mut CellFacts) -> Result<(), String> {
    let (what, rest) = line.split_once(' ').unwrap_or((line, ""));
    match what {
        "assertions" => facts.counts = Some(counts(rest)?),
        "red" => {
            let (place, kind) = rest.split_once(": ").ok_or_else(|| format!("`{rest}` is not `PLACE: KIND`"))?;
            facts.reds.insert(RedFact { place: place.to_owned(), kind: kind.to_owned() });
        }
        "unsupported" => facts.unsupported = rest.parse()?,
        "seen" => facts.seen = Seen::Digest(rest.to_owned()),
        _ => return Err(format!("`{what}` is none of `assertions`, `red`, `unsupported` and `seen`")),
    }
    Ok(())
}

fn counts(text: &str) -> Result<ScriptCounts, String> {
    let mut counts = ScriptCounts::default();
    for one in text.split_whitespace() {
        let (name, number) = one.split_once('=').ok_or_else(|| format!("`{one}` is not `NAME=COUNT`"))?;
        let number = number.parse().map_err(|_| format!("`{number}` is not a count"))?;
        *match name {
            "passed" => &mut counts.passed,
            "failed" => &mut counts.failed,
            "known" => &mut counts.known,
            "unsupported" => &mut counts.unsupported,
            "not-asked" => &mut counts.not_asked,
            "unanswered" => &mut counts.unanswered,
            _ => return Err(format!("`{name}` is no count of assertions")),
        } = number;
    }
    Ok(counts)
}
