//! One side of a comparison: what of a run can be compared, taken from its records one by one, or from a baseline.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    time::Duration,
};

use serde::{Deserialize, Serialize};

use crate::{
    Availability, Cell, Header, Level, Lines, Observation, Outcome, Record, StepRecord, Way,
    divergence::{Deed, RULES},
    file_in_words, observation_in_words,
    words::digest,
};

/// The name of a cell.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CellId {
    /// `wasmtime@48+winch`
    pub runtime: String,
    /// `core/traps`
    pub suite: String,
    /// `divide-by-zero`
    pub case: String,
}

impl fmt::Display for CellId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.runtime, self.suite, self.case)
    }
}

/// What holds for a side as a whole, by name: `timeout`, `machine`, `runtime wasmi@2.0`, `suite core/traps`, …
pub type Conditions = BTreeMap<String, String>;

/// A run or a baseline.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Side {
    /// What it is called.
    pub name: String,
    /// What holds for all of it.
    pub conditions: Conditions,
    /// Its cells.
    pub cells: BTreeMap<CellId, CellFacts>,
    /// Whether every planned cell has its record.
    pub complete: bool,
}

/// What is compared of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellFacts {
    /// The case's level.
    pub level: Level,
    /// How it ended.
    pub outcome: Outcome,
    /// The digest of what it asks, where that is known.
    pub asks: Option<String>,
    /// What was red.
    pub reds: BTreeSet<RedFact>,
    /// The lines of a script that this runtime cannot be asked.
    pub unsupported: Lines,
    /// How many of a script's assertions ended how.
    pub counts: Option<ScriptCounts>,
    /// What was seen.
    pub seen: Seen,
    /// The ways in which it ended, most frequent first, where it was asked several times and they were not one; a baseline does not keep them.
    pub ways: Vec<String>,
}

/// Where something was red, and how.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RedFact {
    /// `step 2`, `line 77` or `end`.
    pub place: String,
    /// `wrong-value`, say.
    pub kind: String,
}

impl RedFact {
    /// The line, where it is one of a script.
    pub fn line(&self) -> Option<u64> {
        self.place.strip_prefix("line ")?.parse().ok()
    }
}

/// The counts of a script's assertions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "ScriptRecord has them")]
pub struct ScriptCounts {
    pub passed: u64,
    pub failed: u64,
    pub known: u64,
    pub unsupported: u64,
    pub not_asked: u64,
    pub unanswered: u64,
}

/// What was seen of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// Place by place, in words.
    InWords {
        /// What was done at each step, and what came of it, legal differences taken out.
        steps: Vec<(String, String)>,
        /// What was left at each path; `None`: nobody looked, as in runs of format 1.
        files: Option<Vec<(String, String)>>,
    },
    /// The digest of those.
    Digest(String),
    /// It was not kept.
    NotKept,
}

impl Seen {
    /// The digest; `None` where nothing was kept.
    pub fn digest(&self) -> Option<String> {
        match self {
            Self::InWords { steps, files } => {
                let places = steps.iter().chain(files.iter().flatten());
                Some(digest(places.map(|(place, seen)| format!("{place}\n{seen}\n")).collect::<String>().as_bytes()))
            }
            Self::Digest(digest) => Some(digest.clone()),
            Self::NotKept => None,
        }
    }
}

impl Side {
    /// A side without anything yet.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// A side of these records.
    pub fn of<'r>(name: impl Into<String>, records: impl IntoIterator<Item = &'r Record>) -> Self {
        let mut side = Self::named(name);
        records.into_iter().for_each(|record| side.add(record));
        side
    }

    /// Takes what can be compared from one more record.
    pub fn add(&mut self, record: &Record) {
        match record {
            Record::Header(header) => self.conditions.extend(conditions(header)),
            Record::Cell(cell) => {
                let id = CellId { runtime: cell.runtime.clone(), suite: cell.suite.clone(), case: cell.case.clone() };
                self.cells.insert(id, facts(cell));
            }
            // Times are another question, which `compared` asks.
            Record::Measured(_) => {}
            Record::Footer(footer) => self.complete = footer.complete,
        }
    }

    /// The same as if nothing were known to fail: what is left is what the runtimes did.
    #[must_use]
    pub fn without_known(mut self) -> Self {
        for cell in self.cells.values_mut() {
            cell.outcome = cell.outcome_without_known();
        }
        self
    }

    /// How long a request could take, where that is known.
    pub fn deadline(&self) -> Option<Duration> {
        self.conditions.get("timeout")?.strip_suffix(" ms")?.parse().ok().map(Duration::from_millis)
    }

    /// How many bytes a worker could have, where that is known.
    pub fn memory(&self) -> Option<u64> {
        self.conditions.get("memory")?.strip_suffix(" MiB")?.parse::<u64>().ok()?.checked_shl(20)
    }

    /// The exact version of a runtime; empty where it is not known.
    pub fn version(&self, runtime: &str) -> &str {
        self.conditions.get(&format!("runtime {runtime}")).map_or("", String::as_str)
    }

    /// Whether a failing recommended case counts.
    pub fn is_strict(&self) -> bool {
        self.conditions.get("strict").is_some_and(|strict| strict == "true")
    }

    /// The runtimes.
    pub fn runtimes(&self) -> BTreeSet<&str> {
        self.cells.keys().map(|id| id.runtime.as_str()).collect()
    }
}

