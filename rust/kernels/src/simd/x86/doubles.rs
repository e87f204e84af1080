//! Sixteen `f64`: four registers of AVX2 or two of AVX-512.

use std::arch::x86_64::*;

use super::avx2::Avx2;
use super::avx512::Avx512;
use crate::simd::{DoubleIsa, LANES};

/// One instruction for each of the registers.
macro_rules! instructions {
    ($doubles:ty, $registers:literal: $($name:ident($($a:ident),+) = $value:expr;)+) => {$(
        #[inline(always)]
        fn $name($($a: $doubles),+) -> $doubles {
            // SAFETY: a body of this instruction set only runs where it was detected.
            unsafe {
                let mut to = [std::mem::zeroed(); $registers];
                let mut i = 0;
                while i < $registers {
                    $(let $a = $a[i];)+
                    to[i] = $value;
                    i += 1;
                }
                to
            }
        }
    )+};
}

/// Loads, stores and constants of `$width` lanes a register.
macro_rules! memory {
    ($doubles:ty, $registers:literal, $load:ident, $store:ident, $splat:ident) => {
        #[inline(always)]
        fn load_doubles(from: &[f64; LANES]) -> $doubles {
            // SAFETY: as below; unaligned, and all parts lie in the array.
            unsafe {
                let mut to = [std::mem::zeroed(); $registers];
                let mut i = 0;
                while i < $registers {
                    to[i] = $load(from.as_ptr().add(i * (LANES / $registers)));
                    i += 1;
                }
                to
            }
        }

        #[inline(always)]
        fn store_doubles(a: $doubles) -> [f64; LANES] {
            let mut to = [0.0; LANES];
            // SAFETY: as in `load_doubles`.
            unsafe {
                let mut i = 0;
                while i < $registers {
                    $store(to.as_mut_ptr().add(i * (LANES / $registers)), a[i]);
                    i += 1;
                }
            }
            to
        }

        #[inline(always)]
        fn splat_double(x: f64) -> $doubles {
            // SAFETY: a body of this instruction set only runs where it was detected.
            unsafe { [$splat(x); $registers] }
        }
    };
}

type Four = [__m256d; 4];

impl DoubleIsa for Avx2 {
    type Doubles = Four;

    memory! { Four, 4, _mm256_loadu_pd, _mm256_storeu_pd, _mm256_set1_pd }

    instructions! { Four, 4:
        add_doubles(a, b) = _mm256_add_pd(a, b);
        sub_doubles(a, b) = _mm256_sub_pd(a, b);
        mul_doubles(a, b) = _mm256_mul_pd(a, b);
        div_doubles(a, b) = _mm256_div_pd(a, b);
        fma_doubles(a, b, c) = _mm256_fmadd_pd(a, b, c);
        sqrt_doubles(a) = _mm256_sqrt_pd(a);
        select_double_below(a, bound, yes, no) =
            _mm256_blendv_pd(no, yes, _mm256_cmp_pd::<_CMP_LT_OQ>(a, bound));
        add_bits(a, b) =
            _mm256_castsi256_pd(_mm256_add_epi64(_mm256_castpd_si256(a), _mm256_castpd_si256(b)));
        sub_bits(a, b) =
            _mm256_castsi256_pd(_mm256_sub_epi64(_mm256_castpd_si256(a), _mm256_castpd_si256(b)));
        and_bits(a, b) = _mm256_and_pd(a, b);
        or_bits(a, b) = _mm256_or_pd(a, b);
        xor_bits(a, b) = _mm256_xor_pd(a, b);
        shl_52(a) = _mm256_castsi256_pd(_mm256_slli_epi64::<52>(_mm256_castpd_si256(a)));
        shr_52(a) = _mm256_castsi256_pd(_mm256_srli_epi64::<52>(_mm256_castpd_si256(a)));
    }
}

type Two = [__m512d; 2];

impl<const VNNI: bool> DoubleIsa for Avx512<VNNI> {
    type Doubles = Two;

    memory! { Two, 2, _mm512_loadu_pd, _mm512_storeu_pd, _mm512_set1_pd }

    instructions! { Two, 2:
        add_doubles(a, b) = _mm512_add_pd(a, b);
        sub_doubles(a, b) = _mm512_sub_pd(a, b);
        mul_doubles(a, b) = _mm512_mul_pd(a, b);
        div_doubles(a, b) = _mm512_div_pd(a, b);
        fma_doubles(a, b, c) = _mm512_fmadd_pd(a, b, c);
        sqrt_doubles(a) = _mm512_sqrt_pd(a);
        select_double_below(a, bound, yes, no) =
            _mm512_mask_blend_pd(_mm512_cmp_pd_mask::<_CMP_LT_OQ>(a, bound), no, yes);
        add_bits(a, b) =
            _mm512_castsi512_pd(_mm512_add_epi64(_mm512_castpd_si512(a), _mm512_castpd_si512(b)));
        sub_bits(a, b) =
            _mm512_castsi512_pd(_mm512_sub_epi64(_mm512_castpd_si512(a), _mm512_castpd_si512(b)));
        and_bits(a, b) = _mm512_and_pd(a, b);
        or_bits(a, b) = _mm512_or_pd(a, b);
        xor_bits(a, b) = _mm512_xor_pd(a, b);
        shl_52(a) = _mm512_castsi512_pd(_mm512_slli_epi64::<52>(_mm512_castpd_si512(a)));
        shr_52(a) = _mm512_castsi512_pd(_mm512_srli_epi64::<52>(_mm512_castpd_si512(a)));
    }
}
