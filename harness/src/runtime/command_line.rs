//! A runtime's own command line, as templates; `wasmatrix repro` fills them.

use std::collections::BTreeMap;

use serde::Deserialize;

/// How a runtime's own command line is installed and called. A word in braces is filled; one that comes out empty is left out.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandLine {
    /// What installs the exact version: `{version}`.
    pub install: String,
    /// What prints its version; its first word is the program.
    pub version: String,
    /// What runs a WASI command: `{variant}`, `{dirs}`, `{env}`, `{name}` (its own name), `{module}` and `{args}`.
    pub run: String,
    /// What gives a guest a directory: `{host}` and `{guest}`.
    pub dir: String,
    /// What gives a guest a variable: `{pair}`.
    pub env: String,
    /// What runs a script: `{variant}` and `{script}`.
    pub wast: Option<String>,
    /// What chooses each variant.
    #[serde(default)]
    pub variants: BTreeMap<String, String>,
}

impl CommandLine {
    /// Says what is wrong with it, for a runtime of these variants.
    pub(super) fn check(&self, variants: &[&str]) -> Result<(), String> {
        if let Some(unknown) = self.variants.keys().find(|name| !variants.contains(&name.as_str())) {
            return Err(format!("cli: there is no variant `{unknown}`"));
        }
        if let Some(missing) = variants.iter().find(|name| !self.variants.contains_key(**name)) {
            return Err(format!("cli: `variants` does not say how the variant `{missing}` is chosen"));
        }
        let needed = [
            ("install", &self.install, "{version}"),
            ("run", &self.run, "{module}"),
            ("dir", &self.dir, "{host}"),
            ("env", &self.env, "{pair}"),
        ];
        let wast = self.wast.as_ref().map(|wast| ("wast", wast, "{script}"));
        match needed.into_iter().chain(wast).find(|(_, template, word)| !template.contains(word)) {
            Some((field, _, word)) => Err(format!("cli: `{field}` does not say where `{word}` goes")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "install: get {version}\nversion: it --version\nrun: it {variant} {dirs} {module}\ndir: --dir {host}\nenv: --env {pair}\n\
                        wast: it wast {script}\nvariants: { fast: --fast }\n";

    #[track_caller]
    fn check(from: &str, to: &str, variants: &[&str], expected: &str) {
        let command_line: CommandLine = crate::yaml::from_str(&GOOD.replace(from, to)).unwrap_or_else(|error| panic!("{}", error.message));
        assert_eq!(command_line.check(variants).err().unwrap_or_default(), expected, "{to}");
    }

    #[test]
    fn a_template_says_where_everything_goes() {
        check("", "", &["fast"], "");
        check("", "", &["fast", "slow"], "cli: `variants` does not say how the variant `slow` is chosen");
        check("", "", &[], "cli: there is no variant `fast`");
        check("{module}", "module", &["fast"], "cli: `run` does not say where `{module}` goes");
        check("{script}", "script", &["fast"], "cli: `wast` does not say where `{script}` goes");
        check("get {version}", "get it", &["fast"], "cli: `install` does not say where `{version}` goes");
    }
}
