//! Where text goes: results to standard output, everything else to standard error; colours only where they are wanted.

use std::io::{ErrorKind, Write};

use anstyle::{AnsiColor, Style};

/// Prints a result. A reader that has gone is no error: it has seen what it wanted.
pub(super) fn print(text: &str) -> anyhow::Result<()> {
    match anstream::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(anyhow::Error::from(error).context("cannot write to standard output")),
        _ => Ok(()),
    }
}

/// Says something on the side.
pub(super) fn remark(text: &str) {
    // Nobody can be told that nobody can be told.
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// Says why it cannot go on.
pub(super) fn complain(text: &str) {
    let style = AnsiColor::Red.on_default().bold();
    remark(&format!("{style}error:{style:#} {text}"));
}

/// A text in bold.
pub(super) fn bold(text: &str) -> String {
    let style = Style::new().bold();
    format!("{style}{text}{style:#}")
}
