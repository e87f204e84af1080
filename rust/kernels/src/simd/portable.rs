//! The instruction set that every CPU of the target architecture has.

use super::{F32, Isa, LANES, TABLE, U32};

/// Portable code: SSE2 on x86-64, NEON on 64-bit Arm. Its registers are lanes in memory, which the
/// compiler vectorises.
#[derive(Clone, Copy, Debug)]
pub struct Portable;

impl Isa for Portable {
    const FMA: bool = cfg!(target_arch = "aarch64");
    const REGISTERS: usize = 8;

    type Floats = F32;
    type Words = U32;
    type Wide = U32;

    #[inline(always)]
    fn load(from: &[f32; LANES]) -> F32 {
        F32(*from)
    }

    #[inline(always)]
    fn store(a: F32) -> [f32; LANES] {
        a.0
    }

    #[inline(always)]
    fn splat(x: f32) -> F32 {
        F32::splat(x)
    }

    #[inline(always)]
    fn add(a: F32, b: F32) -> F32 {
        a + b
    }

    #[inline(always)]
    fn sub(a: F32, b: F32) -> F32 {
        a - b
    }

    #[inline(always)]
    fn mul(a: F32, b: F32) -> F32 {
        a * b
    }

    #[inline(always)]
    fn div(a: F32, b: F32) -> F32 {
        a.div(b)
    }

    #[inline(always)]
    fn fma(a: F32, b: F32, c: F32) -> F32 {
        a.fma::<Self>(b, c)
    }

    #[inline(always)]
    fn sqrt(a: F32) -> F32 {
        a.sqrt()
    }

    #[inline(always)]
    fn min(a: F32, b: F32) -> F32 {
        a.min(b)
    }

    #[inline(always)]
    fn max(a: F32, b: F32) -> F32 {
        a.max(b)
    }

    #[inline(always)]
    fn select_below(a: F32, bound: F32, yes: F32, no: F32) -> F32 {
        a.select_below(bound, yes, no)
    }

    #[inline(always)]
    fn to_bits(a: F32) -> U32 {
        a.to_bits()
    }

    #[inline(always)]
    fn load_words(from: &[u32; LANES]) -> U32 {
        U32(*from)
    }

    #[inline(always)]
    fn store_words(a: U32) -> [u32; LANES] {
        a.0
    }

    #[inline(always)]
    fn splat_words(x: u32) -> U32 {
        U32::splat(x)
    }

    #[inline(always)]
    fn add_words(a: U32, b: U32) -> U32 {
        a + b
    }

    #[inline(always)]
    fn sub_words(a: U32, b: U32) -> U32 {
        a - b
    }

    #[inline(always)]
    fn and(a: U32, b: U32) -> U32 {
        a & b
    }

    #[inline(always)]
    fn or(a: U32, b: U32) -> U32 {
        a | b
    }

    #[inline(always)]
    fn xor(a: U32, b: U32) -> U32 {
        a ^ b
    }

    #[inline(always)]
    fn shl<const N: u32>(a: U32) -> U32 {
        a.shl::<N>()
    }

    #[inline(always)]
    fn shr<const N: u32>(a: U32) -> U32 {
        a.shr::<N>()
    }

    #[inline(always)]
    fn sar<const N: u32>(a: U32) -> U32 {
        a.sar::<N>()
    }

    #[inline(always)]
    fn from_bits(a: U32) -> F32 {
        a.from_bits()
    }

    #[inline(always)]
    fn int_to_f32(a: U32) -> F32 {
        a.int_to_f32()
    }

    #[inline(always)]
    fn mul_words(a: U32, b: U32) -> U32 {
        a * b
    }

    #[inline(always)]
    fn min_words(a: U32, b: U32) -> U32 {
        a.min(b)
    }

    #[inline(always)]
    fn max_words(a: U32, b: U32) -> U32 {
        a.max(b)
    }

    #[inline(always)]
    fn below(a: U32, b: U32) -> U32 {
        a.below(b)
    }

    #[inline(always)]
    fn lookup(table: &[u32; TABLE], a: U32) -> U32 {
        a.lookup(table)
    }

    #[inline(always)]
    fn dot_bytes<const N: usize>(a: &[U32; N], b: &[U32; N]) -> U32 {
        let mut sums = [0i32; LANES];
        for (a, b) in a.iter().zip(b) {
            for (lane, sum) in sums.iter_mut().enumerate() {
                let (a, b) = (a.0[lane].to_ne_bytes(), b.0[lane].to_ne_bytes());
                for byte in 0..4 {
                    *sum += i32::from(a[byte]) * i32::from(b[byte].cast_signed());
                }
            }
        }
        U32(sums.map(i32::cast_unsigned))
    }

    #[inline(always)]
    fn widen(a: U32) -> U32 {
        a
    }

    #[inline(always)]
    fn narrow(a: U32) -> U32 {
        a
    }

    #[inline(always)]
    fn xor_wide(a: U32, b: U32, k: u32) -> U32 {
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

    #[inline(always)]
    fn interleave(words: [U32; 4], to: &mut [u32; 4 * LANES]) {
        for (i, to) in to.as_chunks_mut::<4>().0.iter_mut().enumerate() {
            *to = [words[0].0[i], words[1].0[i], words[2].0[i], words[3].0[i]];
        }
    }
}
