//! What was said, below a table: each text once.

use crate::printable;

/// So many lines of what was said are shown.
const LINES: usize = 6;

/// And so many characters.
const CHARACTERS: usize = 600;

/// What is told of cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Note {
    /// What happened, in our words.
    pub(super) told: String,
    /// What the runtime or its worker said, line by line and as it was said.
    pub(super) said: Vec<String>,
    /// What was left out of it.
    pub(super) cut: Option<String>,
}

impl Note {
    /// `None` where there is nothing to tell.
    pub(super) fn of(told: String, said: String) -> Option<Self> {
        let (said, cut) = beginning(&said);
        let note = Self { told: told.trim().to_owned(), said, cut };
        (!note.told.is_empty() || !note.said.is_empty()).then_some(note)
    }
}

/// The first lines of a text, and how much more there is of it. What would move a terminal's cursor is escaped.
fn beginning(text: &str) -> (Vec<String>, Option<String>) {
    let more = |count: usize, what: &str| format!("({count} more {what}{})", if count == 1 { "" } else { "s" });
    let mut lines = Vec::new();
    let mut left = CHARACTERS;
    let all: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    for (number, line) in all.iter().enumerate() {
        if number == LINES || left == 0 {
            return (lines, Some(more(all.len() - number, "line")));
        }
        if let Some((end, _)) = line.char_indices().nth(left) {
            lines.push(printable(&line[..end]));
            let characters = all.iter().skip(number).map(|line| line.chars().count()).sum::<usize>() - left;
            return (lines, Some(more(characters, "character")));
        }
        lines.push(printable(line));
        left -= line.chars().count();
    }
    (lines, None)
}

/// The notes of a table, which count from 1.
#[derive(Debug, Default)]
pub(super) struct Notes(pub(super) Vec<Note>);

impl Notes {
    /// The number of this note; what was told and said already has one.
    pub(super) fn number_of(&mut self, note: Note) -> usize {
        match self.0.iter().position(|known| *known == note) {
            Some(index) => index + 1,
            None => {
                self.0.push(note);
                self.0.len()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_says_so() {
        let lines = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
        let cut = |words: &str| Some(words.to_owned());
        let full = "x".repeat(CHARACTERS);
        for (text, said, left_out) in [
            ("one\n\n two\n".to_owned(), lines(&["one", " two"]), None),
            ("\u{1b}[31mred\r\n".to_owned(), lines(&["\\u{1b}[31mred"]), None),
            ("line\n".repeat(9), lines(&["line"; LINES]), cut("(3 more lines)")),
            (format!("{}\nmore\n", "ö".repeat(CHARACTERS + 5)), lines(&["ö".repeat(CHARACTERS).as_str()]), cut("(9 more characters)")),
            (format!("{full}\nmore"), lines(&[&full]), cut("(1 more line)")),
            (full.clone(), lines(&[&full]), None),
        ] {
            assert_eq!(beginning(&text), (said, left_out), "{text:?}");
        }
    }
}
