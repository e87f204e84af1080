//! Reproducible inputs of sample cases.

/// `SplitMix64` (Steele, Lea and Flood, 2014).
pub(crate) struct Sample(u64);

impl Sample {
    /// A stream of its own for each seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// 64 random bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Uniform in `[low, high)`.
    pub(crate) fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * ((self.bits() >> 11) as f64 * 2f64.powi(-53))
    }

    /// Uniform in `0..n`.
    pub(crate) fn below(&mut self, n: u32) -> u32 {
        ((u128::from(self.bits()) * u128::from(n)) >> 64) as u32
    }

    /// A point `[r, nx, ny, nz]` of radius at most `largest`, in a random direction.
    pub(crate) fn point(&mut self, largest: f64) -> [f64; 4] {
        let height = self.uniform(-1.0, 1.0);
        let angle = self.uniform(0.0, std::f64::consts::TAU);
        let ring = (1.0 - height * height).sqrt();
        [self.uniform(0.0, largest), ring * angle.cos(), ring * angle.sin(), height]
    }
}
