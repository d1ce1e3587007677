//! The sides of a comparison, found by file, folder or name; baselines on the disk.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use walkdir::WalkDir;
use wasmatrix_reports::{baseline, change::Side, each_record};

use crate::{root::Root, yaml::did_you_mean};

/// Where baselines are that have a name and no path.
fn baselines(root: &Root) -> PathBuf {
    root.path.join("reports").join("baselines")
}

/// The folder of a baseline: a path where there is a `/` in it, else a name.
fn baseline_folder(root: &Root, name: &str) -> PathBuf {
    if name.contains('/') || name == "." || name == ".." { PathBuf::from(name) } else { baselines(root).join(name) }
}

/// Reads one side: the file of a run, the folder of a run or of a baseline, or a baseline's name.
pub(super) fn side(root: &Root, named: &str) -> anyhow::Result<Side> {
    let path = Path::new(named);
    if path.is_file() {
        return of_run(named, path);
    }
    let run = path.join("run.jsonl");
    if run.is_file() {
        return of_run(named, &run);
    }
    for folder in [path.to_owned(), baseline_folder(root, named)] {
        if folder.join(baseline::HEAD).is_file() {
            return of_baseline(named, &folder);
        }
    }
    let known: Vec<String> = fs::read_dir(baselines(root))
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.path().join(baseline::HEAD).is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    let hint = did_you_mean(named, known.iter().map(String::as_str)).unwrap_or_default();
    let there_are = if known.is_empty() { "there are none".to_owned() } else { format!("there are {}", known.join(", ")) };
    bail!(
        "`{named}` is no run.jsonl, no folder with one, and no baseline{hint}; baselines are in {} ({there_are}), and `wasmatrix run \
         --save-baseline NAME` makes one",
        baselines(root).display()
    )
}

fn of_run(named: &str, path: &Path) -> anyhow::Result<Side> {
    let mut side = Side::named(named);
    each_record(path, |record| side.add(&record))?;
    if !side.complete {
        super::output::remark(&format!("{named} is not complete: what it has not reached counts as removed or added"));
    }
    Ok(side)
}

/// The largest file of a baseline that is read, in bytes.
const LARGEST: u64 = 64 << 20;

fn of_baseline(named: &str, folder: &Path) -> anyhow::Result<Side> {
    let mut files = BTreeMap::new();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.with_context(|| format!("cannot read the baseline {}", folder.display()))?;
        let path = entry.path();
        if !entry.file_type().is_file() || path.extension().is_none_or(|extension| extension != "txt") {
            continue;
        }
        let size = entry.metadata().map_or(0, |metadata| metadata.len());
        if size > LARGEST {
            bail!("{} has {} MiB, more than the {} MiB that are read of a baseline's file", path.display(), size >> 20, LARGEST >> 20);
        }
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        files.insert(path.strip_prefix(folder).unwrap_or(path).to_string_lossy().into_owned(), text);
    }
    baseline::read(named, &files).with_context(|| format!("cannot read the baseline in {}", folder.display()))
}

/// Writes a baseline, in place of one of that name. A folder that holds anything else is left alone.
pub(super) fn save_baseline(root: &Root, name: &str, side: &Side) -> anyhow::Result<PathBuf> {
    let folder = baseline_folder(root, name);
    let is_empty = fs::read_dir(&folder).map_or(true, |mut entries| entries.next().is_none());
    if !is_empty && !folder.join(baseline::HEAD).is_file() {
        bail!("{} has files in it and is no baseline; name another one with --save-baseline", folder.display());
    }
    let cannot = || format!("cannot write the baseline to {}", folder.display());
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(cannot)?;
    }
    for (path, text) in baseline::write(side) {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap_or(&folder)).with_context(cannot)?;
        fs::write(&path, text).with_context(cannot)?;
    }
    Ok(folder)
}
