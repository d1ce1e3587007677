//! `wasmatrix truth`

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context as _;
use clap::Args;

use super::{exit::Code, output, progress::Progress};
use crate::{
    build::{self, BuildError},
    catalog::Catalog,
    cell::{IdleWorkers, run_cell},
    date::Date,
    plan::{PlannedCell, Selection, plan, select_runtimes},
    prepare::{Prepared, prepare},
    root::Root,
    run::Event,
    runtime::Known,
    truth::{Alone, Counts, Disagreement, Explained, FileAnswer, NativeRunner, Row, Side, compare, our_directives, page},
    worker::{Limits, Stop},
};

#[derive(Debug, Args)]
pub(super) struct TruthArguments {
    /// Runtimes, wasmtime+winch say [default: all default ones]
    #[arg(value_name = "RUNTIME")]
    runtimes: Vec<String>,

    /// A glob for suites of scripts; repeatable
    #[arg(long, value_name = "GLOB", default_values = ["spec:1.0", "spec:2.0", "spec:3.0"])]
    suite: Vec<String>,

    /// A glob for scripts; repeatable [default: all of a suite]
    #[arg(long, value_name = "GLOB")]
    case: Vec<String>,

    /// The folder for the page and the list of disagreements [default: target/wasmatrix/truth]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Write the page to reports/truth.md too
    #[arg(long)]
    write: bool,

    /// How long a runtime's own runner may take for a script
    #[arg(long, value_name = "TIME", default_value = "120s", value_parser = humantime::parse_duration)]
    patience: Duration,
}

/// What is compared, and what it is compared with.
struct Comparison<'c> {
    arguments: &'c TruthArguments,
    scripts: &'c Path,
    explained: &'c Explained,
    stop: &'c Stop,
    /// Every disagreement in words.
    list: String,
    /// Everything that one side alone asked.
    alone: String,
    rows: Vec<Row>,
}

