//! The command lines of a folder, and the shell script that runs them.

use std::{fmt::Write as _, path::Path};

use wasmatrix_reports::Outcome;

use super::{
    Answer, Form, Reproduction,
    form::{Command, SCRIPT},
};
use crate::runtime::CommandLine;

/// Where a guest's directories are copied to before it runs, as seen from there: `/data` is `data`. A command line without a mapping of names
/// then gives the guest nearly the right one.
fn place(guest: &str) -> String {
    let place: Vec<&str> = guest.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    // The whole of the guest's file system.
    if place.is_empty() { "root".to_owned() } else { place.join("/") }
}

/// How a runtime's command line is installed.
pub(super) fn install(answer: &Answer<'_>, command_line: &CommandLine) -> String {
    command_line.install.replace("{version}", &answer.cell.version)
}

/// The command lines that ask a runtime, as they are called in the folder `work`; none where it cannot be asked by its command line.
pub(super) fn lines(reproduction: &Reproduction<'_>, form: &Form, answer: &Answer<'_>) -> Vec<String> {
    // One that does not claim what the case needs has nothing to show.
    let Some(command_line) = answer.command_line.filter(|_| answer.cell.outcome != Outcome::Unsupported) else { return Vec::new() };
    let variant = answer.variant.as_ref().and_then(|variant| command_line.variants.get(variant)).map_or("", String::as_str);
    let world = &reproduction.case.world;
    match form {
        Form::Guest { commands, .. } => {
            let dirs = world.preopens.iter().map(|preopen| {
                let dir = command_line.dir.replace("{host}", &quoted(&place(&preopen.guest)));
                dir.replace("{guest}", &quoted(&preopen.guest))
            });
            let dirs = dirs.collect::<Vec<_>>().join(" ");
            let line = |command: &Command| {
                let world = &command.world;
                let env = world.env.iter().map(|(name, value)| command_line.env.replace("{pair}", &quoted(&format!("{name}={value}"))));
                let env = env.collect::<Vec<_>>().join(" ");
                let name = world.args.first().map_or_else(|| quoted("guest"), |name| quoted(name));
                let args = world.args.iter().skip(1).map(|argument| quoted(argument)).collect::<Vec<_>>().join(" ");
                let above = |path: &Path| quoted(&Path::new("..").join(path).to_string_lossy());
                let stdin = command.stdin.as_deref().map_or_else(|| "/dev/null".to_owned(), above);
                let module = above(&command.module);
                let values = [("variant", variant), ("dirs", &dirs), ("env", &env), ("name", &name), ("module", &module), ("args", &args)];
                format!("{} < {stdin}", filled(&command_line.run, &values))
            };
            commands.iter().map(line).collect()
        }
        Form::Script(_) => match &command_line.wast {
            Some(wast) => vec![filled(wast, &[("variant", variant), ("script", &format!("../{SCRIPT}"))])],
            None => Vec::new(),
        },
        Form::None(_) => Vec::new(),
    }
}

/// A template, its words filled; one that comes out empty is left out.
fn filled(template: &str, values: &[(&str, &str)]) -> String {
    let word = |word: &str| match values.iter().find(|(name, _)| word == format!("{{{name}}}")) {
        Some((_, value)) => (*value).to_owned(),
        None => word.to_owned(),
    };
    template.split_whitespace().map(word).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A word as a shell reads it.
fn quoted(word: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "/._-+@=:".contains(character);
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

/// The shell script that asks every runtime whose command line is installed.
pub(super) fn run_sh(reproduction: &Reproduction<'_>, form: &Form) -> String {
    let mut text = String::from(
        "#!/bin/sh\n# Asks every runtime whose command line is installed, or those that are named: sh run.sh wasmi@2.0 …\n\
         # A guest's directories are copied anew each time, since it may write to them.\nexport RUST_BACKTRACE=0\ncd \"$(dirname \"$0\")\" || exit 1\n\
         names=\" $* \"\nwork() {\n    rm -rf work && mkdir work || exit 1\n",
    );
    if form.is_guest() {
        for (number, preopen) in reproduction.case.world.preopens.iter().enumerate() {
            let place = place(&preopen.guest);
            let quoted = quoted(&place);
            // An archive or a repository may have lost an empty folder. Links are copied as links.
            let _ = writeln!(
                text,
                "    mkdir -p work/{quoted} && if [ -d fixtures/{number} ]; then cp -RP fixtures/{number}/. work/{quoted}; fi"
            );
        }
    }
    text.push_str("}\nwanted() { [ \"$names\" = \"  \" ] || case \"$names\" in *\" $1 \"*) true ;; *) false ;; esac; }\n");
    let mut any = false;
    for answer in &reproduction.answers {
        let (lines, Some(command_line)) = (lines(reproduction, form, answer), answer.command_line) else { continue };
        if lines.is_empty() {
            continue;
        }
        any = true;
        let id = &answer.cell.runtime;
        let program = command_line.version.split_whitespace().next().unwrap_or_default();
        let _ = writeln!(text, "\nif wanted '{id}'; then\n    echo '== {id}, seen with {}'", answer.cell.version);
        let _ = writeln!(text, "    if command -v {program} > /dev/null; then\n        {}\n        work", command_line.version);
        for line in &lines {
            let _ = writeln!(text, "        (cd work && {line}); echo \"exit status $?\"");
        }
        let _ = writeln!(text, "    else\n        echo 'not installed: {}'\n    fi\nfi", install(answer, command_line));
    }
    if !any {
        text.push_str("echo 'no command line can be asked this; README.md says why' >&2\nexit 2\n");
    }
    text
}
