//! What was fixed when the worker was built. A runtime's crate rarely knows its own version; its lockfile always does.

/// The build's facts, which `runtimes/adapter/line-build.rs` hands to a line's binary. Made by [`crate::built!`].
#[derive(Debug, Clone, Copy)]
pub struct Built {
    /// `name version` of every locked package, separated by `;`.
    pub locked: &'static str,
    /// `rustc -vV`'s first line.
    pub rustc: &'static str,
    /// Cargo's profile.
    pub profile: &'static str,
}

impl Built {
    /// The locked version of a package; empty where it is not locked, or locked in more than one version, because an
    /// ambiguous version is an unknown one.
    pub fn version_of(&self, package: &str) -> String {
        let mut versions = self.locked.split(';').filter_map(|entry| entry.split_once(' ')).filter(|(name, _)| *name == package);
        match (versions.next(), versions.next()) {
            (Some((_, version)), None) => version.to_owned(),
            _ => String::new(),
        }
    }
}

/// The facts that the line's build script recorded.
#[macro_export]
macro_rules! built {
    () => {
        $crate::Built { locked: env!("WASMATRIX_LOCKED"), rustc: env!("WASMATRIX_RUSTC"), profile: env!("WASMATRIX_PROFILE") }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ambiguous_version_is_unknown() {
        let built = Built { locked: "a 1.0.0;b 2.0.0;b 3.0.0", rustc: "", profile: "" };
        assert_eq!(["a", "b", "c"].map(|name| built.version_of(name)), ["1.0.0", "", ""]);
    }
}
