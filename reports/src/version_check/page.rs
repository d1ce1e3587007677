//! The table, and what it comes to.

use std::collections::BTreeMap;

use super::{Judgement, Row, VersionChecks, row::Ended};
use crate::block::{Block, Piece, code, markdown, plain, strong, text};

/// What the columns mean.
const LEGEND: &str = "As it is and as a component: how the command ended, and on how many runtimes. The canary: whether the command wrote to a page that was put \
                      behind its memory before it began, on how many runtimes. A component that ends otherwise than its module, or a dead canary of a \
                      module that an adapter does not ask for memory, is a module that corrupts memory; the check is held against that.";

impl VersionChecks {
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
            Block::Title(1, vec![text("A check by version, and what modules do")]),
            Block::Paragraph(vec![text(format!("The run of {}. {LEGEND}", self.started))]),
            Block::Points(self.sums().into_iter().map(|sum| (0, vec![text(sum)])).collect()),
        ];
        for (suite, rows) in &self.suites {
            page.push(Block::Title(2, vec![text(suite.clone())]));
            let titles = ["module", "Spin 3", "Spin 2.7", "as it is", "as a component", "canary", "Spin 3 is"];
            let heading = titles.map(|title| vec![text(title)]).to_vec();
            page.push(Block::Table(std::iter::once(heading).chain(rows.iter().map(row)).collect()));
        }
        page
    }

    fn sums(&self) -> Vec<String> {
        let of = |judgement: Judgement| self.rows().filter(|row| row.judgement() == Some(judgement)).count();
        let judged = self.rows().filter(|row| row.judgement().is_some()).count();
        let both: Vec<(&Row, bool, bool)> = self
            .rows()
            .filter_map(|row| {
                let found = row.found();
                Some((row, found.by_component?, found.by_canary?))
            })
            .collect();
        let count = |is: &dyn Fn(&(&Row, bool, bool)) -> bool| both.iter().filter(|it| is(it)).count();
        let wrong = count(&|(row, component, _)| row.check.refuses != *component);
        let wrong_and_canary_right = count(&|(row, component, canary)| row.check.refuses != *component && component == canary);
        vec![
            format!(
                "{judged} modules: Spin 3 is right about {}, misses {} and refuses {} that do nothing wrong.",
                of(Judgement::Right),
                of(Judgement::Miss),
                of(Judgement::FalseAlarm)
            ),
            format!(
                "{} of them were seen both as components and with a canary. The two agree on {}; of {} the canary died and the component did \
                 not show it (the allocator has the bug, and this program does not stumble over it); of {} the component showed what the canary \
                 did not.",
                both.len(),
                count(&|(_, component, canary)| component == canary),
                count(&|(_, component, canary)| !component && *canary),
                count(&|(_, component, canary)| *component && !canary),
            ),
            format!(
                "Spin 3 and the component disagree about {wrong}; the canary agrees with the component about {wrong_and_canary_right} of those."
            ),
        ]
    }
}

fn row(row: &Row) -> Vec<Vec<Piece>> {
    let found = row.found();
    let judged = match row.judgement() {
        None => vec![text("not held against anything")],
        Some(Judgement::Right) => vec![text("right")],
        Some(Judgement::Miss) if found.by_component == Some(false) => vec![strong("a miss"), text(", by the canary alone")],
        Some(Judgement::Miss) => vec![strong("a miss")],
        Some(Judgement::FalseAlarm) => vec![strong("a false alarm")],
    };
    let canary = row.canary.iter().map(|(canary, count)| format!("{canary} ×{count}")).collect::<Vec<_>>().join(", ");
    let asked = if row.check.asks_module { "; it is asked for memory" } else { "" };
    vec![
        vec![code(row.name())],
        vec![text(row.check.says.clone())],
        vec![text(row.check.older_says.clone())],
        vec![text(ways(&row.core))],
        vec![text(ways(&row.component))],
        vec![text(if canary.is_empty() { "–".to_owned() } else { format!("{canary}{asked}") })],
        judged,
    ]
}

fn ways(ways: &BTreeMap<Ended, usize>) -> String {
    let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
    for (ended, count) in ways {
        *counted.entry(&ended.words).or_default() += count;
    }
    if counted.is_empty() {
        return "–".to_owned();
    }
    counted.iter().map(|(words, count)| format!("{words} ×{count}")).collect::<Vec<_>>().join("; ")
}
