//! A runtime's own script runner, the crate with which its makers run the specification's scripts, behind two modes and a few JSON lines:
//! what our verdicts and our times are held against.
//!
//! A program per line, `wasmatrix-native-wast-<runtime>-<line> time|verdicts --variant NAME`, takes one script a line on standard input
//! ([`Script`]) and writes one line for each on standard output, in order.
//!
//! - `time` runs the crate's whole-file runner once and answers a [`Timed`].
//! - `verdicts` answers a [`Judged`]. The runners end a file at its first failure, so each directive is given to one and the same context as
//!   a text of its own; instances and registered names live on in it.
//!
//! **Limits.** A panic is one directive's failure here, and the context goes on to be used, although a runtime promises nothing of its state
//! after one: without that the verdicts of a file would end there. What follows a panic, or a module that failed, may fail for that alone. A
//! crash is not caught. What the crates' spectest prints goes to standard error.

mod directives;

use std::{
    any::Any,
    backtrace::{Backtrace, BacktraceStatus},
    borrow::Cow,
    collections::BTreeSet,
    fs,
    io::{self, BufRead as _, Write as _},
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    process::ExitCode,
    time::Instant,
};

use serde::{Deserialize, Serialize};

use crate::{Capability, ProtocolPipes};

pub use directives::{Directive, split, without_words};

/// A runtime's script runner.
pub trait ScriptRunner {
    /// What the crate calls its context or runner: a store, its instances and their names.
    type Context;

    /// A context of its own engine, in the variant's configuration, with the crate's own `spectest` registered.
    ///
    /// # Errors
    /// The runtime's words where the configuration is refused.
    fn open(&self, features: Option<&BTreeSet<Capability>>) -> Result<Self::Context, String>;

    /// The script as the crate is to see it, with as many lines: where it cannot be told to compare kinds of errors and not their words.
    fn prepared<'s>(&self, script: &'s str) -> Cow<'s, str> {
        Cow::Borrowed(script)
    }

    /// Runs a script, or a part of one, in the context.
    ///
    /// # Errors
    /// The crate's words for the first failure.
    fn run(&self, context: &mut Self::Context, filename: &str, script: &str) -> Result<(), String>;

    /// Whether the crate will put this directive to the runtime, and not pass it unseen. Asked before each directive of `verdicts`.
    fn asks(&self, context: &mut Self::Context, directive: &Directive<'_>) -> bool;
}

/// A script to run.
#[derive(Debug, Deserialize)]
pub struct Script {
    /// Comes back in the answer.
    pub name: String,
    /// Where the script is.
    pub path: PathBuf,
    /// As in [`crate::Op::NewEngine`].
    pub features: Option<BTreeSet<Capability>>,
}

/// What `time` answers.
#[derive(Debug, Serialize)]
pub struct Timed {
    /// The script's.
    pub name: String,
    /// From the script's text in memory until nothing of its engine and store is left: parsing and assembling are part of it.
    pub wall_ns: u64,
    /// Whether the whole file passed. The clock of one that did not ended at its first failure.
    pub passed: bool,
    /// The crate's words for that failure.
    pub error: Option<String>,
}

/// What `verdicts` answers.
#[derive(Debug, Serialize)]
pub struct Judged {
    /// The script's.
    pub name: String,
    /// In the script's order.
    pub directives: Vec<Verdict>,
}

/// The crate's verdict on a directive.
#[derive(Debug, Serialize)]
pub struct Verdict {
    /// Where it begins; the first line is 1.
    pub line: usize,
    /// Its keyword. A script that is a module's fields without the module is one `module`; threads are one `thread` until all of them have
    /// been waited for.
    pub kind: String,
    /// Whether the crate is content.
    pub passed: bool,
    /// Whether the runtime was asked ([`ScriptRunner::asks`]); what passed unasked says nothing.
    pub asked: bool,
    /// The crate's words.
    pub error: Option<String>,
}

