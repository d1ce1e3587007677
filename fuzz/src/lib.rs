//! What must hold for any bytes, in the five places where wasmatrix reads what others wrote: suites, scripts, a worker's lines, stored runs, and modules
//! that it is to look at.
//!
//! A target panics where something does not hold. cargo-fuzz drives them (`fuzz_targets/`), and so does an ordinary test
//! (`harness/tests/fuzz_seeds.rs`), which includes this file. Inputs that once failed stay in `kept/TARGET/`.

use std::{collections::BTreeSet, fmt::Debug, fs, path::Path};

use serde::{Serialize, de::DeserializeOwned};
use wasmatrix::{
    inspect::{self, Inspected, Runtimes},
    script::{Action, Exporter, Script, compile},
    session::script,
    suite::{SuiteError, check_suite},
};
use wasmatrix_adapter::{Request, Response};
use wasmatrix_reports::{
    Cell, Change, Divergences, Matrix, Record, Tally, causes, change::Side, divergence::Scope, is_harmless, known_cells, read_run, red_cell,
};

/// Where the suites of the suite target seem to lie, so that the modules and fixtures of a real folder can be named.
const SUITE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../suites/wasi-preview1/fuzzed.yaml");

/// Words of our libraries and of Rust. They say nothing to the author of a suite.
const INTERNAL_WORDS: [&str; 14] = [
    "serde",
    "saphyr",
    // `serialize` and `deserialize` are steps.
    "eserializa",
    "eserializi",
    "tagged",
    "recursion types",
    "enum ",
    "struct ",
    "<anon>",
    "Option<",
    "in Options",
    "policy",
    "internal",
    "unwrap",
];

/// The bytes of a script: either directives whose numbers mean something, or an error that lies inside of the text.
pub fn wast(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    match compile(text.to_owned().into(), &BTreeSet::new()) {
        Ok(script) => hangs_together(&script),
        Err(error) => {
            let lines = text.split('\n').count() as u64;
            assert!((1..=lines).contains(&error.place.line), "there is no line {}: {error}", error.place.line);
            assert!(!error.message.is_empty(), "it is refused without a word");
        }
    }
}

/// Every number stands for something that an earlier directive made, and places ascend.
fn hangs_together(script: &Script) {
    let mut instances = 0;
    let mut at = 0;
    for directive in &script.directives {
        assert!(directive.at >= at && directive.at <= script.source.len(), "{directive:?} does not stand behind byte {at}");
        at = directive.at;
        match &directive.action {
            Action::Instantiate { module, instance, imports, .. } => {
                assert!(*module < script.modules.len(), "{directive:?}");
                for (_, exporter) in imports {
                    assert!(
                        *exporter == Exporter::Spectest || matches!(exporter, Exporter::Instance(it) if *it < instances),
                        "{directive:?}"
                    );
                }
                if let Some(instance) = instance {
                    assert_eq!(*instance, instances, "{directive:?}");
                    instances += 1;
                }
            }
            Action::Compile { module } => assert!(*module < script.modules.len(), "{directive:?}"),
            Action::Invoke { instance, .. } | Action::Get { instance, .. } => assert!(*instance < instances, "{directive:?}"),
            Action::Undriven(reason) => assert!(!reason.is_empty(), "{directive:?}"),
            Action::Nothing | Action::NotAsked => {}
        }
    }
    assert_eq!(instances, script.instances);
}

/// The bytes of a suite file: either a suite all of whose requests can be written, or errors that help.
pub fn suite(bytes: &[u8]) {
    match check_suite(Path::new(SUITE), bytes.to_vec()) {
        Ok(suite) => {
            for case in &suite.cases {
                for line in script(case, Path::new("/scratch")) {
                    for op in line.sends() {
                        survives(&Request { id: 1, deadline_ms: None, op });
                    }
                }
                case.steps.iter().for_each(|step| drop(step.to_string()));
            }
        }
        Err(errors) => {
            assert!(!errors.0.is_empty(), "it is refused without an error");
            let text = String::from_utf8_lossy(bytes);
            errors.0.iter().for_each(|error| helps(error, &text));
        }
    }
}

