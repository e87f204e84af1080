//! Sixteen virtual lanes and run-time dispatch.
//!
//! A CPU twin computes on [`F32`] and [`U32`], arrays of sixteen that the compiler maps to two
//! AVX2 registers, one AVX-512 register or four NEON registers. Every operation is correctly
//! rounded on each of them and written once, so the instruction set changes speed and not bits;
//! only a CPU without fused multiply-add may differ, within tolerance.
//!
//! [`dispatch`] picks the instruction set at run time. Unsafe code of this crate is confined to
//! `x86/` beside this file.

mod lanes;
#[cfg(target_arch = "x86_64")]
mod x86;

use std::sync::atomic::{AtomicU8, Ordering};

pub use lanes::{F32, U32};

/// Number of virtual lanes.
pub use crate::spec::LANES;

/// An instruction set as a type: what a body needs to know about it at compile time.
pub trait Isa: Copy {
    /// Whether `a * b + c` is one fused, correctly rounded operation.
    const FMA: bool;

    /// Sixteen words in registers, in the form that wide products want. Integer code that mixes
    /// products with other steps stays in this form: taken apart into lanes in between, it is
    /// not put together again by the compiler.
    type Words: Copy;

    /// The words of the lanes.
    fn words(lanes: U32) -> Self::Words;

    /// The lanes of the words.
    fn lanes(words: Self::Words) -> U32;

    /// `a ^ b ^ k`.
    fn xor(a: Self::Words, b: Self::Words, k: u32) -> Self::Words;

    /// High and low words of the 64-bit products with `k`.
    fn mul_wide(a: Self::Words, k: u32) -> (Self::Words, Self::Words);

    /// Writes word `k` of each lane `i` to `4 i + k`.
    #[inline(always)]
    fn interleave(words: [U32; 4], to: &mut [u32; 4 * LANES]) {
        for (i, to) in to.as_chunks_mut::<4>().0.iter_mut().enumerate() {
            *to = [words[0].0[i], words[1].0[i], words[2].0[i], words[3].0[i]];
        }
    }

    /// Writes the tile of 16 rows of 16 values at `from`, rows `from_stride` apart, to `to` with
    /// rows and columns exchanged.
    ///
    /// # Panics
    /// Panics if a tile does not lie in its slice, or rows overlap.
    #[inline(always)]
    fn transpose(from: &[f32], from_stride: usize, to: &mut [f32], to_stride: usize) {
        check_tile(from, from_stride);
        check_tile(to, to_stride);
        for i in 0..LANES {
            for j in 0..LANES {
                to[j * to_stride + i] = from[i * from_stride + j];
            }
        }
    }
}

/// Panics unless a tile of 16 × 16 values, rows `stride` apart, lies in `slice`.
#[inline(always)]
fn check_tile(slice: &[f32], stride: usize) {
    let fits = stride >= LANES && slice.len().saturating_sub(LANES) / (LANES - 1) >= stride;
    assert!(fits, "a tile of 16 rows, {stride} apart");
}

/// Portable code: SSE2 on x86-64, NEON on 64-bit Arm.
#[derive(Clone, Copy, Debug)]
pub struct Portable;

impl Isa for Portable {
    const FMA: bool = cfg!(target_arch = "aarch64");

    type Words = U32;

    #[inline(always)]
    fn words(lanes: U32) -> U32 {
        lanes
    }

    #[inline(always)]
    fn lanes(words: U32) -> U32 {
        words
    }

    #[inline(always)]
    fn xor(a: U32, b: U32, k: u32) -> U32 {
        a ^ b ^ U32::splat(k)
    }

    #[inline(always)]
    fn mul_wide(a: U32, k: u32) -> (U32, U32) {
        let (mut high, mut low) = (a, a);
        for i in 0..LANES {
            let wide = u64::from(a.0[i]) * u64::from(k);
            (high.0[i], low.0[i]) = ((wide >> 32) as u32, wide as u32);
        }
        (high, low)
    }
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
