//! The worker for a runtime that is known by its command line alone.
//!
//! **Background.** Nearly every runtime has a command line that runs a WASI command, and few of them have been wrapped. What such a line can be
//! asked is one operation of the protocol, `run-command`; so are most programs that people run, and every case that has the form of a command.
//!
//! **What is here.** A template (`CommandTemplate`, made of a `runtime.yaml`) says how the program is called, and by which words and statuses
//! it says what became of a guest. `words.rs` fills it, `program.rs` runs the program, `ending.rs` reads its end, `adapter.rs` puts the three
//! together.
//!
//! **Limits.** A command line calls no exports, so everything else is *unsupported*. Whether a module is valid is only known once it runs. What
//! the program's words and status leave open is told as `failed`, never guessed.

mod adapter;
mod ending;
mod program;
mod template;
mod words;

use std::{fs, path::Path, process::ExitCode};

use adapter::CommandLine;
use template::Template;
use wasmatrix_adapter::{CommandsOnly, serve};

const USAGE: &str = "usage: WORKER --command FILE --variant NAME, then one request a line on standard input (see runtimes/README.md)";

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    if let [mark, parent, note, program, words @ ..] = arguments.as_slice()
        && mark == program::ON_STAGE
    {
        return program::become_it(parent, Path::new(note), program, words);
    }
    let words: Option<Vec<&str>> = arguments.iter().map(|word| word.to_str()).collect();
    let Some(["--command", file, "--variant", variant]) = words.as_deref() else { return complain(USAGE) };
    match template(Path::new(file), variant) {
        Ok(template) => match serve(CommandsOnly(CommandLine::new(template))) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => complain(&error.to_string()),
        },
        Err(error) => complain(&format!("{file}: {error}")),
    }
}

fn template(file: &Path, variant: &str) -> Result<Template, String> {
    let text = fs::read(file).map_err(|error| error.to_string())?;
    let written = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
    Template::new(written, variant)
}

fn complain(text: &str) -> ExitCode {
    eprintln!("{text}");
    ExitCode::from(2)
}
