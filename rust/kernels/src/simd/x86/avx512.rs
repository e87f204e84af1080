//! AVX-512: one register holds the sixteen lanes.

use std::arch::x86_64::{
    __m512i, _mm512_loadu_si512, _mm512_mask_blend_epi32, _mm512_mul_epu32, _mm512_set1_epi32,
    _mm512_shuffle_i32x4, _mm512_slli_epi64, _mm512_srli_epi64, _mm512_storeu_si512,
    _mm512_ternarylogic_epi32, _mm512_unpackhi_epi32, _mm512_unpackhi_epi64, _mm512_unpacklo_epi32,
    _mm512_unpacklo_epi64,
};

use super::avx2;
use crate::simd::{Isa, LANES, U32, check_tile};

/// AVX-512 F, DQ, BW and VL.
#[derive(Clone, Copy)]
pub(super) struct Avx512;

impl Isa for Avx512 {
    const FMA: bool = true;

    /// Even and odd lanes apart, each in the low half of 64 bits; the high halves are arbitrary.
    type Words = [__m512i; 2];

    #[inline(always)]
    fn words(lanes: U32) -> Self::Words {
        // SAFETY: an `Avx512` body only runs inside `run_avx512`, whose features cover the
        // callee's.
        unsafe { words(lanes) }
    }

    #[inline(always)]
    fn lanes(words: Self::Words) -> U32 {
        // SAFETY: as above.
        unsafe { lanes(words) }
    }

    #[inline(always)]
    fn xor(a: Self::Words, b: Self::Words, k: u32) -> Self::Words {
        // SAFETY: as above.
        unsafe { [xor(a[0], b[0], k), xor(a[1], b[1], k)] }
    }

    #[inline(always)]
    fn mul_wide(a: Self::Words, k: u32) -> (Self::Words, Self::Words) {
        // SAFETY: as above.
        unsafe { mul_wide(a, k) }
    }

    #[inline(always)]
    fn interleave(words: [U32; 4], to: &mut [u32; 4 * LANES]) {
        // SAFETY: as above.
        unsafe { interleave(words, to) }
    }

    #[inline(always)]
    fn transpose(from: &[f32], from_stride: usize, to: &mut [f32], to_stride: usize) {
        check_tile(from, from_stride);
        check_tile(to, to_stride);
        // SAFETY: as above; both tiles lie inside their slices.
        unsafe { avx2::transpose(from.as_ptr(), from_stride, to.as_mut_ptr(), to_stride) }
    }
}

#[inline]
#[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")]
fn load(a: U32) -> __m512i {
    // SAFETY: sixteen words; the load is unaligned.
    unsafe { _mm512_loadu_si512(a.0.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")]
fn words(a: U32) -> [__m512i; 2] {
    let even = load(a);
    [even, _mm512_srli_epi64::<32>(even)]
}

#[inline]
#[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")]
fn lanes([even, odd]: [__m512i; 2]) -> U32 {
    let mut lanes = U32::splat(0);
    let joined = _mm512_mask_blend_epi32(0xAAAA, even, _mm512_slli_epi64::<32>(odd));
    // SAFETY: sixteen words; the store is unaligned.
    unsafe { _mm512_storeu_si512(lanes.0.as_mut_ptr().cast(), joined) };
    lanes
}

#[inline]
#[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")]
fn xor(a: __m512i, b: __m512i, k: u32) -> __m512i {
    _mm512_ternarylogic_epi32::<0x96>(a, b, _mm512_set1_epi32(k.cast_signed()))
}

#[inline]
#[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")]
fn mul_wide([even, odd]: [__m512i; 2], k: u32) -> ([__m512i; 2], [__m512i; 2]) {
    let k = _mm512_set1_epi32(k.cast_signed());
    let low = [_mm512_mul_epu32(even, k), _mm512_mul_epu32(odd, k)];
    ([_mm512_srli_epi64::<32>(low[0]), _mm512_srli_epi64::<32>(low[1])], low)
}

#[inline]
#[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")]
fn interleave(words: [U32; 4], to: &mut [u32; 4 * LANES]) {
    let [a, b, c, d] = [load(words[0]), load(words[1]), load(words[2]), load(words[3])];
    let (ab, ab_high) = (_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
    let (cd, cd_high) = (_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
    // Records i, i + 4, i + 8, i + 12 in 128 bits each, for i = 0 to 3.
    let records = [
        _mm512_unpacklo_epi64(ab, cd),
        _mm512_unpackhi_epi64(ab, cd),
        _mm512_unpacklo_epi64(ab_high, cd_high),
        _mm512_unpackhi_epi64(ab_high, cd_high),
    ];
    // A transpose of 4 × 4 records.
    let (low01, low23) = (
        _mm512_shuffle_i32x4::<0x44>(records[0], records[1]),
        _mm512_shuffle_i32x4::<0x44>(records[2], records[3]),
    );
    let (high01, high23) = (
        _mm512_shuffle_i32x4::<0xEE>(records[0], records[1]),
        _mm512_shuffle_i32x4::<0xEE>(records[2], records[3]),
    );
    let ordered = [
        _mm512_shuffle_i32x4::<0x88>(low01, low23),
        _mm512_shuffle_i32x4::<0xDD>(low01, low23),
        _mm512_shuffle_i32x4::<0x88>(high01, high23),
        _mm512_shuffle_i32x4::<0xDD>(high01, high23),
    ];
    for (to, records) in to.as_chunks_mut::<LANES>().0.iter_mut().zip(ordered) {
        // SAFETY: sixteen words; the store is unaligned.
        unsafe { _mm512_storeu_si512(to.as_mut_ptr().cast(), records) }
    }
}
