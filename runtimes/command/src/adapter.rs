//! A command line in the words of the protocol.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    fs, io,
    os::unix::process::ExitStatusExt as _,
    path::{Path, PathBuf},
    process::ExitStatus,
    time::Instant,
};

use rustix::process::{Pid, Signal, getpid, kill_process};
use wasmatrix_adapter::{About, Capability, CommandEnd, Commands, Failure, PROTOCOL_VERSION, Preopen, WasiSetup, Watchdog, built};

use crate::{
    ending::{self, End},
    program::{self, Call, Ran},
    template::Template,
    words::{Put, fill},
};

/// What a guest is called whose name is a word of the command line.
const MODULE: &str = "module.wasm";

pub(crate) struct CommandLine {
    template: Template,
    watchdog: Watchdog<Pid>,
}

impl CommandLine {
    pub(crate) fn new(template: Template) -> Self {
        Self { template, watchdog: Watchdog::new(program::kill) }
    }

    /// What the program says of its version; `Err` says what it said instead.
    fn version(&self) -> Result<String, String> {
        let Template { written, version_pattern, .. } = &self.template;
        let Ran { stdout, stderr, .. } = Folder::new()
            .and_then(|folder| self.call(written.version.iter().map(OsString::from).collect(), Vec::new(), &folder.path))
            .map_err(|error| error.to_string())?;
        let version = [&stdout.kept, &stderr.kept].into_iter().find_map(|text| {
            let version = version_pattern.captures(text)?.get(1)?;
            Some(String::from_utf8_lossy(version.as_bytes()).into_owned())
        });
        version.ok_or_else(|| {
            let asked = [&[written.program.display().to_string()], &written.version[..]].concat().join(" ");
            let said = String::from_utf8_lossy(&[stdout.kept, stderr.kept].concat()).trim().to_owned();
            format!("`{asked}` said `{said}`, in which `{}` finds no version", written.version_pattern)
        })
    }

    fn call(&self, words: Vec<OsString>, stdin: Vec<u8>, folder: &Path) -> io::Result<Ran> {
        let written = &self.template.written;
        program::run(Call { program: &written.program, words, environment: &written.environment, stdin, folder }, &self.watchdog)
    }

    /// The words that run a guest, and what its module's file is called.
    fn words(&self, wasi: &WasiSetup) -> Result<(Vec<OsString>, String), Failure> {
        let written = &self.template.written;
        let Some((name, args)) = wasi.args.split_first() else {
            return Err(Failure::unsupported(
                "a command line always gives a guest its own name, and this one is to have no argument at all",
            ));
        };
        let gives_a_name = written.run.iter().any(|word| word.contains("{name}"));
        let is_plain = !name.is_empty() && !name.contains('/') && !name.starts_with(['.', '-']);
        if !gives_a_name && !is_plain {
            return Err(Failure::unsupported(format!("it calls a guest by the name of its file, and `{name}` is none")));
        }
        let module = if gives_a_name { MODULE } else { name };
        let mut dirs = Vec::new();
        for Preopen { host, guest } in &wasi.preopens {
            let Some(dir) = &written.dir else { return Err(Failure::unsupported("it cannot give a guest a directory")) };
            let host = host.to_str().ok_or_else(|| Failure::failed(format!("{} is no text, and cannot be a word", host.display())))?;
            if written.dir_guest_is_host && host != guest {
                return Err(Failure::unsupported(format!(
                    "it gives a guest a directory under its own name, and this one is to be `{guest}`"
                )));
            }
            dirs.extend(fill(dir, &[("host", Put::Text(host)), ("guest", Put::Text(guest))]));
        }
        let mut env = Vec::new();
        for (key, value) in &wasi.env {
            let Some(words) = &written.env else { return Err(Failure::unsupported("it cannot give a guest a variable")) };
            let pair = format!("{key}={value}");
            env.extend(fill(words, &[("pair", Put::Text(&pair)), ("key", Put::Text(key)), ("value", Put::Text(value))]));
        }
        let args = match &written.arg {
            Some(arg) => args.iter().flat_map(|text| fill(arg, &[("arg", Put::Text(text))])).collect(),
            None => as_words(args),
        };
        let variant = as_words(&self.template.variant_words);
        let words = fill(
            &written.run,
            &[
                ("variant", Put::Words(&variant)),
                ("dirs", Put::Words(&dirs)),
                ("env", Put::Words(&env)),
                ("args", Put::Words(&args)),
                ("name", Put::Text(name)),
                ("module", Put::Text(module)),
            ],
        );
        Ok((words, module.to_owned()))
    }

