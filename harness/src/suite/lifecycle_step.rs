//! A step of the lifecycle as it is written, made into one that can be trusted.

use std::path::{Path, PathBuf};

use super::{
    convert::stays_inside,
    file::StepFile,
    lifecycle::{Act, CopyBy, Damage, Disk, DiskSort, Lifecycle, Opened, Restart, Within},
    model::{Step, StepOp},
    shared_memory_step,
    step::{self, Names, StepError},
};
use crate::yaml::{At, Place, did_you_mean};

/// The most branches that run side by side.
const MOST_BRANCHES: u64 = 64;

/// Converts one of these operations; `None`: it is none of them.
pub(super) fn convert(
    operation: &str,
    operand: &str,
    file: &StepFile,
    place: Place,
    names: &mut Names<'_>,
) -> Result<Option<StepOp>, StepError> {
    let lifecycle = match operation {
        "open_cache" => {
            let dir = file.dir.as_ref().map(|dir| own_path(&dir.value, dir.place)).transpose()?;
            give(operand, place, names)?;
            names.opened.caches.push(operand.to_owned());
            Lifecycle::OpenCache { cache: operand.to_owned(), dir }
        }
        "new_engine" => {
            let cache = file
                .cache
                .as_ref()
                .map(|cache| known("cache", &cache.value, &names.opened.caches, cache.place, names.earlier))
                .transpose()?;
            give(operand, place, names)?;
            names.opened.engines.push(operand.to_owned());
            names.opened.engines_with_cache.extend(cache.is_some().then(|| operand.to_owned()));
            Lifecycle::NewEngine { engine: operand.to_owned(), cache }
        }
        "serialize" => {
            let to = file.to.as_ref().ok_or_else(|| step::missing(place, operation, "to"))?;
            Lifecycle::Serialize { module: compiled(operand, place, names)?, to: own_path(&to.value, to.place)? }
        }
        "deserialize" => {
            let from = file.from.as_ref().ok_or_else(|| step::missing(place, operation, "from"))?;
            let from = own_path(&from.value, from.place)?;
            let module = module_of(operand, file, place, names)?;
            let engine = engine(file, names)?;
            give(operand, place, names)?;
            names.opened.compiled.insert(operand.to_owned(), (module.clone(), engine.clone()));
            Lifecycle::Deserialize { compiled: operand.to_owned(), module, engine, from }
        }
        "restart" => {
            let how = match operand {
                "worker" => Restart::Told,
                "killed" => Restart::Killed,
                "reader" => Restart::Reader,
                other => return Err((place, format!("`restart: {other}` means nothing; it is `worker`, `killed` or `reader`"))),
            };
            let disk = disk(file)?;
            // Nothing of a process survives it.
            names.earlier = "between the restart and this one";
            names.instances.clear();
            names.opened = Opened::default();
            Lifecycle::Act(Act::Restart { how, disk })
        }
        "corrupt" => Lifecycle::Act(Act::Corrupt { path: own_path(operand, place)?, how: damage(file, place)? }),
        "copy" => {
            let to = file.to.as_ref().ok_or_else(|| step::missing(place, operation, "to"))?;
            let by = match file.how.as_ref().map(|how| (how.value.as_str(), how.place)) {
                None | Some(("rename", _)) => CopyBy::Renaming,
                Some(("write", _)) => CopyBy::Writing,
                Some((other, place)) => return Err((place, format!("`how: {other}` is not a way to copy; it is `rename` or `write`"))),
            };
            Lifecycle::Act(Act::Copy { from: own_path(operand, place)?, to: own_path(&to.value, to.place)?, by })
        }
        "shared_memory" => shared_memory_step::convert(operand, file, place, names)?,
        "remove" => Lifecycle::Act(Act::Remove { path: own_path(operand, place)? }),
        _ => return Ok(None),
    };
    Ok(Some(StepOp::Lifecycle(lifecycle)))
}

