//! A case as it is written, made into one that the rest may trust.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Component, Path, PathBuf},
    sync::OnceLock,
};

use wasmatrix_adapter::{Capability, Grants, GuestBytes};
use wasmatrix_reports::Level;

use super::{
    complete::{self, LookedAt},
    exports,
    file::{CaseFile, FromFile, StepFile},
    lifecycle::Opened,
    load::Sources,
    measured::measures,
    model::{Absent, Case, EntryPath, FileExpectation, Form, StepOp, WasiWorld, WorldPreopen},
    packaged::package_file,
    scripts::{read_script, script_case},
    step::{self, Names},
    wat,
};
use crate::{
    command_form::command_form,
    fetch::PackageFile,
    needs::Looked,
    spec,
    yaml::{At, Place},
};

/// What is wrong with a case, and where.
pub(super) type CaseError = (Place, String);

/// Whether this is a name that can stand in an identity, in a file name and in a URL.
pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.split('-').all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
}

/// What is absent before anybody has fetched it.
const NOT_FETCHED: &str = "not fetched yet";

/// Converts a case. Files are read through `sources`, which notes them for the digest and for the search for unused ones.
pub(super) fn convert(file: &CaseFile, suite: &str, sources: &mut Sources, looked: &mut Looked) -> Result<Case, CaseError> {
    if !is_name(&file.name.value) {
        return Err((file.name.place, format!("`{}` is not a name: use lower-case words and digits with `-` between", file.name.value)));
    }
    for (field, text) in [("why", &file.why), ("stands_on", &file.stands_on)] {
        if text.value.trim().is_empty() {
            return Err((text.place, format!("`{field}` is empty")));
        }
    }
    if let Some(wast) = &file.wast {
        return script(file, wast, suite, sources);
    }
    let Some(written_steps) = &file.steps else {
        return Err((file.name.place, "a case needs `steps`, or a script: `wast`".to_owned()));
    };
    let written = written_modules(file, sources)?;
    let mut names = Names {
        modules: written.iter().map(|module| module.name.as_str()).collect(),
        instances: Vec::new(),
        opened: Opened::default(),
        earlier: "before this one",
    };
    if written_steps.value.is_empty() {
        return Err((written_steps.place, "a case needs at least one step".to_owned()));
    }
    let mut steps = Vec::new();
    for step in &written_steps.value {
        steps.push(step::convert(step, &mut names)?);
    }
    let mut needs: BTreeSet<Capability> = file.requires.iter().copied().collect();
    let entry_path = file.entry_path.as_ref().map(|path| path.value);
    needs.extend((entry_path == Some(EntryPath::Component)).then_some(Capability::Component));
    let mut modules = BTreeMap::new();
    let mut packages = BTreeMap::new();
    let mut exports = BTreeMap::new();
    for module in written {
        match module.origin {
            Origin::Here(wasm) => {
                let looked_at = complete::look_at(&module.name, wasm.into(), &steps, &mut needs, looked);
                let LookedAt { module: known, exports: has } = looked_at.map_err(|error| (module.place, error))?;
                exports.extend(has.map(|has| (module.name.clone(), has)));
                modules.insert(module.name, known);
            }
            Origin::Package(file) => {
                packages.insert(module.name, file);
            }
        }
    }
    let at_step =
        |(number, error): (usize, String)| (written_steps.value.get(number).map_or(written_steps.place, |step| step.place), error);
    exports::check(&steps, &exports).map_err(at_step)?;
    for (written, step) in written_steps.value.iter().zip(&steps) {
        if step.is_judged() && file.level == Level::ImplementationDefined {
            return Err((
                written.place,
                "an implementation-defined case is never judged: leave expectations out, or say another level".to_owned(),
            ));
        }
    }
    complete::hold(&steps, &modules, &mut needs).map_err(at_step)?;
    let asks_more = steps.iter().position(|step| step.op.command().is_none());
    if let (Some(EntryPath::Component), Some(number)) = (entry_path, asks_more) {
        let message =
            "a component exports neither core functions nor a memory, so a case of `entry_path: component` runs commands, without a canary";
        return Err(at_step((number, message.to_owned())));
    }
    if let (Level::ImplementationDefined, Some(content)) = (file.level, file.files.values().next()) {
        return Err((content.place, "an implementation-defined case is never judged: leave `files` out, or say another level".to_owned()));
    }
    if steps.iter().all(|step| matches!(step.op, StepOp::Wagi { .. })) {
        let given = [("args", file.args.as_ref().map(|it| it.place)), ("stdin", file.stdin.as_ref().map(|it| it.place))];
        if let Some((field, place)) = given.into_iter().find_map(|(field, place)| Some((field, place?))) {
            return Err((place, format!("every step is a request, which decides what the command is given; leave `{field}` out")));
        }
    }
    let measures = measures(file, &steps)?;
    let world = world(file, sources)?;
    needs.extend(world.grants.needs());
    let files = files(file, &world)?;
    Ok(Case {
        suite: suite.to_owned(),
        name: file.name.value.clone(),
        why: file.why.value.trim().to_owned(),
        stands_on: file.stands_on.value.trim().to_owned(),
        level: file.level,
        covers: covers(file)?,
        needs,
        modules,
        absent: (!packages.is_empty()).then(|| Absent { reason: NOT_FETCHED.to_owned(), is_contradiction: false }),
        packages,
        deadline: None,
        entry_path,
        world,
        steps,
        form: Form::Steps,
        files,
        asks: OnceLock::new(),
        artifact_from_peers: peers(file, written_steps)?,
        from: None,
        measures,
        script: None,
    })
}

