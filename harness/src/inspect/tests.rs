//! Modules assembled by hand, in tables.

use wasm_encoder::{CustomSection, Module as Built, ProducersField, ProducersSection};

use super::{
    InspectError, Report, Runtimes, inspect,
    report::{Entry, Inspected, LISTED, Module, V2, V3},
    text,
};

fn look(wasm: &[u8]) -> Result<Report, InspectError> {
    inspect(wasm)
}

fn module_of(wasm: &[u8]) -> Box<Module> {
    match look(wasm) {
        Ok(Report::Module(module)) => module,
        other => panic!("{other:?}"),
    }
}

fn module(wat: &str) -> Box<Module> {
    module_of(&wat::parse_str(wat).expect(wat))
}

fn words(report: Report) -> String {
    text(&Inspected { path: "a.wasm".to_owned(), runtimes: Runtimes::of(&report, &[], &[]), report, proof: None })
}

/// A clang of a version beside what else stands in a module.
fn clang(version: &str, rest: &str) -> String {
    format!("(module {rest} (@producers (processed-by \"clang\" \"{version}\")))")
}

const START: &str = "(func (export \"_start\"))";

#[test]
fn spin_says_what_its_own_tests_and_its_source_say() {
    let start = |version: &str| clang(version, START);
    let all = [
        ("(module)".to_owned(), V3::Safe, V2::Unknown),
        ("(module (func (export \"cabi_realloc\")))".to_owned(), V3::Safe, V2::ProbablySafe),
        ("(module (func (export \"_start\")) (func (export \"cabi_realloc\")))".to_owned(), V3::Safe, V2::ProbablySafe),
        ("(module (func (export \"some_other_function\")))".to_owned(), V3::Safe, V2::Unknown),
        (start("16.0.0 extra-stuff"), V3::Safe, V2::ProbablySafe),
        (start("15.0.7"), V3::Safe, V2::ProbablySafe),
        (start("15.0.6"), V3::Unsafe, V2::ProbablyUnsafe),
        (start("14.0.0 extra-stuff"), V3::Unsafe, V2::ProbablyUnsafe),
        (clang("14.0.0", "(func (export \"_start\")) (memory (export \"cabi_realloc\") 1)"), V3::Unsafe, V2::ProbablyUnsafe),
        (start("15.0"), V3::SafeWithWarning, V2::Unknown),
        (start("16.0.0git"), V3::SafeWithWarning, V2::Unknown),
        (start("a.b.c"), V3::SafeWithWarning, V2::Unknown),
        (start("65536.0.0"), V3::SafeWithWarning, V2::Unknown),
        (start(""), V3::SafeWithWarning, V2::Unknown),
        (start("14.0.0.1"), V3::Unsafe, V2::ProbablyUnsafe),
        (clang("14.0.0", ""), V3::NotChecked, V2::ProbablyUnsafe),
        (clang("14.0.0", "(func (export \"_initialize\"))"), V3::NotChecked, V2::ProbablyUnsafe),
        ("(module (func (export \"_initialize\")))".to_owned(), V3::NotChecked, V2::Unknown),
        (clang("14.0.0", "(memory (export \"_start\") 1)"), V3::NotChecked, V2::ProbablyUnsafe),
        (format!("(module {START} (@producers (processed-by \"rustc\" \"1.63.0\")))"), V3::Safe, V2::Unknown),
        (format!("(module {START} (@producers (processed-by \"Debian clang\" \"14.0.6\")))"), V3::Safe, V2::Unknown),
        (clang("14.0.0", "(func (export \"_start\")) (func (export \"canonical_abi_realloc\"))"), V3::Safe, V2::ProbablyUnsafe),
        (clang("14.0.0", "(func (export \"_start\")) (@custom \"component-type:x\" \"a\")"), V3::Safe, V2::ProbablyUnsafe),
        // Version 2.7 stops at the first sign in the order of the file, and exports stand before the producers.
        (clang("14.0.0", "(func (export \"_start\")) (func (export \"cabi_realloc\"))"), V3::Safe, V2::ProbablySafe),
    ];
    for (wat, v3, v2_7) in all {
        let spin = module(&wat).spin;
        assert_eq!((spin.v3.answer, spin.v2_7.answer), (v3, v2_7), "{wat}: {spin:?}");
        assert_eq!(spin.v3.answer == V3::Unsafe, spin.v3.why.contains("older than 15.0.7"), "{wat}: {spin:?}");
        let unsafe_words = spin.v3.what_to_do.unwrap_or_default();
        assert_eq!(
            v3 == V3::Unsafe,
            unsafe_words.contains("wasi-sdk 18 has the fixed wasi-libc") && !unsafe_words.contains("nobody would say so"),
            "{wat}"
        );
    }
}

