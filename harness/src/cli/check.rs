//! `wasmatrix check`

use clap::Args;

use super::{exit::Code, output, ready::ready};
use crate::{
    contract::{Held, clauses, hold},
    root::Root,
    worker::Stop,
};

#[derive(Debug, Args)]
pub(super) struct CheckArguments {
    /// Runtimes, wasmtime+winch say
    #[arg(value_name = "RUNTIME", required = true)]
    runtimes: Vec<String>,
}

pub(super) fn check(root: Root, arguments: &CheckArguments, stop: &Stop) -> anyhow::Result<Code> {
    let Some(prepared) = ready(root, &arguments.runtimes, stop)? else { return Ok(Code::Interrupted) };
    let (mut kept, mut not_asked, mut broken, mut unavailable) = (0_u32, 0_u32, 0_u32, 0_u32);
    for one in &prepared {
        output::print(&format!("{}\n", output::bold(&one.id.to_string())))?;
        if let wasmatrix_reports::Availability::Unavailable(reason) = &one.availability {
            unavailable += 1;
            output::print(&format!("  unavailable: {}\n", reason.replace('\n', "\n    ")))?;
            continue;
        }
        for clause in clauses() {
            if stop.is_raised() {
                return Ok(Code::Interrupted);
            }
            match hold(one, &clause) {
                Ok(Held::Kept) => {
                    kept += 1;
                    output::print(&format!("  kept    {clause}\n"))?;
                }
                Ok(Held::NotAsked(reason)) => {
                    not_asked += 1;
                    output::print(&format!("  not asked {clause}: {reason}\n"))?;
                }
                Err(reason) => {
                    broken += 1;
                    output::print(&format!("  broken  {clause}\n    {}\n", reason.replace('\n', "\n    ")))?;
                }
            }
        }
    }
    output::print(&format!("{kept} clauses kept, {not_asked} not asked, {broken} broken, {unavailable} runtimes unavailable\n"))?;
    Ok(match (broken, unavailable) {
        (_, 1..) => Code::CouldNotRun,
        (1.., 0) => Code::Findings,
        (0, 0) => Code::Clean,
    })
}
