//! Workers that call a runtime's own command line: ours (`runtimes/command`), with a template of how.

use std::{fs, path::Path};

use sha2::{Digest, Sha256};

use super::{BuildError, BuiltLine, Wanted, cargo, kept, key::Ingredients, program, surroundings};
use crate::{
    root::Root,
    runtime::{Line, Runtime},
};

/// The worker of a line where all of it is here.
pub(super) fn cached(root: &Root, runtime: &Runtime, line: &Line) -> Result<Option<BuiltLine>, BuildError> {
    let ours = Runtime::command_worker(root);
    let Some((ours, our_line)) = ours.as_ref().and_then(|ours| Some((ours, ours.lines.first()?))) else { return Ok(None) };
    match (cargo::cached(root, ours, our_line)?, program::found(runtime, line)?) {
        (Some(caller), Some(found)) => worker_of(runtime, line, &caller, &found).map(Some),
        _ => Ok(None),
    }
}

/// The worker of a line.
pub(super) fn worker(wanted: &mut Wanted<'_>) -> Result<BuiltLine, BuildError> {
    let program = program::program(wanted)?;
    let missing = || BuildError::Surroundings(format!("{} has no runtimes/command, which calls command lines", wanted.root.path.display()));
    let ours = Runtime::command_worker(wanted.root).ok_or_else(missing)?;
    let our_line = ours.lines.first().ok_or_else(missing)?;
    let mut caller = Wanted { root: wanted.root, runtime: &ours, line: our_line, stop: wanted.stop, news: &mut *wanted.news };
    let caller = cargo::worker(&mut caller)?;
    worker_of(wanted.runtime, wanted.line, &caller, &program)
}

fn worker_of(runtime: &Runtime, line: &Line, caller: &BuiltLine, found: &program::Program) -> Result<BuiltLine, BuildError> {
    let (Some(cli), Some(command)) = (&runtime.command_line, &runtime.command) else {
        return Err(BuildError::Surroundings(format!(
            "{}: runtime.yaml needs `cli` and `command` for a worker of this kind",
            runtime.name
        )));
    };
    let template = command.template(&runtime.name, cli, found.path.clone(), &found.folder);
    let text = serde_json::to_vec_pretty(&template).map_err(|error| BuildError::Surroundings(error.to_string()))?;
    let mut ingredients = Ingredients::new("a command line, 1", &caller.sha256);
    ingredients.word(&String::from_utf8_lossy(&text));
    let key = ingredients.key_of(runtime, line, crate::hex(&Sha256::digest(&text)));
    let mut built = kept::program(key, found.path.clone(), Vec::new())?;
    let file = built.memory.join("template.json");
    write(&file, &text)?;
    // What is started is ours; what answers, and so has the digest, is the command line.
    built.program.clone_from(&caller.program);
    built.arguments = vec!["--command".into(), file.into()];
    Ok(built)
}

/// Renamed into place, under a name of this process's own: trials are processes side by side.
fn write(path: &Path, bytes: &[u8]) -> Result<(), BuildError> {
    if fs::read(path).is_ok_and(|kept| kept == bytes) {
        return Ok(());
    }
    let half = path.with_extension(format!("{}.half", std::process::id()));
    fs::write(&half, bytes).and_then(|()| fs::rename(&half, path)).map_err(|error| surroundings("cannot write", path, &error))
}
