//! A step as it is written, made into an operation with its expectation.

use std::collections::BTreeMap;

use wasmatrix_adapter::GuestBytes;

use super::{
    file::{ContentFile, FailsFile, RepeatFile, SaidContentFile, StepFile},
    lifecycle::{Made, Opened},
    lifecycle_step,
    model::{Argument, BytesPattern, Expectation, LeftFile, Pattern, Step, StepOp, Way},
    shared_memory_step, value, wagi_step,
};
use crate::yaml::{At, OneOrMany, Place, did_you_mean};

/// What is wrong with a step, and where.
pub(super) type StepError = (Place, String);

/// The names that a case has given so far.
pub(super) struct Names<'c> {
    pub(super) modules: Vec<&'c str>,
    pub(super) instances: Vec<String>,
    pub(super) opened: Opened,
    /// Which steps can have given names that this one uses.
    pub(super) earlier: &'static str,
}

/// An operation's operand and the fields that belong to it.
struct Row {
    name: &'static str,
    takes: &'static [&'static str],
}

const ROWS: [Row; 24] = [
    Row { name: "compile", takes: &["module", "engine", "cached"] },
    Row { name: "instantiate", takes: &["module", "imports", "engine", "named"] },
    Row { name: "invoke", takes: &["instance", "args", "returns"] },
    Row { name: "global_get", takes: &["instance", "returns"] },
    Row { name: "global_set", takes: &["instance", "value"] },
    Row { name: "memory_size", takes: &["instance", "returns"] },
    Row { name: "memory_grow", takes: &["instance", "pages", "returns"] },
    Row { name: "memory_read", takes: &["instance", "at", "length", "returns"] },
    Row { name: "memory_write", takes: &["instance", "at", "bytes"] },
    Row { name: "run", takes: &["stdout", "stderr", "canary", "by"] },
    Row { name: "wagi", takes: &["request", "status", "headers", "body"] },
    Row { name: "wasi_output", takes: &["stdout", "stderr"] },
    Row { name: "environment", takes: &["of"] },
    Row { name: "close", takes: &[] },
    Row { name: "open_cache", takes: &["dir"] },
    Row { name: "new_engine", takes: &["cache"] },
    Row { name: "serialize", takes: &["to"] },
    Row { name: "deserialize", takes: &["from", "module", "engine"] },
    Row { name: "restart", takes: &["disk", "holds"] },
    Row { name: "corrupt", takes: &["how", "at"] },
    Row { name: "copy", takes: &["to", "how"] },
    Row { name: "remove", takes: &[] },
    Row { name: "shared_memory", takes: &["minimum", "maximum", "engine"] },
    Row { name: "parallel", takes: &["times", "within"] },
];

/// Fields that say how any step may end otherwise than by success.
const WAYS: [&str; 5] = ["traps", "exhausts", "exits", "fails", "or"];

/// Operations that have no other way to end.
const WITHOUT_WAYS: [&str; 7] = ["wagi", "wasi_output", "restart", "corrupt", "copy", "remove", "parallel"];

