//! The block sampler of `wasmatrix bench`: rounds, each of one block of everything, in an order that a seed decides.
//!
//! A block is a process of its own. Rounds go on while the budget lasts, so that everything has the same number of blocks, made side by side: what
//! the machine does meanwhile, it does to all of them.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use wasmatrix_adapter::{Capability, Purpose};
use wasmatrix_reports::{Block, Cell, Counter, Measured, Outcome, Phase, ThrownAway};

use super::{Lost, Ready, Sample, Subject, counters::Instructions, fuel};
use crate::{
    plan::PlannedCell,
    prepare::Prepared,
    suite::Measure,
    worker::{Limits, Stop},
};

/// How it is measured.
#[derive(Debug, Clone)]
pub struct MeasureOptions {
    /// How long all of it may take, what is tried out before included. There is at least one round.
    pub budget: Duration,
    /// Decides the order within each round.
    pub seed: u64,
    /// The smallest change that counts, in percent; for whoever compares.
    pub floor_percent: f64,
    /// How long a sample is to take.
    pub sample: Duration,
    /// How many samples a block has, behind one that warms it up; at least 1.
    pub samples: u64,
    /// What a worker may use up.
    pub limits: Limits,
    /// The phases that are measured; empty: all.
    pub phases: Vec<Phase>,
}

impl Default for MeasureOptions {
    /// Ten minutes, samples of 10 ms, two to a block, a floor of 1 %. Blocks are what is counted, so the time goes into many short ones.
    fn default() -> Self {
        Self {
            budget: Duration::from_secs(600),
            seed: 0,
            floor_percent: 1.0,
            sample: Duration::from_millis(10),
            samples: 2,
            limits: Limits::default(),
            phases: Vec::new(),
        }
    }
}

/// A cell that was asked, and may be measured where it did what it should.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The cell.
    pub planned: &'a PlannedCell,
    /// Its runtime.
    pub prepared: &'a Prepared,
    /// What it did.
    pub seen: &'a Cell,
}

/// What the sampler tells while it goes on.
#[derive(Debug, Clone, Copy)]
pub enum MeasureEvent<'e> {
    /// It was tried out how long something takes.
    TriedOut {
        /// So many were.
        done: usize,
        /// Of so many.
        of: usize,
    },
    /// A block has ended.
    Measured {
        /// The round, counted from 1.
        round: u64,
        /// How many blocks of it have ended.
        blocks: usize,
        /// Of how many.
        of: usize,
        /// How much of the budget is left.
        left: Duration,
    },
    /// Something is not measured, or not any more.
    Unmeasured {
        /// What.
        what: &'e str,
        /// Why.
        why: &'e str,
    },
}

/// Whoever listens.
pub type Listener<'l> = dyn FnMut(MeasureEvent<'_>) + 'l;

/// How many blocks, or wrong samples without a right one, may be lost until something is given up.
const LOSSES: usize = 3;

/// What a single iteration may take in any case.
const SHORTEST: Duration = Duration::from_millis(500);

/// How many times as long as a sample everything around it may take.
const PATIENCE: u32 = 5;

/// What share of the budget a single iteration may take.
const SHARE: u32 = 20;

/// Measures what was asked.
#[derive(Debug)]
pub struct Sampler<'a> {
    items: Vec<Item<'a>>,
    options: MeasureOptions,
    started: Instant,
    rounds: u64,
}

#[derive(Debug, Clone)]
struct Item<'a> {
    asked: Asked<'a>,
    measure: &'a Measure,
    slowed_permille: u32,
    iterations: u64,
    blocks: Vec<Block>,
    thrown_away: Vec<ThrownAway>,
    lost: usize,
    counts: BTreeMap<Counter, u64>,
    artifact_bytes: Option<u64>,
    unmeasured: Option<Unmeasured>,
}

/// Why something is not measured.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Unmeasured {
    why: String,
    /// Whether something went wrong, and not only that the runtime cannot.
    is_wrong: bool,
}

