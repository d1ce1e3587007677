//! How many cells of a grid did what.

use std::{collections::BTreeMap, fmt};

use super::{Table, seen::Word};

/// The cells of a grid by their words.
#[derive(Debug, Default)]
pub(super) struct Counts(BTreeMap<Word, u64>);

impl Counts {
    pub(super) fn of(table: &Table) -> Self {
        let mut counts = BTreeMap::new();
        for entry in table.rows.iter().flat_map(|row| row.entries.iter().flatten()) {
            *counts.entry(entry.word.clone()).or_default() += 1;
        }
        Self(counts)
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |word: Word| self.0.get(&word).copied().unwrap_or(0);
        let all: u64 = self.0.values().sum();
        let [hit, miss, ok, refused, unsupported] = [Word::Hit, Word::Miss, Word::Ok, Word::Refused, Word::Unsupported].map(of);
        let other = all - hit - miss - ok - refused - unsupported;
        write!(f, "{all} cells. Hit with the right result: {hit}; miss: {miss}; right without a cache: {ok}; ")?;
        write!(f, "clean refusal: {refused}; unsupported: {unsupported}; ")?;
        let is_named = |word: &Word| matches!(word, Word::Hit | Word::Miss | Word::Ok | Word::Refused | Word::Unsupported);
        let others: Vec<String> =
            self.0.iter().filter(|(word, _)| !is_named(word)).map(|(word, count)| format!("{count} {word}")).collect();
        write!(f, "anything else: {other}")?;
        if others.is_empty() { Ok(()) } else { write!(f, " ({})", others.join(", ")) }
    }
}
