//! Arrays of sixteen that the compiler keeps in vector registers.

use std::ops::{Add, BitAnd, BitOr, BitXor, Div, Mul, Neg, Sub};

use bytemuck::{Pod, Zeroable};

use super::{LANES, TABLE, TABLE_SHIFT};

/// Sixteen `f32`.
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
#[repr(C, align(64))]
pub struct F32(pub [f32; LANES]);

/// Sixteen `f64`, for what single precision cannot hold; no WGSL twin has them.
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
#[repr(C, align(64))]
pub struct F64(pub [f64; LANES]);

/// Sixteen `u32`; arithmetic wraps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C, align(64))]
pub struct U32(pub [u32; LANES]);

/// An array of the lanes' values. A plain loop: a closure is a function of its own, and where the
/// compiler does not inline it, it runs without the instructions of the body that calls it.
macro_rules! lanes {
    ($vector:ident, $i:ident => $value:expr) => {{
        let mut lanes = [Default::default(); LANES];
        let mut $i = 0;
        while $i < LANES {
            lanes[$i] = $value;
            $i += 1;
        }
        $vector(lanes)
    }};
}

macro_rules! operators {
    ($vector:ident: $($trait:ident :: $method:ident = |$a:ident, $b:ident| $body:expr;)+) => {$(
        impl $trait for $vector {
            type Output = Self;

            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                lanes!($vector, i => {
                    let ($a, $b) = (self.0[i], other.0[i]);
                    $body
                })
            }
        }
    )+};
}

operators! { F32:
    Add::add = |a, b| a + b;
    Sub::sub = |a, b| a - b;
    Mul::mul = |a, b| a * b;
}

operators! { F64:
    Add::add = |a, b| a + b;
    Sub::sub = |a, b| a - b;
    Mul::mul = |a, b| a * b;
    Div::div = |a, b| a / b;
}

operators! { U32:
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
        lanes!(F32, i => -self.0[i])
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

    /// Quotient, correctly rounded.
    #[inline(always)]
    #[must_use]
    pub fn div(self, other: Self) -> Self {
        lanes!(F32, i => self.0[i] / other.0[i])
    }

    /// Square root, correctly rounded.
    #[inline(always)]
    #[must_use]
    pub fn sqrt(self) -> Self {
        lanes!(F32, i => self.0[i].sqrt())
    }

    /// The smaller of each lane; inputs hold no NaN.
    #[inline(always)]
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        lanes!(F32, i => if self.0[i] < other.0[i] { self.0[i] } else { other.0[i] })
    }

    /// The larger of each lane; inputs hold no NaN.
    #[inline(always)]
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        lanes!(F32, i => if self.0[i] > other.0[i] { self.0[i] } else { other.0[i] })
    }

    /// Magnitude.
    #[inline(always)]
    #[must_use]
    pub fn abs(self) -> Self {
        lanes!(F32, i => self.0[i].abs())
    }

    /// `yes` where `self < bound`, `no` elsewhere.
    #[inline(always)]
    #[must_use]
    pub fn select_below(self, bound: Self, yes: Self, no: Self) -> Self {
        lanes!(F32, i => if self.0[i] < bound.0[i] { yes.0[i] } else { no.0[i] })
    }

    /// Bit patterns.
    #[inline(always)]
    #[must_use]
    pub fn to_bits(self) -> U32 {
        lanes!(U32, i => self.0[i].to_bits())
    }
}

impl F64 {
    /// The same value in every lane.
    #[inline(always)]
    #[must_use]
    pub const fn splat(x: f64) -> Self {
        Self([x; LANES])
    }

    /// `yes` where `self < bound`, `no` elsewhere and where either is NaN.
    #[inline(always)]
    #[must_use]
    pub fn select_below(self, bound: Self, yes: Self, no: Self) -> Self {
        lanes!(F64, i => if self.0[i] < bound.0[i] { yes.0[i] } else { no.0[i] })
    }
}

impl U32 {
    /// The same value in every lane.
    #[inline(always)]
    #[must_use]
    pub const fn splat(x: u32) -> Self {
        Self([x; LANES])
    }

    /// Up to sixteen values of `from`, zeros behind them.
    #[inline(always)]
    #[must_use]
    pub fn load_part(from: &[u32]) -> Self {
        if let Some(lanes) = from.first_chunk() {
            return Self(*lanes);
        }
        let mut lanes = [0; LANES];
        lanes[..from.len()].copy_from_slice(from);
        Self(lanes)
    }

    /// `first`, `first + 1`, …
    #[inline(always)]
    #[must_use]
    pub fn iota(first: u32) -> Self {
        lanes!(U32, i => first.wrapping_add(i as u32))
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
        lanes!(U32, i => self.0[i] << N)
    }

    /// Logical shift right by `N` bits.
    #[inline(always)]
    #[must_use]
    pub fn shr<const N: u32>(self) -> Self {
        lanes!(U32, i => self.0[i] >> N)
    }

    /// Arithmetic shift right by `N` bits.
    #[inline(always)]
    #[must_use]
    pub fn sar<const N: u32>(self) -> Self {
        lanes!(U32, i => (self.0[i].cast_signed() >> N).cast_unsigned())
    }

    /// Bit patterns as `f32`.
    #[inline(always)]
    #[must_use]
    pub fn from_bits(self) -> F32 {
        lanes!(F32, i => f32::from_bits(self.0[i]))
    }

    /// The smaller of each lane, read as `i32`.
    #[inline(always)]
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        lanes!(U32, i => {
            if self.0[i].cast_signed() < other.0[i].cast_signed() { self.0[i] } else { other.0[i] }
        })
    }

    /// The larger of each lane, read as `i32`.
    #[inline(always)]
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        lanes!(U32, i => {
            if self.0[i].cast_signed() > other.0[i].cast_signed() { self.0[i] } else { other.0[i] }
        })
    }

    /// All bits where `self < bound`, read as `u32`; none elsewhere.
    #[inline(always)]
    #[must_use]
    pub fn below(self, bound: Self) -> Self {
        lanes!(U32, i => if self.0[i] < bound.0[i] { u32::MAX } else { 0 })
    }

    /// The word of `table` whose number is in the upper ten bits.
    #[inline(always)]
    #[must_use]
    pub fn lookup(self, table: &[u32; TABLE]) -> Self {
        lanes!(U32, i => table[(self.0[i] >> TABLE_SHIFT) as usize])
    }

    /// Lanes read as `i32`, converted to the nearest `f32`.
    #[inline(always)]
    #[must_use]
    pub fn int_to_f32(self) -> F32 {
        lanes!(F32, i => self.0[i].cast_signed() as f32)
    }
}
