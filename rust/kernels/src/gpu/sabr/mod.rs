//! SABR volatilities from distances of the hyperbolic plane, with their derivatives, many at a time.
//!
//! # Computes
//! The Black volatility of each option, its derivatives, and the total volatility that [`greeks`](crate::gpu::greeks)
//! reads. [`options::sabr`](crate::math::options::sabr) has the same of one option in double precision.
//!
//! # Formula
//! With `x = ln(F/K)`, `a = α (FK)^((β-1)/2)`, `h = (1-β) x/2`: `ζ = ν x (sinh h/h)/a`, `J = √((ζ-ρ)² + 1 - ρ²)`, distance
//! `D = asinh(ζ g)` with `g = 1 + ρζ/(J + 1 - ρζ)`, and `σ = a (h/sinh h) (ζ/D) (1 + T c)` with
//! `c = (1-β)²a²/24 + ρβνa/4 + (2-3ρ²)ν²/24`. Derivatives in a form in which nothing cancels: `∂D/∂ρ = ζ²g/((J + 1) J)` and,
//! with `y = ζ g` and `k = (1 - D/y)/y²`, `∂ ln(ζ/D)/∂ζ = ((ζ - 2ρ)/(J + 1) + (y/D) (ρ/(J + 1) - g y k))/J`.
//!
//! # Source
//! Hagan, Lesniewski, Woodward 2005; Obłój 2008; the first order in T of Hagan, Kumar, Lesniewski, Woodward 2002.
//!
//! # Reads
//! `smiles`, in tiles of 16 options, word `(option / 16)·112 + word·16 + option % 16`, each tile complete: x (-20 to 20),
//! a (1e-6 to 1e4), `1 - β` (0 to 1), ρ (-0.9999 to 0.9999), `1 - ρ²`, ν (0 to 100), T (0 to 100).
//!
//! # Writes
//! In tiles as above, spare options too:
//! - `totals`: `σ√T`, 1e-30 to 1e9;
//! - `slopes`: σ, D (of the sign of x), `∂σ/∂ln F` at constant α, `∂σ/∂ln α`, `∂σ/∂ρ`, `∂σ/∂ν`.
//!
//! # Tolerance
//! Against double precision, for `|ρ| <= 0.9`: 1e-6 of σ and D, and 3e-6 of σ in its derivatives. Nearer to 1 what
//! `ζ - ρ` loses counts `1/(1 - ρ²)` times. The twins differ by roots and reciprocals of a GPU.

mod cases;
mod cpu;
mod words;

use bytemuck::{Pod, Zeroable};

use crate::shared::fold::fold;
use crate::spec::{Access, Binding, Budget, Elem, Extent, Kernel, Per, Rdna2, Tolerance, Work};

pub use words::{SPARE, smile_words};

/// Words of `smiles` per option.
pub const SMILE: usize = 7;

/// Words of `slopes` per option.
pub const SLOPES: usize = 6;

/// Number of options.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
pub struct Params {
    /// Options of the chunk.
    pub items: u32,
    /// Zero.
    pub _pad: u32,
    /// Zero.
    pub _pad2: [u32; 2],
}

/// The kernel.
pub static KERNEL: Kernel = Kernel {
    name: "sabr",
    wgsl: concat!(
        include_str!("../../shared/fold.wgsl"),
        include_str!("../../shared/exp.wgsl"),
        include_str!("../../shared/ln.wgsl"),
        include_str!("../../shared/sinh.wgsl"),
        include_str!("gpu.wgsl")
    ),
    layout: layout!(Params { items, _pad, _pad2 }),
    bindings: &[
        Binding { name: "smiles", access: Access::Read, elem: Elem::F32 },
        Binding { name: "totals", access: Access::Write, elem: Elem::F32 },
        Binding { name: "slopes", access: Access::Write, elem: Elem::F32 },
    ],
    extents: |_| [SMILE, 1, SLOPES].map(Extent::PerItem).to_vec(),
    groups: |_, items| fold(items.div_ceil(64)),
    cpu: cpu::run,
    tolerance: Tolerance {
        absolute: 5e-6,
        relative: 5e-6,
        reason: "roots and reciprocals of 2.5 ulp, several in a row",
    },
    work: |_| Work { cpu_ns: 15.0, lane_cycles: 225.0 },
    rdna2: Rdna2::with(Budget::new(
            "option",
            Per::Thread,
            235.0,
            "eleven reciprocals and four roots, an exponential, a logarithm, four derivatives",
        )),
    cases: cases::all,
};
