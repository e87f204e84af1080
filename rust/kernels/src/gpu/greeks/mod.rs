//! Price and derivatives of European options in natural units, many at a time.
//!
//! # Computes
//! Black, Scholes and Merton's price and its derivatives for the side out of the money, each as a number near 1.
//! [`natural`] makes the words, gives the results their units and the other side by
//! parity, in double precision; [`black_scholes`](crate::math::options::black_scholes) is in double precision throughout.
//!
//! # Formula
//! With `F = S e^((r-q)T)`, `x = ln(F/K)` and `s = σ√T`: `d₁ = x/s + s/2`, `d₂ = d₁ - s`. Of the two the one nearer
//! to 0 is, up to its sign, `d = |x|/s - s/2`, and the other `d + s`. With `t(a) = N(-a) e^(a²/2)` the option is worth
//! `e^(-d²/2) (t(d) - t(d + s))` of the smaller of `S e^(-qT)` and `K e^(-rT)`, and every derivative is made of the
//! two terms and of `φ(d)`. At `s = 1e-30` an option is its own limit: price and density are 0.
//!
//! # Source
//! Black, Scholes 1973; Merton 1973; Jäckel 2015, "Let's be rational", for the factor that both terms share.
//!
//! # Reads
//! In tiles of 16 options, word `(option / 16)·words·16 + word·16 + option % 16`, each tile complete:
//! - `options`: x (-2000 to 2000), `rτ` and `qτ` (-1000 to 1000), τ being T, or any time where s is 1e-30;
//! - `totals`: s, 1e-30 to 1e9.
//!
//! # Writes
//! In tiles as above, spare options too. m is the smaller of `S e^(-qT)` and `K e^(-rT)`; below `x = 0` the option is a call,
//! else a put. In parentheses what a word is multiplied by:
//! - `first`: price (m), delta (`m/S`), density (`m/(S² s)` for gamma, `m√T` for vega), rho (`m T`), theta (`m/τ`);
//! - `second`: vanna (`m/(S σ)`), volga (`m√T/σ`), charm (`m/(S τ)`), speed (`m/(S³ s²)`), zomma (`m/(S² s σ)`),
//!   color (`m/(S² s τ)`), veta (`m√T/τ`), ultima (`m√T/σ²`).
//!
//! # Tolerance
//! Against double precision: 3e-7 of these units, times `1 + |r-q| T/s` where that enters. The twins differ by the
//! reciprocals of a GPU.

mod cases;
mod cpu;
pub mod natural;

use bytemuck::{Pod, Zeroable};

use crate::shared::fold::fold;
use crate::spec::{Access, Binding, Budget, Elem, Extent, Kernel, Per, Rdna2, Tolerance, Work};

/// Words of `options` per option.
pub const OPTION: usize = 3;

/// Words of `first` per option.
pub const FIRST: usize = 5;

/// Words of `second` per option.
pub const SECOND: usize = 8;

/// Total volatility at which an option is its own limit.
pub const STILL: f32 = 1e-30;

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
    name: "greeks",
    wgsl: concat!(
        include_str!("../../shared/fold.wgsl"),
        include_str!("../../shared/exp.wgsl"),
        include_str!("gpu.wgsl")
    ),
    layout: layout!(Params { items, _pad, _pad2 }),
    bindings: &[
        Binding { name: "options", access: Access::Read, elem: Elem::F32 },
        Binding { name: "totals", access: Access::Read, elem: Elem::F32 },
        Binding { name: "first", access: Access::Write, elem: Elem::F32 },
        Binding { name: "second", access: Access::Write, elem: Elem::F32 },
    ],
    extents: |_| [OPTION, 1, FIRST, SECOND].map(Extent::PerItem).to_vec(),
    groups: |_, items| fold(items.div_ceil(64)),
    cpu: cpu::run,
    tolerance: Tolerance {
        absolute: 2e-6,
        relative: 2e-6,
        reason: "reciprocals of 2.5 ulp, in d₁ and d₂ of a few units",
    },
    work: |_| Work { cpu_ns: 6.0, lane_cycles: 120.0 },
    rdna2: Rdna2::with(Budget::new(
            "option",
            Per::Thread,
            125.0,
            "two tails behind a reciprocal, an exponential, thirteen words made of them",
        )),
    cases: cases::all,
};
