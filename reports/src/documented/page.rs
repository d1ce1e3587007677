//! The page: how many promises were kept, and those that were not.

use super::{Broken, Promises};
use crate::block::{Block, Piece, code, link, markdown, plain, text};

/// What the columns mean.
const LEGEND: &str = "Cases whose expectation stands on something published, and what was seen where a runtime does otherwise. Kept: as documented. Not asked: \
                      the runtime does not claim what the case needs, or nothing was learnt of it. What is documented nowhere is not in here: it is only observed.";

impl Promises {
    /// For a terminal.
    pub fn text(&self) -> String {
        plain(&self.page())
    }

    /// As Markdown.
    pub fn markdown(&self) -> String {
        markdown(&self.page())
    }

    fn page(&self) -> Vec<Block> {
        let heading = ["runtime", "kept", "not kept", "not asked"].map(|title| vec![text(title)]).to_vec();
        let counts = self.counts.iter().map(|(runtime, count)| {
            let numbers = [count.kept, count.not_kept, count.not_asked].map(|number| vec![text(number.to_string())]);
            std::iter::once(vec![code(runtime.clone())]).chain(numbers).collect()
        });
        let mut page = vec![
            Block::Title(1, vec![text("What is documented, and what runtimes do")]),
            Block::Paragraph(vec![text(format!("The run of {}. {LEGEND}", self.started))]),
            Block::Table(std::iter::once(heading).chain(counts).collect()),
        ];
        if self.broken.is_empty() {
            page.push(Block::Paragraph(vec![text("Whoever was asked keeps all of it.")]));
        }
        for (suite, broken) in &self.broken {
            page.push(Block::Title(2, vec![text(suite.clone())]));
            let titles = ["case", "what is documented", "what was seen", "of", "where"];
            let heading = titles.map(|title| vec![text(title)]).to_vec();
            page.push(Block::Table(std::iter::once(heading).chain(broken.iter().flat_map(rows)).collect()));
            page.extend(known(broken));
        }
        page
    }
}

/// One row for each way in which it was not kept.
fn rows(broken: &Broken) -> Vec<Vec<Vec<Piece>>> {
    let row = |(number, (runtimes, seen)): (usize, &(Vec<String>, Vec<String>))| {
        let first = number == 0;
        let once = |pieces: Vec<Piece>| if first { pieces } else { Vec::new() };
        let mut of = lines(runtimes.iter().map(|runtime| code(runtime.clone())));
        if first && !broken.kept.is_empty() {
            of.extend([Piece::Break, text(format!("kept by {}", broken.kept.join(", ")))]);
        }
        vec![
            once(vec![code(broken.case.clone())]),
            once(vec![text(broken.documentation.says.clone())]),
            lines(seen.iter().map(|line| text(line.clone()))),
            of,
            once(lines(broken.documentation.links.iter().map(|address| link(address.clone())))),
        ]
    };
    broken.seen.iter().enumerate().map(row).collect()
}

fn lines(pieces: impl IntoIterator<Item = Piece>) -> Vec<Piece> {
    let mut lines = Vec::new();
    for piece in pieces {
        if !lines.is_empty() {
            lines.push(Piece::Break);
        }
        lines.push(piece);
    }
    lines
}

/// What `known.yaml` says of them, each once.
fn known(broken: &[Broken]) -> Option<Block> {
    let points: Vec<(usize, Vec<Piece>)> = broken
        .iter()
        .filter(|broken| !broken.known.is_empty())
        .map(|broken| {
            let said = broken.known.iter().map(|(reason, issue)| {
                let issue = issue.iter().flat_map(|issue| [text(", "), link(issue.clone())]);
                std::iter::once(text(reason.clone())).chain(issue).collect::<Vec<_>>()
            });
            let said: Vec<Vec<Piece>> = said.collect();
            (0, [code(broken.case.clone()), text(": ")].into_iter().chain(said.join(&text("; "))).collect())
        })
        .collect();
    (!points.is_empty()).then_some(Block::Points(points))
}
