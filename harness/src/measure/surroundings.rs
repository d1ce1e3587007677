//! What makes times doubtful on this machine: few processors, a frequency that changes, a host that takes the processor away.
//!
//! Read from `/proc` and `/sys` on Linux; elsewhere nothing is known, and that is said.

use std::fs;

use crate::machine::processors;

/// How much the frequency may differ between two looks until it is said, in hundredths.
const STEADY: f64 = 5.0;

/// How much of the time may be taken from this machine until it is said, in hundredths.
const STOLEN: f64 = 1.0;

/// The machine at one moment.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// Of each processor, in MHz.
    frequencies: Vec<f64>,
    /// All time that the kernel has accounted for, and of that what the host has taken, in its own ticks.
    ticks: Option<(u64, u64)>,
}

impl Surroundings {
    /// As they are now.
    pub fn now() -> Self {
        Self { frequencies: frequencies(), ticks: ticks() }
    }

    /// What should be known before anything is timed.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if processors() == 1 {
            warnings.push("there is one processor, which the harness and what it measures share".to_owned());
        }
        if self.ticks.is_none() {
            warnings.push("nobody can say here whether the processor's frequency changes or its time is taken".to_owned());
        }
        let governors = governors();
        if let Some(governor) = governors.iter().find(|governor| *governor != "performance") {
            warnings.push(format!(
                "the frequency of the processors is governed by `{governor}`, and changes with the load; `performance` keeps it"
            ));
        }
        warnings
    }

    /// What happened since an earlier look.
    pub fn since(&self, earlier: &Self) -> Vec<String> {
        let mut warnings = Vec::new();
        for (processor, (was, is)) in earlier.frequencies.iter().zip(&self.frequencies).enumerate() {
            let share = 100.0 * (is - was).abs() / was.max(f64::MIN_POSITIVE);
            if share > STEADY {
                warnings.push(format!("processor {processor} ran at {was:.0} MHz and then at {is:.0} MHz"));
            }
        }
        if let (Some((all_before, taken_before)), Some((all, taken))) = (earlier.ticks, self.ticks) {
            #[expect(clippy::cast_precision_loss, reason = "a share of it is all that is wanted")]
            let share = 100.0 * taken.saturating_sub(taken_before) as f64 / all.saturating_sub(all_before).max(1) as f64;
            if share > STOLEN {
                warnings.push(format!("the host of this virtual machine took {share:.1} % of the processors' time"));
            }
        }
        warnings
    }
}

/// As the kernel says; on most virtual machines always the same.
fn frequencies() -> Vec<f64> {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let lines = text.lines().filter(|line| line.starts_with("cpu MHz"));
    lines.filter_map(|line| line.split_once(':')?.1.trim().parse().ok()).collect()
}

fn governors() -> Vec<String> {
    let policies = fs::read_dir("/sys/devices/system/cpu/cpufreq").into_iter().flatten().flatten();
    policies.filter_map(|policy| Some(fs::read_to_string(policy.path().join("scaling_governor")).ok()?.trim().to_owned())).collect()
}

fn ticks() -> Option<(u64, u64)> {
    let text = fs::read_to_string("/proc/stat").ok()?;
    // user, nice, system, idle, iowait, irq, softirq, steal; what guests of ours use is counted in `user` already.
    let ticks: Vec<u64> = text.lines().next()?.split_whitespace().skip(1).take(8).filter_map(|number| number.parse().ok()).collect();
    Some((ticks.iter().sum(), ticks.get(7).copied().unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_is_said_and_nothing_else() {
        let then = Surroundings { frequencies: vec![2000.0, 2000.0], ticks: Some((1000, 10)) };
        let quiet = Surroundings { frequencies: vec![2000.0, 2050.0], ticks: Some((2000, 15)) };
        assert_eq!(quiet.since(&then), [""; 0]);
        let loud = Surroundings { frequencies: vec![2000.0, 1500.0], ticks: Some((2000, 60)) };
        assert_eq!(
            loud.since(&then),
            ["processor 1 ran at 2000 MHz and then at 1500 MHz", "the host of this virtual machine took 5.0 % of the processors' time"]
        );
    }
}
