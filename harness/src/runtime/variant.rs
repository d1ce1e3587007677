//! Variants: the configurations of a runtime that are told apart, some of which only some lines have.

use serde::Deserialize;

use super::{line::Line, version::Version};

/// A configuration of a runtime.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// `winch`
    pub name: String,
    /// One line about it.
    pub about: String,
    /// The lines that have it; empty: all do, and so does what somebody names.
    pub lines: Vec<String>,
    /// Why later versions have it no more.
    pub gone: Option<Gone>,
}

/// Why a runtime has something no more.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gone {
    /// The first version without it, as lines are named: `47`.
    pub from: String,
    /// What became of it, in words that end no sentence.
    pub why: String,
    /// Who says so.
    pub link: String,
}

impl Variant {
    /// Whether a line has it.
    pub fn is_of(&self, line: &Line) -> bool {
        self.lines.is_empty() || self.lines.contains(&line.line)
    }

    /// What became of it, where that is why a line does not have it.
    pub fn gone_from(&self, line: &Line) -> Option<&Gone> {
        let (gone, begins) = self.gone.as_ref().and_then(|gone| Some((gone, Version::beginning_of(&gone.from)?)))?;
        (!self.is_of(line) && line.begins()?.is_at_least(&begins)).then_some(gone)
    }

    /// Why a line does not have it, and which lines do: `wasmtime removed it in 47 (https://…); it is a variant of the lines 46, 36`.
    pub fn absence(&self, line: &Line) -> String {
        let here = format!("it is a variant of the {} {}", if self.lines.len() == 1 { "line" } else { "lines" }, self.lines.join(", "));
        match self.gone_from(line) {
            Some(gone) => format!("{} ({}); {here}", gone.why, gone.link),
            None => here,
        }
    }

    /// Says what is wrong with it, in a runtime of these lines.
    pub(super) fn check(&self, lines: &[Line]) -> Result<(), String> {
        if let Some(unknown) = self.lines.iter().find(|named| !lines.iter().any(|line| line.line == **named)) {
            return Err(format!("the variant `{}` is of a line `{unknown}` that there is not", self.name));
        }
        match &self.gone {
            Some(_) if self.lines.is_empty() => {
                Err(format!("the variant `{}` is gone, so `lines` must say which lines have it", self.name))
            }
            Some(gone) if Version::beginning_of(&gone.from).is_none() => Err(format!("gone: `{}` is no version", gone.from)),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::runtime::LineSource;

    fn line(name: &str) -> Line {
        let source = Version::parse(name).map_or_else(|| LineSource::Folder(PathBuf::from(name)), LineSource::Version);
        Line { line: name.to_owned(), default: true, source, resolved: None }
    }

    fn variant() -> Variant {
        let gone = Gone { from: "47".to_owned(), why: "it was removed".to_owned(), link: "https://example.org/1".to_owned() };
        Variant { name: "old".to_owned(), about: String::new(), lines: vec!["46".to_owned(), "36".to_owned()], gone: Some(gone) }
    }

    #[test]
    fn a_variant_is_of_some_lines() {
        let gone = "it was removed (https://example.org/1); it is a variant of the lines 46, 36";
        let elsewhere = "it is a variant of the lines 46, 36";
        for (name, expected) in [("48", gone), ("47.0.1", gone), ("40.0.0", elsewhere), ("path:here-12345678", elsewhere)] {
            assert!(!variant().is_of(&line(name)), "{name}");
            assert_eq!(variant().absence(&line(name)), expected, "{name}");
        }
        for name in ["46", "36"] {
            assert!(variant().is_of(&line(name)) && variant().gone_from(&line(name)).is_none(), "{name}");
        }
    }

    #[test]
    fn what_a_file_says_of_it_is_checked() {
        let lines = [line("46"), line("36")];
        let wrong = |change: &dyn Fn(&mut Variant)| {
            let mut variant = variant();
            change(&mut variant);
            variant.check(&lines).err().unwrap_or_default()
        };
        assert_eq!(wrong(&|_| {}), "");
        assert_eq!(wrong(&|it| it.lines.push("45".to_owned())), "the variant `old` is of a line `45` that there is not");
        assert_eq!(wrong(&|it| it.lines.clear()), "the variant `old` is gone, so `lines` must say which lines have it");
        assert_eq!(wrong(&|it| it.gone.iter_mut().for_each(|gone| gone.from = "soon".to_owned())), "gone: `soon` is no version");
    }
}
