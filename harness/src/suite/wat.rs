//! WAT is assembled here and nowhere else, so that every runtime sees identical bytes.

use crate::yaml::Place;

/// Why a text does not assemble: where in the text, and the assembler's words.
#[derive(Debug)]
pub(super) struct WatError {
    pub(super) place: Place,
    pub(super) message: String,
}

/// Assembles a module. Debug names are left out, so that nothing depends on them.
pub(super) fn assemble(text: &str) -> Result<Vec<u8>, WatError> {
    wat::parse_str(text).map_err(|error| {
        let shown = error.to_string();
        // The crate gives its place only as the rendered `--> <anon>:LINE:COLUMN`.
        let place = shown.lines().find_map(|line| line.trim().strip_prefix("--> <anon>:")).and_then(|place| {
            let (line, column) = place.split_once(':')?;
            Some(Place { line: line.parse().ok()?, column: column.parse().ok()? })
        });
        let message = shown.lines().next().unwrap_or("does not assemble").to_owned();
        WatError { place: place.unwrap_or(Place::START), message }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_where() {
        let error = assemble("(module\n  (func (i32.konst 1)))").expect_err("there is no i32.konst");
        assert_eq!(error.place, Place { line: 2, column: 10 }, "{}", error.message);
        assert!(error.message.contains("unknown operator"), "{}", error.message);
    }
}
