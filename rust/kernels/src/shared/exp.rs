//! Natural exponential.

use super::polynomial;
use crate::simd::{F32, Isa, U32};

/// `(e^x - 1 - x) / x²` for `|x| <= ln 2 / 2`; error 4e-9 of `e^x`.
const TAIL: [f32; 5] = [0.499_999_94, 0.166_665_15, 0.041_668_456, 0.008_369_419, 0.001_381_314_5];

/// `e^x` for `-87 <= x <= 88`, to 2e-7 of its value.
#[inline(always)]
#[must_use]
pub fn exp_poly<S: Isa>(x: F32) -> F32 {
    // 1.5 · 2^23 rounds to an integer, which the low bits then hold.
    const ROUND: f32 = 12_582_912.0;
    let rounded = x.fma::<S>(F32::splat(std::f32::consts::LOG2_E), F32::splat(ROUND));
    let n = rounded.to_bits() - F32::splat(ROUND).to_bits();
    let k = n.int_to_f32();
    let x = k.fma::<S>(F32::splat(-0.693_359_375), x); // exact: the constant has ten bits
    let x = k.fma::<S>(F32::splat(2.121_944_4e-4), x);
    let tail = polynomial::<S, 5>(x, TAIL).fma::<S>(x * x, x);
    let scale = (n + U32::splat(127)).shl::<23>().from_bits();
    tail.fma::<S>(scale, scale)
}