/// Whether a writer has the first word: somebody then has to read.
fn peers(file: &CaseFile, steps: &At<Vec<At<StepFile>>>) -> Result<bool, CaseError> {
    let is_reader = |step: &&At<StepFile>| step.value.restart.as_deref() == Some("reader");
    let mut readers = steps.value.iter().filter(is_reader);
    match (&file.artifact_from, readers.next(), readers.next()) {
        (Some(from), None, _) => {
            Err((from.place, "what peers have written is read after a step `{ restart: reader }`, and there is none".to_owned()))
        }
        (None, Some(step), _) => Err((step.place, "a reader needs a writer: say `artifact_from: peers` beside the case's name".to_owned())),
        (Some(_), Some(_), Some(second)) => {
            Err((second.place, "the reader has its turn already; `{ restart: worker }` is a new process of it".to_owned()))
        }
        (from, _, _) => Ok(from.is_some()),
    }
}

/// What a case asks about: words with `/` between, each once.
fn covers(file: &CaseFile) -> Result<Vec<String>, CaseError> {
    let mut covers: Vec<String> = Vec::new();
    for covered in &file.covers {
        let is_word = |word: &str| !word.is_empty() && word.split('_').all(is_name);
        if !covered.value.split('/').all(is_word) {
            let message =
                format!("`{}` is nothing to cover: use lower-case words and digits with `_` or `-`, and `/` between", covered.value);
            return Err((covered.place, message));
        }
        if covers.contains(&covered.value) {
            return Err((covered.place, format!("`{}` is covered twice; remove one", covered.value)));
        }
        covers.push(covered.value.clone());
    }
    Ok(covers)
}

/// The command form of a case, where it is to have one.
pub(super) fn command_form_of(file: &CaseFile, case: &Case, looked: &mut Looked) -> Result<Option<Case>, CaseError> {
    let Some(wanted) = file.command_form.as_ref().filter(|wanted| wanted.value) else { return Ok(None) };
    command_form(case, looked).map(Some).map_err(|why| (wanted.place, format!("this case has no command form: {why}")))
}