/// Branches side by side. What they open is theirs, so the names are as before afterwards.
pub(super) fn parallel(written: &At<Vec<At<StepFile>>>, file: &StepFile, place: Place, names: &Names<'_>) -> Result<StepOp, StepError> {
    let times = file.times.as_ref().ok_or_else(|| step::missing(place, "parallel", "times"))?;
    if times.value == 0 || times.value > MOST_BRANCHES {
        return Err((times.place, format!("`times` is how many branches there are, from 1 to {MOST_BRANCHES}")));
    }
    let within = match file.within.as_ref().map(|within| (within.value.as_str(), within.place)) {
        Some(("threads", _)) => Within::Threads,
        Some(("processes", _)) => Within::Processes,
        Some((other, place)) => return Err((place, format!("`within: {other}` means nothing; it is `threads` or `processes`"))),
        None => return Err(step::missing(place, "parallel", "within")),
    };
    if written.value.is_empty() {
        return Err((written.place, "a branch needs at least one step".to_owned()));
    }
    let opened = match within {
        Within::Threads => Opened { caches: Vec::new(), ..names.opened.clone() },
        Within::Processes => Opened::default(),
    };
    let mut own = Names { modules: names.modules.clone(), instances: Vec::new(), opened, earlier: "of the same branch, before this one" };
    let mut steps = Vec::new();
    for step in &written.value {
        steps.push(in_branch(step, &mut own)?);
    }
    Ok(StepOp::Lifecycle(Lifecycle::Parallel { steps, times: usize::try_from(times.value).unwrap_or(1), within }))
}

fn in_branch(step: &At<StepFile>, names: &mut Names<'_>) -> Result<Step, StepError> {
    if step.value.parallel.is_some() {
        return Err((step.place, "branches have no branches: say more `times`, or make it two steps".to_owned()));
    }
    if let Some(or) = &step.value.or {
        return Err((or.place, "a branch is sent as a whole, so nothing in it can depend on a refusal: leave `or` out".to_owned()));
    }
    if let Some(cached) = &step.value.cached {
        return Err((
            cached.place,
            "what one branch finds in a cache depends on what the others do meanwhile: leave `cached` out".to_owned(),
        ));
    }
    let converted = step::convert(step, names)?;
    match converted.op {
        StepOp::Lifecycle(Lifecycle::Act(_)) => {
            Err((step.place, "this is done by the harness, between requests: make it a step before or after the branches".to_owned()))
        }
        _ => Ok(converted),
    }
}

/// That a step tells a hit from a miss needs an engine with a cache.
pub(super) fn has_cache(file: &StepFile, names: &Names<'_>) -> Result<(), StepError> {
    let Some(cached) = &file.cached else { return Ok(()) };
    let with_cache = &names.opened.engines_with_cache;
    match &file.engine {
        Some(engine) if with_cache.contains(&engine.value) => Ok(()),
        Some(engine) => {
            Err((cached.place, format!("engine `{0}` has no cache: open it with one, `{{ new_engine: {0}, cache: c }}` say", engine.value)))
        }
        None => Err((cached.place, "`cached` needs `engine`, one that was opened with a cache".to_owned())),
    }
}

/// What a `close` closes, where it is not an instance.
pub(super) fn closed(operand: &str, names: &Names<'_>) -> Option<Lifecycle> {
    let Opened { caches, engines, compiled, shared_memories, .. } = &names.opened;
    if caches.iter().any(|cache| cache == operand) {
        Some(Lifecycle::CloseCache { cache: operand.to_owned() })
    } else if engines.iter().any(|engine| engine == operand) {
        Some(Lifecycle::CloseEngine { engine: operand.to_owned() })
    } else if shared_memories.iter().any(|memory| memory == operand) {
        Some(Lifecycle::CloseSharedMemory { memory: operand.to_owned() })
    } else if compiled.contains_key(operand) && !names.modules.contains(&operand) {
        Some(Lifecycle::CloseModule { module: operand.to_owned() })
    } else {
        None
    }
}

/// The engine that a step names.
pub(super) fn engine(file: &StepFile, names: &Names<'_>) -> Result<Option<String>, StepError> {
    file.engine.as_ref().map(|engine| known("engine", &engine.value, &names.opened.engines, engine.place, names.earlier)).transpose()
}