    fn configuration(&self) -> BTreeMap<String, String> {
        let declared = &self.template.written.configuration;
        if declared.is_empty() { [("configuration".to_owned(), "undeclared".to_owned())].into() } else { declared.clone() }
    }
}

fn as_words(texts: &[String]) -> Vec<OsString> {
    texts.iter().map(OsString::from).collect()
}

impl Commands for CommandLine {
    type Engine = ();
    type Module = Vec<u8>;

    const WHY: &str = "a command line runs commands, and calls no exports";

    fn about(&self) -> About {
        let version = self.version().unwrap_or_else(|error| {
            // What the harness then says of the runtime is this.
            eprintln!("{error}");
            std::process::exit(2)
        });
        let Template { written, variant, .. } = &self.template;
        let lacks = written.lacks.get(variant);
        let has = |capability: &&Capability| lacks.is_none_or(|lacks| !lacks.contains(capability));
        About {
            protocol: PROTOCOL_VERSION,
            runtime: written.runtime.clone(),
            variant: variant.clone(),
            version,
            wasi: written.wasi.clone(),
            configuration: self.configuration(),
            capabilities: written.capabilities.iter().filter(has).copied().collect(),
            switchable: BTreeSet::new(),
            measuring: [].into(),
            commands_only: true,
            // The worker's, which says nothing of the program's.
            compiler: Some(built!().rustc.to_owned()),
            profile: Some(built!().profile.to_owned()),
        }
    }

    fn interrupt_at(&mut self, deadline: Option<Instant>) {
        self.watchdog.set(deadline);
    }

    fn new_engine(&mut self, _features: Option<&BTreeSet<Capability>>) -> Result<(), Failure> {
        Ok(())
    }

    /// Keeps the bytes. What is wrong with them the program says when it is to run them.
    fn compile(&mut self, (): &(), wasm: &[u8]) -> Result<Vec<u8>, Failure> {
        Ok(wasm.to_vec())
    }

    fn run_command(&mut self, (): &(), module: &Vec<u8>, wasi: &WasiSetup) -> Result<CommandEnd, Failure> {
        let (words, name) = self.words(wasi)?;
        let ours = |error: io::Error| Failure::failed(error);
        let folder = Folder::new().map_err(ours)?;
        fs::write(folder.path.join(name), module).map_err(ours)?;
        let ran = self.call(words, wasi.stdin.0.clone(), &folder.path).map_err(ours)?;
        drop(folder);
        match ending::read(&self.template.ends, ran) {
            End::Of(end) => end,
            End::Crash(status, words) => die_likewise(status, &words),
        }
    }
}

/// A runtime that dies takes its worker with it, here as elsewhere.
fn die_likewise(status: ExitStatus, words: &str) -> ! {
    eprintln!("{words}");
    // Rust's own handler swallows the first SIGSEGV that no access has caused, and removes itself.
    for _ in 0..100 {
        if let Some(signal) = status.signal().and_then(Signal::from_named_raw) {
            let _ = kill_process(getpid(), signal);
        }
    }
    std::process::exit(status.code().unwrap_or(2))
}

/// A folder for one run, gone afterwards.
struct Folder {
    path: PathBuf,
}

impl Folder {
    fn new() -> io::Result<Self> {
        let path = std::env::temp_dir().join(format!("wasmatrix-run-{}", std::process::id()));
        // The one before is gone, unless somebody held on to it.
        let _ = fs::remove_dir_all(&path);
        fs::create_dir(&path)?;
        Ok(Self { path })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}
