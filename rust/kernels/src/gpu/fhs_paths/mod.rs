//! # Computes
//!
//! Sums of simulated returns over a horizon, by filtered historical simulation with common random
//! numbers: every item (candle) draws from its own window of residuals, all with the same indices.
//!
//! # Formula
//!
//! For path `p` with residuals `ẑ_h = z[start + draws[p, h]]·scale + shift`, in units of the
//! volatility forecast for the next bar, and factors `f_h` of the seasons of the bars to come:
//!
//! `sum = Σ_h f_h·g_h·ẑ_h`, `g_0 = 1`, `g_{h+1} = g_h·m(ẑ_h)`, `m(ẑ) = √(λ + (1 − λ)·ẑ²)`,
//!
//! evaluated from the last step to the first, one product and one fused operation each:
//! `S_h = m(ẑ_h)·S_{h+1} + f_h·ẑ_h`.
//!
//! # Source
//!
//! Barone-Adesi, Giannopoulos, Vosper (1999), Journal of Futures Markets 19, 583–602; variance recursion:
//! J. P. Morgan (1996), `RiskMetrics` technical document, 4th edition.
//!
//! # Reads
//!
//! - `residuals`: stream of raw residuals `z`, finite;
//! - `draws`: `[paths][horizon]` row numbers within a window, below `window`;
//! - `start`: first row of the item's window, `window` rows long;
//! - `affine`: `scale`, `shift` that give the window unit mean square;
//! - `seasons`: `[item][horizon]` factors of the volatility of each step, 1 for none.
//!
//! # Writes
//!
//! - `sums`: in tiles of 16 items, word `(item / 16)·paths·16 + path·16 + item % 16`. The last tile is
//!   complete: its spare lanes repeat the last item.
//!
//! # Tolerance
//!
//! WGSL allows 2.5 ulp for a square root and half an ulp for each product and fused step; over a horizon of 24 bars
//! that is 1e-5 of the largest partial sum.

mod cases;
mod cpu;

use bytemuck::{Pod, Zeroable};

use crate::spec::{Access, Binding, Budget, Elem, Extent, Kernel, Per, Rdna2, Tolerance, Work, params};

/// Parameters of [`KERNEL`].
#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
pub struct Params {
    /// Candles; set by the backend.
    pub items: u32,
    /// Rows of a residual window.
    pub window: u32,
    /// Steps of a path, at least 1.
    pub horizon: u32,
    /// Paths per candle.
    pub paths: u32,
    /// Decay of the variance recursion, in (0, 1].
    pub lambda: f32,
    pad0: u32,
    pad1: u32,
    pad2: u32,
}

impl Params {
    /// Parameters with `items` left for the backend.
    #[must_use]
    pub const fn new(window: u32, horizon: u32, paths: u32, lambda: f32) -> Self {
        Self { items: 0, window, horizon, paths, lambda, pad0: 0, pad1: 0, pad2: 0 }
    }
}

/// Candles of a workgroup, one per thread.
const THREADS: u32 = 64;

/// Paths that a workgroup computes.
const BLOCK: u32 = 64;

/// Contract of `fhs_paths`.
pub const KERNEL: Kernel = Kernel {
    name: "fhs_paths",
    wgsl: include_str!("gpu.wgsl"),
    layout: layout!(Params { items, window, horizon, paths, lambda, pad0, pad1, pad2 }),
    bindings: &[
        Binding { name: "residuals", access: Access::Read, elem: Elem::F32 },
        Binding { name: "draws", access: Access::Read, elem: Elem::U32 },
        Binding { name: "start", access: Access::Read, elem: Elem::U32 },
        Binding { name: "affine", access: Access::Read, elem: Elem::F32 },
        Binding { name: "seasons", access: Access::Read, elem: Elem::F32 },
        Binding { name: "sums", access: Access::Write, elem: Elem::F32 },
    ],
    extents: |bytes| {
        let params: Params = params(bytes);
        let (paths, horizon) = (params.paths as usize, params.horizon as usize);
        vec![
            Extent::Shared,
            Extent::Shared,
            Extent::PerItem(1),
            Extent::PerItem(2),
            Extent::PerItem(horizon),
            Extent::PerItem(paths),
        ]
    },
    groups: |bytes, items| {
        [items.div_ceil(THREADS), params::<Params>(bytes).paths.div_ceil(BLOCK), 1]
    },
    cpu: cpu::run,
    tolerance: Tolerance {
        absolute: 1e-5,
        relative: 1e-5,
        reason: "square roots of 2.5 ulp and one rounding per step",
    },
    work: |bytes| {
        let params = params::<Params>(bytes);
        let steps = f64::from(params.paths) * f64::from(params.horizon);
        Work { cpu_ns: 0.12 * steps, lane_cycles: 10.0 * steps }
    },
    rdna2: Rdna2::with(Budget::new("step", Per::Opcode("v_sqrt_f32", 1), 25.0, "a draw and a root")),
    cases: cases::cases,
};
