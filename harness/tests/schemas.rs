//! The schemas that are checked in are the ones that the types make, and what is written keeps to them.
//!
//! `WASMATRIX_BLESS=1 cargo test --test schemas` writes them anew.

mod common;

use std::path::{Path, PathBuf};

use common::{catalog, cells, prepared, run_options};
use serde_json::Value as Json;
use wasmatrix::{
    inspect::Inspected,
    run::run,
    session::{Line, script},
    suite::file::SuiteFile,
    worker::Limits,
    worker::Stop,
};
use wasmatrix_adapter::{Request, Response};
use wasmatrix_reports::{Change, Divergences, MeasuredMatrix, Record, Upgrade, compared::Comparison};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The protocol has two sorts of lines and so two schemas, in one file.
fn protocol() -> Json {
    serde_json::json!({ "request": schemars::schema_for!(Request), "response": schemars::schema_for!(Response) })
}

fn record() -> Json {
    serde_json::to_value(schemars::schema_for!(Record)).expect("a schema is JSON")
}

fn change() -> Json {
    serde_json::to_value(schemars::schema_for!(Change)).expect("a schema is JSON")
}

fn divergences() -> Json {
    serde_json::to_value(schemars::schema_for!(Divergences)).expect("a schema is JSON")
}

fn upgrade() -> Json {
    serde_json::to_value(schemars::schema_for!(Upgrade)).expect("a schema is JSON")
}

/// What `bench --format json` prints has both: one matrix, and a comparison for each that was made.
fn benched() -> Json {
    serde_json::json!({ "matrix": schemars::schema_for!(MeasuredMatrix), "comparison": schemars::schema_for!(Comparison) })
}

fn inspected() -> Json {
    serde_json::to_value(schemars::schema_for!(Vec<Inspected>)).expect("a schema is JSON")
}

fn suite() -> Json {
    serde_json::to_value(schemars::schema_for!(SuiteFile)).expect("a schema is JSON")
}

#[test]
fn checked_in_schemas_are_those_of_the_types() {
    for (path, made) in [
        ("runtimes/protocol.schema.json", protocol()),
        ("reports/run.schema.json", record()),
        ("reports/change.schema.json", change()),
        ("reports/divergences.schema.json", divergences()),
        ("reports/upgrade.schema.json", upgrade()),
        ("reports/bench.schema.json", benched()),
        ("suites/suite.schema.json", suite()),
        ("harness/inspect.schema.json", inspected()),
    ] {
        let made = serde_json::to_string_pretty(&made).expect("a schema is JSON") + "\n";
        let path = root().join(path);
        if std::env::var_os("WASMATRIX_BLESS").is_some() {
            std::fs::write(&path, &made).expect("it can be written");
        }
        let checked_in = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(checked_in == made, "{} is not what the types make; WASMATRIX_BLESS=1 writes it anew", path.display());
    }
}

fn validate(schema: &Json, value: &Json, what: &str) {
    let validator = jsonschema::validator_for(schema).expect("the schema is a schema");
    let errors: Vec<String> = validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{what}: {errors:?}: {value}");
}

#[test]
fn every_record_of_a_run_with_every_outcome_keeps_to_the_schema() {
    let schema = record();
    let catalog = catalog("faux");
    let faux = prepared(&catalog, "faux+honest");
    let mut runtimes = vec![faux.id.clone()];
    let mut cells = cells(&catalog, &faux, "faux/*");
    let mute = prepared(&catalog, "faux+mute");
    cells.extend(common::cells(&catalog, &mute, "faux/judgement"));
    runtimes.push(mute.id);
    let out = tempfile::tempdir().expect("a temporary folder");
    let options = run_options(out.path());
    let result = run(&catalog, &runtimes, &cells, &options, &Stop::default(), &mut |_| {}).expect("it can be written");
    let text = std::fs::read_to_string(result.stored).expect("it can be read");
    assert_eq!(text.lines().count(), cells.len() + 2, "a header, the cells and a footer");
    for line in text.lines() {
        assert!(line.starts_with("{\"kind\":"), "`kind` comes first: {line}");
        validate(&schema, &serde_json::from_str(line).expect("a line is JSON"), "run.jsonl");
    }
}

#[test]
fn what_is_written_of_changes_divergences_and_upgrades_keeps_to_the_schemas() {
    // The texts that the tests of reports hold their JSON against; every class of change and every shape is in them.
    for (schema, name) in [(change(), "change.json"), (divergences(), "divergences.json"), (upgrade(), "upgrade.json")] {
        let text = std::fs::read_to_string(root().join("reports/tests/expected").join(name)).expect("it is checked in");
        validate(&schema, &serde_json::from_str(&text).expect("JSON"), name);
    }
}

#[test]
fn a_record_with_an_unknown_field_is_refused() {
    let footer = serde_json::json!({ "kind": "footer", "complete": true, "totals": {}, "mood": "good" });
    let validator = jsonschema::validator_for(&record()).expect("the schema is a schema");
    assert!(!validator.is_valid(&footer), "the schema lets anything through");
}

#[test]
fn every_bundled_suite_keeps_to_the_schema() {
    let schema = suite();
    for path in wasmatrix::suite::suite_files(&root().join("suites")).expect("there are suites") {
        let text = std::fs::read_to_string(&path).expect("it can be read");
        // As YAML 1.2 has it, and with it the editors that read the schema: `n` is a name there, and no boolean.
        let options = serde_yaml::options! { strict_booleans: true };
        let value: Json = serde_yaml::from_str_with_options(&text, options).expect("it is YAML");
        validate(&schema, &value, &path.display().to_string());
    }
}

#[test]
fn every_request_of_every_bundled_case_keeps_to_the_schema() {
    let schema = protocol()["request"].clone();
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    let suites = wasmatrix::suite::load_suites(&[root().join("suites")]).unwrap_or_else(|error| panic!("{error}"));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut lines = 0;
    for case in suites.iter().flat_map(|suite| &suite.cases) {
        for (id, op) in (1..).zip(script(case, folder.path()).iter().flat_map(Line::sends)) {
            let value = serde_json::to_value(Limits::default().told(id, &op)).expect("a request is JSON");
            // What is sent borrows its operation; it must be what a worker reads.
            serde_json::from_value::<Request>(value.clone()).expect("a worker reads it");
            assert!(validator.is_valid(&value), "{}/{}: {value}", case.suite, case.name);
            lines += 1;
        }
    }
    assert!(lines > 1000, "{lines} requests in all suites");
}
