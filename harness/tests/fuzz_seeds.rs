//! The targets of `fuzz/` for a few seconds each: every input that is kept in `fuzz/kept/`, then bundled suites, scripts of the specification, the lines
//! that are sent for suites, a run's records and the suites' modules, all of them damaged by a fixed seed.
//!
//! `WASMATRIX_FUZZ_SECONDS` and `WASMATRIX_FUZZ_SEED` choose others than 3 and 1. `WASMATRIX_FUZZ_CORPUS` names a folder where the inputs to
//! begin with are written instead, for cargo-fuzz.

// The library of `fuzz/`, which is a workspace of its own.
#[allow(unreachable_pub, reason = "public for the programs of `fuzz/`")]
#[path = "../../fuzz/src/lib.rs"]
mod targets;

use std::{
    any::Any,
    fs,
    panic::catch_unwind,
    path::{Path, PathBuf},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use fastrand::Rng;
use serde_json::{Map, Value};
use wasmatrix::{catalog::Catalog, root::Root, session::script, suite::suite_files, worker::Limits};

/// Longer than any input may take on the slowest machine; what takes longer has found a hang.
const PATIENCE: Duration = Duration::from_secs(60);

/// As much as the main thread of `wasmatrix` has, and not the less that a test has.
const STACK: usize = 8 << 20;

fn number(variable: &str, default: u64) -> u64 {
    let Ok(text) = std::env::var(variable) else { return default };
    text.parse().unwrap_or_else(|_| panic!("{variable} is a number, not `{text}`"))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the checkout")
}

#[test]
fn suites() {
    fuzz("suite", targets::suite, &suite_seeds(), damaged_text);
}

#[test]
fn scripts() {
    fuzz("wast", targets::wast, &script_seeds(), damaged_text);
}

#[test]
fn protocol_lines() {
    fuzz("protocol", targets::protocol, &protocol_seeds(), damaged_json);
}

#[test]
fn runs() {
    fuzz("run", targets::run, &run_seeds(), damaged_json);
}

#[test]
fn modules() {
    fuzz("inspect", targets::inspect, &module_seeds(), damaged_module);
}

type Damage<S> = fn(&[S], &mut Rng) -> Vec<u8>;

/// Runs a target on what is kept, on the seeds, and on damaged seeds until the time is over.
fn fuzz<S: AsRef<[u8]> + Clone + Send + 'static>(name: &'static str, target: fn(&[u8]), seeds: &[S], damage: Damage<S>) {
    assert!(seeds.len() >= 10, "too little to begin with: {}", seeds.len());
    if let Some(corpus) = std::env::var_os("WASMATRIX_FUZZ_CORPUS") {
        return write_corpus(&root().join(corpus).join(name), seeds);
    }
    let (first_seed, seconds) = (number("WASMATRIX_FUZZ_SEED", 1), number("WASMATRIX_FUZZ_SECONDS", 3));
    // The input under test is on disk while it runs, because a stack overflow leaves nothing else behind.
    let input_path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{name}"));
    let (sender, done) = mpsc::channel();
    let mut inputs = kept(name).into_iter().chain(seeds.iter().map(|seed| ("a seed, undamaged".to_owned(), seed.as_ref().to_vec())));
    let seeds = seeds.to_vec();
    let whole: Vec<(String, Vec<u8>)> = inputs.by_ref().collect();
    let path = input_path.clone();
    let thread = thread::Builder::new().stack_size(STACK).spawn(move || {
        let mut tried = 0_u64;
        let mut attempt = |origin: &str, input: &[u8]| {
            fs::write(&path, input).expect("the folder for tests' files can be written");
            if let Err(panic) = catch_unwind(|| target(input)) {
                let shown: String = String::from_utf8_lossy(input).chars().take(2000).collect();
                panic!("{origin}: {}\nthe input is {}; keep it in fuzz/kept/{name}/:\n{shown}", words(&*panic), path.display());
            }
            tried += 1;
            let _ = sender.send(());
        };
        whole.iter().for_each(|(origin, input)| attempt(origin, input));
        let started = Instant::now();
        for seed in first_seed.. {
            if started.elapsed() >= Duration::from_secs(seconds) {
                break;
            }
            attempt(&format!("WASMATRIX_FUZZ_SEED={seed}"), &damage(&seeds, &mut Rng::with_seed(seed)));
        }
        tried
    });
    let thread = thread.expect("a thread");
    loop {
        match done.recv_timeout(PATIENCE) {
            Ok(()) => {}
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => panic!("{name} hangs on {}", input_path.display()),
        }
    }
    match thread.join() {
        Ok(tried) => println!("{name}: {tried} inputs"),
        Err(panic) => panic!("{name}: {}", words(&*panic)),
    }
    fs::remove_file(&input_path).expect("the input is there");
}

