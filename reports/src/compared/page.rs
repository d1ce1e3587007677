//! A comparison to read: in a terminal, and as Markdown.

use super::{Calibration, CaseChange, Compared, Comparison, Judged, Quantity, Reason, bytes, count, percent, time};
use crate::{
    Counter, Phase,
    block::{Block, Piece, code, markdown, plain, strong, text},
    change::CellId,
    statistics::{Direction, Doubt, FALSE_DISCOVERIES, FEWEST_BLOCKS, INSIDE, MOST_MORE, Verdict},
};

/// What became of the behaviour of a case on the new runtime, where somebody knows: `same output`.
pub type Behaviour<'b> = &'b dyn Fn(&CellId) -> Option<String>;

type Cell = Vec<Piece>;

impl Comparison {
    /// For a terminal.
    pub fn text(&self, behaviour: Behaviour<'_>) -> String {
        plain(&self.page(behaviour))
    }

    /// As Markdown.
    pub fn markdown(&self, behaviour: Behaviour<'_>) -> String {
        markdown(&self.page(behaviour))
    }

    /// `2 worse, 1 better, 30 unchanged, 4 inconclusive; 2 left out`
    pub fn summary(&self) -> String {
        let tallied = self.tallied();
        let left_out = if self.left_out.is_empty() { String::new() } else { format!("; {} left out", self.left_out.len()) };
        let times = if self.machines_differ.is_empty() { "" } else { "; times and memory refused" };
        let super::Tallied { worse, better, unchanged, inconclusive } = tallied;
        format!("{worse} worse, {better} better, {unchanged} unchanged, {inconclusive} inconclusive{left_out}{times}")
    }

    fn page(&self, behaviour: Behaviour<'_>) -> Vec<Block> {
        let mut page =
            vec![Block::Title(1, vec![text(format!("{} → {}", self.before, self.after))]), Block::Paragraph(vec![strong(self.summary())])];
        page.extend(self.refused());
        page.extend(self.cases(behaviour));
        for phase in self.phases() {
            page.extend(self.times(phase));
        }
        page.extend(self.memory());
        page.extend(self.exact());
        page.extend(self.geometric_means());
        page.extend(self.noise());
        page.extend(self.surroundings());
        page.extend(self.rest());
        page
    }

    fn refused(&self) -> Vec<Block> {
        if self.machines_differ.is_empty() {
            return Vec::new();
        }
        let points = self.machines_differ.iter().map(|one| (0, vec![text(one.clone())])).collect();
        vec![
            Block::Paragraph(vec![
                strong("Times and memory are not compared"),
                text(", since the runs are of different machines; sizes of artifacts and counts are:"),
            ]),
            Block::Points(points),
        ]
    }

    fn cases(&self, behaviour: Behaviour<'_>) -> Vec<Block> {
        let cases = self.by_case();
        if cases.is_empty() {
            return vec![Block::Paragraph(vec![text("Nothing is measured on both sides.")])];
        }
        let point = |case: &CaseChange| {
            let words = case.in_words(behaviour(&case.cell).as_deref());
            let words = if case.is_worse() { strong(words) } else { text(words) };
            let name = format!("{}/{}", case.cell.suite, case.cell.case);
            let of = if self.runtimes.len() > 1 { format!(" on {} → {}", case.before, case.cell.runtime) } else { String::new() };
            (0, vec![code(name), text(format!("{of}: ")), words])
        };
        vec![Block::Title(2, vec![text("Cases")]), Block::Points(cases.iter().map(point).collect())]
    }

    fn times(&self, phase: Phase) -> Vec<Block> {
        let rows = self.cells.iter().filter(|cell| cell.question.phase == phase);
        let rows: Vec<Vec<Cell>> = rows.filter_map(|cell| Some(self.row(cell, cell.time.as_ref()?, time))).collect();
        if rows.is_empty() {
            return Vec::new();
        }
        vec![Block::Title(2, vec![text(phase.to_string())]), self.table("time of one iteration", rows)]
    }