/// Converts a step, and notes the instance that it makes.
pub(super) fn convert(step: &At<StepFile>, names: &mut Names<'_>) -> Result<Step, StepError> {
    let place = step.place;
    let file = &step.value;
    if let (Some(branches), Ok(("parallel", _))) = (&file.parallel, operation(file, place)) {
        only_its_own_fields("parallel", file)?;
        let op = lifecycle_step::parallel(branches, file, place, names)?;
        return Ok(Step { op, expectation: Expectation::default() });
    }
    let (operation, operand) = operation(file, place)?;
    only_its_own_fields(operation, file)?;
    let instance = || known_instance(file.instance.as_ref(), names, place);
    let holder = || shared_memory_step::holder(file.instance.as_ref(), operand, names, place);
    let op = match operation {
        "compile" => {
            let module = lifecycle_step::module_of(operand, file, place, names)?;
            let engine = lifecycle_step::engine(file, names)?;
            lifecycle_step::has_cache(file, names)?;
            lifecycle_step::give(operand, place, names)?;
            names.opened.compiled.insert(operand.clone(), (module.clone(), engine.clone()));
            StepOp::Compile { module, compiled: operand.clone(), engine }
        }
        "instantiate" => {
            let (module, at) = file.module.as_ref().map_or((operand, place), |module| (&module.value, module.place));
            let engine = lifecycle_step::engine(file, names)?;
            let (module, made) = match names.opened.compiled.get(module) {
                Some((of, compiled_in)) => {
                    (of.clone(), Made { compiled: Some(module.clone()), engine: engine.or_else(|| compiled_in.clone()), name: None })
                }
                None => (known_module(module, names, at)?, Made { compiled: None, engine, name: None }),
            };
            if let (Some(engine), None) = (&made.engine, &made.compiled) {
                let how =
                    format!("compile it for that first, `{{ compile: m, module: {module}, engine: {engine} }}`, and say `module: m` here");
                return Err((at, format!("engine `{engine}` has no module `{module}`: {how}")));
            }
            let made = Made { name: file.named.as_ref().map(|named| named.value.clone()), ..made };
            let imports = imports(file.imports.as_ref(), names)?;
            if names.instances.iter().any(|name| name == operand) {
                return Err((place, format!("instance `{operand}` exists already; give this one another name")));
            }
            lifecycle_step::give(operand, place, names)
                .or_else(|error| if names.modules.contains(&operand.as_str()) { Ok(()) } else { Err(error) })?;
            names.instances.push(operand.clone());
            StepOp::Instantiate { instance: operand.clone(), module, imports, made }
        }
        "invoke" => StepOp::Invoke { instance: instance()?, export: operand.clone(), args: arguments(file.args.as_ref())? },
        "global_get" => StepOp::GlobalGet { instance: instance()?, export: operand.clone() },
        "global_set" => {
            let written = file.value.as_ref().ok_or_else(|| missing(place, operation, "value"))?;
            match value::argument(&written.value).map_err(|error| (written.place, error))? {
                Argument::Value(value) => StepOp::GlobalSet { instance: instance()?, export: operand.clone(), value },
                Argument::Text(_) => return Err((written.place, "a global cannot hold a string".to_owned())),
            }
        }
        "memory_size" => StepOp::MemorySize { instance: holder()?, export: operand.clone() },
        "memory_grow" => {
            let pages = number(file.pages.as_ref(), place, operation, "pages")?;
            StepOp::MemoryGrow { instance: holder()?, export: operand.clone(), pages }
        }
        "memory_read" => {
            let at = number(file.at.as_ref(), place, operation, "at")?;
            let length = number(file.length.as_ref(), place, operation, "length")?;
            StepOp::MemoryRead { instance: holder()?, export: operand.clone(), at, length }
        }
        "memory_write" => {
            let at = number(file.at.as_ref(), place, operation, "at")?;
            let bytes = file.bytes.as_ref().ok_or_else(|| missing(place, operation, "bytes"))?;
            StepOp::MemoryWrite { instance: holder()?, export: operand.clone(), at, bytes: given_bytes(bytes)? }
        }
        "run" => {
            let (module, made) = command(operand, names, place)?;
            if let (Some(canary), Some(_)) = (&file.canary, &made.compiled) {
                return Err((canary.place, format!("`canary` goes with a module of the case, and `{operand}` was compiled by a step")));
            }
            if let (Some(by), Some(_)) = (&file.by, &file.canary) {
                return Err((
                    by.place,
                    "a canary is put behind the memory of an instance, and a runner shows none; leave one of them out".to_owned(),
                ));
            }
            StepOp::Run { module, made, canary: file.canary.is_some(), by_runner: file.by.is_some() }
        }
        "wagi" => {
            let (module, made) = command(operand, names, place)?;
            let request = wagi_step::request(file.request.as_ref().ok_or_else(|| missing(place, operation, "request"))?)?;
            StepOp::Wagi { module, made, request: Box::new(request) }
        }
        "environment" => {
            let of = known_instance(file.of.as_ref(), names, place)?;
            if names.instances.iter().any(|name| name == operand) || names.modules.contains(&operand.as_str()) {
                return Err((place, format!("there is an instance or a module `{operand}` already; give this one another name")));
            }
            lifecycle_step::give(operand, place, names)?;
            names.instances.push(operand.clone());
            StepOp::Environment { instance: operand.clone(), of }
        }
        "wasi_output" => StepOp::WasiOutput { instance: ended_instance(operand, names, place)? },
        "close" => match lifecycle_step::closed(operand, names).filter(|_| !names.instances.contains(operand)) {
            Some(closed) => StepOp::Lifecycle(closed),
            None => StepOp::Close { instance: ended_instance(operand, names, place)? },
        },
        other => lifecycle_step::convert(other, operand, file, place, names)?.ok_or((place, format!("`{other}` is not an operation")))?,
    };
    Ok(Step { op, expectation: expectation(file, operation)? })
}

/// The module of a command, compiled before or of the case.
fn command(operand: &str, names: &Names<'_>, place: Place) -> Result<(String, Made), StepError> {
    Ok(match names.opened.compiled.get(operand) {
        Some((module, engine)) => (module.clone(), Made { compiled: Some(operand.to_owned()), engine: engine.clone(), name: None }),
        None => (known_module(operand, names, place)?, Made::default()),
    })
}

