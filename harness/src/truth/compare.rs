//! Two sides' verdicts on the directives of one script. A function from values to values.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::NativeVerdict;

/// What a side says of a directive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Its runtime was not asked.
    NotAsked,
    /// The runtime does what the script says.
    Passed,
    /// It does not; with the side's words.
    Failed(String),
}

/// A directive of ours, with what is needed to hold another's verdict against it.
#[derive(Debug, Clone)]
pub struct OurDirective {
    /// The line it starts on, from 1.
    pub line: u64,
    /// The beginning of its text.
    pub text: String,
    /// What we say of it.
    pub said: Said,
    /// Whether there is anything to ask: `register` gives a name and no more.
    pub is_question: bool,
    /// The instance that it makes.
    pub makes: Option<usize>,
    /// The instances that it is about, or imports from.
    pub uses: Vec<usize>,
}

/// One of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// We.
    Ours,
    /// The runtime's own runner.
    Native,
}

/// A directive that both sides asked, with different verdicts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// The directive's line.
    pub line: u64,
    /// The beginning of its text.
    pub text: String,
    /// Who says that it failed.
    pub failed_for: Side,
    /// That side's words.
    pub words: String,
}

/// A directive that one side alone asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alone {
    /// The directive's line.
    pub line: u64,
    /// The beginning of its text, where we have it.
    pub text: String,
    /// Who asked.
    pub asked_by: Side,
    /// Its words, where it is not content.
    pub words: Option<String>,
}

/// How many directives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// All of them, but for those that ask nothing.
    pub all: u64,
    /// Both asked, and both are content.
    pub both_passed: u64,
    /// Both asked, and neither is.
    pub both_failed: u64,
    /// We alone asked.
    pub only_ours: u64,
    /// The runtime's own runner alone asked, and is content.
    pub only_native_passed: u64,
    /// It alone asked, and is not.
    pub only_native_failed: u64,
    /// Nobody asked.
    pub neither: u64,
    /// About an instance that one of the two does not have, because its module failed there: that failure is counted, and what follows
    /// from it cannot be compared.
    pub undecidable: u64,
    /// Both asked, with different verdicts.
    pub disagreed: u64,
}

impl Counts {
    /// Adds those of another script.
    pub fn add(&mut self, other: &Self) {
        let Self { all, both_passed, both_failed, only_ours, only_native_passed, only_native_failed, neither, undecidable, disagreed } =
            other;
        for (count, more) in [
            (&mut self.all, all),
            (&mut self.both_passed, both_passed),
            (&mut self.both_failed, both_failed),
            (&mut self.only_ours, only_ours),
            (&mut self.only_native_passed, only_native_passed),
            (&mut self.only_native_failed, only_native_failed),
            (&mut self.neither, neither),
            (&mut self.undecidable, undecidable),
            (&mut self.disagreed, disagreed),
        ] {
            *count += more;
        }
    }
}

/// What came of a script.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// The counts.
    pub counts: Counts,
    /// Every disagreement, in the order of lines.
    pub disagreements: Vec<Disagreement>,
    /// What one side alone asked, in the order of lines.
    pub alone: Vec<Alone>,
}

/// Compares the verdicts on a script. Both are in its order; directives are the same where they are the first, second, … of one line.
pub fn compare(ours: &[OurDirective], native: &[NativeVerdict]) -> Compared {
    let mut compared = Compared::default();
    let (mut missing_here, mut missing_there) = (BTreeSet::new(), BTreeSet::new());
    let mut rest = native;
    for one in ours {
        while let Some(other) = rest.first().filter(|other| other.line < one.line) {
            rest = &rest[1..];
            compared.unknown(other);
        }
        let other = match rest.first() {
            Some(other) if other.line == one.line => {
                rest = &rest[1..];
                said(other)
            }
            _ => Said::NotAsked,
        };
        let is_missing = |missing: &BTreeSet<usize>| one.uses.iter().any(|instance| missing.contains(instance));
        let is_undecidable = match (&one.said, &other) {
            (Said::NotAsked, _) => is_missing(&missing_there),
            (_, Said::NotAsked) => is_missing(&missing_here),
            _ => is_missing(&missing_here) || is_missing(&missing_there),
        };
        if let Some(instance) = one.makes {
            for (missing, said) in [(&mut missing_here, &one.said), (&mut missing_there, &other)] {
                // Linked to what is not there, a module that succeeds is not the one that is meant.
                if *said != Said::Passed || one.uses.iter().any(|instance| missing.contains(instance)) {
                    missing.insert(instance);
                }
            }
        }
        if !one.is_question {
            continue;
        }
        let Counts { all, both_passed, both_failed, only_ours, only_native_passed, only_native_failed, neither, undecidable, disagreed } =
            &mut compared.counts;
        *all += 1;
        let (count, disagreement) = match (&one.said, &other) {
            (Said::NotAsked, Said::NotAsked) => (neither, None),
            _ if is_undecidable => (undecidable, None),
            (_, Said::NotAsked) => (only_ours, None),
            (Said::NotAsked, Said::Passed) => (only_native_passed, None),
            (Said::NotAsked, Said::Failed(_)) => (only_native_failed, None),
            (Said::Passed, Said::Passed) => (both_passed, None),
            (Said::Failed(_), Said::Failed(_)) => (both_failed, None),
            (Said::Failed(words), Said::Passed) => (disagreed, Some((Side::Ours, words))),
            (Said::Passed, Said::Failed(words)) => (disagreed, Some((Side::Native, words))),
        };
        *count += 1;
        let asked_alone = match (&one.said, &other) {
            _ if is_undecidable => None,
            (Said::NotAsked, Said::NotAsked) => None,
            (alone, Said::NotAsked) => Some((Side::Ours, alone)),
            (Said::NotAsked, alone) => Some((Side::Native, alone)),
            _ => None,
        };
        compared.alone.extend(asked_alone.map(|(asked_by, said)| Alone {
            line: one.line,
            text: one.text.clone(),
            asked_by,
            words: if let Said::Failed(words) = said { Some(words.clone()) } else { None },
        }));
        compared.disagreements.extend(disagreement.map(|(failed_for, words)| Disagreement {
            line: one.line,
            text: one.text.clone(),
            failed_for,
            words: words.clone(),
        }));
    }
    for other in rest {
        compared.unknown(other);
    }
    compared
}

