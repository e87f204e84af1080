//! Shuffles of AVX2.

use std::arch::x86_64::*;

use crate::simd::{LANES, U32};

/// Lanes 0 to 7 and 8 to 15.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn load(a: &U32) -> [__m256i; 2] {
    let at = a.0.as_ptr();
    // SAFETY: eight words each of sixteen; loads are unaligned.
    unsafe { [_mm256_loadu_si256(at.cast()), _mm256_loadu_si256(at.add(8).cast())] }
}

/// Writes word `k` of each lane `i` to `4 i + k`.
#[inline]
#[target_feature(enable = "avx2,fma")]
pub(super) fn interleave(words: [U32; 4], to: &mut [u32; 4 * LANES]) {
    let [a, b, c, d] = [load(&words[0]), load(&words[1]), load(&words[2]), load(&words[3])];
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
            let mut row = from.add(i * from_stride + j);
            let mut rows = [_mm256_setzero_ps(); 8];
            for lanes in &mut rows {
                *lanes = _mm256_loadu_ps(row);
                row = row.wrapping_add(from_stride);
            }
            let mut row = to.add(j * to_stride + i);
            for lanes in transposed(rows) {
                _mm256_storeu_ps(row, lanes);
                row = row.wrapping_add(to_stride);
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