/// What is made of a script: the answer's line.
type Mode<R> = fn(&R, Script, &str) -> serde_json::Result<Vec<u8>>;

/// The whole of a program. `runner` gets the variant's name and answers a usage text where there is none of that name.
pub fn serve<R: ScriptRunner>(runner: impl FnOnce(&str) -> Result<R, String>) -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let given = [arguments.next(), arguments.next(), arguments.next(), arguments.next()];
    let (answer, variant): (Mode<R>, _) = match given.each_ref().map(Option::as_deref) {
        [Some("time"), Some("--variant"), Some(variant), None] => {
            (|runner, script, text| serde_json::to_vec(&time(runner, script, text)), variant)
        }
        [Some("verdicts"), Some("--variant"), Some(variant), None] => {
            (|runner, script, text| serde_json::to_vec(&judge(runner, script, text)), variant)
        }
        _ => return complain("usage: RUNNER time|verdicts --variant NAME, then one script a line on standard input (see CONTRIBUTING.md)"),
    };
    if Backtrace::capture().status() == BacktraceStatus::Captured {
        // They would be part of every error: of its time, and of the words that the crates search.
        return complain("set RUST_BACKTRACE=0, as it is for workers");
    }
    let served = runner(variant).map_err(io::Error::other).and_then(|runner| answer_all(&runner, answer));
    served.map_or_else(|error| complain(&error.to_string()), |()| ExitCode::SUCCESS)
}

fn complain(text: &str) -> ExitCode {
    eprintln!("{text}");
    ExitCode::from(2)
}

fn answer_all<R>(runner: &R, answer: Mode<R>) -> io::Result<()> {
    // The crates' spectest prints to standard output.
    let ProtocolPipes { requests, mut answers, .. } = ProtocolPipes::take()?;
    for line in requests.lines() {
        let line = line?;
        let script: Script = serde_json::from_str(&line).map_err(|error| io::Error::other(format!("not a script: {error}: {line}")))?;
        let text = fs::read_to_string(&script.path)
            .map_err(|error| io::Error::other(format!("failed to read {}: {error}", script.path.display())))?;
        let mut said = answer(runner, script, &text)?;
        said.push(b'\n');
        answers.write_all(&said)?;
    }
    Ok(())
}

fn time<R: ScriptRunner>(runner: &R, script: Script, text: &str) -> Timed {
    let file = file_name(&script);
    let text = runner.prepared(text);
    let started = Instant::now();
    let result = unwinding(|| {
        let mut context = runner.open(script.features.as_ref())?;
        runner.run(&mut context, &file, &text)
    });
    let wall_ns = u64::try_from(started.elapsed().as_nanos()).unwrap_or(u64::MAX);
    Timed { name: script.name, wall_ns, passed: result.is_ok(), error: result.err() }
}

fn judge<R: ScriptRunner>(runner: &R, script: Script, text: &str) -> Judged {
    let file = file_name(&script);
    let mut context = unwinding(|| runner.open(script.features.as_ref()));
    let verdict = |directive: Directive<'_>| {
        let mut asked = false;
        let result = context.as_mut().map_err(|error| error.clone()).and_then(|context| {
            unwinding(|| {
                asked = runner.asks(context, &directive);
                // Lines before it, so that the crate's words have the script's line numbers.
                runner.run(context, &file, &("\n".repeat(directive.line - 1) + directive.text))
            })
        });
        Verdict { line: directive.line, kind: directive.kind().to_owned(), passed: result.is_ok(), asked, error: result.err() }
    };
    Judged { directives: split(&runner.prepared(text)).into_iter().map(verdict).collect(), name: script.name }
}

/// The crates look at it too: their lexers allow confusing characters in `names.wast` only.
fn file_name(script: &Script) -> String {
    script.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn unwinding<T>(run: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|payload| Err(format!("panicked: {}", said(&*payload))))
}

fn said(payload: &(dyn Any + Send)) -> &str {
    let owned = payload.downcast_ref::<String>().map(String::as_str);
    owned.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("without words")
}
