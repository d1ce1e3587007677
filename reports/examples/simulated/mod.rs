//! Blocks as machines that are shared make them.

use fastrand::Rng;

/// How log times stray.
#[derive(Clone, Copy)]
pub(crate) struct Noise {
    pub(crate) name: &'static str,
    /// Standard deviation of every block.
    pub(crate) everyday: f64,
    /// The part of blocks that something fell on, and by how much they are late on average.
    pub(crate) late: (f64, f64),
}

pub(crate) const NOISES: [Noise; 3] = [
    Noise { name: "2 %", everyday: 0.02, late: (0.0, 0.0) },
    Noise { name: "2 %, a tenth late by 15 %", everyday: 0.02, late: (0.1, 0.15) },
    Noise { name: "2 %, a third late by 10 %", everyday: 0.02, late: (0.3, 0.10) },
];

impl Noise {
    /// The logarithm of what a block's time is multiplied by.
    pub(crate) fn draw(self, rng: &mut Rng) -> f64 {
        let normal = (-2.0 * (1.0 - rng.f64()).ln()).sqrt() * (std::f64::consts::TAU * rng.f64()).cos();
        let (often, by) = self.late;
        let late = if rng.f64() < often { -by * (1.0 - rng.f64()).ln() } else { 0.0 };
        self.everyday * normal + late
    }
}
