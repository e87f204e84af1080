//! Lanes in registers.

use std::ops::{Add, BitAnd, BitOr, BitXor, Mul, Neg, Sub};

use super::{F32, Isa, LANES, TABLE, U32};

/// Sixteen `f32` in the registers of `S`.
#[derive(Clone, Copy, Debug)]
pub struct Floats<S: Isa>(S::Floats);

/// Sixteen `u32` in the registers of `S`; arithmetic wraps.
#[derive(Clone, Copy, Debug)]
pub struct Words<S: Isa>(S::Words);

macro_rules! operators {
    ($registers:ident: $($operator:ident :: $method:ident = $instruction:ident;)+) => {$(
        impl<S: Isa> $operator for $registers<S> {
            type Output = Self;

            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self(S::$instruction(self.0, other.0))
            }
        }
    )+};
}

operators! { Floats:
    Add::add = add;
    Sub::sub = sub;
    Mul::mul = mul;
}

operators! { Words:
    Add::add = add_words;
    Sub::sub = sub_words;
    Mul::mul = mul_words;
    BitAnd::bitand = and;
    BitOr::bitor = or;
    BitXor::bitxor = xor;
}

impl<S: Isa> Neg for Floats<S> {
    type Output = Self;

    #[inline(always)]
    fn neg(self) -> Self {
        (self.to_bits() ^ Words::splat(1 << 31)).from_bits()
    }
}

impl<S: Isa> Floats<S> {
    /// The same value in every lane.
    #[inline(always)]
    #[must_use]
    pub fn splat(x: f32) -> Self {
        Self(S::splat(x))
    }

    /// Lanes from memory.
    #[inline(always)]
    #[must_use]
    pub fn load(from: &[f32; LANES]) -> Self {
        Self(S::load(from))
    }

    /// Lanes to memory.
    #[inline(always)]
    #[must_use]
    pub fn store(self) -> F32 {
        F32(S::store(self.0))
    }

    /// `self * b + c`, fused where `S` is.
    #[inline(always)]
    #[must_use]
    pub fn fma(self, b: Self, c: Self) -> Self {
        Self(S::fma(self.0, b.0, c.0))
    }

    /// Quotient, correctly rounded.
    #[inline(always)]
    #[must_use]
    pub fn div(self, other: Self) -> Self {
        Self(S::div(self.0, other.0))
    }

    /// Square root, correctly rounded.
    #[inline(always)]
    #[must_use]
    pub fn sqrt(self) -> Self {
        Self(S::sqrt(self.0))
    }

    /// The smaller of each lane; inputs hold no NaN.
    #[inline(always)]
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        Self(S::min(self.0, other.0))
    }

    /// The larger of each lane; inputs hold no NaN.
    #[inline(always)]
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        Self(S::max(self.0, other.0))
    }

    /// Magnitude.
    #[inline(always)]
    #[must_use]
    pub fn abs(self) -> Self {
        (self.to_bits() & Words::splat(u32::MAX >> 1)).from_bits()
    }

    /// `yes` where `self < bound`, `no` elsewhere.
    #[inline(always)]
    #[must_use]
    pub fn select_below(self, bound: Self, yes: Self, no: Self) -> Self {
        Self(S::select_below(self.0, bound.0, yes.0, no.0))
    }

    /// Bit patterns.
    #[inline(always)]
    #[must_use]
    pub fn to_bits(self) -> Words<S> {
        Words(S::to_bits(self.0))
    }
}

impl<S: Isa> Words<S> {
    /// The same value in every lane.
    #[inline(always)]
    #[must_use]
    pub fn splat(x: u32) -> Self {
        Self(S::splat_words(x))
    }

    /// Lanes from memory.
    #[inline(always)]
    #[must_use]
    pub fn load(from: &[u32; LANES]) -> Self {
        Self(S::load_words(from))
    }

    /// Lanes to memory.
    #[inline(always)]
    #[must_use]
    pub fn store(self) -> U32 {
        U32(S::store_words(self.0))
    }

    /// Shift left by `N` bits.
    #[inline(always)]
    #[must_use]
    pub fn shl<const N: u32>(self) -> Self {
        Self(S::shl::<N>(self.0))
    }

    /// Logical shift right by `N` bits.
    #[inline(always)]
    #[must_use]
    pub fn shr<const N: u32>(self) -> Self {
        Self(S::shr::<N>(self.0))
    }

    /// Arithmetic shift right by `N` bits.
    #[inline(always)]
    #[must_use]
    pub fn sar<const N: u32>(self) -> Self {
        Self(S::sar::<N>(self.0))
    }

    /// Bit patterns as `f32`.
    #[inline(always)]
    #[must_use]
    pub fn from_bits(self) -> Floats<S> {
        Floats(S::from_bits(self.0))
    }

    /// Lanes read as `i32`, converted to the nearest `f32`.
    #[inline(always)]
    #[must_use]
    pub fn int_to_f32(self) -> Floats<S> {
        Floats(S::int_to_f32(self.0))
    }

    /// The smaller of each lane, read as `i32`.
    #[inline(always)]
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        Self(S::min_words(self.0, other.0))
    }

    /// The larger of each lane, read as `i32`.
    #[inline(always)]
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        Self(S::max_words(self.0, other.0))
    }

    /// All bits where `self < bound`, read as `u32`; none elsewhere.
    #[inline(always)]
    #[must_use]
    pub fn below(self, bound: Self) -> Self {
        Self(S::below(self.0, bound.0))
    }

    /// The word of `table` whose number is in the upper ten bits.
    #[inline(always)]
    #[must_use]
    pub fn lookup(self, table: &[u32; TABLE]) -> Self {
        Self(S::lookup(table, self.0))
    }

    /// [`Isa::dot_bytes`].
    #[inline(always)]
    #[must_use]
    pub fn dot_bytes<const N: usize>(a: &[U32; N], b: &[U32; N]) -> Self {
        Self(S::dot_bytes(a, b))
    }

    /// The form of wide products.
    #[inline(always)]
    #[must_use]
    pub fn widen(self) -> S::Wide {
        S::widen(self.0)
    }

    /// From the form of wide products.
    #[inline(always)]
    #[must_use]
    pub fn narrow(wide: S::Wide) -> Self {
        Self(S::narrow(wide))
    }
}
