//! How often intervals hold the truth, and how wide they are: `cargo run --release -p wasmatrix-reports --example coverage [TIMES]`.
//!
//! Two sides that are the same, so the true ratio is 1, with blocks that stray in three ways. *ours* is what the library does; the other kinds are here
//! so that the choice between them can be seen again. Every interval is one of 95 % of a trimmed mean, but for *mean* and *median*.

#[path = "simulated/mod.rs"]
mod simulated;

use fastrand::Rng;
use simulated::NOISES;
use statrs::distribution::{ContinuousCDF as _, Normal, StudentsT};
use wasmatrix_reports::statistics::Ratio;

const RESAMPLES: usize = 999;

const KINDS: [&str; 8] = ["ours", "percentiles", "bias-corrected", "bootstrap-t", "random signs", "Student", "mean", "median"];

fn main() {
    let times: usize = std::env::args().nth(1).and_then(|times| times.parse().ok()).unwrap_or(2000);
    for is_paired in [true, false] {
        for noise in NOISES {
            println!("\n{}, {}; {times} times", if is_paired { "paired" } else { "unpaired" }, noise.name);
            println!("  {:>6} {}", "blocks", KINDS.map(|kind| format!("{kind:>20}")).concat());
            for blocks in [6, 8, 12, 20] {
                let mut rng = Rng::with_seed(11);
                let (mut held, mut width) = ([0_usize; KINDS.len()], [0.0; KINDS.len()]);
                for time in 0..times {
                    let side = |rng: &mut Rng| (0..blocks).map(|_| noise.draw(rng)).collect::<Vec<f64>>();
                    let (old, new) = (side(&mut rng), side(&mut rng));
                    for (kind, (low, high)) in intervals(&old, &new, is_paired, time as u64).into_iter().enumerate() {
                        held[kind] += usize::from(low <= 0.0 && high >= 0.0);
                        width[kind] += high - low;
                    }
                }
                let part = |sum: f64| 100.0 * sum / times as f64;
                // Signs are for pairs.
                let shown = (0..KINDS.len()).map(|kind| match width[kind] {
                    none if none.is_nan() => format!("{:>20}", "-"),
                    wide => format!("{:>9.1} % {:>6.1} %", part(held[kind] as f64), part(wide)),
                });
                println!("  {blocks:>6} {}", shown.collect::<String>());
            }
        }
    }
    println!("\nOf each: how many of 100 intervals hold the truth; their mean width, on a logarithmic scale.");
}

