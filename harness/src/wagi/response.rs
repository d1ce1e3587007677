//! What Spin answers when a command has ended.

use std::collections::BTreeMap;

use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{CONTENT_TYPE, LOCATION},
};
use wasmatrix_adapter::{CommandEnd, FailureKind};

/// What a client is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer<'o> {
    /// This.
    Known(Response<'o>),
    /// Nobody can tell, for this reason: Spin leaves it to chance, or the harness has not kept all that decides it.
    Unknown(String),
}

/// A response as the executor hands it to the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response<'o> {
    /// The status.
    pub status: StatusCode,
    /// The headers, each name once.
    pub headers: HeaderMap,
    /// The body, or of a longer one its beginning.
    pub body: &'o [u8],
    /// How many bytes of the body were cut and not kept.
    pub cut: u64,
    /// Why Spin answers in place of the command, or changes its answer.
    pub because: Option<String>,
}

/// Spin's own words where a command's headers do not suffice.
const INSUFFICIENT: &[u8] = b"Exactly one of 'location' or 'content-type' must be specified";

/// What Spin answers to a command that ended like this. Its standard error is only logged.
pub fn respond(end: &CommandEnd) -> Answer<'_> {
    let output = &end.output;
    match end.failure.as_ref().map(|failure| &failure.kind) {
        None | Some(FailureKind::Exit(0)) => {}
        // What it wrote does not count then.
        Some(kind) => return failed(format!("the command ended with {kind}")),
    }
    if output.stdout.0.is_empty() {
        return failed("the command did not write to stdout".to_owned());
    }
    let Some((head, body)) = parted(&output.stdout.0) else {
        return match output.stdout_cut {
            0 => insufficient("no empty line ends its headers"),
            _ => Answer::Unknown("no empty line ends the headers in what was kept of its output".to_owned()),
        };
    };
    let Ok(head) = String::from_utf8(head) else { return failed("its headers are not UTF-8".to_owned()) };
    composed(&head, body, output.stdout_cut)
}

/// Spin's answer to what went wrong.
fn failed<'o>(because: String) -> Answer<'o> {
    own(StatusCode::INTERNAL_SERVER_ERROR, b"", because)
}

fn insufficient<'o>(why: &str) -> Answer<'o> {
    own(StatusCode::INTERNAL_SERVER_ERROR, INSUFFICIENT, format!("{why}, and it needs `content-type`, `status` or `location`"))
}

fn own<'o>(status: StatusCode, body: &'o [u8], because: String) -> Answer<'o> {
    Answer::Known(Response { status, headers: HeaderMap::new(), body, cut: 0, because: Some(because) })
}

/// The headers, without their carriage returns, and the body: they part at the first of two line ends in a row.
fn parted(output: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut head = Vec::new();
    for (at, byte) in output.iter().enumerate() {
        match byte {
            b'\r' => {}
            b'\n' if head.last() == Some(&b'\n') => return output.get(at + 1..).map(|body| (head, body)),
            byte => head.push(*byte),
        }
    }
    None
}

fn composed<'o>(head: &str, body: &'o [u8], cut: u64) -> Answer<'o> {
    let said = match said(head) {
        Ok(said) => said,
        Err(why) => return Answer::Unknown(why),
    };
    let mut response = Response { status: StatusCode::OK, headers: HeaderMap::new(), body, cut, because: None };
    let mut is_sufficient = false;
    for (name, value) in &said {
        let known = match name.as_str() {
            "status" => {
                is_sufficient = true;
                // `404 Not Found` is its number alone.
                let code = value.split_once(' ').map_or(value.as_str(), |(code, _)| code);
                response.status = code.parse().unwrap_or_else(|_| {
                    response.because = Some(format!("`{code}` is no status"));
                    StatusCode::BAD_GATEWAY
                });
                continue;
            }
            "content-type" => CONTENT_TYPE,
            "location" => LOCATION,
            // Spin's: what cannot be the name of a header is passed over.
            other => match HeaderName::from_lowercase(other.as_bytes()) {
                Ok(name) => name,
                Err(_) => continue,
            },
        };
        is_sufficient |= known == CONTENT_TYPE || known == LOCATION;
        let Ok(value) = HeaderValue::from_str(value) else {
            return failed(format!("the header `{name}` cannot be {value:?}"));
        };
        if known == LOCATION && !said.contains_key("status") {
            response.status = StatusCode::FOUND;
        }
        response.headers.insert(known, value);
    }
    if is_sufficient { Answer::Known(response) } else { insufficient("its headers do not suffice") }
}

