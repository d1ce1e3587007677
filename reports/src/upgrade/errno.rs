//! The names of preview 1's error numbers, which nobody knows by heart.

/// `errno` of preview 1's witx, in its order; those of preview 0 are the same.
const NAMES: [&str; 77] = [
    "success",
    "2big",
    "acces",
    "addrinuse",
    "addrnotavail",
    "afnosupport",
    "again",
    "already",
    "badf",
    "badmsg",
    "busy",
    "canceled",
    "child",
    "connaborted",
    "connrefused",
    "connreset",
    "deadlk",
    "destaddrreq",
    "dom",
    "dquot",
    "exist",
    "fault",
    "fbig",
    "hostunreach",
    "idrm",
    "ilseq",
    "inprogress",
    "intr",
    "inval",
    "io",
    "isconn",
    "isdir",
    "loop",
    "mfile",
    "mlink",
    "msgsize",
    "multihop",
    "nametoolong",
    "netdown",
    "netreset",
    "netunreach",
    "nfile",
    "nobufs",
    "nodev",
    "noent",
    "noexec",
    "nolck",
    "nolink",
    "nomem",
    "nomsg",
    "noprotoopt",
    "nospc",
    "nosys",
    "notconn",
    "notdir",
    "notempty",
    "notrecoverable",
    "notsock",
    "notsup",
    "notty",
    "nxio",
    "overflow",
    "ownerdead",
    "perm",
    "pipe",
    "proto",
    "protonosupport",
    "prototype",
    "range",
    "rofs",
    "spipe",
    "srch",
    "stale",
    "timedout",
    "txtbsy",
    "xdev",
    "notcapable",
];

/// How the functions of preview 1 begin that return one. A function of a guest that is called so hands it on.
const FUNCTIONS: [&str; 9] = ["fd_", "path_", "clock_", "args_", "environ_", "sock_", "random_get", "poll_oneoff", "sched_yield"];

/// Whether what this function of a guest returns is an error number of preview 1.
pub(super) fn is_returned_by(suite: &str, function: &str) -> bool {
    suite.starts_with("wasi-") && FUNCTIONS.iter().any(|start| function.starts_with(start)) && !function.contains("_after_")
}

/// `returns i32 44 (noent)` of `returns i32 44`, wherever an i32 stands there that can be one.
pub(super) fn named(words: &str) -> String {
    let mut named = String::new();
    let mut rest = words;
    while let Some(at) = rest.find("i32 ") {
        let (before, number) = rest.split_at(at + "i32 ".len());
        let end = number.find(|character: char| !character.is_ascii_digit()).unwrap_or(number.len());
        let (digits, after) = number.split_at(end);
        named.push_str(before);
        named.push_str(digits);
        if let Some(name) = digits.parse().ok().and_then(|number: usize| NAMES.get(number)) {
            named.push_str(&format!(" ({name})"));
        }
        rest = after;
    }
    named + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_numbers_have_the_names_of_preview_1() {
        // Those that POSIX does not order in the same way, so that one that is left out would show.
        for (number, name) in [(0, "success"), (8, "badf"), (28, "inval"), (44, "noent"), (52, "nosys"), (63, "perm"), (76, "notcapable")] {
            assert_eq!(named(&format!("returns i32 {number}")), format!("returns i32 {number} ({name})"));
        }
        assert_eq!(named("returns i32 31 or i32 8, i32 -5 and i32 77"), "returns i32 31 (isdir) or i32 8 (badf), i32 -5 and i32 77");
        assert!(is_returned_by("wasi-preview1/paths", "path_link") && !is_returned_by("core/traps", "path_link"));
        assert!(!is_returned_by("wasi-preview1/files", "open_read"));
    }
}
