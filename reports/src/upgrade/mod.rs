//! Did the upgrade change anything? One run with two versions of a runtime in it, read as a page.
//!
//! The cells of both versions are held against each other by [`Change`], as if nothing were known to fail: that `known.yaml` knows of a failure
//! excuses nobody who meets it first after the upgrade. What changed is then put together until it can be read, and nothing is left out that
//! is not counted: [`Upgrade`] is all of it, [`Upgrade::text`] and [`Upgrade::markdown`] show what a person can take in.

mod errno;
mod finding;
mod gone;
mod group;
mod heading;
mod page;
mod surroundings;

use std::collections::BTreeMap;

use serde::Serialize;

use self::{
    finding::{Both, Finding},
    group::grouped,
    surroundings::differences,
};
pub use self::{
    finding::{KnownFailure, Place},
    gone::{Gone, GoneSide, Lost},
    group::{ChangedCase, Group},
    heading::Heading,
    surroundings::Setting,
};
use crate::{
    Availability, Cell, Change, Header, Machine, Outcome, Receipt, Record, SuiteDigest,
    change::{Changed, Kind, Side},
};

/// Which of a run's runtimes are the two sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sides {
    /// `wasmi`
    pub runtime: String,
    /// The old version as it was named, `0.36`, and the new one.
    pub named: [String; 2],
    /// The variants that both have.
    pub pairs: Vec<Pair>,
    /// The variants that only the old version has.
    pub gone: Vec<GoneSide>,
}

/// A variant on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// Its name; `None` where the runtime has one configuration only.
    pub variant: Option<String>,
    /// Its identity in the old version.
    pub old: String,
    /// Its identity in the new one.
    pub new: String,
}

/// What only the one who made the run can say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// What a reader must know first: a variant that only one side has, say.
    pub remarks: Vec<String>,
    /// The command line that made this, word by word.
    pub command: Vec<String>,
    /// The files and folders of suites that were taken instead of the bundled ones.
    pub paths: Vec<String>,
    /// The options that select cells, each with its value: `--suite` and `core/*`, say.
    pub selection: Vec<(String, String)>,
    /// Whether every variant that either version has is in it.
    pub all_variants: bool,
    /// Whether what got worse was asked again.
    pub confirmed: bool,
}

/// What an upgrade changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Upgrade {
    /// The runtime's name.
    pub runtime: String,
    /// Its old version.
    pub old: Version,
    /// Its new one.
    pub new: Version,
    /// The answer, in a sentence.
    pub answer: String,
    /// Whether anything got worse.
    pub is_worse: bool,
    /// The variants that the new version does not have, and what goes with them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<Gone>,
    /// What a reader must know first.
    pub remarks: Vec<String>,
    /// How all cells ended, variant by variant.
    pub variants: Vec<Variant>,
    /// What the two say of themselves, where that is not the same.
    pub surroundings: Vec<Setting>,
    /// What they say alike.
    pub same: Vec<String>,
    /// What changed, as the page has it.
    pub sections: Vec<Section>,
    /// How many cells did the same with both versions.
    pub unchanged: u64,
    /// How many of those fail alike with both.
    pub fail_alike: u64,
    /// How many cells could not be run with one of the versions, so that nobody knows.
    pub not_executed: u64,
    /// What the upgrade means for time.
    pub time: Time,
    /// How this was made.
    pub made: Made,
}

/// A version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Version {
    /// As it was named.
    pub named: String,
    /// As it says itself.
    pub exact: String,
}

/// How the cells of a variant ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Variant {
    /// Its name; `None` where the runtime has one configuration only.
    pub variant: Option<String>,
    /// With the old version.
    pub old: Ended,
    /// With the new one.
    pub new: Ended,
}

/// How cells ended, whatever is known of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[allow(missing_docs, reason = "Outcome has them; known and fixed cells are what they would be if nothing were known")]
pub struct Ended {
    pub passed: u64,
    pub wrong: u64,
    pub crashed: u64,
    pub unsupported: u64,
    pub observed: u64,
    pub not_executed: u64,
    /// How many assertions the scripts have that are a runtime's question.
    pub assertions: u64,
    /// How many of them hold.
    pub assertions_passed: u64,
}

