//! WAT is assembled here and nowhere else, so that every runtime sees identical bytes.

use crate::yaml::Place;

/// Why a text does not assemble: where in the text, and the assembler's words.
#[derive(Debug)]
pub(crate) struct WatError {
    pub(crate) place: Place,
    pub(crate) message: String,
}

/// Assembles a module. Debug names are left out, so that nothing depends on them.
pub(crate) fn assemble(text: &str) -> Result<Vec<u8>, WatError> {
    wat::parse_str(text).map_err(|error| {
        let shown = error.to_string();
        // The crate gives its place only as the rendered `--> <anon>:LINE:COLUMN`.
        let place = shown.lines().find_map(|line| line.trim().strip_prefix("--> <anon>:")).and_then(|place| {
            let (line, column) = place.split_once(':')?;
            Some(Place { line: line.parse().ok()?, column: column.parse().ok()? })
        });
        let place = place.unwrap_or(Place::START);
        let mut message = shown.lines().next().unwrap_or("does not assemble").to_owned();
        if let Some(word) = keyword(text, place)
            && !message.contains(word)
        {
            message = format!("`{word}`: {message}");
        }
        WatError { place, message }
    })
}

/// Where in a suite file a place of a text stands that begins at `start` of the file.
///
/// Lines and columns cannot simply be added up: a block may begin with empty lines, and folded or quoted text has other line breaks. What
/// YAML leaves alone is the order of the words, so the words like the one at the place are counted.
pub(super) fn place_within(file: &str, start: Place, text: &str, place: Place) -> Place {
    let found = || {
        let wanted = offset(text, place)?;
        let (at, word) = word_at(text, wanted)?;
        let number = text.match_indices(word).position(|(other, _)| other == at)?;
        let from = offset(file, start)?;
        let (found, _) = file[from..].match_indices(word).nth(number)?;
        // What is missing at the end of the text is missing behind its last word.
        let behind = if wanted > at { word.len() } else { 0 };
        Some(Place::behind(&file[..from + found + behind]))
    };
    found().unwrap_or(start)
}

/// The instruction or the like at a place, which the assembler does not always name.
fn keyword(text: &str, place: Place) -> Option<&str> {
    let behind = &text[offset(text, place)?..];
    let end = behind.find(|character: char| !character.is_ascii_alphanumeric() && !"._$".contains(character)).unwrap_or(behind.len());
    Some(&behind[..end]).filter(|word| !word.is_empty())
}

/// The byte that a place means.
fn offset(text: &str, place: Place) -> Option<usize> {
    let lines = usize::try_from(place.line).ok()?.checked_sub(1)?;
    let characters = usize::try_from(place.column).ok()?.checked_sub(1)?;
    let line: usize = text.split_inclusive('\n').take(lines).map(str::len).sum();
    Some(line + text[line..].chars().take(characters).map(char::len_utf8).sum::<usize>())
}

/// The word that begins at a byte or, at the end of the text, the last one, with its own first byte.
fn word_at(text: &str, at: usize) -> Option<(usize, &str)> {
    let (before, behind) = text.split_at(at);
    match behind.split_whitespace().next() {
        Some(word) => Some((at + behind.find(word)?, word)),
        None => {
            let word = before.split_whitespace().next_back()?;
            Some((before.rfind(word)?, word))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_counted_in_characters() {
        let error = assemble("(module\n  (func (export \"größe\") (i32.konst 1)))").expect_err("there is no i32.konst");
        assert_eq!(error.place, Place { line: 2, column: 27 }, "{}", error.message);
        assert!(error.message.contains("i32.konst"), "{}", error.message);
    }

    #[test]
    fn an_error_says_where() {
        let error = assemble("(module\n  (func (i32.konst 1)))").expect_err("there is no i32.konst");
        assert_eq!(error.place, Place { line: 2, column: 10 }, "{}", error.message);
        assert!(error.message.contains("unknown operator"), "{}", error.message);
    }
}
