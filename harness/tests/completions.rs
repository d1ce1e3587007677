//! `wasmatrix completions`, `wasmatrix man` and `--help`: made from one definition, so what is tested is that all of it arrives.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

/// What is printed, from a folder and with a root that hold no checkout: a package is made in such a place.
fn printed(arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = Command::new(env!("CARGO_BIN_EXE_wasmatrix"))
        .args(arguments)
        .current_dir(folder.path())
        .env("WASMATRIX_ROOT", folder.path())
        .output()
        .expect("wasmatrix starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{arguments:?}: {}, {said}", output.status);
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Every command there is, as `--help` lists them.
fn commands() -> Vec<String> {
    let help = printed(&["--help"]);
    let list = help.split("\nCommands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("a list of commands");
    let entries = list.lines().filter_map(|line| line.strip_prefix("  ")).filter(|line| !line.starts_with(' '));
    let commands: Vec<String> = entries.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect();
    assert!(["run", "check", "man"].iter().all(|command| commands.iter().any(|known| known == command)), "{commands:?}");
    commands
}

#[test]
fn completions_know_every_command() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = printed(&["completions", shell]);
        for command in commands() {
            assert!(script.contains(&command), "{shell}: {command} is missing in:\n{script}");
        }
    }
}

/// Reads a script on standard input without running it, where the shell is there.
fn accepts(shell: &str, script: &str) {
    let child = Command::new(shell).arg("-n").stdin(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => {
            println!("SKIPPED: {shell} does not read its completions here: {error}");
            return;
        }
    };
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(script.as_bytes()).expect("the shell reads");
    drop(stdin);
    let output = child.wait_with_output().expect("the shell ends");
    assert!(output.status.success(), "{shell}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn shells_accept_their_completions() {
    for shell in ["bash", "zsh", "fish"] {
        accepts(shell, &printed(&["completions", shell]));
    }
}

#[test]
fn the_manual_page_names_every_command_and_each_has_its_own() {
    let page = printed(&["man"]);
    assert!(page.contains(".TH wasmatrix 1") && page.contains(".SH EXAMPLES"), "{page}");
    for command in commands() {
        assert!(page.contains(&format!("wasmatrix\\-{command}(1)")), "{command} is missing in:\n{page}");
        let own = printed(&["man", &command]);
        assert!(own.contains(&format!(".TH wasmatrix-{command} 1")), "{own}");
    }
    assert!(printed(&["man", "run"]).contains("deadline of a single request"), "options are explained");
}

#[test]
fn help_teaches() {
    for arguments in [&["--help"][..], &["-h"], &["run", "--help"], &["run", "-h"]] {
        let help = printed(arguments);
        assert!(help.matches("\n  wasmatrix ").count() >= 4, "{arguments:?}: examples are missing in:\n{help}");
        for code in ["    0  clean", "    1  findings", "    2  could not run", "    4  nothing selected", "  130  interrupted"] {
            assert!(help.contains(code), "{arguments:?}: `{code}` is missing in:\n{help}");
        }
    }
}
