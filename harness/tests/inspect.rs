//! `wasmatrix inspect` as a person meets it: files that are no modules, modules that lie, and what programs are given.
//!
//! What is said of good modules is tested where it is made (`src/inspect/tests.rs`).

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;
use wasm_encoder::{CustomSection, Module, ProducersField, ProducersSection};

fn inspect(arguments: &[&str], files: &[PathBuf]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wasmatrix")).arg("inspect").args(arguments).args(files).output().expect("wasmatrix starts")
}

fn stored(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, bytes).expect("a temporary file can be written");
    path
}

/// What is printed moves no cursor and turns no text.
fn is_clean(text: &str) -> bool {
    !text.contains(|it: char| (it.is_control() && it != '\n') || matches!(it, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
}

fn printed(output: &Output) -> (&str, &str) {
    let text = |bytes| str::from_utf8(bytes).expect("what is printed is UTF-8");
    (text(&output.stdout), text(&output.stderr))
}

/// A module with these sections.
fn with(sections: &[CustomSection<'_>]) -> Vec<u8> {
    let mut module = Module::new();
    for section in sections {
        module.section(section);
    }
    module.finish()
}

#[test]
fn what_cannot_be_looked_at_is_one_line_with_its_place_and_what_to_do() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let module = wat::parse_str("(module (func (export \"f\") (result i32) (i32.const 1)))").expect("it assembles");
    let cut = module.get(..module.len() - 3).expect("it is longer");
    let many = [&b"\0asm\x01\0\0\0\0\xff\xff\xff\xff\x0f\x01a"[..], &[0; 100]].concat();
    let rows: [(&str, &[u8], &str); 14] = [
        ("empty.wasm", b"", "at byte 0: the file is empty; was its build or its download cut off?"),
        (
            "ones.wasm",
            &[0xff; 64],
            "at byte 0: this is no WebAssembly: it begins with ff ff ff ff ff ff ff ff, and a module begins with 00 61 73 6d",
        ),
        ("program.wasm", b"\x7fELF\x02\x01\x01\0\0\0", "begins with 7f 45 4c 46"),
        ("text.wasm", b"(module)\n", "this is text that begins with `(module)`"),
        ("colours.wasm", "\u{202e}txt\r\u{c}end\n".as_bytes(), "this is text that begins with `"),
        ("magic.wasm", b"\0asm", "at byte 4"),
        ("future.wasm", b"\0asm\x02\0\0\0", "unknown binary version"),
        ("cut.wasm", cut, "the file is truncated or damaged"),
        // A custom section of five bytes, of which three are there; one of four gigabytes; one whose name is longer than it is.
        ("short.wasm", b"\0asm\x01\0\0\0\0\x05\x01ab", "at byte 10"),
        ("long.wasm", &many, "at byte "),
        ("name.wasm", b"\0asm\x01\0\0\0\0\x03\x09ab", "at byte 11"),
        ("package.webc", b"\0webcxyz", "at byte 5: a webc says its version there"),
        ("wrong.wat", b"(module\n  (func (rezult i32)))", "2:10: `rezult`"),
        ("binary.wat", &[0xff, 0xfe], "at byte 0: this is not UTF-8; WAT is, and a binary should be called .wasm"),
    ];
    let files: Vec<PathBuf> = rows.iter().map(|(name, bytes, _)| stored(folder.path(), name, bytes)).collect();
    let output = inspect(&[], &files);
    let (out, err) = printed(&output);
    assert_eq!((output.status.code(), out), (Some(2), ""), "{err}");
    assert!(is_clean(err), "{err:?}");
    let lines: Vec<&str> = err.lines().collect();
    assert_eq!(lines.len(), rows.len(), "one line for each: {err}");
    for ((path, line), (_, _, says)) in files.iter().zip(lines).zip(rows) {
        let said = line.strip_prefix(&format!("error: {}:", path.display())).unwrap_or_else(|| panic!("{line}"));
        assert!(said.contains(says) && said.len() < 600, "{line}");
    }
}

#[test]
fn what_is_no_file_is_not_waited_for() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let fifo = folder.path().join("fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().expect("mkfifo is there").success());
    let (files, says): (Vec<PathBuf>, Vec<&str>) = [
        (folder.path().to_owned(), "this is a folder; name the files in it"),
        (fifo, "this is no regular file; store what it gives in one, and name that"),
        (PathBuf::from("/dev/null"), "this is no regular file"),
        (folder.path().join("none.wasm"), "cannot read it: No such file"),
    ]
    .into_iter()
    .unzip();
    let output = inspect(&[], &files);
    let (_, err) = printed(&output);
    assert_eq!((output.status.code(), err.lines().count()), (Some(2), files.len()), "{err}");
    for ((path, says), line) in files.iter().zip(says).zip(err.lines()) {
        assert!(line.starts_with(&format!("error: {}: {says}", path.display())), "{line}");
    }
}

#[test]
fn one_bad_file_among_others_is_said_and_they_are_told_of() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let empty = b"\0asm\x01\0\0\0";
    let files = [
        stored(folder.path(), "one.wasm", empty),
        stored(folder.path(), "bad.wasm", b"\0asm\x01"),
        stored(folder.path(), "two.wasm", empty),
    ];
    let output = inspect(&[], &files);
    let (out, err) = printed(&output);
    assert_eq!(output.status.code(), Some(2), "{err}");
    assert!(out.contains("one.wasm: a core module of 8 bytes") && out.contains("two.wasm: a core module of 8 bytes"), "{out}");
    assert!(err.contains("bad.wasm: at byte "), "{err}");
    let output = inspect(&["--format", "json"], &files);
    let all: Vec<Value> = serde_json::from_slice(&output.stdout).expect("a list");
    assert_eq!((output.status.code(), all.len()), (Some(2), 2), "{all:?}");
    assert_eq!(inspect(&[], &[]).status.code(), Some(2), "no file at all");
}

#[test]
fn ten_thousand_producers_are_a_page() {
    let versions: Vec<String> = (0..10_000).map(|number| format!("1.{number}")).collect();
    let mut field = ProducersField::new();
    for version in &versions {
        field.value("tool", version);
    }
    let mut section = ProducersSection::new();
    section.field("processed-by", &field);
    let mut module = Module::new();
    module.section(&section);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = stored(folder.path(), "many.wasm", &module.finish());
    let output = inspect(&[], &[path]);
    let (out, err) = printed(&output);
    assert_eq!(output.status.code(), Some(0), "{err}");
    assert!(out.contains("and 9900 more") && out.len() < 20_000, "{} bytes: {out}", out.len());
}

#[test]
fn names_do_nothing_to_a_terminal_whoever_chose_them() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let evil = "\u{1b}[2J\u{7}\r\n\u{202e}";
    let long = format!("{evil}{}", "é".repeat(10_000));
    let sections = [evil, &long].map(|name| CustomSection { name: name.into(), data: (&[][..]).into() });
    let imports = format!("(module (import {evil:?} {evil:?} (func)) (memory (export {evil:?}) 1) (func (export {evil:?} )))");
    // WAT escapes are written in another way than Rust's.
    let imports = imports.replace("\\u{1b}", "\\1b").replace("\\u{7}", "\\07").replace("\\u{202e}", "\\e2\\80\\ae");
    let files = [
        stored(folder.path(), "custom.wasm", &with(&sections)),
        stored(folder.path(), "imports.wasm", &wat::parse_str(&imports).unwrap_or_else(|error| panic!("{imports}: {error}"))),
        stored(folder.path(), "producers.wasm", &with(&[CustomSection { name: "producers".into(), data: (b"\x01\x03\x1b[2\0").into() }])),
    ];
    for format in ["text", "json"] {
        let output = inspect(&["--format", format], &files);
        let (out, err) = printed(&output);
        assert_eq!(output.status.code(), Some(0), "{err}");
        assert!(is_clean(out) && is_clean(err) && out.len() < 40_000, "{out:?} {err:?}");
        assert!(!out.contains("\\u001b"), "{out}");
    }
}