pub(super) fn truth(root: Root, arguments: &TruthArguments, stop: &Stop) -> anyhow::Result<Code> {
    let catalog = Catalog::read(root, &[])?;
    let selection = Selection { suites: arguments.suite.clone(), cases: arguments.case.clone(), ..Selection::default() };
    let ids = select_runtimes(&catalog, &arguments.runtimes)?;
    let cells: Vec<PlannedCell> = plan(&catalog, &ids, &selection)?.into_iter().filter(|cell| cell.case.script.is_some()).collect();
    if cells.is_empty() {
        output::complain("no script is selected; `wasmatrix list --suite 'spec:*'` shows those of the specification");
        return Ok(Code::NothingSelected);
    }
    let explained = Explained::load(&catalog.root.path.join("reports").join("truth.yaml"))?;
    let mut progress = Progress::new();
    let prepared = prepare(&catalog, &ids, stop, &mut |line, news| progress.follow(&Event::Building { line, news }));
    let Some(prepared) = prepared else { return Ok(Code::Interrupted) };
    let mut runners: BTreeMap<String, Result<PathBuf, String>> = BTreeMap::new();
    for id in &ids {
        let Some((runtime, line)) = catalog.line(id) else { continue };
        let name = format!("{} (its own script runner)", id.line_id());
        runners.entry(id.line_id()).or_insert_with(|| {
            let news = &mut |news| progress.follow(&Event::Building { line: &name, news });
            match build::native_runner(&catalog.root, runtime, line, stop, news) {
                Ok(Some(program)) => Ok(program),
                Ok(None) => Err("it has no script runner of its own".to_owned()),
                Err(BuildError::Stopped) => Err("stopped".to_owned()),
                Err(error) => Err(error.to_string()),
            }
        });
    }
    progress.finish();
    let scripts = tempfile::tempdir().context("cannot make a folder for scripts")?;
    let mut comparison = Comparison {
        arguments,
        scripts: scripts.path(),
        explained: &explained,
        stop,
        list: String::new(),
        alone: String::new(),
        rows: Vec::new(),
    };
    let mut could_not = false;
    for one in &prepared {
        let runner = runners.get(&one.id.line_id());
        match (one.receipt(), runner) {
            (Some(_), Some(Ok(program))) => {
                let own: Vec<&PlannedCell> = cells.iter().filter(|cell| cell.runtime == one.id).collect();
                let versions = versions(&catalog, one);
                comparison.runtime(one, program, &own, &versions)?;
            }
            (None, _) => {
                could_not = true;
                output::complain(&format!("{} is unavailable; `wasmatrix build {}` says why", one.id, one.id));
            }
            (_, runner) => {
                could_not = true;
                let reason = runner.and_then(|runner| runner.as_ref().err()).map_or("", String::as_str);
                output::complain(&format!("{}: {reason}", one.id));
            }
        }
        if stop.is_raised() {
            return Ok(Code::Interrupted);
        }
    }
    let unused = unused(&comparison, &ids, &cells);
    let Comparison { list, alone, rows, .. } = comparison;
    let page = page(&rows, explained.entries());
    let out = arguments.out.clone().unwrap_or_else(|| catalog.root.target().join("wasmatrix").join("truth"));
    let keep = |path: PathBuf, text: &str| fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()));
    fs::create_dir_all(&out).with_context(|| format!("cannot create {}", out.display()))?;
    keep(out.join("truth.md"), &page)?;
    keep(out.join("disagreements.txt"), &list)?;
    keep(out.join("alone.txt"), &alone)?;
    if arguments.write {
        keep(catalog.root.path.join("reports").join("truth.md"), &page)?;
    }
    output::print(&format!("{list}{page}\n"))?;
    for number in &unused {
        output::complain(&format!("entry {number} of reports/truth.yaml explains nothing any more"));
    }
    let unexplained: u64 = rows.iter().map(|row| row.unexplained + row.unanswered.len() as u64).sum();
    let disagreed: u64 = rows.iter().map(|row| row.counts.disagreed).sum();
    output::print(&format!("{disagreed} disagreements, {unexplained} unexplained; stored in {}\n", out.display()))?;
    Ok(match (could_not, unexplained > 0 || !unused.is_empty()) {
        (true, _) => Code::CouldNotRun,
        (false, true) => Code::Findings,
        (false, false) => Code::Clean,
    })
}

