//! A report for people.

use std::fmt::{self, Write as _};

use super::{
    Behaviour, CanRun, Proof, Runtimes,
    report::{
        AdapterSignals, Component, CustomSection, Entry, ImportedFrom, Inspected, Listed, Memory, Module, Needs, Producers, Report,
        Toolchain, Verdict, shown,
    },
};

/// Where the words begin; the longest label has 13 letters.
const INDENT: usize = 17;

/// How long a line is at most, where it can be broken.
const WIDTH: usize = 120;

/// The report of a file, some lines.
pub fn text(inspected: &Inspected) -> String {
    let mut lines = Lines(String::new());
    let path = &inspected.path;
    match &inspected.report {
        Report::Module(module) => {
            lines.0 = format!("{path}: a core module of {} bytes\n", module.bytes);
            lines.module(module);
        }
        Report::Component(component) => {
            lines.0 = format!("{path}: a component of {} bytes\n", component.bytes);
            lines.component(component);
        }
        Report::Webc(webc) => {
            lines.0 = format!("{path}: a webc of version {}, {} bytes; its inside is not looked at\n", webc.version, webc.bytes);
        }
    }
    lines.runtimes(&inspected.runtimes);
    if let Some(proof) = &inspected.proof {
        lines.proof(proof);
    }
    lines.0
}

struct Lines(String);

impl Lines {
    /// A label, and words whose further lines stand below the first.
    fn put(&mut self, label: &str, words: &str) {
        let lines = words.lines().flat_map(|line| textwrap::wrap(line, WIDTH - INDENT));
        for (number, line) in lines.enumerate() {
            let label = if number == 0 { label } else { "" };
            // Writing to a String cannot fail.
            let _ = writeln!(self.0, "  {label:width$}{line}", width = INDENT - 2);
        }
    }

    fn module(&mut self, module: &Module) {
        self.put("made by", &toolchain(&module.toolchain));
        self.put("producers", &producers(&module.producers));
        self.put("entry", entry(module.entry));
        if let Some(function) = module.start_section {
            self.put("start section", &format!("function {function}, which runs before anything is called, imports of WASI included"));
        }
        let (wasi, others): (Vec<_>, Vec<_>) = module.imports.first.iter().partition(|from| from.is_wasi);
        self.imports("WASI", &wasi, 0);
        self.imports("other imports", &others, module.imports.more);
        self.put("memory", &listed(&module.memories, "no memory", "\n", memory));
        self.put("needs", &needs(&module.needs));
        self.put("custom", &custom(&module.custom_sections));
        self.put("adapter", &signals(&module.adapter_signals));
        self.verdict("Spin 3", module.spin.v3.answer, &module.spin.v3);
        self.verdict("Spin 2.7", module.spin.v2_7.answer, &module.spin.v2_7);
    }

    fn imports(&mut self, label: &str, from: &[&ImportedFrom], more: usize) {
        let mut words: Vec<String> = from.iter().map(|from| imported(from)).collect();
        if more > 0 {
            words.push(format!("and {more} modules more"));
        }
        self.put(label, if words.is_empty() { "none".to_owned() } else { words.join("\n") }.as_str());
    }

    fn verdict<A>(&mut self, label: &str, answer: impl fmt::Display, verdict: &Verdict<A>) {
        self.put(label, &format!("{answer}: {}", verdict.why));
        if let Some(what_to_do) = &verdict.what_to_do {
            self.put("", &format!("→ {what_to_do}"));
        }
    }

    fn component(&mut self, component: &Component) {
        let names = |all: &Listed<String>| listed(all, "nothing", ", ", Clone::clone);
        self.put("producers", &producers(&component.producers));
        self.put("imports", &names(&component.imports));
        self.put("exports", &names(&component.exports));
        self.put("custom", &custom(&component.custom_sections));
        if component.components > 0 {
            self.put("inside", &format!("{} components", component.components));
        }
        for module in &component.modules.first {
            let within = if module.depth > 0 { format!(", {} components deep", module.depth) } else { String::new() };
            self.put("core module", &format!("{} bytes at byte {}{within}", module.bytes, module.at));
            self.put("  made by", &toolchain(&module.toolchain));
            self.put("  producers", &producers(&module.producers));
            self.put("  imports", &listed(&module.imports, "nothing", "\n", imported));
        }
        if component.modules.more > 0 {
            self.put("", &format!("and {} core modules more", component.modules.more));
        }
        self.put("Spin", "not checked: its check is for core modules that it makes components of");
    }

    fn proof(&mut self, proof: &Proof) {
        self.put("behaves", behaviour(proof.behaviour));
        self.put("", &format!("→ {}", proof.why));
        let mut seen: Vec<(String, Vec<&str>)> = Vec::new();
        for run in &proof.runs {
            let canary = run.canary.map_or_else(|| "nobody could look at the page".to_owned(), |canary| canary.to_string());
            let what = format!("{canary} ({})", shown(&run.ended));
            match seen.iter_mut().find(|(known, _)| *known == what) {
                Some((_, who)) => who.push(&run.runtime),
                None => seen.push((what, vec![&run.runtime])),
            }
        }
        for (what, who) in seen {
            self.put("", &format!("{what}: {}", who.join(", ")));
        }
    }