/// What each header says, by its name in lower case; of several that are spelled alike the last counts. Lines without a colon are
/// passed over. `Err`: nobody knows what counts, and why.
fn said(head: &str) -> Result<BTreeMap<String, String>, String> {
    let mut spelled: BTreeMap<&str, &str> = BTreeMap::new();
    for (name, value) in head.trim().split('\n').filter_map(|line| line.split_once(':')) {
        spelled.insert(name.trim(), value.trim());
    }
    let mut said: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in spelled {
        let lower = name.to_lowercase();
        let before = said.insert(lower.clone(), value.to_owned());
        if before.is_some_and(|before| before != value) {
            // Spin goes through them in the order of a hash map, which is another one each time.
            return Err(format!("`{lower}` stands there in two spellings with two values, and Spin takes either"));
        }
    }
    Ok(said)
}

#[cfg(test)]
mod tests {
    use wasmatrix_adapter::{Failure, GuestBytes, TrapCode, WasiOutput};

    use super::*;

    fn ended(failure: Option<FailureKind>, stdout: &[u8], stdout_cut: u64) -> CommandEnd {
        let failure = failure.map(|kind| Failure::new(kind, ""));
        CommandEnd { failure, output: WasiOutput { stdout: GuestBytes(stdout.to_vec()), stdout_cut, ..WasiOutput::default() } }
    }

    /// The response in one text: status, headers by name, an empty line, body; with the reason in brackets behind the status.
    fn shown(end: &CommandEnd) -> String {
        match respond(end) {
            Answer::Unknown(why) => format!("? {why}"),
            Answer::Known(Response { status, headers, body, because, .. }) => {
                let because = because.map(|because| format!(" ({because})")).unwrap_or_default();
                let mut headers: Vec<String> =
                    headers.iter().map(|(name, value)| format!("{name}: {}", value.as_bytes().escape_ascii())).collect();
                headers.sort();
                let headers: String = headers.into_iter().map(|header| header + "\n").collect();
                format!("{}{because}\n{headers}\n{}", status.as_u16(), body.escape_ascii())
            }
        }
    }

    #[track_caller]
    fn check(stdout: &[u8], expected: &str) {
        assert_eq!(shown(&ended(None, stdout, 0)), expected);
    }

    #[track_caller]
    fn begins(stdout: &[u8], expected: &str) {
        let shown = shown(&ended(None, stdout, 0));
        assert!(shown.starts_with(expected), "{shown}");
    }

    #[test]
    fn headers_and_body_part_at_an_empty_line() {
        check(b"Content-Type: text/plain\n\nhello\n", "200\ncontent-type: text/plain\n\nhello\\n");
        check(b"Content-Type: text/plain\r\n\r\nhello\r\n", "200\ncontent-type: text/plain\n\nhello\\r\\n");
        check(b"content-type:text/plain\n\n", "200\ncontent-type: text/plain\n\n");
        check(b"content-type: a\n\n\n\nb", "200\ncontent-type: a\n\n\\n\\nb");
        // A carriage return counts nowhere in the headers.
        check(b"content-\rtype: a\r\r\n\r\r\nb\r", "200\ncontent-type: a\n\nb\\r");
        check(b"Content-Type: a\nX-Two: 1:2\n\n\xff\0", "200\ncontent-type: a\nx-two: 1:2\n\n\\xff\\x00");
    }

    #[test]
    fn a_megabyte_is_a_body() {
        let body: Vec<u8> = (0..=255).cycle().take(1_000_000).collect();
        let stdout = [b"content-type: a\n\n".as_slice(), &body].concat();
        let end = ended(None, &stdout, 0);
        assert!(matches!(respond(&end), Answer::Known(response) if response.body == body && response.cut == 0));
    }

