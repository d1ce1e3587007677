//! The figures that the README gives, measured anew: `cargo bench -p wasmatrix --bench figures`.
//!
//! Not criterion's work: these are whole runs of the tool, seconds each, and what is wanted of them is a share and a peak. Every figure is
//! taken three times and printed as minimum, median and maximum. Nothing is asserted, since machines are noisy.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

const TIMES: usize = 3;

fn main() {
    // `cargo test --benches` passes `--test`: compile, and leave it at that.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let suites = tempfile::tempdir().expect("a temporary folder");
    let many = suites.path().join("many.yaml");
    std::fs::write(&many, many_cells(500)).expect("it can be written");
    let many = many.to_string_lossy().into_owned();
    let faux = ["run", &many, "--runtime", "faux+honest"];
    for (name, more) in [("reused process", None), ("fresh process", Some("--fresh"))] {
        let runs = measure(&[&faux[..], &more.into_iter().collect::<Vec<_>>()].concat());
        print_figure(&format!("cells a second through faux, {name}"), runs.iter().map(|run| run.cells / run.wall));
    }
    for (name, more) in [("reused process", None), ("fresh process", Some("--fresh"))] {
        let runs = measure(&[&["run"][..], &more.into_iter().collect::<Vec<_>>()].concat());
        print_figure(&format!("wall time of the bundled suites on all variants, {name}, in s"), runs.iter().map(|run| run.wall));
        print_figure("  peak resident memory of harness and workers together, in MiB", runs.iter().map(|run| run.peak));
        print_figure(
            "  share of the harness, 1 - worker busy time / (wall x jobs), in %",
            runs.iter().map(|run| 100.0 * (1.0 - run.busy / (run.wall * run.jobs))),
        );
    }
}

/// One run of the tool, seen from outside.
struct Run {
    cells: f64,
    wall: f64,
    busy: f64,
    jobs: f64,
    peak: f64,
}

fn measure(arguments: &[&str]) -> Vec<Run> {
    // Workers are built before anything is timed.
    once(arguments);
    (0..TIMES).map(|_| once(arguments)).collect()
}

fn once(arguments: &[&str]) -> Run {
    let out = tempfile::tempdir().expect("a temporary folder");
    let started = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_wasmatrix"))
        .args(arguments)
        .arg("--out")
        .arg(out.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the tool can be started");
    let peak = peak_until_it_ends(&mut child);
    let wall = started.elapsed().as_secs_f64();
    let text = std::fs::read_to_string(out.path().join("run.jsonl")).expect("the run is stored");
    let records: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("a record")).collect();
    let cells: Vec<&Value> = records.iter().filter(|record| record["kind"] == "cell").collect();
    let steps = cells.iter().flat_map(|cell| cell["steps"].as_array().into_iter().flatten());
    let busy = steps.chain(cells.iter().map(|cell| &cell["script"])).filter_map(|done| done["busy_ns"].as_f64());
    Run {
        cells: cells.len() as f64,
        wall,
        busy: busy.sum::<f64>() / 1e9,
        jobs: records[0]["configuration"]["jobs"].as_f64().unwrap_or(1.0),
        peak,
    }
}

/// The largest sum of the resident sizes of a process and its descendants, in MiB, looked at every 10 ms.
fn peak_until_it_ends(child: &mut Child) -> f64 {
    let mut peak = 0;
    while child.try_wait().expect("it can be waited for").is_none() {
        peak = peak.max(family(child.id()).iter().filter_map(|pid| resident(*pid)).sum());
        std::thread::sleep(Duration::from_millis(10));
    }
    peak as f64 / f64::from(1 << 20)
}

fn resident(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<u64>().ok()? << 10)
}

fn family(root: u32) -> Vec<u32> {
    let mut family = vec![root];
    let mut next = 0;
    while let Some(pid) = family.get(next).copied() {
        let tasks = Path::new("/proc").join(pid.to_string()).join("task");
        for task in std::fs::read_dir(tasks).into_iter().flatten().flatten() {
            let children = std::fs::read_to_string(task.path().join("children")).unwrap_or_default();
            family.extend(children.split_whitespace().filter_map(|child| child.parse::<u32>().ok()));
        }
        next += 1;
    }
    family
}

fn print_figure(name: &str, values: impl Iterator<Item = f64>) {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    println!("{name}: {:.1} (min {:.1}, max {:.1})", values[values.len() / 2], values[0], values[values.len() - 1]);
}

/// A suite of honest cells of three steps.
fn many_cells(count: usize) -> String {
    let mut text = String::from("suite: bench/many\ncases:\n");
    for number in 0..count {
        text.push_str(&format!(
            "  - name: case-{number}\n    why: A cell costs what the harness makes of it.\n    stands_on: benches/figures.rs\n    level: required\n    \
             wat: (module (func (export \"echo\") (export \"nop\") (export \"trap\")))\n    \
             steps: [{{ invoke: echo, args: [{{ i32: 1 }}], returns: {{ i32: 1 }} }}, {{ invoke: nop }}, {{ invoke: trap, traps: unreachable }}]\n"
        ));
    }
    text
}
