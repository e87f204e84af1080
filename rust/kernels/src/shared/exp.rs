//! Natural exponential.

use super::polynomial;
use crate::simd::{F32, Floats, Isa, Words};

/// `(e^x - 1 - x) / x²` for `|x| <= ln 2 / 2`; error 4e-9 of `e^x`.
const TAIL: [f32; 5] = [0.499_999_94, 0.166_665_15, 0.041_668_456, 0.008_369_419, 0.001_381_314_5];

impl<S: Isa> Floats<S> {
    /// `e^x` for `-87 <= x <= 88`, to 2e-7 of its value.
    #[inline(always)]
    #[must_use]
    pub fn exp_poly(self) -> Self {
        // 1.5 · 2^23 rounds to an integer, which the low bits then hold.
        let round = Self::splat(12_582_912.0);
        let rounded = self.fma(Self::splat(std::f32::consts::LOG2_E), round);
        let n = rounded.to_bits() - round.to_bits();
        let k = n.int_to_f32();
        let x = k.fma(Self::splat(-0.693_359_375), self); // exact: the constant has ten bits
        let x = k.fma(Self::splat(2.121_944_4e-4), x);
        let tail = polynomial(x, TAIL).fma(x * x, x);
        let scale = (n + Words::splat(127)).shl::<23>().from_bits();
        tail.fma(scale, scale)
    }
}

/// [`Floats::exp_poly`] of lanes in memory.
#[inline(always)]
#[must_use]
pub fn exp_poly<S: Isa>(x: F32) -> F32 {
    Floats::<S>::load(&x.0).exp_poly().store()
}
