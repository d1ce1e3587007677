//! The page: what a person reads of an upgrade.

use super::{ChangedCase, Ended, Gone, Group, Heading, Place, Section, Setting, Time, Upgrade};
use crate::{
    Level,
    block::{Block, Piece, code, markdown, plain, strong, text},
};

/// How many groups of one heading are shown in full.
const IN_FULL: usize = 20;

/// How many groups more are named in a line.
const NAMED: usize = 40;

/// How many lines a table of what is supported has at the most.
const ROWS: usize = 60;

/// How many cases of a group are named.
const CASES: usize = 12;

/// How many places of an example are shown.
const PLACES: usize = 3;

/// The most that is shown of a value, in characters.
const LONGEST: usize = 240;

impl Upgrade {
    /// The page for a terminal.
    pub fn text(&self) -> String {
        plain(&self.page())
    }

    /// The page as Markdown.
    pub fn markdown(&self) -> String {
        markdown(&self.page())
    }

    /// `Yes: wasmi 2.0.0 makes 3 cells worse …`
    pub(super) fn in_a_sentence(&self) -> String {
        let count = |heading: Heading| self.section(heading).map_or(0, |section| section.cells);
        let lost = self.gone.iter().filter(|gone| gone.cells() > 0);
        let lost = lost.map(|gone| format!("{} gone with the variant {}", of(gone.cells(), "passing cell"), gone.variant));
        let worse = Heading::ALL.into_iter().filter(|heading| heading.is_worse()).filter_map(|it| self.counted(it));
        let worse: Vec<String> = lost.chain(worse).collect();
        let others: Vec<String> =
            Heading::ALL.into_iter().filter(|heading| !heading.is_worse()).filter_map(|it| self.counted(it)).collect();
        let cells = self.made.cells;
        let versions = format!("{} {} → {}", self.runtime, self.old.exact, self.new.exact);
        let rest = format!("{} of {cells} cells did the same", self.unchanged);
        let others_of = |others: &[String]| if others.is_empty() { "nothing else changed".to_owned() } else { others.join(", ") };
        if !worse.is_empty() {
            format!("{versions}: yes, and some of it for the worse: {}. Besides: {}; {rest}.", worse.join(", "), others_of(&others))
        } else if others.is_empty() {
            format!("{versions}: no. All {cells} cells did the same.")
        } else if count(Heading::Changed) == 0 && count(Heading::Intermittent) == 0 && count(Heading::WrongInAnotherWay) == 0 {
            format!("{versions}: yes, and only for the better: {}; {rest}.", others.join(", "))
        } else {
            format!("{versions}: yes, and nothing got worse: {}; {rest}.", others.join(", "))
        }
    }

    /// `4 regressed (3 of them known)`
    fn counted(&self, heading: Heading) -> Option<String> {
        let section = self.section(heading)?;
        let how_many = if section.known == section.cells { "all".to_owned() } else { format!("{} of them", section.known) };
        let known = match (section.known, heading) {
            (0, _) | (_, Heading::Changed | Heading::NewlySupported | Heading::NoLongerSupported) => String::new(),
            (_, Heading::Fixed) => format!(" ({how_many} known of the old version)"),
            _ => format!(" ({how_many} known)"),
        };
        Some(format!("{} {heading}{known}", section.cells))
    }

    fn page(&self) -> Vec<Block> {
        let title = format!("{} {} → {}", self.runtime, self.old.exact, self.new.exact);
        let mut page = vec![Block::Title(1, vec![text(title)]), Block::Paragraph(vec![strong(self.answer.clone())])];
        for gone in &self.gone {
            page.extend(self.gone_blocks(gone));
        }
        page.extend(self.remarks.iter().map(|remark| Block::Paragraph(vec![strong("Note:"), text(format!(" {remark}"))])));
        page.push(self.at_a_glance());
        page.push(Block::Paragraph(vec![text(
            "A cell is one case on one variant; a case and its command form (NAME.command: the same steps as a WASI command) are two. \
             Here a failure counts whether known.yaml knows of it or not, since it is news to whoever upgrades.",
        )]));
        page.push(Block::Title(2, vec![text("What is different to begin with")]));
        page.extend(self.different_to_begin_with());
        page.push(Block::Title(2, vec![text("What changed")]));
        if self.sections.is_empty() {
            page.push(Block::Paragraph(vec![text("Nothing.")]));
        }
        for section in &self.sections {
            page.extend(self.section_blocks(section));
        }
        let alike = match self.fail_alike {
            0 => "none of them fails".to_owned(),
            1 => "1 of them fails, with both versions alike".to_owned(),
            count => format!("{count} of them fail, with both versions alike"),
        };
        page.push(Block::Title(3, vec![text("Unchanged")]));
        let lost = match self.not_executed {
            0 => String::new(),
            count => format!(" {} could not be run with one of the versions, so nobody knows of them.", of(count, "cell")),
        };
        let same = of(self.unchanged, "cell");
        page.push(Block::Paragraph(vec![text(format!("{same} did the same with both versions; {alike}.{lost}"))]));
        page.push(Block::Title(2, vec![text("What it means for time")]));
        page.push(Block::Paragraph(vec![text(match self.time {
            Time::NotMeasured => "Not measured.",
        })]));
        page.push(Block::Title(2, vec![text("How this was made")]));
        page.extend(self.how_it_was_made());
        page
    }

