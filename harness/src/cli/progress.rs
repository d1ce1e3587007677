//! What a person sees while a run goes on: a bar on a terminal, plain lines elsewhere.

use std::{
    io::IsTerminal as _,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};
use wasmatrix_reports::{Availability, Outcome};

use super::output::remark;
use crate::{
    build::BuildNews,
    fetch::{FetchNews, PackageFile},
    measure::MeasureEvent,
    run::Event,
};

/// How often a plain line says that a build or a run still goes on.
const PLAIN_EVERY: Duration = Duration::from_secs(30);

/// Follows the events of a run.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    is_terminal: bool,
    last_plain: Instant,
    cells: usize,
    ended: usize,
    red: usize,
    /// How often each cell is asked.
    repeat: u64,
    /// How often cells were asked that have not ended.
    asked: u64,
}

impl Progress {
    pub(super) fn new() -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        Self { bar: None, is_terminal, last_plain: Instant::now(), cells: 0, ended: 0, red: 0, repeat: 1, asked: 0 }
    }

    pub(super) fn follow(&mut self, event: &Event<'_>) {
        match event {
            Event::Building { line, news } => self.building(line, news),
            Event::Fetching { file, news } => self.fetching(file, news),
            Event::Prepared(prepared) => match &prepared.availability {
                Availability::Available(receipt) => self.say(&format!("ready       {} ({})", prepared.id, receipt.version)),
                Availability::Unavailable(reason) => self.say(&format!("unavailable {}: {reason}", prepared.id)),
            },
            Event::Started { cells, repeat } => {
                self.cells = *cells;
                self.repeat = *repeat;
                let cells = (*cells as u64).saturating_mul(*repeat);
                if *repeat > 1 {
                    self.show(cells, "{spinner} [{elapsed}] {bar:32} asked {pos} of {len} times, {msg}");
                } else {
                    self.show(cells, "{spinner} [{elapsed}] {bar:32} {pos}/{len} cells {msg}");
                }
            }
            Event::Measuring(event) => self.measuring(event),
            Event::Asked => {
                self.asked += 1;
                self.goes_forward();
            }
            Event::Ended(cell) => {
                let asked = cell.repeated.as_ref().map_or(1, |repeated| repeated.asked);
                self.asked = self.asked.saturating_sub(asked.saturating_sub(1));
                self.ended(cell.outcome, &cell.id());
            }
        }
    }

    fn measuring(&mut self, event: &MeasureEvent<'_>) {
        match event {
            MeasureEvent::TriedOut { done, of } => {
                if *done == 1 {
                    self.show(*of as u64, "{spinner} [{elapsed}] {bar:32} {pos}/{len} tried out");
                }
                if let Some(bar) = &self.bar {
                    bar.set_position(*done as u64);
                }
                self.now_and_then(done == of, || format!("{done}/{of} tried out"));
            }
            MeasureEvent::Measured { round, blocks, of, left } => {
                if *round == 1 && *blocks == 1 {
                    self.show(0, "{spinner} [{elapsed}] {msg}");
                }
                let left = humantime::format_duration(Duration::from_secs(left.as_secs()));
                let said = || format!("measuring, round {round}: {blocks}/{of} blocks, {left} left");
                if let Some(bar) = &self.bar {
                    bar.set_message(said());
                }
                self.now_and_then(false, said);
            }
            MeasureEvent::Unmeasured { what, why } => self.say(&format!("unmeasured  {what}: {why}")),
        }
    }

    /// A line where there is no bar, now and then.
    fn now_and_then(&mut self, is_last: bool, said: impl FnOnce() -> String) {
        if !self.is_terminal && (self.last_plain.elapsed() >= PLAIN_EVERY || is_last) {
            self.last_plain = Instant::now();
            remark(&said());
        }
    }

    /// Takes the bar away.
    pub(super) fn finish(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }

    fn building(&mut self, line: &str, news: &BuildNews) {
        match news {
            BuildNews::Started { log } => {
                self.say(&format!("building    {line}, log: {}", log.display()));
                self.show(0, "{spinner} building {prefix} [{elapsed}] {wide_msg}");
                if let Some(bar) = &self.bar {
                    bar.set_prefix(line.to_owned());
                }
                self.last_plain = Instant::now();
            }
            BuildNews::Progress { line: said, elapsed } => self.goes_on("building", line, said, *elapsed),
            BuildNews::Finished { elapsed } => {
                self.finish();
                self.say(&format!("built       {line} in {:.0} s", elapsed.as_secs_f64()));
            }
        }
    }

    fn fetching(&mut self, file: &PackageFile, news: &FetchNews) {
        match news {
            FetchNews::Started => {
                self.say(&format!("fetching    {file}"));
                self.show(0, "{spinner} fetching {prefix} [{elapsed}] {wide_msg}");
                if let Some(bar) = &self.bar {
                    bar.set_prefix(file.package.to_string());
                }
                self.last_plain = Instant::now();
            }
            FetchNews::Progress { line: said, elapsed } => self.goes_on("fetching", &file.to_string(), said, *elapsed),
            FetchNews::Finished { .. } => self.finish(),
        }
    }

    /// Somebody else's tool is at work: what it said, or nothing new.
    fn goes_on(&mut self, doing: &str, what: &str, said: &str, elapsed: Duration) {
        match &self.bar {
            Some(bar) if said.is_empty() => bar.tick(),
            Some(bar) => bar.set_message(said.to_owned()),
            None => {}
        }
        if !self.is_terminal && !said.is_empty() && self.last_plain.elapsed() >= PLAIN_EVERY {
            self.last_plain = Instant::now();
            remark(&format!("{doing:<11} {what}, {} s: {said}", elapsed.as_secs()));
        }
    }

    fn ended(&mut self, outcome: Outcome, id: &str) {
        self.ended += 1;
        if outcome.is_red() {
            self.red += 1;
            self.say(&format!("{:<11} {id}", outcome.to_string()));
        }
        self.goes_forward();
    }

    /// Moves the bar, or says now and then how far it is.
    fn goes_forward(&mut self) {
        let asked = (self.ended as u64).saturating_mul(self.repeat).saturating_add(self.asked);
        let cells = format!("{}/{} cells", self.ended, self.cells);
        if let Some(bar) = &self.bar {
            let red = if self.red == 0 { String::new() } else { format!("{} red", self.red) };
            bar.set_message(match (self.repeat > 1, red.is_empty()) {
                (false, _) => red,
                (true, true) => cells.clone(),
                (true, false) => format!("{cells}, {red}"),
            });
            bar.set_position(asked);
        }
        let is_last = self.ended == self.cells && self.asked == 0;
        if !self.is_terminal && (self.last_plain.elapsed() >= PLAIN_EVERY || is_last) {
            self.last_plain = Instant::now();
            let of = (self.cells as u64).saturating_mul(self.repeat);
            let times = if self.repeat > 1 { format!(" (asked {asked} of {of} times)") } else { String::new() };
            remark(&format!("{cells}{times}, {} red", self.red));
        }
    }

    fn show(&mut self, length: u64, template: &str) {
        if self.is_terminal {
            let bar = ProgressBar::new(length);
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style.progress_chars("=> "));
            }
            bar.enable_steady_tick(Duration::from_millis(120));
            self.bar = Some(bar);
        }
    }

    /// A line that stays, above the bar where there is one.
    fn say(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| remark(text)),
            None => remark(text),
        }
    }
}
