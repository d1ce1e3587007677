//! What is known to fail is said to people as it is: `reports/known.md` is the page that `known.yaml` and the suites make, and no entry is stale.
//!
//! `WASMATRIX_BLESS=1 cargo test --test known_page` writes the page anew.

use std::fs;

use wasmatrix::{catalog::Catalog, known::page, root::Root};

fn catalog() -> Catalog {
    let root = Root::find(None).expect("the checkout is there");
    Catalog::read(root, &[]).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn the_checked_in_page_is_what_known_yaml_makes() {
    let catalog = catalog();
    let head = |runtime: &wasmatrix::runtime::Runtime| fs::read_to_string(runtime.folder.join("known.yaml")).unwrap_or_default();
    let runtimes: Vec<_> = catalog.runtimes.iter().map(|runtime| (runtime, head(runtime))).collect();
    let made = page(&runtimes, &catalog.suites);
    let path = catalog.root.path.join("reports/known.md");
    if std::env::var_os("WASMATRIX_BLESS").is_some() {
        fs::write(&path, &made).expect("it can be written");
    }
    let checked_in = fs::read_to_string(&path).unwrap_or_default();
    assert!(checked_in == made, "{} is not what known.yaml makes; WASMATRIX_BLESS=1 writes it anew", path.display());
}

#[test]
fn every_entry_has_its_row_and_none_hides_a_case() {
    let catalog = catalog();
    for runtime in &catalog.runtimes {
        let head = String::new();
        let made = page(&[(runtime, head)], &catalog.suites);
        let rows = made.lines().filter(|line| line.starts_with("| `")).count();
        assert_eq!(rows, runtime.known.entries().len(), "{}", runtime.name);
        for row in made.lines().filter(|line| line.starts_with('|')) {
            assert_eq!(row.replace("\\|", "").matches('|').count(), 10, "nine cells: {row}");
        }
    }
}