fn producers_of(fields: &[(&str, &[(&str, &str)])]) -> ProducersSection {
    let mut section = ProducersSection::new();
    for (name, values) in fields {
        let mut field = ProducersField::new();
        for (name, version) in *values {
            field.value(name, version);
        }
        section.field(name, &field);
    }
    section
}

#[test]
fn of_several_producers_sections_spin_3_takes_the_last_clang_and_2_7_the_first() {
    let mut built = Built::new();
    built.section(&producers_of(&[("processed-by", &[("clang", "16.0.0")])]));
    built.section(&producers_of(&[("processed-by", &[("clang", "14.0.0")])]));
    let mut wasm = wat::parse_str(format!("(module {START})")).expect("it assembles");
    wasm.extend_from_slice(&built.as_slice()[8..]);
    let module = module_of(&wasm);
    assert_eq!((module.spin.v3.answer, module.spin.v2_7.answer), (V3::Unsafe, V2::ProbablySafe));
    assert_eq!(module.producers.sections, 2);
    assert_eq!(module.producers.processed_by.first.len(), 2);
    assert!(words(look(&wasm).expect("a module")).contains("2 sections of that name"));
}

#[test]
fn ten_thousand_producers_are_counted_and_a_hundred_shown() {
    let versions: Vec<String> = (0..10_000).map(|number| format!("1.{number}")).collect();
    let values: Vec<(&str, &str)> = versions.iter().map(|version| ("tool", version.as_str())).collect();
    let mut built = Built::new();
    built.section(&producers_of(&[("processed-by", &values)]));
    let module = module_of(built.as_slice());
    assert_eq!((module.producers.processed_by.first.len(), module.producers.processed_by.more), (LISTED, 10_000 - LISTED));
    let text = words(look(built.as_slice()).expect("a module"));
    assert!(text.contains("and 9900 more") && text.len() < 10_000, "{text}");
}

#[test]
fn a_producers_section_that_lies_is_said_with_its_place_and_the_rest_is_told() {
    for (contents, what) in [
        (
            &[1, 12, b'p', b'r', b'o', b'c', b'e', b's', b's', b'e', b'd', b'-', b'b', b'y', 0xff, 0xff, 0x03][..],
            "more values than there are",
        ),
        (&[1, 8, b'l', b'a', b'n', b'g', b'u', b'a', b'g', b'e', 1, 2, 0xff, 0xfe, 0][..], "no UTF-8"),
        (&[1, 1, b'x', 0][..], "an unknown field"),
        (&[0, 7][..], "something behind its end"),
    ] {
        let mut built = Built::new();
        built.section(&CustomSection { name: "producers".into(), data: contents.into() });
        built.section(&CustomSection { name: "behind".into(), data: (&[1, 2, 3][..]).into() });
        let module = module_of(built.as_slice());
        assert!(module.producers.broken.as_ref().is_some_and(|broken| broken.starts_with("at byte ")), "{what}: {:?}", module.producers);
        assert_eq!((module.spin.v3.answer, module.spin.v2_7.answer), (V3::Unreadable, V2::Unreadable), "{what}");
        assert_eq!(module.custom_sections.first[1].name, "behind", "{what}");
    }
}

