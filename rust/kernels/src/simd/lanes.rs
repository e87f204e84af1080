//! Arrays of sixteen that the compiler keeps in vector registers.

use std::array::from_fn;
use std::ops::{Add, BitAnd, BitOr, BitXor, Mul, Neg, Sub};

use super::{Isa, LANES};

/// Sixteen `f32`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C, align(64))]
pub struct F32(pub [f32; LANES]);

/// Sixteen `u32`; arithmetic wraps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(64))]
pub struct U32(pub [u32; LANES]);

macro_rules! lanewise {
    ($vector:ident: $($trait:ident :: $method:ident = |$a:ident, $b:ident| $body:expr;)+) => {$(
        impl $trait for $vector {
            type Output = Self;

            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self(from_fn(|i| {
                    let ($a, $b) = (self.0[i], other.0[i]);
                    $body
                }))
            }
        }
    )+};
}

lanewise! { F32:
    Add::add = |a, b| a + b;
    Sub::sub = |a, b| a - b;
    Mul::mul = |a, b| a * b;
}

lanewise! { U32:
    Add::add = |a, b| a.wrapping_add(b);
    Sub::sub = |a, b| a.wrapping_sub(b);
    Mul::mul = |a, b| a.wrapping_mul(b);
    BitXor::bitxor = |a, b| a ^ b;
    BitAnd::bitand = |a, b| a & b;
    BitOr::bitor = |a, b| a | b;
}

impl Neg for F32 {
    type Output = Self;

    #[inline(always)]
    fn neg(self) -> Self {
        Self(self.0.map(|a| -a))
    }
}

impl F32 {
    /// The same value in every lane.
    #[inline(always)]
    #[must_use]
    pub const fn splat(x: f32) -> Self {
        Self([x; LANES])
    }

    /// The first sixteen values of `from`.
    ///
    /// # Panics
    /// Panics if there are fewer.
    #[inline(always)]
    #[must_use]
    pub fn load(from: &[f32]) -> Self {
        let mut lanes = [0.0; LANES];
        lanes.copy_from_slice(&from[..LANES]);
        Self(lanes)
    }

    /// Up to sixteen values of `from`, zeros behind them.
    #[inline(always)]
    #[must_use]
    pub fn load_part(from: &[f32]) -> Self {
        if let Some(lanes) = from.first_chunk() {
            return Self(*lanes);
        }
        let mut lanes = [0.0; LANES];
        lanes[..from.len()].copy_from_slice(from);
        Self(lanes)
    }

    /// Writes the lanes to the first sixteen values of `to`.
    ///
    /// # Panics
    /// Panics if there are fewer.
    #[inline(always)]
    pub fn store(self, to: &mut [f32]) {
        to[..LANES].copy_from_slice(&self.0);
    }

    /// Writes as many lanes as `to` holds, at most sixteen.
    #[inline(always)]
    pub fn store_part(self, to: &mut [f32]) {
        if let Some(lanes) = to.first_chunk_mut() {
            *lanes = self.0;
        } else {
            to.copy_from_slice(&self.0[..to.len()]);
        }
    }

    /// `self * b + c`, fused where `S` is.
    #[inline(always)]
    #[must_use]
    pub fn fma<S: Isa>(self, b: Self, c: Self) -> Self {
        Self(from_fn(|i| {
            if S::FMA { self.0[i].mul_add(b.0[i], c.0[i]) } else { self.0[i] * b.0[i] + c.0[i] }
        }))
    }

    /// Quotient, correctly rounded.
    #[inline(always)]
    #[must_use]
    pub fn div(self, other: Self) -> Self {
        Self(from_fn(|i| self.0[i] / other.0[i]))
    }

    /// Square root, correctly rounded.
    #[inline(always)]
    #[must_use]
    pub fn sqrt(self) -> Self {
        Self(self.0.map(f32::sqrt))
    }

    /// The smaller of each lane; inputs hold no NaN.
    #[inline(always)]
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        Self(from_fn(|i| if self.0[i] < other.0[i] { self.0[i] } else { other.0[i] }))
    }

    /// The larger of each lane; inputs hold no NaN.
    #[inline(always)]
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        Self(from_fn(|i| if self.0[i] > other.0[i] { self.0[i] } else { other.0[i] }))
    }

    /// Magnitude.
    #[inline(always)]
    #[must_use]
    pub fn abs(self) -> Self {
        Self(self.0.map(f32::abs))
    }

    /// `yes` where `self < bound`, `no` elsewhere.
    #[inline(always)]
    #[must_use]
    pub fn select_below(self, bound: Self, yes: Self, no: Self) -> Self {
        Self(from_fn(|i| if self.0[i] < bound.0[i] { yes.0[i] } else { no.0[i] }))
    }

    /// Bit patterns.
    #[inline(always)]
    #[must_use]
    pub fn to_bits(self) -> U32 {
        U32(self.0.map(f32::to_bits))
    }
}

impl U32 {
    /// The same value in every lane.
    #[inline(always)]
    #[must_use]
    pub const fn splat(x: u32) -> Self {
        Self([x; LANES])
    }

    /// `first`, `first + 1`, …
    #[inline(always)]
    #[must_use]
    pub fn iota(first: u32) -> Self {
        Self(from_fn(|i| first.wrapping_add(i as u32)))
    }

    /// Writes the lanes to the first sixteen values of `to`.
    ///
    /// # Panics
    /// Panics if there are fewer.
    #[inline(always)]
    pub fn store(self, to: &mut [u32]) {
        to[..LANES].copy_from_slice(&self.0);
    }

    /// Shift left by `N` bits.
    #[inline(always)]
    #[must_use]
    pub fn shl<const N: u32>(self) -> Self {
        Self(self.0.map(|a| a << N))
    }

    /// Logical shift right by `N` bits.
    #[inline(always)]
    #[must_use]
    pub fn shr<const N: u32>(self) -> Self {
        Self(self.0.map(|a| a >> N))
    }

    /// Arithmetic shift right by `N` bits.
    #[inline(always)]
    #[must_use]
    pub fn sar<const N: u32>(self) -> Self {
        Self(self.0.map(|a| (a.cast_signed() >> N).cast_unsigned()))
    }

    /// Bit patterns as `f32`.
    #[inline(always)]
    #[must_use]
    pub fn from_bits(self) -> F32 {
        F32(self.0.map(f32::from_bits))
    }

    /// Lanes read as `i32`, converted to the nearest `f32`.
    #[inline(always)]
    #[must_use]
    pub fn int_to_f32(self) -> F32 {
        F32(self.0.map(|a| a.cast_signed() as f32))
    }
}
