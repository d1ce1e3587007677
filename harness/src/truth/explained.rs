//! `reports/truth.yaml`: why the runtimes' own runners and we disagree, where we do.

use std::{fs, path::Path};

use anyhow::Context as _;
use globset::{Glob, GlobMatcher};
use serde::Deserialize;
use wasmatrix_reports::Lines;

use super::{Disagreement, Side};
use crate::{
    id::{RuntimeId, RuntimePattern},
    yaml::{self, At, Place},
};

/// Everything that is explained.
#[derive(Debug, Default)]
pub struct Explained(Vec<Explanation>);

/// Why the two sides differ about some directives.
#[derive(Debug)]
pub struct Explanation {
    runtimes: Vec<RuntimePattern>,
    scripts: Vec<GlobMatcher>,
    lines: Option<Lines>,
    failed_for: Side,
    directive: Option<String>,
    words: Option<String>,
    /// Who is right by the specification.
    pub right: String,
    /// Why the other is not.
    pub why: String,
    /// What that stands on: a source file, a thread, how it was reproduced.
    pub source: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExplainedFile {
    explained: Vec<EntryFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryFile {
    runtimes: Vec<String>,
    scripts: Vec<At<String>>,
    lines: Option<At<String>>,
    failed_for: Side,
    directive: Option<String>,
    words: Option<String>,
    right: RightFile,
    why: String,
    source: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum RightFile {
    Ours,
    Native,
    Both,
}

impl Explained {
    /// Reads the file.
    ///
    /// # Errors
    /// Where it cannot be read, or the first thing that is wrong with it.
    pub fn load(path: &Path) -> anyhow::Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        Self::parse(&text).map_err(|(place, message)| anyhow::anyhow!("{}:{}:{}: {message}", path.display(), place.line, place.column))
    }

    /// Reads its text.
    ///
    /// # Errors
    /// The first thing that is wrong, and where.
    pub fn parse(text: &str) -> Result<Self, (Place, String)> {
        let file: ExplainedFile = yaml::from_str(text).map_err(|error| (error.place, error.message))?;
        file.explained.into_iter().map(explanation).collect::<Result<_, _>>().map(Self)
    }

    /// The first entry that explains a disagreement, by its number from 1.
    pub fn about(&self, id: &RuntimeId, script: &str, disagreement: &Disagreement) -> Option<(usize, &Explanation)> {
        let found = self.0.iter().position(|entry| entry.explains(id, script, disagreement))?;
        Some((found + 1, &self.0[found]))
    }

    /// The entries by their numbers.
    pub fn entries(&self) -> impl Iterator<Item = (usize, &Explanation)> {
        self.0.iter().enumerate().map(|(place, entry)| (place + 1, entry))
    }
}

impl Explanation {
    fn explains(&self, id: &RuntimeId, script: &str, about: &Disagreement) -> bool {
        self.failed_for == about.failed_for
            && self.could_explain(id, script)
            && self.lines.as_ref().is_none_or(|lines| lines.contains(about.line))
            && self.directive.as_ref().is_none_or(|directive| about.text.trim_start_matches(['(', ' ']).starts_with(directive.as_str()))
            && self.words.as_ref().is_none_or(|words| about.words.contains(words.as_str()))
    }

    /// Whether it is about a script on a runtime.
    pub fn could_explain(&self, id: &RuntimeId, script: &str) -> bool {
        self.runtimes.iter().any(|pattern| pattern.matches(id)) && self.scripts.iter().any(|glob| glob.is_match(script))
    }
}

fn explanation(file: EntryFile) -> Result<Explanation, (Place, String)> {
    let glob = |text: At<String>| {
        Glob::new(&text.value).map(|glob| glob.compile_matcher()).map_err(|error| (text.place, error.kind().to_string()))
    };
    let lines = file.lines.map(|lines| lines.value.parse().map_err(|message: String| (lines.place, message))).transpose()?;
    let EntryFile { runtimes, scripts, failed_for, directive, words, right, why, source, .. } = file;
    Ok(Explanation {
        runtimes: runtimes.iter().map(|text| RuntimePattern::parse(text)).collect(),
        scripts: scripts.into_iter().map(glob).collect::<Result<_, _>>()?,
        lines,
        failed_for,
        directive,
        words,
        right: match right {
            RightFile::Ours => "ours".to_owned(),
            RightFile::Native => "native".to_owned(),
            RightFile::Both => "both".to_owned(),
        },
        why,
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "explained:\n  - runtimes: [wasmi]\n    scripts: ['spec:2.0/b*']\n    lines: 3-5\n    failed_for: native\n    \
                        directive: assert_trap\n    words: trap\n    right: ours\n    why: It compares words.\n    source: its source\n";

    #[test]
    fn an_entry_explains_what_it_names_and_no_more() {
        let explained = Explained::parse(FILE).expect("it is right");
        let wasmi = RuntimeId { runtime: "wasmi".into(), line: "2.0".into(), variant: None };
        let wasmer = RuntimeId { runtime: "wasmer".into(), ..wasmi.clone() };
        let said = Disagreement { line: 4, text: "(assert_trap)".into(), failed_for: Side::Native, words: "a trap".into() };
        let check = |id, script, said: &Disagreement| explained.about(id, script, said).is_some();
        assert!(check(&wasmi, "spec:2.0/br", &said));
        assert!(!check(&wasmer, "spec:2.0/br", &said));
        assert!(!check(&wasmi, "spec:2.0/call", &said));
        assert!(!check(&wasmi, "spec:2.0/br", &Disagreement { line: 6, ..said.clone() }));
        assert!(!check(&wasmi, "spec:2.0/br", &Disagreement { text: "(assert_return)".into(), ..said.clone() }));
        assert!(!check(&wasmi, "spec:2.0/br", &Disagreement { failed_for: Side::Ours, ..said.clone() }));
        assert!(!check(&wasmi, "spec:2.0/br", &Disagreement { words: "other".into(), ..said }));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let wrong = Explained::parse(&FILE.replace("3-5", "5-3")).expect_err("no lines");
        assert_eq!((wrong.0.line, wrong.1.contains("is not lines")), (4, true));
    }
}
