//! Expectations and observations in words for people.

use std::fmt::Write as _;

use http::StatusCode;
use wasmatrix_adapter::GuestBytes;
use wasmatrix_reports::CacheUse;
pub(crate) use wasmatrix_reports::reply_in_words as reply;

use crate::suite::{BytesPattern, Case, Expectation, HeaderPattern, LeftFile, ResponsePattern, Step, StepOp, Way};

/// What a case expects where a failure of this kind is, at a step or anywhere.
pub fn expected_at(case: &Case, step: Option<u64>, kind: &str) -> Vec<String> {
    let steps = (1..).zip(&case.steps).filter(|(number, _)| step.is_none_or(|step| step == *number)).map(|(_, step)| step);
    let stream = |name: &str, pattern: Option<&BytesPattern>| Some(format!("{name}: {}", bytes(pattern?)));
    match kind {
        "files" => case.files.iter().map(|file| format!("{}: {}", file.guest_path, left(&file.left))).collect(),
        "stdout" => steps.filter_map(|step| stream(kind, step.expectation.stdout.as_ref())).collect(),
        "response" => steps.filter(|step| matches!(step.op, StepOp::Wagi { .. })).map(ways).collect(),
        "stderr" => steps.filter_map(|step| stream(kind, step.expectation.stderr.as_ref())).collect(),
        _ => steps.map(ways).collect(),
    }
}

/// What must be left of a file.
pub(super) fn left(left: &LeftFile) -> String {
    match left {
        LeftFile::Absent => "(no file)".to_owned(),
        LeftFile::Content(pattern) => bytes(pattern),
    }
}

/// What a step must do.
pub(crate) fn ways(step: &Step) -> String {
    if let StepOp::Wagi { .. } = step.op {
        return response(&step.expectation.response);
    }
    let Expectation { ways, or_refused, .. } = &step.expectation;
    let mut ways: Vec<String> = ways.iter().map(way).collect();
    if ways.is_empty() {
        ways.push(match step.op {
            StepOp::Run { .. } => "exits 0".to_owned(),
            _ => "succeeds".to_owned(),
        });
    }
    ways.extend(or_refused.then(|| "is refused".to_owned()));
    ways.join(", or ")
}

/// The status of the response that is expected.
pub(super) fn status(pattern: &ResponsePattern) -> StatusCode {
    pattern.status.unwrap_or(StatusCode::OK)
}

/// The response that is expected, without its body: the status, and a line for each header.
pub(super) fn head(pattern: &ResponsePattern) -> String {
    let mut text = format!("responds {}", status(pattern).as_u16());
    for (name, wanted) in &pattern.headers {
        let _ = match wanted {
            HeaderPattern::Absent => write!(text, "\n(no {name})"),
            HeaderPattern::Is(BytesPattern::Exactly(value)) => write!(text, "\n{name}: {}", value.0.escape_ascii()),
            HeaderPattern::Is(contains) => write!(text, "\n{name}: {}", bytes(contains)),
        };
    }
    text
}

/// The response that is expected.
pub(super) fn response(pattern: &ResponsePattern) -> String {
    pattern.body.as_ref().map_or_else(|| head(pattern), |body| format!("{}\n\n{}", head(pattern), bytes(body)))
}

/// What must be seen of the cache.
pub(crate) fn cached(uses: &[CacheUse]) -> String {
    let uses: Vec<String> = uses.iter().map(CacheUse::to_string).collect();
    format!("the cache: {}", uses.join(" or "))
}

fn way(way: &Way) -> String {
    match way {
        Way::Returns(patterns) if patterns.is_empty() => "returns nothing".to_owned(),
        Way::Returns(patterns) => format!("returns {}", patterns.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
        Way::Traps(code) => format!("traps {code}"),
        Way::Exhausts(what) => format!("exhausts {what}"),
        Way::Exits(code) => format!("exits {code}"),
        Way::Rejected => "is rejected".to_owned(),
        Way::Unlinkable => "is unlinkable".to_owned(),
        Way::Exception => "throws an exception".to_owned(),
        Way::Stale => "is refused as stale".to_owned(),
    }
}

/// What bytes must be.
pub(crate) fn bytes(pattern: &BytesPattern) -> String {
    match pattern {
        BytesPattern::Exactly(bytes) => shown(bytes),
        BytesPattern::Contains(text) => format!("contains {text:?}"),
    }
}

/// Bytes so that a line diff of two of them says where they differ: text line by line, with a last line that has no end marked.
pub(super) fn shown(bytes: &GuestBytes) -> String {
    match std::str::from_utf8(&bytes.0) {
        Ok("") => "(nothing)".to_owned(),
        Ok(text) if !text.contains(|character: char| character.is_control() && character != '\n' && character != '\t') => {
            if text.ends_with('\n') {
                text.trim_end_matches('\n').to_owned() + &"\n".repeat(trailing(text) - 1)
            } else {
                format!("{text}\n(no newline at the end)")
            }
        }
        _ => format!("{bytes:?}"),
    }
}

/// The beginning of bytes that are themselves only the beginning: they fill what a worker keeps, so a reader sees how they start and how
/// many there were.
pub(super) fn shown_cut(kept: &GuestBytes, cut: u64) -> String {
    const SHOWN: usize = 1024;
    let beginning = kept.0.get(..SHOWN).unwrap_or(&kept.0);
    let rest = (kept.0.len() - beginning.len()) as u64;
    format!("{}\n(and {} bytes more, of which {cut} were cut and not kept)", beginning.escape_ascii(), rest.saturating_add(cut))
}

fn trailing(text: &str) -> usize {
    text.len() - text.trim_end_matches('\n').len()
}
