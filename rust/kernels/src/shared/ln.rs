//! Natural logarithms.

use crate::simd::{F32, Floats, Isa, Words};

/// `(ln(1 + m) - m) / m²` for `m` in `[√½ - 1, √2 - 1]`; error 3e-8 of `ln(1 + m)`.
const TAIL: [f32; 8] = [
    -0.499_999_91,
    0.333_339_51,
    -0.250_017_55,
    0.199_620_72,
    -0.165_705_08,
    0.149_179_73,
    -0.143_075_23,
    0.087_348_446,
];

/// Bits of `√½`: a value is written `2^k (1 + m)` with `1 + m` in `[√½, √2)`.
const SQRT_HALF: u32 = 0x3f35_04f3;
/// Sign and exponent bits.
const EXPONENT: u32 = 0xff80_0000;

/// `k ln 2 + ln(1 + m)`.
#[inline(always)]
fn ln_parts<S: Isa>(k: Floats<S>, m: Floats<S>) -> Floats<S> {
    // Estrin's scheme: half the depth of Horner's rule.
    let c = |i: usize| Floats::splat(TAIL[i]);
    let m2 = m * m;
    let low = c(3).fma(m, c(2)).fma(m2, c(1).fma(m, c(0)));
    let high = c(7).fma(m, c(6)).fma(m2, c(5).fma(m, c(4)));
    let tail = high.fma(m2 * m2, low);
    let rest = tail.fma(m2, m);
    k.fma(Floats::splat(std::f32::consts::LN_2), rest)
}

impl<S: Isa> Floats<S> {
    /// `ln(1 + y)` for `-1 + 2^-24 <= y < 2^126`, to 3e-7 of its value, however small.
    #[inline(always)]
    #[must_use]
    pub fn ln1p(self) -> Self {
        let one = Self::splat(1.0);
        let exponent = ((one + self).to_bits() - Words::splat(SQRT_HALF)) & Words::splat(EXPONENT);
        // m = (1 + y) 2^-k - 1 with one rounding, so that nothing of a small y is lost.
        let scale = (one.to_bits() - exponent).from_bits();
        let m = self.fma(scale, scale - one);
        ln_parts(exponent.sar::<23>().int_to_f32(), m)
    }
}

/// [`Floats::ln1p`] of lanes in memory.
#[inline(always)]
#[must_use]
pub fn ln1p<S: Isa>(y: F32) -> F32 {
    Floats::<S>::load(&y.0).ln1p().store()
}

/// `ln u` of the uniform `u = (word + ½) / 2³²`, to 2e-7 of its value: also next to 1, where
/// `f32` cannot hold `u` itself.
#[inline(always)]
#[must_use]
pub fn ln_uniform<S: Isa>(word: Words<S>) -> Floats<S> {
    const UNIT: f32 = 1.0 / 65536.0;
    let unit = Floats::splat(UNIT);
    let high = word.shr::<16>().int_to_f32();
    let low = (word & Words::splat(0xffff)).int_to_f32();
    let low = low.fma(Floats::splat(UNIT * UNIT), Floats::splat(0.5 * UNIT * UNIT));
    let u = high.fma(unit, low);
    let below_one = (high - Floats::splat(65535.0)).fma(unit, low - unit);
    let bits = u.to_bits();
    let exponent = (bits - Words::splat(SQRT_HALF)) & Words::splat(EXPONENT);
    let m = (bits - exponent).from_bits() - Floats::splat(1.0);
    let m = u.select_below(Words::splat(SQRT_HALF).from_bits(), m, below_one);
    ln_parts(exponent.sar::<23>().int_to_f32(), m)
}
