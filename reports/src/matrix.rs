//! Suites x runtimes, with counts.

use std::collections::BTreeMap;

use anstyle::{AnsiColor, Style};
use comfy_table::{ContentArrangement, Table, presets};

use crate::{Cell, Outcome, Tally};

/// The cells of a run, counted by suite and runtime.
#[derive(Debug)]
pub struct Matrix {
    runtimes: Vec<String>,
    counts: BTreeMap<String, BTreeMap<String, Tally>>,
}

impl Matrix {
    /// Counts cells; the columns stand in the order of `runtimes`.
    pub fn new<'c>(runtimes: impl IntoIterator<Item = String>, cells: impl IntoIterator<Item = &'c Cell>) -> Self {
        let mut counts: BTreeMap<String, BTreeMap<String, Tally>> = BTreeMap::new();
        for cell in cells {
            counts.entry(cell.suite.clone()).or_default().entry(cell.runtime.clone()).or_default().count(cell.outcome);
        }
        Self { runtimes: runtimes.into_iter().collect(), counts }
    }

    /// The matrix as a table of text. With `styled`, red counts are red and all-green ones green.
    pub fn render(&self, styled: bool) -> String {
        let mut table = Table::new();
        table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        table.set_header(std::iter::once("suite".to_owned()).chain(self.runtimes.iter().map(|id| id.replace('+', "\n+"))));
        for (suite, row) in &self.counts {
            let cells = self.runtimes.iter().map(|runtime| row.get(runtime).map_or_else(String::new, short));
            table.add_row(std::iter::once(suite.clone()).chain(cells));
        }
        let text: String = table.lines().map(|line| format!("{}\n", line.trim_end())).collect();
        if styled { colour(&text) } else { text }
    }
}

/// `12`, or `10 2 fail 1 unsupported`: passes first, and everything else by its name.
fn short(tally: &Tally) -> String {
    let passed = tally.sum(|outcome| outcome == Outcome::Pass);
    let others = tally.totals.iter().filter(|(outcome, _)| **outcome != Outcome::Pass).map(|(outcome, count)| format!("{count} {outcome}"));
    std::iter::once(passed.to_string()).chain(others).collect::<Vec<_>>().join("\n")
}

/// Colour is put in after the layout, word by word, so that it cannot disturb the widths.
fn colour(text: &str) -> String {
    let mut coloured = text.to_owned();
    for outcome in Outcome::ALL {
        let style = outcome_style(outcome);
        coloured = coloured.replace(&format!(" {outcome}"), &format!(" {style}{outcome}{style:#}"));
    }
    coloured
}

/// The colour of an outcome: red wants somebody, yellow is worth a look, dim was not asked.
pub(crate) fn outcome_style(outcome: Outcome) -> Style {
    let colour = |colour: AnsiColor| colour.on_default();
    match outcome {
        Outcome::Pass => colour(AnsiColor::Green),
        Outcome::Known | Outcome::Observed => colour(AnsiColor::Yellow),
        Outcome::Unsupported | Outcome::Unavailable => Style::new().dimmed(),
        Outcome::Fail
        | Outcome::Fixed
        | Outcome::Crashed
        | Outcome::Hung
        | Outcome::Broken
        | Outcome::Overlimit
        | Outcome::Intermittent => colour(AnsiColor::Red).bold(),
    }
}
