//! Names of exported functions, looked for in a module's bytes: what faux has in place of a parser.

/// Whether these bytes have this name anywhere, which stands for an exported function of that name.
pub(crate) fn contains(bytes: &[u8], name: &str) -> bool {
    bytes.windows(name.len()).any(|window| window == name.as_bytes())
}

/// What follows a mark: `hang` of the exported function `when_compiled/hang`. The name has small letters and underscores alone.
pub(crate) fn behind<'b>(bytes: &'b [u8], mark: &str) -> Option<&'b str> {
    let from = bytes.windows(mark.len()).position(|part| part == mark.as_bytes())? + mark.len();
    let rest = bytes.get(from..)?;
    let end = rest.iter().position(|byte| !byte.is_ascii_lowercase() && *byte != b'_').unwrap_or(rest.len());
    std::str::from_utf8(rest.get(..end)?).ok()
}
