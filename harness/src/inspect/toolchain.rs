//! What made a module, as far as sections, imports, exports and names tell.
//!
//! Producers say it outright. The other signs are names that a toolchain's own runtime or linker puts there; a program may of course use them too,
//! so each is reported with what told of it.

use super::{
    read::Sections,
    report::{Toolchain, shown},
};

/// Names of producers and what they are of. A distribution's clang calls itself `Debian clang`.
const PRODUCERS: [(&str, &str); 14] = [
    ("Go cmd/compile", "Go"),
    ("TinyGo", "TinyGo"),
    ("rustc", "rustc"),
    ("Zig", "Zig"),
    ("zig", "Zig"),
    ("AssemblyScript", "AssemblyScript"),
    ("Grain", "Grain"),
    ("Emscripten", "Emscripten"),
    ("wit-component", "wit-component"),
    ("wit-bindgen-rust", "wit-bindgen"),
    ("wit-bindgen-c", "wit-bindgen"),
    ("cargo-component", "cargo-component"),
    ("wasm-bindgen", "wasm-bindgen"),
    ("walrus", "walrus"),
];

/// Where a name stands, or its beginning.
enum Sign {
    Custom(&'static str),
    ImportedModule(&'static str),
    Import(&'static str, &'static str),
    Export(&'static str),
    ExportBeginning(&'static str),
    Function(&'static str),
    FunctionBeginning(&'static str),
}

/// Any of them tells of the toolchain. None is a name that C and C++ programs of other toolchains commonly have.
const SIGNS: [(&str, &[Sign]); 8] = [
    ("Go", &[Sign::Custom("go:buildid"), Sign::ImportedModule("gojs"), Sign::Function("runtime.goexit")]),
    ("TinyGo", &[Sign::ExportBeginning("tinygo_"), Sign::FunctionBeginning("tinygo_")]),
    ("rustc", &[Sign::Function("__rust_alloc"), Sign::Function("rust_begin_unwind"), Sign::Function("__rustc::__rust_alloc")]),
    (
        "Zig",
        &[
            Sign::Function("start.wasi_start"),
            Sign::FunctionBeginning("builtin.default_panic"),
            Sign::FunctionBeginning("debug.defaultPanic"),
        ],
    ),
    ("AssemblyScript", &[Sign::Import("env", "abort"), Sign::Export("__rtti_base"), Sign::FunctionBeginning("~lib/")]),
    ("Grain", &[Sign::ExportBeginning("GRAIN$"), Sign::ImportedModule("GRAIN$MODULE$runtime"), Sign::ImportedModule("grainRuntime")]),
    ("Emscripten", &[Sign::ExportBeginning("emscripten_"), Sign::Import("env", "emscripten_notify_memory_growth")]),
    (
        "wasi-libc",
        &[Sign::Function("__wasi_proc_exit"), Sign::Function("__wasilibc_initialize_environ_eagerly"), Sign::Function("dlmalloc")],
    ),
];

pub(super) fn told(sections: &Sections<'_>) -> Vec<Toolchain> {
    let mut told: Vec<Toolchain> = Vec::new();
    // Parts of a module may come from several versions of a tool, a program and its libc say; a sign without a version adds nothing to one with.
    let mut tell = |one: Toolchain| {
        if !told.iter().any(|known| known.name == one.name && (one.version.is_none() || known.version == one.version)) {
            told.push(one);
        }
    };
    for entry in sections.producers.iter().flat_map(|section| &section.entries).filter(|entry| entry.field != "language") {
        let known = PRODUCERS.iter().find(|(name, _)| *name == entry.name).map(|(_, toolchain)| *toolchain);
        let is_clang = entry.name == "clang" || entry.name.ends_with(" clang");
        if let Some(name) = known.or(is_clang.then_some("clang")) {
            tell(Toolchain {
                name: name.to_owned(),
                version: Some(shown(entry.version)).filter(|version| !version.is_empty()),
                told_by: format!("{} `{}` in the producers section", entry.field, shown(entry.name)),
            });
        }
    }
    for (name, signs) in SIGNS {
        if let Some(told_by) = signs.iter().find_map(|sign| sign.found(sections)) {
            tell(Toolchain { name: name.to_owned(), version: None, told_by });
        }
    }
    told
}

impl Sign {
    fn found(&self, sections: &Sections<'_>) -> Option<String> {
        let function = |is: &dyn Fn(&str) -> bool| {
            let name = sections.function_names.iter().find(|name| is(name))?;
            Some(format!("the function `{}` in the name section", shown(name)))
        };
        let export = |is: &dyn Fn(&str) -> bool| {
            let export = sections.exports.iter().find(|export| is(export.name))?;
            Some(format!("the export `{}`", shown(export.name)))
        };
        match self {
            Self::Custom(name) => sections.custom.iter().any(|(it, _)| it == name).then(|| format!("the custom section `{name}`")),
            Self::ImportedModule(name) => {
                sections.imports.iter().any(|it| it.module == *name).then(|| format!("imports from the module `{name}`"))
            }
            Self::Import(module, name) => {
                let is_there = sections.imports.iter().any(|it| it.module == *module && it.name == *name);
                is_there.then(|| format!("the import `{module}.{name}`"))
            }
            Self::Export(name) => export(&|it| it == *name),
            Self::ExportBeginning(beginning) => export(&|it| it.starts_with(beginning)),
            Self::Function(name) => function(&|it| it == *name),
            Self::FunctionBeginning(beginning) => function(&|it| it.starts_with(beginning)),
        }
    }
}
