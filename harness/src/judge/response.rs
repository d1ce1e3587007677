//! The response that Spin would give, held against the one that is expected.

use std::fmt::Write as _;

use wasmatrix_adapter::{CommandEnd, GuestBytes};

use super::{expected, patterns::bytes_match};
use crate::{
    suite::{BytesPattern, HeaderPattern, ResponsePattern},
    wagi::{Answer, Response, respond},
};

/// What was expected, and what would be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) expected: String,
    pub(super) observed: String,
}

/// Where the answer to a command's end is not the response that is expected. Both are told in the same order, so that a line diff says where
/// they differ; headers that nobody asked about are left out.
pub(super) fn judge_response(pattern: &ResponsePattern, end: &CommandEnd) -> Option<Difference> {
    let response = match respond(end) {
        Answer::Known(response) => response,
        Answer::Unknown(why) => {
            return Some(Difference {
                expected: expected::response(pattern),
                observed: format!("what it responds nobody can tell: {why}"),
            });
        }
    };
    let differs = response.status != expected::status(pattern)
        || pattern.headers.iter().any(|(name, wanted)| !header_is(wanted, &response, name))
        || pattern.body.as_ref().is_some_and(|wanted| !body_is(wanted, &response));
    differs.then(|| told(pattern, &response))
}

fn header_is(wanted: &HeaderPattern, response: &Response<'_>, name: &str) -> bool {
    match (wanted, response.headers.get(name)) {
        (HeaderPattern::Absent, found) => found.is_none(),
        (HeaderPattern::Is(pattern), Some(value)) => bytes_match(pattern, value.as_bytes()),
        (HeaderPattern::Is(_), None) => false,
    }
}

/// What is only the beginning of a body never equals anything; it can contain something.
fn body_is(wanted: &BytesPattern, response: &Response<'_>) -> bool {
    bytes_match(wanted, response.body) && (response.cut == 0 || matches!(wanted, BytesPattern::Contains(_)))
}

fn told(pattern: &ResponsePattern, response: &Response<'_>) -> Difference {
    let mut observed = format!("responds {}", response.status.as_u16());
    if let Some(because) = &response.because {
        let _ = write!(observed, " ({because})");
    }
    for name in pattern.headers.keys() {
        let _ = match response.headers.get(name) {
            Some(value) => write!(observed, "\n{name}: {}", value.as_bytes().escape_ascii()),
            None => write!(observed, "\n(no {name})"),
        };
    }
    let expected = match (&pattern.body, response.cut) {
        (None, _) => expected::response(pattern),
        (Some(BytesPattern::Exactly(wanted)), cut) if is_long(&wanted.0) || is_long(response.body) || cut > 0 => {
            let same = wanted.0.iter().zip(response.body).take_while(|(wanted, found)| wanted == found).count();
            let _ = write!(observed, "\n\n{}", long(response.body, response.cut, same));
            format!("{}\n\n{}", expected::head(pattern), long(&wanted.0, 0, same))
        }
        (Some(_), cut) => {
            let body = if is_long(response.body) || cut > 0 {
                long(response.body, cut, 0)
            } else {
                expected::shown(&GuestBytes(response.body.to_vec()))
            };
            let _ = write!(observed, "\n\n{body}");
            expected::response(pattern)
        }
    };
    Difference { expected, observed }
}

/// The longest body that is shown as a whole, in bytes.
const SHOWN: usize = 2048;

fn is_long(body: &[u8]) -> bool {
    body.len() > SHOWN
}

