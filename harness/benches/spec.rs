//! What the specification's suite costs, with each runtime's own script runner as the peer: `cargo bench -p wasmatrix --bench spec`.
//! Words behind `--` choose: `-- wasmi spec:2.0` measures what has both in its name.
//!
//! Both sides get the same scripts under the same features, one thread, one processor (where there is `taskset`), in turns, three times. Counted
//! are the scripts that both sides ask in full: the runner's clock of a script that fails ends at its first failure, and what we do not ask
//! costs nothing. A ratio is ours through theirs. Nothing is asserted, since machines are noisy.
//!
//! *Scripts* is the sum over the scripts: on our side `wall_us` of the record, from the script's text to the verdict, assembling and the
//! worker's start included; on theirs from the text to a dropped store, their process start left out. *Process* is the time of the whole
//! process, less the scripts that are not counted: on our side every record written, on theirs the files read and answered.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use wasmatrix::{
    build::{BuildNews, native_runner, worker},
    catalog::Catalog,
    id::RuntimeId,
    plan::select_runtimes,
    root::Root,
    spec::{SpecSet, sets},
    worker::Stop,
};

const TIMES: usize = 3;

const SETS: [&str; 3] = ["spec:1.0", "spec:2.0", "spec:3.0"];

fn main() {
    // `cargo test --benches` passes `--test`: compile, and leave it at that.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let words: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let catalog = Catalog::of_runtimes(Root::find(None).expect("a checkout")).expect("runtimes that can be read");
    let scripts = tempfile::tempdir().expect("a temporary folder");
    let sets: Vec<SpecSet> = sets().into_iter().filter(|set| SETS.contains(&set.name.as_str())).collect();
    println!("pinned to one processor: {}", if one_processor().is_some() { "yes" } else { "no, there is no taskset" });
    for id in select_runtimes(&catalog, &[]).expect("runtimes") {
        for set in &sets {
            let name = format!("{id} {}", set.name);
            if words.iter().all(|word| name.contains(word.as_str())) {
                measure(&catalog, &id, set, scripts.path(), &name);
            }
        }
    }
}

fn measure(catalog: &Catalog, id: &RuntimeId, set: &SpecSet, scripts: &Path, name: &str) {
    let (runtime, line) = catalog.line(id).expect("a line");
    let mut quiet = |_: BuildNews| {};
    worker(&catalog.root, runtime, line, &Stop::default(), &mut quiet).expect("the worker can be built");
    let runner = native_runner(&catalog.root, runtime, line, &Stop::default(), &mut quiet).expect("the runner can be built");
    let runner = runner.expect("the line has a script runner");
    let questions = questions(set, scripts);
    let (mut by_scripts, mut by_process) = (Vec::new(), Vec::new());
    let mut ours_in_all = Vec::new();
    let mut summary = String::new();
    for _ in 0..TIMES {
        let native = native(&runner, id, &questions);
        let ours = ours(id, set, "1", true);
        let counted: Vec<&String> = native.scripts.keys().filter(|script| ours.scripts.contains_key(*script)).collect();
        let sum = |side: &Timed| counted.iter().map(|script| side.scripts[*script]).sum::<f64>();
        let process = |side: &Timed| side.process - (side.all - sum(side));
        by_scripts.push(sum(&ours) / sum(&native));
        by_process.push(process(&ours) / process(&native));
        ours_in_all.push(ours.process);
        summary = format!(
            "{} of {} scripts; the last time {:.0} ms through {:.0} ms, processes {:.0} ms through {:.0} ms",
            counted.len(),
            set.files.len(),
            1e3 * sum(&ours),
            1e3 * sum(&native),
            1e3 * process(&ours),
            1e3 * process(&native),
        );
    }
    println!("{name}: {summary}");
    print_figure("  scripts, ours through theirs", by_scripts.into_iter());
    print_figure("  process, ours through theirs", by_process.into_iter());
    print_figure("  our process on all scripts, in s", ours_in_all.into_iter());
    let (mut speedup, mut peak) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let (one, two) = (ours(id, set, "1", false), ours(id, set, "2", false));
        speedup.push(one.process / two.process);
        peak.push(one.peak.max(two.peak));
    }
    print_figure("  --jobs 1 through --jobs 2", speedup.into_iter());
    print_figure("  peak resident memory of the harness alone, in MiB", peak.into_iter());
}

/// A side's times, in seconds.
struct Timed {
    /// Of each script that passed in full.
    scripts: BTreeMap<String, f64>,
    /// Of all scripts together.
    all: f64,
    process: f64,
    /// In MiB.
    peak: f64,
}

