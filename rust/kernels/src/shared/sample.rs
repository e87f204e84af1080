//! Reproducible inputs of sample cases. Tolerances were proven on these very draws, so none goes through `rand`.

use crate::shared::rng;

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

/// `count` points of radius at most `reach` in random directions.
pub(crate) fn points(count: usize, reach: f64, seed: u32) -> Vec<[f64; 4]> {
    let mut sample = Sample::new(seed);
    (0..count).map(|_| sample.point(reach)).collect()
}

/// `count` points about `spread` apart, near the radius `reach`.
pub(crate) fn cluster(count: usize, reach: f64, spread: f64) -> Vec<[f64; 4]> {
    let mut sample = Sample::new(7);
    let near = |_| {
        let r = reach + spread * sample.uniform(-1.0, 0.0);
        let [x, y] =
            [sample.uniform(-1.0, 1.0), sample.uniform(-1.0, 1.0)].map(|a| a * spread / r.sinh());
        let [x, y, z] = [0.6 - x, 0.64 + y, 0.48 + x - y];
        let length = (x * x + y * y + z * z).sqrt();
        [r, x / length, y / length, z / length]
    };
    (0..count).map(near).collect()
}

/// Points that coincide, or are tiny, far or opposite.
pub(crate) fn hard_points() -> Vec<[f64; 4]> {
    let (step, far) = (f64::from(f32::EPSILON), crate::shared::split::REACH);
    vec![
        [0.0, 1.0, 0.0, 0.0],
        [0.0, 0.0, 1.0, 0.0], // the origin again
        [1e-15, 1.0, 0.0, 0.0],
        [1e-6, 1.0, 0.0, 0.0],
        [0.5, 1.0, 0.0, 0.0],
        [0.5 + step, 1.0, 0.0, 0.0],
        [4.0, 1.0, 0.0, 0.0],
        [4.0 + 1e-9, 1.0, 0.0, 0.0],
        [4.0, 1.0, 0.0, 0.0],
        [4.0, -1.0, 0.0, 0.0],
        [8.0, 1.0, 0.0, 0.0],
        [8.0, 0.0, -1.0, 0.0],
        [far, 1.0, 0.0, 0.0],
        [far, -1.0, 0.0, 0.0],
        [far, 0.0, 0.6, 0.8],
        [far, 0.0, 0.6, 0.8],
        [far, 0.0, 0.8, 0.6],
    ]
}
