//! `reports/truth.md`, made of what was compared.

use std::fmt::Write as _;

use super::{Counts, Explanation};

/// A set on a runtime.
#[derive(Debug)]
pub struct Row {
    /// The runtime's identity.
    pub runtime: String,
    /// The exact version of the engine, and of the crate that is its runner.
    pub versions: String,
    /// The set.
    pub set: String,
    /// How many scripts were compared.
    pub scripts: usize,
    /// The scripts that the runner had no answer to, with the reason.
    pub unanswered: Vec<String>,
    /// The directives of those that were compared.
    pub counts: Counts,
    /// The disagreements that are explained: the entry's number, and where in which script.
    pub explained: Vec<(usize, String)>,
    /// Disagreements that nothing explains.
    pub unexplained: u64,
}

/// How many places an explanation names; `disagreements.txt` has all of them.
const PLACES: usize = 50;

const INTRODUCTION: &str = "\
# Truth check

Our verdicts on the scripts of the specification, held against those of each runtime's own script runner, directive by directive. Written by
`wasmatrix truth --write`, which builds the runners, runs both sides under the features of the set and exits with 1 where a disagreement has no
explanation in `truth.yaml`. `register` asks nothing and is left out.

- *both pass*, *both fail*: both sides asked the runtime and say the same.
- *ours alone*: the runner passes the directive without asking its runtime. *runner alone*: we do not ask, because the runtime does not claim what
  the module needs. *nobody*: quoted text that our assembler alone judges, and that the runners pass without a look.
- *undecidable*: about an instance whose module failed on one side; the failure itself is counted where it belongs.
- *disagree*: both asked, with different verdicts; the numbers are those of the explanations below.
";

/// The page.
pub fn page<'e>(rows: &[Row], explanations: impl Iterator<Item = (usize, &'e Explanation)>) -> String {
    let mut text = INTRODUCTION.to_owned();
    // Writing to a String cannot fail, here and below.
    let _ = write!(
        text,
        "\n| runtime | set | scripts | directives | both pass | both fail | ours alone | runner alone, passes | runner alone, fails | nobody | undecidable | disagree | unexplained |\n\
         |---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n"
    );
    for row in rows {
        let Counts { all, both_passed, both_failed, only_ours, only_native_passed, only_native_failed, neither, undecidable, disagreed } =
            row.counts;
        let _ = writeln!(
            text,
            "| {} | {} | {} | {all} | {both_passed} | {both_failed} | {only_ours} | {only_native_passed} | {only_native_failed} | {neither} | {undecidable} | {disagreed} | {} |",
            row.runtime, row.set, row.scripts, row.unexplained
        );
    }
    text.push_str("\nVersions:\n\n");
    let mut versions: Vec<String> = rows.iter().map(|row| format!("- {}\n", row.versions)).collect();
    versions.dedup();
    versions.into_iter().for_each(|line| text.push_str(&line));
    for row in rows.iter().filter(|row| !row.unanswered.is_empty()) {
        let _ = writeln!(text, "- no verdicts on {} from the runner of {}: {}", row.set, row.runtime, row.unanswered.join("; "));
    }
    text.push_str("\n## Why they disagree\n\nThe number in front is how many directives of the table it explains.\n");
    for (number, explanation) in explanations {
        let of =
            |row: &Row| row.explained.iter().filter(|(by, _)| *by == number).map(|(_, place)| format!("{} {place}", row.runtime)).collect();
        let places: Vec<String> = rows.iter().flat_map(|row| -> Vec<String> { of(row) }).collect();
        if places.is_empty() {
            continue;
        }
        let more = places.len().saturating_sub(PLACES);
        let _ = write!(
            text,
            "\n**{}**: {}{}. Right: {}.\n\n{}\n\nSource: {}\n",
            places.len(),
            places[..places.len() - more].join(", "),
            if more > 0 { format!(" and {more} more") } else { String::new() },
            explanation.right,
            explanation.why.trim(),
            explanation.source.trim()
        );
    }
    text
}
