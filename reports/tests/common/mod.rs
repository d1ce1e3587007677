//! Small runs, made by hand and by proptest.
#![allow(dead_code, reason = "no test uses all of it")]

pub(crate) mod expected;
pub(crate) mod measured;

use std::collections::BTreeMap;

use proptest::{collection::vec, option, prelude::*, sample::select};
use wasmatrix_adapter::{Answer, Failure, FailureKind, Reply, TrapCode, Value, WasiImplementation};
use wasmatrix_reports::{
    Availability, Cell, Configuration, DirectiveRecord, FORMAT_VERSION, FileLeft, FilesLeft, Footer, Header, Level, Machine, Observation,
    Outcome, Receipt, Record, Red, RuntimeReceipt, ScriptRecord, StepRecord, SuiteDigest, UnsupportedFor, WorkerBinary,
};

/// A cell that passed without a step.
pub(crate) fn cell(id: &str, outcome: Outcome) -> Cell {
    let (runtime, rest) = id.split_once('/').expect("runtime/suite/case");
    let (suite, case) = rest.rsplit_once('/').expect("runtime/suite/case");
    Cell {
        runtime: runtime.to_owned(),
        version: "1.0.0".to_owned(),
        suite: suite.to_owned(),
        case: case.to_owned(),
        from: None,
        level: Level::Required,
        outcome,
        asks: None,
        why: String::new(),
        reason: None,
        issue: None,
        wall_us: 1,
        steps: Vec::new(),
        files: None,
        script: None,
        reds: Vec::new(),
        worker_stderr: None,
        repeated: None,
    }
}

/// A step that returned a value.
pub(crate) fn returned(does: &str, value: Value) -> StepRecord {
    step(does, Observation::Answered(Reply::Ok(Answer::Values(vec![value]))))
}

pub(crate) fn step(does: &str, observed: Observation) -> StepRecord {
    StepRecord { does: does.to_owned(), observed, busy_ns: 1, cache: None, canary: None }
}

pub(crate) fn failed(kind: FailureKind) -> Observation {
    Observation::Answered(Reply::Failed(Failure::new(kind, "in its own words")))
}

pub(crate) fn red(step: Option<u64>, kind: &str, observed: &str) -> Red {
    Red {
        step,
        directive: None,
        kind: kind.to_owned(),
        expected: "something else".to_owned(),
        observed: observed.to_owned(),
        ..Red::default()
    }
}

pub(crate) fn red_at(line: u64, kind: &str, observed: &str) -> Red {
    let directive = Some(DirectiveRecord { line, text: format!("(assert_return (invoke \"f{line}\"))"), is_assertion: true });
    Red { directive, ..red(None, kind, observed) }
}

/// A run of these cells, header and footer included.
pub(crate) fn run(cells: &[Cell]) -> Vec<Record> {
    let mut versions: BTreeMap<&str, &str> = BTreeMap::new();
    let mut suites: BTreeMap<&str, u64> = BTreeMap::new();
    for cell in cells {
        versions.insert(&cell.runtime, &cell.version);
        *suites.entry(&cell.suite).or_default() += 1;
    }
    let header = Header {
        format: FORMAT_VERSION,
        tool_version: "0.1.0".to_owned(),
        started: "2026-01-01T00:00:00Z".to_owned(),
        runtimes: versions
            .into_iter()
            .map(|(id, version)| RuntimeReceipt { id: id.to_owned(), availability: Availability::Available(Box::new(receipt(version))) })
            .collect(),
        suites: suites.into_iter().map(|(suite, cases)| SuiteDigest { suite: suite.to_owned(), sha256: "00".repeat(32), cases }).collect(),
        machine: Machine {
            os: "linux".to_owned(),
            arch: "x86_64".to_owned(),
            processor: "one: of many".to_owned(),
            processors: 2,
            memory: None,
        },
        configuration: Configuration {
            jobs: 2,
            timeout_ms: 10_000,
            memory_limit: 1 << 30,
            fresh: false,
            seed: None,
            strict: false,
            everything: false,
            expectations: true,
            repeat: 1,
            measuring: None,
        },
        planned: cells.len() as u64,
    };
    let footer = Footer { complete: true, totals: BTreeMap::new(), warnings: Vec::new() };
    let cells = cells.iter().cloned().map(Record::Cell);
    std::iter::once(Record::Header(header)).chain(cells).chain([Record::Footer(footer)]).collect()
}

