//! Runtimes are made ready: built, started once, and asked who they are.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use wasmatrix_adapter::{About, Answer, Capability, Op, PROTOCOL_VERSION, Reply};
use wasmatrix_reports::{Availability, Receipt, WorkerBinary};

use crate::{
    build::{self, BuildError, BuildNews, BuiltLine},
    catalog::Catalog,
    id::RuntimeId,
    judge::SessionEnd,
    worker::{Exchange, Limits, Stop, Worker, WorkerCommand},
};

/// How long a worker may take to say who it is.
const INTRODUCTION: Duration = Duration::from_secs(60);

/// A runtime that was made ready, or could not be.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// Its identity.
    pub id: RuntimeId,
    /// Who it is, or why it cannot answer.
    pub availability: Availability,
    /// How its workers are started; meaningless where it is unavailable.
    pub command: WorkerCommand,
    /// The files that say what its dependencies were resolved to, where the tree does not.
    pub resolved: Vec<PathBuf>,
}

impl Prepared {
    /// Who it is, where it can answer.
    pub fn receipt(&self) -> Option<&Receipt> {
        match &self.availability {
            Availability::Available(receipt) => Some(receipt),
            Availability::Unavailable(_) => None,
        }
    }
}

/// Makes runtimes ready. Each line is built once, whatever the number of its variants; one that cannot be built is unavailable and the
/// others go on. `None`: the run is to stop.
pub fn prepare(catalog: &Catalog, ids: &[RuntimeId], stop: &Stop, news: &mut dyn FnMut(&str, BuildNews)) -> Option<Vec<Prepared>> {
    let mut lines: BTreeMap<String, Result<BuiltLine, BuildError>> = BTreeMap::new();
    let mut prepared = Vec::new();
    for id in ids {
        let line_id = id.line_id();
        let built = lines.entry(line_id.clone()).or_insert_with(|| match catalog.line(id) {
            Some((runtime, line)) => build::worker(&catalog.root, runtime, line, stop, &mut |one| news(&line_id, one)),
            None => Err(BuildError::Surroundings(format!("there is no line {line_id}"))),
        });
        if stop.is_raised() {
            return None;
        }
        prepared.push(match built {
            Ok(built) => introduce(id, built, stop),
            Err(error) => {
                let command = WorkerCommand { program: PathBuf::new(), arguments: Vec::new() };
                Prepared { id: id.clone(), availability: Availability::Unavailable(error.to_string()), command, resolved: Vec::new() }
            }
        });
    }
    Some(prepared)
}

/// Starts a worker and asks who it is.
pub fn introduce(id: &RuntimeId, built: &BuiltLine, stop: &Stop) -> Prepared {
    let mut arguments = built.arguments.clone();
    arguments.extend(["--variant".into(), id.variant_argument().to_owned().into()]);
    let command = WorkerCommand { program: built.program.clone(), arguments };
    let availability = match about(id, &command, stop) {
        Ok(about) => {
            remember(id, &about, built);
            Availability::Available(Box::new(receipt(about, built)))
        }
        Err(reason) => Availability::Unavailable(reason),
    };
    Prepared { id: id.clone(), availability, command, resolved: built.resolved.clone() }
}

/// What a worker said of itself when it was last asked, kept beside it. Nothing is built and no worker is started to find out, so it is for
/// lists and never for a result.
pub fn remembered(catalog: &Catalog, id: &RuntimeId) -> Option<About> {
    let (runtime, line) = catalog.line(id)?;
    let folder = build::memory(&catalog.root, runtime, line)?;
    serde_json::from_slice(&fs::read(about_path(&folder, id)).ok()?).ok()
}

/// A cache that cannot be written costs a list its marks and nothing else, so nobody is told.
fn remember(id: &RuntimeId, about: &About, built: &BuiltLine) {
    let Ok(text) = serde_json::to_vec(about) else { return };
    let path = about_path(&built.memory, id);
    if fs::read(&path).is_ok_and(|kept| kept == text) {
        return;
    }
    // Renamed into place, under a name of this process's own: trials are processes side by side.
    let half = path.with_extension(format!("{}.half", std::process::id()));
    if fs::write(&half, text).and_then(|()| fs::rename(&half, &path)).is_err() {
        let _ = fs::remove_file(&half);
    }
}

fn about_path(folder: &Path, id: &RuntimeId) -> PathBuf {
    folder.join(format!("about-{}.json", id.variant_argument()))
}

fn about(id: &RuntimeId, command: &WorkerCommand, stop: &Stop) -> Result<About, String> {
    let mut worker = Worker::start(command).map_err(|error| format!("cannot start {}: {error}", command.program.display()))?;
    let ended = |worker: &mut Worker, how: String| {
        let stderr = worker.stderr();
        let said = if stderr.trim().is_empty() { String::new() } else { format!("; it said: {}", stderr.trim()) };
        Err(format!("asked who it is, {how}{said}"))
    };
    let limits = Limits { deadline: INTRODUCTION, ..Limits::default() };
    let about = match worker.exchange(1, &Op::About {}, &limits, stop) {
        Exchange::Answered(response) => match response.reply {
            Reply::Ok(Answer::About(about)) => *about,
            other => return ended(&mut worker, format!("it answered {}", serde_json::to_string(&other).unwrap_or_default())),
        },
        Exchange::Ended(SessionEnd::Died(how)) => return ended(&mut worker, format!("the worker died: {how}")),
        Exchange::Ended(SessionEnd::Hung(how)) => return ended(&mut worker, format!("the worker did not answer: {how}")),
        Exchange::Ended(SessionEnd::Broken(how)) => return ended(&mut worker, format!("the worker broke the protocol: {how}")),
        Exchange::Ended(SessionEnd::Overlimit(how)) => return ended(&mut worker, format!("the worker was stopped: {how}")),
        Exchange::Ended(SessionEnd::Completed) => return ended(&mut worker, "the worker went".to_owned()),
        Exchange::Stopped => return Err("stopped".to_owned()),
    };
    if about.protocol != PROTOCOL_VERSION {
        return Err(format!("it speaks version {} of the protocol and this harness version {PROTOCOL_VERSION}", about.protocol));
    }
    if about.runtime != id.runtime || about.variant != id.variant_argument() {
        return Err(format!("it says that it is {}+{}, but it was started as {id}", about.runtime, about.variant));
    }
    if about.version.trim().is_empty() {
        return Err("it does not know its engine's version; without that there is no result".to_owned());
    }
    Ok(about)
}

fn receipt(about: About, built: &BuiltLine) -> Receipt {
    let undeclared = || "undeclared".to_owned();
    // Of the workers that run commands only, those that link their runtime say all of it themselves, and no described command line claims either of these.
    let links_its_runtime = [Capability::Component, Capability::WasiThreads].iter().any(|one| about.capabilities.contains(one));
    let is_command_line = about.commands_only && !links_its_runtime;
    Receipt {
        version: about.version,
        said_by: "binary".to_owned(),
        // A command line says its version, and nothing of what else a receipt has.
        rest_said_by: is_command_line.then(|| "runtime.yaml".to_owned()),
        commands_only: about.commands_only,
        wasi: about.wasi,
        configuration: about.configuration,
        measuring: about.measuring,
        capabilities: about.capabilities,
        switchable: about.switchable,
        worker: WorkerBinary {
            sha256: built.sha256.clone(),
            lockfile_sha256: built.lockfile_sha256.clone(),
            compiler: about.compiler.unwrap_or_else(undeclared),
            profile: about.profile.unwrap_or_else(undeclared),
            sources: built.sources.clone(),
        },
    }
}