impl<'a> Sampler<'a> {
    /// Everything that these cells measure. What did not pass stands there with the reason, and is not measured.
    pub fn new(asked: impl IntoIterator<Item = Asked<'a>>, options: MeasureOptions) -> Self {
        let mut items = Vec::new();
        for asked in asked {
            let is_wanted = |measure: &&Measure| options.phases.is_empty() || options.phases.contains(&measure.phase);
            for measure in asked.planned.case.measures.iter().filter(is_wanted) {
                items.push(Item {
                    asked,
                    measure,
                    slowed_permille: 0,
                    iterations: 0,
                    blocks: Vec::new(),
                    thrown_away: Vec::new(),
                    lost: 0,
                    counts: BTreeMap::new(),
                    artifact_bytes: None,
                    unmeasured: not_passed(asked.seen),
                });
            }
        }
        Self { items, options, started: Instant::now(), rounds: 0 }
    }

    /// The same with each item so many times: once for each of these slowdowns, in thousandths, one after the other. For the proof alone.
    #[must_use]
    pub fn slowed(mut self, permille: &[u32]) -> Self {
        let with = |item: &Item<'a>| {
            let item = item.clone();
            permille.iter().map(move |slowed_permille| Item { slowed_permille: *slowed_permille, ..item.clone() }).collect::<Vec<_>>()
        };
        self.items = self.items.iter().flat_map(with).collect();
        self
    }

    /// The same items as those that are wanted, with no block yet: their numbers of iterations stay.
    #[must_use]
    pub fn again(&self, wanted: impl Fn(&Measured) -> bool) -> Self {
        let fresh = |item: &Item<'a>| Item { blocks: Vec::new(), thrown_away: Vec::new(), lost: 0, ..item.clone() };
        let items = self.items.iter().filter(|item| wanted(&item.record())).map(fresh).collect();
        Self { items, options: self.options.clone(), started: Instant::now(), rounds: 0 }
    }

    /// How many things there are to measure, unmeasurable ones included.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// How many rounds there were.
    pub fn rounds(&self) -> u64 {
        self.rounds
    }

    /// Tries out how long everything takes, and what can be counted. `false`: the run is to stop.
    pub fn try_out(&mut self, stop: &Stop, listener: &mut Listener<'_>) -> bool {
        self.started = Instant::now();
        let of = self.items.len();
        let longest = (self.options.budget / SHARE).max(SHORTEST);
        for (done, item) in self.items.iter_mut().enumerate() {
            if item.unmeasured.is_none() {
                item.unmeasured = match item.try_out(&self.options, longest, stop) {
                    Ok(()) => None,
                    Err(Lost::Stopped) => return false,
                    Err(Lost::Unsupported(why)) => Some(Unmeasured { why: format!("unsupported: {why}"), is_wrong: false }),
                    Err(Lost::TooLong(why)) => Some(Unmeasured { why, is_wrong: false }),
                    Err(Lost::Worker(why) | Lost::Failed(why)) => Some(Unmeasured { why, is_wrong: true }),
                };
                item.tell(listener);
            }
            listener(MeasureEvent::TriedOut { done: done + 1, of });
        }
        true
    }

    /// Rounds, while the budget lasts. `false`: the run is to stop, and what is measured until then stays.
    pub fn measure(&mut self, stop: &Stop, listener: &mut Listener<'_>) -> bool {
        let mut longest = Duration::ZERO;
        loop {
            let before = self.started.elapsed();
            if self.rounds > 0 && before + longest > self.options.budget {
                return true;
            }
            let Some(finished) = self.round(stop, listener) else { return true };
            longest = longest.max(self.started.elapsed().saturating_sub(before));
            if !finished {
                return false;
            }
        }
    }

    /// So many rounds, whatever they take. `false`: the run is to stop.
    pub fn measure_rounds(&mut self, rounds: u64, stop: &Stop, listener: &mut Listener<'_>) -> bool {
        (0..rounds).all(|_| self.round(stop, listener).unwrap_or(true))
    }

    /// One block of everything. `None`: there is nothing to measure; `false`: the run is to stop.
    fn round(&mut self, stop: &Stop, listener: &mut Listener<'_>) -> Option<bool> {
        let mut order: Vec<usize> =
            (0..self.items.len()).filter(|place| self.items.get(*place).is_some_and(|item| item.unmeasured.is_none())).collect();
        if order.is_empty() {
            return None;
        }
        let round = self.rounds;
        fastrand::Rng::with_seed(self.options.seed.wrapping_add(round)).shuffle(&mut order);
        let of = order.len();
        for (done, place) in order.into_iter().enumerate() {
            if let Some(item) = self.items.get_mut(place) {
                if !item.block(round, &self.options, stop) {
                    return Some(false);
                }
                item.tell(listener);
            }
            let left = self.options.budget.saturating_sub(self.started.elapsed());
            listener(MeasureEvent::Measured { round: round + 1, blocks: done + 1, of, left });
        }
        self.rounds += 1;
        Some(true)
    }

    /// What was measured, in the order of the cells.
    pub fn measured(&self) -> Vec<Measured> {
        self.items.iter().map(Item::record).collect()
    }

    /// The same with the slowdown of each.
    pub fn measured_and_slowed(&self) -> Vec<(u32, Measured)> {
        self.items.iter().map(|item| (item.slowed_permille, item.record())).collect()
    }

    /// What went wrong: a case that passes and cannot be measured, or a worker that died of it. What a runtime cannot is not among it.
    pub fn wrong(&self) -> Vec<String> {
        let said = |item: &Item<'_>| {
            let unmeasured = item.unmeasured.as_ref().filter(|unmeasured| unmeasured.is_wrong)?;
            Some(format!("{}: {}", item.record().id(), unmeasured.why))
        };
        self.items.iter().filter_map(said).collect()
    }
}

