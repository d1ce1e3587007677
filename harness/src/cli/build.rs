//! `wasmatrix build`

use clap::Args;
use wasmatrix_adapter::WasiImplementation;
use wasmatrix_reports::Availability;

use super::{exit::Code, output, ready::ready};
use crate::{root::Root, worker::Stop};

#[derive(Debug, Args)]
pub(super) struct BuildArguments {
    /// Runtimes, wasmtime, wasmi@2.0 or wasmi@0.40.0 say [default: all default ones]
    #[arg(value_name = "RUNTIME")]
    runtimes: Vec<String>,
}

pub(super) fn build(root: Root, arguments: &BuildArguments, stop: &Stop) -> anyhow::Result<Code> {
    let Some(prepared) = ready(root, &arguments.runtimes, stop)? else { return Ok(Code::Interrupted) };
    let mut code = Code::Clean;
    for one in &prepared {
        match &one.availability {
            Availability::Available(receipt) => {
                let wasi = match &receipt.wasi {
                    WasiImplementation::Absent => "no WASI".to_owned(),
                    WasiImplementation::Undeclared => "WASI undeclared".to_owned(),
                    WasiImplementation::Package { name, version } => format!("WASI by {name} {version}"),
                };
                let worker = &receipt.worker;
                output::print(&format!(
                    "{} {}, {wasi}, {}, {} build\n    worker {}\n    sha256 {}\n",
                    output::bold(&one.id.to_string()),
                    receipt.version,
                    worker.compiler,
                    worker.profile,
                    one.command.program.display(),
                    worker.sha256,
                ))?;
                if let Some(sources) = &worker.sources {
                    output::print(&format!("    sources {sources}\n"))?;
                }
            }
            Availability::Unavailable(reason) => {
                code = Code::CouldNotRun;
                output::complain(&format!("{}: {reason}", one.id));
            }
        }
    }
    Ok(code)
}
