//! The folder's README.md: the question, what was expected and seen, by whom, and how to see it again.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};
use wasmatrix_adapter::{Answer as Told, Capability, Reply, WasiImplementation};
use wasmatrix_reports::{Level, Observation, Outcome, backtrace_in_lines, observation_in_words};

use super::{Answer, Entry, Folder, Form, Reproduction, commands, form::SCRIPT};
use crate::{
    judge::expected,
    suite::{LeftFile, Lifecycle, Step, StepOp},
};

/// The most that is shown of a guest's output or of a runtime's words, in characters.
const SHOWN: usize = 600;

/// Writing to a String cannot fail, here and below.
pub(super) fn readme(reproduction: &Reproduction<'_>, form: &Form, folder: &Folder) -> String {
    let case = reproduction.case;
    let mut text = format!("# {}\n\n{}\n\n", reproduction.cell, case.why);
    let stands_on = match &case.script {
        // Of a user's own script this is its path.
        Some(_) => case.stands_on.rsplit('/').next().unwrap_or_default(),
        None => &case.stands_on,
    };
    let _ = writeln!(text, "Stands on: {stands_on} ({})\n", case.level);
    if let Some(writer) = &case.from {
        let _ = writeln!(
            text,
            "The first {} steps are those of {writer}, whose files are read by the runtimes below.\n",
            case.steps_of_writer()
        );
    }
    text.push_str(&runtimes(reproduction));
    if case.script.is_some() {
        text.push_str(&directives(reproduction));
    } else {
        text.push_str(&steps(reproduction));
    }
    text.push_str(&reds(reproduction));
    text.push_str(&how(reproduction, form));
    text.push_str("## Files\n\n");
    for (path, entry) in folder {
        if let (Entry::File(bytes), Some("wasm" | "wast")) = (entry, path.extension().and_then(|it| it.to_str())) {
            let _ = writeln!(text, "- `{}`, {} bytes, sha256 {}", path.display(), bytes.len(), crate::hex(&Sha256::digest(bytes)));
        }
    }
    if folder.keys().any(|path| path.extension().is_some_and(|extension| extension == "wat")) {
        text.push_str("- each `.wat` is the text of the `.wasm` beside it\n");
    }
    if !reproduction.fixtures.is_empty() {
        text.push_str("- `fixtures/`, what the guest's directories hold before it runs, by their number\n");
    }
    let _ = write!(text, "\nWritten by wasmatrix {} on {}; nothing here needs it.\n", env!("CARGO_PKG_VERSION"), reproduction.machine);
    text
}

/// The exact versions, a row a runtime, with what is known of it; the configurations below.
fn runtimes(reproduction: &Reproduction<'_>) -> String {
    let mut text = "## Runtimes\n\n| runtime | version | WASI | outcome |\n|---|---|---|---|\n".to_owned();
    let mut configurations = String::new();
    for Answer { cell, receipt, .. } in &reproduction.answers {
        let wasi = receipt.map_or_else(String::new, |receipt| match &receipt.wasi {
            WasiImplementation::Absent => "none".to_owned(),
            WasiImplementation::Undeclared => "undeclared".to_owned(),
            WasiImplementation::Package { name, version } => format!("{name} {version}"),
        });
        let reason = cell.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
        let issue = cell.issue.as_ref().map(|issue| format!(" ({issue})")).unwrap_or_default();
        let row = [&cell.runtime, &cell.version, &wasi, &format!("{}{reason}{issue}", cell.outcome)];
        text.push_str(&line(row.into_iter().map(String::as_str)));
        if let Some(receipt) = receipt.filter(|receipt| !receipt.configuration.is_empty()) {
            let settings: Vec<String> = receipt.configuration.iter().map(|(name, value)| format!("{name}: {value}")).collect();
            let _ = writeln!(configurations, "- {}: {}", cell.runtime, settings.join("; "));
        }
    }
    for answer in &reproduction.answers {
        for reproduced in &answer.reproduced {
            let _ = write!(text, "\nReproduced on {} before: {reproduced}\n", answer.cell.runtime);
        }
    }
    let makes_components =
        |answer: &&Answer<'_>| answer.receipt.is_some_and(|receipt| receipt.capabilities.contains(&Capability::Component));
    for answer in reproduction.answers.iter().filter(makes_components) {
        // `cli:` of a runtime.yaml knows no command that comes before the runtime's own.
        let _ = write!(
            text,
            "\n{} ran a component that it made of the module. Its command line shows nothing of that before you make one too, and name it in the \
             module's place: `wasm-tools component new MODULE --adapt wasi_snapshot_preview1=ADAPTER -o COMPONENT`, where ADAPTER is the \
             command adapter of a release of wasmtime.\n",
            answer.cell.runtime
        );
    }
    if !configurations.is_empty() {
        let _ = write!(text, "\nTheir configurations, as they were seen:\n\n{configurations}");
    }
    text + "\n"
}

