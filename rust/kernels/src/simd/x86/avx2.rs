//! AVX2: two registers hold the sixteen lanes.

use std::arch::x86_64::*;

use super::shuffle;
use crate::simd::{Isa, LANES, TABLE, TABLE_SHIFT, U32, check_tile};

/// AVX2 with FMA.
#[derive(Clone, Copy, Debug)]
pub(super) struct Avx2;

/// Lanes 0 to 7 and 8 to 15.
type F = [__m256; 2];
type U = [__m256i; 2];

/// One instruction for each half.
macro_rules! halves {
    ($($name:ident $(<const $n:ident>)? ($($a:ident: $of:ty),+) -> $to:ty = $value:expr;)+) => {$(
        #[inline(always)]
        fn $name $(<const $n: u32>)? ($($a: $of),+) -> $to {
            // SAFETY: an `Avx2` body only runs inside `run_avx2`, which has the features.
            unsafe {
                let low = { $(let $a = $a[0];)+ $value };
                let high = { $(let $a = $a[1];)+ $value };
                [low, high]
            }
        }
    )+};
}

/// All bits.
#[inline(always)]
fn ones() -> __m256i {
    // SAFETY: an `Avx2` body only runs inside `run_avx2`, which has the features.
    unsafe { _mm256_set1_epi32(-1) }
}

/// Number of bits to shift by.
#[inline(always)]
fn bits(n: u32) -> __m128i {
    // SAFETY: SSE2 is part of x86-64.
    unsafe { _mm_cvtsi32_si128(n.cast_signed()) }
}

impl Isa for Avx2 {
    const FMA: bool = true;
    const REGISTERS: usize = 8;

    type Floats = F;
    type Words = U;
    /// Even lanes of both halves, then odd lanes, each in the low half of 64 bits; the high
    /// halves are arbitrary.
    type Wide = [U; 2];

    halves! {
        add(a: F, b: F) -> F = _mm256_add_ps(a, b);
        sub(a: F, b: F) -> F = _mm256_sub_ps(a, b);
        mul(a: F, b: F) -> F = _mm256_mul_ps(a, b);
        div(a: F, b: F) -> F = _mm256_div_ps(a, b);
        fma(a: F, b: F, c: F) -> F = _mm256_fmadd_ps(a, b, c);
        sqrt(a: F) -> F = _mm256_sqrt_ps(a);
        min(a: F, b: F) -> F = _mm256_min_ps(a, b);
        max(a: F, b: F) -> F = _mm256_max_ps(a, b);
        select_below(a: F, bound: F, yes: F, no: F) -> F =
            _mm256_blendv_ps(no, yes, _mm256_cmp_ps::<_CMP_LT_OQ>(a, bound));
        to_bits(a: F) -> U = _mm256_castps_si256(a);

        add_words(a: U, b: U) -> U = _mm256_add_epi32(a, b);
        sub_words(a: U, b: U) -> U = _mm256_sub_epi32(a, b);
        and(a: U, b: U) -> U = _mm256_and_si256(a, b);
        or(a: U, b: U) -> U = _mm256_or_si256(a, b);
        xor(a: U, b: U) -> U = _mm256_xor_si256(a, b);
        shl<const N>(a: U) -> U = _mm256_sll_epi32(a, bits(N));
        shr<const N>(a: U) -> U = _mm256_srl_epi32(a, bits(N));
        sar<const N>(a: U) -> U = _mm256_sra_epi32(a, bits(N));
        from_bits(a: U) -> F = _mm256_castsi256_ps(a);
        int_to_f32(a: U) -> F = _mm256_cvtepi32_ps(a);
        mul_words(a: U, b: U) -> U = _mm256_mullo_epi32(a, b);
        min_words(a: U, b: U) -> U = _mm256_min_epi32(a, b);
        max_words(a: U, b: U) -> U = _mm256_max_epi32(a, b);
        below(a: U, b: U) -> U =
            _mm256_andnot_si256(_mm256_cmpeq_epi32(_mm256_max_epu32(a, b), a), ones());
    }

    #[inline(always)]
    fn load(from: &[f32; LANES]) -> F {
        let at = from.as_ptr();
        // SAFETY: as above; eight values each of sixteen, unaligned.
        unsafe { [_mm256_loadu_ps(at), _mm256_loadu_ps(at.add(8))] }
    }

    #[inline(always)]
    fn store(a: F) -> [f32; LANES] {
        let mut to = [0.0; LANES];
        let at = to.as_mut_ptr();
        // SAFETY: as in `load`.
        unsafe {
            _mm256_storeu_ps(at, a[0]);
            _mm256_storeu_ps(at.add(8), a[1]);
        }
        to
    }