    /// What became of a variant, and what no other one runs.
    fn gone_blocks(&self, gone: &Gone) -> Vec<Block> {
        let (old, new) = (&self.old.named, &self.new.named);
        let mut pieces = vec![strong("Gone:"), text(format!(" {new} does not have the variant ")), code(gone.variant.clone())];
        pieces.push(text(format!(" of {old}: {}. ", gone.why)));
        let elsewhere = gone.passed - gone.cells();
        pieces.push(text(match (gone.passed, gone.cells()) {
            (0, _) => "None of these cells passed there.".to_owned(),
            (passed, 0) => format!("{} passed there, and each can be asked of another variant of {new}.", of(passed, "cell")),
            (_, lost) => {
                let rest = if elsewhere == 0 {
                    String::new()
                } else {
                    format!("{} more passed there, and can be asked of others. ", of(elsewhere, "cell"))
                };
                format!("{rest}{} passed there that no variant of {new} can be asked:", of(lost, "cell"))
            }
        }));
        let mut blocks = vec![Block::Paragraph(pieces)];
        if gone.cells() > 0 {
            let titles = ["suite", "cells", "why not", "for example"];
            let mut rows = vec![titles.iter().map(|title| vec![text(*title)]).collect::<Vec<_>>()];
            for lost in &gone.lost {
                let example = lost.cases.first().map(|case| code(case.clone())).into_iter().collect();
                rows.push(vec![
                    vec![code(lost.suite.clone())],
                    vec![text(lost.cases.len().to_string())],
                    vec![text(short(&lost.reason))],
                    example,
                ]);
            }
            blocks.push(Block::Table(rows));
        }
        blocks
    }

    fn at_a_glance(&self) -> Block {
        let titles = ["variant", "as expected", "wrong", "crashed", "not supported", "not judged", "assertions of scripts that hold"];
        let mut rows = vec![titles.iter().map(|title| vec![text(*title)]).collect::<Vec<_>>()];
        for variant in &self.variants {
            let (old, new) = (&variant.old, &variant.new);
            let count = |of: fn(&Ended) -> u64| {
                let (old, new) = (of(old), of(new));
                vec![text(if old == new { new.to_string() } else { format!("{old} → {new}") })]
            };
            let held = |ended: &Ended| format!("{} of {}", ended.assertions_passed, ended.assertions);
            let (old_held, new_held) = (held(old), held(new));
            let held = if old_held == new_held { new_held } else { format!("{old_held} → {new_held}") };
            let name = variant.variant.clone().map_or_else(|| text("the only one"), code);
            rows.push(vec![
                vec![name],
                count(|ended| ended.passed),
                count(|ended| ended.wrong),
                count(|ended| ended.crashed),
                count(|ended| ended.unsupported),
                count(|ended| ended.observed),
                vec![text(held)],
            ]);
        }
        Block::Table(rows)
    }

    fn different_to_begin_with(&self) -> Vec<Block> {
        // What one version does not even name is rarely a change of what it does.
        let is_of_one = |setting: &&Setting| setting.what.starts_with("configuration") && (setting.old == "-" || setting.new == "-");
        let (of_one, of_both): (Vec<&Setting>, Vec<&Setting>) = self.surroundings.iter().partition(is_of_one);
        let mut blocks = Vec::new();
        if !of_both.is_empty() {
            blocks.push(self.settings(&of_both));
        }
        if !self.same.is_empty() {
            blocks.push(Block::Paragraph(vec![text(format!("The same with both: {}.", self.same.join(", ")))]));
        }
        if !of_one.is_empty() {
            let title = format!("{} that only one version names", of(of_one.len() as u64, "setting"));
            blocks.push(Block::Folded(title, vec![self.settings(&of_one)]));
        }
        blocks
    }

