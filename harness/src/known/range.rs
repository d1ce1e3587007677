//! The version range of a new entry.

use semver::{Version, VersionReq};

/// The narrowest range that holds for as long as the line does: `>=48.0.0, <49.0.0` for 48.0.8 of the line `48`, since an upgrade of the line
/// should be told whether it mends anything; the exact version where the line says nothing about it. `None`: the version is not semver, so
/// it is in no range.
pub(super) fn range_of(line: &str, version: &str) -> Option<String> {
    let exact = Version::parse(version).ok()?;
    let numbers: Option<Vec<u64>> = line.split('.').map(|number| number.parse().ok()).collect();
    let range = match numbers.as_deref() {
        Some([major]) => Some((format!("{major}.0.0"), format!("{}.0.0", major.saturating_add(1)))),
        Some([major, minor]) => Some((format!("{major}.{minor}.0"), format!("{major}.{}.0", minor.saturating_add(1)))),
        _ => None,
    };
    let range = range.map(|(first, behind)| format!(">={first}, <{behind}"));
    let holds = |range: &String| VersionReq::parse(range).is_ok_and(|range| range.matches(&exact));
    Some(range.filter(holds).unwrap_or_else(|| format!("={version}")))
}

#[cfg(test)]
mod tests {
    use super::range_of;

    #[test]
    fn a_range_is_the_lines_and_has_the_version() {
        for (line, version, range) in [
            ("48", "48.0.8", Some(">=48.0.0, <49.0.0")),
            ("7.4", "7.4.2", Some(">=7.4.0, <7.5.0")),
            ("2.0.1", "2.0.1", Some("=2.0.1")),
            ("48", "47.1.0", Some("=47.1.0")),
            ("48", "48.0.0-rc.1", Some("=48.0.0-rc.1")),
            ("next", "48.0.8", Some("=48.0.8")),
            ("48", "today's", None),
        ] {
            assert_eq!(range_of(line, version).as_deref(), range, "{line} {version}");
        }
    }
}