#[test]
fn what_is_no_module_is_said_with_its_place() {
    let whole = wat::parse_str("(module (func (export \"f\") (result i32) (i32.const 1)) (@custom \"a\" \"bcd\"))").expect("it assembles");
    for (bytes, at, cause) in [
        (&b""[..], 0, "empty"),
        (&b"(module (func))"[..], 0, "text that begins with `(module (func))`"),
        (&b"\x7fELF\x02\x01\x01\x00\x00"[..], 0, "begins with 7f 45 4c 46"),
        (&b"\0as"[..], 3, "ends after 3 of the 8 bytes"),
        (&b"\0asm\x01\0"[..], 4, "unexpected end"),
        (&b"\0asm\x02\0\0\0"[..], 4, "unknown binary version"),
        (&b"\0asm\x01\0\0\0\0\x05\x01a"[..], 10, "unexpected end"),
        (&b"\0asm\x01\0\0\0\0\x02\x05a"[..], 11, "unexpected end"),
        (&b"\0asm\x01\0\0\0\0\x02\x01\xff"[..], 11, "UTF-8"),
        (&b"\0webc04"[..], 5, "a webc says its version there"),
    ] {
        let error = look(bytes).expect_err(cause).to_string();
        assert!(error.starts_with(&format!("at byte {at}")) && error.contains(cause), "{bytes:?}: {error}");
    }
    // No section is optional once it has begun.
    let section_ends: Vec<usize> = (8..whole.len()).filter(|end| look(&whole[..*end]).is_ok()).collect();
    assert!(section_ends.len() <= 5, "cut at {section_ends:?}, it was taken for a whole module");
}

#[test]
fn toolchains_are_told_by_what_they_leave() {
    for (wat, name, told_by) in [
        ("(module (@producers (processed-by \"Debian clang\" \"14.0.6\")))", "clang", "processed-by `Debian clang`"),
        ("(module (@producers (language \"Go\" \"go1.21\") (processed-by \"Go cmd/compile\" \"go1.21\")))", "Go", "`Go cmd/compile`"),
        ("(module (@producers (processed-by \"rustc\" \"1.63.0\")))", "rustc", "processed-by `rustc`"),
        ("(module (@custom \"go:buildid\" \"x\"))", "Go", "the custom section `go:buildid`"),
        ("(module (import \"env\" \"abort\" (func (param i32 i32 i32 i32))))", "AssemblyScript", "the import `env.abort`"),
        ("(module (func (export \"tinygo_launch\")))", "TinyGo", "the export `tinygo_launch`"),
        ("(module (func $start.wasi_start))", "Zig", "the function `start.wasi_start` in the name section"),
        ("(module (global (export \"GRAIN$TYPE\") i32 (i32.const 0)))", "Grain", "the export `GRAIN$TYPE`"),
    ] {
        let toolchain = module(wat).toolchain;
        assert_eq!(toolchain.len(), 1, "{wat}: {toolchain:?}");
        assert!(toolchain[0].name == name && toolchain[0].told_by.contains(told_by), "{wat}: {toolchain:?}");
    }
    assert_eq!(module("(module (func (export \"f\")))").toolchain, []);
}

#[test]
fn a_libc_of_one_clang_does_not_hide_the_program_of_another() {
    let wat = format!(
        "(module {START} (func $dlmalloc) (@producers (processed-by \"Debian clang\" \"19.1.7\") (processed-by \"clang\" \"12.0.1\")))"
    );
    let module = module(&wat);
    let told: Vec<_> = module.toolchain.iter().map(|one| (one.name.as_str(), one.version.as_deref())).collect();
    assert_eq!(told, [("clang", Some("19.1.7")), ("clang", Some("12.0.1")), ("wasi-libc", None)]);
    assert_eq!(module.spin.v3.answer, V3::Unsafe);
}