/// What the runner is asked, and where the scripts are.
fn questions(set: &SpecSet, scripts: &Path) -> String {
    let folder = scripts.join(set.name.replace(':', "-"));
    fs::create_dir_all(&folder).expect("it can be made");
    let mut questions = String::new();
    for file in &set.files {
        let path = folder.join(format!("{}.wast", file.name));
        fs::write(&path, file.text).expect("it can be written");
        questions.push_str(&json!({ "name": file.name, "path": path, "features": set.features }).to_string());
        questions.push('\n');
    }
    questions
}

fn native(runner: &Path, id: &RuntimeId, questions: &str) -> Timed {
    let mut timed = Timed { scripts: BTreeMap::new(), all: 0.0, process: 0.0, peak: 0.0 };
    let mut questions: Vec<&str> = questions.lines().collect();
    let started = Instant::now();
    // A script that takes the runner with it is left out, and the others go on in a new process.
    while !questions.is_empty() {
        let mut child = pinned(runner, true)
            .args(["time", "--variant", id.variant_argument()])
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the runner can be started");
        let mut input = child.stdin.take().expect("it is piped");
        let text = questions.join("\n") + "\n";
        let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
        let mut answered = 0;
        for line in BufReader::new(child.stdout.take().expect("it is piped")).lines().map_while(Result::ok) {
            let answer: Value = serde_json::from_str(&line).expect("an answer");
            answered += 1;
            let time = answer["wall_ns"].as_f64().expect("a time") / 1e9;
            timed.all += time;
            if answer["passed"] == true {
                timed.scripts.insert(answer["name"].as_str().expect("a name").to_owned(), time);
            }
        }
        let _ = writer.join();
        child.wait().expect("it ends");
        questions.drain(..(answered + 1).min(questions.len()));
    }
    timed.process = started.elapsed().as_secs_f64();
    timed
}

fn ours(id: &RuntimeId, set: &SpecSet, jobs: &str, pin: bool) -> Timed {
    let out = tempfile::tempdir().expect("a temporary folder");
    let started = Instant::now();
    let mut child = pinned(Path::new(env!("CARGO_BIN_EXE_wasmatrix")), pin)
        .args(["run", "--jobs", jobs, "--suite", &set.name, "--runtime", &id.to_string(), "--out"])
        .arg(out.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the tool can be started");
    let mut peak = 0.0_f64;
    while child.try_wait().expect("it can be waited for").is_none() {
        peak = peak.max(peak_so_far(child.id()).unwrap_or_default());
        std::thread::sleep(Duration::from_millis(2));
    }
    let process = started.elapsed().as_secs_f64();
    let text = fs::read_to_string(out.path().join("run.jsonl")).expect("the run is stored");
    let records: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("a record")).collect();
    let cells: Vec<&Value> = records.iter().filter(|record| record["kind"] == "cell").collect();
    let time = |cell: &Value| cell["wall_us"].as_f64().expect("a time") / 1e6;
    let in_full = |cell: &&&Value| cell["outcome"] == "pass" && cell["script"]["unsupported"] == 0;
    Timed {
        scripts: cells.iter().filter(in_full).map(|cell| (cell["case"].as_str().expect("a name").to_owned(), time(cell))).collect(),
        all: cells.iter().map(|cell| time(cell)).sum(),
        process,
        peak,
    }
}

/// The largest resident size that a process has had, in MiB.
fn peak_so_far(pid: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<f64>().ok()? / 1024.0)
}

/// A command that stays on one processor, children included, where that is wanted and can be had.
fn pinned(program: &Path, pin: bool) -> Command {
    match one_processor().filter(|_| pin) {
        Some(processor) => {
            let mut command = Command::new("taskset");
            command.arg("-c").arg(processor).arg(program);
            command
        }
        None => Command::new(program),
    }
}

/// The last processor that this process may use, where `taskset` is there to name it to.
fn one_processor() -> Option<String> {
    let is_there =
        std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|folder: PathBuf| folder.join("taskset").is_file()));
    let status = fs::read_to_string("/proc/self/status").ok().filter(|_| is_there)?;
    let allowed = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"))?;
    allowed.trim().rsplit([',', '-']).next().map(str::to_owned)
}

fn print_figure(name: &str, values: impl Iterator<Item = f64>) {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    println!("{name}: {:.2} (min {:.2}, max {:.2})", values[values.len() / 2], values[0], values[values.len() - 1]);
}