    #[inline(always)]
    fn splat(x: f32) -> F {
        // SAFETY: as above.
        unsafe { [_mm256_set1_ps(x); 2] }
    }

    #[inline(always)]
    fn load_words(from: &[u32; LANES]) -> U {
        let at = from.as_ptr();
        // SAFETY: as in `load`.
        unsafe { [_mm256_loadu_si256(at.cast()), _mm256_loadu_si256(at.add(8).cast())] }
    }

    #[inline(always)]
    fn store_words(a: U) -> [u32; LANES] {
        let mut to = [0; LANES];
        let at = to.as_mut_ptr();
        // SAFETY: as in `load`.
        unsafe {
            _mm256_storeu_si256(at.cast(), a[0]);
            _mm256_storeu_si256(at.add(8).cast(), a[1]);
        }
        to
    }

    #[inline(always)]
    fn splat_words(x: u32) -> U {
        // SAFETY: as above.
        unsafe { [_mm256_set1_epi32(x.cast_signed()); 2] }
    }

    #[inline(always)]
    fn lookup(table: &[u32; TABLE], a: U) -> U {
        let at = Self::shr::<TABLE_SHIFT>(a);
        let table = table.as_ptr().cast();
        // SAFETY: as above; ten bits are a place in the table.
        unsafe {
            [_mm256_i32gather_epi32::<4>(table, at[0]), _mm256_i32gather_epi32::<4>(table, at[1])]
        }
    }

    #[inline(always)]
    fn dot_bytes<const N: usize>(a: &[U32; N], b: &[U32; N]) -> U {
        const { assert!(N <= 32) };
        // SAFETY: as above.
        unsafe {
            let mut sums = [_mm256_setzero_si256(); 2];
            // The first word last: it may have been written a moment ago.
            for k in (0..N).rev() {
                let (a, b) = (Self::load_words(&a[k].0), Self::load_words(&b[k].0));
                for half in 0..2 {
                    let products = _mm256_maddubs_epi16(a[half], b[half]);
                    sums[half] = _mm256_add_epi16(sums[half], products);
                }
            }
            let one = _mm256_set1_epi16(1);
            [_mm256_madd_epi16(sums[0], one), _mm256_madd_epi16(sums[1], one)]
        }
    }

    #[inline(always)]
    fn widen(a: U) -> [U; 2] {
        [a, shift_right(a)]
    }

    #[inline(always)]
    fn narrow([even, odd]: [U; 2]) -> U {
        // SAFETY: as above.
        unsafe {
            [
                _mm256_blend_epi32::<0xAA>(even[0], _mm256_slli_epi64::<32>(odd[0])),
                _mm256_blend_epi32::<0xAA>(even[1], _mm256_slli_epi64::<32>(odd[1])),
            ]
        }
    }

    #[inline(always)]
    fn xor_wide(a: [U; 2], b: [U; 2], k: u32) -> [U; 2] {
        let k = Self::splat_words(k);
        [Self::xor(Self::xor(a[0], b[0]), k), Self::xor(Self::xor(a[1], b[1]), k)]
    }

    #[inline(always)]
    fn mul_wide([even, odd]: [U; 2], k: u32) -> ([U; 2], [U; 2]) {
        let k = Self::splat_words(k);
        // SAFETY: as above.
        let low = unsafe {
            [
                [_mm256_mul_epu32(even[0], k[0]), _mm256_mul_epu32(even[1], k[0])],
                [_mm256_mul_epu32(odd[0], k[0]), _mm256_mul_epu32(odd[1], k[0])],
            ]
        };
        ([shift_right(low[0]), shift_right(low[1])], low)
    }

    #[inline(always)]
    fn interleave(words: [U32; 4], to: &mut [u32; 4 * LANES]) {
        // SAFETY: as above.
        unsafe { shuffle::interleave(words, to) }
    }

    #[inline(always)]
    fn transpose(from: &[f32], from_stride: usize, to: &mut [f32], to_stride: usize) {
        check_tile(from, from_stride);
        check_tile(to, to_stride);
        // SAFETY: as above; both tiles lie inside their slices.
        unsafe { shuffle::transpose(from.as_ptr(), from_stride, to.as_mut_ptr(), to_stride) }
    }
}

/// High words to the place of low words.
#[inline(always)]
fn shift_right(a: U) -> U {
    // SAFETY: as above.
    unsafe { [_mm256_srli_epi64::<32>(a[0]), _mm256_srli_epi64::<32>(a[1])] }
}
