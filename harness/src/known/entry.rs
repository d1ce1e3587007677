//! A new entry, and how it is written.

use std::fmt::Write as _;

use crate::{
    command_form::SUFFIX,
    runtime::{Kinds, PLACEHOLDER},
};

/// An entry for reds that nothing answers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NewEntry {
    /// `suite/case`, as it is.
    pub(super) case: String,
    /// Whether it is about the case's command form too.
    pub(super) in_both_forms: bool,
    pub(super) versions: String,
    /// Empty: all.
    pub(super) variants: Vec<String>,
    pub(super) step: Option<u64>,
    pub(super) lines: Option<String>,
    pub(super) kinds: Kinds,
}

impl NewEntry {
    /// Its case as a pattern.
    pub(super) fn pattern(&self) -> String {
        let forms = if self.in_both_forms { format!("{{,{SUFFIX}}}") } else { String::new() };
        format!("{}{forms}", globset::escape(&self.case))
    }

    /// The entry as lines of a list whose dashes stand in a column of their own, counted from 0.
    pub(super) fn text(&self, dash: usize) -> String {
        let Self { versions, variants, step, lines, kinds, .. } = self;
        let mut fields = format!("case: {}\nversions: \"{versions}\"\n", scalar(&self.pattern()));
        // Writing to a String cannot fail, here and below.
        if !variants.is_empty() {
            let _ = writeln!(fields, "variants: {}", list(variants));
        }
        if let Some(step) = step {
            let _ = writeln!(fields, "step: {step}");
        }
        if let Some(lines) = lines {
            let _ = writeln!(fields, "lines: \"{lines}\"");
        }
        let all: Vec<String> = kinds.red.iter().cloned().chain(kinds.may_pass.then(|| "pass".to_owned())).collect();
        let kind = if let [one] = &all[..] { one.clone() } else { list(&all) };
        let _ = write!(fields, "kind: {kind}\nreason: {PLACEHOLDER}\nreproduced: {PLACEHOLDER}\n");
        let mut text = String::new();
        for (number, field) in fields.lines().enumerate() {
            let _ = writeln!(text, "{}{}{field}", " ".repeat(dash), if number == 0 { "- " } else { "  " });
        }
        text
    }
}

/// A list on one line.
pub(super) fn list(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| scalar(word)).collect();
    format!("[{}]", words.join(", "))
}

/// A text as YAML reads it; quoted as JSON quotes, which YAML reads too, unless nothing in it could mean anything else.
pub(super) fn scalar(text: &str) -> String {
    let is_plain = text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|one| one.is_ascii_alphanumeric() || "-_/. ".contains(one))
        && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&text.to_ascii_lowercase().as_str());
    if is_plain { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}
