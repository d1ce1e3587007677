//! Workers that are scripts, run by the runtime itself.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use super::{BuildError, BuiltLine, Wanted, kept, key::Ingredients, program};
use crate::runtime::{Line, Runtime};

const HOW: &str = "a script, 1";

/// The worker of a line where its program is here.
pub(super) fn cached(runtime: &Runtime, line: &Line, script: &Path, arguments: &[String]) -> Result<Option<BuiltLine>, BuildError> {
    match program::found(runtime, line)? {
        Some(program) => worker_of(runtime, line, script, arguments, program.path).map(Some),
        None => Ok(None),
    }
}

/// The worker of a line.
pub(super) fn worker(wanted: &mut Wanted<'_>, script: &Path, arguments: &[String]) -> Result<BuiltLine, BuildError> {
    let program = program::program(wanted)?;
    worker_of(wanted.runtime, wanted.line, script, arguments, program.path)
}

fn worker_of(runtime: &Runtime, line: &Line, script: &Path, arguments: &[String], program: PathBuf) -> Result<BuiltLine, BuildError> {
    let mut ingredients = Ingredients::new(HOW, &program.to_string_lossy());
    let sources = script.parent().unwrap_or(script);
    ingredients.folder(sources, sources)?;
    for argument in arguments {
        ingredients.word(argument);
    }
    let key = ingredients.key_of_sources(runtime, line, sources)?;
    let words = arguments.iter().map(OsString::from).chain([script.as_os_str().to_owned()]);
    kept::program(key, program, words.collect())
}