    /// What strays little is not listed: most of it says nothing.
    fn memory(&self) -> Vec<Block> {
        let judged = || self.cells.iter().filter_map(|cell| Some((cell, cell.memory.as_ref()?)));
        if judged().next().is_none() {
            return Vec::new();
        }
        let moved = judged().filter(|(_, judged)| judged.verdict != Verdict::Unchanged);
        let rows: Vec<Vec<Cell>> = moved.map(|(cell, judged)| self.row(cell, judged, bytes)).collect();
        let unchanged = judged().count() - rows.len();
        let mut blocks = vec![Block::Title(2, vec![text("Peak resident memory")])];
        if !rows.is_empty() {
            blocks.push(self.table("peak of the worker", rows));
        }
        blocks.push(Block::Paragraph(vec![text(format!("Unchanged in {unchanged} of {}.", judged().count()))]));
        blocks
    }

    fn row(&self, cell: &Compared, judged: &Judged, amount: fn(f64) -> String) -> Vec<Cell> {
        let shown = |value: Option<f64>| vec![text(value.map_or_else(|| "-".to_owned(), amount))];
        let ratio = judged.ratio.map_or_else(
            || "-".to_owned(),
            |ratio| format!("{} [{}, {}]", percent(ratio.estimate), percent(ratio.low), percent(ratio.high)),
        );
        let again =
            judged.again.map(|again| format!("; again {} [{}, {}]", percent(again.estimate), percent(again.low), percent(again.high)));
        let mut row = self.names(cell);
        row.extend([
            shown(judged.before),
            shown(judged.after),
            vec![text(ratio), text(again.unwrap_or_default())],
            verdict(judged.verdict),
        ]);
        row
    }

    fn table(&self, what: &str, rows: Vec<Vec<Cell>>) -> Block {
        let mut titles = self.titles();
        titles.extend([format!("{what}, old"), "new".to_owned(), "difference [95 %]".to_owned(), "verdict".to_owned()]);
        Block::Table(std::iter::once(heading(titles)).chain(rows).collect())
    }