/// The module of the case that something is compiled of: the one named, that of the same name, or `main`.
pub(super) fn module_of(operand: &str, file: &StepFile, place: Place, names: &Names<'_>) -> Result<String, StepError> {
    match &file.module {
        Some(module) => step::known_module(&module.value, names, module.place),
        None if names.modules.contains(&operand) => Ok(operand.to_owned()),
        None => {
            let mistyped = did_you_mean(operand, names.modules.iter().copied());
            let hint = match mistyped {
                None if names.modules.contains(&"main") => return Ok("main".to_owned()),
                None => format!("; say with `module` which it is of: {}", names.modules.join(", ")),
                Some(hint) => format!("{hint} Or say with `module` which it is of"),
            };
            Err((place, format!("`{operand}` is none of the case's modules{hint}")))
        }
    }
}

/// Notes a name, which nothing else may have.
pub(super) fn give(name: &str, place: Place, names: &Names<'_>) -> Result<(), StepError> {
    let sort = names.opened.sort_of(name).or_else(|| names.instances.iter().any(|one| one == name).then_some("an instance"));
    match sort {
        Some(sort) => Err((place, format!("`{name}` is the name of {sort} already; give this another one"))),
        None => Ok(()),
    }
}

fn compiled(name: &str, place: Place, names: &Names<'_>) -> Result<String, StepError> {
    if names.opened.compiled.contains_key(name) {
        return Ok(name.to_owned());
    }
    let known = names.opened.compiled.keys().map(String::as_str);
    let hint = did_you_mean(name, known).unwrap_or_else(|| format!("; make it with a `compile` or `deserialize` step {}", names.earlier));
    Err((place, format!("there is no compiled module `{name}`{hint}")))
}

fn known(sort: &str, name: &str, all: &[String], place: Place, earlier: &str) -> Result<String, StepError> {
    if all.iter().any(|one| one == name) {
        return Ok(name.to_owned());
    }
    let hint = did_you_mean(name, all.iter().map(String::as_str)).unwrap_or_else(|| format!("; open it in a step {earlier}"));
    Err((place, format!("there is no {sort} `{name}`{hint}")))
}

/// A path in the cell's own folder.
fn own_path(written: &str, place: Place) -> Result<PathBuf, StepError> {
    let path = Path::new(written);
    if stays_inside(path) {
        Ok(path.to_owned())
    } else {
        Err((place, format!("`{written}` is not a path in the cell's own folder, `cache/entry` say")))
    }
}

fn damage(file: &StepFile, place: Place) -> Result<Damage, StepError> {
    let how = file.how.as_ref().ok_or_else(|| step::missing(place, "corrupt", "how"))?;
    let at = || match &file.at {
        Some(at) => u8::try_from(at.value)
            .ok()
            .filter(|at| *at <= 100)
            .ok_or((at.place, "`at` is a place in the file, in hundredths of it: 0 to 100".to_owned())),
        None => Err(step::missing(place, "corrupt", "at")),
    };
    let damage = match how.value.as_str() {
        "flip-byte" => Damage::FlipByte(at()?),
        "truncate" => Damage::Truncate(at()?),
        "empty" => Damage::Empty,
        "foreign" => Damage::Foreign,
        other => {
            let hint = did_you_mean(other, ["flip-byte", "truncate", "empty", "foreign"]);
            let hint = hint.unwrap_or_else(|| "; it is `flip-byte`, `truncate`, `empty` or `foreign`".to_owned());
            return Err((how.place, format!("`how: {other}` is no damage{hint}")));
        }
    };
    match (&file.at, damage) {
        (Some(at), Damage::Empty | Damage::Foreign) => {
            Err((at.place, format!("`how: {}` is done to the whole file: leave `at` out", how.value)))
        }
        _ => Ok(damage),
    }
}

fn disk(file: &StepFile) -> Result<Option<Disk>, StepError> {
    let Some(disk) = &file.disk else {
        return match &file.holds {
            Some(holds) => Err((holds.place, "`holds` is the size of a disk: say with `disk` which folder is one".to_owned())),
            None => Ok(None),
        };
    };
    let sort = match &file.holds {
        None => DiskSort::ReadOnly,
        // A disk in memory whose size is 0 is one without a limit.
        Some(holds) if holds.value == 0 => return Err((holds.place, "`holds` is a number of bytes, at least 1".to_owned())),
        Some(holds) => DiskSort::Holding(holds.value),
    };
    Ok(Some(Disk { path: own_path(&disk.value, disk.place)?, sort }))
}
