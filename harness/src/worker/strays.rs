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

/// The most memory that a process had resident, in bytes.
pub(super) fn peak_resident(pid: Pid) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", pid.as_raw_nonzero())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? << 10)
}

/// Sets that back to what it has now. Where the kernel does not let us, the peak is that of its whole life.
pub(super) fn forget_peak(pid: Pid) {
    let _ = std::fs::write(format!("/proc/{}/clear_refs", pid.as_raw_nonzero()), "5");
}

fn processes() -> Vec<Pid> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).filter_map(Pid::from_raw).collect()
}
