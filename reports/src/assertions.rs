//! Scripts x runtimes: how many of how many assertions.

use std::collections::BTreeMap;

use comfy_table::{ContentArrangement, Table, presets};

use crate::{Cell, ScriptRecord};

/// The assertions of a run's scripts, counted by suite, by the part of the suite that a script is from, and by runtime.
#[derive(Debug)]
pub struct Assertions {
    runtimes: Vec<String>,
    counts: BTreeMap<(String, String), BTreeMap<String, Counts>>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Counts {
    all: u64,
    passed: u64,
    failed: u64,
    known: u64,
    unsupported: u64,
    not_asked: u64,
    unanswered: u64,
}

impl Counts {
    fn add(&mut self, script: &ScriptRecord) {
        let ScriptRecord { assertions, passed, failed, known, unsupported, not_asked, unanswered, .. } = script;
        for (count, more) in [
            (&mut self.all, assertions),
            (&mut self.passed, passed),
            (&mut self.failed, failed),
            (&mut self.known, known),
            (&mut self.unsupported, unsupported),
            (&mut self.not_asked, not_asked),
            (&mut self.unanswered, unanswered),
        ] {
            *count += more;
        }
    }

    /// `9140 of 9142`, and what became of the rest.
    fn shown(&self) -> String {
        let others = [
            (self.failed, "failed"),
            (self.known, "known"),
            (self.unanswered, "unanswered"),
            (self.unsupported, "unsupported"),
            (self.not_asked, "not asked"),
        ];
        let others = others.iter().filter(|(count, _)| *count > 0).map(|(count, name)| format!("{count} {name}"));
        std::iter::once(format!("{} of {}", self.passed, self.all)).chain(others).collect::<Vec<_>>().join("\n")
    }
}

impl Assertions {
    /// Counts the assertions of cells; the columns stand in the order of `runtimes`. A suite with several parts has a row for each of them.
    pub fn new<'c>(runtimes: impl IntoIterator<Item = String>, cells: impl IntoIterator<Item = &'c Cell>) -> Self {
        let mut counts: BTreeMap<(String, String), BTreeMap<String, Counts>> = BTreeMap::new();
        for cell in cells {
            let Some(script) = &cell.script else { continue };
            for part in [String::new(), script.part.clone()] {
                counts.entry((cell.suite.clone(), part)).or_default().entry(cell.runtime.clone()).or_default().add(script);
            }
        }
        Self { runtimes: runtimes.into_iter().collect(), counts }
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// The counts as a table of text.
    pub fn render(&self) -> String {
        let mut table = Table::new();
        table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        table.set_header(std::iter::once("assertions".to_owned()).chain(self.runtimes.iter().map(|id| id.replace('+', "\n+"))));
        for ((suite, part), row) in &self.counts {
            let parts = self.counts.keys().filter(|(other, part)| other == suite && !part.is_empty()).count();
            let name = match part.as_str() {
                "" => suite.clone(),
                _ if parts < 2 => continue,
                part => format!("  {part}"),
            };
            let counts = self.runtimes.iter().map(|runtime| row.get(runtime).map_or_else(String::new, Counts::shown));
            table.add_row(std::iter::once(name).chain(counts));
        }
        table.lines().map(|line| format!("{}\n", line.trim_end())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Level, Outcome};

    fn cell(suite: &str, part: &str, passed: u64, failed: u64, unsupported: u64) -> Cell {
        let script = ScriptRecord {
            part: part.to_owned(),
            assertions: passed + failed + unsupported,
            passed,
            failed,
            unsupported,
            ..ScriptRecord::default()
        };
        Cell {
            runtime: "a@1".to_owned(),
            version: "1.0.0".to_owned(),
            suite: suite.to_owned(),
            case: "c".to_owned(),
            from: None,
            level: Level::Required,
            outcome: Outcome::Pass,
            asks: None,
            why: String::new(),
            reason: None,
            issue: None,
            wall_us: 0,
            steps: Vec::new(),
            files: None,
            script: Some(script),
            reds: Vec::new(),
            worker_stderr: None,
            repeated: None,
        }
    }

    #[test]
    fn every_assertion_is_counted_in_its_suite_and_in_its_part() {
        let cells = [cell("spec:1.0", "core", 7, 0, 0), cell("spec:3.0", "core", 5, 1, 0), cell("spec:3.0", "gc", 0, 0, 9)];
        let table = Assertions::new(["a@1".to_owned()], &cells).render();
        let expected = [
            " assertions  a@1",
            " spec:1.0    7 of 7",
            " spec:3.0    5 of 15",
            "             1 failed",
            "             9 unsupported",
            "   core      5 of 6",
            "             1 failed",
            "   gc        0 of 9",
            "             9 unsupported",
        ];
        assert_eq!(table.lines().collect::<Vec<_>>(), expected);
        assert!(Assertions::new(["a@1".to_owned()], &[]).is_empty());
    }
}
