//! # Computes
//!
//! Value at risk and expected shortfall of samples of returns at 95, 97.5 and 99 %.
//!
//! # Formula
//!
//! For a sample of `n` and a tail probability `a` (5, 2.5, 1 %), with `q` the `⌈n·a⌉`-th smallest value:
//!
//! `VaR = −q`, `ES = −(Σ_{x<q} x + (n·a − #{x<q})·q) / (n·a)`.
//!
//! Selection is exact: the CPU twin keeps what lies below a guessed threshold and counts in it, the
//! device finds the digits of an ordered integer key. Both twins add the values below `q` in the same
//! order: sixteen partial sums over the rows `r ≡ p (mod 16)`, each in ascending order of `r`, then a
//! tree `p + 8`, `p + 4`, `p + 2`, `p + 1`.
//!
//! # Source
//!
//! Acerbi, Tasche (2002), "On the coherence of expected shortfall", Journal of Banking & Finance 26,
//! 1487–1503; quantile: inverse of the empirical distribution function.
//!
//! # Reads
//!
//! - `sample`: finite values in tiles of 16 items, word `(item / 16)·n·16 + row·16 + item % 16`; the last
//!   tile is complete.
//!
//! # Writes
//!
//! - `measures`: value at risk at 95, 97.5, 99 %, then ES at the same levels, as positive losses.
//!
//! # Tolerance
//!
//! Value at risk is a selected value, equal bit for bit. ES differs by the reciprocal (2.5 ulp in
//! WGSL) and the last fused step.

mod cases;
mod cpu;
mod kept;
mod search;

use bytemuck::{Pod, Zeroable};

use crate::shared::fold::fold;
use crate::spec::{Access, Binding, Elem, Extent, Kernel, LANES, Rdna2, Tolerance, Work, params};

/// Words of `measures` per item: value at risk, then shortfall.
pub const MEASURES: usize = 6;

/// Parameters of [`KERNEL`].
#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
pub struct Params {
    /// Samples; set by the backend.
    pub items: u32,
    /// Values in a sample, from 1 to 2²⁴.
    pub samples: u32,
    /// Rank of the 5 % quantile, from 1.
    pub rank_95: u32,
    /// Rank of the 2.5 % quantile.
    pub rank_97: u32,
    /// Rank of the 1 % quantile.
    pub rank_99: u32,
    /// Number of values in the 5 % tail, not rounded.
    pub mass_95: f32,
    /// Number of values in the 2.5 % tail.
    pub mass_97: f32,
    /// Number of values in the 1 % tail.
    pub mass_99: f32,
}

impl Params {
    /// Ranks and masses for samples of `samples` values, with `items` left for the backend.
    #[must_use]
    pub fn new(samples: u32) -> Self {
        let mass = |part: f64| (f64::from(samples) / part) as f32;
        Self {
            items: 0,
            samples,
            rank_95: samples.div_ceil(20),
            rank_97: samples.div_ceil(40),
            rank_99: samples.div_ceil(100),
            mass_95: mass(20.0),
            mass_97: mass(40.0),
            mass_99: mass(100.0),
        }
    }
}

/// Contract of `var_es`.
pub const KERNEL: Kernel = Kernel {
    name: "var_es",
    wgsl: concat!(include_str!("../../shared/fold.wgsl"), include_str!("gpu.wgsl")),
    layout: layout!(Params {
        items, samples, rank_95, rank_97, rank_99, mass_95, mass_97, mass_99
    }),
    bindings: &[
        Binding { name: "sample", access: Access::Read, elem: Elem::F32 },
        Binding { name: "measures", access: Access::Write, elem: Elem::F32 },
    ],
    extents: |bytes| {
        let samples = params::<Params>(bytes).samples as usize;
        vec![Extent::PerItem(samples), Extent::PerItem(MEASURES)]
    },
    groups: |_, items| fold(items.div_ceil(LANES as u32)),
    cpu: cpu::run,
    tolerance: Tolerance {
        absolute: 1e-6,
        relative: 1e-6,
        reason: "a reciprocal of 2.5 ulp and one rounding in ES; VaR is exact",
    },
    work: |bytes| {
        let samples = f64::from(params::<Params>(bytes).samples);
        Work { cpu_ns: 0.8 * samples, lane_cycles: 130.0 * samples }
    },
    rdna2: Rdna2::DEFAULT,
    cases: cases::cases,
};
