//! `wasmatrix repro`: what stands in the folder, for every case there is.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use wasmatrix::{
    catalog::Catalog,
    repro::{Answer, Entry, Folder, Form, Reproduction, fixtures, folder, write},
    root::Root,
    runtime::CommandLine,
    script::compile,
    suite::{Case, load_suites},
};
use wasmatrix_reports::{Cell, Outcome};

/// A record of a runtime that could not be asked: the folder is made all the same.
fn unasked(case: &Case) -> Cell {
    Cell {
        runtime: "some@1+fast".to_owned(),
        version: "1.2.3".to_owned(),
        suite: case.suite.clone(),
        case: case.name.clone(),
        from: None,
        level: case.level,
        outcome: Outcome::Unavailable,
        asks: None,
        why: case.why.clone(),
        reason: Some("it is not here".to_owned()),
        issue: None,
        wall_us: 0,
        steps: Vec::new(),
        files: None,
        script: None,
        reds: Vec::new(),
        worker_stderr: None,
        repeated: None,
    }
}

fn command_line() -> CommandLine {
    CommandLine {
        install: "get some {version}".to_owned(),
        version: "some --version".to_owned(),
        run: "some run {variant} {dirs} {env} --name {name} {module} {args}".to_owned(),
        dir: "--dir {host}::{guest}".to_owned(),
        env: "--env {pair}".to_owned(),
        wast: Some("some wast {variant} {script}".to_owned()),
        variants: BTreeMap::from([("fast".to_owned(), "--fast".to_owned())]),
    }
}

fn of(case: &Case) -> Folder {
    let command_line = command_line();
    let answer = Answer {
        cell: unasked(case),
        receipt: None,
        command_line: Some(&command_line),
        variant: Some("fast".to_owned()),
        reproduced: Vec::new(),
        issues: None,
    };
    let fixtures = fixtures(case).unwrap_or_else(|error| panic!("{}/{}: {error}", case.suite, case.name));
    folder(&Reproduction {
        cell: format!("some@1+fast/{}/{}", case.suite, case.name),
        case,
        answers: vec![answer],
        fixtures,
        machine: "linux x86_64".to_owned(),
        private: Vec::new(),
    })
}

fn text<'f>(folder: &'f Folder, path: &str) -> &'f str {
    match folder.get(Path::new(path)) {
        Some(Entry::File(bytes)) => std::str::from_utf8(bytes).expect("text"),
        other => panic!("{path}: {other:?}"),
    }
}

fn root() -> Root {
    Root::find(None).expect("the checkout")
}

#[test]
fn every_case_becomes_a_folder() {
    let catalog = Catalog::read(root(), &[]).expect("the bundled suites are good");
    let mut forms: BTreeMap<&str, usize> = BTreeMap::new();
    let mut without: BTreeSet<String> = BTreeSet::new();
    for case in catalog.suites.iter().flat_map(|suite| &suite.cases) {
        let name = format!("{}/{}", case.suite, case.name);
        let form = Form::of(case);
        let kind = match &form {
            Form::Guest { made, .. } => {
                // The assembler reads what the printer wrote, and is content with what was made.
                if let Some(made) = made {
                    let printed = wasmprinter::print_bytes(made).unwrap_or_else(|error| panic!("{name}: {error}"));
                    wat::parse_str(&printed).unwrap_or_else(|error| panic!("{name}: {error}"));
                }
                "guest"
            }
            Form::Script(script) if case.script.is_none() => {
                let compiled = compile(script.clone().into(), &BTreeSet::new()).unwrap_or_else(|error| panic!("{name}: {error}\n{script}"));
                let asked = compiled.directives.len();
                assert!(asked >= case.steps.len(), "{name}: {asked} directives for {} steps\n{script}", case.steps.len());
                "script of a case"
            }
            Form::Script(_) => "script",
            // A command line has no words for these, and the folder lists what is done.
            Form::None(_) if case.has_its_own_processes() => "lifecycle",
            Form::None(why) => {
                without.insert(format!("{name}: {why}"));
                "none"
            }
        };
        *forms.entry(kind).or_default() += 1;
        // The specification's scripts are megabytes, and a folder is a copy of each.
        if case.script.is_none() {
            let folder = of(case);
            let readme = text(&folder, "README.md");
            assert!(readme.contains(&case.why), "{name}: {readme}");
            assert!(!readme.contains(env!("CARGO_MANIFEST_DIR")), "{name}: {readme}");
            assert!(text(&folder, "run.sh").starts_with("#!/bin/sh\n"), "{name}");
            for (number, step) in (1..).zip(&case.steps) {
                let row = format!("| {number} | `{}` |", step.to_string().replace('|', "\\|").replace('\n', " "));
                assert!(readme.contains(&row), "{name}: no {row} in {readme}");
            }
        }
    }
    println!("{forms:?}\n{without:#?}");
    for kind in ["guest", "script of a case", "script", "lifecycle"] {
        assert!(forms.get(kind).is_some_and(|count| *count > 50), "{forms:?}");
    }
    // What a command line cannot be asked is the exception.
    assert!(without.len() * 4 < forms.values().sum::<usize>(), "{without:#?}");
}