    fn runtimes(&mut self, runtimes: &Runtimes) {
        let Runtimes::Asked { built, not_built, provided_by_nobody } = runtimes else {
            if let Runtimes::None(reason) = runtimes {
                self.put("runs on", reason);
            }
            return;
        };
        let (can, cannot): (Vec<&CanRun>, Vec<&CanRun>) = built.iter().partition(|one| one.lacks.is_empty());
        let names: Vec<&str> = can.iter().map(|one| one.runtime.as_str()).collect();
        let none = if built.is_empty() { "no runtime is built yet" } else { "none of those that are built" };
        self.put("runs on", if names.is_empty() { none.to_owned() } else { names.join(", ") }.as_str());
        let mut reasons: Vec<(String, Vec<&str>)> = Vec::new();
        for one in cannot {
            let lacks = one.lacks.join(", ");
            match reasons.iter_mut().find(|(known, _)| *known == lacks) {
                Some((_, who)) => who.push(&one.runtime),
                None => reasons.push((lacks, vec![&one.runtime])),
            }
        }
        for (lacks, who) in reasons {
            self.put("not on", &format!("{}, for lack of {lacks}", who.join(", ")));
        }
        if !provided_by_nobody.is_empty() {
            let modules = listed(provided_by_nobody, "", ", ", |name| format!("`{name}`"));
            self.put("", &format!("what it imports from {modules} has to come from a host of its own"));
        }
        if !not_built.is_empty() {
            self.put("not built yet", &not_built.join(", "));
        }
    }
}

/// The items and how many are left out.
fn listed<T>(list: &Listed<T>, nothing: &str, between: &str, word: impl Fn(&T) -> String) -> String {
    if list.is_empty() {
        return nothing.to_owned();
    }
    let mut words: Vec<String> = list.first.iter().map(word).collect();
    if list.more > 0 {
        words.push(format!("and {} more", list.more));
    }
    words.join(between)
}

fn toolchain(all: &[Toolchain]) -> String {
    if all.is_empty() {
        return "nothing tells: it names no tool, and no section, import or export is one that we know a toolchain by".to_owned();
    }
    let words = all.iter().map(|one| {
        let version = one.version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
        format!("{}{version}, told by {}", one.name, one.told_by)
    });
    words.collect::<Vec<String>>().join("\n")
}

fn producers(producers: &Producers) -> String {
    if producers.sections == 0 {
        return "no such section".to_owned();
    }
    let mut lines = Vec::new();
    for (field, all) in [("language", &producers.language), ("processed-by", &producers.processed_by), ("sdk", &producers.sdk)] {
        if !all.is_empty() {
            let words = listed(all, "", ", ", |one| format!("{} {}", one.name, one.version).trim_end().to_owned());
            lines.push(format!("{field}: {words}"));
        }
    }
    if producers.sections > 1 {
        lines.push(format!("there are {} sections of that name, where there should be one", producers.sections));
    }
    if let Some(broken) = &producers.broken {
        lines.push(format!("it cannot be read to its end: {broken}"));
    }
    if lines.is_empty() {
        lines.push("a section with nothing in it".to_owned());
    }
    lines.join("\n")
}

fn entry(entry: Entry) -> &'static str {
    match entry {
        Entry::Command => "command: it exports the function `_start`",
        Entry::Reactor => "reactor: it exports the function `_initialize`",
        Entry::CommandAndReactor => "command and reactor: it exports the functions `_start` and `_initialize`, and should export one",
        Entry::Neither => "neither command nor reactor: it exports no function `_start` or `_initialize`",
    }
}

fn imported(from: &ImportedFrom) -> String {
    let mut words = Vec::new();
    if !from.functions.is_empty() {
        words.push(listed(&from.functions, "", ", ", Clone::clone));
    }
    if !from.others.is_empty() {
        words.push(listed(&from.others, "", ", ", Clone::clone));
    }
    format!("{}: {}", from.module, words.join("; "))
}

fn memory(memory: &Memory) -> String {
    let maximum = memory.maximum.map_or_else(|| "no maximum".to_owned(), |maximum| format!("at most {maximum}"));
    let mut words = format!("{} pages, {maximum}", memory.minimum);
    match memory.page_bytes {
        Some(65536) => {}
        Some(bytes) => words.push_str(&format!(", of {bytes} bytes each")),
        None => words.push_str(", of no size that is allowed"),
    }
    if memory.shared {
        words.push_str(", shared");
    }
    if memory.memory64 {
        words.push_str(", 64-bit");
    }
    if let Some(from) = &memory.imported {
        words.push_str(&format!(", imported as `{from}`"));
    }
    if !memory.exported.is_empty() {
        words.push_str(&format!(", exported as {}", listed(&memory.exported, "", ", ", |name| format!("`{name}`"))));
    }
    words
}

fn needs(needs: &Needs) -> String {
    match needs {
        Needs::Capabilities(all) if all.is_empty() => "nothing beyond WebAssembly 1.0".to_owned(),
        Needs::Capabilities(all) => all.join(", "),
        Needs::Invalid { reason, valid_with: None } => format!("it is invalid with every proposal that is known here: {reason}"),
        Needs::Invalid { reason, valid_with: Some(proposal) } => format!("{proposal}, which no runtime here claims; without it: {reason}"),
    }
}

fn custom(sections: &Listed<CustomSection>) -> String {
    listed(sections, "no sections", ", ", |section| format!("{} ({} bytes)", section.name, section.bytes))
}

fn signals(signals: &AdapterSignals) -> String {
    let mut words: Vec<String> = signals.realloc.iter().map(|name| format!("the function `{name}` is exported")).collect();
    if !signals.component_types.is_empty() {
        words.push(format!("custom sections {}", listed(&signals.component_types, "", ", ", |name| format!("`{name}`"))));
    }
    if words.is_empty() { "no sign that it was made for components".to_owned() } else { words.join("; ") }
}

fn behaviour(behaviour: Behaviour) -> &'static str {
    match behaviour {
        Behaviour::Kept => "it keeps to its memory, as far as this run shows",
        Behaviour::Corrupts => "it has the bug",
        Behaviour::CorruptsAndIsAsked => "it has the old allocator, and is safe as a component",
        Behaviour::Disagrees | Behaviour::Untold => "not known",
    }
}
