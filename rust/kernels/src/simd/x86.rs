//! AVX2 and AVX-512 entry points.
#![allow(unsafe_code)]

use std::arch::x86_64 as arch;

use super::{Body, Isa, Level, Portable, U32};

/// AVX2 with FMA.
#[derive(Clone, Copy)]
struct Avx2;

/// AVX-512 F, DQ, BW and VL.
#[derive(Clone, Copy)]
struct Avx512;

impl Isa for Avx2 {
    const FMA: bool = true;

    #[inline(always)]
    fn mul_wide(a: U32, k: u32) -> (U32, U32) {
        // SAFETY: an `Avx2` body only runs inside `avx2`, whose features cover the callee's.
        unsafe { mul_wide_avx2(a, k) }
    }
}

impl Isa for Avx512 {
    const FMA: bool = true;

    #[inline(always)]
    fn mul_wide(a: U32, k: u32) -> (U32, U32) {
        // SAFETY: an `Avx512` body only runs inside `avx512`, whose features cover the callee's.
        unsafe { mul_wide_avx512(a, k) }
    }
}

/// Even and odd lanes are multiplied apart and blended back.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn mul_wide_avx2(a: U32, k: u32) -> (U32, U32) {
    let (mut high, mut low) = (U32::splat(0), U32::splat(0));
    let factor = arch::_mm256_set1_epi32(k.cast_signed());
    for half in 0..2 {
        let at = 8 * half;
        // SAFETY: each half is eight u32 inside an array of sixteen; loads are unaligned.
        let x = unsafe { arch::_mm256_loadu_si256(a.0[at..at + 8].as_ptr().cast()) };
        let even = arch::_mm256_mul_epu32(x, factor);
        let odd = arch::_mm256_mul_epu32(arch::_mm256_srli_epi64::<32>(x), factor);
        let hi = arch::_mm256_blend_epi32::<0xAA>(arch::_mm256_srli_epi64::<32>(even), odd);
        let lo = arch::_mm256_blend_epi32::<0xAA>(even, arch::_mm256_slli_epi64::<32>(odd));
        // SAFETY: as above, for stores.
        unsafe {
            arch::_mm256_storeu_si256(high.0[at..at + 8].as_mut_ptr().cast(), hi);
            arch::_mm256_storeu_si256(low.0[at..at + 8].as_mut_ptr().cast(), lo);
        }
    }
    (high, low)
}

/// Even and odd lanes are multiplied apart and blended back.
#[inline]
#[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")]
fn mul_wide_avx512(a: U32, k: u32) -> (U32, U32) {
    let (mut high, mut low) = (U32::splat(0), U32::splat(0));
    let factor = arch::_mm512_set1_epi32(k.cast_signed());
    // SAFETY: sixteen u32, unaligned load.
    let x = unsafe { arch::_mm512_loadu_si512(a.0.as_ptr().cast()) };
    let even = arch::_mm512_mul_epu32(x, factor);
    let odd = arch::_mm512_mul_epu32(arch::_mm512_srli_epi64::<32>(x), factor);
    let hi = arch::_mm512_mask_blend_epi32(0xAAAA, arch::_mm512_srli_epi64::<32>(even), odd);
    let lo = arch::_mm512_mask_blend_epi32(0xAAAA, even, arch::_mm512_slli_epi64::<32>(odd));
    // SAFETY: sixteen u32 each, unaligned stores.
    unsafe {
        arch::_mm512_storeu_si512(high.0.as_mut_ptr().cast(), hi);
        arch::_mm512_storeu_si512(low.0.as_mut_ptr().cast(), lo);
    }
    (high, low)
}

#[inline(never)]
#[target_feature(enable = "avx2,fma,bmi1,bmi2,popcnt,lzcnt")]
fn avx2<B: Body>(body: B) -> B::Output {
    body.run::<Avx2>()
}

#[inline(never)]
#[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma,bmi1,bmi2,popcnt,lzcnt")]
fn avx512<B: Body>(body: B) -> B::Output {
    body.run::<Avx512>()
}

fn has_avx2() -> bool {
    is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("fma")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("popcnt")
        && is_x86_feature_detected!("lzcnt")
}

fn has_avx512() -> bool {
    has_avx2()
        && is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512vl")
}

/// Levels above portable that this CPU has.
pub(super) fn levels() -> impl Iterator<Item = Level> {
    [(has_avx2(), Level::Avx2), (has_avx512(), Level::Avx512)]
        .into_iter()
        .filter_map(|(has, level)| has.then_some(level))
}

/// The fastest level of this CPU (the detection itself is cached by the standard library).
pub(super) fn best() -> Level {
    levels().last().unwrap_or(Level::Portable)
}

pub(super) fn dispatch<B: Body>(level: Level, body: B) -> B::Output {
    match level {
        Level::Portable => body.run::<Portable>(),
        // SAFETY: `level` is one that `levels` found on this CPU.
        Level::Avx2 => unsafe { avx2(body) },
        // SAFETY: as above.
        Level::Avx512 => unsafe { avx512(body) },
    }
}
