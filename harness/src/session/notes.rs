//! What was seen of each step, while it is being seen.

use std::{
    collections::{BTreeMap, HashMap},
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use walkdir::WalkDir;
use wasmatrix_adapter::{Answer, CacheStatistics, CommandEnd, FailureKind, Op, Reply, Response, WasiOutput};
use wasmatrix_reports::{CacheSeen, CanarySeen, DirectorySeen, Observation, refused};

use super::{
    Does, Line, Look,
    handles::{made, used},
    script::canary,
};

/// One observation for each step.
#[derive(Debug)]
pub(super) struct Notes {
    pub(super) observed: Vec<Observation>,
    pub(super) busy_ns: Vec<u64>,
    pub(super) caches: BTreeMap<usize, CacheSeen>,
    /// What became of each step's canary, or why nobody can tell.
    pub(super) canaries: BTreeMap<usize, Result<CanarySeen, String>>,
    /// Handles that a refused step would have made, with its number from 1.
    missing: HashMap<String, u64>,
}

impl Notes {
    pub(super) fn of(steps: usize) -> Self {
        let observed = vec![Observation::Unanswered; steps];
        Self { observed, busy_ns: vec![0; steps], caches: BTreeMap::new(), canaries: BTreeMap::new(), missing: HashMap::new() }
    }

    /// Notes an answer. What a step did whose opening had failed is ignored, since it was done to nothing.
    pub(super) fn note(&mut self, line: &Line, response: Response) {
        let (Some(observed), Some(busy_ns)) = (self.observed.get_mut(line.step), self.busy_ns.get_mut(line.step)) else { return };
        if matches!(observed, Observation::NotOpened { .. }) {
            return;
        }
        *busy_ns = busy_ns.saturating_add(response.busy_ns);
        if let Does::Looks { at, .. } = line.does {
            return self.look(line.step, at, response.reply);
        }
        match (&line.opening, response.reply) {
            (None, reply) => *observed = Observation::Answered(reply),
            (Some(_), Reply::Ok(_)) => {}
            (Some(opening), reply) => *observed = Observation::NotOpened { opening: opening.clone(), reply },
        }
    }

    /// Notes what was seen around a command with a canary.
    fn look(&mut self, step: usize, at: Look, reply: Reply) {
        let Some(observed) = self.observed.get_mut(step) else { return };
        match (at, reply) {
            (Look::Grown(pages), Reply::Ok(Answer::Pages(before))) if before == pages => {}
            (Look::Grown(pages), Reply::Ok(Answer::Pages(before))) => {
                let reason = format!(
                    "its memory had {before} pages before `_start` and {pages} in the module, so the canary stood in what is the guest's"
                );
                self.canaries.insert(step, Err(reason));
            }
            (Look::Grown(_), reply) => {
                *observed = Observation::NotOpened { opening: "grow the memory by a page for the canary".to_owned(), reply };
            }
            (Look::Canary(page), Reply::Ok(Answer::Bytes(found))) => {
                self.canaries.entry(step).or_insert_with(|| Ok(CanarySeen::of(page, &canary(), &found.0)));
            }
            (Look::Canary(_), Reply::Failed(failure)) => {
                self.canaries.entry(step).or_insert_with(|| Err(format!("the memory cannot be read afterwards: {}", failure.text)));
            }
            (Look::Output, Reply::Ok(Answer::Output(output))) => {
                if let Observation::Answered(ended) = observed {
                    *ended = as_command(ended.clone(), output);
                }
            }
            // A guest that has ended may have taken its store along, and then nothing is known of what it wrote.
            (Look::Output, Reply::Failed(_)) => {}
            (Look::Canary(_) | Look::Output, reply) => *observed = Observation::Answered(reply),
        }
    }

    /// Notes what became of a step that is not a request.
    pub(super) fn see(&mut self, step: usize, seen: Observation) {
        if let Some(observed) = self.observed.get_mut(step) {
            *observed = seen;
        }
    }

    /// A step that may be refused has its answer: where it was refused, what it would have made is missing from now on.
    pub(super) fn settle(&mut self, step: usize, ops: &[Op]) {
        if self.observed.get(step).and_then(refused).is_some() {
            self.missing.extend(ops.iter().filter_map(made).map(|handle| (handle.to_owned(), step as u64 + 1)));
        }
    }

    /// Whether a line needs what is missing. It is then not asked, and neither is what needs what it would have made. What is asked for once more
    /// is not missing any longer.
    pub(super) fn passes_over(&mut self, line: &Line) -> bool {
        let ops = line.sends();
        let Some(refused) = ops.iter().flat_map(used).find_map(|handle| self.missing.get(handle).copied()) else {
            for handle in ops.iter().filter_map(made) {
                self.missing.remove(handle);
            }
            return false;
        };
        self.missing.extend(ops.iter().filter_map(made).map(|handle| (handle.to_owned(), refused)));
        // Where its own opening was refused, that is what was seen of it.
        if refused != line.step as u64 + 1 {
            self.see(line.step, Observation::NotAsked(refused));
        }
        true
    }
}

/// What `_start` came to, as the end of a command. What is no end of a guest's stays as it is.
fn as_command(ended: Reply, output: WasiOutput) -> Reply {
    match ended {
        Reply::Ok(Answer::Values(values)) if values.is_empty() => Reply::Ok(Answer::Command(CommandEnd { failure: None, output })),
        Reply::Failed(failure)
            if matches!(failure.kind, FailureKind::Trap(_) | FailureKind::Exhausted(_) | FailureKind::Exception | FailureKind::Exit(_)) =>
        {
            Reply::Ok(Answer::Command(CommandEnd { failure: Some(failure), output }))
        }
        other => other,
    }
}

/// What a runtime counted between two answers; `None`: it does not count.
pub(super) fn counted(before: Option<&Reply>, after: Option<&Reply>) -> Option<CacheStatistics> {
    match (before, after) {
        (Some(Reply::Ok(Answer::CacheStatistics(before))), Some(Reply::Ok(Answer::CacheStatistics(after)))) => {
            Some(CacheStatistics { hits: after.hits.saturating_sub(before.hits), misses: after.misses.saturating_sub(before.misses) })
        }
        _ => None,
    }
}

/// The files below a folder, each with what changes when it is written.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct FilesThere(BTreeMap<PathBuf, (u64, u64, Option<SystemTime>)>);

impl FilesThere {
    /// Those that are there now; what cannot be read is not there.
    pub(crate) fn below(folder: &Path) -> Self {
        let stamp = |entry: &walkdir::DirEntry| {
            let data = fs::symlink_metadata(entry.path())?;
            Ok::<_, io::Error>((std::os::unix::fs::MetadataExt::ino(&data), data.len(), data.modified().ok()))
        };
        let files = WalkDir::new(folder).into_iter().flatten().filter(|entry| entry.file_type().is_file());
        Self(files.filter_map(|entry| Some((entry.path().to_owned(), stamp(&entry).ok()?))).collect())
    }

    /// What happened since.
    pub(crate) fn until(&self, later: &Self) -> DirectorySeen {
        DirectorySeen {
            before: self.0.len() as u64,
            written: later.0.iter().filter(|(path, stamp)| self.0.get(*path) != Some(stamp)).count() as u64,
            gone: self.0.keys().filter(|path| !later.0.contains_key(*path)).count() as u64,
        }
    }
}

#[cfg(test)]
mod tests {
    use wasmatrix_adapter::Failure;

    use super::*;
    use crate::session::Does;

    fn line(step: usize, opening: Option<&str>, json: &str) -> Line {
        let op = serde_json::from_str(json).expect("an operation");
        Line { step, opening: opening.map(str::to_owned), does: Does::Asks(op) }
    }

    fn refused(notes: &mut Notes, line: &Line) {
        notes.note(line, Response { id: 1, busy_ns: 0, reply: Reply::Failed(Failure::stale("another version")) });
        notes.settle(line.step, &line.sends());
    }

    const DESERIALIZE: &str = r#"{"deserialize":{"module":"n.module","engine":"engine","artifact":"/a"}}"#;
    const INSTANTIATE: &str = r#"{"instantiate":{"instance":"i","store":"i.store","module":"n.module","imports":[]}}"#;
    const INVOKE: &str = r#"{"invoke":{"instance":"i","export":"f","args":[]}}"#;

    #[test]
    fn what_was_refused_is_missing_until_it_is_made_again() {
        let mut notes = Notes::of(6);
        refused(&mut notes, &line(0, None, DESERIALIZE));
        assert!(!notes.passes_over(&line(1, Some("new store"), r#"{"new-store":{"store":"i.store","engine":"engine"}}"#)));
        assert!(notes.passes_over(&line(1, None, INSTANTIATE)));
        assert!(notes.passes_over(&line(2, None, INVOKE)), "what would have been made of it is missing too");
        assert_eq!(notes.observed[1..3], [Observation::NotAsked(1), Observation::NotAsked(1)]);
        for (step, asked) in [(3, DESERIALIZE), (4, INSTANTIATE), (5, INVOKE)] {
            assert!(!notes.passes_over(&line(step, None, asked)), "step {step} needs nothing that is missing");
        }
    }

    #[test]
    fn a_step_whose_opening_was_refused_says_so() {
        let mut notes = Notes::of(1);
        refused(&mut notes, &line(0, Some("deserialize n"), DESERIALIZE));
        assert!(notes.passes_over(&line(0, None, INSTANTIATE)));
        assert!(matches!(notes.observed[0], Observation::NotOpened { .. }), "{:?}", notes.observed);
    }

    #[test]
    fn a_file_that_is_written_anew_is_seen() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("entry");
        let seen = |before: &FilesThere| before.until(&FilesThere::below(folder.path()));
        let nothing = FilesThere::below(folder.path());
        assert_eq!(seen(&nothing), DirectorySeen { before: 0, written: 0, gone: 0 });
        fs::write(&path, "code").expect("it can be written");
        assert_eq!(seen(&nothing), DirectorySeen { before: 0, written: 1, gone: 0 });
        let one = FilesThere::below(folder.path());
        assert_eq!(seen(&one), DirectorySeen { before: 1, written: 0, gone: 0 });
        // With the same bytes, and under the same name: another file all the same.
        fs::write(folder.path().join("new"), "code").expect("it can be written");
        fs::rename(folder.path().join("new"), &path).expect("it can be renamed");
        assert_eq!(seen(&one), DirectorySeen { before: 1, written: 1, gone: 0 });
        fs::remove_file(&path).expect("it can be removed");
        assert_eq!(seen(&one), DirectorySeen { before: 1, written: 0, gone: 1 });
    }
}