impl Compared {
    /// A directive that we do not have at all: one of the two has not read the script as it is.
    fn unknown(&mut self, native: &NativeVerdict) {
        self.counts.all += 1;
        *(if native.passed { &mut self.counts.only_native_passed } else { &mut self.counts.only_native_failed }) += 1;
        self.alone.push(Alone { line: native.line, text: String::new(), asked_by: Side::Native, words: native.error.clone() });
    }
}

fn said(native: &NativeVerdict) -> Said {
    match (&native.error, native.passed) {
        // What fails was looked at, by whomever.
        (words, false) => Said::Failed(words.clone().unwrap_or_default()),
        (_, true) if native.asked => Said::Passed,
        (_, true) => Said::NotAsked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed() -> Said {
        Said::Failed("no".to_owned())
    }

    fn ours(line: u64, said: Said) -> OurDirective {
        OurDirective { line, text: String::new(), said, is_question: true, makes: None, uses: Vec::new() }
    }

    fn native(line: u64, said: &Said) -> NativeVerdict {
        let error = if let Said::Failed(words) = said { Some(words.clone()) } else { None };
        NativeVerdict { line, passed: error.is_none(), asked: *said != Said::NotAsked, error }
    }

    #[track_caller]
    fn check(ours: &[OurDirective], native: &[NativeVerdict], expected: Counts) {
        let compared = compare(ours, native);
        assert_eq!(compared.counts, expected);
        assert_eq!(compared.disagreements.len() as u64, expected.disagreed);
    }

    #[test]
    fn a_directive_is_counted_once() {
        use Said::{NotAsked, Passed};
        for (here, there, expected) in [
            (Passed, Passed, Counts { both_passed: 1, ..Counts::default() }),
            (failed(), failed(), Counts { both_failed: 1, ..Counts::default() }),
            (Passed, failed(), Counts { disagreed: 1, ..Counts::default() }),
            (failed(), Passed, Counts { disagreed: 1, ..Counts::default() }),
            (Passed, NotAsked, Counts { only_ours: 1, ..Counts::default() }),
            (NotAsked, failed(), Counts { only_native_failed: 1, ..Counts::default() }),
            (NotAsked, NotAsked, Counts { neither: 1, ..Counts::default() }),
        ] {
            check(&[ours(1, here)], &[native(1, &there)], Counts { all: 1, ..expected });
        }
    }

    #[test]
    fn directives_are_paired_by_line_and_order() {
        let here = [ours(1, Said::Passed), ours(1, failed()), ours(3, Said::Passed)];
        let there = [native(1, &Said::Passed), native(1, &failed()), native(2, &Said::Passed), native(3, &Said::Passed)];
        check(&here, &there, Counts { all: 4, both_passed: 2, both_failed: 1, only_native_passed: 1, ..Counts::default() });
        check(&here, &there[..1], Counts { all: 3, both_passed: 1, only_ours: 2, ..Counts::default() });
    }

    #[test]
    fn what_follows_from_a_missing_instance_is_undecidable() {
        let module = |line, said, instance| OurDirective { makes: Some(instance), ..ours(line, said) };
        let uses = |line, instance| OurDirective { uses: vec![instance], ..ours(line, Said::Passed) };
        let here = [
            module(1, Said::Passed, 0),
            uses(2, 0),
            OurDirective { uses: vec![0], ..module(3, Said::Passed, 1) },
            uses(4, 1),
            module(5, Said::Passed, 2),
            uses(6, 2),
        ];
        let there: Vec<NativeVerdict> = (1..=6).map(|line| native(line, &if line == 1 { failed() } else { Said::Passed })).collect();
        check(&here, &there, Counts { all: 6, disagreed: 1, undecidable: 3, both_passed: 2, ..Counts::default() });
    }
}
