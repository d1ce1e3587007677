//! Expectations and observations in words for people.

use wasmatrix_adapter::{Answer, GuestBytes, Reply};

use crate::suite::{BytesPattern, Expectation, Step, StepOp, Way};

/// What a step must do.
pub(crate) fn ways(step: &Step) -> String {
    let Expectation { ways, .. } = &step.expectation;
    if ways.is_empty() {
        return match step.op {
            StepOp::Run { .. } => "exits 0".to_owned(),
            _ => "succeeds".to_owned(),
        };
    }
    let ways: Vec<String> = ways.iter().map(way).collect();
    ways.join(", or ")
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

/// What was seen.
pub(crate) fn reply(reply: &Reply) -> String {
    match reply {
        Reply::Ok(Answer::Done | Answer::About(_)) => "succeeds".to_owned(),
        Reply::Ok(Answer::Values(values)) if values.is_empty() => "returns nothing".to_owned(),
        Reply::Ok(Answer::Values(values)) => {
            format!("returns {}", values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
        }
        Reply::Ok(Answer::Pages(pages)) => format!("returns {pages} pages"),
        Reply::Ok(Answer::Bytes(bytes)) => format!("returns {bytes:?}"),
        Reply::Ok(Answer::Output(_)) => "hands over the output".to_owned(),
        Reply::Ok(Answer::Command(end)) => match &end.failure {
            None => "exits 0".to_owned(),
            Some(failure) => failure_words(failure),
        },
        Reply::Failed(failure) => failure_words(failure),
    }
}

fn failure_words(failure: &wasmatrix_adapter::Failure) -> String {
    use wasmatrix_adapter::FailureKind;
    match &failure.kind {
        FailureKind::Unsupported(_) => failure.kind.to_string(),
        FailureKind::Rejected => "is rejected".to_owned(),
        FailureKind::Unlinkable => "is unlinkable".to_owned(),
        FailureKind::Trap(code) => format!("traps {code}"),
        FailureKind::Exhausted(what) => format!("exhausts {what}"),
        FailureKind::Exception => "throws an exception".to_owned(),
        FailureKind::Exit(code) => format!("exits {code}"),
        FailureKind::Interrupted => "is interrupted by the runtime".to_owned(),
        FailureKind::Failed => "fails for a reason of its own".to_owned(),
    }
}