/// Why a cell that was asked is not measured.
fn not_passed(cell: &Cell) -> Option<Unmeasured> {
    match cell.outcome {
        Outcome::Pass => None,
        Outcome::Unsupported | Outcome::Unavailable => {
            let why = cell.reason.as_deref().unwrap_or("no reason was given");
            Some(Unmeasured { why: format!("{}: {why}", cell.outcome), is_wrong: false })
        }
        // That is red already, or known.
        other => Some(Unmeasured { why: format!("it is not right, and so is not measured: {other}"), is_wrong: false }),
    }
}

impl<'a> Item<'a> {
    fn subject(&self) -> Subject<'a> {
        let Asked { planned, prepared, .. } = self.asked;
        Subject { case: &planned.case, measure: self.measure, prepared, slowed_permille: self.slowed_permille }
    }

    fn record(&self) -> Measured {
        let cell = self.asked.seen;
        Measured {
            runtime: cell.runtime.clone(),
            version: cell.version.clone(),
            suite: cell.suite.clone(),
            case: cell.case.clone(),
            phase: self.measure.phase,
            does: self.measure.does.clone(),
            asks: cell.asks.clone(),
            iterations: if self.blocks.is_empty() { 0 } else { self.iterations },
            blocks: self.blocks.clone(),
            thrown_away: self.thrown_away.clone(),
            counts: self.counts.clone(),
            artifact_bytes: self.artifact_bytes,
            unmeasured: self.unmeasured.as_ref().map(|unmeasured| unmeasured.why.clone()),
        }
    }

    fn tell(&self, listener: &mut Listener<'_>) {
        if let Some(Unmeasured { why, is_wrong: true }) = &self.unmeasured {
            listener(MeasureEvent::Unmeasured { what: &self.record().id(), why });
        }
    }

    /// Finds the number of iterations that fill a sample, and counts what can be counted.
    fn try_out(&mut self, options: &MeasureOptions, longest: Duration, stop: &Stop) -> Result<(), Lost> {
        let limits = Limits { deadline: options.limits.deadline.max(longest), ..options.limits };
        let mut ready = Ready::open(self.subject(), Purpose::Measuring, &limits, stop)?;
        self.artifact_bytes = ready.artifact_bytes();
        let mut iterations = 1;
        loop {
            let asked = Instant::now();
            let elapsed = match ready.sample(iterations, stop)? {
                Sample::Timed(elapsed) => elapsed,
                Sample::Wrong(why) => return Err(Lost::Failed(format!("measured {iterations} times in one process: {why}"))),
            };
            if iterations == 1 && elapsed > longest {
                return Err(Lost::TooLong(format!(
                    "one takes {:.1} s, and a budget of {:.0} s leaves {:.1} s for each; give more with --budget",
                    elapsed.as_secs_f64(),
                    options.budget.as_secs_f64(),
                    longest.as_secs_f64()
                )));
            }
            // What comes before each time may take far longer than what is timed.
            let patience = filling(options.sample.saturating_mul(PATIENCE), asked.elapsed(), iterations);
            let wanted = filling(options.sample, elapsed, iterations).min(patience);
            if elapsed * 2 >= options.sample || wanted <= iterations {
                self.iterations = wanted.max(1);
                break;
            }
            // A runtime may get faster by the number of calls, so it is approached in steps.
            iterations = wanted.min(iterations.saturating_mul(10));
        }
        self.count(&mut ready, &limits, stop)
    }

    fn count(&mut self, ready: &mut Ready<'a>, limits: &Limits, stop: &Stop) -> Result<(), Lost> {
        if let Some(Ok(mut counter)) = ready.process().map(Instructions::of)
            && let (Some(before), Sample::Timed(_)) = (counter.so_far(), ready.sample(self.iterations, stop)?)
            && let Some(after) = counter.so_far()
        {
            self.counts.insert(Counter::Instructions, after.saturating_sub(before) / self.iterations.max(1));
        }
        let claims_fuel = self.asked.prepared.receipt().is_some_and(|receipt| receipt.capabilities.contains(&Capability::Fuel));
        if !claims_fuel {
            return Ok(());
        }
        // What is counted must be the same in another process; what depends on a clock or on an address is no count.
        let one = fuel(self.subject(), limits, stop)?;
        if one.is_some() && one == fuel(self.subject(), limits, stop)? {
            self.counts.extend(one.map(|fuel| (Counter::Fuel, fuel)));
        }
        Ok(())
    }

    /// Measures one block. `false`: the run is to stop.
    fn block(&mut self, round: u64, options: &MeasureOptions, stop: &Stop) -> bool {
        match self.samples(round, options, stop) {
            Ok((samples_ns, peak_resident)) if !samples_ns.is_empty() => self.blocks.push(Block { round, samples_ns, peak_resident }),
            Ok(_) => self.lost += 1,
            Err(Lost::Stopped) => return false,
            Err(lost) => {
                self.thrown_away.push(ThrownAway { round, why: lost.why().to_owned() });
                self.lost += 1;
            }
        }
        if self.lost >= LOSSES {
            let last = self.thrown_away.last().map_or("", |thrown| thrown.why.as_str());
            let why = format!("{} blocks were lost, and it was given up; the last one: {last}", self.lost);
            self.unmeasured = Some(Unmeasured { why, is_wrong: true });
        }
        true
    }

    fn samples(&mut self, round: u64, options: &MeasureOptions, stop: &Stop) -> Result<(Vec<u64>, Option<u64>), Lost> {
        let mut ready = Ready::open(self.subject(), Purpose::Measuring, &options.limits, stop)?;
        let mut samples_ns = Vec::new();
        for sample in 0..=options.samples.max(1) {
            match ready.sample(self.iterations, stop)? {
                // The first one warms it up.
                Sample::Timed(_) if sample == 0 => {}
                Sample::Timed(elapsed) => samples_ns.push(u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX)),
                Sample::Wrong(why) => self.thrown_away.push(ThrownAway { round, why }),
            }
        }
        Ok((samples_ns, ready.peak_resident()))
    }
}

/// How many iterations fill a sample, where so many took so long; at least 1.
fn filling(sample: Duration, elapsed: Duration, iterations: u64) -> u64 {
    let each = elapsed.as_nanos() / u128::from(iterations.max(1));
    let wanted = sample.as_nanos().checked_div(each).unwrap_or(sample.as_nanos());
    // Also the sum of what takes no time at all comes to an end.
    u64::try_from(wanted).unwrap_or(u64::MAX).clamp(1, 1 << 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_filled() {
        let (ms, ns) = (Duration::from_millis, Duration::from_nanos);
        assert_eq!(filling(ms(20), ms(5), 1), 4);
        assert_eq!(filling(ms(20), ms(500), 1), 1, "one is enough, however long it takes");
        assert_eq!(filling(ms(20), ns(0), 1), 20_000_000, "what cannot be timed once can be timed often");
        assert_eq!(filling(ms(20), ns(100), 10), 2_000_000);
        assert_eq!(filling(Duration::MAX, ns(1), 1), 1 << 32);
    }
}