impl CellFacts {
    /// What of a cell is compared.
    pub fn of(cell: &Cell) -> Self {
        facts(cell)
    }

    /// How it ended, if nothing were known to fail.
    pub fn outcome_without_known(&self) -> Outcome {
        let is_red = |kind: &str| self.reds.iter().any(|red| red.kind == kind);
        match self.outcome {
            Outcome::Fixed if self.reds.is_empty() && self.level == Level::ImplementationDefined => Outcome::Observed,
            Outcome::Fixed if self.reds.is_empty() => Outcome::Pass,
            // Nothing follows these, so a cell has one of them at most.
            Outcome::Known | Outcome::Fixed if is_red("crashed") => Outcome::Crashed,
            Outcome::Known | Outcome::Fixed if is_red("hung") => Outcome::Hung,
            Outcome::Known | Outcome::Fixed if is_red("broken") => Outcome::Broken,
            Outcome::Known | Outcome::Fixed if is_red("overlimit") => Outcome::Overlimit,
            Outcome::Known | Outcome::Fixed => Outcome::Fail,
            other => other,
        }
    }
}

/// Facts of the header that can make a difference.
fn conditions(header: &Header) -> Conditions {
    let configuration = &header.configuration;
    let machine = &header.machine;
    let mut conditions: Conditions = [
        ("format", header.format.to_string()),
        ("tool", header.tool_version.clone()),
        ("machine", format!("{} {}, {} processors: {}", machine.os, machine.arch, machine.processors, machine.processor)),
        ("jobs", configuration.jobs.to_string()),
        ("timeout", format!("{} ms", configuration.timeout_ms)),
        ("memory", format!("{} MiB", configuration.memory_limit >> 20)),
        ("fresh", configuration.fresh.to_string()),
        ("seed", configuration.seed.map_or_else(|| "none".to_owned(), |seed| seed.to_string())),
        ("strict", configuration.strict.to_string()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    if configuration.repeat > 1 {
        conditions.insert("repeat".to_owned(), configuration.repeat.to_string());
    }
    for runtime in &header.runtimes {
        match &runtime.availability {
            Availability::Available(receipt) => {
                conditions.insert(format!("runtime {}", runtime.id), receipt.version.clone());
                conditions.insert(format!("worker {}", runtime.id), format!("sha256 {}", receipt.worker.sha256));
            }
            Availability::Unavailable(_) => {
                conditions.insert(format!("runtime {}", runtime.id), "unavailable".to_owned());
            }
        }
    }
    for suite in &header.suites {
        conditions.insert(format!("suite {}", suite.suite), format!("sha256 {}", suite.sha256));
    }
    conditions
}

fn facts(cell: &Cell) -> CellFacts {
    let script = cell.script.as_ref();
    let lines = script.into_iter().flat_map(|script| &script.unsupported_for).map(|one| one.lines.as_str()).collect::<Vec<_>>();
    CellFacts {
        level: cell.level,
        outcome: cell.outcome,
        asks: cell.asks.clone(),
        reds: cell.reds.iter().map(|red| RedFact { place: red.place(), kind: red.kind.clone() }).collect(),
        unsupported: lines.join(", ").parse().unwrap_or_default(),
        counts: script.map(|script| ScriptCounts {
            passed: script.passed,
            failed: script.failed,
            known: script.known,
            unsupported: script.unsupported,
            not_asked: script.not_asked,
            unanswered: script.unanswered,
        }),
        seen: seen(cell),
        ways: cell.repeated.iter().flat_map(|repeated| &repeated.ways).map(Way::in_words).collect(),
    }
}

fn seen(cell: &Cell) -> Seen {
    let step = |(number, step): (u64, &StepRecord)| {
        let normalised = RULES.iter().fold(None, |now: Option<Observation>, rule| match rule.deed {
            Deed::Normalise(normalise) => Some(normalise(now.as_ref().unwrap_or(&step.observed))),
            Deed::Excuse(_) => now,
        });
        (format!("step {number}, {}", step.does), observation_in_words(normalised.as_ref().unwrap_or(&step.observed)))
    };
    let file = |(path, left)| (format!("file {path}"), file_in_words(Some(left)));
    Seen::InWords {
        steps: (1..).zip(&cell.steps).map(step).collect(),
        files: cell.files.as_ref().map(|files| files.found.iter().map(file).collect()),
    }
}
