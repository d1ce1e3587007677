//! What others wrote, as a terminal can be given it.

use wasmatrix_adapter::Backtrace;

/// A line without what would move a terminal's cursor, change its colours or turn the direction of its text: that is escaped.
pub fn printable(line: &str) -> String {
    line.chars().map(|it| if it == '\t' || is_harmless(it) { it.to_string() } else { it.escape_unicode().to_string() }).collect()
}

/// Whether a character only stands there: it is no control character and neither breaks a line nor turns the direction of its text.
pub fn is_harmless(character: char) -> bool {
    let is_format = matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !(character.is_control() || is_format)
}

/// How many frames are shown.
const FRAMES: usize = 12;

/// A backtrace for people: a line for each of its innermost frames, and how many more there are.
pub fn backtrace_in_lines(backtrace: &Backtrace) -> Vec<String> {
    let mut lines: Vec<String> =
        (0..).zip(&backtrace.frames).take(FRAMES).map(|(depth, frame)| printable(&format!("{depth}: {frame}"))).collect();
    let more = backtrace.more.saturating_add(backtrace.frames.len().saturating_sub(FRAMES) as u64);
    if more > 0 {
        lines.push(format!("({more} more frame{})", if more == 1 { "" } else { "s" }));
    }
    lines
}

#[cfg(test)]
mod tests {
    use wasmatrix_adapter::Frame;

    use super::*;

    #[test]
    fn a_guest_that_chose_its_names_moves_no_cursor() {
        for (line, becomes) in [
            ("\u{1b}[2Jgone\r", "\\u{1b}[2Jgone\\u{d}"),
            ("\tcafé 漢字", "\tcafé 漢字"),
            ("\u{202e}txt\u{9b}", "\\u{202e}txt\\u{9b}"),
            ("a\nb", "a\\u{a}b"),
        ] {
            assert_eq!(printable(line), becomes);
        }
    }

    #[test]
    fn a_long_backtrace_is_cut_and_says_so() {
        let deep = |frames: u32, more| {
            let frames =
                (0..frames).map(|index| Frame { function: Some("f\n".to_owned()), index: Some(index), ..Frame::default() }).collect();
            backtrace_in_lines(&Backtrace { frames, more })
        };
        assert_eq!(deep(0, 0), [""; 0]);
        assert_eq!(deep(2, 1), ["0: f\\u{a} (function 0)", "1: f\\u{a} (function 1)", "(1 more frame)"]);
        assert_eq!(deep(12, 0).len(), 12);
        assert_eq!(deep(64, 936).last().map(String::as_str), Some("(988 more frames)"));
    }
}