fn operation(file: &StepFile, place: Place) -> Result<(&'static str, &String), StepError> {
    static NO_OPERAND: Option<String> = Some(String::new());
    let written = [
        &file.compile,
        &file.instantiate,
        &file.invoke,
        &file.global_get,
        &file.global_set,
        &file.memory_size,
        &file.memory_grow,
        &file.memory_read,
        &file.memory_write,
        &file.run,
        &file.wagi,
        &file.wasi_output,
        &file.environment,
        &file.close,
        &file.open_cache,
        &file.new_engine,
        &file.serialize,
        &file.deserialize,
        &file.restart,
        &file.corrupt,
        &file.copy,
        &file.remove,
        &file.shared_memory,
        if file.parallel.is_some() { &NO_OPERAND } else { &None },
    ];
    let mut found = ROWS.iter().zip(written).filter_map(|(row, operand)| Some((row.name, operand.as_ref()?)));
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one),
        (Some((one, _)), Some((other, _))) => {
            Err((place, format!("a step does one thing, this does `{one}` and `{other}`; make it two steps")))
        }
        (None, _) => {
            let names: Vec<&str> = ROWS.iter().map(|row| row.name).collect();
            Err((place, format!("a step needs an operation: one of {}", names.join(", "))))
        }
    }
}

fn only_its_own_fields(operation: &str, file: &StepFile) -> Result<(), StepError> {
    let written = [
        ("module", file.module.as_ref().map(|it| it.place)),
        ("imports", file.imports.as_ref().map(|it| it.place)),
        ("instance", file.instance.as_ref().map(|it| it.place)),
        ("args", file.args.as_ref().map(|it| it.place)),
        ("value", file.value.as_ref().map(|it| it.place)),
        ("pages", file.pages.as_ref().map(|it| it.place)),
        ("at", file.at.as_ref().map(|it| it.place)),
        ("length", file.length.as_ref().map(|it| it.place)),
        ("bytes", file.bytes.as_ref().map(|it| it.place)),
        ("returns", file.returns.as_ref().map(|it| it.place)),
        ("traps", file.traps.as_ref().map(|it| it.place)),
        ("exhausts", file.exhausts.as_ref().map(|it| it.place)),
        ("exits", file.exits.as_ref().map(|it| it.place)),
        ("fails", file.fails.as_ref().map(|it| it.place)),
        ("stdout", file.stdout.as_ref().map(|it| it.place)),
        ("stderr", file.stderr.as_ref().map(|it| it.place)),
        ("request", file.request.as_ref().map(|it| it.place)),
        ("by", file.by.as_ref().map(|it| it.place)),
        ("of", file.of.as_ref().map(|it| it.place)),
        ("status", file.status.as_ref().map(|it| it.place)),
        ("headers", file.headers.as_ref().map(|it| it.place)),
        ("body", file.body.as_ref().map(|it| it.place)),
        ("engine", file.engine.as_ref().map(|it| it.place)),
        ("cache", file.cache.as_ref().map(|it| it.place)),
        ("dir", file.dir.as_ref().map(|it| it.place)),
        ("to", file.to.as_ref().map(|it| it.place)),
        ("from", file.from.as_ref().map(|it| it.place)),
        ("how", file.how.as_ref().map(|it| it.place)),
        ("named", file.named.as_ref().map(|it| it.place)),
        ("disk", file.disk.as_ref().map(|it| it.place)),
        ("holds", file.holds.as_ref().map(|it| it.place)),
        ("times", file.times.as_ref().map(|it| it.place)),
        ("within", file.within.as_ref().map(|it| it.place)),
        ("minimum", file.minimum.as_ref().map(|it| it.place)),
        ("maximum", file.maximum.as_ref().map(|it| it.place)),
        ("or", file.or.as_ref().map(|it| it.place)),
        ("cached", file.cached.as_ref().map(|it| it.place)),
        ("canary", file.canary.as_ref().map(|it| it.place)),
    ];
    let takes = ROWS.iter().find(|row| row.name == operation).map_or(&[][..], |row| row.takes);
    for (field, place) in written {
        let Some(place) = place else { continue };
        let ways = match operation {
            "close" => &["or"][..],
            operation if WITHOUT_WAYS.contains(&operation) => &[],
            _ => &WAYS,
        };
        if !takes.iter().chain(ways).any(|known| *known == field) {
            let all: Vec<String> = takes.iter().chain(ways).map(|known| format!("`{known}`")).collect();
            let all = if all.is_empty() { "no other field".to_owned() } else { all.join(", ") };
            return Err((place, format!("`{field}` does not go with `{operation}`, which takes {all}")));
        }
    }
    Ok(())
}