#[test]
fn what_programs_are_given_keeps_to_the_schema() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("inspect.schema.json");
    let schema: Value = serde_json::from_slice(&fs::read(path).expect("it is checked in")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let component = "(component (import \"wasi:cli/environment@0.2.0\" (instance)) (core module (memory 1)) (component))";
    let clang = "(module (func (export \"_start\")) (func (export \"cabi_realloc\")) (@producers (processed-by \"clang\" \"14.0.6\")))";
    let wasi = "(module (import \"wasi_snapshot_preview1\" \"proc_exit\" (func (param i32))) (import \"env\" \"m\" (memory 1 2 shared)))";
    let files: Vec<PathBuf> = [
        ("component.wat", component.as_bytes()),
        ("clang.wat", clang.as_bytes()),
        ("wasi.wat", wasi.as_bytes()),
        ("invalid.wat", b"(module (func (result i32)))"),
        ("package.webc", b"\0webc003 and then"),
        ("broken.wasm", &with(&[CustomSection { name: "producers".into(), data: (&[1, 1, b'x', 0][..]).into() }])),
    ]
    .map(|(name, bytes)| stored(folder.path(), name, bytes))
    .into();
    let output = inspect(&["--format", "json"], &files);
    assert_eq!(output.status.code(), Some(0), "{:?}", printed(&output));
    let all: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let errors: Vec<String> = validator.iter_errors(&all).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:?}: {all}");
    assert_eq!(all.as_array().map(Vec::len), Some(files.len()));
    for (place, wrong) in
        [("/0/is", Value::from("toaster")), ("/1/spin/v3/answer", Value::from("perhaps")), ("/2/bytes", Value::from("many"))]
    {
        let mut other = all.clone();
        *other.pointer_mut(place).unwrap_or_else(|| panic!("there is no {place}")) = wrong;
        assert!(!validator.is_valid(&other), "the schema lets anything through at {place}");
    }
}

