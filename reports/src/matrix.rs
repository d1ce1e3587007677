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
        let all = self.runtimes.iter().map(|runtime| short(&self.all_of(runtime)));
        table.add_row(std::iter::once("all".to_owned()).chain(all));
        let text: String = table.lines().map(|line| format!("{}\n", line.trim_end())).collect();
        if styled { colour(&text) } else { text }
    }

    fn all_of(&self, runtime: &str) -> Tally {
        let mut all = Tally::default();
        for (outcome, count) in self.counts.values().filter_map(|row| row.get(runtime)).flat_map(|tally| &tally.totals) {
            *all.totals.entry(*outcome).or_default() += count;
        }
        all
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Level;

    fn cell(runtime: &str, suite: &str, outcome: Outcome) -> Cell {
        Cell {
            runtime: runtime.to_owned(),
            version: "1.0.0".to_owned(),
            suite: suite.to_owned(),
            case: "c".to_owned(),
            from: None,
            level: Level::Required,
            outcome,
            asks: None,
            why: String::new(),
            reason: None,
            issue: None,
            wall_us: 0,
            steps: Vec::new(),
            files: None,
            script: None,
            reds: Vec::new(),
            worker_stderr: None,
            repeated: None,
        }
    }

    #[test]
    fn what_is_not_a_pass_is_never_counted_as_one() {
        let cells = [
            cell("a@1", "s/one", Outcome::Pass),
            cell("a@1", "s/one", Outcome::Fail),
            cell("a@1", "s/two", Outcome::Unsupported),
            cell("b@2+x", "s/one", Outcome::Pass),
            cell("b@2+x", "s/one", Outcome::Pass),
            cell("b@2+x", "s/two", Outcome::Unavailable),
        ];
        let matrix = Matrix::new(["a@1".to_owned(), "b@2+x".to_owned()], &cells);
        let expected = [
            " suite  a@1            b@2",
            "                       +x",
            " s/one  1              2",
            "        1 fail",
            " s/two  0              0",
            "        1 unsupported  1 unavailable",
            " all    1              2",
            "        1 fail         1 unavailable",
            "        1 unsupported",
        ];
        assert_eq!(matrix.render(false).lines().collect::<Vec<_>>(), expected);
        assert!(matrix.render(true).contains("\u{1b}["), "styled text has colours");
        assert_eq!(Tally::of(&cells).to_string(), "3 passed, 1 red, 0 known, 1 unsupported, 1 not executed");
        assert_eq!(Tally::of(&cells).executed(), 4);
    }
}