const SUITE: &str = r#"
suite: some/suite
cases:
  - name: asks-the-world
    why: A guest must be given its world.
    stands_on: this test
    level: required
    wat: |
      (module
        (import "wasi_snapshot_preview1" "sched_yield" (func $sched_yield (result i32)))
        (memory (export "memory") 1)
        (func (export "yield") (result i32) (call $sched_yield)))
    args: [guest, "it's"]
    env: [A=b c]
    stdin: hello
    preopens: [{ guest: /data, host: fixtures }, { guest: /empty }]
    steps:
      - { invoke: yield, returns: { i32: 0 } }
  - name: divides
    why: A division by zero must trap.
    stands_on: this test
    level: required
    wat: |
      (module
        (func (export "div") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
        (func (export "nan") (result f32) (f32.const nan)))
    steps:
      - { invoke: div, args: [{ i32: -7 }, { i32: 2 }], returns: { any_of: [{ i32: -3 }, { i32: -4 }] } }
      - { invoke: div, args: [{ i32: 7 }, { i32: 0 }], traps: integer-divide-by-zero }
      - { invoke: nan, returns: { f32: nan:canonical } }
"#;

/// The cases of [`SUITE`], and a folder that goes with them.
fn cases() -> (Vec<std::sync::Arc<Case>>, tempfile::TempDir) {
    let temporary = tempfile::tempdir().expect("a folder");
    let fixtures = temporary.path().join("fixtures");
    fs::create_dir(&fixtures).expect("it can be made");
    fs::write(fixtures.join("file"), "content").expect("it can be written");
    #[cfg(unix)]
    std::os::unix::fs::symlink("../outside", fixtures.join("link")).expect("it can be made");
    let path = temporary.path().join("suite.yaml");
    fs::write(&path, SUITE).expect("it can be written");
    let suites = load_suites(&[path]).unwrap_or_else(|error| panic!("{error}"));
    (suites[0].cases.clone(), temporary)
}

#[test]
fn a_case_with_wasi_becomes_a_command_in_its_world() {
    let (cases, _temporary) = cases();
    let folder = of(&cases[0]);
    let paths: Vec<String> = folder.keys().map(|path| path.display().to_string()).collect();
    assert_eq!(
        paths,
        [
            "README.md",
            "command.wasm",
            "command.wat",
            "fixtures/0",
            "fixtures/0/file",
            "fixtures/0/link",
            "fixtures/1",
            "modules/main.wasm",
            "modules/main.wat",
            "run.sh",
            "stdin"
        ]
    );
    assert_eq!(folder.get(Path::new("fixtures/0/link")), Some(&Entry::Link("../outside".into())));
    assert_eq!(text(&folder, "stdin"), "hello");
    let line = r"some run --fast --dir data::/data --dir empty::/empty --env 'A=b c' --name guest ../command.wasm 'it'\''s' < ../stdin";
    for path in ["README.md", "run.sh"] {
        assert!(text(&folder, path).contains(line), "{}", text(&folder, path));
    }
    assert!(text(&folder, "run.sh").contains("cp -RP fixtures/0/. work/data"), "{}", text(&folder, "run.sh"));
    assert!(text(&folder, "README.md").contains("get some 1.2.3"), "{}", text(&folder, "README.md"));
}

#[test]
fn a_case_without_wasi_becomes_a_script() {
    let (cases, _temporary) = cases();
    let folder = of(&cases[1]);
    let script = text(&folder, "case.wast");
    for line in [
        r#"(assert_return (invoke $main "div" (i32.const -7) (i32.const 2)) (either (i32.const -3) (i32.const -4)))"#,
        r#"(assert_trap (invoke $main "div" (i32.const 7) (i32.const 0)) "integer divide by zero")"#,
        r#"(assert_return (invoke $main "nan") (f32.const nan:canonical))"#,
    ] {
        assert!(script.lines().any(|of| of == line), "no `{line}` in\n{script}");
    }
    let Some(Entry::File(wasm)) = folder.get(Path::new("modules/main.wasm")) else { panic!("{folder:?}") };
    let compiled = compile(script.to_owned().into(), &BTreeSet::new()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(&compiled.modules[0].wasm.0[..], &wasm[..], "every runtime is given the same bytes");
    assert!(text(&folder, "run.sh").contains("some wast --fast ../case.wast"), "{}", text(&folder, "run.sh"));
}

#[test]
fn what_is_there_is_not_overwritten() {
    let (cases, temporary) = cases();
    let out = temporary.path().join("out");
    let folder = of(&cases[0]);
    write(&out, &folder).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(fs::read(out.join("stdin")).expect("it was written"), b"hello");
    assert_eq!(fs::read_link(out.join("fixtures/0/link")).expect("it was written"), PathBuf::from("../outside"));
    assert!(out.join("fixtures/1").is_dir());
    let again = write(&out, &folder).expect_err("it is there").to_string();
    assert!(again.contains("is there already and is not overwritten"), "{again}");
}

/// `wasmatrix repro` of a cell of the suites that faux is tested with.
fn repro(cell: &str, out: &Path) -> std::process::Output {
    let suites = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suites/cli/clean.yaml");
    let mut command = Command::new(env!("CARGO_BIN_EXE_wasmatrix"));
    command.args(["repro", cell, "--runtime", "faux+honest", "--out"]).arg(out).arg("--suites").arg(suites).env_remove("WASMATRIX_ROOT");
    command.output().expect("it starts")
}

#[test]
fn a_cell_that_is_none_is_one_clear_error() {
    let temporary = tempfile::tempdir().expect("a folder");
    let out = temporary.path().join("out");
    for (cell, says) in [
        ("faux@1+honest/cli/clean/addz", "did you mean `faux@1+honest/cli/clean/adds`?"),
        ("faux@1+honset/cli/clean/adds", "did you mean `faux@1+honest/cli/clean/adds`?"),
        ("nonsense", "a cell is runtime/suite/case"),
    ] {
        let ended = repro(cell, &out);
        let said = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(4), "{said}");
        assert!(said.contains(&format!("there is no cell `{cell}`")) && said.contains(says), "{said}");
        assert!(!out.exists(), "{cell}");
    }
}

#[test]
fn a_folder_that_is_there_is_said_before_anything_runs() {
    let temporary = tempfile::tempdir().expect("a folder");
    let ended = repro("faux@1+honest/cli/clean/adds", temporary.path());
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(2), "{said}");
    assert!(said.contains("is there already and is not overwritten") && !said.contains(" cells, "), "{said}");
}

