//! A script's directives as texts.
//!
//! Little more than parentheses is looked at, since each runner brings a `wast` crate of its own version to read what is between them.

use std::{iter, ops::Range};

/// A directive of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Directive<'s> {
    /// Where it begins; the first line is 1.
    pub line: usize,
    /// The same in bytes; the first is 0.
    pub begin: usize,
    /// All of it, parentheses included.
    pub text: &'s str,
}

impl<'s> Directive<'s> {
    /// Its keyword.
    #[must_use]
    pub fn kind(&self) -> &'s str {
        self.words().next().filter(|word| is_keyword(word)).unwrap_or("module")
    }

    /// What it has outside of strings and comments, but for parentheses.
    pub fn words(&self) -> impl Iterator<Item = &'s str> + use<'s> {
        let text = self.text;
        pieces(text).filter(|(piece, _)| *piece == Piece::Word).map(|(_, range)| &text[range])
    }

    /// Whether it is an `assert_malformed` of a module in quoted text.
    #[must_use]
    pub fn is_malformed_quote(&self) -> bool {
        let mut words = self.words();
        words.next() == Some("assert_malformed")
            && words.next() == Some("module")
            && words.find(|word| !word.starts_with('$')) == Some("quote")
    }
}

/// The directives of a script. A script that ends inside of one has the rest as its last, for the crate's parser to say what is wrong with it.
#[must_use]
pub fn split(script: &str) -> Vec<Directive<'_>> {
    let mut directives = Vec::new();
    // The threads that run beside the directives since the last `thread`; a runner joins them at the end of its text.
    let (mut threads, mut begin, mut line, mut counted) = (0_usize, 0, 1, 0);
    let forms = forms(script);
    let end = forms.last().map(|form| form.end);
    for form in forms {
        if threads == 0 {
            begin = form.start;
        }
        match (Directive { line, begin, text: &script[form.clone()] }).kind() {
            "thread" => threads += 1,
            "wait" => threads = threads.saturating_sub(1),
            _ => {}
        }
        if threads == 0 || Some(form.end) == end {
            line += script[counted..begin].matches('\n').count();
            counted = begin;
            directives.push(Directive { line, begin, text: &script[begin..form.end] });
        }
    }
    match directives.first().and_then(|first| first.words().next()) {
        Some(word) if !is_keyword(word) => vec![Directive { line: 1, begin: 0, text: script }],
        Some(_) | None => directives,
    }
}

/// The script with nothing in the last string of each directive of this kind, which is where an assertion has the words of an error.
#[must_use]
pub fn without_words(script: &str, kind: &str) -> String {
    let (mut told, mut copied) = (String::with_capacity(script.len()), 0);
    for directive in split(script).into_iter().filter(|directive| directive.kind() == kind) {
        if let Some((_, words)) = pieces(directive.text).filter(|(piece, _)| *piece == Piece::String).last() {
            told.push_str(&script[copied..directive.begin + words.start]);
            told.push_str("\"\"");
            copied = directive.begin + words.end;
        }
    }
    told + &script[copied..]
}

/// Whether a directive begins so, and not a field of a module.
fn is_keyword(word: &str) -> bool {
    matches!(word, "module" | "component" | "register" | "invoke" | "get" | "thread" | "wait") || word.starts_with("assert_")
}

/// Where the outermost parentheses are.
fn forms(script: &str) -> Vec<Range<usize>> {
    let (mut forms, mut depth, mut begin) = (Vec::new(), 0_usize, 0);
    for (piece, range) in pieces(script) {
        match piece {
            Piece::Open => {
                if depth == 0 {
                    begin = range.start;
                }
                depth += 1;
            }
            Piece::Close => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    forms.push(begin..range.end);
                }
            }
            Piece::Word | Piece::String | Piece::Between => {}
        }
    }
    if depth > 0 {
        forms.push(begin..script.len());
    }
    forms
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Open,
    Close,
    Word,
    String,
    /// A comment, or one blank.
    Between,
}

