//! Identities: `name@line+variant` for a runtime, `runtime/suite/case` for a cell. The same spelling everywhere.

use std::fmt;

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
/// variant of every line, `wasmtime@48+winch` exactly one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuntimePattern {
    runtime: String,
    line: Option<String>,
    variant: Option<String>,
}

impl RuntimePattern {
    /// Reads a pattern; every text is one.
    pub fn parse(text: &str) -> Self {
        let (rest, variant) = match text.split_once('+') {
            Some((rest, variant)) => (rest, Some(variant.to_owned())),
            None => (text, None),
        };
        let (runtime, line) = match rest.split_once('@') {
            Some((runtime, line)) => (runtime, Some(line.to_owned())),
            None => (rest, None),
        };
        Self { runtime: runtime.to_owned(), line, variant }
    }

    /// Whether this runtime is meant.
    pub fn matches(&self, id: &RuntimeId) -> bool {
        self.runtime == id.runtime
            && self.line.as_ref().is_none_or(|line| *line == id.line)
            && self.variant.as_ref().is_none_or(|variant| Some(variant) == id.variant.as_ref())
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
            ("wasmi", false, true),
            ("wasmi@2.0", false, true),
            ("wasm", false, false),
        ] {
            let pattern = RuntimePattern::parse(text);
            assert_eq!((pattern.matches(&winch), pattern.matches(&wasmi)), (means_winch, means_wasmi), "{text}");
        }
    }
}
