//! The run on disk. What can be serialised here is promised: `reports/run.schema.json` is generated from these types.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use wasmatrix_adapter::{Backtrace, Capability, Reply, WasiImplementation};

use crate::{Level, Machine, Measured, Measuring, Outcome, cache_seen::CacheSeen, canary::CanarySeen, repeated::Repeated};

/// The version of the record format. 2 has `asks` and `files` in a cell, and `everything` and `expectations` in the configuration; 3 has what was measured,
/// `measuring` in the configuration and the machine's memory. Runs of the versions 1 and 2 are read all the same.
pub const FORMAT_VERSION: u32 = 3;

/// One line of `run.jsonl`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Record {
    /// The first line.
    Header(Header),
    /// One line for each planned cell, in the order in which they ended.
    Cell(Cell),
    /// One line for each phase of each case on each runtime, where the run measured.
    Measured(Measured),
    /// The last line; a run without it was killed.
    Footer(Footer),
}

/// What was asked of whom, where and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// [`FORMAT_VERSION`] of the writer.
    pub format: u32,
    /// The version of wasmatrix.
    pub tool_version: String,
    /// When the run started, RFC 3339 in UTC.
    pub started: String,
    /// Every runtime of the run, the unavailable ones with the reason.
    pub runtimes: Vec<RuntimeReceipt>,
    /// Every suite of the run.
    pub suites: Vec<SuiteDigest>,
    /// Where it ran.
    pub machine: Machine,
    /// How it ran.
    pub configuration: Configuration,
    /// How many cells are planned; a complete run has as many cell records.
    pub planned: u64,
}

/// A runtime of the run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RuntimeReceipt {
    /// Its identity, `wasmtime@48+winch`; the same words stand in each of its cells.
    pub id: String,
    /// Whether it can answer.
    pub availability: Availability,
}

/// Whether a runtime can answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Availability {
    /// It can, and this is who it is.
    Available(Box<Receipt>),
    /// It cannot, for this reason.
    Unavailable(String),
}

/// Who answered, and who says so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The engine's exact version.
    pub version: String,
    /// Who said the version, the WASI implementation and the configuration: `binary`, `package` or `runtime.yaml`.
    pub said_by: String,
    /// Who said everything but the version, where that is somebody else: `runtime.yaml` of a runtime behind its own command line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rest_said_by: Option<String>,
    /// Who answers WASI imports.
    pub wasi: WasiImplementation,
    /// The effective configuration.
    pub configuration: BTreeMap<String, String>,
    /// What of that is otherwise where it is opened for measuring.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub measuring: BTreeMap<String, String>,
    /// What it claims to run.
    pub capabilities: BTreeSet<Capability>,
    /// What of that it can be opened without.
    #[serde(default)]
    pub switchable: BTreeSet<Capability>,
    /// Whether it can only run commands, and calls no exports.
    #[serde(default, skip_serializing_if = "is_false")]
    pub commands_only: bool,
    /// The worker that was started.
    pub worker: WorkerBinary,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

/// The worker that was started.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WorkerBinary {
    /// SHA-256 of the executable.
    pub sha256: String,
    /// SHA-256 of the line's lockfile or, where the worker has none, of its sources.
    pub lockfile_sha256: String,
    /// The compiler, or `undeclared`.
    pub compiler: String,
    /// The build profile, or `undeclared`.
    pub profile: String,
    /// Whose sources the runtime was built from, where they are not a registry's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sources: Option<String>,
}

/// A suite of the run. The digest covers the suite file and every module and fixture that it names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SuiteDigest {
    /// The suite's name.
    pub suite: String,
    /// SHA-256.
    pub sha256: String,
    /// How many cases it has, selected or not.
    pub cases: u64,
}

/// How the run was done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Configuration {
    /// Cells at a time.
    pub jobs: u64,
    /// The deadline of a single request, in milliseconds; workers that had not answered a second later were killed.
    pub timeout_ms: u64,
    /// The resident memory that a worker may have, in bytes.
    pub memory_limit: u64,
    /// Whether each cell had a process of its own.
    pub fresh: bool,
    /// The number that decided the order of the cells; `null` for the planned order.
    pub seed: Option<u64>,
    /// Whether a failing recommended case counts.
    pub strict: bool,
    /// Whether every bundled suite was run on every default runtime, nothing left out.
    #[serde(default)]
    pub everything: bool,
    /// Whether there were expectations; `false`: modules were run as they are, to see whether runtimes agree.
    #[serde(default = "there_are")]
    pub expectations: bool,
    /// How often each cell was to be asked, every time in a process of its own; left out where once.
    #[serde(default = "once", skip_serializing_if = "is_once")]
    pub repeat: u64,
    /// How it measured, where it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measuring: Option<Measuring>,
}

fn once() -> u64 {
    1
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_once(times: &u64) -> bool {
    *times == 1
}

fn there_are() -> bool {
    true
}

/// What one runtime did with one case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// The runtime's identity.
    pub runtime: String,
    /// Its exact version; empty where the runtime is unavailable.
    pub version: String,
    /// The suite's name.
    pub suite: String,
    /// The case's name; it ends in `.from-WRITER` where there is a writer.
    pub case: String,
    /// The identity of the runtime that wrote what this one was given to read, where the case has both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The case's level.
    pub level: Level,
    /// How it ended.
    pub outcome: Outcome,
    /// A digest of what the case asks, its modules and requests, without its name and expectations; `None` in a run of format 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asks: Option<String>,
    /// What went wrong for whom when this fails, from the case.
    pub why: String,
    /// Why it is known, unsupported, unavailable, broken or fixed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The issue that a known failure is filed under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issue: Option<String>,
    /// From the first request to the verdict, process start included, in microseconds; of all times together where it was asked several times.
    pub wall_us: u64,
    /// What was seen, step by step; empty where the case is a script.
    pub steps: Vec<StepRecord>,
    /// What stood in the preopens after the last step; `None` where there are none, or nobody could look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files: Option<FilesLeft>,
    /// What came of a script's assertions, where the case is one and was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub script: Option<ScriptRecord>,
    /// Every expectation that was not met; empty in a cell that is not red or known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reds: Vec<Red>,
    /// The end of what the worker wrote to its standard error, where it died, hung or broke the protocol.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worker_stderr: Option<String>,
    /// How often it was asked, and whether it always ended in the same way; `None` where it was asked once. What else is recorded is one of those
    /// times: the first of the most frequent way in which it was red, where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeated: Option<Repeated>,
}

