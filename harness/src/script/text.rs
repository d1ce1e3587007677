//! The text of a directive, found again in its script.

use super::{Directive, Script};

/// The most that is shown of a directive, in bytes.
const SHOWN: usize = 400;

impl Script {
    /// The text of a directive, from its opening parenthesis to the closing one, or its beginning where it is long.
    pub fn text_of(&self, directive: &Directive) -> &str {
        let text = self.source.get(directive.at..).unwrap_or_default();
        let end = end_of(text.as_bytes()).unwrap_or(text.len()).min(SHOWN);
        let end = (0..=end).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
        &text[..end]
    }
}

/// Where the parenthesis that opens the text is closed. Strings and comments may hold parentheses of their own.
fn end_of(text: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let rest = text.get(at..).unwrap_or_default();
        match byte {
            b'"' => at += string(rest)?,
            b';' if rest.starts_with(b";;") => at += rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'))?,
            b'(' if rest.starts_with(b"(;") => at += comment(rest)? - 1,
            b'(' => depth += 1,
            b')' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// The last parenthesis that is opened in a text, not counting what is in strings and comments: between a directive's and its keyword comments
/// may stand.
pub(super) fn last_opened(text: &[u8]) -> Option<usize> {
    let (mut at, mut last) = (0, None);
    while let Some(byte) = text.get(at) {
        let rest = text.get(at..).unwrap_or_default();
        match byte {
            b'"' => at += string(rest)?,
            b';' if rest.starts_with(b";;") => at += rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'))?,
            b'(' if rest.starts_with(b"(;") => at += comment(rest)? - 1,
            b'(' => last = Some(at),
            _ => {}
        }
        at += 1;
    }
    last
}

/// The length of the block comment that opens the text; they nest.
fn comment(text: &[u8]) -> Option<usize> {
    let (mut depth, mut at) = (0_usize, 0);
    loop {
        match text.get(at..at + 2)? {
            b"(;" => depth += 1,
            b";)" => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return Some(at);
        }
    }
}

/// Where the string that opens the text ends.
fn string(text: &[u8]) -> Option<usize> {
    let mut escaped = false;
    text.iter().enumerate().skip(1).find_map(|(at, byte)| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends.then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use super::{end_of, last_opened};

    #[test]
    fn a_directive_ends_where_its_parenthesis_is_closed() {
        for (text, rest) in [
            ("(invoke \"f\") (rest)", " (rest)"),
            (r#"(module quote ")\"(") x"#, " x"),
            ("(a ;; )\n (b)) c", " c"),
            ("(a (; ) ;) b) c", " c"),
            ("(a (; (;;) ) ;) b) c", " c"),
        ] {
            assert_eq!(end_of(text.as_bytes()).map(|end| &text[end..]), Some(rest), "{text}");
        }
        assert_eq!(end_of(b"(a"), None);
    }

    #[test]
    fn a_directive_begins_at_its_own_parenthesis() {
        for (text, at) in
            [("(register \"(\") (", Some(15)), ("(module) ( (;(;a;)(b;) ;; (c)\n", Some(9)), (";; (a)\r(", Some(7)), ("(;(a);)", None)]
        {
            assert_eq!(last_opened(text.as_bytes()), at, "{text}");
        }
    }
}