/// By kind.
fn intervals(old: &[f64], new: &[f64], is_paired: bool, seed: u64) -> [(f64, f64); KINDS.len()] {
    let series = |logs: &[f64]| (0..).zip(logs).map(|(round, log)| (round, log.exp())).collect();
    let (old_series, new_series) = (series(old), series(new));
    let ours = if is_paired { Ratio::paired(&old_series, &new_series, seed) } else { Ratio::unpaired(&old_series, &new_series, seed) };
    let ours = ours.map_or((f64::NAN, f64::NAN), |ours| (ours.low.ln(), ours.high.ln()));

    let seen = Summary::of(old, new, is_paired);
    let mut rng = Rng::with_seed(seed);
    let (mut drawn_old, mut drawn_new) = (old.to_vec(), new.to_vec());
    let mut drawn = Vec::new();
    let mut signed = Vec::new();
    for _ in 0..RESAMPLES {
        for place in 0..old.len() {
            let one = rng.usize(..old.len());
            let other = if is_paired { one } else { rng.usize(..new.len()) };
            (drawn_old[place], drawn_new[place]) = (old[one], new[other]);
        }
        drawn.push(Summary::of(&drawn_old, &drawn_new, is_paired));
        if is_paired {
            for place in 0..old.len() {
                let deviation = new[place] - old[place] - seen.trimmed;
                (drawn_old[place], drawn_new[place]) = (0.0, if rng.bool() { deviation } else { -deviation });
            }
            let flipped = Summary::of(&drawn_old, &drawn_new, true);
            signed.push((flipped.trimmed / flipped.error).abs());
        }
    }
    let sorted = |values: &mut dyn Iterator<Item = f64>| {
        let mut values: Vec<f64> = values.collect();
        values.sort_by(f64::total_cmp);
        values
    };
    let at = |values: &[f64], part: f64| {
        let place = (part * (values.len() + 1) as f64).ceil() as usize;
        values.get(place.saturating_sub(1)).or(values.last()).copied().unwrap_or(f64::NAN)
    };
    let about = |center: f64, half: f64| (center - half, center + half);
    let student = |freedom: f64| StudentsT::new(0.0, 1.0, freedom).map_or(f64::NAN, |student| student.inverse_cdf(0.975));

    let trimmed = sorted(&mut drawn.iter().map(|one| one.trimmed));
    let normal = Normal::standard();
    let bias = normal.inverse_cdf((trimmed.iter().filter(|one| **one < seen.trimmed).count() as f64 + 0.5) / (RESAMPLES + 1) as f64);
    let corrected = |z: f64| at(&trimmed, normal.cdf(2.0 * bias + z));
    let studentised = sorted(&mut drawn.iter().map(|one| ((one.trimmed - seen.trimmed) / one.error.max(1e-12)).abs()));
    let signed = sorted(&mut signed.into_iter());
    let strays = |of: fn(&Summary) -> f64| {
        let mean = drawn.iter().map(of).sum::<f64>() / RESAMPLES as f64;
        (drawn.iter().map(|one| (of(one) - mean).powi(2)).sum::<f64>() / (RESAMPLES - 1) as f64).sqrt()
    };
    let whole = student((old.len() - 1) as f64 * if is_paired { 1.0 } else { 2.0 });
    [
        ours,
        (at(&trimmed, 0.025), at(&trimmed, 0.975)),
        (corrected(-1.96), corrected(1.96)),
        about(seen.trimmed, at(&studentised, 0.95) * seen.error),
        about(seen.trimmed, at(&signed, 0.95) * seen.error),
        about(seen.trimmed, student(seen.freedom) * seen.error),
        about(seen.mean, whole * strays(|one| one.mean)),
        about(seen.median, whole * strays(|one| one.median)),
    ]
}

struct Summary {
    trimmed: f64,
    error: f64,
    freedom: f64,
    mean: f64,
    median: f64,
}

impl Summary {
    fn of(old: &[f64], new: &[f64], is_paired: bool) -> Self {
        if is_paired {
            return Self::alone(old.iter().zip(new).map(|(old, new)| new - old).collect());
        }
        let (old, new) = (Self::alone(old.to_vec()), Self::alone(new.to_vec()));
        Self {
            trimmed: new.trimmed - old.trimmed,
            error: old.error.hypot(new.error),
            freedom: old.freedom + new.freedom,
            mean: new.mean - old.mean,
            median: new.median - old.median,
        }
    }

    fn alone(mut values: Vec<f64>) -> Self {
        values.sort_unstable_by(f64::total_cmp);
        let all = values.len();
        let cut = all / 5;
        let left = &values[cut..all - cut];
        let count = left.len() as f64;
        let trimmed = left.iter().sum::<f64>() / count;
        let winsorized: Vec<f64> = (0..all).map(|place| values[place.clamp(cut, all - cut - 1)]).collect();
        let middle = winsorized.iter().sum::<f64>() / all as f64;
        let squares = winsorized.iter().map(|value| (value - middle).powi(2)).sum::<f64>();
        Self {
            trimmed,
            error: (squares / (count * (count - 1.0))).sqrt(),
            freedom: count - 1.0,
            mean: values.iter().sum::<f64>() / all as f64,
            median: f64::midpoint(values[all / 2], values[(all - 1) / 2]),
        }
    }
}
