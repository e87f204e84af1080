//! What an instruction set has to offer in double precision.

use super::LANES;

/// Instructions on sixteen `f64`, and on their bits as integers that wrap.
pub trait DoubleIsa: Copy {
    /// Sixteen `f64`.
    type Doubles: Copy;

    /// Lanes from memory.
    fn load_doubles(from: &[f64; LANES]) -> Self::Doubles;
    /// Lanes to memory.
    fn store_doubles(a: Self::Doubles) -> [f64; LANES];
    /// The same value in every lane.
    fn splat_double(x: f64) -> Self::Doubles;
    /// `a + b`.
    fn add_doubles(a: Self::Doubles, b: Self::Doubles) -> Self::Doubles;
    /// `a - b`.
    fn sub_doubles(a: Self::Doubles, b: Self::Doubles) -> Self::Doubles;
    /// `a b`.
    fn mul_doubles(a: Self::Doubles, b: Self::Doubles) -> Self::Doubles;
    /// `a / b`, correctly rounded.
    fn div_doubles(a: Self::Doubles, b: Self::Doubles) -> Self::Doubles;
    /// `a b + c`, fused where the instruction set is.
    fn fma_doubles(a: Self::Doubles, b: Self::Doubles, c: Self::Doubles) -> Self::Doubles;
    /// Square root, correctly rounded.
    fn sqrt_doubles(a: Self::Doubles) -> Self::Doubles;
    /// `yes` where `a < bound`, `no` elsewhere and where either is NaN.
    fn select_double_below(
        a: Self::Doubles,
        bound: Self::Doubles,
        yes: Self::Doubles,
        no: Self::Doubles,
    ) -> Self::Doubles;
    /// Sum of the bits.
    fn add_bits(a: Self::Doubles, b: Self::Doubles) -> Self::Doubles;
    /// Difference of the bits.
    fn sub_bits(a: Self::Doubles, b: Self::Doubles) -> Self::Doubles;
    /// Bits of both.
    fn and_bits(a: Self::Doubles, b: Self::Doubles) -> Self::Doubles;
    /// Bits of either.
    fn or_bits(a: Self::Doubles, b: Self::Doubles) -> Self::Doubles;
    /// Bits of one and not the other.
    fn xor_bits(a: Self::Doubles, b: Self::Doubles) -> Self::Doubles;
    /// Bits shifted left by 52: the lowest become the exponent.
    fn shl_52(a: Self::Doubles) -> Self::Doubles;
    /// Bits shifted right by 52: the sign and the exponent become the lowest.
    fn shr_52(a: Self::Doubles) -> Self::Doubles;
}