/// What was expected and seen, a row a step.
fn steps(reproduction: &Reproduction<'_>) -> String {
    let case = reproduction.case;
    let asked: Vec<&Answer<'_>> = reproduction.answers.iter().filter(|answer| !answer.cell.steps.is_empty()).collect();
    let mut text = "## Expected and seen\n\nWhat is not as expected is in bold.\n\n".to_owned();
    let heads = ["step", "what is done", "expected"].into_iter().chain(asked.iter().map(|answer| answer.cell.runtime.as_str()));
    text.push_str(&line(heads));
    let _ = writeln!(text, "|{}", "---|".repeat(3 + asked.len()));
    for (number, step) in (1_u64..).zip(&case.steps) {
        let expected = if case.level == Level::ImplementationDefined { "anything".to_owned() } else { due(step) };
        let mut row = vec![number.to_string(), format!("`{step}`"), expected];
        for answer in &asked {
            let record = usize::try_from(number - 1).ok().and_then(|index| answer.cell.steps.get(index));
            let mut seen = record.map_or_else(|| "no answer".to_owned(), |record| seen(&record.observed));
            if let Some(cache) = record.and_then(|record| record.cache.as_ref()) {
                let _ = write!(seen, "; the cache: {}", cache.shows());
            }
            let is_red = answer.cell.reds.iter().any(|red| red.step == Some(number));
            row.push(if is_red { format!("**{seen}**") } else { seen });
        }
        text.push_str(&line(row.iter().map(String::as_str)));
    }
    if !case.files.is_empty() {
        text.push_str("\nAfterwards, in the guest's directories:\n\n");
        for file in &case.files {
            let left = match &file.left {
                LeftFile::Absent => "nothing".to_owned(),
                LeftFile::Content(pattern) => format!("a file: {}", quoted(&expected::bytes(pattern))),
            };
            let _ = writeln!(text, "- `{}`: {left}", file.guest_path);
        }
    }
    text + "\n"
}

/// What a step must do, its output included.
fn due(step: &Step) -> String {
    if let StepOp::Lifecycle(Lifecycle::Act(_)) = &step.op {
        return "(done from outside)".to_owned();
    }
    let mut due = expected::ways(step);
    if let Some(cached) = &step.expectation.cached {
        let _ = write!(due, "; {}", expected::cached(cached));
    }
    for (name, pattern) in [("stdout", &step.expectation.stdout), ("stderr", &step.expectation.stderr)] {
        if let Some(pattern) = pattern {
            let _ = write!(due, "; {name}: {}", quoted(&expected::bytes(pattern)));
        }
    }
    due
}

fn seen(observed: &Observation) -> String {
    match observed {
        Observation::Unanswered => "no answer".to_owned(),
        Observation::NotAsked(_) | Observation::Parallel(_) => observation_in_words(observed),
        Observation::NotOpened { opening, reply } => format!("{opening}: {}", expected::reply(reply)),
        Observation::Answered(reply) => {
            let mut seen = expected::reply(reply);
            let output = match reply {
                Reply::Ok(Told::Command(end)) => Some(&end.output),
                Reply::Ok(Told::Output(output)) => Some(output),
                Reply::Ok(_) | Reply::Failed(_) => None,
            };
            for (name, bytes) in output.iter().flat_map(|output| [("stdout", &output.stdout), ("stderr", &output.stderr)]) {
                if !bytes.0.is_empty() {
                    let _ = write!(seen, "; {name}: {}", quoted(&String::from_utf8_lossy(&bytes.0)));
                }
            }
            seen
        }
    }
}

/// How many assertions of a script held, a row a runtime; those that did not come below it.
fn directives(reproduction: &Reproduction<'_>) -> String {
    let mut text = "## Assertions\n\n| runtime | of | passed | failed | known | unsupported | not asked | unanswered |\n".to_owned();
    text.push_str("|---|---|---|---|---|---|---|---|\n");
    for Answer { cell, .. } in &reproduction.answers {
        let Some(script) = &cell.script else { continue };
        let counts =
            [script.assertions, script.passed, script.failed, script.known, script.unsupported, script.not_asked, script.unanswered];
        let row: Vec<String> = std::iter::once(cell.runtime.clone()).chain(counts.iter().map(u64::to_string)).collect();
        text.push_str(&line(row.iter().map(String::as_str)));
    }
    if let Some(features) = reproduction.case.script.as_ref().and_then(|script| script.features.as_ref()) {
        let features: Vec<String> = features.iter().map(ToString::to_string).collect();
        let _ =
            writeln!(text, "\nThe runtimes were asked with these features alone, as far as they can be switched: {}.", features.join(", "));
    }
    text + "\n"
}