pub(crate) fn receipt(version: &str) -> Receipt {
    Receipt {
        version: version.to_owned(),
        said_by: "binary".to_owned(),
        rest_said_by: None,
        commands_only: false,
        wasi: WasiImplementation::Undeclared,
        configuration: BTreeMap::new(),
        measuring: BTreeMap::new(),
        capabilities: [].into(),
        switchable: [].into(),
        worker: WorkerBinary {
            sha256: format!("{version}-"),
            lockfile_sha256: String::new(),
            compiler: "undeclared".to_owned(),
            profile: "undeclared".to_owned(),
            sources: None,
        },
    }
}

/// Any few cells of few names, so that those of two runs often meet.
pub(crate) fn cells() -> impl Strategy<Value = Vec<Cell>> {
    vec(any_cell(), 0..12).prop_map(|cells| {
        let by_id: BTreeMap<String, Cell> = cells.into_iter().map(|cell| (cell.id(), cell)).collect();
        by_id.into_values().collect()
    })
}

fn any_cell() -> impl Strategy<Value = Cell> {
    let runtime = select(vec!["a@1+x", "a@1+y", "a@2+x", "b@1", "c@1"]);
    let suite = select(vec!["core/s", "spec:1.0"]);
    let case = select(vec!["one", "two", "three"]);
    let level = select(vec![Level::Required, Level::Recommended, Level::ImplementationDefined]);
    let outcome = select(Outcome::ALL.to_vec());
    let asks = option::of(select(vec!["00", "01", "02"]));
    let version = select(vec!["1.0.0", "1.0.1"]);
    let steps = vec(any_observation(), 0..3);
    let reds = vec((option::of(1_u64..3), select(vec!["wrong-value", "crashed", "trap unreachable", "files"])), 0..3);
    let files = option::of(vec((select(vec!["/d/a", "/d/b"]), select(vec![FileLeft::Folder, FileLeft::Other])), 0..2));
    (runtime, suite, case, level, outcome, asks, version, steps, (reds, option::of(any_script()), files)).prop_map(
        |(runtime, suite, case, level, outcome, asks, version, steps, (reds, script, files))| Cell {
            level,
            asks: asks.map(str::to_owned),
            version: version.to_owned(),
            steps: (1..).zip(steps).map(|(number, seen): (u32, _)| step(&format!("invoke f{number} ()"), seen)).collect(),
            reds: reds
                .into_iter()
                .map(|(place, kind)| match (place, &script) {
                    (Some(line), Some(_)) => red_at(line, kind, "something"),
                    (place, _) => red(place, kind, "/d/a:\nsomething"),
                })
                .collect(),
            script,
            files: files.map(|found| FilesLeft { found: found.into_iter().map(|(path, left)| (path.to_owned(), left)).collect(), more: 0 }),
            ..cell(&format!("{runtime}/{suite}/{case}"), outcome)
        },
    )
}

fn any_observation() -> impl Strategy<Value = Observation> {
    prop_oneof![
        any::<u8>().prop_map(|bits| Observation::Answered(Reply::Ok(Answer::Values(vec![Value::I32(u32::from(bits % 3))])))),
        select(vec![0x7fc0_0000_u32, 0xffc0_0001, 0x3f80_0000])
            .prop_map(|bits| Observation::Answered(Reply::Ok(Answer::Values(vec![Value::F32(bits)])))),
        Just(failed(FailureKind::Trap(TrapCode::Unreachable))),
        Just(failed(FailureKind::Exhausted(wasmatrix_adapter::Exhaustible::Stack))),
        Just(Observation::Unanswered),
    ]
}

fn any_script() -> impl Strategy<Value = ScriptRecord> {
    (0_u64..3, option::of(select(vec!["1", "1-2", "2, 4"]))).prop_map(|(passed, lines)| ScriptRecord {
        passed,
        assertions: passed,
        unsupported_for: lines.map(|lines| UnsupportedFor { reason: "needs it".to_owned(), lines: lines.to_owned() }).into_iter().collect(),
        ..ScriptRecord::default()
    })
}
