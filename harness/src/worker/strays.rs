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

/// The resident memory of a process, in bytes.
pub(super) fn resident(pid: Pid) -> Option<u64> {
    let sizes = std::fs::read_to_string(format!("/proc/{}/statm", pid.as_raw_nonzero())).ok()?;
    let pages: u64 = sizes.split(' ').nth(1)?.parse().ok()?;
    Some(pages * rustix::param::page_size() as u64)
}

fn processes() -> Vec<Pid> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).filter_map(Pid::from_raw).collect()
}