    fn settings(&self, settings: &[&Setting]) -> Block {
        let several = self.variants.len() > 1;
        let titles: &[&str] = if several { &["what", "variants", "old", "new"] } else { &["what", "old", "new"] };
        let mut rows = vec![titles.iter().map(|title| vec![text(*title)]).collect::<Vec<_>>()];
        for setting in settings {
            let mut row = vec![vec![text(setting.what.clone())]];
            if several {
                row.push(self.of_variants(&setting.variants));
            }
            row.extend([&setting.old, &setting.new].map(|value| vec![if value == "-" { text("-") } else { code(short(value)) }]));
            rows.push(row);
        }
        Block::Table(rows)
    }

    /// `all`, or the names.
    fn of_variants(&self, variants: &[String]) -> Vec<Piece> {
        if variants.len() == self.variants.len() {
            return vec![text("all")];
        }
        let mut pieces = Vec::new();
        for variant in variants {
            if !pieces.is_empty() {
                pieces.push(text(", "));
            }
            pieces.push(code(variant.clone()));
        }
        pieces
    }

    fn section_blocks(&self, section: &Section) -> Vec<Block> {
        let cases: usize = section.groups.iter().map(|group| group.cases.len()).sum();
        let mut counts = vec![of(section.cells, "cell")];
        if cases as u64 != section.cells {
            counts.push(of(cases as u64, "case"));
        }
        if section.assertions > 0 {
            counts.push(of(section.assertions, "assertion"));
        }
        if section.groups.len() < cases {
            counts.push(of(section.groups.len() as u64, "group"));
        }
        let heading = section.heading.to_string();
        let mut letters = heading.chars();
        let heading: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
        let mut blocks = vec![
            Block::Title(3, vec![text(format!("{heading}: {}", counts.join(", ")))]),
            Block::Paragraph(vec![text(section.heading.meaning())]),
        ];
        let is_support = matches!(section.heading, Heading::NewlySupported | Heading::NoLongerSupported);
        let (in_a_table, in_full): (Vec<&Group>, Vec<&Group>) = section.groups.iter().partition(|group| is_support && !group.fails());
        if !in_a_table.is_empty() {
            blocks.push(self.supported(&in_a_table));
        }
        let (shown, rest) = in_full.split_at(IN_FULL.min(in_full.len()));
        for group in shown {
            blocks.extend(self.group_blocks(section.heading, group));
        }
        if !rest.is_empty() {
            blocks.push(the_rest(rest));
        }
        blocks
    }

    /// What is supported, or is not any more: a line for each suite and capability says it all.
    fn supported(&self, groups: &[&Group]) -> Block {
        let several = self.variants.len() > 1;
        let titles: &[&str] = if several {
            &["what it takes", "variants", "suite", "cases", "assertions", "for example"]
        } else {
            &["what it takes", "suite", "cases", "assertions", "for example"]
        };
        let mut rows = vec![titles.iter().map(|title| vec![text(*title)]).collect::<Vec<_>>()];
        let mut groups = groups.to_vec();
        groups.sort_by_key(|group| (&group.what, &group.variants, &group.suite));
        for group in groups.iter().take(ROWS) {
            let mut row = vec![vec![text(short(&group.what))]];
            if several {
                row.push(self.of_variants(&group.variants));
            }
            let assertions = if group.assertions == 0 { text("") } else { text(group.assertions.to_string()) };
            let example = group.cases.first().map(|case| code(case.case.clone()));
            row.extend([
                vec![code(group.suite.clone())],
                vec![text(group.cases.len().to_string())],
                vec![assertions],
                example.into_iter().collect(),
            ]);
            rows.push(row);
        }
        if groups.len() > ROWS {
            let rest = groups.iter().skip(ROWS).map(|group| group.cells).sum();
            let more = format!("and {} more of {}, in the JSON", groups.len() - ROWS, of(rest, "cell"));
            rows.push(vec![vec![text(more)]]);
        }
        Block::Table(rows)
    }