    fn titles(&self) -> Vec<String> {
        let names: &[&str] = if self.runtimes.len() > 1 { &["case", "runtimes"] } else { &["case"] };
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    /// Which cell it is: with what was done where the case has several of the phase, with its runtimes where there are several.
    fn names(&self, cell: &Compared) -> Vec<Cell> {
        let question = &cell.question;
        let is_alone = |other: &&Compared| {
            (&other.before, &other.after, &other.question.suite, &other.question.case, other.question.phase)
                == (&cell.before, &cell.after, &question.suite, &question.case, question.phase)
        };
        let mut name = vec![code(format!("{}/{}", question.suite, question.case))];
        if self.cells.iter().filter(is_alone).count() > 1 {
            name.push(text(format!(" {}", question.does)));
        }
        let mut names = vec![name];
        if self.runtimes.len() > 1 {
            names.push(vec![text(format!("{} → {}", cell.before, cell.after))]);
        }
        names
    }

    fn exact(&self) -> Vec<Block> {
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        let mut equal = 0;
        for cell in &self.cells {
            let artifact = cell.artifact.iter().map(|exact| ("artifact, bytes".to_owned(), exact));
            let counts = cell.counts.iter().map(|(counter, exact)| (counter.to_string(), exact));
            for (what, exact) in artifact.chain(counts) {
                if exact.before == exact.after {
                    equal += 1;
                    continue;
                }
                let mut row = self.names(cell);
                row.extend([vec![text(cell.question.phase.to_string())], vec![text(what)]]);
                row.extend([exact.before, exact.after].map(|number| vec![text(count(number))]));
                row.extend([vec![text(exact.difference())], verdict(exact.verdict)]);
                rows.push(row);
            }
        }
        if rows.is_empty() && equal == 0 {
            return Vec::new();
        }
        let mut blocks = vec![Block::Title(2, vec![text("Sizes and counts")])];
        if !rows.is_empty() {
            let mut titles = self.titles();
            titles.extend(["phase", "what", "old", "new", "difference", "verdict"].map(str::to_owned));
            blocks.push(Block::Table(std::iter::once(heading(titles)).chain(rows).collect()));
        }
        blocks.push(Block::Paragraph(vec![text(format!(
            "{equal} are the same. Any difference of {} counts, of other numbers one of more than {} %.",
            Counter::Fuel,
            self.floor_percent
        ))]));
        blocks
    }

    fn geometric_means(&self) -> Vec<Block> {
        if self.means.is_empty() {
            return Vec::new();
        }
        let rows = self.means.iter().map(|mean| {
            let row = [mean.phase.to_string(), format!("{} → {}", mean.before, mean.after), percent(mean.ratio), mean.cells.to_string()];
            row.map(|cell| vec![text(cell)]).to_vec()
        });
        let titles = ["phase", "runtimes", "geometric mean of times", "cells"].map(str::to_owned).to_vec();
        vec![Block::Title(2, vec![text("Means")]), Block::Table(std::iter::once(heading(titles)).chain(rows).collect())]
    }

    fn noise(&self) -> Vec<Block> {
        if self.calibrations.is_empty() {
            return Vec::new();
        }
        let how = if self.is_paired {
            "blocks of one side in neighbouring rounds, what all blocks of a round share taken out"
        } else {
            "the first half of each run against its second half"
        };
        let mut blocks = vec![
            Block::Title(2, vec![text("What noise looks like")]),
            Block::Paragraph(vec![text(format!(
                "The same held against the same (A/A: {how}), judged as above, each cell with the margin of all others. Every change in it is a wrong one."
            ))]),
            Block::Points(self.calibrations.iter().map(|one| (0, vec![text(observed(one))])).collect()),
        ];
        let mut rows = Vec::new();
        for calibration in &self.calibrations {
            rows.extend(calibration.margins.iter().map(|one| {
                let margin = one.margin;
                let calibrated = margin.calibrated_percent.map_or_else(|| "unknown".to_owned(), |percent| format!("±{percent:.1} %"));
                let of = if margin.is_of_all_phases { ", of all phases" } else { "" };
                let row = [
                    quantity(calibration.quantity).to_owned(),
                    one.phase.to_string(),
                    format!("±{:.1} %", margin.percent),
                    calibrated,
                    format!("{}{of}", margin.cells),
                ];
                row.map(|cell| vec![text(cell)]).to_vec()
            }));
        }
        let titles = ["of", "phase", "margin", "90 % of A/A lie inside of", "cells"].map(str::to_owned).to_vec();
        blocks.push(Block::Table(std::iter::once(heading(titles)).chain(rows).collect()));
        blocks.push(Block::Paragraph(vec![text(format!(
            "Changed: the interval lies wholly beyond the margin, and at most {:.0} % of all that is called so is expected to be by chance. Unchanged: wholly \
             inside. The margin is the larger of the floor, {} %, and what {:.0} % of A/A lie inside of. Seed {}.",
            100.0 * FALSE_DISCOVERIES,
            self.floor_percent,
            100.0 * INSIDE,
            self.seed
        ))]));
        blocks
    }

    fn surroundings(&self) -> Vec<Block> {
        let mut points = Vec::new();
        for (old, new) in &self.runtimes {
            for (who, is_new) in [(old, false), (new, true)] {
                let side = if is_new { "new" } else { "old" };
                points.push((
                    0,
                    vec![code(who.runtime.clone()), text(format!(" {}, {side}: {}", who.version, who.configuration_in_words()))],
                ));
            }
        }
        let mut blocks = vec![Block::Title(2, vec![text("Configurations")]), Block::Points(points)];
        if !self.warnings.is_empty() {
            blocks.push(Block::Title(2, vec![text("Warnings")]));
            blocks.push(Block::Points(self.warnings.iter().map(|warning| (0, vec![text(warning.clone())])).collect()));
        }
        blocks
    }

    fn rest(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        if !self.left_out.is_empty() {
            let point = |one: &super::LeftOut| {
                (0, vec![code(format!("{}/{}", one.runtime, one.question)), text(format!(": {}", reason(&one.reason)))])
            };
            blocks.push(Block::Title(2, vec![text("Left out")]));
            blocks.push(Block::Points(self.left_out.iter().map(point).collect()));
        }
        if !self.thrown_away.is_empty() {
            blocks.push(Block::Title(2, vec![text("Thrown away")]));
            blocks.push(Block::Points(self.thrown_away.iter().map(thrown_out).collect()));
        }
        blocks
    }
}

pub(crate) fn thrown_out(one: &super::ThrownOut) -> (usize, Vec<Piece>) {
    let first = if one.times == 1 { "" } else { "the first " };
    (0, vec![code(one.of.clone()), text(format!(": {}, {first}in round {}: {}", count(one.times), one.round, one.why))])
}

pub(crate) fn heading(titles: Vec<String>) -> Vec<Cell> {
    titles.into_iter().map(|title| vec![text(title)]).collect()
}

/// `time: 40 compared, 0 changed (0.0 %), 3 inconclusive (7.5 %); 2 had too few blocks`
pub(crate) fn observed(calibration: &Calibration) -> String {
    let observed = calibration.observed;
    let part = |some: usize| if observed.compared == 0 { 0.0 } else { 100.0 * some as f64 / observed.compared as f64 };
    let few = if observed.too_few_blocks == 0 { String::new() } else { format!("; {} had too few blocks", observed.too_few_blocks) };
    format!(
        "{}: {} compared, {} changed ({:.1} %), {} inconclusive ({:.1} %){few}",
        quantity(calibration.quantity),
        observed.compared,
        observed.changed,
        part(observed.changed),
        observed.inconclusive,
        part(observed.inconclusive)
    )
}

fn quantity(quantity: Quantity) -> &'static str {
    match quantity {
        Quantity::Time => "time",
        Quantity::Memory => "memory",
    }
}

