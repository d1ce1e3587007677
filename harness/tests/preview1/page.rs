//! The page of what is covered.

use std::{collections::BTreeSet, fmt::Write as _};

use super::{
    claims::{BAD_POINTER, Coverage},
    documented::Documented,
    witx::Preview1,
};

/// Writes into a text, which cannot fail.
macro_rules! line {
    ($text:expr, $($words:tt)*) => { writeln!($text, $($words)*).expect("a text takes everything") };
}

pub(super) fn page(coverage: &Coverage, preview1: &Preview1, documented: &Documented) -> String {
    let mut text = String::new();
    line!(text, "# What the suites of WASI preview 1 ask");
    line!(text, "");
    line!(text, "Generated from the suites of this folder, preview 1's own definition (witx) and what is documented for each function");
    line!(
        text,
        "(`harness/tests/preview1/`); `cargo test --test preview1` holds every claim against the modules and expectations of its case."
    );
    line!(text, "A number is how many cases ask; — means that no case does, and *Holes* below says why. `C`: asked as a command too.");
    line!(text, "");
    line!(text, "| function | ordinary | documented errnos | bad pointer | command |");
    line!(text, "|---|---|---|---|---|");
    for (name, function) in &preview1.functions {
        let cases = |what: &str| coverage.covered.get(&(name.clone(), what.to_owned())).map_or(0, BTreeSet::len);
        let number = |what: &str| match cases(what) {
            0 => "—".to_owned(),
            cases => cases.to_string(),
        };
        let about = documented.0.get(name);
        let errnos: Vec<String> =
            about.into_iter().flat_map(|about| about.errnos.keys()).map(|errno| format!("{errno} {}", number(errno))).collect();
        let errnos = if errnos.is_empty() { "none".to_owned() } else { errnos.join(", ") };
        let pointer = if function.takes_pointer { number(BAD_POINTER) } else { "takes none".to_owned() };
        let command = if coverage.in_commands.contains(name) { "C" } else { "—" };
        line!(text, "| {name} | {} | {errnos} | {pointer} | {command} |", number(""));
    }
    line!(text, "");
    line!(text, "## Holes");
    line!(text, "");
    for (name, about) in &documented.0 {
        for (hole, why) in &about.holes {
            line!(text, "- {name}, {hole}: {why}");
        }
    }
    line!(text, "");
    line!(text, "## Where the errnos are documented, and which cases ask");
    line!(text, "");
    for (name, about) in &documented.0 {
        for (errno, source) in &about.errnos {
            let cases = coverage.covered.get(&(name.clone(), errno.clone()));
            let cases: Vec<&str> = cases.into_iter().flatten().map(|case| case.trim_start_matches("wasi-preview1/")).collect();
            line!(text, "- {name}, {errno} ({source}): {}", cases.join(", "));
        }
    }
    text
}