pub(super) fn known_module(name: &str, names: &Names<'_>, place: Place) -> Result<String, StepError> {
    if names.modules.contains(&name) {
        return Ok(name.to_owned());
    }
    let hint = did_you_mean(name, names.modules.iter().copied()).unwrap_or_else(|| format!("; the case has {}", names.modules.join(", ")));
    Err((place, format!("there is no module `{name}`{hint}")))
}

/// The instance named, or `main`, which is opened on first use where a module of that name exists.
pub(super) fn known_instance(named: Option<&At<String>>, names: &Names<'_>, place: Place) -> Result<String, StepError> {
    let (name, place) = named.map_or(("main", place), |at| (at.value.as_str(), at.place));
    if names.opened.shared_memories.iter().any(|memory| memory == name) {
        return Err((place, format!("`{name}` is a shared memory and no instance: `imports` name it, and steps about memories do")));
    }
    if names.instances.iter().any(|known| known == name) || names.modules.contains(&name) {
        return Ok(name.to_owned());
    }
    let shared = names.opened.shared_memories.iter();
    let known = names.instances.iter().chain(shared).map(String::as_str).chain(names.modules.iter().copied());
    let hint = did_you_mean(name, known).unwrap_or_else(|| format!("; make it with an `instantiate` step {}", names.earlier));
    Err((place, format!("there is no instance `{name}`{hint}")))
}

/// The instance named, which ends with this step and cannot be used by a later one.
fn ended_instance(operand: &str, names: &mut Names<'_>, place: Place) -> Result<String, StepError> {
    let instance = known_instance(Some(&At { value: operand.to_owned(), place }), names, place)?;
    names.instances.retain(|name| *name != instance);
    Ok(instance)
}

fn imports(written: Option<&At<BTreeMap<String, String>>>, names: &Names<'_>) -> Result<BTreeMap<String, String>, StepError> {
    let Some(written) = written else { return Ok(BTreeMap::new()) };
    for instance in written.value.values().filter(|name| !names.opened.shared_memories.contains(name)) {
        known_instance(Some(&At { value: instance.clone(), place: written.place }), names, written.place)?;
    }
    Ok(written.value.clone())
}

pub(super) fn arguments(written: Option<&At<Vec<At<super::file::ArgumentFile>>>>) -> Result<Vec<Argument>, StepError> {
    written
        .map_or(&[][..], |list| &list.value)
        .iter()
        .map(|argument| value::argument(&argument.value).map_err(|error| (argument.place, error)))
        .collect()
}

fn number(written: Option<&At<u64>>, place: Place, operation: &str, field: &str) -> Result<u64, StepError> {
    written.map(|number| number.value).ok_or_else(|| missing(place, operation, field))
}

pub(super) fn missing(place: Place, operation: &str, field: &str) -> StepError {
    (place, format!("`{operation}` needs `{field}`"))
}

/// Bytes that are given to a guest.
pub(super) fn given_bytes(written: &At<ContentFile>) -> Result<GuestBytes, StepError> {
    match &written.value {
        ContentFile::Text(text) => Ok(GuestBytes(text.clone().into_bytes())),
        ContentFile::Said(SaidContentFile::Hex(text)) => value::hex(text).map(GuestBytes).map_err(|error| (written.place, error)),
        ContentFile::Said(SaidContentFile::Repeat(repeat)) => repeated(repeat).map_err(|error| (written.place, error)),
        ContentFile::Said(SaidContentFile::Contains(_) | SaidContentFile::Absent(_)) => {
            Err((written.place, "here stands what is given: text, { hex: … } or { repeat: … }".to_owned()))
        }
    }
}

pub(super) fn expected_bytes(written: &At<ContentFile>) -> Result<BytesPattern, StepError> {
    match &written.value {
        ContentFile::Said(SaidContentFile::Contains(text)) => Ok(BytesPattern::Contains(text.clone())),
        ContentFile::Said(SaidContentFile::Absent(_)) => Err((written.place, "only a file can be absent".to_owned())),
        ContentFile::Text(_) | ContentFile::Said(SaidContentFile::Hex(_) | SaidContentFile::Repeat(_)) => {
            given_bytes(written).map(BytesPattern::Exactly)
        }
    }
}

/// The most that a repeated text makes, in bytes: more of a guest's output is not kept.
const LARGEST_REPEATED: u64 = wasmatrix_adapter::OUTPUT_KEPT as u64;

