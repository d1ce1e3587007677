//! The tables as a page.

use super::{Column, Entry, Suite, Table, Tables, notes::Note};
use crate::block::{Block, Piece, code, markdown, plain, strong, text};

/// What the words mean.
const LEGEND: &str = "hit: the right result, with code that was found in the cache or read from the artifact; miss: the right result, and the code was \
                      compiled anew; refused: what was asked for was refused, as the case allows, and nothing went wrong; ok: the right result, and no \
                      cache was seen at work; –: unsupported. Everything else is how the cell ended, and what was seen instead. Numbers in brackets lead \
                      to what the runtime itself said, below the table.";

impl Tables {
    /// The page for a terminal.
    pub fn text(&self) -> String {
        plain(&self.page())
    }

    /// The page as Markdown.
    pub fn markdown(&self) -> String {
        markdown(&self.page())
    }

    fn page(&self) -> Vec<Block> {
        let made = &self.made;
        let machine = &made.machine;
        let from = format!(
            "The run of {} by wasmatrix {}, {} {}, {} processors ({}).",
            made.started, made.tool_version, machine.os, machine.arch, machine.processors, machine.processor
        );
        let mut page = vec![
            Block::Title(1, vec![text("Case by case, runtime by runtime")]),
            Block::Paragraph(vec![text(from)]),
            Block::Paragraph(vec![text(LEGEND)]),
        ];
        page.extend(self.suites.iter().flat_map(suite));
        page
    }
}

fn suite(suite: &Suite) -> Vec<Block> {
    let mut blocks = vec![Block::Title(2, vec![text(suite.name.clone())])];
    if let Some(table) = &suite.cases {
        blocks.push(one_table("case", table));
        blocks.extend(notes(table));
    }
    for (case, table, counts) in &suite.grids {
        blocks.push(Block::Title(3, vec![code(case.clone()), text(": rows wrote, columns read")]));
        blocks.push(one_table("written by", table));
        blocks.push(Block::Paragraph(vec![text(counts.to_string())]));
        blocks.extend(notes(table));
    }
    blocks
}

fn one_table(title: &str, table: &Table) -> Block {
    let heading = std::iter::once(vec![text(title)]).chain(table.columns.iter().map(column)).collect();
    let rows = table.rows.iter().map(|row| {
        let entries = row.entries.iter().map(|one| one.as_ref().map(entry).unwrap_or_default());
        std::iter::once(vec![code(row.name.clone())]).chain(entries).collect()
    });
    Block::Table(std::iter::once(heading).chain(rows).collect())
}

/// The variant and the version stand below, so that columns are no wider than they must be.
fn column(column: &Column) -> Vec<Piece> {
    let (line, variant) = match column.id.split_once('+') {
        Some((line, variant)) => (line, Some(format!("+{variant}"))),
        None => (column.id.as_str(), None),
    };
    let mut pieces = vec![code(line)];
    for piece in variant.map(code).into_iter().chain([text(column.version.clone())]) {
        pieces.extend([Piece::Break, piece]);
    }
    pieces
}

fn entry(entry: &Entry) -> Vec<Piece> {
    let word = entry.word.to_string();
    let word = if entry.is_red { strong(word) } else { text(word) };
    std::iter::once(word).chain(entry.note.map(|number| text(format!(" [{number}]")))).collect()
}

fn notes(table: &Table) -> Option<Block> {
    let points: Vec<(usize, Vec<Piece>)> = table.notes.0.iter().zip(1..).flat_map(|(note, number)| points(note, number)).collect();
    (!points.is_empty()).then_some(Block::Points(points))
}

/// One line where that is all there is; else the lines below, one by one.
fn points(note: &Note, number: usize) -> Vec<(usize, Vec<Piece>)> {
    let colon = if note.told.is_empty() || note.said.is_empty() { "" } else { ":" };
    let mut first = vec![text(format!("[{number}] {}{colon}", note.told))];
    match (note.said.as_slice(), &note.cut) {
        ([], _) => vec![(0, first)],
        ([line], None) => {
            first.extend([text(" "), code(line.clone())]);
            vec![(0, first)]
        }
        (lines, cut) => {
            let lines = lines.iter().map(|line| (1, vec![code(line.clone())]));
            let cut = cut.iter().map(|cut| (1, vec![text(format!("… {cut}"))]));
            std::iter::once((0, first)).chain(lines).chain(cut).collect()
        }
    }
}