/// A body that is too long to be shown: how long it is, and what stands at a place in it.
fn long(body: &[u8], cut: u64, at: usize) -> String {
    const EXCERPT: usize = 48;
    let rest = body.get(at..).unwrap_or_default();
    let excerpt = rest.get(..EXCERPT).unwrap_or(rest).escape_ascii();
    let length = (body.len() as u64).saturating_add(cut);
    let kept = if cut > 0 { format!(", the last {cut} of them cut and not kept") } else { String::new() };
    match rest.is_empty() {
        true => format!("(a body of {length} bytes{kept})"),
        false => format!("(a body of {length} bytes{kept}; from byte {at} on: {excerpt})"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use http::StatusCode;
    use wasmatrix_adapter::{Failure, FailureKind, WasiOutput};

    use super::*;

    fn ended(stdout: &[u8], stdout_cut: u64) -> CommandEnd {
        CommandEnd { failure: None, output: WasiOutput { stdout: GuestBytes(stdout.to_vec()), stdout_cut, ..WasiOutput::default() } }
    }

    fn exactly(text: &str) -> BytesPattern {
        BytesPattern::Exactly(GuestBytes(text.as_bytes().to_vec()))
    }

    fn wanted(status: Option<u16>, headers: &[(&str, HeaderPattern)], body: Option<BytesPattern>) -> ResponsePattern {
        let headers: BTreeMap<String, HeaderPattern> =
            headers.iter().map(|(name, pattern)| ((*name).to_owned(), pattern.clone())).collect();
        ResponsePattern { status: status.map(|status| StatusCode::from_u16(status).expect("a status")), headers, body }
    }

    #[track_caller]
    fn check(pattern: &ResponsePattern, end: &CommandEnd, expected: Option<(&str, &str)>) {
        let difference = judge_response(pattern, end);
        let difference = difference.as_ref().map(|difference| (difference.expected.as_str(), difference.observed.as_str()));
        assert_eq!(difference, expected);
    }

    #[test]
    fn a_response_is_status_headers_and_body() {
        let end = ended(b"Content-Type: text/plain\nX-Mine: 1\n\nhello\n", 0);
        let is = |text| HeaderPattern::Is(exactly(text));
        check(&wanted(None, &[], None), &end, None);
        check(&wanted(Some(200), &[("x-mine", is("1")), ("location", HeaderPattern::Absent)], Some(exactly("hello\n"))), &end, None);
        check(&wanted(None, &[], Some(BytesPattern::Contains("ell".to_owned()))), &end, None);
        check(
            &wanted(
                Some(404),
                &[("x-mine", is("2")), ("x-other", is("3")), ("content-type", HeaderPattern::Absent)],
                Some(exactly("hello")),
            ),
            &end,
            Some((
                "responds 404\n(no content-type)\nx-mine: 2\nx-other: 3\n\nhello\n(no newline at the end)",
                "responds 200\ncontent-type: text/plain\nx-mine: 1\n(no x-other)\n\nhello",
            )),
        );
    }

    #[test]
    fn why_spin_answers_itself_is_told() {
        let end = CommandEnd { failure: Some(Failure::new(FailureKind::Exit(3), "")), ..ended(b"content-type: a\n\nhello", 0) };
        check(&wanted(Some(500), &[], Some(exactly(""))), &end, None);
        let observed = "responds 500 (the command ended with exit 3)\n\n(nothing)";
        check(&wanted(None, &[], Some(exactly("hello"))), &end, Some(("responds 200\n\nhello\n(no newline at the end)", observed)));
    }

    #[test]
    fn of_a_long_body_the_first_difference_is_told() {
        let body = "0123456789".repeat(100_000);
        let stdout = format!("content-type: a\n\n{body}");
        check(&wanted(None, &[], Some(exactly(&body))), &ended(stdout.as_bytes(), 0), None);
        let other = format!("{}x{}", &body[..500_000], &body[500_001..]);
        let at = |text: &str| format!("responds 200\n\n(a body of 1000000 bytes; from byte 500000 on: {})", &text[500_000..500_048]);
        check(&wanted(None, &[], Some(exactly(&other))), &ended(stdout.as_bytes(), 0), Some((&at(&other), &at(&body))));
        // The beginning of a body equals nothing, and can contain something.
        let cut = "responds 200\n\n(a body of 1000007 bytes, the last 7 of them cut and not kept)";
        check(
            &wanted(None, &[], Some(exactly(&body))),
            &ended(stdout.as_bytes(), 7),
            Some(("responds 200\n\n(a body of 1000000 bytes)", cut)),
        );
        check(&wanted(None, &[], Some(BytesPattern::Contains("789012".to_owned()))), &ended(stdout.as_bytes(), 7), None);
    }

    #[test]
    fn what_nobody_can_tell_is_never_what_was_expected() {
        let observed = "what it responds nobody can tell: `x` stands there in two spellings with two values, and Spin takes either";
        check(&wanted(None, &[], None), &ended(b"content-type: a\nx: 1\nX: 2\n\n", 0), Some(("responds 200", observed)));
    }
}
