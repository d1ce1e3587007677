//! What a runtime says in its own words can name folders of this machine: a panic names the source file it is in.

use std::path::PathBuf;

use crate::session::PREFIX;

/// Where cargo keeps sources; behind it comes the name of a registry, then that of a package.
const SOURCES: &str = "/registry/src/";

/// A text in which no folder of this machine is named: sources of packages begin with the package's name, and private folders are `…`.
pub(crate) fn scrubbed(text: &str, private: &[PathBuf]) -> String {
    let mut left = text;
    let mut scrubbed = String::with_capacity(text.len());
    while let Some(at) = left.find(SOURCES) {
        let (before, behind) = left.split_at(at);
        let start = before.rfind(|character: char| character.is_whitespace() || "\"'`(".contains(character)).map_or(0, |at| at + 1);
        scrubbed.push_str(&before[..start]);
        let package = &behind[SOURCES.len()..];
        left = package.split_once('/').map_or(package, |(_registry, package)| package);
    }
    scrubbed.push_str(left);
    let names = private.iter().map(|folder| folder.to_string_lossy()).filter(|name| name.len() > 1);
    names.fold(scrubbed, |text, name| text.replace(name.as_ref(), "…"))
}

/// How many letters and digits end the name of a cell's folder.
const RANDOM: usize = 6;

/// A text in which a cell's own folder is `…`, wherever it stood: two cells of which the same is said have no folder in common.
pub(crate) fn without_scratch(text: &str) -> String {
    let mut left = text;
    let mut without = String::with_capacity(text.len());
    while let Some(at) = left.find(PREFIX) {
        let (before, name) = left.split_at(at);
        let behind = &name[PREFIX.len()..];
        let end = behind.find(|character: char| !character.is_ascii_alphanumeric()).unwrap_or(behind.len());
        // `wasmatrix-worker-…` is no such folder.
        let is_scratch = end == RANDOM && before.ends_with('/') && !behind[end..].starts_with('-');
        if is_scratch {
            let start = before.rfind(|character: char| character.is_whitespace() || "\"'`(=:".contains(character)).map_or(0, |at| at + 1);
            without.push_str(&before[..start]);
            without.push('…');
        } else {
            without.push_str(before);
            without.push_str(&name[..PREFIX.len() + end]);
        }
        left = &behind[end..];
    }
    without + left
}

#[cfg(test)]
mod tests {
    use super::{scrubbed, without_scratch};

    #[test]
    fn a_cell_s_own_folder_is_not_named() {
        for (said, becomes) in [
            ("open /var/tmp/wasmatrix-a1B2c3/kept/x.bin: no such file", "open …/kept/x.bin: no such file"),
            ("\"/tmp/wasmatrix-a1B2c3\", '/tmp/wasmatrix-zzzzzz/a'", "\"…\", '…/a'"),
            (
                "/b/wasmatrix-worker-faux, wasmatrix-a1B2c3, /b/wasmatrix-a1B2",
                "/b/wasmatrix-worker-faux, wasmatrix-a1B2c3, /b/wasmatrix-a1B2",
            ),
        ] {
            assert_eq!(without_scratch(said), becomes);
        }
    }

    #[test]
    fn no_folder_of_this_machine_is_named() {
        let said = "panicked at /home/me/.cargo/registry/src/index-1a2b/engine-7.4.2/src/a.rs:80:9, in \"/work/here/x\" and /tmp/y";
        let private = ["/work/here".into(), "/tmp".into(), "/".into()];
        assert_eq!(scrubbed(said, &private), "panicked at engine-7.4.2/src/a.rs:80:9, in \"…/x\" and …/y");
        let twice = "(/a/registry/src/i/one/x.rs) `/b/registry/src/i/two/y.rs`";
        assert_eq!(scrubbed(twice, &[]), "(one/x.rs) `two/y.rs`");
    }
}