/// An error points into the text and speaks to its author.
fn helps(error: &SuiteError, text: &str) {
    let said = error.to_string();
    assert_eq!(error.path, Path::new(SUITE), "{said}");
    assert!(error.message.chars().any(char::is_alphabetic), "nothing is said: {said:?}");
    let internal = INTERNAL_WORDS.iter().find(|word| said.contains(*word) && !text.contains(*word));
    assert_eq!(internal, None, "this is for programmers: {said:?}");
    // YAML breaks lines at a carriage return alone too, and editors do not; either may be counted.
    let lines = text.split(['\n', '\r']).count();
    let longest = text.split('\n').map(|line| line.chars().count()).max().unwrap_or(0);
    let inside = (1..=lines as u64 + 1).contains(&error.place.line) && (1..=longest as u64 + 1).contains(&error.place.column);
    assert!(inside, "{} is outside of the text: {said:?}", error.place);
}

/// A line to or from a worker: whatever is understood is written and understood again.
pub fn protocol(bytes: &[u8]) {
    for line in bytes.split(|byte| *byte == b'\n') {
        if let Ok(request) = serde_json::from_slice::<Request>(line) {
            survives(&request);
        }
        if let Ok(response) = serde_json::from_slice::<Response>(line) {
            survives(&response);
        }
    }
}

/// The bytes of a `run.jsonl`: whatever is understood is written and understood again, and can be shown.
pub fn run(bytes: &[u8]) {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    fs::write(file.path(), bytes).expect("a temporary file can be written");
    let records = match read_run(file.path()) {
        Ok(records) => records,
        Err(error) => {
            assert!(error.to_string().contains(&file.path().display().to_string()), "{error}");
            return;
        }
    };
    records.iter().for_each(survives);
    let side = Side::of("run", &records);
    let change = Change::between(&side, &side);
    assert!(change.is_empty(), "it differs from itself: {}", change.text());
    let cells: Vec<Cell> = records
        .into_iter()
        .filter_map(|record| match record {
            Record::Cell(cell) => Some(cell),
            Record::Header(_) | Record::Measured(_) | Record::Footer(_) => None,
        })
        .collect();
    drop(Matrix::new(cells.iter().map(|cell| cell.runtime.clone()), &cells).render(true));
    drop(Tally::of(&cells).to_string());
    drop(known_cells(&cells));
    drop(causes(&cells));
    drop(Divergences::of(&cells, Scope { everything: true, expectations: true }).text(true));
    cells.iter().for_each(|cell| drop(red_cell(cell, "again", true)));
}

/// The bytes of a binary: either a report that is not much longer than they are, or an error that lies inside of them; neither does anything to
/// a terminal.
pub fn inspect(bytes: &[u8]) {
    let report = match inspect::inspect(bytes) {
        Ok(report) => report,
        Err(error) => {
            let said = error.to_string();
            let digits = said.strip_prefix("at byte ").and_then(|rest| rest.split(|it: char| !it.is_ascii_digit()).next());
            let at = digits.and_then(|digits| digits.parse::<usize>().ok());
            assert!(at.is_some_and(|at| at <= bytes.len()), "it says no byte of {}: {said}", bytes.len());
            assert!(said.chars().all(is_harmless) && said.len() < 2000, "{said:?}");
            return;
        }
    };
    let inspected = Inspected { path: "fuzzed.wasm".to_owned(), runtimes: Runtimes::of(&report, &[], &[]), report, proof: None };
    let text = inspect::text(&inspected);
    assert!(text.starts_with("fuzzed.wasm: a "), "{text}");
    assert!(text.chars().all(|it| it == '\n' || is_harmless(it)), "{text:?}");
    let json = serde_json::to_string(&inspected).expect("a report is JSON");
    assert!(json.chars().all(is_harmless), "{json:?}");
    // A list has an end, and an entry of it comes of some bytes.
    let longest = 100_000 + 100 * bytes.len();
    assert!(text.len() <= longest && json.len() <= longest, "{} and {} bytes are said of {}", text.len(), json.len(), bytes.len());
}

/// What was read is the same after it is written and read once more.
fn survives<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
    let text = serde_json::to_string(value).unwrap_or_else(|error| panic!("{value:?} cannot be written: {error}"));
    match serde_json::from_str::<T>(&text) {
        Ok(again) => assert_eq!(&again, value, "{text}"),
        Err(error) => panic!("{text} cannot be read again: {error}"),
    }
}
