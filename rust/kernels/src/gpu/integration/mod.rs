//! # Computes
//!
//! Integrated information of windows of ranked channels: Φ_R at the minimum-information bipartition, its
//! excess over permuted pairings of past and present, Φ_WMS, time-delayed mutual information, and the
//! bipartition.
//!
//! # Formula
//!
//! Scores `Φ⁻¹((rank − ½) / window)`; correlation of the pairs one bar apart (separate means of past and
//! present) under each pairing; shrunk by [`oas`](crate::math::shrinkage::oas); all determinants that the measures
//! of [`phi`](crate::math::phi) ask for. Information is half a logarithm of a ratio of determinants: ratios are
//! compared, and few logarithms taken.
//!
//! # Source
//!
//! See [`phi`](crate::math::phi); rank-normal scores: Ince et al. 2017, Hum. Brain Mapp. 38, 1541.
//!
//! # Reads
//!
//! - `ranks`: what [`ranks`](crate::gpu::ranks) writes.
//! - `table`: the score of each rank as the sum of two parts ([`Inputs`]).
//! - `pairings`: for each pairing and bar of the present the bar of the past, both from 0; the first pairing
//!   is the one that happened, the `permutations` others are chance.
//!
//! # Writes
//!
//! - `measures`: Φ_R, excess of Φ_R over its mean under the permutations (0 without any), Φ_WMS, mutual
//!   information; in nats.
//! - `mask`: bipartition, as [`phi`](crate::math::phi) numbers them; [`NONE`] with all measures 0 where past or
//!   present of a channel are constant or a pivot is not positive; [`UNDECIDED`] with Φ_WMS 0 where the two
//!   least Φ_R are nearer than [`MARGIN`].
//!
//! # Tolerance
//!
//! The CPU twin computes in `f64` throughout, the device in `f32`. Correlations are sums of at most 512
//! products in parts of at most 86, so that an entry is off by less than `ε = 100·2⁻²⁴`; and by some 2⁻²⁴ in
//! practice, where errors do not conspire. Shrinkage keeps every eigenvalue, and with it every pivot, above
//! `ρ ≥ 2 / (window·(1 − 1/p))` with `p = 2 channels` (0.0085 for six channels in 256 bars, a condition number
//! below 1400), and half a log-determinant moves by at most `½ tr(J⁻¹|δJ|) ≤ p ε / 2ρ`. The bound that
//! errors in one direction could reach is 4e-3; the worst covariances of the cases come to 2e-5, ordinary ones to
//! 5e-7.
//! Φ_R, excess and information are continuous in the correlations. Which of two bipartitions with
//! nearly the same Φ_R is the least is not, hence [`UNDECIDED`]: whoever asks for the bipartition there, or
//! for Φ_WMS, takes [`phi::Windows`](crate::math::phi::Windows).

mod cases;
mod cpu;

use bytemuck::{Pod, Zeroable};

use crate::math::phi;
use crate::shared::fold::fold;
use crate::spec::{Access, Binding, Budget, Elem, Extent, Kernel, Per, Rdna2, Tolerance, Work, params};

/// Most channels that the device holds.
pub const CHANNELS: usize = 6;

/// Longest window that the device holds.
pub const LONGEST: usize = 512;

/// Words of `measures` per item.
pub const MEASURES: usize = 4;

/// `mask` of a window without measures.
pub const NONE: u32 = 0;

/// `mask` of a window whose two least bipartitions are too near each other to tell.
pub const UNDECIDED: u32 = u32::MAX;

/// Difference of Φ_R in nats that tells two bipartitions apart: twice the tolerance.
pub const MARGIN: f64 = 5e-5;

/// Parameters of [`KERNEL`].
#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
pub struct Params {
    /// Windows; set by the backend.
    pub items: u32,
    /// Number of channels, 2 to [`CHANNELS`].
    pub channels: u32,
    /// Bars of a window, 4 × `channels` to [`LONGEST`].
    pub window: u32,
    /// Permuted pairings.
    pub permutations: u32,
}

/// Inputs that all windows share.
#[derive(Clone, Debug)]
pub struct Inputs {
    /// Score of each `2 rank − 1`: rounded to `f32`, then what was rounded off.
    pub table: Vec<f32>,
    /// Pairings of past and present.
    pub pairings: Vec<u32>,
}

impl Inputs {
    /// Table and pairings of `windows`.
    #[must_use]
    pub fn new(windows: &phi::Windows) -> Self {
        let high = windows.table().iter().map(|score| *score as f32);
        let low = windows.table().iter().map(|score| (score - f64::from(*score as f32)) as f32);
        Self { table: high.chain(low).collect(), pairings: windows.pairings().to_vec() }
    }
}

/// Contract of `integration`.
pub const KERNEL: Kernel = Kernel {
    name: "integration",
    wgsl: concat!(
        include_str!("../../shared/fold.wgsl"),
        include_str!("../../shared/ln.wgsl"),
        include_str!("gpu.wgsl"),
        include_str!("determinants.wgsl"),
        include_str!("search.wgsl"),
    ),
    layout: layout!(Params { items, channels, window, permutations }),
    bindings: &[
        Binding { name: "ranks", access: Access::Read, elem: Elem::U32 },
        Binding { name: "table", access: Access::Read, elem: Elem::F32 },
        Binding { name: "pairings", access: Access::Read, elem: Elem::U32 },
        Binding { name: "measures", access: Access::Write, elem: Elem::F32 },
        Binding { name: "mask", access: Access::Write, elem: Elem::U32 },
    ],
    extents: |bytes| {
        let Params { channels, window, .. } = params(bytes);
        let ranks = (channels.div_ceil(2) * window) as usize;
        vec![
            Extent::PerItem(ranks),
            Extent::Shared,
            Extent::Shared,
            Extent::PerItem(MEASURES),
            Extent::PerItem(1),
        ]
    },
    groups: |_, items| fold(items),
    cpu: cpu::run,
    tolerance: Tolerance {
        absolute: 2.5e-5,
        relative: 2e-6,
        reason: "f32 sums and determinants of a correlation whose least eigenvalue shrinkage bounds",
    },
    work: |bytes| {
        let Params { channels, window, permutations, .. } = params(bytes);
        let pairings = f64::from(permutations + 1);
        let (window, sets) = (f64::from(window), f64::from(1u32 << channels));
        Work {
            cpu_ns: pairings * (5.0 * window + 20.0 * sets) + 10.0 * window,
            lane_cycles: pairings * (100.0 * window + 26_000.0),
        }
    },
    rdna2: Rdna2::with(Budget::new(
            "8 determinants",
            Per::Opcode("v_rsq_f32", 18),
            900.0,
            "57 entries behind five roots, 21 of what is left, 13 roots below; clamped LDS addresses",
        )),
    cases: cases::cases,
};
