//! What a case asks, as a digest: the same for a case that was only renamed, moved, explained or judged otherwise.

use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::{Does, Line, script};
use crate::suite::{Case, Within};

/// The first 64 bits of a SHA-256 over modules and requests, or a script's text and features. Fixtures are no part of it; the suite's digest has them.
pub fn asks(case: &Case) -> &str {
    case.asks.get_or_init(|| {
        let mut digest = Sha256::new();
        match &case.script {
            Some(source) => {
                // Names and features of capabilities are promised words.
                digest.update(serde_json::to_vec(&source.features).unwrap_or_default());
                digest.update(source.text());
            }
            None => {
                // What a package's file must be is known before it is here.
                for (name, file) in &case.packages {
                    digest.update(format!("{name} {}\n", file.sha256));
                }
                for (name, module) in case.modules.iter().filter(|(name, _)| !case.packages.contains_key(*name)) {
                    digest.update(format!("{name} {}\n", module.wasm.len()));
                    digest.update(&module.wasm);
                }
                digest.update(case.from.as_ref().map(ToString::to_string).unwrap_or_default());
                for line in script(case, Path::new("/")) {
                    match &line.does {
                        Does::Acts(act) => digest.update(act.to_string()),
                        Does::Branches { lines, times, within: Within::Processes } => {
                            digest.update(format!("{times} processes\n"));
                            let asked = lines.iter().filter_map(Line::asks);
                            asked.for_each(|op| digest.update(serde_json::to_vec(op).unwrap_or_default()));
                        }
                        _ => line.sends().iter().for_each(|op| digest.update(serde_json::to_vec(op).unwrap_or_default())),
                    }
                }
            }
        }
        crate::hex(&digest.finalize()[..8])
    })
}