/// What changed under one heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Section {
    /// The heading.
    pub heading: Heading,
    /// How many cells. One that is a script can stand under several headings, for other assertions each time.
    pub cells: u64,
    /// How many assertions of scripts.
    pub assertions: u64,
    /// Of what fails, how many cells `known.yaml` knows of.
    pub known: u64,
    /// The groups, the largest first.
    pub groups: Vec<Group>,
}

/// What an upgrade means for time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Time {
    /// Nobody has measured.
    NotMeasured,
}

/// How a page was made.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Made {
    /// The version of wasmatrix.
    pub tool_version: String,
    /// When the run began, RFC 3339 in UTC.
    pub started: String,
    /// Where.
    pub machine: Machine,
    /// The deadline of a single request, in milliseconds.
    pub timeout_ms: u64,
    /// The resident memory that a worker could have, in bytes.
    pub memory_limit: u64,
    /// How many cells were held against each other.
    pub cells: u64,
    /// Whether what got worse was asked again, in fresh processes on both versions, before it was believed.
    pub confirmed: bool,
    /// Who answered.
    pub workers: Vec<Answerer>,
    /// What was asked.
    pub suites: Vec<SuiteDigest>,
    /// The command line that made the page, and those that run either version alone.
    pub commands: Vec<String>,
}

/// A worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Answerer {
    /// The lines or variants that it is.
    pub ids: Vec<String>,
    /// The runtime's version.
    pub version: String,
    /// SHA-256 of the executable.
    pub sha256: String,
    /// SHA-256 of the lockfile that it was built with or, where it has none, of its sources.
    pub lockfile_sha256: String,
    /// Whose sources the runtime was built from, where they are not a registry's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sources: Option<String>,
}

impl Sides {
    /// What was seen of the old version and of the new one, as if nothing were known to fail.
    pub fn split(&self, header: &Header, cells: &[Cell]) -> [Side; 2] {
        let side = |named: &str, ids: Vec<&str>| {
            let mut header = header.clone();
            header.runtimes.retain(|runtime| ids.contains(&runtime.id.as_str()));
            let mut side = Side::named(format!("{} {named}", self.runtime));
            side.add(&Record::Header(header));
            for cell in cells.iter().filter(|cell| ids.contains(&cell.runtime.as_str())) {
                side.add(&Record::Cell(cell.clone()));
            }
            side.without_known()
        };
        let [old, new] = &self.named;
        [side(old, self.pairs.iter().map(|pair| &*pair.old).collect()), side(new, self.pairs.iter().map(|pair| &*pair.new).collect())]
    }
}

impl Upgrade {
    /// Reads a run as an upgrade; `change` is what changed from one of its sides to the other, confirmed or not.
    pub fn of(sides: &Sides, header: &Header, cells: &[Cell], change: &Change, told: Told) -> Self {
        let by_id: BTreeMap<(&str, &str, &str), &Cell> =
            cells.iter().map(|cell| ((cell.runtime.as_str(), cell.suite.as_str(), cell.case.as_str()), cell)).collect();
        let mut findings: BTreeMap<Heading, Vec<Finding>> = BTreeMap::new();
        let (mut unchanged, mut not_executed) = (change.unchanged, 0);
        for changed in &change.cells {
            if matches!(changed.kind, Kind::NewlyUnavailable | Kind::NewlyAvailable) {
                not_executed += 1;
                continue;
            }
            let Some(both) = both(sides, &by_id, changed) else { continue };
            let found = both.findings();
            unchanged += u64::from(found.is_empty());
            for finding in found {
                findings.entry(finding.heading).or_default().push(finding);
            }
        }
        let mut sections: Vec<Section> =
            Heading::ALL.into_iter().filter_map(|heading| Some(section(heading, findings.remove(&heading)?))).collect();
        for section in sections.iter_mut().filter(|section| section.heading.is_red()) {
            section.groups.iter_mut().for_each(|group| group.commands = shown_by(sides, &told, group));
        }
        let receipts: Vec<(Option<&str>, &Receipt, &Receipt)> = sides
            .pairs
            .iter()
            .filter_map(|pair| Some((pair.variant.as_deref(), receipt(header, &pair.old)?, receipt(header, &pair.new)?)))
            .collect();
        let (surroundings, same) = differences(&receipts);
        let version = |named: &String, receipt: Option<&Receipt>| Version {
            named: named.clone(),
            exact: receipt.map_or_else(String::new, |receipt| receipt.version.clone()),
        };
        let [old, new] = &sides.named;
        let gone = gone::gone(sides, cells);
        let variants: Vec<Variant> = sides.pairs.iter().map(|pair| variant(pair, cells)).collect();
        let mut upgrade = Self {
            runtime: sides.runtime.clone(),
            old: version(old, receipts.first().map(|(_, old, _)| *old)),
            new: version(new, receipts.first().map(|(_, _, new)| *new)),
            answer: String::new(),
            is_worse: sections.iter().any(|section| section.heading.is_worse()) || gone.iter().any(|gone| gone.cells() > 0),
            gone,
            remarks: told.remarks.clone(),
            variants,
            surroundings,
            same,
            sections,
            unchanged,
            not_executed,
            fail_alike: fail_alike(sides, change, &by_id),
            time: Time::NotMeasured,
            made: made(sides, header, &told, change),
        };
        upgrade.answer = upgrade.in_a_sentence();
        upgrade
    }

