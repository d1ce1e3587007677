//! A cell as a folder that needs nothing of ours: what was asked, how each runtime's own command line is asked it, and what was seen.
//!
//! **How.** What a command line can run decides the form. A case with WASI becomes a command, by the command form where it is none itself; a
//! case without becomes a script (`.wast`), its expectations as assertions; a script stays what it is. What neither covers is said in the folder,
//! with the reason. Everything here but `write` is a function from values to a map of paths.
//!
//! **Limits.** A script's runner says whether an assertion holds, and rarely what it saw. A command line may be built with other features than our
//! worker is, and may give a guest other preopens.

mod commands;
mod form;
mod readme;
pub(crate) mod scrub;
mod wast;
mod write;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use wasmatrix_reports::{Cell, Receipt};

pub use form::Form;
pub use write::{WriteError, fixtures, write};

use crate::{runtime::CommandLine, suite::Case};

/// Everything that a folder is made of.
#[derive(Debug)]
pub struct Reproduction<'r> {
    /// The cell that the folder is about, `runtime/suite/case`.
    pub cell: String,
    /// The case.
    pub case: &'r Case,
    /// What each runtime did with it, the one that the folder is about first.
    pub answers: Vec<Answer<'r>>,
    /// The trees of its preopens, in their order.
    pub fixtures: Vec<Folder>,
    /// The operating system and the processor architecture of the machine, as Rust names them.
    pub machine: String,
    /// Folders of this machine that must not be named.
    pub private: Vec<PathBuf>,
}

/// What one runtime did.
#[derive(Debug)]
pub struct Answer<'r> {
    /// The record.
    pub cell: Cell,
    /// Who answered, where it could.
    pub receipt: Option<&'r Receipt>,
    /// How its own command line is called, where its folder says.
    pub command_line: Option<&'r CommandLine>,
    /// The variant's name.
    pub variant: Option<String>,
    /// How what is known of it was reproduced without our adapter.
    pub reproduced: Vec<String>,
    /// Where its issues are filed.
    pub issues: Option<&'r str>,
}

/// What stands in a folder, by paths relative to it.
pub type Folder = BTreeMap<PathBuf, Entry>;

/// What stands at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A file.
    File(Vec<u8>),
    /// A symbolic link.
    Link(PathBuf),
    /// A folder, which may be empty.
    Folder,
}

/// What the folder of a reproduction holds.
pub fn folder(reproduction: &Reproduction<'_>) -> Folder {
    let form = Form::of(reproduction.case);
    let mut folder = form.files();
    for (name, module) in &reproduction.case.modules {
        let wasm = Path::new("modules").join(format!("{name}.wasm"));
        folder.insert(wasm.with_extension("wat"), Entry::File(text_of(&module.wasm).into_bytes()));
        folder.insert(wasm, Entry::File(module.wasm.to_vec()));
    }
    for (number, tree) in reproduction.fixtures.iter().enumerate() {
        let at = Path::new("fixtures").join(number.to_string());
        folder.extend(tree.iter().map(|(path, entry)| (at.join(path), entry.clone())));
        folder.insert(at, Entry::Folder);
    }
    folder.insert("run.sh".into(), Entry::File(commands::run_sh(reproduction, &form).into_bytes()));
    let readme = readme::readme(reproduction, &form, &folder);
    folder.insert("README.md".into(), Entry::File(scrub::scrubbed(&readme, &reproduction.private).into_bytes()));
    folder
}

/// A module as text. One that is malformed has none, and the reason stands in its place as a comment.
fn text_of(wasm: &[u8]) -> String {
    wasmprinter::print_bytes(wasm)
        .unwrap_or_else(|error| format!(";; This module has no text form: {}\n", format!("{error:#}").replace('\n', " ")))
}
