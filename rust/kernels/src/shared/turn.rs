//! Sine and cosine of a fraction of a turn.

use super::polynomial;
use crate::simd::{Floats, Isa, Words};

/// `sin(2πx) / x` in `x²` for `|x| <= 1/8`; relative error 4e-9.
const SINE: [f32; 4] = [6.283_185_5, -41.341_663, 81.592_354, -75.393_562];
/// `(cos(2πx) - 1) / x²` in `x²` for `|x| <= 1/8`; error 4e-8 of the cosine.
const COSINE: [f32; 3] = [-19.739_168, 64.923_225, -83.665_924];

/// Sine and cosine of `2π (word + ½) / 2³²`, to 1.5e-7.
#[inline(always)]
#[must_use]
pub fn sincos_turn<S: Isa>(word: Words<S>) -> (Floats<S>, Floats<S>) {
    // Bits 31 and 30 count the quadrant nearest to the angle, the others the way from it.
    let nearest = word + Words::splat(0x2000_0000);
    let way = (nearest & Words::splat(0x3fff_ffff)) - Words::splat(0x2000_0000);
    let turn = 1.0 / 4_294_967_296.0_f32;
    let x = way.int_to_f32().fma(Floats::splat(turn), Floats::splat(0.5 * turn));
    let z = x * x;
    let sine = (x * polynomial(z, SINE)).to_bits();
    let cosine = polynomial(z, COSINE).fma(z, Floats::splat(1.0)).to_bits();
    // In odd quadrants the two change places.
    let swap = (sine ^ cosine) & nearest.shl::<1>().sar::<31>();
    let sign = Words::splat(0x8000_0000);
    let sine = sine ^ swap ^ (nearest & sign);
    let cosine = cosine ^ swap ^ ((nearest + Words::splat(0x4000_0000)) & sign);
    (sine.from_bits(), cosine.from_bits())
}
