//! What a command does to memory that is not its own: a verdict by behaviour, beside the one by version.

use serde::Serialize;
use wasmatrix_reports::{Canary, CanarySeen, Cell, Observation, Outcome, observation_in_words};

use super::report::{Report, V3};

/// What one run of a command showed, on each runtime that was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Proof {
    /// The arguments that it was given, its own name first.
    pub args: Vec<String>,
    /// What it did on each runtime.
    pub runs: Vec<ProvingRun>,
    /// What follows.
    pub behaviour: Behaviour,
    /// Why, and what Spin's version check says to that.
    pub why: String,
}

/// What a command did on one runtime.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProvingRun {
    /// The runtime's identity.
    pub runtime: String,
    /// How the command ended, or why it was not run.
    pub ended: String,
    /// The page behind its memory afterwards; `None` where nobody could look.
    pub canary: Option<CanarySeen>,
}

/// What a command does to pages that somebody else has put behind its memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Behaviour {
    /// This run wrote nothing there.
    Kept,
    /// It wrote there, and as a component it has the adapter's pages there.
    Corrupts,
    /// It wrote there, and as a component it hands out the adapter's memory itself.
    CorruptsAndIsAsked,
    /// The runtimes disagree.
    Disagrees,
    /// No runtime could tell.
    Untold,
}

impl Proof {
    /// Reads what runs with a canary came to.
    pub fn of(report: &Report, args: Vec<String>, cells: &[Cell]) -> Self {
        let runs: Vec<ProvingRun> = cells.iter().map(proving_run).collect();
        let seen: Vec<Canary> = runs.iter().filter_map(|run| Some(run.canary?.shows())).collect();
        let is_asked = matches!(report, Report::Module(module) if !module.adapter_signals.realloc.is_empty());
        let behaviour = match seen.split_first() {
            None => Behaviour::Untold,
            Some((first, rest)) if rest.iter().any(|other| other != first) => Behaviour::Disagrees,
            Some((Canary::Kept, _)) => Behaviour::Kept,
            Some((Canary::Overwritten, _)) if is_asked => Behaviour::CorruptsAndIsAsked,
            Some((Canary::Overwritten, _)) => Behaviour::Corrupts,
        };
        let spin = match report {
            Report::Module(module) => Some(module.spin.v3.answer),
            Report::Component(_) | Report::Webc(_) => None,
        };
        Self { args, runs, behaviour, why: why(behaviour, spin) }
    }
}

fn proving_run(cell: &Cell) -> ProvingRun {
    let step = cell.steps.first();
    let ended = match (cell.outcome, step) {
        (Outcome::Unsupported | Outcome::Unavailable, _) => cell.reason.clone().unwrap_or_else(|| cell.outcome.to_string()),
        (Outcome::Observed, Some(step)) => ended(&step.observed),
        (outcome, _) => cell.reds.first().map_or_else(|| outcome.to_string(), |red| red.observed.clone()),
    };
    ProvingRun { runtime: cell.runtime.clone(), ended, canary: step.and_then(|step| step.canary) }
}

/// The first line of what became of it; what it wrote is not asked here.
fn ended(observed: &Observation) -> String {
    let words = observation_in_words(observed);
    words.split([';', '\n']).next().unwrap_or_default().to_owned()
}

