//! Elementary functions of sixteen `f64`.
//!
//! Polynomials are minimax fits (Remez exchange in 50 digits), rounded to `f64`.

use crate::simd::{Doubles, Isa};

/// `(e^x - 1 - x) / x²` for `|x| <= ln 2 / 2`; error 8e-18 of `e^x`.
const EXP: [f64; 10] = [
    0.500_000_000_000_001_022_45,
    0.166_666_666_666_666_745_3,
    0.041_666_666_666_521_990_74,
    0.008_333_333_333_322_207_295_9,
    0.001_388_888_894_782_089_141_8,
    0.000_198_412_698_865_909_993_4,
    2.480_148_732_601_233_659_6e-5,
    2.755_724_233_668_035_712_4e-6,
    2.763_265_575_933_203_079_1e-7,
    2.511_004_989_585_871_625_3e-8,
];

/// `(2 atanh √z - 2 √z) / √z³` for `z <= 0.0404`; error 3e-19 of `2 atanh √z`.
const LN: [f64; 8] = [
    0.666_666_666_666_666_232,
    0.400_000_000_000_461_771_74,
    0.285_714_285_569_594_035_36,
    0.222_222_242_752_688_621_25,
    0.181_816_627_408_496_720_47,
    0.153_913_151_475_830_612_04,
    0.131_689_821_246_267_663_61,
    0.138_800_903_895_084_228_98,
];

/// ln 2: 32 bits, whose products with integers are exact, and the rest.
const LN_2: [f64; 2] = [6.931_471_803_691_238_164_9e-1, 1.908_214_929_270_587_700_02e-10];

/// Where the argument of [`TAIL`] is zero.
const MIDDLE: f64 = 4.75;

/// `N(-a) e^(a²/2) (a + 4.75)` as a function of `(a - 4.75) / (a + 4.75)` for `0 <= a <= 40`; error
/// 4e-17 of its value.
const TAIL: [f64; 22] = [
    0.766_416_292_139_218_926,
    -0.653_589_331_307_826_369_32,
    0.472_063_349_003_443_351_08,
    -0.284_184_519_927_603_152_73,
    0.138_125_377_030_806_686_07,
    -0.050_613_831_120_611_546_905,
    0.011_440_642_215_104_176_034,
    0.000_106_295_270_734_802_947_3,
    -0.001_137_722_944_710_986_388_7,
    0.000_294_828_603_135_522_051_61,
    0.000_065_077_381_229_927_788_487,
    -0.000_048_307_575_088_127_513_571,
    -1.668_196_119_089_674_273_9e-6,
    6.903_648_248_700_206_119_1e-6,
    -2.541_728_046_695_547_566_7e-7,
    -1.040_986_183_114_647_832_9e-6,
    4.995_224_714_573_295_317_8e-8,
    1.644_456_409_088_091_755_6e-7,
    -1.064_979_735_105_235_838_1e-9,
    -2.233_959_267_979_780_009_6e-8,
    -1.155_663_942_280_689_369_2e-9,
    1.476_916_935_062_504_432_7e-9,
];

/// `c[0] + c[1] x + c[2] x² + …` by Horner's rule.
#[inline(always)]
fn polynomial<S: Isa, const N: usize>(x: Doubles<S>, c: &[f64; N]) -> Doubles<S> {
    let mut sum = Doubles::splat(c[N - 1]);
    for &coefficient in c[..N - 1].iter().rev() {
        sum = sum.fma(x, Doubles::splat(coefficient));
    }
    sum
}

/// `e^x` for `x <= 708`, to 4e-16 of its value; 0 below -708.
#[inline(always)]
pub(crate) fn exp<S: Isa>(x: Doubles<S>) -> Doubles<S> {
    // 1.5 · 2^52 rounds to an integer, which the low bits then hold.
    let round = Doubles::splat(6_755_399_441_055_744.0);
    let clamped = x.clamp(708.0);
    let rounded = clamped.fma(Doubles::splat(std::f64::consts::LOG2_E), round);
    let k = rounded - round;
    let rest = k.fma(Doubles::splat(-LN_2[0]), clamped);
    let rest = k.fma(Doubles::splat(-LN_2[1]), rest);
    let tail = polynomial(rest, &EXP).fma(rest * rest, rest);
    let scale = rounded.power_of_low_bits();
    x.select_below(Doubles::splat(-708.0), Doubles::splat(0.0), tail.fma(scale, scale))
}

