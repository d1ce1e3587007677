//! What a comparison of large runs costs: `cargo bench -p wasmatrix-reports --bench diff`.
//!
//! Two stored runs of 100,000 records each, of which one cell in a hundred differs. Once read and compared, each from the disk to the printed text;
//! wall time as minimum, median and maximum of five, processor time as their mean, and the peak of the process's resident memory. The goal is 2 s and 500 MB. Nothing
//! is asserted, since machines are noisy.

#[path = "../tests/common/mod.rs"]
mod common;

use std::{fs, path::Path, time::Instant};

use common::{cell, returned, run};
use wasmatrix_adapter::Value;
use wasmatrix_reports::{Cell, Change, Divergences, Outcome, Record, RunWriter, change::Side, divergence::Scope, each_record, read_run};

const RECORDS: usize = 100_000;

const TIMES: usize = 5;

fn main() {
    // `cargo test --benches` passes `--test`: compile, and leave it at that.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let folder = std::env::temp_dir().join(format!("wasmatrix-bench-diff-{}", std::process::id()));
    for (name, every) in [("old", usize::MAX), ("new", 100)] {
        let mut writer = RunWriter::create(&folder.join(name)).expect("it can be written");
        write(&mut writer, every);
    }
    let (old, new) = (folder.join("old/run.jsonl"), folder.join("new/run.jsonl"));
    let size = fs::metadata(&old).map_or(0, |it| it.len());
    println!("two runs of {RECORDS} records, {} MB each", size / 1_000_000);
    let sides = measured("both read, from the disk to what is compared", || (side(&old), side(&new)));
    measured("compared and written as text", || Change::between(&sides.0, &sides.1).text());
    drop(sides);
    measured("all of it", || Change::between(&side(&old), &side(&new)).text());
    println!("peak resident memory until here: {} MB", peak() / 1_000_000);
    let records = read_run(&new).expect("it was just written");
    let cells = || records.iter().filter_map(|record| if let Record::Cell(cell) = record { Some(cell) } else { None });
    measured("divergence of one run, in memory", || Divergences::of(cells(), Scope { everything: true, expectations: true }));
    println!("peak resident memory with that: {} MB", peak() / 1_000_000);
    let _ = fs::remove_dir_all(&folder);
}

/// Cells of three steps, as real ones are: six runtimes, and cases enough.
fn write(writer: &mut RunWriter, every: usize) {
    let ids = ["a@1+x", "a@1+y", "a@1+z", "b@1", "c@1+x", "c@1+y"];
    let cells = (0..RECORDS).map(|number| {
        let differs = number % every == every - 1;
        let seen = if differs { 2 } else { 1 };
        Cell {
            asks: Some(format!("{:016x}", number / ids.len())),
            why: "What goes wrong for whom when this fails, in a sentence of the usual length.".to_owned(),
            steps: (0..3).map(|step| returned(&format!("invoke function_{step} (i32 {number}, i32 7)"), Value::I32(seen))).collect(),
            ..cell(
                &format!("{}/suite/of-{:03}/case-{:06}", ids[number % ids.len()], number / 6 % 500, number / ids.len()),
                if differs { Outcome::Unsupported } else { Outcome::Pass },
            )
        }
    });
    // The header is made of few cells, since all of them have the same runtimes.
    let mut head = run(&[cell("a@1+x/suite/case", Outcome::Pass)]).into_iter();
    let header = head.next().expect("a header");
    writer.write(&header).expect("it can be written");
    cells.for_each(|cell| writer.write(&Record::Cell(cell)).expect("it can be written"));
    writer.write(&head.last().expect("a footer")).expect("it can be written");
}

fn side(path: &Path) -> Side {
    let mut side = Side::named(path.display().to_string());
    each_record(path, |record| side.add(&record)).expect("it was just written");
    assert_eq!(side.cells.len(), RECORDS);
    side
}

fn measured<T>(name: &str, mut work: impl FnMut() -> T) -> T {
    let mut times = Vec::new();
    let mut result = None;
    let busy = processor_time();
    for _ in 0..TIMES {
        // Two results at a time would count double.
        drop(result.take());
        let started = Instant::now();
        result = Some(work());
        times.push(started.elapsed().as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    let busy = (processor_time() - busy) / TIMES as f64;
    println!("{name}: {:.2} s (min {:.2}, max {:.2}), {busy:.2} s of a processor", times[TIMES / 2], times[0], times[TIMES - 1]);
    result.expect("it ran")
}

/// The time that this process has had a processor, in seconds, which a busy machine does not change by much; 0 where nobody says.
fn processor_time() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Behind the name, which may have spaces: user and system time are the fields 14 and 15 of all, in hundredths of a second.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    fields.filter_map(|field| field.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// The peak of the resident memory, in bytes; 0 where nobody says.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or(0) << 10
}
