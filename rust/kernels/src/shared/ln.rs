//! Natural logarithms.

use crate::simd::{F32, Isa, U32};

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
fn ln_parts<S: Isa>(k: F32, m: F32) -> F32 {
    // Estrin's scheme: half the depth of Horner's rule.
    let c = TAIL.map(F32::splat);
    let m2 = m * m;
    let low = c[3].fma::<S>(m, c[2]).fma::<S>(m2, c[1].fma::<S>(m, c[0]));
    let high = c[7].fma::<S>(m, c[6]).fma::<S>(m2, c[5].fma::<S>(m, c[4]));
    let tail = high.fma::<S>(m2 * m2, low);
    let rest = tail.fma::<S>(m2, m);
    k.fma::<S>(F32::splat(std::f32::consts::LN_2), rest)
}

/// `ln(1 + y)` for `0 <= y < 2^126`, to 3e-7 of its value, however small.
#[inline(always)]
#[must_use]
pub fn ln1p<S: Isa>(y: F32) -> F32 {
    let exponent = ((F32::splat(1.0) + y).to_bits() - U32::splat(SQRT_HALF)) & U32::splat(EXPONENT);
    // m = (1 + y) 2^-k - 1 with one rounding, so that nothing of a small y is lost.
    let scale = (U32::splat(0x3f80_0000) - exponent).from_bits();
    let m = y.fma::<S>(scale, scale - F32::splat(1.0));
    ln_parts::<S>(exponent.sar::<23>().int_to_f32(), m)
}

/// `ln u` of the uniform `u = (word + ½) / 2³²`, to 2e-7 of its value: also next to 1, where
/// `f32` cannot hold `u` itself.
#[inline(always)]
#[must_use]
pub fn ln_uniform<S: Isa>(word: U32) -> F32 {
    const UNIT: f32 = 1.0 / 65536.0;
    let high = word.shr::<16>().int_to_f32();
    let low = (word & U32::splat(0xffff)).int_to_f32();
    let low = low.fma::<S>(F32::splat(UNIT * UNIT), F32::splat(0.5 * UNIT * UNIT));
    let u = high.fma::<S>(F32::splat(UNIT), low);
    let below_one = (high - F32::splat(65535.0)).fma::<S>(F32::splat(UNIT), low - F32::splat(UNIT));
    let bits = u.to_bits();
    let exponent = (bits - U32::splat(SQRT_HALF)) & U32::splat(EXPONENT);
    let m = (bits - exponent).from_bits() - F32::splat(1.0);
    let m = u.select_below(U32::splat(SQRT_HALF).from_bits(), m, below_one);
    ln_parts::<S>(exponent.sar::<23>().int_to_f32(), m)
}
