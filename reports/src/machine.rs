//! The machine of a run, and whether times of two machines can be held against each other.

use serde::{Deserialize, Serialize};

/// The machine of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Machine {
    /// The operating system, as Rust names it.
    pub os: String,
    /// The processor architecture, as Rust names it.
    pub arch: String,
    /// The processor's model, or `undeclared`.
    pub processor: String,
    /// How many processors the run could use.
    pub processors: u64,
    /// How much memory it has, in bytes, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<u64>,
}

impl Machine {
    /// What must be the same where times are held against each other: operating system, architecture, processor, how many of them, and memory in
    /// whole GiB (a kernel keeps some of it, each version another part).
    ///
    /// There is no identity of the machine in it. Those that CI jobs run on come and go, so nothing could ever be compared; two machines of the same
    /// parts count as one. What they differ in all the same (neighbours, cooling, microcode, clock) is in no A/A calibration of either run: runs of one
    /// invocation are better evidence than runs of two.
    pub fn fingerprint(&self) -> String {
        self.parts().map(|(_, part)| part).join(", ")
    }

    /// Where the fingerprints differ: `processors: 2, 4`. Empty where they do not.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let both = self.parts().into_iter().zip(other.parts());
        both.filter(|((_, old), (_, new))| old != new).map(|((what, old), (_, new))| format!("{what}: {old} before, {new} after")).collect()
    }

    fn parts(&self) -> [(&'static str, String); 5] {
        const GIB: u64 = 1 << 30;
        let memory = self.memory.map_or_else(|| "undeclared".to_owned(), |bytes| format!("{} GiB", bytes.saturating_add(GIB / 2) / GIB));
        [
            ("operating system", self.os.clone()),
            ("architecture", self.arch.clone()),
            ("processor", self.processor.clone()),
            ("processors", self.processors.to_string()),
            ("memory", memory),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_of_the_same_parts_are_one() {
        let gib = |gib: f64| Some((gib * f64::from(1 << 30)) as u64);
        let one =
            Machine { os: "linux".to_owned(), arch: "x86_64".to_owned(), processor: "P".to_owned(), processors: 2, memory: gib(15.6) };
        let again = Machine { memory: gib(15.7), ..one.clone() };
        assert_eq!(one.fingerprint(), "linux, x86_64, P, 2, 16 GiB");
        assert_eq!((again.fingerprint(), one.differences(&again)), (one.fingerprint(), vec![]));
        let other = Machine { processors: 4, memory: None, ..one.clone() };
        assert_eq!(one.differences(&other), ["processors: 2 before, 4 after", "memory: 16 GiB before, undeclared after"]);
    }
}
