//! Vote of each bar's past window on its direction.
//!
//! # Computes
//! For bar `i` and the rows `j = start .. start + L` of its past window: the kernel-weighted sum of
//! labels, the sum of weights, the sum of labels and the smallest separation.
//!
//! # Formula
//! `K(d) = exp(-p d/2)`, `p = 2/λ`; hyperbolic `K = (s + √(1 + s²))^(-p)`, `s = sinh(d/2)`;
//! Euclidean with `s = d/2`. Sums run over blocks of 32 rows, then over the blocks.
//!
//! # Source
//! Kernel vote: Nadaraya (1964), Watson (1964). `exp(-d/λ)` is a positive definite kernel on Hⁿ:
//! Faraut and Harzallah (1974).
//!
//! # Reads
//! - `points` (shared, `f32`): seven planes of `rows` words,
//!   [`planes`](crate::shared::hyperbolic::planes)
//! - `labels` (shared, `f32`): label of each row, |y| <= 1
//! - `row` (per item): the bar's own row
//! - `start` (per item): first row of its past window; `start + L <= rows`
//!
//! # Writes
//! - `votes` (4 per item, `f32`): `Σ K y`, `Σ K`, `Σ y`, `min s²`
//!
//! # Tolerance
//! Square roots and reciprocals of a GPU are up to 2.5 ulp off, in every term of the sums.

mod cases;
mod cpu;

use bytemuck::{Pod, Zeroable};

use crate::shared::fold::fold;
use crate::shared::hyperbolic::EUCLIDEAN;
use crate::spec::{self, Access, Binding, Budget, Elem, Extent, Kernel, Per, Rdna2, Tolerance, Work};

/// Rows that are summed before their sum joins the total.
const BLOCK: usize = 32;

/// A separation above every real one.
const FAR: f32 = 3e38;

/// Words of `votes` per item.
pub const VOTES: usize = 4;

/// Parameters.
#[allow(clippy::pub_underscore_fields)] // padding
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub struct Params {
    /// Bars.
    pub items: u32,
    /// Rows of a past window, L >= 1.
    pub past_window: u32,
    /// Words of a plane of `points`.
    pub rows: u32,
    /// [`HYPERBOLIC`](crate::shared::hyperbolic::HYPERBOLIC) or [`EUCLIDEAN`].
    pub metric: u32,
    /// Power p = 2/λ of the kernel, positive; 1, 2 and 4 need square roots only.
    pub power: f32,
    /// Padding to 16 bytes.
    pub _pad: [u32; 3],
}

/// The kernel.
pub static KERNEL: Kernel = Kernel {
    name: "kernel_regression",
    wgsl: concat!(
        include_str!("../../shared/fold.wgsl"),
        include_str!("../../shared/ln.wgsl"),
        include_str!("../../shared/exp.wgsl"),
        include_str!("../../shared/hyperbolic.wgsl"),
        include_str!("gpu.wgsl")
    ),
    layout: layout!(Params { items, past_window, rows, metric, power }),
    bindings: &[
        Binding { name: "points", access: Access::Read, elem: Elem::F32 },
        Binding { name: "labels", access: Access::Read, elem: Elem::F32 },
        Binding { name: "row", access: Access::Read, elem: Elem::U32 },
        Binding { name: "start", access: Access::Read, elem: Elem::U32 },
        Binding { name: "votes", access: Access::Write, elem: Elem::F32 },
    ],
    extents: |_| {
        vec![
            Extent::Shared,
            Extent::Shared,
            Extent::PerItem(1),
            Extent::PerItem(1),
            Extent::PerItem(VOTES),
        ]
    },
    groups: |_, items| fold(items.div_ceil(64)),
    cpu: cpu::run,
    tolerance: Tolerance {
        absolute: 1e-4,
        relative: 4e-6,
        reason: "sums of hundreds of weights whose roots and reciprocals a GPU rounds to 2.5 ulp",
    },
    work: |params| {
        let p: Params = spec::params(params);
        let rows = f64::from(p.past_window);
        let (cpu_ns, lane_cycles) = match (p.metric, p.power) {
            (EUCLIDEAN, _) => (1.6, 62.0),
            (_, 1.0 | 2.0 | 4.0) => (1.1, 48.0),
            _ => (3.0, 80.0),
        };
        Work { cpu_ns: rows * cpu_ns, lane_cycles: rows * lane_cycles }
    },
    rdna2: Rdna2::with(Budget {
            unit: "bar",
            per: Per::Opcode("v_min_f32", 1),
            lightest: 48.0,
            heaviest: 80.0,
            reason: "at power 2 the weight is a reciprocal, at any power two polynomials",
        }),
    cases: cases::all,
};