fn why(behaviour: Behaviour, spin: Option<V3>) -> String {
    let passes = matches!(spin, Some(V3::Safe | V3::SafeWithWarning | V3::NotChecked));
    let refuses = spin == Some(V3::Unsafe);
    let (seen, spin) = match behaviour {
        Behaviour::Kept => (
            "this run wrote nothing to a page that stood behind its memory; other arguments, other input and code that it did not reach may",
            refuses.then_some(
                "Spin 3 refuses it for its version, and nothing that was seen speaks for that: a false alarm, as far as this run goes",
            ),
        ),
        Behaviour::Corrupts => (
            "it wrote to a page that it had not grown itself: as a component it takes the adapter's memory for its heap; export `cabi_realloc`, or build it with a wasi-libc of 2023-01 or later",
            passes.then_some("Spin 3 lets it pass: a miss"),
        ),
        Behaviour::CorruptsAndIsAsked => (
            "it wrote to a page that it had not grown itself, but it exports `cabi_realloc`: an adapter asks it for memory and does not grow it",
            refuses.then_some("Spin 3 refuses it all the same: a false alarm"),
        ),
        Behaviour::Disagrees => ("the runtimes disagree, so what it does depends on more than the module", None),
        Behaviour::Untold => ("no runtime could tell", None),
    };
    spin.map_or_else(|| seen.to_owned(), |spin| format!("{seen}. {spin}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspect::inspect;

    fn report(wat: &str) -> Report {
        inspect(&wat::parse_str(wat).expect(wat)).expect(wat)
    }

    /// A cell of a run with a canary, `None`: that cannot be run so.
    fn cell(changed: Option<u64>) -> Cell {
        let mut cell = serde_json::json!({
            "runtime": "faux", "version": "1.0.0", "suite": "modules", "case": "canary", "level": "implementation-defined",
            "outcome": "unsupported", "reason": "needs simd", "why": "", "wall_us": 1, "steps": [],
        });
        if let Some(changed) = changed {
            let output = serde_json::json!({ "stdout": { "text": "hello" }, "stderr": { "text": "" } });
            let failure = serde_json::json!({ "kind": { "exit": 3 }, "text": "exit 3" });
            cell["outcome"] = "observed".into();
            cell["steps"] = serde_json::json!([{
                "does": "run main with a canary", "busy_ns": 1,
                "observed": { "answered": { "ok": { "command": { "failure": failure, "output": output } } } },
                "canary": { "page": 2, "changed": changed },
            }]);
        }
        serde_json::from_value(cell).expect("a cell")
    }

    #[test]
    fn what_runs_showed_is_held_against_what_the_version_check_says() {
        let old = r#"(module (func (export "_start")) (@producers (processed-by "clang" "14.0.0")))"#;
        let unnamed = r#"(module (func (export "_start")))"#;
        let asked = r#"(module (func (export "_start")) (func (export "cabi_realloc")))"#;
        for (wat, changed, behaviour, words) in [
            (old, &[Some(4), Some(9)][..], Behaviour::Corrupts, ""),
            (old, &[Some(0)], Behaviour::Kept, "a false alarm"),
            (unnamed, &[Some(4), None], Behaviour::Corrupts, "a miss"),
            (unnamed, &[Some(0)], Behaviour::Kept, ""),
            (asked, &[Some(4)], Behaviour::CorruptsAndIsAsked, "asks it for memory"),
            (unnamed, &[Some(4), Some(0)], Behaviour::Disagrees, "disagree"),
            (unnamed, &[None], Behaviour::Untold, ""),
            (unnamed, &[], Behaviour::Untold, ""),
        ] {
            let cells: Vec<Cell> = changed.iter().map(|changed| cell(*changed)).collect();
            let proof = Proof::of(&report(wat), vec!["guest".to_owned()], &cells);
            assert_eq!(proof.behaviour, behaviour, "{wat} {changed:?}");
            assert!(proof.why.contains(words), "{wat} {changed:?}: {}", proof.why);
            assert_eq!(proof.why.contains("Spin"), words.contains("miss") || words.contains("alarm"), "{}", proof.why);
        }
    }

    #[test]
    fn a_run_says_how_it_ended_or_why_there_was_none() {
        let proof = Proof::of(&report("(module)"), Vec::new(), &[cell(Some(0)), cell(None)]);
        let said: Vec<&str> = proof.runs.iter().map(|run| run.ended.as_str()).collect();
        assert_eq!(said, ["exits 3", "needs simd"]);
    }
}