#[test]
fn a_cell_that_is_asked_now_becomes_a_folder() {
    let temporary = tempfile::tempdir().expect("a folder");
    let out = temporary.path().join("out");
    let ended = repro("faux@1+honest/cli/clean/adds", &out);
    assert_eq!(ended.status.code(), Some(0), "{}", String::from_utf8_lossy(&ended.stderr));
    assert_eq!(String::from_utf8_lossy(&ended.stdout).trim_end(), out.to_string_lossy());
    let readme = fs::read_to_string(out.join("README.md")).expect("it was written");
    let seen: Vec<&str> = readme.lines().take_while(|line| !line.starts_with("- `")).collect();
    assert_eq!(
        seen.join("\n"),
        r#"# faux@1+honest/cli/clean/adds

A sum must be the sum.

Stands on: runtimes/faux, honest.rs (required)

## Runtimes

| runtime | version | WASI | outcome |
|---|---|---|---|
| faux@1+honest | 1.0.0 | undeclared | pass |

Their configurations, as they were seen:

- faux@1+honest: executes: nothing

## Expected and seen

What is not as expected is in bold.

| step | what is done | expected | faux@1+honest |
|---|---|---|---|
| 1 | `invoke add (i32 1, i32 2)` | returns i32 3 | returns i32 3 |
| 2 | `invoke add (i32 -1, i32 1)` | returns i32 0 | returns i32 0 |

## How to see it

`case.wast` is for a runner of the specification's scripts; one that is content says nothing.

`sh run.sh` does all of this with the command lines that are installed. In the folder `work`:

faux@1+honest: its folder names no command line.

## Files
"#
    );
    let script = fs::read_to_string(out.join("case.wast")).expect("it was written");
    assert!(script.contains("(assert_return (invoke $main \"add\" (i32.const 1) (i32.const 2)) (i32.const 3))"), "{script}");
    let ran = Command::new("sh").arg(out.join("run.sh")).output().expect("there is a shell");
    assert_eq!(ran.status.code(), Some(2), "there is nobody to ask: {ran:?}");
}

#[test]
fn a_script_stays_what_it_is() {
    let temporary = tempfile::tempdir().expect("a folder");
    let path = temporary.path().join("own.wast");
    let source = "(module (func (export \"f\")))\n(assert_return (invoke \"f\"))\n";
    fs::write(&path, source).expect("it can be written");
    let suites = load_suites(&[path]).unwrap_or_else(|error| panic!("{error}"));
    let folder = of(&suites[0].cases[0]);
    assert_eq!(text(&folder, "case.wast"), source);
    assert!(text(&folder, "README.md").contains("Stands on: own.wast (required)"), "{}", text(&folder, "README.md"));
    assert!(!text(&folder, "README.md").contains(&*temporary.path().to_string_lossy()), "no folder of this machine is named");
}
