//! Twins of `exponential.wgsl`: 2^x and log2 x.
//!
//! Minimax polynomials (Remez exchange): 2^f = 1 + f Q(f) on |f| <= 1/2, relative error 2.0e-9;
//! log2(1 + f) = f P(f) on [sqrt(1/2) - 1, sqrt(2) - 1], relative error 2.6e-8.

use std::f32::consts::{LN_2, LOG2_E};

use crate::simd::{F32, Isa, U32};

/// Adding it rounds |x| < 2^22 to the nearest integer, ties to even, kept in the low mantissa.
const ROUND: f32 = 12_582_912.0;

/// Bits of sqrt(1/2): mantissas are taken from [sqrt(1/2), sqrt(2)).
const SQRT_HALF: u32 = 0x3F35_04F3;

const EXP2: [f32; 7] =
    [0.000_153_533_62, 0.001_339_887_4, 0.009_618_437, 0.055_503_324, 0.240_226_48, LN_2, 1.0];

const LOG2: [f32; 9] = [
    0.125_837_06,
    -0.207_269_76,
    0.215_715_6,
    -0.238_944_81,
    0.287_916_24,
    -0.360_703_68,
    0.480_910_63,
    -0.721_347_33,
    LOG2_E,
];

#[inline(always)]
fn horner<S: Isa>(coefficients: &[f32], x: F32) -> F32 {
    coefficients[1..].iter().fold(F32::splat(coefficients[0]), |p, &c| p.fma::<S>(x, F32::splat(c)))
}

/// 2^x for x clamped to [-126, 127]; relative error below 2e-7.
#[inline(always)]
#[must_use]
pub fn exp2<S: Isa>(x: F32) -> F32 {
    let clamped = x.max(F32::splat(-126.0)).min(F32::splat(127.0));
    let shifted = clamped + F32::splat(ROUND);
    let f = clamped - (shifted - F32::splat(ROUND));
    // The bits of ROUND leave the word on the left, what remains is the integer as an exponent.
    let scale = shifted.to_bits().shl::<23>() + U32::splat(127 << 23);
    horner::<S>(&EXP2, f) * scale.from_bits()
}

/// log2 x for a normal x > 0; error below 1e-7 + 6e-8 |log2 x|.
#[inline(always)]
#[must_use]
pub fn log2<S: Isa>(x: F32) -> F32 {
    let bits = x.to_bits();
    let whole = (bits - U32::splat(SQRT_HALF)).sar::<23>();
    let f = (bits - whole.shl::<23>()).from_bits() - F32::splat(1.0);
    horner::<S>(&LOG2, f).fma::<S>(f, whole.int_to_f32())
}
