//! Identities: `name@line+variant` for a runtime, `runtime/suite/case` for a cell. The same spelling everywhere.

use std::fmt;

use crate::runtime::{EVERY_LINE, line_name};

/// A runtime as it can be asked: one variant of one line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuntimeId {
    /// `wasmtime`
    pub runtime: String,
    /// `48`
    pub line: String,
    /// `winch`; `None` where the runtime has one configuration only.
    pub variant: Option<String>,
}

impl RuntimeId {
    /// The word after the worker's `--variant`.
    pub fn variant_argument(&self) -> &str {
        self.variant.as_deref().unwrap_or("default")
    }

    /// `wasmtime@48`: what is built.
    pub fn line_id(&self) -> String {
        format!("{}@{}", self.runtime, self.line)
    }
}

impl fmt::Display for RuntimeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.runtime, self.line)?;
        match &self.variant {
            Some(variant) => write!(f, "+{variant}"),
            None => Ok(()),
        }
    }
}

/// What a person means by a runtime: `wasmtime` is every default line and variant of it, `wasmtime@48` one line, `wasmtime+winch` one
/// variant of every default line, `wasmtime@48+winch` exactly one, and `wasmtime@all` all lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuntimePattern {
    runtime: String,
    line: Option<String>,
    variant: Option<String>,
}

impl RuntimePattern {
    /// Reads a pattern; every text is one.
    pub fn parse(text: &str) -> Self {
        let Named { runtime, line, variant, file: _ } = Named::of(text);
        Self { runtime: runtime.to_owned(), line: line.map(line_name), variant: variant.map(str::to_owned) }
    }

    /// Whether this runtime is meant. Whether its line is one that the runtime's name alone means, nobody can tell from an identity.
    pub fn matches(&self, id: &RuntimeId) -> bool {
        self.runtime == id.runtime
            && self.line.as_ref().is_none_or(|line| *line == id.line || line == EVERY_LINE)
            && self.variant.as_ref().is_none_or(|variant| Some(variant) == id.variant.as_ref())
    }

    /// Whether it says nothing of lines, and so means those alone that the runtime's name means.
    pub fn leaves_lines_open(&self) -> bool {
        self.line.is_none()
    }
}

/// A runtime as a person named it, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named<'n> {
    /// `wasmtime`
    pub runtime: &'n str,
    /// What stands behind the `@`: a line, an exact version, a checkout.
    pub line: Option<&'n str>,
    /// What stands behind the last `+`.
    pub variant: Option<&'n str>,
    /// The file that describes it: `NAME=FILE`.
    pub file: Option<&'n str>,
}

impl<'n> Named<'n> {
    /// Takes it apart.
    pub fn of(text: &'n str) -> Self {
        // An address behind an `@` may have a `=` of its own.
        if let Some((runtime, file)) = text.split_once('=').filter(|(runtime, _)| !runtime.contains('@')) {
            return Self { runtime, line: None, variant: None, file: Some(file) };
        }
        // A path or an address may have a `+` of its own.
        let is_variant = |word: &str| word.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_');
        let (rest, variant) = match text.rsplit_once('+').filter(|(_, variant)| is_variant(variant)) {
            Some((rest, variant)) => (rest, Some(variant)),
            None => (text, None),
        };
        let (runtime, line) = match rest.split_once('@') {
            Some((runtime, line)) => (runtime, Some(line)),
            None => (rest, None),
        };
        Self { runtime, line, variant, file: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_means_what_it_leaves_open() {
        let winch = RuntimeId { runtime: "wasmtime".into(), line: "48".into(), variant: Some("winch".into()) };
        let wasmi = RuntimeId { runtime: "wasmi".into(), line: "2.0".into(), variant: None };
        assert_eq!((winch.to_string(), wasmi.to_string()), ("wasmtime@48+winch".to_owned(), "wasmi@2.0".to_owned()));
        for (text, means_winch, means_wasmi) in [
            ("wasmtime", true, false),
            ("wasmtime@48", true, false),
            ("wasmtime+winch", true, false),
            ("wasmtime@48+winch", true, false),
            ("wasmtime@47", false, false),
            ("wasmtime+cranelift", false, false),
            ("wasmtime@all", true, false),
            ("wasmtime@all+winch", true, false),
            ("wasmi", false, true),
            ("wasmi@2.0", false, true),
            ("wasm", false, false),
            ("wasmi=some/wasmi@2+x/runtime.yaml", false, true),
        ] {
            let pattern = RuntimePattern::parse(text);
            assert_eq!((pattern.matches(&winch), pattern.matches(&wasmi)), (means_winch, means_wasmi), "{text}");
        }
    }
}
