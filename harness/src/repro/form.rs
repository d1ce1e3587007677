//! In which form a command line can be asked a case.

use std::path::{Path, PathBuf};

use super::{Entry, Folder, text_of, wast};
use crate::{
    command_form::command_form,
    needs::Looked,
    suite::{self, Case, StepOp},
};

/// In which form a command line can be asked a case.
#[derive(Debug)]
pub enum Form {
    /// WASI commands, run one after the other.
    Guest {
        /// Their files, in the order in which they are run.
        commands: Vec<PathBuf>,
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
            return Self::Guest { commands: vec![own("main")], made: None, prints_steps: true };
        }
        if case.has_its_own_processes() {
            return Self::None("it is about what a host does with caches, artifacts, threads or processes".to_owned());
        }
        if case.steps.iter().any(|step| matches!(step.op, StepOp::Run { canary: true, .. })) {
            return Self::None("a host puts a page behind the guest's memory before the guest begins".to_owned());
        }
        let runs: Option<Vec<PathBuf>> = case
            .steps
            .iter()
            .map(|step| match &step.op {
                StepOp::Run { module, .. } => Some(own(module)),
                _ => None,
            })
            .collect();
        if let Some(commands) = runs {
            return Self::Guest { commands, made: None, prints_steps: false };
        }
        if case.modules.values().any(|module| module.imports_wasi) {
            let made = command_form(case, &mut Looked::default()).and_then(|made| {
                let main = made.modules.get("main").ok_or("it has no module `main`")?;
                Ok(main.wasm.to_vec())
            });
            return match made {
                Ok(made) => Self::Guest { commands: vec![MADE.into()], made: Some(made), prints_steps: true },
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
            Self::Guest { made: Some(made), .. } => Folder::from([
                (MADE.into(), Entry::File(made.clone())),
                (Path::new(MADE).with_extension("wat"), Entry::File(text_of(made).into_bytes())),
            ]),
            Self::Script(text) => Folder::from([(SCRIPT.into(), Entry::File(text.clone().into_bytes()))]),
            Self::Guest { made: None, .. } | Self::None(_) => Folder::new(),
        }
    }
}