/// A case that is a script of its own, or one of the specification's.
fn script(file: &CaseFile, wast: &At<String>, suite: &str, sources: &mut Sources) -> Result<Case, CaseError> {
    let beside = [
        ("wat", file.wat.as_ref().map(|it| it.place)),
        ("module", file.module.as_ref().map(|it| it.place)),
        ("modules", file.modules.values().next().map(|it| it.place)),
        ("steps", file.steps.as_ref().map(|it| it.place)),
        ("entry_path", file.entry_path.as_ref().map(|it| it.place)),
        ("command_form", file.command_form.as_ref().map(|it| it.place)),
        ("measure", file.measure.as_ref().map(|it| it.place)),
        ("artifact_from", file.artifact_from.as_ref().map(|it| it.place)),
        ("args", file.args.as_ref().map(|it| it.place)),
        ("env", file.env.first().map(|it| it.place)),
        ("stdin", file.stdin.as_ref().map(|it| it.place)),
        ("preopens", file.preopens.first().map(|it| it.place)),
        ("threads", file.threads.as_ref().map(|it| it.place)),
        ("poll", file.poll.as_ref().map(|it| it.place)),
        ("network", file.network.as_ref().map(|it| it.place)),
        ("files", file.files.values().next().map(|it| it.place)),
    ];
    if let Some((field, place)) = beside.into_iter().find_map(|(field, place)| Some((field, place?))) {
        return Err((place, format!("a script brings its modules and says what is done, so `wast` stands without `{field}`")));
    }
    if file.level == Level::ImplementationDefined {
        return Err((wast.place, "a script asserts, and an implementation-defined case is never judged: say another level".to_owned()));
    }
    let source = match spec::script(&wast.value) {
        Some(found) => found.map_err(|error| (wast.place, error))?,
        None => {
            let bytes = sources.read(&wast.value).map_err(|error| (wast.place, error))?;
            read_script(bytes).map_err(|(place, message)| (wast.place, format!("{}:{place}: {message}", wast.value)))?
        }
    };
    Ok(Case {
        why: file.why.value.trim().to_owned(),
        level: file.level,
        covers: covers(file)?,
        needs: file.requires.iter().copied().collect(),
        ..script_case(suite, &file.name.value, file.stands_on.value.trim().to_owned(), source)
    })
}

struct Written {
    name: String,
    place: Place,
    origin: Origin,
}

enum Origin {
    Here(Vec<u8>),
    Package(PackageFile),
}

fn written_modules(file: &CaseFile, sources: &mut Sources) -> Result<Vec<Written>, CaseError> {
    let mut written = Vec::new();
    let main = module("main", file.wat.as_ref(), file.module.as_ref(), sources)?;
    written.extend(main);
    for (name, more) in &file.modules {
        if name == "main" && !written.is_empty() {
            return Err((more.place, "module `main` is given twice, here and by the case's own `wat` or `module`".to_owned()));
        }
        match module(name, more.value.wat.as_ref(), more.value.module.as_ref(), sources)? {
            Some(module) => written.push(module),
            None => return Err((more.place, format!("module `{name}` needs `wat` or `module`"))),
        }
    }
    if written.is_empty() {
        return Err((file.name.place, "a case needs a module: `wat`, `module` or `modules`".to_owned()));
    }
    Ok(written)
}

