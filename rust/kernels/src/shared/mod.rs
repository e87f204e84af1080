//! What several kernels share, and kernels with the `f64` functions beside them.
//!
//! Most is a WGSL text and its Rust twin on virtual lanes. [`rng`] makes random numbers one counter at
//! a time, and `sliding` ranks a window that moves.
//!
//! Twins have the same names, coefficients and order of steps. Polynomials are minimax fits in
//! the stated interval (Remez exchange), rounded to `f32`. The WGSL texts are put in front of a
//! kernel's own, as in `concat!(include_str!("../../shared/ln.wgsl"), include_str!("gpu.wgsl"))`.

pub mod exp;
pub mod fold;
pub mod hyperbolic;
pub mod ln;
pub mod philox;
pub mod rng;
pub(crate) mod sample;
pub mod sinh;
pub(crate) mod sliding;
pub mod split;
pub mod turn;

use crate::simd::{Floats, Isa};

/// `c[0] + c[1] x + c[2] x² + …` by Horner's rule.
#[inline(always)]
#[must_use]
pub fn polynomial<S: Isa, const N: usize>(x: Floats<S>, c: [f32; N]) -> Floats<S> {
    let mut sum = Floats::splat(c[N - 1]);
    for &coefficient in c[..N - 1].iter().rev() {
        sum = sum.fma(x, Floats::splat(coefficient));
    }
    sum
}
