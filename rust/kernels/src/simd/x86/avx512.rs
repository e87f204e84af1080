//! AVX-512: one register holds the sixteen lanes.

use std::arch::x86_64::*;

use super::shuffle;
use crate::simd::{Isa, LANES, TABLE, TABLE_SHIFT, U32, check_tile};

/// AVX-512 F, DQ, BW and VL, with VNNI or without.
#[derive(Clone, Copy, Debug)]
pub(super) struct Avx512<const VNNI: bool>;

/// One instruction each.
macro_rules! instructions {
    ($($name:ident $(<const $n:ident>)? ($($a:ident: $of:ty),*) -> $to:ty = $value:expr;)+) => {$(
        #[inline(always)]
        fn $name $(<const $n: u32>)? ($($a: $of),*) -> $to {
            // SAFETY: an `Avx512` body only runs inside `run_avx512` or `run_avx512_vnni`, which
            // have the features; loads and stores are unaligned and inside their arrays.
            unsafe { $value }
        }
    )+};
}

impl<const VNNI: bool> Isa for Avx512<VNNI> {
    const FMA: bool = true;
    const REGISTERS: usize = 32;

    type Floats = __m512;
    type Words = __m512i;
    /// Even lanes, then odd lanes, each in the low half of 64 bits; the high halves are arbitrary.
    type Wide = [__m512i; 2];

    instructions! {
        load(from: &[f32; LANES]) -> __m512 = _mm512_loadu_ps(from.as_ptr());
        splat(x: f32) -> __m512 = _mm512_set1_ps(x);
        add(a: __m512, b: __m512) -> __m512 = _mm512_add_ps(a, b);
        sub(a: __m512, b: __m512) -> __m512 = _mm512_sub_ps(a, b);
        mul(a: __m512, b: __m512) -> __m512 = _mm512_mul_ps(a, b);
        div(a: __m512, b: __m512) -> __m512 = _mm512_div_ps(a, b);
        fma(a: __m512, b: __m512, c: __m512) -> __m512 = _mm512_fmadd_ps(a, b, c);
        sqrt(a: __m512) -> __m512 = _mm512_sqrt_ps(a);
        min(a: __m512, b: __m512) -> __m512 = _mm512_min_ps(a, b);
        max(a: __m512, b: __m512) -> __m512 = _mm512_max_ps(a, b);
        select_below(a: __m512, bound: __m512, yes: __m512, no: __m512) -> __m512 =
            _mm512_mask_blend_ps(_mm512_cmp_ps_mask::<_CMP_LT_OQ>(a, bound), no, yes);
        to_bits(a: __m512) -> __m512i = _mm512_castps_si512(a);

        load_words(from: &[u32; LANES]) -> __m512i = _mm512_loadu_si512(from.as_ptr().cast());
        splat_words(x: u32) -> __m512i = _mm512_set1_epi32(x.cast_signed());
        add_words(a: __m512i, b: __m512i) -> __m512i = _mm512_add_epi32(a, b);
        sub_words(a: __m512i, b: __m512i) -> __m512i = _mm512_sub_epi32(a, b);
        and(a: __m512i, b: __m512i) -> __m512i = _mm512_and_si512(a, b);
        or(a: __m512i, b: __m512i) -> __m512i = _mm512_or_si512(a, b);
        xor(a: __m512i, b: __m512i) -> __m512i = _mm512_xor_si512(a, b);
        shl<const N>(a: __m512i) -> __m512i = _mm512_slli_epi32::<N>(a);
        shr<const N>(a: __m512i) -> __m512i = _mm512_srli_epi32::<N>(a);
        sar<const N>(a: __m512i) -> __m512i = _mm512_srai_epi32::<N>(a);
        from_bits(a: __m512i) -> __m512 = _mm512_castsi512_ps(a);
        int_to_f32(a: __m512i) -> __m512 = _mm512_cvtepi32_ps(a);
        mul_words(a: __m512i, b: __m512i) -> __m512i = _mm512_mullo_epi32(a, b);
        min_words(a: __m512i, b: __m512i) -> __m512i = _mm512_min_epi32(a, b);
        max_words(a: __m512i, b: __m512i) -> __m512i = _mm512_max_epi32(a, b);
        below(a: __m512i, b: __m512i) -> __m512i =
            _mm512_movm_epi32(_mm512_cmplt_epu32_mask(a, b));
        // Ten bits are a place in the table.
        lookup(table: &[u32; TABLE], a: __m512i) -> __m512i = _mm512_i32gather_epi32::<4>(
            _mm512_srli_epi32::<TABLE_SHIFT>(a),
            table.as_ptr().cast(),
        );

        widen(a: __m512i) -> [__m512i; 2] = [a, _mm512_srli_epi64::<32>(a)];
        narrow(a: [__m512i; 2]) -> __m512i =
            _mm512_mask_blend_epi32(0xAAAA, a[0], _mm512_slli_epi64::<32>(a[1]));
        xor_wide(a: [__m512i; 2], b: [__m512i; 2], k: u32) -> [__m512i; 2] = [
            _mm512_ternarylogic_epi32::<0x96>(a[0], b[0], _mm512_set1_epi32(k.cast_signed())),
            _mm512_ternarylogic_epi32::<0x96>(a[1], b[1], _mm512_set1_epi32(k.cast_signed())),
        ];
        interleave(words: [U32; 4], to: &mut [u32; 4 * LANES]) -> () = interleave(words, to);
    }

