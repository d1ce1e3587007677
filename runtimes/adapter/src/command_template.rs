//! A runtime's own command line, as far as a worker must know it: how it is called, and how it says what became of a guest.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::PathBuf,
    str::FromStr,
};

use serde::{Deserialize, Serialize};

use crate::{Capability, FailureKind, WasiImplementation};

/// What `runtimes/command` is started with, as JSON in a file. The harness makes it of a `runtime.yaml`.
///
/// Words are arguments of the program. Those of `run` may be a placeholder alone, `{variant}`, `{dirs}`, `{env}` or `{args}`, in whose place
/// any number of words is put, none included; in `{name}` and `{module}`, and in those of `dir` and `env`, exactly one text is put.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandTemplate {
    /// The runtime's name, as in its folder.
    pub runtime: String,
    /// The executable, as an absolute path.
    pub program: PathBuf,
    /// What the program gets in its environment, beside the worker's own `HOME`, `TMPDIR`, `XDG_CACHE_HOME` and the mark by which its processes
    /// are found. It gets nothing else.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// What makes it say its version.
    pub version: Vec<String>,
    /// A regular expression whose only group is the version, in what it says on standard output or else on standard error.
    pub version_pattern: String,
    /// What runs a WASI command: `{variant}`, `{dirs}`, `{env}`, `{name}` (the guest's `args[0]`), `{module}` (its file), `{args}` (the rest).
    /// Where there is no `{name}`, the module's file has the name and is named by it alone, since that is then what a guest is called.
    pub run: Vec<String>,
    /// What gives a guest a directory: `{host}` and `{guest}`. `None`: the command line cannot, and a guest that is to have one is *unsupported*.
    #[serde(default)]
    pub dir: Option<Vec<String>>,
    /// Whether a directory has the host's name for the guest too, so that one of another name is *unsupported*.
    #[serde(default)]
    pub dir_guest_is_host: bool,
    /// What gives a guest a variable: `{pair}` (`KEY=VALUE`), or `{key}` and `{value}`. `None`: the command line cannot.
    #[serde(default)]
    pub env: Option<Vec<String>>,
    /// What gives a guest an argument, where that is not the argument alone: `{arg}`.
    #[serde(default)]
    pub arg: Option<Vec<String>>,
    /// The words that choose each variant; without variants it is `default`, and has none.
    #[serde(default)]
    pub variants: BTreeMap<String, Vec<String>>,
    /// What it can run, as it is called here.
    pub capabilities: BTreeSet<Capability>,
    /// Which of the capabilities a variant has not.
    #[serde(default)]
    pub lacks: BTreeMap<String, BTreeSet<Capability>>,
    /// Who answers the WASI imports.
    pub wasi: WasiImplementation,
    /// The effective configuration, as far as somebody declared it; it may be empty.
    #[serde(default)]
    pub configuration: BTreeMap<String, String>,
    /// How it says what became of a guest: of those that fit it is the one whose words begin last, and of
    /// these the first. Where none does, a status is the guest's own (`exit`), and death by a
    /// signal is the runtime's (`crash`).
    #[serde(default)]
    pub ends: Vec<CommandEnding>,
}

/// One way in which a command line ends. It fits where everything that it names is so, and it names something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandEnding {
    /// The status that it exits with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<i32>,
    /// The signal that it dies by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<i32>,
    /// A regular expression that its standard error has. At its last match the runtime's own words begin: what stands before them the guest
    /// wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stderr: Option<String>,
    /// The same of its standard output, for the runtimes that complain there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stdout: Option<String>,
    /// What it means.
    pub is: CommandEnded,
}

/// What became of a guest, as text: `exit`, `crash`, `unknown`, or a kind of failure in the words of `known.yaml` (`trap unreachable`,
/// `exhausted stack`, `rejected`, `unlinkable`, `exception`, `failed`, `unsupported`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum CommandEnded {
    /// The guest ended itself with the status that the program exits with.
    Exit,
    /// The runtime itself died.
    Crash,
    /// Nobody can tell: it is told as `failed`, with the runtime's words.
    Unknown,
    /// The guest failed in this way.
    Failed(FailureKind),
}

impl fmt::Display for CommandEnded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exit => f.write_str("exit"),
            Self::Crash => f.write_str("crash"),
            Self::Unknown => f.write_str("unknown"),
            Self::Failed(kind) => kind.fmt(f),
        }
    }
}

impl From<CommandEnded> for String {
    fn from(ended: CommandEnded) -> Self {
        ended.to_string()
    }
}

impl TryFrom<String> for CommandEnded {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl FromStr for CommandEnded {
    type Err = String;

    /// `interrupted` is none of them: only a worker knows its deadline. Nor is `exit 3`: a status speaks for itself.
    fn from_str(text: &str) -> Result<Self, String> {
        let kind = match text.split_once(' ') {
            None => match text {
                "exit" => return Ok(Self::Exit),
                "crash" => return Ok(Self::Crash),
                "unknown" => return Ok(Self::Unknown),
                "rejected" => Some(FailureKind::Rejected),
                "unlinkable" => Some(FailureKind::Unlinkable),
                "exception" => Some(FailureKind::Exception),
                "failed" => Some(FailureKind::Failed),
                "unsupported" => Some(FailureKind::Unsupported(None)),
                _ => None,
            },
            Some(("trap", code)) => named(code).map(FailureKind::Trap),
            Some(("exhausted", what)) => named(what).map(FailureKind::Exhausted),
            Some(_) => None,
        };
        kind.map(Self::Failed).ok_or_else(|| {
            format!(
                "`{text}` is no end of a command; there are exit, crash, unknown, rejected, unlinkable, exception, failed, unsupported, \
                 `trap unreachable` and its like, and `exhausted stack` and its like"
            )
        })
    }
}

/// A unit-like enum's value by the name that it has in JSON.
fn named<T: for<'de> Deserialize<'de>>(name: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(name.to_owned())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Exhaustible, TrapCode};

    #[test]
    fn an_end_is_read_as_it_is_written() {
        for (text, ended) in [
            ("exit", CommandEnded::Exit),
            ("crash", CommandEnded::Crash),
            ("unknown", CommandEnded::Unknown),
            ("trap integer-divide-by-zero", CommandEnded::Failed(FailureKind::Trap(TrapCode::IntegerDivideByZero))),
            ("exhausted stack", CommandEnded::Failed(FailureKind::Exhausted(Exhaustible::Stack))),
            ("unlinkable", CommandEnded::Failed(FailureKind::Unlinkable)),
        ] {
            assert_eq!(text.parse(), Ok(ended.clone()), "{text}");
            assert_eq!(ended.to_string(), text);
        }
        for text in ["", "exit 3", "trap", "trap luck", "exhausted patience", "interrupted"] {
            assert!(text.parse::<CommandEnded>().is_err(), "{text} was taken");
        }
    }
}