    fn group_blocks(&self, heading: Heading, group: &Group) -> Vec<Block> {
        let Some(example) = group.cases.first() else { return Vec::new() };
        let mut title = vec![strong(group.suite.clone()), text(": ")];
        title.push(if group.cases.len() == 1 { code(example.case.clone()) } else { text(of(group.cases.len() as u64, "case")) });
        let mut counts = Vec::new();
        if group.assertions > 0 {
            counts.push(of(group.assertions, "assertion"));
        } else if group.cells != group.cases.len() as u64 {
            counts.push(of(group.cells, "cell"));
        }
        if !counts.is_empty() {
            title.push(text(format!(" ({})", counts.join(", "))));
        }
        if self.variants.len() > 1 && group.variants.len() < self.variants.len() {
            title.push(text(" on "));
            title.extend(self.of_variants(&group.variants));
        }
        title.push(text(": "));
        title.push(code(short(&group.what)));
        let mut points: Vec<(usize, Vec<Piece>)> = Vec::new();
        if let Some(known) = &group.known {
            let issue = known.issue.as_ref().map_or_else(String::new, |issue| format!(" ({issue})"));
            let known_before = matches!(heading, Heading::Fixed | Heading::NoLongerSupported);
            let title = if known_before { "known of the old version:" } else { "known:" };
            points.push((0, vec![strong(title), text(format!(" {}{issue}", known.reason))]));
        }
        points.extend(self.example(heading, example, group.cases.len() > 1));
        if group.cases.len() > 1 {
            points.push((0, others(&group.cases)));
        }
        if heading.is_red() {
            points.push((0, vec![text(repeated(group))]));
        }
        let mut blocks = vec![Block::Paragraph(title), Block::Points(points)];
        if heading.is_red() {
            blocks.push(Block::Commands(group.commands.clone()));
        }
        blocks
    }

    fn example(&self, heading: Heading, case: &ChangedCase, is_named: bool) -> Vec<(usize, Vec<Piece>)> {
        let mut points = Vec::new();
        let outcomes = match (heading, case.level) {
            (Heading::Changed, Level::ImplementationDefined) => "the specification leaves it open".to_owned(),
            (Heading::Changed, _) => "the suite allows both".to_owned(),
            (Heading::Regressed, _) if case.old.is_red() => format!("{} with both versions, and now at more places", case.new),
            _ if case.old == case.new => case.new.to_string(),
            _ => format!("{} → {}", case.old, case.new),
        };
        let mut first = if is_named { vec![text("for example "), code(case.case.clone()), text(", ")] } else { Vec::new() };
        first.push(text(outcomes));
        if case.assertions > 0 {
            let lines = if case.lines.is_empty() { String::new() } else { format!(", lines {}", short(&case.lines)) };
            first.push(text(format!("; {}{lines}", of(case.assertions, "assertion"))));
        }
        // What a script is for is said of none of them.
        if case.assertions == 0 && !case.lines.is_empty() {
            first.push(text(format!(", lines {}", short(&case.lines))));
        }
        let is_script = case.assertions > 0 || !case.lines.is_empty();
        if !is_script && !case.why.is_empty() {
            first.push(text(format!(". Why it is asked: {}", case.why)));
        }
        points.push((0, first));
        let shown = if is_script && !heading.is_red() { 1 } else { PLACES };
        for place in case.places.iter().take(shown) {
            points.extend(self.place(place, is_script));
        }
        let more = case.places.len().saturating_sub(shown) as u64 + case.more;
        if more > 0 && !is_script {
            points.push((0, vec![text(format!("and at {} more", of(more, "place")))]));
        }
        points
    }

    fn place(&self, place: &Place, is_script: bool) -> Vec<(usize, Vec<Piece>)> {
        let mut points = Vec::new();
        let depth = usize::from(!place.place.is_empty());
        let is_lines = is_script && place.place.starts_with("lines ");
        if !place.place.is_empty() && !is_lines {
            points.push((0, vec![code(short(&place.place))]));
        }
        points.push((depth, vec![text(format!("{}: ", self.old.exact)), code(short(&place.old))]));
        points.push((depth, vec![text(format!("{}: ", self.new.exact)), code(short(&place.new))]));
        if let Some(expected) = &place.expected {
            points.push((depth, vec![text("expected: "), code(short(expected))]));
        }
        if let Some(words) = &place.words {
            points.push((depth, vec![text("in its own words: "), code(short(words))]));
        }
        points
    }