/// Every expectation that was not met, in the runtime's own words.
fn reds(reproduction: &Reproduction<'_>) -> String {
    let mut text = String::new();
    for Answer { cell, .. } in reproduction.answers.iter().filter(|answer| !answer.cell.reds.is_empty()) {
        let _ = writeln!(text, "### Not as expected on {} ({})\n", cell.runtime, cell.version);
        for red in &cell.reds {
            let place = match (&red.directive, red.step) {
                (Some(directive), _) => format!("line {} `{}`", directive.line, cut(&directive.text.replace(['\n', '`'], " "))),
                (None, Some(step)) => format!("step {step}"),
                (None, None) => "the cell".to_owned(),
            };
            let _ = writeln!(text, "- {place}: {}; expected {}, seen {}", red.kind, quoted(&red.expected), quoted(&red.observed));
            if !red.words.is_empty() {
                let _ = writeln!(text, "\n{}\n", indented(&red.words));
            }
            if !red.backtrace.is_empty() {
                let _ =
                    writeln!(text, "\n  Backtrace, the innermost first:\n\n{}\n", indented(&backtrace_in_lines(&red.backtrace).join("\n")));
            }
        }
        if let Some(stderr) = cell.worker_stderr.as_deref().filter(|stderr| !stderr.trim().is_empty()) {
            let _ = writeln!(text, "\nThe process wrote to its standard error:\n\n{}", indented(stderr));
        }
        text.push('\n');
    }
    text
}

/// How to see it again.
fn how(reproduction: &Reproduction<'_>, form: &Form) -> String {
    let mut text = "## How to see it\n\n".to_owned();
    match form {
        Form::None(why) => {
            let _ = writeln!(
                text,
                "A command line cannot be asked this: {why}. The steps above have to be done with the runtime's own API and the modules in\n`modules/`.\n"
            );
            return text;
        }
        Form::Script(_) => {
            let _ = writeln!(text, "`{SCRIPT}` is for a runner of the specification's scripts; one that is content says nothing.\n");
        }
        Form::Guest { prints_steps: true, .. } => {
            text.push_str(
                "The command does the steps in order and prints a line for each: its number, the export, and what it returned, bits in hexadecimal\n\
                 (`0000001c` is 28). A step that does not return is the last.\n\n",
            );
        }
        Form::Guest { .. } => {
            text.push_str("Each command is run as it is.");
            if reproduction.case.steps.iter().any(|step| matches!(step.op, StepOp::Wagi { .. })) {
                text.push_str(
                    " Its arguments, environment and standard input are what Spin makes of the request, and the response is what Spin\n",
                );
                text.push_str("makes of its standard output and of how it ends.");
            }
            text.push_str("\n\n");
        }
    }
    text.push_str("`sh run.sh` does all of this with the command lines that are installed. In the folder `work`");
    text.push_str(if reproduction.fixtures.is_empty() { ":\n" } else { ", to which the fixtures are copied first:\n" });
    if form.is_guest() {
        text.push_str(
            "\nA command line may give the guest another name of its own, another name for a directory or more directories than these, and may refuse an\n\
             empty variable; none of that is the finding.\n",
        );
    }
    for answer in &reproduction.answers {
        let runtime = &answer.cell.runtime;
        let (lines, Some(command_line)) = (commands::lines(reproduction, form, answer), answer.command_line) else {
            let _ = writeln!(text, "\n{runtime}: its folder names no command line.");
            continue;
        };
        if answer.cell.outcome == Outcome::Unsupported {
            let _ = writeln!(text, "\n{runtime}: it does not claim what this needs.");
            continue;
        }
        if lines.is_empty() {
            let _ = writeln!(text, "\n{runtime}: its command line runs no scripts.");
            continue;
        }
        let version = if answer.cell.version.is_empty() { "no version was seen" } else { &answer.cell.version };
        let _ = writeln!(text, "\n{runtime} ({version}), which `{}` installs:\n", commands::install(answer, command_line));
        for line in lines {
            let _ = writeln!(text, "    {line}");
        }
    }
    if let Some(issues) = reproduction.answers.first().and_then(|answer| answer.issues) {
        let _ = writeln!(text, "\nIssues are filed at {issues}.");
    }
    text + "\n"
}

/// A line of a table.
fn line<'t>(fields: impl Iterator<Item = &'t str>) -> String {
    let fields: Vec<String> = fields.map(|field| field.replace('|', "\\|").replace('\n', " ")).collect();
    format!("| {} |\n", fields.join(" | "))
}

/// A text in one line, its beginning where it is long.
fn quoted(text: &str) -> String {
    cut(&text.trim_end().replace('\n', "⏎"))
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn indented(text: &str) -> String {
    text.trim_end().lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}
