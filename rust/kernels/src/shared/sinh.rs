//! Hyperbolic sine of small arguments, where a difference of exponentials cancels.

use super::polynomial;
use crate::simd::{Floats, Isa};

/// `(sinh(x)/x - 1) / x²` in `x²` for `|x| <= ½`; error 1e-10.
const SINH: [f32; 3] = [0.166_666_67, 0.008_333_141, 1.997_402_7e-4];
/// `(sinh²(x)/x² - 1) / x²` in `x²` for `|x| <= ½`; error 5e-9.
const SQUARE: [f32; 3] = [0.333_333_73, 0.044_434_484, 0.003_243_082_7];

/// `sinh x` for `|x| <= ½`, to 1e-7 of its value.
#[inline(always)]
#[must_use]
pub fn sinh_small<S: Isa>(x: Floats<S>) -> Floats<S> {
    let z = x * x;
    (polynomial(z, SINH) * z).fma(x, x)
}

/// `sinh(x)/x` from `z = x²`, for `|x| <= ½`, to 1e-7 of its value; 1 at 0.
#[inline(always)]
#[must_use]
pub fn sinh_ratio<S: Isa>(z: Floats<S>) -> Floats<S> {
    polynomial(z, SINH).fma(z, Floats::splat(1.0))
}

/// `sinh² x` from `z = x²`, for `|x| <= ½`, to 2e-7 of its value.
#[inline(always)]
#[must_use]
pub fn sinh_square<S: Isa>(z: Floats<S>) -> Floats<S> {
    (polynomial(z, SQUARE) * z).fma(z, z)
}
