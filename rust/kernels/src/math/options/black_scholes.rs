//! Price and derivatives of European options (Black, Scholes 1973; Merton 1973).
//!
//! **Formula.** `d₁ = ln(F/K)/s + s/2`, `d₂ = d₁ - s` with `F = S e^((r-q)T)` and `s = σ√T`; a call
//! is worth `S e^(-qT) N(d₁) - K e^(-rT) N(d₂)`.
//!
//! The side out of the money is priced and the other is that plus or minus
//! `S e^(-qT) - K e^(-rT)`, so that parity holds to the last bits. Both tails share the factor
//! `e^(-d₁²/2)`, as in Jäckel 2015, since `S e^(-qT) φ(d₁) = K e^(-rT) φ(d₂)`.
//!
//! **Limits.** Below `s = 1e-30`, as for `T = 0` or `σ = 0`, the price is that of the forward's
//! intrinsic value, `N(d)` a step, ½ where `F = K`, and what contains the density is 0.
//!
//! **Error.** Below 1e-14 of a measure's natural scale (the price's is S) wherever the condition of
//! the formula allows: an error of 1e-16 in `ln(F/K)` is one of `1e-16/s` in `d₁`.

use super::elementary::{exp, ln_ratio, tails};
use crate::simd::{self, Body, Doubles, Isa, LANES};
use crate::spec::tiles;

/// Number of measures.
pub const MEASURES: usize = 15;

/// The measures in the order of the outputs.
///
/// Derivatives are per year and per 1.0 of volatility, rate and yield; `theta`, `charm`, `color`
/// and `veta` are with respect to calendar time, minus the derivative in T.
pub const NAMES: [&str; MEASURES] = [
    "price", "delta", "gamma", "vega", "theta", "rho", "phi", "vanna", "volga", "charm", "speed",
    "zomma", "color", "veta", "ultima",
];

/// Columns of options: a value per row, or one for all.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// Spot price S, 1e-100 to 1e100.
    pub spot: &'a [f64],
    /// Strike K, 1e-100 to 1e100.
    pub strike: &'a [f64],
    /// Years to expiry T, 0 to 100.
    pub years: &'a [f64],
    /// Volatility σ, 0 to 100.
    pub volatility: &'a [f64],
    /// Rate r, -7 to 7.
    pub rate: &'a [f64],
    /// Dividend yield q, -7 to 7.
    pub dividend: &'a [f64],
    /// 1 for a call, -1 for a put.
    pub sign: &'a [f64],
}

impl<'a> Options<'a> {
    /// The columns in the order of the fields.
    #[must_use]
    pub const fn columns(self) -> [&'a [f64]; 7] {
        let Self { spot, strike, years, volatility, rate, dividend, sign } = self;
        [spot, strike, years, volatility, rate, dividend, sign]
    }
}

/// Where to put the measures that are wanted, in the order of [`NAMES`].
pub type Wanted<'a> = [Option<&'a mut [f64]>; MEASURES];

/// Computes the options `first..first + n`, `n` the length of every wanted output.
///
/// A NaN in a row makes its measures NaN. Values outside the ranges of [`Options`] give unspecified
/// numbers.
///
/// # Panics
/// Panics if a column has neither one value nor enough, or outputs differ in length.
pub fn measures(options: &Options<'_>, first: usize, to: &mut Wanted<'_>) {
    let Some(rows) = to.iter().flatten().map(|to| to.len()).next() else { return };
    assert!(to.iter().flatten().all(|to| to.len() == rows), "outputs of one length");
    let enough = |column: &&[f64]| column.len() == 1 || column.len() >= first + rows;
    assert!(options.columns().iter().all(enough), "columns of one value or of all rows");
    simd::dispatch(Run { columns: options.columns(), first, rows, to });
}

/// The measures of one option, in the order of [`NAMES`]; arguments as in [`Options`].
#[must_use]
pub fn one(option: [f64; 7]) -> [f64; MEASURES] {
    let mut values = [0.0; MEASURES];
    let mut to = values.each_mut().map(|value| Some(std::slice::from_mut(value)));
    let columns = option.each_ref().map(std::slice::from_ref);
    simd::dispatch(Run { columns, first: 0, rows: 1, to: &mut to });
    values
}

struct Run<'a, 'b, 'c> {
    columns: [&'a [f64]; 7],
    first: usize,
    rows: usize,
    to: &'b mut Wanted<'c>,
}

impl Body for Run<'_, '_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(self) {
        for tile in 0..tiles(self.rows) {
            let at = tile * LANES;
            let live = LANES.min(self.rows - at);
            let values = tile_measures::<S>(lanes(&self.columns, self.first + at, live));
            for (to, values) in self.to.iter_mut().zip(&values) {
                if let Some(to) = to {
                    to[at..at + live].copy_from_slice(&values.store().0[..live]);
                }
            }
        }
    }
}

/// Up to sixteen options from `at` on, zeros behind them.
#[inline(always)]
pub(crate) fn lanes<S: Isa>(columns: &[&[f64]; 7], at: usize, live: usize) -> [Doubles<S>; 7] {
    let mut lanes = [Doubles::splat(0.0); 7];
    for (lanes, column) in lanes.iter_mut().zip(columns) {
        *lanes = match column {
            [value] => Doubles::splat(*value),
            _ => Doubles::load_part(&column[at..][..live]),
        };
    }
    lanes
}