fn module(name: &str, text: Option<&At<String>>, from: Option<&At<FromFile>>, sources: &mut Sources) -> Result<Option<Written>, CaseError> {
    let (place, origin) = match (text, from) {
        (None, None) => return Ok(None),
        (Some(text), Some(from)) => {
            return Err((text.place.max(from.place), format!("module `{name}` has both `wat` and `module`; keep one")));
        }
        (Some(text), None) => {
            let assembled = wat::assemble(&text.value)
                .map_err(|error| (wat::place_within(sources.text(), text.place, &text.value, error.place), error.message))?;
            (text.place, Origin::Here(assembled))
        }
        (None, Some(At { value: FromFile::Package(package), place })) => (*place, Origin::Package(package_file(package, *place)?)),
        (None, Some(At { value: FromFile::Beside(path), place })) => {
            let place = *place;
            let bytes = sources.read(path).map_err(|error| (place, error))?;
            let assembled = match Path::new(path).extension().and_then(|extension| extension.to_str()) {
                Some("wasm") => bytes,
                Some("wat") => {
                    let text = String::from_utf8(bytes).map_err(|_| (place, format!("`{path}` is not UTF-8")))?;
                    wat::assemble(&text).map_err(|error| (place, format!("{path}:{}: {}", error.place, error.message)))?
                }
                _ => return Err((place, format!("`{path}` is neither a .wat nor a .wasm file"))),
            };
            (place, Origin::Here(assembled))
        }
    };
    Ok(Some(Written { name: name.to_owned(), place, origin }))
}

fn world(file: &CaseFile, sources: &mut Sources) -> Result<WasiWorld, CaseError> {
    let args = match &file.args {
        None => vec!["guest".to_owned()],
        Some(args) if args.value.is_empty() => return Err((args.place, "`args` begins with the guest's own name".to_owned())),
        Some(args) => args.value.clone(),
    };
    let mut env = Vec::new();
    for variable in &file.env {
        let (name, value) =
            variable.value.split_once('=').ok_or_else(|| (variable.place, format!("`{}` is not NAME=value", variable.value)))?;
        env.push((name.to_owned(), value.to_owned()));
    }
    let mut preopens: Vec<WorldPreopen> = Vec::new();
    for preopen in &file.preopens {
        if preopens.iter().any(|other| other.guest == preopen.value.guest) {
            return Err((preopen.place, format!("`{}` is preopened twice; give this one another name", preopen.value.guest)));
        }
        let fixture = match &preopen.value.host {
            None => None,
            Some(host) => Some(sources.tree(&host.value).map_err(|error| (host.place, error))?),
        };
        preopens.push(WorldPreopen { guest: preopen.value.guest.clone(), fixture });
    }
    let stdin = file.stdin.as_ref().map_or(Ok(GuestBytes::default()), step::given_bytes)?;
    let grants = Grants {
        max_threads: file.threads.as_ref().map(|threads| threads.value.max),
        max_poll_subscriptions: file.poll.as_ref().map(|poll| poll.value.max),
        network: file.network.as_ref().map(|network| network.value),
    };
    Ok(WasiWorld { args, env, stdin, preopens, grants })
}

fn files(file: &CaseFile, world: &WasiWorld) -> Result<Vec<FileExpectation>, CaseError> {
    let mut files = Vec::new();
    for (guest_path, content) in &file.files {
        let below = |guest: &str| Path::new(guest_path).strip_prefix(guest).map(Path::to_owned).ok();
        let nearest = world
            .preopens
            .iter()
            .enumerate()
            .filter_map(|(place, preopen)| Some((place, preopen.guest.len(), below(&preopen.guest)?)))
            .max_by_key(|(_, length, _)| *length);
        let Some((preopen, _, below)) = nearest else {
            let preopens: Vec<&str> = world.preopens.iter().map(|preopen| preopen.guest.as_str()).collect();
            let there_are = if preopens.is_empty() { "; it has none".to_owned() } else { format!(" ({})", preopens.join(", ")) };
            return Err((content.place, format!("`{guest_path}` lies in none of the case's preopens{there_are}")));
        };
        if !stays_inside(&below) {
            return Err((content.place, format!("`{guest_path}` leaves its preopen")));
        }
        files.push(FileExpectation { guest_path: guest_path.clone(), preopen, below, left: step::left_file(content)? });
    }
    Ok(files)
}

/// Whether a relative path stays below where it starts, by its letters alone.
pub(crate) fn stays_inside(path: &Path) -> bool {
    path.components().all(|component| matches!(component, Component::Normal(_) | Component::CurDir)) && path != PathBuf::new()
}
