//! Exact mean of the newest p-bit of a small open lattice.
//!
//! # Computes
//! The bars whose outcome is not known yet, the newest and `u - 1` before it, are the spins of a
//! lattice with fields from their past windows and couplings from their distances; the mean of the
//! newest spin is summed over all `2^u` states.
//!
//! # Formula
//! `h_k = (Σ K y - (Σ y / L) Σ K) / H`, `J_kl = K(d_kl)`, `E(s) = -Σ_{k<l} J_kl s_k s_l - Σ h_k s_k`,
//! `T = t λ_max(J + I)`: the Gram matrix with its diagonal, so that a lone or isolated spin has
//! `T = t`. `λ_max` is the Rayleigh quotient after 20 products with a vector of ones.
//!
//! A state's weight relative to one that satisfied every bond and field is the product of
//! `exp(-2 J_kl / T)` over its broken bonds and of `exp(-2 |h_k| / T)` over its broken fields: no
//! energy is formed, so nothing cancels or overflows. The newest spin is held up; flipping all
//! spins leaves the bonds alone, so its other value is the same sum with the fields negated, and
//! negated labels give exactly the negated result. Spins 1 to 4 number sixteen partial sums; the
//! spins after them are summed out one by one from a table of the products of their bonds. The
//! heaviest state weighs more than `exp(-u/t)`, far above the smallest `f32` for `t >= 0.2`.
//!
//! # Source
//! Camsari et al. (2017), PRX 7:031014 (p-bits); exact enumeration.
//!
//! # Reads
//! - `points` (shared, `f32`): seven planes of `rows` words,
//!   [`planes`](crate::shared::hyperbolic::planes)
//! - `votes` (shared, `f32`): output of [`kernel_regression`](crate::gpu::kernel_regression), 4 words per entry
//! - `row` (per item): row of the newest spin; spin `k` is row `row - k`
//! - `at` (per item): its entry in `votes`; spin `k` is entry `at - k`
//!
//! # Writes
//! - `spin` (per item, `f32`): mean of the newest spin, in [-1, 1]
//!
//! # Tolerance
//! Temperature and fields go through roots, reciprocals and exponentials before some 80 factors
//! are multiplied; fields of hundreds of T make their relative error an absolute one.

mod cases;
mod cpu;
mod lattice;

use bytemuck::{Pod, Zeroable};

use crate::shared::fold::fold;
use crate::spec::{self, Access, Binding, Budget, Elem, Extent, Kernel, Per, Rdna2, Tolerance, Work};

/// Largest number of open spins.
pub const OPEN: usize = 12;

/// Bonds between [`OPEN`] spins; the bond of `k < l` is number `l (l - 1) / 2 + k`.
const BONDS: usize = OPEN * (OPEN - 1) / 2;

/// Spins after the newest whose values number the partial sums.
const LEADING: usize = 4;

/// Partial sums.
const PARTS: usize = 1 << LEADING;

/// Spins after those, summed out from the table.
const TRAILING: usize = OPEN - 1 - LEADING;

/// Products with the couplings that estimate the largest eigenvalue.
const PRODUCTS: usize = 20;

/// Value of every entry of the first vector. With it the entries, between 1 and 12^20 times as
/// large after the last product, and their squares stay far inside `f32`.
const START: f32 = 1.455_191_5e-11; // 2^-36

/// Parameters.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub struct Params {
    /// Candles.
    pub items: u32,
    /// Open spins u, 1 to [`OPEN`].
    pub open: u32,
    /// Words of a plane of `points`.
    pub rows: u32,
    /// [`HYPERBOLIC`](crate::shared::hyperbolic::HYPERBOLIC) or
    /// [`EUCLIDEAN`](crate::shared::hyperbolic::EUCLIDEAN).
    pub metric: u32,
    /// Power p = 2/λ of the kernel.
    pub power: f32,
    /// Temperature t in units of the largest eigenvalue, at least 0.2.
    pub temperature: f32,
    /// Bars H by which neighbouring labels overlap.
    pub horizon: f32,
    /// Rows L of a past window.
    pub past_window: f32,
}

/// The kernel.
pub static KERNEL: Kernel = Kernel {
    name: "marginal",
    wgsl: concat!(
        include_str!("../../shared/fold.wgsl"),
        include_str!("../../shared/ln.wgsl"),
        include_str!("../../shared/exp.wgsl"),
        include_str!("../../shared/hyperbolic.wgsl"),
        include_str!("gpu.wgsl")
    ),
    layout: layout!(Params { items, open, rows, metric, power, temperature, horizon, past_window }),
    bindings: &[
        Binding { name: "points", access: Access::Read, elem: Elem::F32 },
        Binding { name: "votes", access: Access::Read, elem: Elem::F32 },
        Binding { name: "row", access: Access::Read, elem: Elem::U32 },
        Binding { name: "at", access: Access::Read, elem: Elem::U32 },
        Binding { name: "spin", access: Access::Write, elem: Elem::F32 },
    ],
    extents: |_| {
        vec![
            Extent::Shared,
            Extent::Shared,
            Extent::PerItem(1),
            Extent::PerItem(1),
            Extent::PerItem(1),
        ]
    },
    groups: |_, items| fold(items.div_ceil(4)),
    cpu: cpu::run,
    tolerance: Tolerance {
        absolute: 2e-5,
        relative: 0.0,
        reason: "a probability from some 80 factors, each with the error of a temperature",
    },
    work: |params| {
        let p: Params = spec::params(params);
        let open = f64::from(p.open);
        let states = (open - 1.0).exp2();
        Work {
            cpu_ns: 40.0 + 6.0 * open * open + 0.035 * states,
            lane_cycles: 15_000.0 + 700.0 * open + 8.5 * states,
        }
    },
    rdna2: Rdna2::with(Budget::new(
            "8 states",
            Per::Opcode("v_cndmask_b32", 8),
            70.0,
            "36 products and sums for two fields, 8 selects, 24 for clamped LDS addresses",
        )),
    cases: cases::all,
};
