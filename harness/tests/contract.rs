//! The contract that every worker keeps, as trials named `runtime/check`: all default runtimes, the test double, and some others. Further ones are
//! chosen by `WASMATRIX_RUNTIMES`, a list with commas: `wasmtime@all,wasmer@all` takes some twenty minutes to build.

use std::sync::Arc;

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use wasmatrix::{
    catalog::Catalog,
    contract::{Held, clauses, hold},
    id::RuntimeId,
    plan::select_runtimes,
    root::Root,
    workshop::Workshop,
};
use wasmatrix_reports::Availability;

/// What is held to it beside the default runtimes: older lines of two of them, and what is made by other means than cargo. Each is had in seconds, or
/// a minute at most. wazero 1.6.0 is not among them: it has no means to link instances, which the contract wants. Nor is pywasm, which rejects nothing
/// that is invalid.
const MORE: [&str; 7] = ["faux+honest", "wasmi@0.36", "wazero@1.8.2", "wasmtime-cli+cranelift", "wazero-cli", "deno", "bun"];

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::from_args();
    let named = std::env::var("WASMATRIX_RUNTIMES").unwrap_or_default();
    let more: Vec<String> = MORE.into_iter().chain(named.split(',').filter(|name| !name.is_empty())).map(str::to_owned).collect();
    let catalog = Arc::new(Catalog::of_runtimes(Root::find(None)?)?.naming(&more)?);
    let mut runtimes = select_runtimes(&catalog, &more)?;
    runtimes.extend(select_runtimes(&catalog, &[])?);
    runtimes.sort();
    runtimes.dedup();
    let workshop = Arc::new(Workshop::new(&runtimes));
    let mut trials = Vec::new();
    for id in runtimes {
        for clause in clauses() {
            let (catalog, workshop, id) = (Arc::clone(&catalog), Arc::clone(&workshop), id.clone());
            trials.push(Trial::ignorable_test(format!("{id}/{clause}"), move || {
                let prepared = workshop.prepared(&catalog, &id).ok_or("a runtime that was not planned")?;
                if prepared.receipt().is_none() {
                    // `has-a-receipt` is red for it, once.
                    return Ok(Completion::ignored_with("it is unavailable"));
                }
                match hold(prepared, &clause)? {
                    Held::Kept => Ok(Completion::Completed),
                    Held::NotAsked(reason) => Ok(Completion::ignored_with(reason)),
                }
            }));
        }
        let (catalog, workshop) = (Arc::clone(&catalog), Arc::clone(&workshop));
        trials.push(Trial::test(format!("{id}/has-a-receipt"), move || has_a_receipt(&catalog, &workshop, &id)));
    }
    libtest_mimic::run(&arguments, trials).exit()
}

/// A runtime that cannot be built or does not say who it is is red here, with all there is to say about it.
fn has_a_receipt(catalog: &Catalog, workshop: &Workshop, id: &RuntimeId) -> Result<(), Failed> {
    let prepared = workshop.prepared(catalog, id).ok_or("a runtime that was not planned")?;
    match &prepared.availability {
        Availability::Available(receipt) if receipt.worker.sha256.len() == 64 && receipt.worker.lockfile_sha256.len() == 64 => {
            // A line's name is the beginning of its exact version: `48` of `48.0.8`.
            let version = &receipt.version;
            let is_of_the_line = version == &id.line || version.starts_with(&format!("{}.", id.line));
            if is_of_the_line { Ok(()) } else { Err(Failed::from(format!("version {version} is not of line {}", id.line))) }
        }
        Availability::Available(receipt) => Err(Failed::from(format!("the receipt lacks a digest: {receipt:?}"))),
        Availability::Unavailable(reason) => Err(Failed::from(reason.clone())),
    }
}
