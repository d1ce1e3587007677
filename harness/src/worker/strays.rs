//! Processes as the operating system sees them: what a worker started and left behind, and how large it is.
//!
//! On Linux this is read from `/proc`. Elsewhere nothing is found: a process that leaves its group outlives its worker there, and
//! memory is not limited.

use rustix::process::{Pid, Signal, kill_process};

/// Kills every process that has `name=value` in the environment it was started with.
pub(super) fn kill(name: &str, value: &str) {
    let wanted = format!("{name}={value}").into_bytes();
    // Twice, since what was about to be started by what is killed now is found then.
    for _ in 0..2 {
        let mut found = false;
        for pid in processes() {
            let environment = std::fs::read(format!("/proc/{}/environ", pid.as_raw_nonzero())).unwrap_or_default();
            if environment.split(|byte| *byte == 0).any(|variable| variable == wanted) {
                found = true;
                // It may have gone by itself.
                let _ = kill_process(pid, Signal::KILL);
            }
        }
        if !found {
            return;
        }
    }
}

/// The resident memory of a process and of those that its first thread started, in bytes: a worker behind which a command line runs is small
/// itself. Pages that they share count for each of them. Where the kernel keeps no lists of children, the process counts alone.
pub(super) fn resident(pid: Pid) -> Option<u64> {
    let of_it = resident_alone(pid)?;
    let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children", pid = pid.as_raw_nonzero())).unwrap_or_default();
    let children = children.split_whitespace().filter_map(|child| Pid::from_raw(child.parse().ok()?));
    Some(of_it + children.filter_map(resident).sum::<u64>())
}

fn resident_alone(pid: Pid) -> Option<u64> {
    let sizes = std::fs::read_to_string(format!("/proc/{}/statm", pid.as_raw_nonzero())).ok()?;
    let pages: u64 = sizes.split(' ').nth(1)?.parse().ok()?;
    Some(pages * rustix::param::page_size() as u64)
}

fn processes() -> Vec<Pid> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).filter_map(Pid::from_raw).collect()
}
