//! The test double: a worker that can lie, hang, flood and die.
//!
//! A harness that has never met a lie cannot detect one. `faux` answers like any worker, but it executes nothing: it knows functions
//! by the names of their exports (`honest.rs`, `functions.rs`). Some names are misdeeds, of a runtime (`misdeeds.rs`) or of a worker
//! (`breaches.rs`). So a suite for it is an ordinary suite, whose modules export those names.
//!
//! It has every part of the lifecycle: caches (`caches.rs`), artifacts (`artifacts.rs`), names of instances (`names.rs`), threads and
//! shared memories (`guest.rs`).

mod artifacts;
mod breaches;
mod caches;
mod functions;
mod guest;
mod honest;
mod marks;
mod misdeeds;
mod names;

use std::process::ExitCode;

use breaches::Breach;
use honest::Honest;
use names::Names;
use wasmatrix_adapter::{OpTable, ProtocolPipes, requested_variant};

/// Whether this is version 2, which answers some functions in another way.
const SECOND: bool = cfg!(feature = "from-2");

fn main() -> ExitCode {
    let variant = match requested_variant() {
        Ok(variant) => variant,
        Err(usage) => return complain(&usage),
    };
    match variant.as_str() {
        "honest" | "versionless" | "outdated" | "boastful" | "modest" | "engineless" | "spectestless" | "cacheless" | "rambling"
        | "retired" | "copying" | "skipping" | "incurious" | "untidy" => {}
        "mute" => return complain("faux is mute"),
        other => return complain(&format!("faux has no variant `{other}`")),
    }
    match serve(&variant) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => complain(&error.to_string()),
    }
}

fn serve(variant: &str) -> std::io::Result<()> {
    let mut pipes = ProtocolPipes::take()?;
    let mut table = OpTable::new(Honest::new(variant));
    let mut names = honest::has_lifecycle(variant).then(Names::default);
    let mut served = 0;
    while let Some(request) = pipes.next_request()? {
        match Breach::asked_for(&request.op, &mut served) {
            Some(breach) => breach.commit(&request, &mut pipes)?,
            None => {
                let response = breaches::measured(variant, &request, |asked| names::respond(names.as_mut(), &mut table, asked));
                pipes.answer(&response)?;
            }
        }
    }
    Ok(())
}

fn complain(text: &str) -> ExitCode {
    eprintln!("{text}");
    ExitCode::from(2)
}
