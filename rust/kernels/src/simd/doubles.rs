//! Sixteen `f64` in registers, for what single precision cannot hold; no WGSL twin has them.

use std::ops::{Add, Div, Mul, Neg, Sub};

use super::{F64, Isa, LANES};

/// Sixteen `f64` in the registers of `S`.
#[derive(Clone, Copy, Debug)]
pub struct Doubles<S: Isa>(S::Doubles);

macro_rules! operators {
    ($($operator:ident :: $method:ident = $instruction:ident;)+) => {$(
        impl<S: Isa> $operator for Doubles<S> {
            type Output = Self;

            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self(S::$instruction(self.0, other.0))
            }
        }
    )+};
}

operators! {
    Add::add = add_doubles;
    Sub::sub = sub_doubles;
    Mul::mul = mul_doubles;
    Div::div = div_doubles;
}

impl<S: Isa> Neg for Doubles<S> {
    type Output = Self;

    #[inline(always)]
    fn neg(self) -> Self {
        Self(S::xor_bits(self.0, S::splat_double(-0.0)))
    }
}

impl<S: Isa> Doubles<S> {
    /// The same value in every lane.
    #[inline(always)]
    #[must_use]
    pub fn splat(x: f64) -> Self {
        Self(S::splat_double(x))
    }

    /// Lanes from memory.
    #[inline(always)]
    #[must_use]
    pub fn load(from: &[f64; LANES]) -> Self {
        Self(S::load_doubles(from))
    }

    /// Up to sixteen values of `from`, zeros behind them.
    #[inline(always)]
    #[must_use]
    pub fn load_part(from: &[f64]) -> Self {
        if let Some(lanes) = from.first_chunk() {
            return Self::load(lanes);
        }
        let mut lanes = [0.0; LANES];
        lanes[..from.len()].copy_from_slice(from);
        Self::load(&lanes)
    }

    /// Lanes to memory.
    #[inline(always)]
    #[must_use]
    pub fn store(self) -> F64 {
        F64(S::store_doubles(self.0))
    }

    /// `self * b + c`, fused where `S` is.
    #[inline(always)]
    #[must_use]
    pub fn fma(self, b: Self, c: Self) -> Self {
        Self(S::fma_doubles(self.0, b.0, c.0))
    }

    /// Square root, correctly rounded.
    #[inline(always)]
    #[must_use]
    pub fn sqrt(self) -> Self {
        Self(S::sqrt_doubles(self.0))
    }

    /// Magnitude.
    #[inline(always)]
    #[must_use]
    pub fn abs(self) -> Self {
        Self(S::and_bits(self.0, S::splat_double(f64::from_bits(!(1 << 63)))))
    }

    /// `yes` where `self < bound`, `no` elsewhere and where either is NaN.
    #[inline(always)]
    #[must_use]
    pub fn select_below(self, bound: Self, yes: Self, no: Self) -> Self {
        Self(S::select_double_below(self.0, bound.0, yes.0, no.0))
    }

    /// The nearest value in `-bound..=bound`; `-bound` for NaN.
    #[inline(always)]
    #[must_use]
    pub fn clamp(self, bound: f64) -> Self {
        let low = Self::splat(-bound).select_below(self, self, Self::splat(-bound));
        low.select_below(Self::splat(bound), low, Self::splat(bound))
    }

    /// `2^n`, n the integer that the low bits hold, -1022 to 1023.
    #[inline(always)]
    #[must_use]
    pub fn power_of_low_bits(self) -> Self {
        Self(S::shl_52(S::add_bits(self.0, S::splat_double(f64::from_bits(1023)))))
    }

    /// An integer k and `2^-k` so that `2^-k self / other` lies within 1/1.501 and 1.501; of positive
    /// normal numbers within `2^±1000` of each other.
    #[inline(always)]
    #[must_use]
    pub fn power_apart(self, other: Self) -> (Self, Self) {
        /// Bits of 2^52, whose low bits hold an integer.
        const INTEGER: u64 = 0x4330_0000_0000_0000;
        // Bits of a float are nearly its logarithm; the difference is rounded.
        let apart = S::sub_bits(self.0, other.0);
        let biased = S::shr_52(S::add_bits(
            apart,
            S::splat_double(f64::from_bits((1024 << 52) + (1 << 51))),
        ));
        let whole = Self(S::or_bits(biased, S::splat_double(f64::from_bits(INTEGER))));
        let inverse = Self(S::shl_52(S::sub_bits(S::splat_double(f64::from_bits(2047)), biased)));
        (whole - Self::splat(f64::from_bits(INTEGER) + 1024.0), inverse)
    }
}
