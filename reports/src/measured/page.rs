//! The matrix to read: in a terminal, and as Markdown.

use super::matrix::{Figures, MeasuredMatrix, PhaseRow, PhaseTable};
use crate::{
    Counter,
    block::{Block, Piece, code, markdown, plain, text},
    compared::{Quantity, bytes, count, heading, observed, spread, thrown_out_in_words, time},
};

impl MeasuredMatrix {
    /// For a terminal.
    pub fn text(&self) -> String {
        plain(&self.page())
    }

    /// As Markdown.
    pub fn markdown(&self) -> String {
        markdown(&self.page())
    }

    fn page(&self) -> Vec<Block> {
        let mut page = vec![
            Block::Title(1, vec![text("Phases and runtimes")]),
            Block::Paragraph(vec![text(format!(
                "Measured on {}, begun {}. A time is that of one iteration: the median block, and half of the 95 % interval of where blocks lie. A block is a \
                 process of its own. Means are geometric, over the cells that all runtimes of the phase have, and never over phases. Seed {}.",
                self.machine, self.started, self.seed
            ))]),
        ];
        page.extend(self.surroundings());
        for table in &self.phases {
            page.push(Block::Title(2, vec![text(table.phase.to_string())]));
            page.push(self.table(table, "", |figures| {
                let spread = figures.spread.map_or_else(|| format!("{} blocks", figures.blocks), spread);
                Some(format!("{} {spread}", time(figures.time_ns)))
            }));
        }
        page.extend(self.others("Peak resident memory", |figures| figures.memory.map(bytes)));
        page.extend(self.others("Artifacts", |figures| figures.artifact_bytes.map(|size| format!("{} B", count(size)))));
        for counter in Counter::ALL {
            let title = match counter {
                Counter::Fuel => "Fuel of one iteration, each runtime in units of its own",
                Counter::Instructions => "Retired instructions of one iteration",
            };
            page.extend(self.others(title, |figures| figures.counts.get(&counter).copied().map(count)));
        }
        page.extend(self.rest());
        page
    }

    fn surroundings(&self) -> Vec<Block> {
        let configured = self
            .runtimes
            .iter()
            .map(|who| (0, vec![code(who.runtime.clone()), text(format!(" {}: {}", who.version, who.configuration_in_words()))]));
        let mut blocks = vec![Block::Points(configured.collect())];
        let said = self.counters.iter().map(|(counter, said)| format!("{counter}: {said}"));
        let noise = self
            .calibrations
            .iter()
            .filter(|one| one.quantity == Quantity::Time)
            .map(|one| format!("The run against itself, {}", observed(one)));
        let points: Vec<(usize, Vec<Piece>)> =
            self.warnings.iter().cloned().chain(said).chain(noise).map(|said| (0, vec![text(said)])).collect();
        if !points.is_empty() {
            blocks.push(Block::Points(points));
        }
        blocks
    }

    /// A table of everything that has such a figure, phases as rows of their own.
    fn others(&self, title: &str, figure: impl Fn(&Figures) -> Option<String>) -> Vec<Block> {
        let mut blocks = Vec::new();
        for table in &self.phases {
            if table.rows.iter().flat_map(|row| row.cells.iter().flatten()).any(|figures| figure(figures).is_some()) {
                blocks.push(self.table(table, &format!(", {}", table.phase), &figure));
            }
        }
        if !blocks.is_empty() {
            blocks.insert(0, Block::Title(2, vec![text(title)]));
        }
        blocks
    }

    fn table(&self, table: &PhaseTable, of: &str, figure: impl Fn(&Figures) -> Option<String>) -> Block {
        let columns = self.runtimes.iter().map(|who| who.runtime.clone());
        let mut rows = vec![heading(std::iter::once(format!("case{of}")).chain(columns).collect())];
        for row in &table.rows {
            let cells = row.cells.iter().map(|cell| cell.as_ref().and_then(&figure).unwrap_or_else(|| "-".to_owned()));
            rows.push(std::iter::once(name(table, row)).chain(cells.map(|cell| vec![text(cell)])).collect());
        }
        // Means are those of times alone.
        if of.is_empty() {
            let means = table.means.iter().map(|mean| mean.map_or_else(|| "-".to_owned(), |mean| format!("{mean:.2}")));
            let cells = format!("mean by the first, {} common of {}", table.common, table.rows.len());
            rows.push(std::iter::once(cells).chain(means).map(|cell| vec![text(cell)]).collect());
        }
        Block::Table(rows)
    }

    fn rest(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        if !self.unmeasured.is_empty() {
            let point = |(id, why): &(String, String)| (0, vec![code(id.clone()), text(format!(": {why}"))]);
            blocks.push(Block::Title(2, vec![text("Not measured")]));
            blocks.push(Block::Points(self.unmeasured.iter().map(point).collect()));
        }
        if !self.thrown_away.is_empty() {
            blocks.push(Block::Title(2, vec![text("Thrown away")]));
            blocks.push(Block::Points(self.thrown_away.iter().map(thrown_out_in_words).collect()));
        }
        blocks
    }
}

/// With what was done, where the case has several of this phase.
fn name(table: &PhaseTable, row: &PhaseRow) -> Vec<Piece> {
    let question = &row.question;
    let of_it = table.rows.iter().filter(|other| (&other.question.suite, &other.question.case) == (&question.suite, &question.case));
    let mut name = vec![code(format!("{}/{}", question.suite, question.case))];
    if of_it.count() > 1 {
        name.push(text(format!(" {}", question.does)));
    }
    name
}
