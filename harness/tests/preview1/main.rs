//! WASI preview 1 is asked in full: every function that its definition (witx) has, each with its ordinary success, every errno that is documented
//! for it, and a bad pointer. What a case claims to cover is held against its modules and its expectations, and what no case covers is explained.
//!
//! What is documented stands in the `.yaml` files beside this one; `suites/wasi-preview1/COVERAGE.md` is made from all of it
//! (`WASMATRIX_BLESS=1 cargo test -p wasmatrix --test preview1`).

mod calls;
mod claims;
mod documented;
mod page;
mod witx;

use std::{collections::BTreeSet, env, fs, path::PathBuf, sync::Arc};

use claims::Coverage;
use documented::Documented;
use wasmatrix::{
    catalog::Catalog,
    root::Root,
    suite::{Case, Form},
};
use witx::Preview1;

const SUITE: &str = "wasi-preview1/";
const SECURITY: &str = "wasi-preview1/security";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn cases() -> Vec<Arc<Case>> {
    let catalog = Catalog::read(Root::find(None).expect("the checkout is there"), &[root().join("suites/wasi-preview1")]);
    let suites = catalog.unwrap_or_else(|error| panic!("{error}")).suites;
    let cases: Vec<_> = suites.into_iter().filter(|suite| suite.name.starts_with(SUITE)).flat_map(|suite| suite.cases).collect();
    assert!(!cases.is_empty(), "no case of preview 1, so nothing is tested");
    cases
}

fn is_written(case: &Case) -> bool {
    case.form == Form::Steps
}

#[test]
fn every_import_has_the_type_that_the_definition_gives_it() {
    let preview1 = Preview1::read();
    assert_eq!(preview1.functions.len(), 46);
    let mut wrong = BTreeSet::new();
    for case in cases().iter().filter(|case| is_written(case)) {
        for (name, module) in &case.modules {
            for import in calls::preview1_imports(&module.wasm) {
                match preview1.functions.get(&import.name) {
                    None => drop(wrong.insert(format!("{}/{}: module {name}: there is no `{}`", case.suite, case.name, import.name))),
                    Some(function) if function.signature != import.signature => {
                        wrong.insert(format!(
                            "{}/{}: module {name}: `{}` is {}, not {}",
                            case.suite, case.name, import.name, function.signature, import.signature
                        ));
                    }
                    Some(_) => {}
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_is_documented_is_documented_for_functions_that_there_are() {
    let preview1 = Preview1::read();
    let documented = Documented::read();
    let there_are: BTreeSet<&String> = preview1.functions.keys().collect();
    assert_eq!(documented.0.keys().collect::<BTreeSet<_>>(), there_are);
    for (function, about) in &documented.0 {
        for errno in about.errnos.keys().chain(about.holes.keys().filter(|hole| !matches!(hole.as_str(), "ordinary" | "bad-pointer"))) {
            assert!(preview1.errnos.contains_key(errno), "{function}: there is no errno `{errno}`");
        }
    }
}

#[test]
fn every_claim_holds_and_every_hole_is_explained() {
    let coverage = Coverage::of(&cases(), Preview1::read(), &Documented::read());
    assert!(coverage.wrong.is_empty(), "{} are wrong:\n{}", coverage.wrong.len(), coverage.wrong.join("\n"));
}

#[test]
fn security_and_every_function_are_asked_as_a_command_too() {
    let cases = cases();
    let has_form = |case: &Case| cases.iter().any(|form| form.suite == case.suite && form.name == format!("{}.command", case.name));
    let without: Vec<&str> =
        cases.iter().filter(|case| is_written(case) && case.suite == SECURITY && !has_form(case)).map(|case| case.name.as_str()).collect();
    assert!(cases.iter().any(|case| case.suite == SECURITY), "there is no {SECURITY}");
    assert!(without.is_empty(), "no command form: {without:?}");
    let asked: BTreeSet<&str> = cases
        .iter()
        .filter(|case| case.form == Form::Command || claims::runs_a_command(case))
        .flat_map(|case| case.covers.iter().map(|covered| covered.split('/').next().unwrap_or(covered)))
        .collect();
    let preview1 = Preview1::read();
    let unasked: Vec<&String> = preview1.functions.keys().filter(|function| !asked.contains(function.as_str())).collect();
    assert!(unasked.is_empty(), "asked in no command: {unasked:?}");
}

#[test]
fn the_page_is_current() {
    let (preview1, documented) = (Preview1::read(), Documented::read());
    let coverage = Coverage::of(&cases(), preview1, &documented);
    let text = page::page(&coverage, preview1, &documented);
    let path = root().join("suites/wasi-preview1/COVERAGE.md");
    if env::var_os("WASMATRIX_BLESS").is_some() {
        fs::write(&path, &text).expect("the page can be written");
    }
    let stands = fs::read_to_string(&path).unwrap_or_default();
    assert!(stands == text, "suites/wasi-preview1/COVERAGE.md is not what the suites say; make it with WASMATRIX_BLESS=1");
}