    fn how_it_was_made(&self) -> Vec<Block> {
        let made = &self.made;
        let machine = &made.machine;
        let again = if made.confirmed {
            "What got worse, and what does not crash any more, was asked again in fresh processes on both versions before it was believed."
        } else {
            "Nothing was asked again before it was believed."
        };
        let how = format!(
            "wasmatrix {}, {}, {} {}, {} processors ({}); {} cells on each version; {} s for a request, {} MiB for a worker. {again}",
            made.tool_version,
            made.started,
            machine.os,
            machine.arch,
            machine.processors,
            machine.processor,
            made.cells,
            made.timeout_ms as f64 / 1000.0,
            made.memory_limit >> 20,
        );
        let mut workers = vec![["worker", "version", "sha256", "sha256 of the lockfile"].map(|title| vec![text(title)]).to_vec()];
        for worker in &made.workers {
            let digest = |digest: &str| vec![code(digest.get(..16).unwrap_or(digest))];
            let sources = worker.sources.iter().flat_map(|sources| [text(" of "), code(sources.clone())]);
            workers.push(vec![
                vec![code(worker.ids.join(", "))],
                std::iter::once(text(worker.version.clone())).chain(sources).collect(),
                digest(&worker.sha256),
                digest(&worker.lockfile_sha256),
            ]);
        }
        let mut suites = vec![["suite", "cases", "sha256"].map(|title| vec![text(title)]).to_vec()];
        for suite in &made.suites {
            let digest = suite.sha256.get(..16).unwrap_or(&suite.sha256);
            suites.push(vec![vec![code(suite.suite.clone())], vec![text(suite.cases.to_string())], vec![code(digest)]]);
        }
        vec![
            Block::Paragraph(vec![text(how)]),
            Block::Table(workers),
            Block::Commands(made.commands.clone()),
            Block::Folded(of(made.suites.len() as u64, "suite"), vec![Block::Table(suites)]),
        ]
    }
}

/// The groups that are not shown in full, a line each.
fn the_rest(groups: &[&Group]) -> Block {
    let cells: u64 = groups.iter().map(|group| group.cells).sum();
    let (named, more) = groups.split_at(NAMED.min(groups.len()));
    let mut points: Vec<(usize, Vec<Piece>)> = named
        .iter()
        .map(|group| {
            let names: Vec<&str> = group.cases.iter().take(PLACES).map(|case| case.case.as_str()).collect();
            let others = group.cases.len().saturating_sub(PLACES);
            let others = if others > 0 { format!(" and {others} more") } else { String::new() };
            let mut line = vec![code(group.suite.clone()), text(": "), code(names.join(", ")), text(others)];
            line.push(text(format!(" ({}): ", of(group.cells, "cell"))));
            line.push(code(short(&group.what)));
            (0, line)
        })
        .collect();
    if !more.is_empty() {
        let cells: u64 = more.iter().map(|group| group.cells).sum();
        points.push((0, vec![text(format!("and {} of {}, which are in the JSON", of(more.len() as u64, "group"), of(cells, "cell")))]));
    }
    let title = format!("{} more, {}", of(groups.len() as u64, "group"), of(cells, "cell"));
    Block::Folded(title, vec![Block::Points(points)])
}

fn others(cases: &[ChangedCase]) -> Vec<Piece> {
    let names: Vec<&str> = cases.iter().skip(1).take(CASES).map(|case| case.case.as_str()).collect();
    let more = cases.len().saturating_sub(1 + CASES);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let mut line = vec![text("also ")];
    for (number, name) in names.iter().enumerate() {
        if number > 0 {
            line.push(text(", "));
        }
        line.push(code(*name));
    }
    line.push(text(more));
    line
}

/// What asking again showed.
fn repeated(group: &Group) -> String {
    let all = |wanted| group.cases.iter().all(|case| case.repeats == wanted);
    if all(Some(true)) {
        return "the same again in fresh processes on both versions".to_owned();
    }
    if group.cases.iter().all(|case| case.again.is_empty()) {
        return "not asked again".to_owned();
    }
    let said: Vec<&str> =
        group.cases.iter().filter(|case| case.repeats != Some(true)).flat_map(|case| &case.again).map(String::as_str).take(4).collect();
    format!("asked again: {}", said.join("; "))
}

/// `1 cell`, `2 cells`
fn of(count: u64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

fn short(value: &str) -> String {
    let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
    match value.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value,
    }
}
