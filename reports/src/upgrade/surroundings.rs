//! What two receipts differ in.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use wasmatrix_adapter::WasiImplementation;

use crate::Receipt;

/// Something that the workers of both versions say of themselves, and not the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Setting {
    /// What it is: `WASI implementation`, `configuration: strategy`, `capabilities`, …
    pub what: String,
    /// The variants; empty where the runtime has one configuration only.
    pub variants: Vec<String>,
    /// With the old version; `-` where it has none.
    pub old: String,
    /// With the new one.
    pub new: String,
}

/// What there is on neither side.
const NOTHING: &str = "-";

/// What differs, the variants that differ alike together; and the names of what is the same with all of them.
pub(super) fn differences(pairs: &[(Option<&str>, &Receipt, &Receipt)]) -> (Vec<Setting>, Vec<String>) {
    let mut found: Vec<Setting> = Vec::new();
    let mut same: BTreeSet<&str> = BTreeSet::new();
    let mut different: BTreeSet<&str> = BTreeSet::new();
    for (variant, old, new) in pairs {
        for (class, what, old, new) in of_one(old, new) {
            if old == new {
                same.insert(class);
                continue;
            }
            different.insert(class);
            let variants = variant.iter().map(|variant| (*variant).to_owned());
            match found.iter_mut().find(|other| other.what == what && other.old == old && other.new == new) {
                Some(known) => known.variants.extend(variants),
                None => found.push(Setting { what, variants: variants.collect(), old, new }),
            }
        }
    }
    // By class first, and what comes of each variant side by side.
    let mut order: Vec<String> = Vec::new();
    for setting in &found {
        if !order.contains(&setting.what) {
            order.push(setting.what.clone());
        }
    }
    found.sort_by_key(|setting| order.iter().position(|what| *what == setting.what));
    (found, same.difference(&different).map(|class| (*class).to_owned()).collect())
}

/// Class, name and both values of everything; what explains most stands first.
fn of_one(old: &Receipt, new: &Receipt) -> Vec<(&'static str, String, String, String)> {
    let mut all = vec![
        ("version", "version".to_owned(), old.version.clone(), new.version.clone()),
        ("WASI implementation", "WASI implementation".to_owned(), wasi(&old.wasi), wasi(&new.wasi)),
    ];
    let claims = |receipt: &Receipt| receipt.capabilities.iter().map(ToString::to_string).collect();
    let switchable = |receipt: &Receipt| receipt.switchable.iter().map(ToString::to_string).collect();
    let (can, can_be_off) = ("capabilities", "capabilities that can be switched off");
    all.extend(sets(can, &claims(old), &claims(new)).map(|(what, old, new)| (can, what, old, new)));
    all.extend(sets(can_be_off, &switchable(old), &switchable(new)).map(|(what, old, new)| (can_be_off, what, old, new)));
    let (was, is) = (settings(&old.configuration), settings(&new.configuration));
    let names: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    if names.is_empty() {
        all.push(("configuration", "configuration".to_owned(), String::new(), String::new()));
    }
    for name in names {
        let value = |settings: &BTreeMap<String, String>| settings.get(name).cloned().unwrap_or_else(|| NOTHING.to_owned());
        let (was, is) = (value(&was), value(&is));
        if was != is && was.contains(FLAGS) && is.contains(FLAGS) {
            all.extend(
                sets(&format!("configuration: {name}"), &flags(&was), &flags(&is)).map(|(what, was, is)| ("configuration", what, was, is)),
            );
        } else {
            all.push(("configuration", format!("configuration: {name}"), was, is));
        }
    }
    let sources = |receipt: &Receipt| receipt.worker.sources.clone().unwrap_or_else(|| "a registry".to_owned());
    all.push(("sources of the runtime", "sources of the runtime".to_owned(), sources(old), sources(new)));
    all.push(("compiler of the worker", "compiler of the worker".to_owned(), old.worker.compiler.clone(), new.worker.compiler.clone()));
    all.push(("build profile", "build profile".to_owned(), old.worker.profile.clone(), new.worker.profile.clone()));
    all
}

fn wasi(implementation: &WasiImplementation) -> String {
    match implementation {
        WasiImplementation::Absent => "none".to_owned(),
        WasiImplementation::Undeclared => "undeclared".to_owned(),
        WasiImplementation::Package { name, version } => format!("{name} {version}"),
    }
}

/// Two sets as what is in only one of them.
fn sets(what: &str, old: &BTreeSet<String>, new: &BTreeSet<String>) -> Option<(String, String, String)> {
    let only = |one: &BTreeSet<String>, other: &BTreeSet<String>| one.difference(other).cloned().collect::<Vec<_>>().join(", ");
    let or_nothing = |text: String| if text.is_empty() { NOTHING.to_owned() } else { text };
    Some((format!("{what}, only with one version"), or_nothing(only(old, new)), or_nothing(only(new, old))))
}

/// What stands between the flags of a set: `Features(SIMD | GC)`.
const FLAGS: &str = " | ";

fn flags(text: &str) -> BTreeSet<String> {
    let inner = text.split_once('(').map_or(text, |(_, rest)| rest.trim_end_matches(')'));
    inner.split(FLAGS).map(str::to_owned).collect()
}

/// Settings as they are compared. A long value that is the text of a Rust struct is taken apart, so that what changed in it can be seen.
fn settings(configuration: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    const LONG: usize = 120;
    let mut all = BTreeMap::new();
    for (name, value) in configuration {
        if value.len() > LONG && value.contains(" { ") {
            all.extend(fields(value).into_iter().map(|(path, value)| (format!("{name}{path}"), value)));
        } else {
            all.insert(name.clone(), value.clone());
        }
    }
    all
}

/// The fields of `A { b: C { d: 1 }, e: F(G | H) }`: `.b.d` is `1`, `.e` is `F(G | H)`.
fn fields(text: &str) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    let mut path: Vec<String> = Vec::new();
    let mut value = String::new();
    let mut name: Option<String> = None;
    let mut round = 0_usize;
    let mut keep = |path: &[String], name: &mut Option<String>, value: &mut String| {
        let kept = std::mem::take(value);
        if let Some(name) = name.take() {
            let path: String = path.iter().chain([&name]).map(|part| format!(".{part}")).collect();
            fields.push((path, kept.trim().to_owned()));
        }
    };
    for character in text.chars() {
        match character {
            '(' | '[' => {
                round += 1;
                value.push(character);
            }
            ')' | ']' => {
                round = round.saturating_sub(1);
                value.push(character);
            }
            '{' if round == 0 => {
                // The outermost struct has no name of its own here.
                path.extend(name.take());
                value.clear();
            }
            '}' if round == 0 => {
                keep(&path, &mut name, &mut value);
                path.pop();
            }
            ',' if round == 0 => keep(&path, &mut name, &mut value),
            ':' if round == 0 && name.is_none() => name = Some(std::mem::take(&mut value).trim().to_owned()),
            other => value.push(other),
        }
    }
    keep(&path, &mut name, &mut value);
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_a_struct_is_taken_apart() {
        let text = "Config { stack: StackConfig { depth: 1000, height: 7 }, features: Set(A | B, C), mode: Lazy, none: None }";
        let expected =
            [(".stack.depth", "1000"), (".stack.height", "7"), (".features", "Set(A | B, C)"), (".mode", "Lazy"), (".none", "None")];
        assert_eq!(fields(text), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        // What is no such text must not be lost without a trace, nor end anything.
        for odd in ["}{", "a { b", ":::", ""] {
            fields(odd);
        }
        assert_eq!(fields("A { b: 1"), [(".b".to_owned(), "1".to_owned())]);
    }
}