/// `ln(a / b)` of positive normal numbers within `2^±1000` of each other, to 5e-16 of its value:
/// the difference of close numbers is exact.
#[inline(always)]
pub(crate) fn ln_ratio<S: Isa>(a: Doubles<S>, b: Doubles<S>) -> Doubles<S> {
    let (power, scale) = a.power_apart(b);
    let near = a * scale;
    let s = (near - b) / (near + b);
    let z = s * s;
    let cubic = polynomial(z, &LN) * z;
    let rest = power.fma(Doubles::splat(LN_2[1]), cubic * s);
    power.fma(Doubles::splat(LN_2[0]), (s + s) + rest)
}

/// `N(-a) e^(a²/2)` of both arguments in `0..=60`, N the normal distribution; to 7e-16 of its
/// value up to 40.
#[inline(always)]
pub(super) fn tails<S: Isa>(a: Doubles<S>, b: Doubles<S>) -> [Doubles<S>; 2] {
    let middle = Doubles::splat(MIDDLE);
    let (below_a, below_b) = (a + middle, b + middle);
    // One reciprocal for both.
    let inverse = Doubles::splat(1.0) / (below_a * below_b);
    let (inverse_a, inverse_b) = (inverse * below_b, inverse * below_a);
    [
        polynomial((a - middle) * inverse_a, &TAIL) * inverse_a,
        polynomial((b - middle) * inverse_b, &TAIL) * inverse_b,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::Portable;

    type Lanes = Doubles<Portable>;

    fn splat(x: f64) -> Lanes {
        Doubles::splat(x)
    }

    #[test]
    fn the_exponential_is_that_of_the_standard_library() {
        for x in (-2022..2022).map(|i| f64::from(i) * 0.35) {
            let (got, want) = (exp(splat(x)).store().0[3], x.exp());
            assert!((got - want).abs() <= 4e-16 * want, "exp({x}) is {got:e}");
        }
        assert_eq!(exp(splat(-709.0)).store().0[0].to_bits(), 0);
    }

    #[test]
    fn close_numbers_keep_their_logarithm() {
        for (a, b) in [
            (1.0, 1.0),
            (1.0 + f64::EPSILON, 1.0),
            (60_000.0, 59_999.999),
            (1e100, 1e-100),
            (3.0, 2.0),
            (2.0, 3.0),
            (1.0, 1.999_999),
            (7.3, 0.004),
        ] {
            let got = ln_ratio(splat(a), splat(b)).store().0[7];
            // The difference of close numbers is exact, and its quotient right to 1e-16 of it.
            let want: f64 = if a / b < 2.0 { ((a - b) / b).ln_1p() } else { (a / b).ln() };
            assert!((got - want).abs() <= 5e-16 * want.abs(), "ln({a:e}/{b:e}) is {got:e}");
        }
    }

    #[test]
    fn the_tail_is_that_of_the_normal_distribution() {
        for (a, want) in WANTED {
            let got = tails(splat(a), splat(0.5))[0].store().0[0];
            assert!((got - want).abs() <= 7e-16 * want, "tail({a}) is {got:e}, expected {want:e}");
        }
    }

    /// Twenty digits (mpmath).
    const WANTED: [(f64, f64); 7] = [
        (0.0, 0.5),
        (0.01, 0.496_035_444_837_576_303_01),
        (0.5, 0.349_618_834_720_398_069_83),
        (2.0, 0.168_102_001_223_170_606_43),
        (6.0, 0.064_779_314_324_446_849_326),
        (17.0, 0.023_386_820_284_968_527_617),
        (38.0, 0.010_491_225_699_639_976_091),
    ];
}