#[test]
fn of_a_module_that_passes_for_want_of_a_clang_it_is_said_who_has_the_bug_without_one() {
    let wat = format!("(module {START} (@producers (processed-by \"Go cmd/compile\" \"go1.24.0\")))");
    let what_to_do = module(&wat).spin.v3.what_to_do.unwrap_or_default();
    assert!(what_to_do.contains("Go since 1.24 and AssemblyScript") && what_to_do.contains("inspect --prove"), "{what_to_do}");
}

#[test]
fn a_module_is_described() {
    let wat = "(module
        (import \"wasi_snapshot_preview1\" \"proc_exit\" (func (param i32)))
        (import \"wasi_snapshot_preview1\" \"fd_write\" (func (param i32 i32 i32 i32) (result i32)))
        (import \"env\" \"memory\" (memory 1 2 shared))
        (import \"host\" \"call\" (func))
        (memory (export \"m\") (export \"memory\") i64 3)
        (func $begin) (start $begin)
        (func (export \"_start\")))";
    let module = module(wat);
    assert_eq!((module.entry, module.start_section), (Entry::Command, Some(3)));
    assert_eq!(module.imports.first[2].functions.first, ["fd_write", "proc_exit"]);
    assert!(module.imports.first[2].is_wasi && !module.imports.first[1].is_wasi);
    let text = words(Report::Module(module));
    for line in [
        "WASI           wasi_snapshot_preview1: fd_write, proc_exit",
        "other imports  env: memory memory",
        "host: call",
        "1 pages, at most 2, shared, imported as `env.memory`",
        "3 pages, no maximum, 64-bit, exported as `m`, `memory`",
        "start section  function 3",
        "multi-memory, memory64, threads, wasi-preview1",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
}

#[test]
fn modules_inside_of_components_are_found_at_any_depth() {
    let wat = "(component
        (import \"wasi:cli/environment@0.2.0\" (instance))
        (core module (func (export \"f\")) (@producers (processed-by \"clang\" \"14.0.6\")))
        (component (core module (import \"env\" \"f\" (func)))))";
    let wasm = wat::parse_str(wat).expect("it assembles");
    let report = look(&wasm).expect("a component");
    let Report::Component(component) = &report else { panic!("{report:?}") };
    assert_eq!(component.imports.first, ["wasi:cli/environment@0.2.0"]);
    assert_eq!((component.components, component.modules.first.len()), (1, 2));
    assert_eq!(component.modules.first[0].toolchain[0].name, "clang");
    assert_eq!(component.modules.first[1].depth, 1);
    for module in &component.modules.first {
        let at = usize::try_from(module.at).expect("a place in memory");
        assert_eq!(&wasm[at..at + 4], b"\0asm", "{module:?}");
    }
    let text = words(report);
    assert!(text.contains("no runtime here takes components yet") && text.contains("not checked"), "{text}");
}

#[test]
fn of_a_webc_its_version_is_said_and_nothing_else() {
    let report = look(b"\0webc003and then").expect("a webc");
    assert!(words(report).starts_with("a.wasm: a webc of version 003, 16 bytes; its inside is not looked at\n"));
}

#[test]
fn an_invalid_module_is_told_of_and_runs_nowhere() {
    let wasm = wat::parse_str("(module (func (result i32)))").expect("it assembles");
    let text = words(look(&wasm).expect("its sections can be read"));
    assert!(text.contains("it is invalid with every proposal that is known here: "), "{text}");
}

#[test]
fn names_are_cut_and_cannot_do_things_to_a_terminal() {
    let mut built = Built::new();
    built.section(&CustomSection { name: "\u{1b}[2J".into(), data: (&[][..]).into() });
    built.section(&CustomSection { name: "é".repeat(1000).into(), data: (&[][..]).into() });
    let sections = module_of(built.as_slice()).custom_sections.first;
    assert_eq!(sections[0].name, "\u{fffd}[2J");
    assert_eq!(sections[1].name, format!("{}… (2000 bytes)", "é".repeat(200)));
}