/// Writes the seeds, a file each, and runs nothing.
fn write_corpus(folder: &Path, seeds: &[impl AsRef<[u8]>]) {
    fs::create_dir_all(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for (number, seed) in seeds.iter().enumerate() {
        fs::write(folder.join(format!("seed-{number:05}")), seed).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    }
    println!("{} inputs are in {}, and nothing was run", seeds.len(), folder.display());
}

fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without words")
}

/// Inputs that once failed.
fn kept(name: &str) -> Vec<(String, Vec<u8>)> {
    let folder = root().join("fuzz/kept").join(name);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files.into_iter().map(|path| (path.display().to_string(), fs::read(&path).expect("a file"))).collect()
}

/// The cases of all suites we have, a suite each, so that no input takes long; and the bad suites.
fn suite_seeds() -> Vec<String> {
    let mut seeds = Vec::new();
    for folder in ["suites", "harness/tests/suites", "harness/tests/bad-suites"] {
        for path in suite_files(&root().join(folder)).expect("there are suites") {
            let text = String::from_utf8_lossy(&fs::read(path).expect("a suite")).into_owned();
            let mut cases = text.split("\n  - name:");
            let head = cases.next().unwrap_or_default().to_owned();
            let before = seeds.len();
            seeds.extend(cases.map(|case| format!("{head}\n  - name:{case}\n")).filter(|seed| seed.len() < 20_000));
            if seeds.len() == before && text.len() < 20_000 {
                seeds.push(text);
            }
        }
    }
    seeds
}

/// The scripts of the specification that are short enough for no input to take long.
fn script_seeds() -> Vec<String> {
    let sets = wasmatrix::spec::sets();
    sets.iter().flat_map(|set| &set.files).filter(|file| file.text.len() < 20_000).map(|file| file.text.to_owned()).collect()
}

