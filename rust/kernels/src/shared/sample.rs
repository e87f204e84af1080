//! Reproducible inputs of sample cases.

use crate::rng;

/// A stream of draws, its own for each seed.
pub(crate) struct Sample {
    seed: u32,
    drawn: u32,
}

impl Sample {
    pub(crate) fn new(seed: u32) -> Self {
        Self { seed, drawn: 0 }
    }

    fn word(&mut self) -> u32 {
        self.drawn += 1;
        rng::philox([self.drawn, 0, 0, 0], [self.seed, 0])[0]
    }

    /// Uniform in (low, high).
    pub(crate) fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * rng::uniform(self.word())
    }

    /// Uniform in `0..n`.
    pub(crate) fn below(&mut self, n: u32) -> u32 {
        rng::index(self.word(), n)
    }

    /// A point `[r, nx, ny, nz]` of radius at most `largest`, in a random direction.
    pub(crate) fn point(&mut self, largest: f64) -> [f64; 4] {
        let height = self.uniform(-1.0, 1.0);
        let angle = self.uniform(0.0, std::f64::consts::TAU);
        let ring = (1.0 - height * height).sqrt();
        [self.uniform(0.0, largest), ring * angle.cos(), ring * angle.sin(), height]
    }
}
