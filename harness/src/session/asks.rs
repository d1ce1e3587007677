//! What a case asks, as a digest: the same for a case that was only renamed, moved, explained or judged otherwise.

use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::script;
use crate::suite::Case;

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
                for line in script(case, Path::new("/")) {
                    digest.update(serde_json::to_vec(&line.op).unwrap_or_default());
                }
            }
        }
        crate::hex(&digest.finalize()[..8])
    })
}
