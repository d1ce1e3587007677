//! In which form a command line can be asked a case.

use std::{
    borrow::Cow,
    path::{Path, PathBuf},
};

use super::{Entry, Folder, text_of, wast};
use crate::{
    command_form::command_form,
    needs::Looked,
    suite::{self, Case, Step, StepOp, WasiWorld},
};

/// In which form a command line can be asked a case.
#[derive(Debug)]
pub enum Form {
    /// WASI commands, run one after the other.
    Guest {
        /// In the order in which they are run.
        commands: Vec<Command>,
        /// The command that was made for the folder, where the case has none of its own; it prints what each step returned.
        made: Option<Vec<u8>>,
        /// Whether a command prints what each step returned.
        prints_steps: bool,
    },
    /// A script, with its text.
    Script(String),
    /// None, for this reason.
    None(String),
}

/// A WASI command, and what it is given.
#[derive(Debug)]
pub struct Command {
    /// Its file.
    pub module: PathBuf,
    /// Its arguments and environment.
    pub world: WasiWorld,
    /// The file that its standard input is; `None`: nothing.
    pub stdin: Option<PathBuf>,
}

impl Command {
    fn new(module: PathBuf, world: WasiWorld, stdin: impl Into<PathBuf>) -> Self {
        let stdin = (!world.stdin.0.is_empty()).then(|| stdin.into());
        Self { module, world, stdin }
    }

    /// One that is given what the case says.
    fn of(module: PathBuf, case: &Case) -> Self {
        Self::new(module, case.world.clone(), "stdin")
    }
}

/// The file of the command that was made.
const MADE: &str = "command.wasm";

/// The file of the script.
pub(super) const SCRIPT: &str = "case.wast";

impl Form {
    /// The form of a case.
    pub fn of(case: &Case) -> Self {
        if let Some(script) = &case.script {
            return Self::Script(script.text().to_owned());
        }
        let own = |module: &str| Path::new("modules").join(format!("{module}.wasm"));
        if case.form == suite::Form::Command {
            return Self::Guest { commands: vec![Command::of(own("main"), case)], made: None, prints_steps: true };
        }
        if !case.world.grants.is_empty() {
            return Self::None("a host grants or denies its guest what a command line has no words for".to_owned());
        }
        if case.is_of_lifecycle() {
            return Self::None("it is about what a host does with caches, artifacts, threads or processes".to_owned());
        }
        if case.steps.iter().any(|step| matches!(step.op, StepOp::Run { canary: true, .. })) {
            return Self::None("a host puts a page behind the guest's memory before the guest begins".to_owned());
        }
        let command = |(number, step): (usize, &Step)| {
            let module = own(step.op.command()?);
            Some(match step.op.world(&case.world) {
                Cow::Borrowed(_) => Command::of(module, case),
                // A request's body is its own.
                Cow::Owned(world) => Command::new(module, world, format!("stdin-{}", number + 1)),
            })
        };
        let runs: Option<Vec<Command>> = case.steps.iter().enumerate().map(command).collect();
        if let Some(commands) = runs {
            return Self::Guest { commands, made: None, prints_steps: false };
        }
        if case.modules.values().any(|module| module.imports_wasi) {
            let made = command_form(case, &mut Looked::default()).and_then(|made| {
                let main = made.modules.get("main").ok_or("it has no module `main`")?;
                Ok(main.wasm.to_vec())
            });
            return match made {
                Ok(made) => Self::Guest { commands: vec![Command::of(MADE.into(), case)], made: Some(made), prints_steps: true },
                Err(why) => Self::None(why),
            };
        }
        wast::script(case).map_or_else(Self::None, Self::Script)
    }

    pub(super) fn is_guest(&self) -> bool {
        matches!(self, Self::Guest { .. })
    }

    /// The files that the form adds to a folder.
    pub(super) fn files(&self) -> Folder {
        match self {
            Self::Guest { commands, made, .. } => {
                let stdin = |command: &Command| Some((command.stdin.clone()?, Entry::File(command.world.stdin.0.clone())));
                let mut files: Folder = commands.iter().filter_map(stdin).collect();
                if let Some(made) = made {
                    files.insert(MADE.into(), Entry::File(made.clone()));
                    files.insert(Path::new(MADE).with_extension("wat"), Entry::File(text_of(made).into_bytes()));
                }
                files
            }
            Self::Script(text) => Folder::from([(SCRIPT.into(), Entry::File(text.clone().into_bytes()))]),
            Self::None(_) => Folder::new(),
        }
    }
}
