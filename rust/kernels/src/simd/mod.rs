//! Sixteen virtual lanes and run-time dispatch.
//!
//! A CPU twin computes on sixteen lanes whatever the machine has: two AVX2 registers, one AVX-512
//! register or four NEON registers. Every operation is correctly rounded on each of them and
//! written once, so the instruction set changes speed and not bits; only a CPU without fused
//! multiply-add may differ, within tolerance. The number of lanes is part of the result: sums run lane by lane and
//! are folded in the order of sixteen, so these are lanes of our own and not those of a library, whose width
//! follows the machine.
//!
//! [`F32`] and [`U32`] are lanes in memory, with operators that the compiler vectorises where the
//! code around them is simple. [`Floats`] and [`Words`] are lanes in the registers of an [`Isa`],
//! with its instructions: the choice for hot loops, which load lanes, compute and store lanes;
//! [`Doubles`] are the same in double precision.
//!
//! [`dispatch`] picks the instruction set at run time. Unsafe code of this crate is confined to
//! `x86/` beside this file.

mod double_isa;
mod doubles;
mod isa;
mod lanes;
mod portable;
mod portable_doubles;
mod registers;
#[cfg(target_arch = "x86_64")]
mod x86;

use std::sync::atomic::{AtomicU8, Ordering};

pub use double_isa::DoubleIsa;
pub use doubles::Doubles;
pub use isa::Isa;
pub use lanes::{F32, F64, U32};
pub use portable::Portable;
pub use registers::{Floats, Words};

/// Number of virtual lanes.
pub use crate::spec::LANES;

/// Words of a table that [`Words::lookup`] reads.
pub const TABLE: usize = 1 << (32 - TABLE_SHIFT);

/// Bits below the number of a word in such a table.
const TABLE_SHIFT: u32 = 22;

/// Panics unless a tile of 16 × 16 values, rows `stride` apart, lies in `slice`.
#[inline(always)]
fn check_tile(slice: &[f32], stride: usize) {
    let fits = stride >= LANES && slice.len().saturating_sub(LANES) / (LANES - 1) >= stride;
    assert!(fits, "a tile of 16 rows, {stride} apart");
}

/// A computation written once for every instruction set.
pub trait Body {
    /// What it returns.
    type Output;

    /// Runs on `S`. Must be `#[inline(always)]`, as everything hot that it calls, so that it is
    /// compiled with the instructions of `S`. A closure is such a callee and cannot be marked:
    /// called from more than one place it is not inlined, and runs as slow portable code.
    fn run<S: Isa>(self) -> Self::Output;
}

/// Instruction sets that [`dispatch`] knows, slowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Level {
    /// What every CPU of the target architecture has.
    Portable = 0,
    /// AVX2 with FMA.
    Avx2 = 1,
    /// AVX-512 F, DQ, BW and VL.
    Avx512 = 2,
    /// The same with VNNI, sums of products of bytes.
    Avx512Vnni = 3,
}

impl Level {
    /// Name for logs and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Portable if cfg!(target_arch = "aarch64") => "NEON",
            Self::Portable => "portable",
            Self::Avx2 => "AVX2",
            Self::Avx512 => "AVX-512",
            Self::Avx512Vnni => "AVX-512 VNNI",
        }
    }

    /// Whether this level fuses multiply-add; without it columns agree within tolerance only.
    #[must_use]
    pub const fn fused(self) -> bool {
        Portable::FMA || !matches!(self, Self::Portable)
    }
}

/// Levels that this CPU has, slowest first.
#[must_use]
pub fn available() -> Vec<Level> {
    #[allow(unused_mut)]
    let mut levels = vec![Level::Portable];
    #[cfg(target_arch = "x86_64")]
    levels.extend(x86::levels());
    levels
}

/// Chosen level + 1; 0 means the best available.
static CHOSEN: AtomicU8 = AtomicU8::new(0);

/// Limits [`dispatch`] to `level` for the whole process, or lifts the limit: for tests that
/// compare levels and for benchmarks.
///
/// # Panics
/// Panics if this CPU does not have `level`.
pub fn select(level: Option<Level>) {
    if let Some(level) = level {
        assert!(available().contains(&level), "this CPU has no {}", level.name());
    }
    CHOSEN.store(level.map_or(0, |l| l as u8 + 1), Ordering::Relaxed);
}

/// The level that [`dispatch`] uses now.
#[must_use]
pub fn level() -> Level {
    match CHOSEN.load(Ordering::Relaxed) {
        1 => Level::Portable,
        2 => Level::Avx2,
        3 => Level::Avx512,
        4 => Level::Avx512Vnni,
        _ => {
            #[cfg(target_arch = "x86_64")]
            let best = x86::best();
            #[cfg(not(target_arch = "x86_64"))]
            let best = Level::Portable;
            best
        }
    }
}

/// Runs `body` with the instructions of [`level`].
pub fn dispatch<B: Body>(body: B) -> B::Output {
    #[cfg(target_arch = "x86_64")]
    return x86::dispatch(level(), body);
    #[cfg(not(target_arch = "x86_64"))]
    body.run::<Portable>()
}

#[cfg(test)]
mod tests;
