//! What stands behind the `@` of a runtime: a line, or something that becomes one when it is named.

use std::path::Path;

use sha2::{Digest, Sha256};

use super::{
    line::{Checkout, LineSource},
    version::Version,
};

/// Behind the `@`, for every line, those included that only run where they are named.
pub const EVERY_LINE: &str = "all";

/// The name of a line as identities have it. Exact versions lose Go's `v`; a checkout is called by its last folder or its revision, and eight
/// hexadecimal digits that tell it from others of that name, since identities become names of folders.
pub fn line_name(named: &str) -> String {
    match checkout(named) {
        Some(Checkout::Folder(path)) => {
            let folder = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            format!("path:{}-{}", plain(&folder), short_digest(&path.to_string_lossy()))
        }
        Some(Checkout::Revision { url, rev }) => format!("git:{}-{}", plain(&rev), short_digest(&format!("{url}#{rev}"))),
        None => Version::parse(named).map_or_else(|| named.to_owned(), |version| version.to_string()),
    }
}

/// What a name that is no line's stands for; `None` where it stands for nothing.
pub(crate) fn named_source(named: &str, is_package: bool) -> Option<LineSource> {
    match checkout(named) {
        Some(checkout) => Some(LineSource::Checkout(checkout)),
        None => Version::parse(named).map(if is_package { LineSource::Package } else { LineSource::Version }),
    }
}

/// `path:FOLDER` or `git:URL#REVISION`.
fn checkout(named: &str) -> Option<Checkout> {
    if let Some(path) = named.strip_prefix("path:") {
        let path = Path::new(path);
        // What the file system says, so that two spellings are one checkout; what is not there is told when it is built.
        let absolute = path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned());
        return Some(Checkout::Folder(absolute));
    }
    let (url, rev) = named.strip_prefix("git:")?.rsplit_once('#').unwrap_or((named.strip_prefix("git:")?, "HEAD"));
    Some(Checkout::Revision { url: url.to_owned(), rev: rev.to_owned() })
}

/// A word that can be a part of an identity and of a file's name.
fn plain(word: &str) -> String {
    let word: String =
        word.chars().take(24).map(|letter| if letter.is_ascii_alphanumeric() || "._-".contains(letter) { letter } else { '-' }).collect();
    word.trim_matches('-').to_owned()
}

fn short_digest(text: &str) -> String {
    crate::hex(&Sha256::digest(text))[..8].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_lines_can_be_parts_of_identities() {
        assert_eq!(line_name("48"), "48");
        assert_eq!(line_name("v1.9.0"), "1.9.0");
        assert_eq!(line_name("installed"), "installed");
        let path = line_name("path:/some/where/wasm time");
        assert!(path.starts_with("path:wasm-time-"), "{path}");
        assert_eq!(path, line_name("path:/some/where/wasm time"));
        let git = line_name("git:https://example.org/wasmtime.git#refs/heads/main");
        assert!(git.starts_with("git:refs-heads-main-"), "{git}");
        assert_ne!(git, line_name("git:https://example.org/other.git#refs/heads/main"));
        for name in [path, git] {
            assert!(!name.contains(['/', '+', ' ']), "{name}");
        }
    }

    #[test]
    fn only_versions_and_checkouts_are_made_when_named() {
        assert!(matches!(named_source("47.0.1", false), Some(LineSource::Version(_))));
        assert!(matches!(named_source("22.11.0", true), Some(LineSource::Package(_))));
        assert!(matches!(named_source("path:.", false), Some(LineSource::Checkout(Checkout::Folder(_)))));
        let revision = Checkout::Revision { url: "https://example.org/r".into(), rev: "v1".into() };
        assert_eq!(named_source("git:https://example.org/r#v1", false), Some(LineSource::Checkout(revision)));
        assert_eq!(named_source("47", false), None);
        assert_eq!(named_source("newest", false), None);
    }
}
