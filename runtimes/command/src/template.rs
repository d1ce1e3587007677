//! A template that was checked: everything after this may rely on it.

use regex::bytes::{Regex, RegexBuilder};
use wasmatrix_adapter::{CommandEnded, CommandTemplate};

use crate::words::check;

/// The template of one variant.
pub(crate) struct Template {
    pub(crate) written: CommandTemplate,
    pub(crate) variant: String,
    /// The words that choose the variant.
    pub(crate) variant_words: Vec<String>,
    pub(crate) version_pattern: Regex,
    pub(crate) ends: Vec<Ending>,
}

/// A way in which the program ends.
pub(crate) struct Ending {
    pub(crate) status: Option<i32>,
    pub(crate) signal: Option<i32>,
    pub(crate) stdout: Option<Regex>,
    pub(crate) stderr: Option<Regex>,
    pub(crate) is: CommandEnded,
}

impl Template {
    /// Says what is wrong with it, where anything is.
    pub(crate) fn new(written: CommandTemplate, variant: &str) -> Result<Self, String> {
        if !written.program.is_absolute() {
            return Err(format!("program: `{}` is no absolute path", written.program.display()));
        }
        let variant_words = match written.variants.get(variant) {
            Some(words) => words.clone(),
            None if written.variants.is_empty() && variant == "default" => Vec::new(),
            None => return Err(format!("{} has no variant `{variant}`", written.runtime)),
        };
        check("run", &written.run, &["variant", "dirs", "env", "args"], &["name", "module"])?;
        check("dir", written.dir.as_deref().unwrap_or_default(), &[], &["host", "guest"])?;
        check("env", written.env.as_deref().unwrap_or_default(), &[], &["pair", "key", "value"])?;
        check("arg", written.arg.as_deref().unwrap_or_default(), &[], &["arg"])?;
        if !written.run.iter().any(|word| word.contains("{module}")) {
            return Err("run: no word says where `{module}` goes".to_owned());
        }
        let version_pattern = pattern("version_pattern", &written.version_pattern)?;
        if version_pattern.captures_len() != 2 {
            return Err(format!("version_pattern: `{}` must have one group, the version", written.version_pattern));
        }
        let ends = written.ends.iter().enumerate().map(|(place, ending)| {
            let at = |what: &str| format!("ends, number {}: {what}", place + 1);
            if ending.status.is_none() && ending.signal.is_none() && ending.stdout.is_none() && ending.stderr.is_none() {
                return Err(at("it must name a status, a signal, or a pattern for standard output or error"));
            }
            let compiled = |text: &Option<String>| text.as_ref().map(|text| pattern("", text)).transpose().map_err(|error| at(&error));
            let (stdout, stderr) = (compiled(&ending.stdout)?, compiled(&ending.stderr)?);
            Ok(Ending { status: ending.status, signal: ending.signal, stdout, stderr, is: ending.is.clone() })
        });
        let ends = ends.collect::<Result<_, String>>()?;
        Ok(Self { variant: variant.to_owned(), variant_words, version_pattern, ends, written })
    }
}

/// `^` and `$` are the beginning and the end of a line, and `.` is anything but a line's end.
fn pattern(field: &str, text: &str) -> Result<Regex, String> {
    let before = if field.is_empty() { String::new() } else { format!("{field}: ") };
    RegexBuilder::new(text).multi_line(true).build().map_err(|error| format!("{before}{error}"))
}