impl Comparison<'_> {
    /// Compares the scripts of one runtime, set by set.
    fn runtime(&mut self, prepared: &Prepared, program: &Path, cells: &[&PlannedCell], versions: &str) -> anyhow::Result<()> {
        let mut runner = NativeRunner::new(program.to_owned(), prepared.id.variant_argument(), self.arguments.patience);
        let mut workers = IdleWorkers::new(true);
        for set in cells.chunk_by(|one, other| one.case.suite == other.case.suite) {
            let mut row = Row {
                runtime: prepared.id.to_string(),
                versions: versions.to_owned(),
                set: set.first().map(|cell| cell.case.suite.clone()).unwrap_or_default(),
                scripts: 0,
                unanswered: Vec::new(),
                counts: Counts::default(),
                explained: Vec::new(),
                unexplained: 0,
            };
            for cell in set {
                if self.stop.is_raised() {
                    return Ok(());
                }
                self.script(prepared, &mut runner, &mut workers, cell, &mut row)?;
            }
            output::remark(&format!("{} {}: {} scripts, {} disagreements", row.runtime, row.set, row.scripts, row.counts.disagreed));
            self.rows.push(row);
        }
        Ok(())
    }

    fn script(
        &mut self,
        prepared: &Prepared,
        runner: &mut NativeRunner,
        workers: &mut IdleWorkers,
        planned: &PlannedCell,
        row: &mut Row,
    ) -> anyhow::Result<()> {
        let case = &planned.case;
        let (Some(source), Some(receipt)) = (&case.script, prepared.receipt()) else { return Ok(()) };
        let script = source.compiled().map_err(|error| anyhow::anyhow!("{}: {error}", planned.id()))?;
        // The crates' lexers look at the name of the file.
        let path = self.scripts.join(case.suite.replace(['/', ':'], "-")).join(format!("{}.wast", case.name));
        if !path.is_file() {
            fs::create_dir_all(path.parent().unwrap_or(self.scripts))
                .and_then(|()| fs::write(&path, script.source.as_bytes()))
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
        let id = format!("{}/{}", case.suite, case.name);
        // What is known to fail fails all the same, and that is what is compared.
        let known = Known::default();
        let known = known.on(Date::today());
        let Some(cell) = run_cell(planned, prepared, None, known, &Limits::default(), workers, self.stop) else { return Ok(()) };
        let native = match runner.verdicts(&case.name, &path, source.features.as_ref(), self.stop) {
            FileAnswer::Judged(verdicts) => verdicts,
            FileAnswer::None(reason) => {
                row.unanswered.push(format!("{}: {reason}", case.name));
                let _ = writeln!(self.list, "UNEXPLAINED {} {id}: the runtime's own runner: {reason}", prepared.id);
                return Ok(());
            }
            FileAnswer::Stopped => return Ok(()),
        };
        let compared = compare(&our_directives(script, source.features.as_ref(), receipt, &cell), &native);
        row.scripts += 1;
        row.counts.add(&compared.counts);
        for Alone { line, text, asked_by, words } in &compared.alone {
            let who = if *asked_by == Side::Ours { "we alone" } else { "the runner alone" };
            let said = words.as_ref().map_or_else(|| "passed".to_owned(), |words| first(words));
            let _ = writeln!(self.alone, "{} {id}:{line}: {}\n    {who}: {said}", prepared.id, first(text));
        }
        for one in &compared.disagreements {
            let found = self.explained.about(&prepared.id, &id, one);
            match found {
                Some((number, _)) => row.explained.push((number, format!("{id}:{}", one.line))),
                None => row.unexplained += 1,
            }
            let how = found.map_or_else(|| "UNEXPLAINED".to_owned(), |(number, entry)| format!("[{number}] {} right:", entry.right));
            let _ = writeln!(self.list, "{how} {}", in_words(&planned.runtime.to_string(), &id, one));
        }
        Ok(())
    }
}

fn in_words(runtime: &str, script: &str, one: &Disagreement) -> String {
    let Disagreement { line, text, failed_for, words } = one;
    let (fails, passes) = match failed_for {
        Side::Ours => ("we", "the runner"),
        Side::Native => ("the runner", "we"),
    };
    format!("{runtime} {script}:{line}: {}\n    {fails}: {}; {passes}: passed", first(text), first(words))
}

/// The beginning of a text, on one line.
fn first(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(240).collect()
}

/// Entries that should have explained something in this run and did not.
fn unused(comparison: &Comparison<'_>, ids: &[crate::id::RuntimeId], cells: &[PlannedCell]) -> Vec<usize> {
    if !comparison.arguments.case.is_empty() {
        return Vec::new();
    }
    let used: BTreeSet<usize> = comparison.rows.iter().flat_map(|row| row.explained.iter().map(|(number, _)| *number)).collect();
    let is_about = |entry: &crate::truth::Explanation| {
        cells.iter().any(|cell| {
            ids.contains(&cell.runtime) && entry.could_explain(&cell.runtime, &format!("{}/{}", cell.case.suite, cell.case.name))
        })
    };
    comparison.explained.entries().filter(|(number, entry)| !used.contains(number) && is_about(entry)).map(|(number, _)| number).collect()
}

/// The versions of a runtime and of its script runner, which the line's lockfile has under the runtime's name and `wast`.
fn versions(catalog: &Catalog, prepared: &Prepared) -> String {
    let engine = prepared.receipt().map_or("", |receipt| receipt.version.as_str());
    let name = &prepared.id.runtime;
    let line = catalog.line(&prepared.id).map(|(_, line)| line);
    let runner = [format!("{name}-wast"), format!("{name}_wast")]
        .into_iter()
        .find_map(|package| Some(format!(", {package} {}", line?.locked(&package)?)));
    format!("{name} {engine}{}", runner.unwrap_or_default())
}