fn repeated(repeat: &RepeatFile) -> Result<GuestBytes, String> {
    let length = (repeat.text.len() as u64).checked_mul(repeat.times).filter(|length| *length <= LARGEST_REPEATED);
    let Some(_) = length else {
        return Err(format!("{} times this text is more than {LARGEST_REPEATED} bytes; repeat it less often", repeat.times));
    };
    Ok(GuestBytes(repeat.text.as_bytes().repeat(usize::try_from(repeat.times).unwrap_or(0))))
}

/// What must be left of a file.
pub(super) fn left_file(written: &At<ContentFile>) -> Result<LeftFile, StepError> {
    match &written.value {
        ContentFile::Said(SaidContentFile::Absent(true)) => Ok(LeftFile::Absent),
        ContentFile::Said(SaidContentFile::Absent(false)) => {
            Err((written.place, "say what is in the file instead of `absent: false`".to_owned()))
        }
        _ => expected_bytes(written).map(LeftFile::Content),
    }
}

fn expectation(file: &StepFile, operation: &str) -> Result<Expectation, StepError> {
    let mut ways = Vec::new();
    if let Some(returns) = &file.returns {
        let patterns: Vec<Pattern> =
            returns.value.as_slice().iter().map(value::pattern).collect::<Result<_, _>>().map_err(|error| (returns.place, error))?;
        fits(operation, &patterns).map_err(|error| (returns.place, error))?;
        ways.push(Way::Returns(patterns));
    }
    ways.extend(each(file.traps.as_ref()).map(Way::Traps));
    ways.extend(each(file.exhausts.as_ref()).map(Way::Exhausts));
    ways.extend(each(file.exits.as_ref()).map(Way::Exits));
    ways.extend(each(file.fails.as_ref()).map(|fails| match fails {
        FailsFile::Rejected => Way::Rejected,
        FailsFile::Unlinkable => Way::Unlinkable,
        FailsFile::Exception => Way::Exception,
        FailsFile::Stale => Way::Stale,
    }));
    for (list, place) in [
        file.traps.as_ref().map(|it| (it.value.as_slice().is_empty(), it.place)),
        file.exhausts.as_ref().map(|it| (it.value.as_slice().is_empty(), it.place)),
        file.exits.as_ref().map(|it| (it.value.as_slice().is_empty(), it.place)),
        file.fails.as_ref().map(|it| (it.value.as_slice().is_empty(), it.place)),
        file.cached.as_ref().map(|it| (it.value.as_slice().is_empty(), it.place)),
    ]
    .into_iter()
    .flatten()
    {
        if list {
            return Err((place, "an empty list expects nothing; name at least one way, or leave the field out".to_owned()));
        }
    }
    Ok(Expectation {
        ways,
        stdout: file.stdout.as_ref().map(expected_bytes).transpose()?,
        stderr: file.stderr.as_ref().map(expected_bytes).transpose()?,
        or_refused: file.or.is_some(),
        cached: file.cached.as_ref().map(|cached| cached.value.as_slice().to_vec()),
        response: wagi_step::response(file)?,
        canary: file.canary.as_ref().map(|canary| canary.value),
    })
}

fn each<T: Copy>(written: Option<&At<OneOrMany<T>>>) -> impl Iterator<Item = T> {
    written.map_or(&[][..], |list| list.value.as_slice()).iter().copied()
}

/// An expectation that the operation could never meet is a mistake of the suite, not a red cell.
fn fits(operation: &str, patterns: &[Pattern]) -> Result<(), String> {
    fn each_is(pattern: &Pattern, sort: fn(&Pattern) -> bool) -> bool {
        match pattern {
            Pattern::AnyOf(alternatives) => alternatives.iter().all(|alternative| each_is(alternative, sort)),
            one => sort(one),
        }
    }
    let is_value: fn(&Pattern) -> bool = |pattern| !matches!(pattern, Pattern::Pages(_) | Pattern::Bytes(_));
    let (sort, count, what): (fn(&Pattern) -> bool, _, _) = match operation {
        "memory_size" | "memory_grow" => (|pattern| matches!(pattern, Pattern::Pages(_)), Some(1), "a number of pages, { pages: 1 } say"),
        "memory_read" => (|pattern| matches!(pattern, Pattern::Bytes(_)), Some(1), "{ bytes: text } or { hex: 00ff }"),
        "global_get" => (is_value, Some(1), "one value, { i32: 1 } say"),
        _ => (is_value, None, "values, { i32: 1 } say"),
    };
    if count.is_some_and(|count| count != patterns.len()) || !patterns.iter().all(|pattern| each_is(pattern, sort)) {
        return Err(format!("`{operation}` returns {what}"));
    }
    Ok(())
}
