//! What an instruction set has to offer.

use super::{DoubleIsa, F32, LANES, TABLE, U32, check_tile};

/// An instruction set as a type. Bodies use its operations through [`Floats`](super::Floats) and
/// [`Words`](super::Words), which say what they do.
#[allow(missing_docs)] // the operators of those two types, by their names
pub trait Isa: DoubleIsa {
    /// Whether `a * b + c` is one fused, correctly rounded operation.
    const FMA: bool;
    /// Sets of sixteen `f32` that the registers hold.
    const REGISTERS: usize;

    /// Sixteen `f32` in registers.
    type Floats: Copy;
    /// Sixteen `u32` in registers.
    type Words: Copy;
    /// Sixteen `u32` in the form that wide products want.
    type Wide: Copy;

    fn load(from: &[f32; LANES]) -> Self::Floats;
    fn store(a: Self::Floats) -> [f32; LANES];
    fn splat(x: f32) -> Self::Floats;
    fn add(a: Self::Floats, b: Self::Floats) -> Self::Floats;
    fn sub(a: Self::Floats, b: Self::Floats) -> Self::Floats;
    fn mul(a: Self::Floats, b: Self::Floats) -> Self::Floats;
    fn div(a: Self::Floats, b: Self::Floats) -> Self::Floats;
    fn fma(a: Self::Floats, b: Self::Floats, c: Self::Floats) -> Self::Floats;
    fn sqrt(a: Self::Floats) -> Self::Floats;
    fn min(a: Self::Floats, b: Self::Floats) -> Self::Floats;
    fn max(a: Self::Floats, b: Self::Floats) -> Self::Floats;
    fn select_below(
        a: Self::Floats,
        bound: Self::Floats,
        yes: Self::Floats,
        no: Self::Floats,
    ) -> Self::Floats;
    fn to_bits(a: Self::Floats) -> Self::Words;

    fn load_words(from: &[u32; LANES]) -> Self::Words;
    fn store_words(a: Self::Words) -> [u32; LANES];
    fn splat_words(x: u32) -> Self::Words;
    fn add_words(a: Self::Words, b: Self::Words) -> Self::Words;
    fn sub_words(a: Self::Words, b: Self::Words) -> Self::Words;
    fn and(a: Self::Words, b: Self::Words) -> Self::Words;
    fn or(a: Self::Words, b: Self::Words) -> Self::Words;
    fn xor(a: Self::Words, b: Self::Words) -> Self::Words;
    fn shl<const N: u32>(a: Self::Words) -> Self::Words;
    fn shr<const N: u32>(a: Self::Words) -> Self::Words;
    fn sar<const N: u32>(a: Self::Words) -> Self::Words;
    fn from_bits(a: Self::Words) -> Self::Floats;
    fn int_to_f32(a: Self::Words) -> Self::Floats;
    fn mul_words(a: Self::Words, b: Self::Words) -> Self::Words;
    fn min_words(a: Self::Words, b: Self::Words) -> Self::Words;
    fn max_words(a: Self::Words, b: Self::Words) -> Self::Words;
    fn below(a: Self::Words, b: Self::Words) -> Self::Words;
    fn lookup(table: &[u32; TABLE], a: Self::Words) -> Self::Words;

    /// In each lane the sum over its `N` words of the products of their bytes, those of `a`
    /// unsigned and at most 2, those of `b` signed. `N` is at most 32: sums of two products and
    /// more are formed in 16 bits.
    fn dot_bytes<const N: usize>(a: &[U32; N], b: &[U32; N]) -> Self::Words;

    /// Takes words into the form of wide products.
    fn widen(a: Self::Words) -> Self::Wide;
    /// Takes them back.
    fn narrow(a: Self::Wide) -> Self::Words;
    /// `a ^ b ^ k`.
    fn xor_wide(a: Self::Wide, b: Self::Wide, k: u32) -> Self::Wide;
    /// High and low words of the 64-bit products with `k`.
    fn mul_wide(a: Self::Wide, k: u32) -> (Self::Wide, Self::Wide);

    /// Writes word `k` of each lane `i` to `4 i + k`.
    fn interleave(words: [U32; 4], to: &mut [u32; 4 * LANES]);

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

impl F32 {
    /// `self * b + c`, fused where `S` is.
    #[inline(always)]
    #[must_use]
    pub fn fma<S: Isa>(self, b: Self, c: Self) -> Self {
        let mut lanes = [0.0; LANES];
        let mut i = 0;
        while i < LANES {
            lanes[i] = if S::FMA {
                self.0[i].mul_add(b.0[i], c.0[i])
            } else {
                self.0[i] * b.0[i] + c.0[i]
            };
            i += 1;
        }
        Self(lanes)
    }
}
