//! Sixteen `f64` without vector intrinsics.

use super::{DoubleIsa, F64, Isa, LANES, Portable};

/// The lanes of a value of `$i`.
macro_rules! lanes {
    ($i:ident => $value:expr) => {{
        let mut lanes = [0.0; LANES];
        let mut $i = 0;
        while $i < LANES {
            lanes[$i] = $value;
            $i += 1;
        }
        F64(lanes)
    }};
}

macro_rules! on_bits {
    ($($name:ident($a:ident $(, $b:ident)?) = $value:expr;)+) => {$(
        #[inline(always)]
        fn $name($a: F64 $(, $b: F64)?) -> F64 {
            lanes!(i => {
                let $a = $a.0[i].to_bits();
                $(let $b = $b.0[i].to_bits();)?
                f64::from_bits($value)
            })
        }
    )+};
}

impl DoubleIsa for Portable {
    type Doubles = F64;

    #[inline(always)]
    fn load_doubles(from: &[f64; LANES]) -> F64 {
        F64(*from)
    }

    #[inline(always)]
    fn store_doubles(a: F64) -> [f64; LANES] {
        a.0
    }

    #[inline(always)]
    fn splat_double(x: f64) -> F64 {
        F64::splat(x)
    }

    #[inline(always)]
    fn add_doubles(a: F64, b: F64) -> F64 {
        a + b
    }

    #[inline(always)]
    fn sub_doubles(a: F64, b: F64) -> F64 {
        a - b
    }

    #[inline(always)]
    fn mul_doubles(a: F64, b: F64) -> F64 {
        a * b
    }

    #[inline(always)]
    fn div_doubles(a: F64, b: F64) -> F64 {
        a / b
    }

    #[inline(always)]
    fn fma_doubles(a: F64, b: F64, c: F64) -> F64 {
        lanes!(i => if Self::FMA {
            a.0[i].mul_add(b.0[i], c.0[i])
        } else {
            a.0[i] * b.0[i] + c.0[i]
        })
    }

    #[inline(always)]
    fn sqrt_doubles(a: F64) -> F64 {
        lanes!(i => a.0[i].sqrt())
    }

    #[inline(always)]
    fn select_double_below(a: F64, bound: F64, yes: F64, no: F64) -> F64 {
        a.select_below(bound, yes, no)
    }

    on_bits! {
        add_bits(a, b) = a.wrapping_add(b);
        sub_bits(a, b) = a.wrapping_sub(b);
        and_bits(a, b) = a & b;
        or_bits(a, b) = a | b;
        xor_bits(a, b) = a ^ b;
        shl_52(a) = a << 52;
        shr_52(a) = a >> 52;
    }
}