/// What is sent for the bundled suites, and an answer of each sort.
fn protocol_seeds() -> Vec<String> {
    let catalog = Catalog::read(Root::find(None).expect("the checkout"), &[]).unwrap_or_else(|error| panic!("{error}"));
    let mut seeds: Vec<String> = catalog
        .suites
        .iter()
        .flat_map(|suite| &suite.cases)
        .flat_map(|case| script(case, Path::new("/scratch")))
        .flat_map(|line| line.sends())
        .map(|op| serde_json::to_string(&Limits::default().told(1, &op)).expect("a request is JSON"))
        .collect();
    seeds.sort();
    seeds.dedup();
    let replies = [
        r#"{"ok":"done"}"#,
        r#"{"ok":{"values":[{"i32":"0x0000002a"},{"i64":"0x8000000000000000"},{"f32":"0x7fa00001"},{"f64":"0xfff0000000000001"}]}}"#,
        r#"{"ok":{"values":[{"v128":"0x00000000000000000000000000000001"},{"funcref":"null"},{"externref":{"host":7}}]}}"#,
        r#"{"ok":{"pages":65536}}"#,
        r#"{"ok":{"bytes":{"base64":"/wA="}}}"#,
        r#"{"ok":{"bytes":{"text":"café"}}}"#,
        r#"{"ok":{"about":{"protocol":1,"runtime":"faux","variant":"honest","version":"1.0.0","wasi":"absent","configuration":{"a":"b"},"capabilities":["simd"],"compiler":null,"profile":"release"}}}"#,
        r#"{"failed":{"kind":{"trap":"unreachable"},"text":"wasm trap"}}"#,
        r#"{"failed":{"kind":{"exit":3},"text":""}}"#,
    ];
    seeds.extend(replies.iter().map(|reply| format!(r#"{{"id":1,"busy_ns":12345,"reply":{reply}}}"#)));
    for line in run_seeds() {
        // The answers that a run keeps are answers.
        let record: Value = serde_json::from_str(&line).expect("a record");
        for step in record["steps"].as_array().into_iter().flatten() {
            if let Some(reply) = step["observed"].get("answered") {
                seeds.push(format!(r#"{{"id":2,"busy_ns":1,"reply":{reply}}}"#));
            }
        }
    }
    seeds
}

/// The lines of a run, of every sort that there is.
fn run_seeds() -> Vec<String> {
    include_str!("fuzz_seeds/run.jsonl").lines().map(str::to_owned).collect()
}

/// The modules of the bundled suites that are short enough for no input to take long, and some of what they have not.
fn module_seeds() -> Vec<Vec<u8>> {
    let catalog = Catalog::read(Root::find(None).expect("the checkout"), &[]).unwrap_or_else(|error| panic!("{error}"));
    let cases = catalog.suites.iter().flat_map(|suite| &suite.cases);
    let mut seeds: Vec<Vec<u8>> = cases.flat_map(|case| case.modules.values()).map(|module| module.wasm.to_vec()).collect();
    seeds.retain(|seed| seed.len() < 20_000);
    seeds.sort();
    seeds.dedup();
    for wat in [
        "(component (import \"wasi:cli/environment@0.2.0\" (instance)) (core module (memory 1)) (component (core module)))",
        "(module (func (export \"_start\")) (func (export \"cabi_realloc\"))
            (@producers (language \"C11\" \"\") (processed-by \"clang\" \"14.0.6\") (sdk \"x\" \"1\")))",
        "(module $m (func $f (export \"_initialize\") (param $p i32) (local $l i64)) (@custom \"component-type:x\" \"a\") (@custom \"go:buildid\" \"b\"))",
        "(module (import \"env\" \"memory\" (memory 1 2 shared)) (memory i64 1) (table 1 funcref) (tag) (data \"x\"))",
    ] {
        seeds.push(wat::parse_str(wat).expect(wat));
    }
    seeds.push(b"\0webc003 and then".to_vec());
    seeds
}

/// A module whose sections were left out, doubled, moved and mixed with another's, and then bytes of it.
fn damaged_module(seeds: &[Vec<u8>], rng: &mut Rng) -> Vec<u8> {
    let (one, other) = (&seeds[rng.usize(..seeds.len())], &seeds[rng.usize(..seeds.len())]);
    let mut sections = sections(one);
    let others = self::sections(other);
    for _ in 0..rng.usize(0..4) {
        let at = rng.usize(..=sections.len());
        match rng.u8(..4) {
            0 if !others.is_empty() => sections.insert(at, one_of(&others, rng)),
            1 if !sections.is_empty() => sections.insert(at, one_of(&sections, rng)),
            2 if at < sections.len() => drop(sections.remove(at)),
            _ => rng.shuffle(&mut sections),
        }
    }
    let mut bytes = [one.get(..8).unwrap_or_default(), &sections.concat()].concat();
    for _ in 0..rng.usize(0..3) {
        let at = rng.usize(..=bytes.len());
        match rng.u8(..5) {
            // Numbers that are as large as they can be, or longer than they may be.
            0 => drop(bytes.splice(at..at, *b"\xff\xff\xff\xff\x0f")),
            1 => drop(bytes.splice(at..at, *b"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00")),
            2 => drop(bytes.splice(at..at, other.iter().copied().skip(rng.usize(..other.len())).take(rng.usize(..64)))),
            _ => by_bytes(&mut bytes, rng),
        }
    }
    bytes
}

/// The sections of a module, each with its number and its length; of a component those of its own.
fn sections(wasm: &[u8]) -> Vec<&[u8]> {
    let mut sections = Vec::new();
    let mut at = 8;
    while at + 1 < wasm.len() {
        // Its number, its length as a LEB128, and as many bytes.
        let digits = wasm[at + 1..].iter().take(5).take_while(|byte| **byte >= 0x80).count() + 1;
        let length = wasm[at + 1..].iter().take(digits).rev().fold(0_usize, |length, byte| length << 7 | usize::from(byte & 0x7f));
        let end = (at + 1 + digits + length).min(wasm.len());
        sections.push(&wasm[at..end]);
        at = end;
    }
    sections
}

/// Text damaged by lines, by words and by bytes, several times.
fn damaged_text(seeds: &[String], rng: &mut Rng) -> Vec<u8> {
    let mut text = seed(seeds, rng).to_owned();
    for _ in 0..rng.usize(1..5) {
        text = if rng.bool() { by_lines(&text, seed(seeds, rng), rng) } else { by_words(&text, seed(seeds, rng), rng) };
    }
    let mut bytes = text.into_bytes();
    if rng.u8(..8) == 0 {
        by_bytes(&mut bytes, rng);
    }
    bytes
}

fn one_of<T: Copy>(all: &[T], rng: &mut Rng) -> T {
    all[rng.usize(..all.len())]
}

fn seed<'s>(seeds: &'s [String], rng: &mut Rng) -> &'s str {
    &seeds[rng.usize(..seeds.len())]
}

fn by_lines(text: &str, other: &str, rng: &mut Rng) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let others: Vec<&str> = other.lines().collect();
    if lines.is_empty() || others.is_empty() {
        return other.to_owned();
    }
    let at = rng.usize(..lines.len());
    match rng.u8(..6) {
        0 => drop(lines.remove(at)),
        1 => lines.insert(at, lines[at].clone()),
        2 => {
            let to = rng.usize(..lines.len());
            lines.swap(at, to);
        }
        3 => lines.insert(at, one_of(&others, rng).to_owned()),
        4 => lines[at] = format!("{}{}", " ".repeat(rng.usize(..9)), lines[at].trim_start()),
        _ => lines.truncate(at),
    }
    lines.join(if rng.u8(..32) == 0 { "\r\n" } else { "\n" })
}

/// Words that are no words of a suite.
const STRANGE: [&str; 38] = [
    "null",
    "~",
    "\"\"",
    "''",
    "-1",
    "0",
    "0x",
    "-0x1",
    "1e999",
    "-.inf",
    ".nan",
    "nan:canonical",
    "bits:0x",
    "4294967296",
    "18446744073709551616",
    "340282366920938463463374607431768211456",
    "true",
    "{}",
    "[]",
    "[[[[[[[[[]]]]]]]]]",
    "{a: {a: {a: 1}}}",
    "&a",
    "*a",
    "<<: *a",
    "!!binary",
    "!!str 7",
    "|",
    ">-",
    "---",
    "...",
    "%YAML 1.2",
    "\t",
    "\u{feff}",
    "é",
    "😀",
    "\u{2028}",
    "\u{0}",
    "../..",
];

fn by_words(text: &str, other: &str, rng: &mut Rng) -> String {
    let is_in_word = |character: char| character.is_alphanumeric() || "_.-$".contains(character);
    let words = |text: &str| -> Vec<(usize, usize)> {
        let mut found: Vec<(usize, usize)> = Vec::new();
        for (at, character) in text.char_indices().filter(|(_, character)| is_in_word(*character)) {
            match found.last_mut() {
                Some((_, end)) if *end == at => *end += character.len_utf8(),
                _ => found.push((at, at + character.len_utf8())),
            }
        }
        found
    };
    let (own, others) = (words(text), words(other));
    if own.is_empty() || others.is_empty() {
        return other.to_owned();
    }
    let (start, end) = one_of(&own, rng);
    let (other_start, other_end) = one_of(&others, rng);
    let new = match rng.u8(..6) {
        0 => String::new(),
        1 => one_of(&STRANGE, rng).to_owned(),
        2 => text[start..end].repeat(rng.usize(2..5)),
        3 => format!("{}{}", one_of(&["é", "😀", "\u{2028}", "\"é\" "], rng), &text[start..end]),
        _ => other[other_start..other_end].to_owned(),
    };
    format!("{}{new}{}", &text[..start], &text[end..])
}

fn by_bytes(bytes: &mut Vec<u8>, rng: &mut Rng) {
    for _ in 0..rng.usize(1..4) {
        let at = rng.usize(..=bytes.len());
        match rng.u8(..3) {
            0 => bytes.insert(at, rng.u8(..)),
            1 => bytes.truncate(at),
            _ => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << rng.u8(..8)),
        }
    }
}

/// A few lines of JSON, each with some of its values replaced, removed, renamed or doubled; now and then damaged as bytes too.
fn damaged_json(seeds: &[String], rng: &mut Rng) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..rng.usize(1..4) {
        let mut value: Value = serde_json::from_str(seed(seeds, rng)).expect("a seed is JSON");
        let other: Value = serde_json::from_str(seed(seeds, rng)).expect("a seed is JSON");
        for _ in 0..rng.usize(0..4) {
            damage(&mut value, &other, rng);
        }
        bytes.extend(value.to_string().into_bytes());
        bytes.push(b'\n');
    }
    if rng.u8(..8) == 0 {
        by_bytes(&mut bytes, rng);
    }
    bytes
}

/// Goes down somewhere and damages what is there.
fn damage(value: &mut Value, other: &Value, rng: &mut Rng) {
    let deeper = rng.u8(..6) != 0;
    match value {
        Value::Object(map) if deeper && !map.is_empty() => {
            let keys: Vec<&String> = map.keys().collect();
            let key = one_of(&keys, rng).clone();
            match (rng.u8(..12), map.get_mut(&key)) {
                (0, _) => drop(map.remove(&key)),
                (1, _) => {
                    let moved = map.remove(&key).unwrap_or_default();
                    map.insert(part(other, rng).as_str().unwrap_or("strange").to_owned(), moved);
                }
                (_, Some(inner)) => damage(inner, other, rng),
                (_, None) => {}
            }
        }
        Value::Array(list) if deeper && !list.is_empty() => {
            let at = rng.usize(..list.len());
            match rng.u8(..8) {
                0 => drop(list.remove(at)),
                1 => list.insert(at, list[at].clone()),
                _ => damage(&mut list[at], other, rng),
            }
        }
        Value::String(text) if rng.bool() => *text = by_words(text, "0x0 é \u{0} 18446744073709551616 ==== wasmi@2.0 core/a", rng),
        Value::Number(number) if rng.bool() => {
            let near = number.as_u64().unwrap_or_default();
            let strange = [Value::from(near.wrapping_sub(1)), Value::from(u64::MAX), Value::from(-1), Value::from(1.5), Value::from("1")];
            *value = strange[rng.usize(..strange.len())].clone();
        }
        _ => {
            let strange = [Value::Null, Value::Bool(true), Value::from(""), Value::Array(Vec::new()), Value::Object(Map::new())];
            *value = if rng.bool() { part(other, rng).clone() } else { strange[rng.usize(..strange.len())].clone() };
        }
    }
}

/// Some part of a value.
fn part<'v>(value: &'v Value, rng: &mut Rng) -> &'v Value {
    let inner: Vec<&Value> = match value {
        Value::Object(map) => map.values().collect(),
        Value::Array(list) => list.iter().collect(),
        _ => return value,
    };
    if inner.is_empty() || rng.u8(..5) == 0 { value } else { part(one_of(&inner, rng), rng) }
}