    /// What changed under a heading.
    pub fn section(&self, heading: Heading) -> Option<&Section> {
        self.sections.iter().find(|section| section.heading == heading)
    }
}

/// A changed cell with all that was recorded of it; `None` where one side has none.
fn both<'c>(sides: &'c Sides, cells: &BTreeMap<(&str, &str, &str), &'c Cell>, changed: &'c Changed) -> Option<Both<'c>> {
    let (before, after) = (&changed.before.as_ref()?.cell, &changed.after.as_ref()?.cell);
    let cell = |id: &crate::change::CellId| cells.get(&(id.runtime.as_str(), id.suite.as_str(), id.case.as_str())).copied();
    let pair = sides.pairs.iter().find(|pair| pair.new == after.runtime)?;
    Some(Both { variant: pair.variant.as_deref(), changed, old: cell(before)?, new: cell(after)? })
}

fn section(heading: Heading, findings: Vec<Finding>) -> Section {
    let groups = grouped(heading, findings);
    let sum = |of: fn(&Group) -> u64| groups.iter().map(of).sum();
    Section {
        heading,
        cells: sum(|group| group.cells),
        assertions: sum(|group| group.assertions),
        known: sum(|group| if group.known.is_some() { group.cells } else { 0 }),
        groups,
    }
}

fn receipt<'h>(header: &'h Header, id: &str) -> Option<&'h Receipt> {
    match &header.runtimes.iter().find(|runtime| runtime.id == id)?.availability {
        Availability::Available(receipt) => Some(receipt),
        Availability::Unavailable(_) => None,
    }
}

fn variant(pair: &Pair, cells: &[Cell]) -> Variant {
    let ended = |id: &str| {
        let mut ended = Ended::default();
        for cell in cells.iter().filter(|cell| cell.runtime == id) {
            let lost = cell.reds.iter().any(|red| red.kind == "crashed" || red.kind == "hung");
            let count = match cell.outcome {
                Outcome::Unsupported => &mut ended.unsupported,
                Outcome::Unavailable => &mut ended.not_executed,
                Outcome::Observed => &mut ended.observed,
                Outcome::Pass => &mut ended.passed,
                Outcome::Fixed if cell.reds.is_empty() => &mut ended.passed,
                _ if lost => &mut ended.crashed,
                _ => &mut ended.wrong,
            };
            *count += 1;
            if let Some(script) = &cell.script {
                ended.assertions += script.assertions.saturating_sub(script.not_asked);
                ended.assertions_passed += script.passed;
            }
        }
        ended
    };
    Variant { variant: pair.variant.clone(), old: ended(&pair.old), new: ended(&pair.new) }
}