/// Total volatility below which an option is its own limit.
const STILL: f64 = 1e-30;

/// Beyond it the density is 0.
const FAR: f64 = 60.0;

/// `limit` where the total volatility is too small for the formula, else `value`.
#[inline(always)]
fn still<S: Isa>(total: Doubles<S>, limit: Doubles<S>, value: Doubles<S>) -> Doubles<S> {
    total.select_below(Doubles::splat(STILL), limit, value)
}

/// The measures of sixteen options.
#[inline(always)]
fn tile_measures<S: Isa>(
    [spot, strike, years, volatility, rate, dividend, sign]: [Doubles<S>; 7],
) -> [Doubles<S>; MEASURES] {
    let (zero, half, one) = (Doubles::splat(0.0), Doubles::splat(0.5), Doubles::splat(1.0));
    // 0, or NaN where an input is; what follows may lose it in a comparison.
    let nan_if_missing = ((spot + strike) + (years + volatility) + (rate + dividend) + sign) * zero;

    let root = years.sqrt();
    let total = volatility * root;
    let (root_or_1, volatility_or_1) = (still(total, one, root), still(total, one, volatility));
    let s = volatility_or_1 * root_or_1;
    // One reciprocal for three quotients.
    let inverse = one / (spot * s);
    let per_spot = inverse * s;
    let per_root = inverse * (spot * volatility_or_1);
    let per_volatility = inverse * (spot * root_or_1);
    let per_year = per_root * per_root;
    let per_s = per_volatility * per_root;

    let drift = (rate - dividend) * years;
    let moneyness = ln_ratio(spot, strike) + drift;
    let yielded = exp(-(dividend * years)) + nan_if_missing;
    let forward = spot * yielded;
    let discounted = strike * exp(-(rate * years));
    let side = moneyness.select_below(zero, Doubles::splat(-FAR), Doubles::splat(FAR));
    let d1 = still(total, side, moneyness.fma(per_s, half * s).clamp(FAR));
    let d2 = still(total, side, moneyness.fma(per_s, -(half * s)).clamp(FAR));

    let square = d1 * d1;
    let lost = d1.fma(d1, -square);
    let bell = exp(-(half * square));
    let bell = (bell * lost).fma(-half, bell);
    let [tail1, tail2] = tails(d1.abs(), d2.abs());
    let common = forward * bell;
    // Still and at the money: half of either side.
    let middle = moneyness.abs().select_below(Doubles::splat(f64::MIN_POSITIVE), total, one);
    // N(-|d₁|) and K e^(-rT) N(-|d₂|).
    let tail = still(middle, half, bell * tail1);
    let tail_strike = still(middle, half * discounted, common * tail2);

    // Both tails are on the side out of the money, or it is one of them and the rest of the other.
    let apart = common * (tail1 - tail2);
    let both = common * (tail1 + tail2);
    let call_side = d1.select_below(zero, apart, forward - both);
    let put_side = zero.select_below(d2, -apart, discounted - both);
    let out = moneyness.select_below(zero, call_side, put_side);
    let out = out.select_below(zero, zero, out);
    let worth = forward - discounted;
    let call = moneyness.select_below(zero, out, out + worth);
    let put = moneyness.select_below(zero, out - worth, out);
    let price = zero.select_below(sign, call, put);

    let n1 = (sign * d1).select_below(zero, tail, one - tail);
    let strike_n2 = (sign * d2).select_below(zero, tail_strike, discounted - tail_strike);
    let spot_n1 = forward * n1;
    let signed_n1 = sign * (yielded * n1);

    let density = still(total, zero, common * Doubles::splat(FRAC_1_SQRT_2PI)) + nan_if_missing;
    let product = d1 * d2;
    let per_square = density * per_spot;
    let gamma = per_square * per_spot * per_s;
    let vega = density * root;
    let volga = vega * product * per_volatility;
    let carry = rate * strike_n2 - dividend * spot_n1;
    let decay = half * density * volatility_or_1 * per_root;
    let slide = drift.fma(per_s, -(half * d2));
    let yields = dividend * years;
    let squares = d1.fma(d1, d2 * d2);
    [
        price,
        signed_n1,
        gamma,
        vega,
        -decay - sign * carry,
        sign * years * strike_n2,
        -(sign * years * spot_n1),
        -(per_square * d2 * per_volatility),
        volga,
        dividend * signed_n1 - per_square * slide * per_year,
        -(gamma * per_spot * d1.fma(per_s, one)),
        gamma * (product - one) * per_volatility,
        gamma * per_year * d1.fma(slide, yields + half),
        vega * per_year * (d1 * drift).fma(per_s, yields - half * (one + product)),
        -(vega * per_volatility * per_volatility * product.fma(one - product, squares)),
    ]
}

/// `1/√(2π)`.
const FRAC_1_SQRT_2PI: f64 = 0.398_942_280_401_432_677_94;
