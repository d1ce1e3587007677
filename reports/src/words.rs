//! What was seen, in words. Two observations are equal where their words are: the runtime's own texts and times are left out, everything else is
//! in them, long bytes as a digest.

use std::collections::BTreeSet;

use sha2::{Digest as _, Sha256};
use wasmatrix_adapter::{Answer, Failure, FailureKind, GuestBytes, Reply, WasiOutput};

use crate::{FileLeft, Observation};

/// How much is shown of bytes that a guest wrote or left; of longer ones the digest follows.
const SHOWN: usize = 120;

/// What came of a step.
pub fn observation_in_words(observation: &Observation) -> String {
    match observation {
        Observation::Answered(reply) => {
            let output = match reply {
                Reply::Ok(Answer::Output(output)) => Some(output),
                Reply::Ok(Answer::Command(end)) => Some(&end.output),
                _ => None,
            };
            output.map_or_else(|| reply_in_words(reply), |output| format!("{}; {}", reply_in_words(reply), written(output)))
        }
        Observation::NotOpened { opening, reply } => format!("{opening} {}", reply_in_words(reply)),
        Observation::Unanswered => "no answer".to_owned(),
        Observation::NotAsked(step) => format!("not asked, since step {step} was refused"),
        Observation::Parallel(branches) => {
            let distinct: BTreeSet<String> = branches.iter().map(|steps| branch_in_words(steps)).collect();
            format!("{} branches: {}", branches.len(), distinct.into_iter().collect::<Vec<_>>().join(" | "))
        }
    }
}

fn branch_in_words(steps: &[Observation]) -> String {
    steps.iter().map(observation_in_words).collect::<Vec<_>>().join(", ")
}

/// What a worker answered, without what guests wrote.
pub fn reply_in_words(reply: &Reply) -> String {
    match reply {
        Reply::Ok(Answer::Done | Answer::About(_)) => "succeeds".to_owned(),
        Reply::Ok(Answer::Values(values)) if values.is_empty() => "returns nothing".to_owned(),
        Reply::Ok(Answer::Values(values)) => {
            format!("returns {}", values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
        }
        Reply::Ok(Answer::Pages(pages)) => format!("returns {pages} pages"),
        Reply::Ok(Answer::Bytes(bytes)) => format!("returns {bytes:?}"),
        Reply::Ok(Answer::Output(_)) => "hands over the output".to_owned(),
        Reply::Ok(Answer::Command(end)) => end.failure.as_ref().map_or_else(|| "exits 0".to_owned(), failure),
        Reply::Ok(Answer::CacheStatistics(counted)) => format!("counts {} hits and {} misses", counted.hits, counted.misses),
        Reply::Ok(Answer::Parallel(threads)) => format!("ends on {} threads", threads.len()),
        Reply::Ok(Answer::Measured(measured)) => format!("takes {} ns", measured.elapsed_ns),
        Reply::Ok(Answer::Consumed(fuel)) => format!("has used {fuel} of fuel"),
        Reply::Failed(failed) => failure(failed),
    }
}

fn failure(failure: &Failure) -> String {
    match &failure.kind {
        FailureKind::Unsupported(_) => failure.kind.to_string(),
        FailureKind::Rejected => "is rejected".to_owned(),
        FailureKind::Unlinkable => "is unlinkable".to_owned(),
        FailureKind::Trap(code) => format!("traps {code}"),
        FailureKind::Exhausted(what) => format!("exhausts {what}"),
        FailureKind::Exception => "throws an exception".to_owned(),
        FailureKind::Exit(code) => format!("exits {code}"),
        FailureKind::Interrupted => "is interrupted by the runtime".to_owned(),
        FailureKind::Stale => "is refused as stale".to_owned(),
        FailureKind::Failed => "fails for a reason of its own".to_owned(),
    }
}

/// What stood at a path afterwards.
pub fn file_in_words(left: Option<&FileLeft>) -> String {
    match left {
        None => "nothing is there".to_owned(),
        Some(FileLeft::File { size, sha256 }) => format!("a file of {size} bytes, sha256 {}", sha256.get(..16).unwrap_or(sha256)),
        Some(FileLeft::Folder) => "a folder".to_owned(),
        Some(FileLeft::Link(to)) => format!("a link to {to}"),
        Some(FileLeft::Other) => "something that is no file, folder or link".to_owned(),
    }
}

fn written(output: &WasiOutput) -> String {
    format!("stdout {}; stderr {}", bytes(&output.stdout, output.stdout_cut), bytes(&output.stderr, output.stderr_cut))
}

fn bytes(bytes: &GuestBytes, cut: u64) -> String {
    let all = &bytes.0;
    let cut = if cut == 0 { String::new() } else { format!(" and {cut} bytes that were cut") };
    match all.get(..SHOWN) {
        Some(beginning) if all.len() > SHOWN => {
            format!("\"{}\"… ({} bytes, sha256 {}){cut}", beginning.escape_ascii(), all.len(), digest(all))
        }
        _ => format!("\"{}\"{cut}", all.escape_ascii()),
    }
}

/// The first 64 bits of a SHA-256, in hexadecimal: enough to tell the texts of a run apart.
pub(crate) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use wasmatrix_adapter::Frame;

    use super::*;

    #[test]
    fn words_leave_out_what_is_never_compared_and_nothing_else() {
        let failed = |text: &str| Observation::Answered(Reply::Failed(Failure::new(FailureKind::Exit(3), text)));
        assert_eq!(observation_in_words(&failed("one text")), observation_in_words(&failed("another")));
        let at = |function: &str| {
            let frame = Frame { function: Some(function.to_owned()), ..Frame::default() };
            observation_in_words(&Observation::Answered(Reply::Failed(Failure::failed("").at([frame]))))
        };
        assert_eq!(at("inner"), at("outer"), "where a guest was");
        let output = |text: &[u8], stdout_cut| {
            let output = WasiOutput { stdout: GuestBytes(text.to_vec()), stdout_cut, ..WasiOutput::default() };
            observation_in_words(&Observation::Answered(Reply::Ok(Answer::Output(output))))
        };
        assert_eq!(output(b"a\n", 0), r#"hands over the output; stdout "a\n"; stderr """#);
        let (long, other) = ([b'x'; 500], [&[b'x'; 499][..], b"y"].concat());
        assert_ne!(output(&long, 0), output(&other, 0), "they differ in their last byte");
        assert_ne!(output(&long, 0), output(&long, 7));
    }
}
