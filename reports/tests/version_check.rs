//! A check by version held against what modules did.

mod common;

use common::{cell, expected::check, run, step};
use wasmatrix_adapter::{Answer, Capability, CommandEnd, Failure, FailureKind, GuestBytes, Reply, TrapCode, WasiOutput};
use wasmatrix_reports::{Availability, CanarySeen, Cell, Header, Observation, Outcome, Record, StepRecord, VersionCheck, VersionChecks};

/// A header whose runtimes called `adapts` make components.
fn header(cells: &[Cell]) -> Header {
    let Some(Record::Header(mut header)) = run(cells).into_iter().next() else { panic!("a header comes first") };
    for runtime in header.runtimes.iter_mut().filter(|runtime| runtime.id == "adapts") {
        let Availability::Available(receipt) = &mut runtime.availability else { continue };
        receipt.capabilities.insert(Capability::Component);
    }
    header
}

fn ends(id: &str, kind: Option<FailureKind>, stdout: &str) -> Cell {
    let output = WasiOutput { stdout: GuestBytes(stdout.as_bytes().to_vec()), ..WasiOutput::default() };
    let end = CommandEnd { failure: kind.map(|kind| Failure::new(kind, "in its own words")), output };
    let observed = Observation::Answered(Reply::Ok(Answer::Command(end)));
    Cell { steps: vec![step("run main", observed)], ..cell(id, Outcome::Pass) }
}

fn canary(id: &str, changed: u64) -> Cell {
    let mut cell = ends(id, None, "");
    let seen = CanarySeen { page: 2, changed, first: (changed > 0).then_some(1) };
    cell.steps.iter_mut().for_each(|step| *step = StepRecord { canary: Some(seen), ..step.clone() });
    cell
}

/// The check's word by the case's first word: `refused-…`, `passed-…`, `asked-…`; a module for the word behind it.
fn said(cell: &Cell) -> Option<VersionCheck> {
    let mut words = cell.case.split('-');
    let (says, module) = (words.next()?, words.next()?);
    Some(VersionCheck {
        module: format!("{says} {module}"),
        says: says.to_owned(),
        older_says: "unknown".to_owned(),
        refuses: says == "refused",
        asks_module: says == "asked",
    })
}

#[test]
fn a_check_is_right_where_behaviour_agrees() {
    let trap = || Some(FailureKind::Trap(TrapCode::Unreachable));
    let exit = |status| Some(FailureKind::Exit(status));
    let cells = [
        ends("plain/s/refused-a-core", None, "kept"),
        ends("other/s/refused-a-core", None, "kept"),
        ends("adapts/s/refused-a-component", exit(1), "corrupted"),
        canary("plain/s/refused-a-canary", 9),
        ends("plain/s/refused-b-core", None, "kept"),
        ends("adapts/s/refused-b-component", None, "kept"),
        canary("plain/s/refused-b-canary", 0),
        ends("plain/s/passed-a-core", None, "kept"),
        ends("adapts/s/passed-a-component", trap(), ""),
        canary("plain/s/passed-a-canary", 1),
        ends("plain/s/passed-b-core", None, "kept"),
        ends("adapts/s/passed-b-component", None, "kept"),
        canary("plain/s/passed-b-canary", 1),
        // The adapter's status, and nothing that went wrong.
        ends("plain/s/passed-c", exit(7), ""),
        ends("adapts/s/passed-c", exit(1), ""),
        canary("plain/s/asked-a-canary", 9),
        ends("plain/s/asked-a", None, ""),
        ends("adapts/s/asked-a", None, ""),
        // The component shows it, and the canary did not.
        ends("plain/t/passed-d-core", None, "kept"),
        ends("adapts/t/passed-d-component", Some(FailureKind::Exit(0)), "corrupted"),
        canary("plain/t/passed-d-canary", 0),
        cell("adapts/t/passed-e", Outcome::Unsupported),
        Cell { ..cell("adapts/t/passed-f-component", Outcome::Crashed) },
        ends("plain/t/passed-f-core", None, ""),
        cell("plain/t/another", Outcome::Pass),
    ];
    let checks = VersionChecks::of(&header(&cells), &cells, &|cell| said(cell).filter(|_| cell.case != "another"));
    check("version-check.txt", &checks.text());
    check("version-check.md", &checks.markdown());
}

#[test]
fn without_a_module_there_is_nothing_to_hold() {
    let cells = [cell("plain/s/one", Outcome::Pass)];
    assert!(VersionChecks::of(&header(&cells), &cells, &|_| None).is_empty());
}