/// How many cells that did not change are not as the suite expects.
fn fail_alike(sides: &Sides, change: &Change, cells: &BTreeMap<(&str, &str, &str), &Cell>) -> u64 {
    let changed: std::collections::BTreeSet<_> =
        change.cells.iter().filter_map(|cell| cell.after.as_ref()).map(|after| &after.cell).collect();
    let is_new = |id: &str| sides.pairs.iter().any(|pair| pair.new == id);
    let is_changed = |cell: &Cell| {
        let id = crate::change::CellId { runtime: cell.runtime.clone(), suite: cell.suite.clone(), case: cell.case.clone() };
        changed.contains(&id)
    };
    cells.values().filter(|cell| is_new(&cell.runtime) && !cell.reds.is_empty() && !is_changed(cell)).count() as u64
}

fn made(sides: &Sides, header: &Header, told: &Told, change: &Change) -> Made {
    let mut workers: Vec<Answerer> = Vec::new();
    let gone = sides.gone.iter().map(|gone| &gone.old);
    for id in sides.pairs.iter().map(|pair| &pair.old).chain(gone).chain(sides.pairs.iter().map(|pair| &pair.new)) {
        let Some(receipt) = receipt(header, id) else { continue };
        match workers.iter_mut().find(|worker| worker.sha256 == receipt.worker.sha256 && worker.version == receipt.version) {
            Some(worker) => worker.ids.push(id.clone()),
            None => workers.push(Answerer {
                ids: vec![id.clone()],
                version: receipt.version.clone(),
                sha256: receipt.worker.sha256.clone(),
                lockfile_sha256: receipt.worker.lockfile_sha256.clone(),
                sources: receipt.worker.sources.clone(),
            }),
        }
    }
    let variants: Vec<String> = sides.pairs.iter().filter_map(|pair| pair.variant.clone()).collect();
    let of_old: Vec<String> = variants.iter().cloned().chain(sides.gone.iter().map(|gone| gone.variant.clone())).collect();
    let alone = [of_old, variants].into_iter().enumerate();
    let alone = alone.map(|(side, variants)| run_of(&named(sides, told, &variants, side), told, &told.selection));
    let command = told.command.iter().map(|one| word(one)).collect::<Vec<_>>().join(" ");
    Made {
        tool_version: header.tool_version.clone(),
        started: header.started.clone(),
        machine: header.machine.clone(),
        timeout_ms: header.configuration.timeout_ms,
        memory_limit: header.configuration.memory_limit,
        cells: change.cells.len() as u64 + change.unchanged,
        confirmed: told.confirmed,
        workers,
        suites: header.suites.clone(),
        commands: std::iter::once(command).chain(alone).collect(),
    }
}

/// How many cells' names a command line has at the most.
const NAMES: usize = 12;

/// The two command lines that show a group, or the first cells of it.
fn shown_by(sides: &Sides, told: &Told, group: &Group) -> Vec<String> {
    let names = group.cases.iter().flat_map(|case| &case.forms).take(NAMES);
    let suite = ("--suite".to_owned(), group.suite.clone());
    let selection: Vec<(String, String)> = std::iter::once(suite).chain(names.map(|name| ("--case".to_owned(), name.clone()))).collect();
    [0, 1].map(|side| run_of(&named(sides, told, &group.variants, side), told, &selection)).into()
}

/// These variants of a side as a command line names them: all by the line alone, where that means no others.
fn named(sides: &Sides, told: &Told, variants: &[String], side: usize) -> String {
    let [old, new] = &sides.named;
    let line = format!("{}@{}", sides.runtime, if side == 0 { old } else { new });
    if variants.is_empty() || (told.all_variants && variants.len() == sides.pairs.len()) {
        return line;
    }
    variants.iter().map(|variant| format!("{line}+{variant}")).collect::<Vec<_>>().join(",")
}

/// The command line that runs what is selected.
fn run_of(runtimes: &str, told: &Told, selection: &[(String, String)]) -> String {
    let paths = told.paths.iter().map(|path| format!(" {}", word(path)));
    let selection = selection.iter().map(|(option, value)| format!(" {option} {}", word(value)));
    format!("wasmatrix run{} --runtime {}{}", paths.collect::<String>(), word(runtimes), selection.collect::<String>())
}

/// A word as a shell reads it.
fn word(word: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "/._-+@=:,".contains(character);
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}
