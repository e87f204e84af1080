//! AVX2: two registers hold the sixteen lanes.

use std::arch::x86_64::{
    __m256, __m256i, _mm256_blend_epi32, _mm256_loadu_ps, _mm256_loadu_si256, _mm256_mul_epu32,
    _mm256_permute2f128_ps, _mm256_permute2x128_si256, _mm256_set1_epi32, _mm256_shuffle_ps,
    _mm256_slli_epi64, _mm256_srli_epi64, _mm256_storeu_ps, _mm256_storeu_si256,
    _mm256_unpackhi_epi32, _mm256_unpackhi_epi64, _mm256_unpackhi_ps, _mm256_unpacklo_epi32,
    _mm256_unpacklo_epi64, _mm256_unpacklo_ps,
};

use crate::simd::{Isa, LANES, U32, check_tile};

/// AVX2 with FMA.
#[derive(Clone, Copy)]
pub(super) struct Avx2;

impl Isa for Avx2 {
    const FMA: bool = true;

    #[inline(always)]
    fn mul_wide(a: U32, k: u32) -> (U32, U32) {
        // SAFETY: an `Avx2` body only runs inside `run_avx2`, whose features cover the callee's.
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
        unsafe { transpose(from.as_ptr(), from_stride, to.as_mut_ptr(), to_stride) }
    }
}

/// Lanes 0 to 7 and 8 to 15.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn halves(a: U32) -> [__m256i; 2] {
    // SAFETY: eight words each inside an array of sixteen; loads are unaligned.
    unsafe {
        [_mm256_loadu_si256(a.0.as_ptr().cast()), _mm256_loadu_si256(a.0.as_ptr().add(8).cast())]
    }
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn join([low, high]: [__m256i; 2]) -> U32 {
    let mut joined = U32::splat(0);
    // SAFETY: as in `halves`, for stores.
    unsafe {
        _mm256_storeu_si256(joined.0.as_mut_ptr().cast(), low);
        _mm256_storeu_si256(joined.0.as_mut_ptr().add(8).cast(), high);
    }
    joined
}

/// Even and odd lanes are multiplied apart and blended back.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn mul_wide(a: U32, k: u32) -> (U32, U32) {
    let factor = _mm256_set1_epi32(k.cast_signed());
    let [mut high, mut low] = [halves(a); 2];
    for (high, low) in high.iter_mut().zip(&mut low) {
        let even = _mm256_mul_epu32(*low, factor);
        let odd = _mm256_mul_epu32(_mm256_srli_epi64::<32>(*low), factor);
        *high = _mm256_blend_epi32::<0xAA>(_mm256_srli_epi64::<32>(even), odd);
        *low = _mm256_blend_epi32::<0xAA>(even, _mm256_slli_epi64::<32>(odd));
    }
    (join(high), join(low))
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn interleave(words: [U32; 4], to: &mut [u32; 4 * LANES]) {
    let [a, b, c, d] = words.map(|word| halves(word));
    for half in 0..2 {
        let (ab, ab_high) =
            (_mm256_unpacklo_epi32(a[half], b[half]), _mm256_unpackhi_epi32(a[half], b[half]));
        let (cd, cd_high) =
            (_mm256_unpacklo_epi32(c[half], d[half]), _mm256_unpackhi_epi32(c[half], d[half]));
        // Records i (lower 128 bits) and i + 4 (upper), for i = 0 to 3.
        let records = [
            _mm256_unpacklo_epi64(ab, cd),
            _mm256_unpackhi_epi64(ab, cd),
            _mm256_unpacklo_epi64(ab_high, cd_high),
            _mm256_unpackhi_epi64(ab_high, cd_high),
        ];
        let ordered = [
            _mm256_permute2x128_si256::<0x20>(records[0], records[1]),
            _mm256_permute2x128_si256::<0x20>(records[2], records[3]),
            _mm256_permute2x128_si256::<0x31>(records[0], records[1]),
            _mm256_permute2x128_si256::<0x31>(records[2], records[3]),
        ];
        for (to, records) in to[32 * half..].as_chunks_mut::<8>().0.iter_mut().zip(ordered) {
            // SAFETY: eight words; the store is unaligned.
            unsafe { _mm256_storeu_si256(to.as_mut_ptr().cast(), records) }
        }
    }
}

/// Transposes the 16 × 16 tile at `from` to `to` in squares of eight.
///
/// # Safety
/// Sixteen values are readable (writable) at each of sixteen rows `stride` apart.
#[inline]
#[target_feature(enable = "avx2,fma")]
pub(super) unsafe fn transpose(
    from: *const f32,
    from_stride: usize,
    to: *mut f32,
    to_stride: usize,
) {
    for (i, j) in [(0, 0), (0, 8), (8, 0), (8, 8)] {
        // SAFETY: the squares lie inside the tiles that the caller vouches for.
        unsafe {
            let rows: [__m256; 8] =
                std::array::from_fn(|k| _mm256_loadu_ps(from.add((i + k) * from_stride + j)));
            for (k, row) in transposed(rows).into_iter().enumerate() {
                _mm256_storeu_ps(to.add((j + k) * to_stride + i), row);
            }
        }
    }
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn transposed(rows: [__m256; 8]) -> [__m256; 8] {
    let [a, b, c, d, e, f, g, h] = rows;
    let (ab0, ab1) = (_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b));
    let (cd0, cd1) = (_mm256_unpacklo_ps(c, d), _mm256_unpackhi_ps(c, d));
    let (ef0, ef1) = (_mm256_unpacklo_ps(e, f), _mm256_unpackhi_ps(e, f));
    let (gh0, gh1) = (_mm256_unpacklo_ps(g, h), _mm256_unpackhi_ps(g, h));
    // Column k of rows a to d and column k + 4 below it, for k = 0 to 3; the same for e to h.
    let upper = [
        _mm256_shuffle_ps::<0x44>(ab0, cd0),
        _mm256_shuffle_ps::<0xEE>(ab0, cd0),
        _mm256_shuffle_ps::<0x44>(ab1, cd1),
        _mm256_shuffle_ps::<0xEE>(ab1, cd1),
    ];
    let lower = [
        _mm256_shuffle_ps::<0x44>(ef0, gh0),
        _mm256_shuffle_ps::<0xEE>(ef0, gh0),
        _mm256_shuffle_ps::<0x44>(ef1, gh1),
        _mm256_shuffle_ps::<0xEE>(ef1, gh1),
    ];
    [
        _mm256_permute2f128_ps::<0x20>(upper[0], lower[0]),
        _mm256_permute2f128_ps::<0x20>(upper[1], lower[1]),
        _mm256_permute2f128_ps::<0x20>(upper[2], lower[2]),
        _mm256_permute2f128_ps::<0x20>(upper[3], lower[3]),
        _mm256_permute2f128_ps::<0x31>(upper[0], lower[0]),
        _mm256_permute2f128_ps::<0x31>(upper[1], lower[1]),
        _mm256_permute2f128_ps::<0x31>(upper[2], lower[2]),
        _mm256_permute2f128_ps::<0x31>(upper[3], lower[3]),
    ]
}
