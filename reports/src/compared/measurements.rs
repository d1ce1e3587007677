//! A run, as far as it measured.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::{Availability, Header, Machine, Measured, Measuring, Record};

/// What a run measured, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Measurements {
    /// What the run is called, for people.
    pub name: String,
    header: Header,
    measuring: Measuring,
    /// In the order in which it was recorded.
    measured: Vec<Measured>,
}

/// Why a run has no measurements.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum NoMeasurements {
    /// It was killed before it began, or is no run.
    #[error("{0} has no header: it is not a run; give the run.jsonl of a `wasmatrix bench`")]
    NoHeader(String),
    /// It was a run of another kind.
    #[error("{0} measured nothing: it is not the run of a `wasmatrix bench`; make one with `wasmatrix bench --out DIR`")]
    NothingMeasured(String),
}

/// A runtime of a comparison, and how it was configured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Who {
    /// Its identity.
    pub runtime: String,
    /// Its exact version; empty where it was unavailable.
    pub version: String,
    /// Its configuration while it was measured.
    pub configuration: BTreeMap<String, String>,
}

impl Measurements {
    /// What of a run's records was measured.
    ///
    /// # Errors
    /// Where there is no header, or it does not say how was measured.
    pub fn of(name: impl Into<String>, records: impl IntoIterator<Item = Record>) -> Result<Self, NoMeasurements> {
        let name = name.into();
        let (mut header, mut measured) = (None, Vec::new());
        for record in records {
            match record {
                Record::Header(found) => header = Some(found),
                Record::Measured(found) => measured.push(found),
                Record::Cell(_) | Record::Footer(_) => {}
            }
        }
        let Some(mut header) = header else { return Err(NoMeasurements::NoHeader(name)) };
        let Some(measuring) = header.configuration.measuring.take() else { return Err(NoMeasurements::NothingMeasured(name)) };
        Ok(Self { name, header, measuring, measured })
    }

    /// All of it.
    pub fn all(&self) -> &[Measured] {
        &self.measured
    }

    /// What one runtime's is.
    pub fn of_runtime(&self, runtime: &str) -> impl Iterator<Item = &Measured> {
        self.measured.iter().filter(move |measured| measured.runtime == runtime)
    }

    /// The runtimes that have a record.
    pub fn runtimes(&self) -> BTreeSet<&str> {
        self.measured.iter().map(|measured| measured.runtime.as_str()).collect()
    }

    /// The same in the order in which they were asked for.
    pub fn runtimes_in_order(&self) -> Vec<&str> {
        let measured = self.runtimes();
        self.header.runtimes.iter().map(|runtime| runtime.id.as_str()).filter(|id| measured.contains(id)).collect()
    }

    /// Where it ran.
    pub fn machine(&self) -> &Machine {
        &self.header.machine
    }

    /// When it began, RFC 3339 in UTC.
    pub fn started(&self) -> &str {
        &self.header.started
    }

    /// How it was measured.
    pub fn measuring(&self) -> &Measuring {
        &self.measuring
    }

    /// The seed of the order, which decides resampling too.
    pub fn seed(&self) -> u64 {
        self.measuring.seed
    }

    /// The smallest change that counts, in percent; nothing that is not a number.
    pub fn floor_percent(&self) -> f64 {
        if self.measuring.floor_percent.is_finite() { self.measuring.floor_percent.max(0.0) } else { 0.0 }
    }

    /// What made the times doubtful.
    pub fn warnings(&self) -> &[String] {
        &self.measuring.warnings
    }

    /// Who a runtime is, and how it was configured while it was measured.
    pub fn who(&self, runtime: &str) -> Who {
        let receipt = self.header.runtimes.iter().find(|receipt| receipt.id == runtime);
        let (version, configuration) = match receipt.map(|receipt| &receipt.availability) {
            Some(Availability::Available(receipt)) => {
                let mut configuration = receipt.configuration.clone();
                configuration.extend(receipt.measuring.clone());
                (receipt.version.clone(), configuration)
            }
            Some(Availability::Unavailable(_)) | None => (String::new(), BTreeMap::new()),
        };
        Who { runtime: runtime.to_owned(), version, configuration }
    }
}

impl Who {
    /// `cranelift_opt_level: speed, epoch_interruption: false`
    pub fn configuration_in_words(&self) -> String {
        let settings: Vec<String> = self.configuration.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        if settings.is_empty() { "undeclared".to_owned() } else { settings.join(", ") }
    }
}