    #[test]
    fn without_the_headers_that_it_needs_it_is_an_error() {
        let own = "\n\nExactly one of \\'location\\' or \\'content-type\\' must be specified";
        let needs = "and it needs `content-type`, `status` or `location`";
        for stdout in ["hello", "hello\n", "content-type: text/plain\n", "\nhello", "\r\r"] {
            check(stdout.as_bytes(), &format!("500 (no empty line ends its headers, {needs}){own}"));
        }
        for stdout in ["\n\nhello", "x-mine: 1\n\nhello", "no colon here\n\nhello", "content type: a\n\nhello", "::\n\nx"] {
            check(stdout.as_bytes(), &format!("500 (its headers do not suffice, {needs}){own}"));
        }
    }

    #[test]
    fn a_status_is_a_number() {
        check(b"status: 404\n\ngone", "404\n\ngone");
        check(b"Status: 404 Not Found\n\ngone", "404\n\ngone");
        check(b"content-type: a\nSTATUS: 201\n\n", "201\ncontent-type: a\n\n");
        for bad in ["abc", "", "99", "1000", "20", "2000 OK", "-200", "404\tNot"] {
            begins(format!("content-type: a\nstatus: {bad}\n\nbody").as_bytes(), "502 (");
        }
        check(b"status: abc\ncontent-type: a\n\nbody", "502 (`abc` is no status)\ncontent-type: a\n\nbody");
    }

    #[test]
    fn a_location_redirects_where_no_status_says_otherwise() {
        check(b"location: /there\n\n", "302\nlocation: /there\n\n");
        check(b"location: /there\nstatus: 301\n\n", "301\nlocation: /there\n\n");
        check(b"status: 301\nlocation: /there\n\n", "301\nlocation: /there\n\n");
        check(b"location: /there\ncontent-type: a\n\nx", "302\ncontent-type: a\nlocation: /there\n\nx");
        begins(b"location: /there\nstatus: abc\n\n", "502 (");
    }

    #[test]
    fn what_a_header_cannot_hold_is_an_error() {
        check(b"content-type: a\0b\n\nbody", "500 (the header `content-type` cannot be \"a\\0b\")\n\n");
        check(b"content-type: a\nx-mine: \x01\n\nbody", "500 (the header `x-mine` cannot be \"\\u{1}\")\n\n");
        check(b"location: \x7f\n\n", "500 (the header `location` cannot be \"\\u{7f}\")\n\n");
        check(b"content-type: \xff\n\nbody", "500 (its headers are not UTF-8)\n\n");
        // In a name that is, the header is passed over.
        check(b"content-type: a\nx\0y: 1\n\xc3\xbc: 2\n: 3\n\nbody", "200\ncontent-type: a\n\nbody");
        check("content-type: ü\n\n".as_bytes(), "200\ncontent-type: \\xc3\\xbc\n\n");
    }

    #[test]
    fn of_several_the_last_counts_and_of_two_spellings_nobody_knows_which() {
        check(b"x: 1\nx: 2\ncontent-type: a\n\n", "200\ncontent-type: a\nx: 2\n\n");
        check(b"X: 1\nx: 1\ncontent-type: a\n\n", "200\ncontent-type: a\nx: 1\n\n");
        check(b"X: 1\nx: 2\ncontent-type: a\n\n", "? `x` stands there in two spellings with two values, and Spin takes either");
    }

    #[test]
    fn how_the_command_ended_comes_first() {
        let good = b"content-type: a\n\nbody";
        for (kind, expected) in [
            (FailureKind::Exit(0), "200\ncontent-type: a\n\nbody"),
            (FailureKind::Exit(3), "500 (the command ended with exit 3)\n\n"),
            (FailureKind::Trap(TrapCode::Unreachable), "500 (the command ended with trap unreachable)\n\n"),
        ] {
            assert_eq!(shown(&ended(Some(kind), good, 0)), expected);
        }
        check(b"", "500 (the command did not write to stdout)\n\n");
    }

    #[test]
    fn what_was_cut_is_not_known() {
        let known = ended(None, b"content-type: a\n\nbegin", 7);
        assert!(matches!(respond(&known), Answer::Known(response) if response.cut == 7 && response.body == b"begin"));
        assert!(matches!(respond(&ended(None, b"content-type: a", 7)), Answer::Unknown(_)));
    }
}