fn verdict(verdict: Verdict) -> Vec<Piece> {
    match verdict {
        Verdict::Changed(Direction::Worse) => vec![strong("worse")],
        Verdict::Changed(Direction::Better) => vec![strong("better")],
        Verdict::Unchanged => vec![text("unchanged")],
        Verdict::Inconclusive(doubt) => vec![text(format!("inconclusive: {}", in_words(doubt)))],
    }
}

/// Why nothing can be said.
fn in_words(doubt: Doubt) -> String {
    let blocks = |more: Option<u64>| match more {
        Some(more) => format!("some {} more {}", count(more), if more == 1 { "block" } else { "blocks" }),
        None => format!("more than {} more blocks", count(MOST_MORE)),
    };
    let first = |direction: Direction| match direction {
        Direction::Worse => "worse",
        Direction::Better => "better",
    };
    match doubt {
        Doubt::OverTheMargin { more_blocks } => format!("it would take {}", blocks(more_blocks)),
        Doubt::AmongMany { more_blocks } => format!("of so many some are so by chance, it would take {}", blocks(more_blocks)),
        Doubt::TooFewBlocks { blocks } => format!("{blocks} blocks, at least {FEWEST_BLOCKS} are needed"),
        Doubt::NotAgain(direction) => format!("{} at first and not again", first(direction)),
        Doubt::NotMeasuredAgain(direction) => format!("{} at first, and not measured again", first(direction)),
    }
}

fn reason(reason: &Reason) -> String {
    match reason {
        Reason::UnmeasuredBefore(why) => format!("not measured on the old side: {why}"),
        Reason::UnmeasuredAfter(why) => format!("not measured on the new side: {why}"),
        Reason::AsksSomethingElse => "the case does not ask the same on both sides".to_owned(),
        Reason::Removed => "only on the old side".to_owned(),
        Reason::Added => "only on the new side".to_owned(),
    }
}