/// A text in its pieces, of which none is empty.
fn pieces(text: &str) -> impl Iterator<Item = (Piece, Range<usize>)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    iter::from_fn(move || {
        let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
        let (piece, length) = match rest {
            [b'"', ..] => (Piece::String, string(rest)),
            [b';', b';', ..] => (Piece::Between, rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len())),
            [b'(', b';', ..] => (Piece::Between, block_comment(rest)),
            [b'(', ..] => (Piece::Open, 1),
            [b')', ..] => (Piece::Close, 1),
            [blank, ..] if blank.is_ascii_whitespace() => (Piece::Between, 1),
            [_, after @ ..] => {
                let ends = |byte: &u8| matches!(byte, b'"' | b'(' | b')' | b';') || byte.is_ascii_whitespace();
                (Piece::Word, 1 + after.iter().position(ends).unwrap_or(after.len()))
            }
            [] => return None,
        };
        at += length;
        Some((piece, at - length..at))
    })
}

/// The length of the string that begins here.
fn string(bytes: &[u8]) -> usize {
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            // What is escaped is no end; of more than one byte none is.
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The length of the comment that begins here; they nest.
fn block_comment(bytes: &[u8]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < bytes.len() {
        match &bytes[at..] {
            [b'(', b';', ..] => {
                depth += 1;
                at += 2;
            }
            [b';', b')', ..] => {
                depth -= 1;
                at += 2;
            }
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Line, keyword and text of each directive.
    #[track_caller]
    fn check(script: &str, expected: &[(usize, &str, &str)]) {
        let found: Vec<_> = split(script).iter().map(|directive| (directive.line, directive.kind(), directive.text)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn directives_are_what_the_outermost_parentheses_hold() {
        check(
            "(module $M)\n\n(assert_return\n  (invoke \"f\"))(register \"M\" $M)",
            &[
                (1, "module", "(module $M)"),
                (3, "assert_return", "(assert_return\n  (invoke \"f\"))"),
                (4, "register", "(register \"M\" $M)"),
            ],
        );
        check("( ;; of a module\nmodule;; of a module\n)", &[(1, "module", "( ;; of a module\nmodule;; of a module\n)")]);
        check(" ;; nothing\n", &[]);
    }

    #[test]
    fn strings_and_comments_may_hold_parentheses() {
        check(";; (module)\n(; (; ( ;) ( ;)\n(invoke \")\\\")\" ;; )\n)\n", &[(3, "invoke", "(invoke \")\\\")\" ;; )\n)")]);
    }

    #[test]
    fn the_fields_of_a_module_are_one() {
        check("\n(func)\n(memory 0)", &[(1, "module", "\n(func)\n(memory 0)")]);
    }

    #[test]
    fn what_has_no_end_is_the_last() {
        check("(module)\n(invoke \"f\n", &[(1, "module", "(module)"), (2, "invoke", "(invoke \"f\n")]);
    }

    #[test]
    fn threads_are_one_until_the_last_is_waited_for() {
        let text = "(thread $A (invoke \"f\"))\n(thread $B)\n(wait $A)\n(wait $B)";
        check(&format!("(module)\n{text}\n(module)"), &[(1, "module", "(module)"), (2, "thread", text), (6, "module", "(module)")]);
        check("(thread $A)\n(module)\n", &[(1, "thread", "(thread $A)\n(module)")]);
    }

    #[test]
    fn quoted_modules_are_told_from_others() {
        let quoted = |text| Directive { line: 1, begin: 0, text }.is_malformed_quote();
        assert!(quoted("(assert_malformed (module quote \"(func\") \"\")"));
        assert!(quoted("(assert_malformed (module $M\n quote \"(func\") \"\")"));
        assert!(!quoted("(assert_malformed (module binary \"quote\") \"\")"));
        assert!(!quoted("(assert_invalid (module quote \"(func)\") \"\")"));
    }

    #[test]
    fn only_the_words_of_the_kind_go() {
        assert_eq!(
            without_words("(assert_invalid (module quote \"(func)\") \"a \\\" b\")\n(assert_trap (invoke \"f\") \"c\")", "assert_invalid"),
            "(assert_invalid (module quote \"(func)\") \"\")\n(assert_trap (invoke \"f\") \"c\")"
        );
    }
}
