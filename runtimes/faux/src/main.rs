//! The test double: a worker that can lie, hang, flood and die.
//!
//! A harness that has never met a lie cannot detect one. `faux` answers like any worker, but it executes nothing: it knows functions
//! by the names of their exports (`honest.rs`), and some names are misdeeds (`misdeeds.rs`). So a suite for it is an ordinary suite, whose
//! modules export those names.

mod honest;
mod misdeeds;

use std::process::ExitCode;

use honest::{Honest, SECOND};
use misdeeds::Misdeed;
use wasmatrix_adapter::{Op, OpTable, ProtocolPipes, Wasm, requested_variant, respond};

fn main() -> ExitCode {
    let variant = match requested_variant() {
        Ok(variant) => variant,
        Err(usage) => return complain(&usage),
    };
    match variant.as_str() {
        "honest" | "versionless" | "outdated" | "boastful" | "modest" | "engineless" | "spectestless" => {}
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
    let mut served = 0_u64;
    while let Some(request) = pipes.next_request()? {
        let misdeed = match &request.op {
            // The one that is found only where a process serves several cells.
            Op::Invoke { export, .. } if export == "lie_when_reused" => Some(Misdeed::Lie(if served == 0 { u32::MAX } else { 6 })),
            // And the same of version 2 alone.
            Op::Invoke { export, .. } if export == "lie_when_reused_in_two" => {
                Some(Misdeed::Lie(if served == 0 || !SECOND { u32::MAX } else { 6 }))
            }
            Op::Invoke { export, args, .. } => Misdeed::named(export, args),
            Op::Compile { wasm: Wasm::Base64(wasm), .. } => Misdeed::when_compiled(&wasm.0),
            Op::Reset {} => {
                served += 1;
                None
            }
            _ => None,
        };
        match misdeed {
            Some(misdeed) => misdeed.commit(&request, &mut pipes)?,
            None => {
                let response = respond(&mut table, &request);
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
