//! What a cell's record says of each directive of its script.

use std::collections::BTreeSet;

use wasmatrix_adapter::Capability;
use wasmatrix_reports::{Cell, Lines, Receipt, Red};

use super::{OurDirective, Said};
use crate::script::{Action, Ask, Claims, Directive, Exporter, Script, ask};

/// The directives of a script with our verdicts, from the record of the cell in which a runtime with this receipt was asked.
pub fn our_directives(script: &Script, features: Option<&BTreeSet<Capability>>, receipt: &Receipt, cell: &Cell) -> Vec<OurDirective> {
    let claims = Claims { capabilities: &receipt.capabilities, switchable: &receipt.switchable };
    let asked = ask(script, features, claims);
    // Reds stand in the order of the directives.
    let mut reds: &[Red] = &cell.reds;
    let mut is_over = cell.script.is_none();
    let mut directives = Vec::new();
    for (directive, ask) in script.directives.iter().zip(&asked.directives) {
        let text = script.text_of(directive);
        let red = reds
            .first()
            .filter(|red| red.directive.as_ref().is_some_and(|about| about.line == u64::from(directive.line) && about.text == text));
        let said = match (ask, red) {
            (_, Some(red)) => {
                reds = &reds[1..];
                // After the directive that ended the session there are no answers.
                is_over |= matches!(red.kind.as_str(), "crashed" | "hung" | "broken" | "overlimit");
                Said::Failed(words(red))
            }
            (Ask::Requests(_), None) if !is_over && !was_unsupported(cell, &asked.directives, script, directive) => Said::Passed,
            (_, None) => Said::NotAsked,
        };
        let (makes, uses) = instances(&directive.action);
        directives.push(OurDirective {
            line: directive.line.into(),
            text: text.to_owned(),
            said,
            is_question: !matches!(ask, Ask::Nothing),
            makes,
            uses,
        });
    }
    directives
}

fn words(red: &Red) -> String {
    let said = if red.words.is_empty() { String::new() } else { format!(": {}", red.words) };
    format!("{}, {}{said}", red.kind, red.observed)
}

/// Whether the runtime said only when it was asked that it cannot be. The record has lines and no more, so a directive that shares its line
/// with one that was not asked at all is taken for asked.
fn was_unsupported(cell: &Cell, asks: &[Ask], script: &Script, directive: &Directive) -> bool {
    let line = u64::from(directive.line);
    let reasons = cell.script.iter().flat_map(|record| &record.unsupported_for);
    let says = reasons.filter(|reason| reason.lines.parse::<Lines>().is_ok_and(|lines| lines.contains(line))).count();
    let beside =
        script.directives.iter().zip(asks).filter(|(other, ask)| other.line == directive.line && matches!(ask, Ask::Unsupported(_)));
    says > 0 && beside.count() == 0
}

/// The instance that an action makes, and those that it is about.
fn instances(action: &Action) -> (Option<usize>, Vec<usize>) {
    match action {
        Action::Instantiate { instance, imports, .. } => {
            let from = imports.iter().filter_map(|(_, from)| match from {
                Exporter::Instance(instance) => Some(*instance),
                Exporter::Spectest => None,
            });
            (*instance, from.collect())
        }
        Action::Invoke { instance, .. } | Action::Get { instance, .. } => (None, vec![*instance]),
        Action::Compile { .. } | Action::Nothing | Action::NotAsked | Action::Undriven(_) => (None, Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use wasmatrix_adapter::WasiImplementation;
    use wasmatrix_reports::{DirectiveRecord, Level, Outcome, ScriptRecord, UnsupportedFor, WorkerBinary};

    use super::*;
    use crate::script::compile;

    const SCRIPT: &str = "(module (func (export \"f\")))\n(register \"m\")\n(assert_return (invoke \"f\"))(assert_return (invoke \"g\"))\n\
                          (assert_malformed (module quote \"(\") \"no\")\n(invoke \"f\")\n(assert_trap (invoke \"f\") \"no\")\n(invoke \"f\")";

    fn receipt() -> Receipt {
        let said = String::new;
        Receipt {
            version: said(),
            said_by: said(),
            rest_said_by: None,
            commands_only: false,
            wasi: WasiImplementation::Absent,
            configuration: Default::default(),
            measuring: Default::default(),
            capabilities: BTreeSet::new(),
            switchable: BTreeSet::new(),
            worker: WorkerBinary { sha256: said(), lockfile_sha256: said(), compiler: said(), profile: said(), sources: None },
        }
    }

    fn red(line: u64, text: &str, kind: &str) -> Red {
        let directive = Some(DirectiveRecord { line, text: text.to_owned(), is_assertion: true });
        Red { directive, kind: kind.to_owned(), ..Red::default() }
    }

    /// What is said of each directive: `p`assed, `f`ailed or `n`ot asked.
    #[track_caller]
    fn check(reds: Vec<Red>, unsupported_for: Vec<UnsupportedFor>, expected: &str) {
        let script = compile(SCRIPT.into(), &BTreeSet::new()).expect("a script");
        let cell = Cell {
            runtime: String::new(),
            version: String::new(),
            suite: String::new(),
            case: String::new(),
            from: None,
            level: Level::Required,
            outcome: Outcome::Fail,
            asks: None,
            why: String::new(),
            reason: None,
            issue: None,
            wall_us: 0,
            steps: Vec::new(),
            files: None,
            script: Some(ScriptRecord { unsupported_for, ..ScriptRecord::default() }),
            reds,
            worker_stderr: None,
            repeated: None,
        };
        let directives = our_directives(&script, None, &receipt(), &cell);
        let said = directives.iter().map(|directive| match directive.said {
            Said::Passed => 'p',
            Said::Failed(_) => 'f',
            Said::NotAsked => 'n',
        });
        assert_eq!(said.collect::<String>(), expected);
        assert_eq!((directives[0].makes, directives[2].uses.as_slice(), directives[1].is_question), (Some(0), &[0][..], false));
    }

    #[test]
    fn a_record_says_what_became_of_each_directive() {
        let second = "(assert_return (invoke \"g\"))";
        let unsupported = |lines: &str| vec![UnsupportedFor { reason: "needs it".to_owned(), lines: lines.to_owned() }];
        check(Vec::new(), Vec::new(), "pnppnppp");
        check(vec![red(3, second, "failed"), red(6, "(assert_trap (invoke \"f\") \"no\")", "returned")], Vec::new(), "pnpfnpfp");
        check(vec![red(3, second, "crashed")], Vec::new(), "pnpfnnnn");
        check(Vec::new(), unsupported("5-6"), "pnppnnnp");
    }
}
