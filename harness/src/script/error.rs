//! Why a text is no script.

use crate::yaml::Place;

/// A text that is no script. What is wrong inside of one of its modules is not said here: it concerns the directives of that module alone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct ScriptError {
    /// Where in the text.
    pub place: Place,
    /// The parser's words.
    pub message: String,
}

impl ScriptError {
    pub(super) fn new(source: &str, error: &wast::Error) -> Self {
        // The place of an error in text that a string literal holds is one of that text, not of ours.
        let before = source.get(..error.span().offset()).unwrap_or_default();
        Self { place: Place::behind(before), message: error.message() }
    }
}