/// Cases are about core modules.
#[test]
fn a_component_where_a_core_module_is_due_is_one_clear_message() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let suite = |module: &str, step: &str| {
        format!(
            "suite: component\ncases:\n  - name: a\n    why: It is a component.\n    stands_on: this test\n    level: required\n    \
             {module}\n    steps:\n      - {step}\n"
        )
    };
    stored(folder.path(), "component.wasm", &wat::parse_str("(component)").expect("it assembles"));
    for (module, place) in [("module: component.wasm", "7:13"), ("wat: (component)", "7:10")] {
        let path = stored(folder.path(), "suite.yaml", suite(module, "{ invoke: f }").as_bytes());
        let output =
            Command::new(env!("CARGO_BIN_EXE_wasmatrix")).args(["run", "--runtime", "faux+honest"]).arg(&path).output().expect("it starts");
        let (_, err) = printed(&output);
        assert_eq!(output.status.code(), Some(2), "{err}");
        let says = format!("suite.yaml:{place}: case `a`: module `main` is a component, and cases are about core modules");
        assert!(err.contains(&says) && err.contains("wasmatrix inspect") && err.lines().count() == 1, "{err}");
    }
    // That it is refused may be the question.
    let path = stored(folder.path(), "asks.yaml", suite("module: component.wasm", "{ compile: main, fails: rejected }").as_bytes());
    let output =
        Command::new(env!("CARGO_BIN_EXE_wasmatrix")).args(["list", "--runtime", "faux+honest"]).arg(&path).output().expect("it starts");
    assert_eq!(output.status.code(), Some(0), "{:?}", printed(&output));
}