impl Cell {
    /// `runtime/suite/case`.
    pub fn id(&self) -> String {
        format!("{}/{}/{}", self.runtime, self.suite, self.case)
    }
}

/// How the step begins (`does`) at which the writer's turn ends and the reader's begins, in a cell that has both.
pub const READERS_PROCESS: &str = "a new process of the reader's";

/// What was seen at one step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StepRecord {
    /// What was done, `invoke div (i32 7, i32 0)` say.
    pub does: String,
    /// What came of it.
    pub observed: Observation,
    /// What the worker reported to be busy with this step and what it needed opened, in nanoseconds.
    pub busy_ns: u64,
    /// What became of the compilation cache, where a module was compiled with one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache: Option<CacheSeen>,
    /// What became of the page behind the guest's memory, where one was put there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canary: Option<CanarySeen>,
}

/// What came of a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Observation {
    /// The worker answered.
    Answered(Reply),
    /// What the step needs could not be opened: the operation that failed, and its answer.
    NotOpened {
        /// The operation, `compile main` say.
        opening: String,
        /// Its answer.
        reply: Reply,
    },
    /// There was no answer to this step.
    Unanswered,
    /// It was not asked, because what it needs was refused at this step, as the case says it may be; steps count from 1.
    NotAsked(u64),
    /// Branches side by side, and what came of each step in each of them.
    Parallel(Vec<Vec<Observation>>),
}

/// What a guest left in its preopens.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FilesLeft {
    /// By guest path.
    pub found: BTreeMap<String, FileLeft>,
    /// How many more there were, which nobody looked at.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more: u64,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// One of the files that a guest left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum FileLeft {
    /// A file.
    File {
        /// Its size in bytes.
        size: u64,
        /// SHA-256 of its first MiB.
        sha256: String,
    },
    /// A folder.
    Folder,
    /// A symbolic link, and where it leads.
    Link(String),
    /// Something else, or something that could not be read.
    Other,
}

/// What came of a script's assertions. Those that did not pass stand in full in the cell's `reds`, or here with the reason why they were
/// not asked; every assertion is counted in exactly one of the counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ScriptRecord {
    /// Which part of its suite the script is from: `core`, or a proposal's name.
    pub part: String,
    /// How many assertions the script has.
    pub assertions: u64,
    /// Met.
    pub passed: u64,
    /// Not met, and not known.
    pub failed: u64,
    /// Not met, as `known.yaml` says.
    pub known: u64,
    /// Not asked, because this runtime cannot be asked; the reasons stand in `unsupported_for`.
    pub unsupported: u64,
    /// No runtime's question: text that our assembler alone judges.
    pub not_asked: u64,
    /// Without an answer, because the worker was gone.
    pub unanswered: u64,
    /// Why assertions, and the modules they are about, could not be asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unsupported_for: Vec<UnsupportedFor>,
    /// What the worker reported to be busy with all of it, in nanoseconds.
    pub busy_ns: u64,
}

/// Directives that a runtime cannot be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct UnsupportedFor {
    /// Why.
    pub reason: String,
    /// Their lines, as ranges: `12-40, 55`.
    pub lines: String,
}

/// An expectation that was not met.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Red {
    /// The step, counted from 1; `None` where it is about a directive or the cell as a whole.
    pub step: Option<u64>,
    /// The directive of a script.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub directive: Option<DirectiveRecord>,
    /// What was seen, in the words that `known.yaml` uses: `wrong-value`, `returned`, `trap unreachable`, `stdout`, `crashed`, …
    pub kind: String,
    /// What was expected, for people.
    pub expected: String,
    /// What was seen, for people.
    pub observed: String,
    /// The runtime's own words, where it had any.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
    /// Where the guest was, as far as its runtime told; never compared.
    #[serde(default, skip_serializing_if = "Backtrace::is_empty")]
    pub backtrace: Backtrace,
}

impl Red {
    /// Where it is: `step 2`, `line 77` or `end`.
    pub fn place(&self) -> String {
        match (&self.step, &self.directive) {
            (Some(step), _) => format!("step {step}"),
            (None, Some(directive)) => format!("line {}", directive.line),
            (None, None) => "end".to_owned(),
        }
    }
}

/// A directive of a script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DirectiveRecord {
    /// The line that it starts on, from 1.
    pub line: u64,
    /// Its text, its first 400 bytes.
    pub text: String,
    /// Whether it is one of the script's assertions, which are counted.
    pub is_assertion: bool,
}

/// How the run ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Footer {
    /// Whether every planned cell has its record.
    pub complete: bool,
    /// How many cells ended how.
    pub totals: Totals,
    /// What happened to the machine while it was measured and makes the times doubtful.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// How many cells ended how; outcomes that did not occur are left out.
pub type Totals = BTreeMap<Outcome, u64>;
