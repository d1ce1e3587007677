//! Spin's check for the bug of wasi-libc that wasi-sdk 18 fixed, as Spin 3 and Spin 2.7 make it
//! (`crates/componentize/src/{bugs,module_info,lib}.rs` in <https://github.com/spinframework/spin>).
//!
//! An allocator from before <https://github.com/WebAssembly/wasi-libc/pull/377> takes all of memory for its heap, the pages too that the adapter of a
//! component has grown it by. Spin asks for the version of the clang that linked the libc, since LLVM 15.0.7 came with wasi-sdk 19.

use super::{
    module::{REALLOC, component_types},
    producers::ProducersSection,
    read::{Sections, is_function},
    report::{Spin, V2, V3, Verdict, shown},
};

/// The oldest clang that is taken to come with a libc without the bug.
const EARLIEST_SAFE: (u16, u16, u16) = (15, 0, 7);

const UPGRADE: &str = "build it with wasi-sdk 19 or later, or export the function `cabi_realloc`, by which the adapter then asks for its memory. The check looks at the version of clang and at no code: output of wasi-sdk 18 has the fixed wasi-libc \
    and is a false positive, and so is an older clang with a wasi-libc of 2023-01 or later, or of 2020-07";

const BLIND: &str = "the check knows versions and no code, so a module without them passes: a stripped one, one of Zig's, or one of a distribution's \
    clang (`Debian clang` is another name) may have the bug all the same; where its libc is older than 2023-01, build it with wasi-sdk 19 or later. Go \
    since 1.24 and AssemblyScript take pages that are not theirs too, by allocators of their own. `inspect --prove` shows what a run does";

pub(super) fn verdicts(sections: &Sections<'_>) -> Spin {
    match sections.producers.iter().find_map(|section| section.broken.as_ref()) {
        None => Spin { v3: v3(sections), v2_7: v2_7(sections) },
        Some(error) => {
            let why = format!(
                "the producers section cannot be read (at byte {}: {}), and Spin refuses that",
                error.offset(),
                shown(error.message())
            );
            let repair = Some("take the section out (`wasm-tools strip --delete producers`) or make it anew".to_owned());
            // Version 2.7 may have come to an answer before it came to that section.
            let v2_7 = match v2_7(sections) {
                verdict if verdict.answer == V2::Unknown => {
                    Verdict { answer: V2::Unreadable, why: why.clone(), what_to_do: repair.clone() }
                }
                verdict => verdict,
            };
            Spin { v3: Verdict { answer: V3::Unreadable, why, what_to_do: repair }, v2_7 }
        }
    }
}

/// Whether the check is made at all, then what it says.
fn v3(sections: &Sections<'_>) -> Verdict<V3> {
    let signal = signal(sections);
    let clang = sections.producers.iter().rev().find_map(ProducersSection::clang);
    let is_reactor = sections.exports_function("_initialize");
    if signal.is_none() && !sections.exports_function("_start") && (clang.is_some() || is_reactor) {
        let else_said = match by_version(clang).answer {
            V3::Unsafe => "; by its version alone it would be unsafe",
            V3::SafeWithWarning => "; by its version alone there would be a warning",
            V3::Safe | V3::NotChecked | V3::Unreadable => "",
        };
        return Verdict {
            answer: V3::NotChecked,
            why: format!("only modules that export the function `_start` are checked, and this one does not{else_said}"),
            what_to_do: (else_said.contains("unsafe")).then(|| format!("it may have the bug and nobody would say so: {UPGRADE}")),
        };
    }
    match signal {
        Some(signal) => {
            Verdict { answer: V3::Safe, why: format!("{signal}, which only modules made for components have"), what_to_do: None }
        }
        None => by_version(clang),
    }
}

/// The first sign that wit-bindgen made a part of it.
fn signal(sections: &Sections<'_>) -> Option<String> {
    let realloc = REALLOC.into_iter().find(|name| sections.exports_function(name));
    let realloc = realloc.map(|name| format!("it exports the function `{name}`"));
    realloc.or_else(|| {
        let section = component_types(sections).next()?;
        Some(format!("it has the custom section `{}` (Spin counts it where it can be decoded, which is not tried here)", shown(section)))
    })
}

/// What the version of a clang says.
pub(super) fn by_version(clang: Option<&str>) -> Verdict<V3> {
    let Some(version) = clang else {
        return Verdict {
            answer: V3::Safe,
            why: "no `clang` stands among processed-by in the producers section, and that is taken for safe".to_owned(),
            what_to_do: Some(BLIND.to_owned()),
        };
    };
    match parsed(version) {
        Some(number) if number >= EARLIEST_SAFE => {
            Verdict { answer: V3::Safe, why: format!("clang {} is 15.0.7 or later", shown(version)), what_to_do: None }
        }
        Some(_) => Verdict {
            answer: V3::Unsafe,
            why: format!("clang {} is older than 15.0.7", shown(version)),
            what_to_do: Some(UPGRADE.to_owned()),
        },
        None => Verdict {
            answer: V3::SafeWithWarning,
            why: format!("clang's version `{}` is not three numbers with dots, so Spin logs a warning and goes on", shown(version)),
            what_to_do: Some(BLIND.to_owned()),
        },
    }
}

/// What stands before the first space, as three numbers; whatever comes after a third dot does not matter.
fn parsed(version: &str) -> Option<(u16, u16, u16)> {
    let mut parts = version.split(' ').next()?.split('.').map(str::parse::<u16>);
    let mut next = || parts.next()?.ok();
    Some((next()?, next()?, next()?))
}

/// Sections in the order of the file, and the first that says something has said it.
fn v2_7(sections: &Sections<'_>) -> Verdict<V2> {
    let realloc = sections.exports.iter().find(|export| export.name == "cabi_realloc" && is_function(export.kind));
    for section in sections.producers.iter() {
        if realloc.is_some_and(|export| export.at < section.at) || section.broken.is_some() {
            break;
        }
        let Some((version, number)) = section.clang().and_then(|version| Some((version, parsed(version)?))) else { continue };
        return if number >= EARLIEST_SAFE {
            Verdict { answer: V2::ProbablySafe, why: format!("clang {} is 15.0.7 or later", shown(version)), what_to_do: None }
        } else {
            let why = format!("clang {} is older than 15.0.7; a deprecation warning is printed", shown(version));
            Verdict { answer: V2::ProbablyUnsafe, why, what_to_do: Some(UPGRADE.to_owned()) }
        };
    }
    if realloc.is_some()
        && sections.producers.iter().all(|section| section.broken.is_none() || realloc.is_some_and(|it| it.at < section.at))
    {
        return Verdict { answer: V2::ProbablySafe, why: "it exports the function `cabi_realloc`".to_owned(), what_to_do: None };
    }
    Verdict {
        answer: V2::Unknown,
        why: "neither the function `cabi_realloc` nor a clang with a version of three numbers; a deprecation warning is printed".to_owned(),
        what_to_do: Some("Spin 3 has no such answer; what is said there holds here too".to_owned()),
    }
}
