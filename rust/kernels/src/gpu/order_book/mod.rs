//! Order books in hyperbolic space, many at a time.
//!
//! # Computes
//! Sums over the levels of each side of a book, as points of H³ seen from the mid, and fills of orders
//! that walk a side. [`orderbook`](crate::math::order_book) has the same of one book in double precision.
//!
//! # Formula
//! Half-space point `ξ = ln(1 + u)/δ`, `y = q/q_ref`, with `u = p/mid - 1`; distance
//! `d = ln(1 + 2(s² + s√(1 + s²)))`, `s² = (ξ² + (y - 1)²)/(4y)`; weight `e^(-d/λ)`. Sums run over blocks of
//! 32 levels, then over the blocks.
//!
//! # Source
//! Upper half-space model: Cannon, Floyd, Kenyon, Parry (1997), "Hyperbolic geometry".
//!
//! # Reads
//! In tiles of 16 books, word `(book / 16)·words·16 + word·16 + book % 16`, each tile complete:
//! - `levels`: bids, then asks, `depth` levels of each from the best: `u` (above -1), `y` (0 where there
//!   is no level, else 1e-15 to 1e15);
//! - `amounts`: sizes to fill, in units of `q_ref`;
//! - `inverse_delta`: `1/δ`.
//!
//! # Writes
//! In tiles as above, spare books too:
//! - `sums`: [`SUMS`] of the bids, then of the asks: `Σ y e^(-d/λ)`, `Σ y`, `d₀`, `ln y₀`, `Σ d'`, `Σ d'²`, `Σ l'`, `Σ d' l'`
//!   with `d' = d - d₀`, `l' = ln y - ln y₀`, index 0 the best level;
//! - `fills`: bids, then asks, for each amount: cost relative to the mid `Σ |u| taken`, and what is
//!   left unfilled.
//!
//! # Tolerance
//! Square roots and reciprocals of a GPU are up to 2.5 ulp off; differences from the best level add what
//! cancels in sums of a hundred of them.

mod cases;
mod cpu;

use bytemuck::{Pod, Zeroable};

use crate::shared::fold::fold;
use crate::spec::{self, Access, Binding, Budget, Elem, Extent, Kernel, Per, Rdna2, Tolerance, Work};

/// Levels that are summed before their sum joins the total.
const BLOCK: usize = 32;

/// Words of `sums` per side.
pub const SUMS: usize = 8;

/// Words of `fills` per side and amount.
pub const FILL: usize = 2;

/// Parameters.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub struct Params {
    /// Books.
    pub items: u32,
    /// Levels of each side, at least 1.
    pub depth: u32,
    /// Amounts, at least 1.
    pub amounts: u32,
    /// `1/λ`, positive.
    pub rate: f32,
}

/// The kernel.
pub static KERNEL: Kernel = Kernel {
    name: "order_book",
    wgsl: concat!(
        include_str!("../../shared/fold.wgsl"),
        include_str!("../../shared/ln.wgsl"),
        include_str!("../../shared/exp.wgsl"),
        include_str!("gpu.wgsl")
    ),
    layout: layout!(Params { items, depth, amounts, rate }),
    bindings: &[
        Binding { name: "levels", access: Access::Read, elem: Elem::F32 },
        Binding { name: "amounts", access: Access::Read, elem: Elem::F32 },
        Binding { name: "inverse_delta", access: Access::Read, elem: Elem::F32 },
        Binding { name: "sums", access: Access::Write, elem: Elem::F32 },
        Binding { name: "fills", access: Access::Write, elem: Elem::F32 },
    ],
    extents: |params| {
        let p: Params = spec::params(params);
        let (depth, amounts) = (p.depth as usize, p.amounts as usize);
        vec![
            Extent::PerItem(4 * depth),
            Extent::PerItem(amounts),
            Extent::PerItem(1),
            Extent::PerItem(2 * SUMS),
            Extent::PerItem(2 * FILL * amounts),
        ]
    },
    groups: |_, items| fold(items.div_ceil(64)),
    cpu: cpu::run,
    tolerance: Tolerance {
        absolute: 1e-4,
        relative: 1e-5,
        reason: "roots and reciprocals of 2.5 ulp; sums of differences that partly cancel",
    },
    work: |params| {
        let p: Params = spec::params(params);
        let (levels, amounts) = (2.0 * f64::from(p.depth), f64::from(p.amounts));
        Work { cpu_ns: levels * (2.0 + 0.2 * amounts), lane_cycles: levels * (90.0 + 8.0 * amounts) }
    },
    rdna2: Rdna2::with(Budget::new(
            "level",
            Per::Opcode("v_sqrt_f32", 2),
            115.0,
            "a reciprocal, two roots, three logarithms and an exponential, six sums",
        )),
    cases: cases::all,
};
