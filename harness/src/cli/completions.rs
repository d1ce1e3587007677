//! `wasmatrix completions`

use clap::{Args, CommandFactory as _};
use clap_complete::{Shell, generate};

use super::{Arguments, exit::Code, output};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  wasmatrix completions bash > ~/.local/share/bash-completion/completions/wasmatrix
  wasmatrix completions fish > ~/.config/fish/completions/wasmatrix.fish
  wasmatrix completions zsh > ~/.zfunc/_wasmatrix")]
pub(super) struct CompletionsArguments {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

pub(super) fn completions(arguments: &CompletionsArguments) -> anyhow::Result<Code> {
    let mut script = Vec::new();
    generate(arguments.shell, &mut Arguments::command(), "wasmatrix", &mut script);
    output::print(&String::from_utf8(script)?)?;
    Ok(Code::Clean)
}
