//! Exact versions, as somebody names them.

use std::fmt;

/// An exact version: `47.0.1`. `v1.9.0`, as Go writes it, is read as `1.9.0`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version(semver::Version);

impl Version {
    /// `None` for anything that is not three numbers, with or without what semver allows behind them.
    pub fn parse(text: &str) -> Option<Self> {
        semver::Version::parse(text.strip_prefix('v').unwrap_or(text)).ok().map(Self)
    }

    /// The version with which a line begins: `0.36` is `0.36.0`, `48` is `48.0.0`. `None` where the line's name is no version.
    pub fn beginning_of(line: &str) -> Option<Self> {
        let zeros = ["", ".0", ".0.0"];
        zeros.iter().find_map(|zeros| Self::parse(&format!("{line}{zeros}")))
    }

    /// Whether it is this one or a later one. What has not been released yet counts as what it is to become: its sources are.
    pub fn is_at_least(&self, other: &Self) -> bool {
        self.released() >= other.released()
    }

    /// Whether it is in a range, as cargo writes them; an exact version is none.
    pub fn is_in(&self, range: &str) -> bool {
        Self::parse(range).is_none() && semver::VersionReq::parse(range).is_ok_and(|range| range.matches(&self.0))
    }

    fn released(&self) -> (u64, u64, u64) {
        (self.0.major, self.0.minor, self.0.patch)
    }

    /// Fills a template: `0.{major}{minor:02}.{patch}` is `0.704.2` for 7.4.2.
    pub fn filled(&self, template: &str) -> String {
        template
            .replace("{version}", &self.0.to_string())
            .replace("{major}", &self.0.major.to_string())
            .replace("{minor:02}", &format!("{:02}", self.0.minor))
            .replace("{minor}", &self.0.minor.to_string())
            .replace("{patch}", &self.0.patch.to_string())
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        Version::parse(text).unwrap_or_else(|| panic!("{text} is a version"))
    }

    #[test]
    fn only_exact_versions_are_versions() {
        for (text, read) in [
            ("47.0.1", Some("47.0.1")),
            ("v1.9.0", Some("1.9.0")),
            ("50.0.0-dev", Some("50.0.0-dev")),
            ("47", None),
            ("0.40", None),
            ("v", None),
            ("installed", None),
            ("../wasmtime", None),
            ("", None),
        ] {
            assert_eq!(Version::parse(text).map(|version| version.to_string()).as_deref(), read, "{text}");
        }
    }

    #[test]
    fn a_line_begins_with_its_first_version() {
        for (line, begins) in [("48", "48.0.0"), ("0.36", "0.36.0"), ("1.8.2", "1.8.2"), ("24", "24.0.0")] {
            assert_eq!(Version::beginning_of(line), Some(version(begins)), "{line}");
        }
        assert_eq!(Version::beginning_of("installed"), None);
        assert!(version("0.40.0").is_at_least(&version("0.37.0")) && !version("0.36.5").is_at_least(&version("0.37.0")));
        assert!(version("50.0.0-dev").is_at_least(&version("50.0.0")), "its sources are those of 50");
    }

    #[test]
    fn a_template_is_filled() {
        assert_eq!(version("7.4.2").filled("0.{major}{minor:02}.{patch}"), "0.704.2");
        assert_eq!(version("6.1.0").filled("0.{major}{minor:02}.{patch}"), "0.601.0");
        assert_eq!(version("1.8.2").filled("v{version}"), "v1.8.2");
        assert_eq!(version("1.8.2").filled("{major}.{minor}"), "1.8");
    }
}
