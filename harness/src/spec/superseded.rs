//! Assertions of old proposals that a later version of the specification contradicts. No runtime can be right about both.

/// Directives that are not asked any more: set, script, lines, and why.
const SUPERSEDED: &[(&str, &str, &[u32], &str)] = &[(
    "spec:mutable-global",
    "linking",
    // Those that assert that a segment out of bounds makes a module unlinkable and leaves nothing written, and what is read afterwards.
    &[206, 227, 236, 238, 248, 298, 334, 342, 344, 354],
    "superseded: since 2.0 (bulk memory) a segment that is out of bounds traps, and what was written before it stays",
)];

/// The lines of a script that are superseded, and why.
pub(super) fn superseded(set: &str, script: &str) -> Option<(&'static [u32], &'static str)> {
    SUPERSEDED.iter().find(|(of, name, ..)| *of == set && *name == script).map(|(_, _, lines, why)| (*lines, *why))
}