    #[inline(always)]
    fn store(a: __m512) -> [f32; LANES] {
        let mut to = [0.0; LANES];
        // SAFETY: as above; sixteen values are stored to sixteen.
        unsafe { _mm512_storeu_ps(to.as_mut_ptr(), a) };
        to
    }

    #[inline(always)]
    fn store_words(a: __m512i) -> [u32; LANES] {
        let mut to = [0; LANES];
        // SAFETY: as above.
        unsafe { _mm512_storeu_si512(to.as_mut_ptr().cast(), a) };
        to
    }

    #[inline(always)]
    fn dot_bytes<const N: usize>(a: &[U32; N], b: &[U32; N]) -> __m512i {
        const { assert!(N <= 32) };
        // SAFETY: as above; without VNNI its instruction is not reached.
        unsafe {
            // Two sums, so that one need not wait for the one before.
            let mut sums = [_mm512_setzero_si512(); 2];
            // The first word last: it may have been written a moment ago.
            for k in (0..N).rev() {
                let (a, b) = (Self::load_words(&a[k].0), Self::load_words(&b[k].0));
                let sum = &mut sums[k % 2];
                *sum = if VNNI {
                    _mm512_dpbusd_epi32(*sum, a, b)
                } else {
                    _mm512_add_epi16(*sum, _mm512_maddubs_epi16(a, b))
                };
            }
            if VNNI {
                return _mm512_add_epi32(sums[0], sums[1]);
            }
            _mm512_madd_epi16(_mm512_add_epi16(sums[0], sums[1]), _mm512_set1_epi16(1))
        }
    }

    #[inline(always)]
    fn mul_wide(a: [__m512i; 2], k: u32) -> ([__m512i; 2], [__m512i; 2]) {
        // SAFETY: as above.
        unsafe {
            let k = _mm512_set1_epi32(k.cast_signed());
            let low = [_mm512_mul_epu32(a[0], k), _mm512_mul_epu32(a[1], k)];
            ([_mm512_srli_epi64::<32>(low[0]), _mm512_srli_epi64::<32>(low[1])], low)
        }
    }

    #[inline(always)]
    fn transpose(from: &[f32], from_stride: usize, to: &mut [f32], to_stride: usize) {
        check_tile(from, from_stride);
        check_tile(to, to_stride);
        // SAFETY: as above; both tiles lie inside their slices.
        unsafe { shuffle::transpose(from.as_ptr(), from_stride, to.as_mut_ptr(), to_stride) }
    }
}

#[inline]
#[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")]
fn interleave(words: [U32; 4], to: &mut [u32; 4 * LANES]) {
    // SAFETY: sixteen words each; loads are unaligned.
    let [a, b, c, d] = unsafe {
        [
            _mm512_loadu_si512(words[0].0.as_ptr().cast()),
            _mm512_loadu_si512(words[1].0.as_ptr().cast()),
            _mm512_loadu_si512(words[2].0.as_ptr().cast()),
            _mm512_loadu_si512(words[3].0.as_ptr().cast()),
        ]
    };
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
    let low01 = _mm512_shuffle_i32x4::<0x44>(records[0], records[1]);
    let low23 = _mm512_shuffle_i32x4::<0x44>(records[2], records[3]);
    let high01 = _mm512_shuffle_i32x4::<0xEE>(records[0], records[1]);
    let high23 = _mm512_shuffle_i32x4::<0xEE>(records[2], records[3]);
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
