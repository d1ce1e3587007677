//! A line editor in the manner of ed, that takes its commands from standard input: edit FILE
//!
//!     $            the number of lines            s/old/new/  replaces every `old`
//!     3a text      a line after line 3 (0: first)  3d or 3,5d  lines away
//!     3m7          line 3 behind line 7            3,5p or ,p  prints lines
//!     sort         sorts all lines                 w           writes the file: a new one beside it, renamed over it
//!
//! Status 65: a command that is none, with its number; what was not written by then is lost, as in ed. 66: the file cannot be read. 73: it
//! cannot be written.
use std::collections::VecDeque;
use std::fmt;
use std::fs;
use std::io::{self, BufRead, Write};
use std::ops::RangeInclusive;

enum Fault {
    Command(String),
    Write(io::Error),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Command(why) => write!(f, "{why}"),
            Fault::Write(error) => write!(f, "cannot write: {:?}", error.kind()),
        }
    }
}

struct Buffer {
    path: String,
    lines: VecDeque<String>,
}

impl Buffer {
    fn obey(&mut self, command: &str, out: &mut impl Write) -> Result<(), Fault> {
        let split = command.find(|c: char| !c.is_ascii_digit() && c != ',').unwrap_or(command.len());
        let (address, rest) = command.split_at(split);
        let mut letters = rest.chars();
        match (letters.next(), letters.as_str()) {
            (Some('$'), "") => writeln!(out, "{}", self.lines.len()).map_err(Fault::Write),
            (Some('a'), text) => {
                let after = self.line(address, 0)?;
                self.lines.insert(after, text.trim_start().to_owned());
                Ok(())
            }
            (Some('d'), "") => {
                self.lines.drain(self.range(address)?);
                Ok(())
            }
            (Some('m'), to) => {
                let (from, to) = (self.line(address, 1)?, self.line(to, 1)?);
                let moved = self.lines.remove(from - 1).ok_or_else(|| Fault::Command("no such line".to_owned()))?;
                self.lines.insert(if to < from { to } else { to - 1 }, moved);
                Ok(())
            }
            (Some('p'), "") => {
                let range = self.range(address)?;
                self.lines.range(range).try_for_each(|line| writeln!(out, "{line}")).map_err(Fault::Write)
            }
            (Some('s'), "ort") if address.is_empty() => {
                self.lines.make_contiguous().sort();
                Ok(())
            }
            (Some('s'), pattern) if address.is_empty() => {
                let parts: Vec<&str> = pattern.split('/').collect();
                if let ["", old, new, ""] = parts[..] {
                    self.lines.iter_mut().for_each(|line| *line = line.replace(old, new));
                    Ok(())
                } else {
                    Err(Fault::Command(format!("not /old/new/: {pattern}")))
                }
            }
            (Some('w'), "") => self.write().map_err(Fault::Write),
            _ => Err(Fault::Command(format!("no such command: {command:?}"))),
        }
    }

    fn line(&self, text: &str, least: usize) -> Result<usize, Fault> {
        match text.parse() {
            Ok(number) if (least..=self.lines.len()).contains(&number) => Ok(number),
            Ok(number) => Err(Fault::Command(format!("line {number} of {}", self.lines.len()))),
            Err(error) => Err(Fault::Command(format!("{text:?}: {error}"))),
        }
    }

    fn range(&self, address: &str) -> Result<RangeInclusive<usize>, Fault> {
        let (from, to) = address.split_once(',').unwrap_or((address, address));
        let from = if from.is_empty() { 1 } else { self.line(from, 1)? };
        let to = if to.is_empty() { self.lines.len() } else { self.line(to, 1)? };
        if from > to {
            return Err(Fault::Command(format!("from {from} to {to}")));
        }
        Ok(from - 1..=to - 1)
    }

    fn write(&self) -> io::Result<()> {
        let beside = format!("{}.new", self.path);
        let mut file = fs::OpenOptions::new().write(true).create_new(true).open(&beside)?;
        for line in &self.lines {
            writeln!(file, "{line}")?;
        }
        file.sync_all()?;
        drop(file);
        fs::rename(beside, &self.path)
    }
}

/// Ends with the status to exit with.
fn edit() -> i32 {
    let path = match std::env::args().nth(1) {
        Some(path) => path,
        None => {
            eprintln!("edit: edit FILE");
            return 64;
        }
    };
    let lines = match fs::read_to_string(&path) {
        Ok(text) => text.lines().map(str::to_owned).collect(),
        Err(error) => {
            eprintln!("edit: cannot read {path}: {:?}", error.kind());
            return 66;
        }
    };
    let mut buffer = Buffer { path, lines };
    let mut out = io::stdout().lock();
    for (number, command) in (1..).zip(io::stdin().lock().lines()) {
        let obeyed = command.map_err(|error| Fault::Command(error.to_string())).and_then(|command| buffer.obey(&command, &mut out));
        if let Err(fault) = obeyed {
            eprintln!("edit: command {number}: {fault}");
            return if matches!(fault, Fault::Write(_)) { 73 } else { 65 };
        }
    }
    0
}

fn main() {
    // Not an `ExitCode` from `main`: this compiler's has only 0 and 1 on WASI.
    std::process::exit(edit());
}
