//! Phases x runtimes of one run.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Counter, Measured, Phase, Question};
use crate::{
    Measurements,
    compared::{Calibration, Quantity, ThrownOut, Who, calibrated, thrown_out},
    statistics::{FEWEST_BLOCKS, Located, median},
};

/// What a run measured, a table for each phase.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MeasuredMatrix {
    /// When the run began, RFC 3339 in UTC.
    pub started: String,
    /// What the machine is made of.
    pub machine: String,
    /// Decided the order of measuring, and the resampling.
    pub seed: u64,
    /// What makes the times doubtful.
    pub warnings: Vec<String>,
    /// Of each counter whether it could be read.
    pub counters: Vec<(Counter, String)>,
    /// The runtimes, in the order of the columns, each as it was configured while it was measured.
    pub runtimes: Vec<Who>,
    /// The phases that were measured.
    pub phases: Vec<PhaseTable>,
    /// The run held against itself.
    pub calibrations: Vec<Calibration>,
    /// What could not be measured, by [`Measured::id`], with the reason.
    pub unmeasured: Vec<(String, String)>,
    /// What was thrown away.
    pub thrown_away: Vec<ThrownOut>,
}

/// One phase of every case on every runtime.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PhaseTable {
    /// The phase.
    pub phase: Phase,
    /// The cases.
    pub rows: Vec<PhaseRow>,
    /// For each runtime the geometric mean of its times, each divided by the first runtime's, over the common cells; `None` where it has none of this phase.
    pub means: Vec<Option<f64>>,
    /// How many cells those are: measured on every runtime that has any of this phase.
    pub common: usize,
}

/// One phase of one case on every runtime.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PhaseRow {
    /// The case, and what it measures.
    #[serde(flatten)]
    pub question: Question,
    /// For each runtime what was measured; `None` where nothing could be.
    pub cells: Vec<Option<Figures>>,
}

/// What one runtime needed for one phase of one case.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Figures {
    /// The median block, nanoseconds for one iteration.
    pub time_ns: f64,
    /// Half of the 95 % interval of where blocks lie, as a part; `None` of less than [`FEWEST_BLOCKS`].
    pub spread: Option<f64>,
    /// How many blocks.
    pub blocks: usize,
    /// The median of the blocks' peaks of resident memory, in bytes.
    pub memory: Option<f64>,
    /// The size of the serialized module, in bytes.
    pub artifact_bytes: Option<u64>,
    /// What was counted, for one iteration.
    pub counts: BTreeMap<Counter, u64>,
}

impl MeasuredMatrix {
    /// Of a run.
    pub fn of(run: &Measurements) -> Self {
        let runtimes = run.runtimes_in_order();
        let phases = Phase::ALL.into_iter().map(|phase| PhaseTable::of(run, &runtimes, phase)).filter(|table| !table.rows.is_empty());
        let believed: Vec<Vec<&Measured>> =
            run.all().iter().filter(|measured| measured.unmeasured.is_none()).map(|measured| vec![measured]).collect();
        Self {
            started: run.started().to_owned(),
            machine: run.machine().fingerprint(),
            seed: run.seed(),
            warnings: run.warnings().to_vec(),
            counters: run.measuring().counters.iter().map(|(counter, said)| (*counter, said.clone())).collect(),
            phases: phases.collect(),
            calibrations: calibrated(&believed, true, run.floor_percent(), run.seed()),
            unmeasured: run.all().iter().filter_map(|measured| Some((measured.id(), measured.unmeasured.clone()?))).collect(),
            thrown_away: run.all().iter().filter_map(thrown_out).collect(),
            runtimes: runtimes.iter().map(|runtime| run.who(runtime)).collect(),
        }
    }
}

impl PhaseTable {
    fn of(run: &Measurements, runtimes: &[&str], phase: Phase) -> Self {
        let mut questions: Vec<Question> = run.all().iter().filter(|measured| measured.phase == phase).map(Measured::question).collect();
        questions.sort();
        questions.dedup();
        let of_phase = run.all().iter().filter(|measured| measured.phase == phase);
        let by_name: BTreeMap<(&str, Question), &Measured> =
            of_phase.map(|measured| ((measured.runtime.as_str(), measured.question()), measured)).collect();
        let figures = |question: &Question, runtime: &str| Figures::of(by_name.get(&(runtime, question.clone()))?, run.seed());
        let row = |question: Question| PhaseRow { cells: runtimes.iter().map(|runtime| figures(&question, runtime)).collect(), question };
        let rows: Vec<PhaseRow> = questions.into_iter().map(row).collect();
        let (means, common) = means(&rows, runtimes.len());
        Self { phase, rows, means, common }
    }
}

/// Means over the cells that all columns have which have any: over different cells they would not be of the same thing.
fn means(rows: &[PhaseRow], runtimes: usize) -> (Vec<Option<f64>>, usize) {
    let has_any: Vec<bool> = (0..runtimes).map(|runtime| rows.iter().any(|row| row.cells[runtime].is_some())).collect();
    let is_common = |row: &&PhaseRow| row.cells.iter().zip(&has_any).all(|(cell, has_any)| cell.is_some() || !has_any);
    let common: Vec<&PhaseRow> = rows.iter().filter(is_common).collect();
    let mean = |runtime: usize| {
        let logs: Option<Vec<f64>> =
            common.iter().map(|row| Some(row.cells[runtime].as_ref()?.time_ns.ln() - row.cells.first()?.as_ref()?.time_ns.ln())).collect();
        logs.filter(|logs| !logs.is_empty()).map(|logs| (logs.iter().sum::<f64>() / logs.len() as f64).exp())
    };
    ((0..runtimes).map(mean).collect(), common.len())
}

impl Figures {
    /// `None` of what has no block, or is not to be believed.
    fn of(measured: &Measured, seed: u64) -> Option<Self> {
        if measured.unmeasured.is_some() {
            return None;
        }
        let middle = |series: &[(u64, f64)]| median(&mut series.iter().map(|(_, value)| *value).collect::<Vec<_>>());
        let times = Quantity::Time.of(measured);
        let logs: Vec<f64> = times.iter().map(|(_, time)| time.ln()).collect();
        Some(Self {
            time_ns: middle(&times)?,
            spread: Located::of_one(&logs, seed).filter(|_| logs.len() >= FEWEST_BLOCKS).map(|located| located.half().exp_m1()),
            blocks: times.len(),
            memory: middle(&Quantity::Memory.of(measured)),
            artifact_bytes: measured.artifact_bytes,
            counts: measured.counts.clone(),
        })
    }
}
