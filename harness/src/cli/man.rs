//! `wasmatrix man`

use anyhow::Context as _;
use clap::{Args, Command, CommandFactory as _};

use super::{Arguments, exit::Code, output};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  wasmatrix man | man -l -
  wasmatrix man run > ~/.local/share/man/man1/wasmatrix-run.1")]
pub(super) struct ManArguments {
    /// The command whose page is printed [default: the page of wasmatrix itself, which names all commands]
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
}

pub(super) fn man(arguments: &ManArguments) -> anyhow::Result<Code> {
    let mut command = Arguments::command();
    // Gives the subcommands their full names and the global options.
    command.build();
    if let Some(name) = &arguments.command {
        let names: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
        let unknown = format!("there is no command `{name}`; there are {}", names.join(", "));
        command = command.find_subcommand(name).cloned().context(unknown)?;
    }
    output::print(&page(command)?)?;
    Ok(Code::Clean)
}

/// The page section by section, because the library would fill the lines of the examples and call them EXTRA.
fn page(command: Command) -> anyhow::Result<String> {
    let (has_commands, has_examples) = (command.has_subcommands(), command.get_after_help().is_some());
    let man = clap_mangen::Man::new(command).source(concat!("wasmatrix ", env!("CARGO_PKG_VERSION")));
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if has_commands {
        man.render_subcommands_section(&mut page)?;
    }
    let mut page = String::from_utf8(page)?;
    if has_examples {
        let mut examples = Vec::new();
        man.render_extra_section(&mut examples)?;
        let examples = String::from_utf8(examples)?.replace(".SH EXTRA\n", ".SH EXAMPLES\n.nf\n");
        page.push_str(&examples);
        page.push_str(".fi\n");
    }
    Ok(page)
}
