//! Logarithm and exponential without branches, which loops over levels vectorise.

use crate::simd::Isa;

/// `(ln((1 + s)/(1 - s)) - 2 s) / s` as a polynomial in s², for `|s| <= (√2 - 1)/(√2 + 1)`; error
/// below 2^-58 (fdlibm, `e_log.c`, Sun Microsystems 1993).
const LOG: [f64; 7] = [
    6.666_666_666_666_735_130e-1,
    3.999_999_999_940_941_908e-1,
    2.857_142_874_366_239_149e-1,
    2.222_219_843_214_978_396e-1,
    1.818_357_216_161_805_012e-1,
    1.531_383_769_920_937_332e-1,
    1.479_819_860_511_658_591e-1,
];

/// Bits of √½, rounded down to the leading digits.
const SQRT_HALF: u64 = 0x3fe6_a09e_0000_0000;
/// Sign and exponent bits.
const EXPONENT: u64 = 0xfff0_0000_0000_0000;
/// Bits of 1.
const ONE: u64 = 0x3ff0_0000_0000_0000;
/// Bits of 2^52, whose last bits count.
const COUNT: u64 = 0x4330_0000_0000_0000;
const LN_2: [f64; 2] = [6.931_471_803_691_238_164_9e-1, 1.908_214_929_270_587_700_02e-10];

#[inline(always)]
fn fma<S: Isa>(a: f64, b: f64, c: f64) -> f64 {
    if S::FMA { a.mul_add(b, c) } else { a * b + c }
}

/// `ln(x / base)` of positive normal numbers, given `1 / base`; exact to the last bits also where the
/// two are close, and where they are equal 0.
#[inline(always)]
pub(super) fn ln_ratio<S: Isa>(x: f64, base: f64, inverse: f64) -> f64 {
    // x = base 2^k (1 + s)/(1 - s). Which of two neighbours k is does not matter.
    let exponent = (x * inverse).to_bits().wrapping_sub(SQRT_HALF) & EXPONENT;
    let scaled = base * f64::from_bits(exponent.wrapping_add(ONE));
    let k = f64::from_bits(exponent.wrapping_add(ONE) >> 52 | COUNT)
        - (4_503_599_627_370_496.0 + 1023.0);
    let s = (x - scaled) / (x + scaled);
    let z = s * s;
    let mut tail = LOG[6];
    let mut at = 6;
    while at > 0 {
        at -= 1;
        tail = fma::<S>(tail, z, LOG[at]);
    }
    let near = fma::<S>(s * z, tail, s + s);
    fma::<S>(k, LN_2[0], fma::<S>(k, LN_2[1], near))
}

/// `e^x` for `x <= 0`, to the last bits; no smaller than e^-700.
#[inline(always)]
pub(super) fn decay<S: Isa>(x: f64) -> f64 {
    const INVERSE_FACTORIALS: [f64; 13] = [
        1.0,
        1.0,
        1.0 / 2.0,
        1.0 / 6.0,
        1.0 / 24.0,
        1.0 / 120.0,
        1.0 / 720.0,
        1.0 / 5040.0,
        1.0 / 40_320.0,
        1.0 / 362_880.0,
        1.0 / 3_628_800.0,
        1.0 / 39_916_800.0,
        1.0 / 479_001_600.0,
    ];
    // 1.5 · 2^52 rounds to an integer, which the low bits then hold.
    const ROUND: f64 = 6_755_399_441_055_744.0;
    let x = if x > -700.0 { x } else { -700.0 };
    let rounded = fma::<S>(x, std::f64::consts::LOG2_E, ROUND);
    let k = rounded - ROUND;
    let rest = fma::<S>(-k, LN_2[1], fma::<S>(-k, LN_2[0], x));
    let mut sum = INVERSE_FACTORIALS[12];
    let mut at = 12;
    while at > 0 {
        at -= 1;
        sum = fma::<S>(sum, rest, INVERSE_FACTORIALS[at]);
    }
    let power = rounded.to_bits().wrapping_sub(ROUND.to_bits()).wrapping_add(1023) << 52;
    sum * f64::from_bits(power)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::Portable;

    #[test]
    fn logarithms_keep_their_digits_far_off_and_next_to_the_base() {
        for base in [1.0, 3.7e-9, 50_002.5, 8.1e12] {
            for i in 0..4000 {
                let x = base * 10.0_f64.powf(f64::from(i - 2000) / 100.0);
                let got = ln_ratio::<Portable>(x, base, 1.0 / base);
                let want = (x / base).ln();
                assert!(
                    (got - want).abs() <= 3e-16 * want.abs().max(1.0),
                    "{x} {base} {got} {want}"
                );
            }
            for ulps in 1..100 {
                let x = f64::from_bits(base.to_bits() + ulps);
                let want = ((x - base) / base).ln_1p();
                let got = ln_ratio::<Portable>(x, base, 1.0 / base);
                assert!((got / want - 1.0).abs() < 1e-15, "{ulps} above {base}");
            }
            assert_eq!(ln_ratio::<Portable>(base, base, 1.0 / base).to_bits(), 0);
        }
    }

    #[test]
    fn exponentials_are_accurate_to_the_end_of_the_range() {
        for i in 0..70_000 {
            let x = -f64::from(i) / 100.0;
            let (got, want) = (decay::<Portable>(x), x.exp());
            assert!((got / want - 1.0).abs() < 1e-15, "{x} {got} {want}");
        }
        assert_eq!(decay::<Portable>(0.0).to_bits(), 1.0_f64.to_bits());
        assert!(decay::<Portable>(-1e9) < 1e-300);
    }
}
