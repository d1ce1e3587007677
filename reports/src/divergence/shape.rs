//! Who stands where: one against the rest, or several camps.

use std::collections::BTreeSet;

use serde::Serialize;

use super::Cluster;

/// Who stands where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// One runtime, or some variants of one, against more than one other runtime, or against more of its own variants.
    OddOneOut(Vec<String>),
    /// Neither has the others against it.
    Split,
    /// All agree, and the suite says that all of them are wrong: perhaps the suite is.
    AllAgainstTheSuite,
    /// They differ and may.
    Legal,
}

/// How much a cluster weighs: by its runtimes first, since the variants of one share most of its code, then by their number.
pub(super) fn weight(cluster: &Cluster) -> (usize, usize) {
    let names: BTreeSet<&str> = cluster.runtimes.iter().map(|runtime| name(runtime)).collect();
    (names.len(), cluster.runtimes.len())
}

/// `wasmtime` of `wasmtime@48+winch`.
pub(super) fn name(runtime: &str) -> &str {
    runtime.split_once('@').map_or(runtime, |(name, _)| name)
}

/// The shape of two or more clusters, of which the largest is the first.
pub(super) fn of(clusters: &[Cluster]) -> Shape {
    let [most, odd] = clusters else { return Shape::Split };
    let (names, count) = weight(most);
    let (odd_names, odd_count) = weight(odd);
    let same = names == 1 && most.runtimes.iter().chain(&odd.runtimes).all(|id| most.runtimes.iter().any(|one| name(one) == name(id)));
    if odd_names == 1 && (names > 1 || (same && count > odd_count)) { Shape::OddOneOut(odd.runtimes.clone()) } else { Shape::Split }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_against_several_is_odd_and_one_against_one_is_a_split() {
        let cluster = |runtimes: &[&str]| Cluster {
            observed: String::new(),
            runtimes: runtimes.iter().map(|&runtime| runtime.to_owned()).collect(),
            is_red: false,
        };
        let odd = |runtimes: &[&str]| Shape::OddOneOut(cluster(runtimes).runtimes);
        for (clusters, shape) in [
            (&[&["a@1", "b@1"][..], &["c@1"]][..], odd(&["c@1"])),
            // More variants do not make more runtimes.
            (&[&["a@1", "b@1"], &["c@1+x", "c@1+y", "c@1+z"]], odd(&["c@1+x", "c@1+y", "c@1+z"])),
            (&[&["a@1", "c@1+y"], &["c@1+x"]], odd(&["c@1+x"])),
            (&[&["c@1+y", "c@1+z"], &["c@1+x"]], odd(&["c@1+x"])),
            (&[&["c@1+x", "c@1+y"], &["a@1"]], Shape::Split),
            (&[&["a@1"], &["b@1"]], Shape::Split),
            (&[&["a@1", "b@1"], &["c@1"], &["d@1"]], Shape::Split),
            (&[&["a@1", "b@1"], &["c@1", "d@1"]], Shape::Split),
        ] {
            let clusters: Vec<Cluster> = clusters.iter().map(|runtimes| cluster(runtimes)).collect();
            assert_eq!(of(&clusters), shape, "{clusters:?}");
        }
    }
}
