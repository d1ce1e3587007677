//! The requests that measure a phase of a case, made of those that the case itself is driven with.

use std::path::{Path, PathBuf};

use wasmatrix_adapter::{Op, Purpose};
use wasmatrix_reports::Phase;

use crate::{
    session::{Line, script},
    suite::{Case, Measure},
};

/// What a worker is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requests {
    /// What must be there, and is opened once.
    pub preamble: Vec<Op>,
    /// Asked once behind it, where the phase is that of a cache: compiled with what the preamble has left there, it has to be a hit.
    pub must_hit: Option<MustHit>,
    /// What is done before each time, and is not timed.
    pub before: Vec<Op>,
    /// What is timed.
    pub op: Op,
    /// The step that says what the answer must be, from 0; `None`: any answer but a failure will do.
    pub judged_by: Option<usize>,
    /// Where the preamble has put an artifact.
    pub artifact: Option<PathBuf>,
}

/// A compilation that has to find its code in a cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MustHit {
    /// What is opened for it.
    pub opens: Vec<Op>,
    /// The runtime's own count, asked for before and after.
    pub counts: Op,
    /// The compilation.
    pub compile: Op,
    /// What is closed again.
    pub closes: Vec<Op>,
    /// The cache's directory.
    pub dir: PathBuf,
}

/// The requests of one thing that a case measures, with its files below `folder` (an absolute path) and an engine for this purpose.
///
/// # Errors
/// Why there are none: the case is not driven in a way that this phase could be taken from.
pub fn requests(case: &Case, measure: &Measure, folder: &Path, purpose: Purpose) -> Result<Requests, String> {
    let lines = script(case, folder);
    let ops: Vec<(&Line, Op)> = lines.iter().filter_map(|line| Some((line, for_purpose(line.asks()?, purpose)))).collect();
    let is_lasting = |op: &Op| matches!(op, Op::NewEngine { .. } | Op::Compile { .. });
    let lasting = |ops: &[(&Line, Op)]| ops.iter().map(|(_, op)| op.clone()).filter(is_lasting).collect::<Vec<_>>();
    let compile = || ops.iter().find_map(|(_, op)| matches!(op, Op::Compile { .. }).then(|| op.clone()));
    let no_compile = || "the case compiles nothing".to_owned();
    let engines = || ops.iter().map(|(_, op)| op.clone()).filter(|op| matches!(op, Op::NewEngine { .. })).collect::<Vec<_>>();
    let plain = |preamble, before, op, judged_by| Requests { preamble, must_hit: None, before, op, judged_by, artifact: None };
    match measure.phase {
        // Each time in an engine of its own: one engine may keep what it has compiled, or remember it.
        Phase::Compile => Ok(plain(Vec::new(), engines(), compile().ok_or_else(no_compile)?, None)),
        Phase::Serialize | Phase::Deserialize => {
            let compile = compile().ok_or_else(no_compile)?;
            let (module, engine) = made_by(&compile).ok_or_else(no_compile)?;
            let artifact = folder.join(ARTIFACT);
            let serialize = Op::Serialize { module: module.clone(), artifact: artifact.clone() };
            let deserialize = Op::Deserialize { module: AGAIN.to_owned(), engine: engine.clone(), artifact: artifact.clone() };
            let serialized = [engines(), vec![compile, serialize.clone()]].concat();
            let closed = [module, engine].map(|handle| Op::Close { handle });
            // As with compiling: what an engine keeps of each module would be memory that the number of iterations decides.
            let (preamble, before, op) = match measure.phase {
                Phase::Serialize => (serialized, Vec::new(), serialize),
                _ => ([serialized, closed.into()].concat(), engines(), deserialize),
            };
            Ok(Requests { artifact: Some(artifact), ..plain(preamble, before, op, None) })
        }
        Phase::CacheHit => {
            let compile = compile().ok_or_else(no_compile)?;
            let (module, engine) = made_by(&compile).ok_or_else(no_compile)?;
            let dir = folder.join(CACHE);
            let opens = vec![
                Op::OpenCache { cache: CACHE.to_owned(), dir: Some(dir.clone()) },
                Op::NewEngine { engine: engine.clone(), features: None, cache: Some(CACHE.to_owned()), purpose: Some(purpose) },
            ];
            let closes: Vec<Op> = [module, engine, CACHE.to_owned()].map(|handle| Op::Close { handle }).into();
            let preamble = [opens.clone(), vec![compile.clone()], closes.clone()].concat();
            let counts = Op::CacheStatistics { cache: CACHE.to_owned() };
            let must_hit = MustHit { opens: opens.clone(), counts, compile: compile.clone(), closes, dir };
            Ok(Requests { must_hit: Some(must_hit), ..plain(preamble, opens, compile, None) })
        }
        Phase::Instantiate => {
            let place = ops.iter().position(|(_, op)| matches!(op, Op::Instantiate { .. })).ok_or("the case instantiates nothing")?;
            let (earlier, rest) = ops.split_at(place);
            let (_, op) = rest.first().ok_or("the case instantiates nothing")?;
            Ok(plain(lasting(earlier), fleeting(earlier), op.clone(), None))
        }
        Phase::FirstCall | Phase::Invoke | Phase::Command => {
            let is_it = |line: &Line| line.step == measure.step && line.opening.is_none();
            let place = ops.iter().position(|(line, _)| is_it(line)).ok_or("the step asks nothing of a worker")?;
            let (earlier, rest) = ops.split_at(place);
            let (_, op) = rest.first().ok_or("the step asks nothing of a worker")?;
            let (preamble, before) = match measure.phase {
                // A runtime may compile what is called first when it is called, once for a module.
                Phase::FirstCall => {
                    let (engines, rest) = earlier.iter().map(|(_, op)| op.clone()).partition(|op| matches!(op, Op::NewEngine { .. }));
                    (engines, rest)
                }
                Phase::Command => (lasting(earlier), Vec::new()),
                _ => (earlier.iter().map(|(_, op)| op.clone()).collect(), Vec::new()),
            };
            Ok(plain(preamble, before, op.clone(), Some(measure.step)))
        }
    }
}

const ARTIFACT: &str = "measured.artifact";
const CACHE: &str = "measured.cache";
const AGAIN: &str = "measured.module";

/// What is made anew each time.
fn fleeting(ops: &[(&Line, Op)]) -> Vec<Op> {
    ops.iter().map(|(_, op)| op.clone()).filter(|op| !matches!(op, Op::NewEngine { .. } | Op::Compile { .. })).collect()
}

fn made_by(compile: &Op) -> Option<(String, String)> {
    match compile {
        Op::Compile { module, engine, .. } => Some((module.clone(), engine.clone())),
        _ => None,
    }
}

fn for_purpose(op: &Op, purpose: Purpose) -> Op {
    match op {
        Op::NewEngine { engine, features, cache, .. } => {
            Op::NewEngine { engine: engine.clone(), features: features.clone(), cache: cache.clone(), purpose: Some(purpose) }
        }
        other => other.clone(),
    }
}
