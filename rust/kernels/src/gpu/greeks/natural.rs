//! Options for single precision, and what it found in the units of the market.
//!
//! What is lost by rounding is prepared here: `ln(F/K)` and the total volatility. The device prices the side out of the money; the other is that and the
//! forward by parity, in double precision, so that parity holds to the last bits.

use super::{FIRST, OPTION, SECOND, STILL};
use crate::math::options::black_scholes::{MEASURES, Options, Wanted, lanes};
use crate::math::options::elementary::{exp, ln_ratio};
use crate::simd::{self, Body, Doubles, Isa, LANES};
use crate::spec::tiles;

/// Smallest `|ln(F/K)|` that is not 0: below it single precision has no normal numbers.
const LEAST: f64 = 1e-37;

/// A value in single precision; 0 for none, and for what single precision cannot tell from 0.
pub(crate) fn single(value: f64) -> f32 {
    if value.abs() >= LEAST && value.is_finite() { value as f32 } else { 0.0 }
}

/// Writes `options` and `totals` of the kernel [`greeks`](super), in tiles, for the options `first..first + rows`. A
/// row with a NaN becomes an option that has expired.
///
/// # Panics
/// Panics if a column has neither one value nor enough, or the words do not fit the tiles of `rows`.
pub fn prepare(
    options: &Options<'_>,
    first: usize,
    rows: usize,
    words: &mut [f32],
    totals: &mut [f32],
) {
    assert!(words.len() == OPTION * totals.len() && totals.len() == tiles(rows) * LANES, "tiles");
    simd::dispatch(Prepare { columns: options.columns(), first, rows, words, totals });
}

struct Prepare<'a, 'b> {
    columns: [&'a [f64]; 7],
    first: usize,
    rows: usize,
    words: &'b mut [f32],
    totals: &'b mut [f32],
}

impl Body for Prepare<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(self) {
        let tiles =
            self.words.chunks_exact_mut(OPTION * LANES).zip(self.totals.chunks_exact_mut(LANES));
        for (tile, (words, totals)) in tiles.enumerate() {
            let at = tile * LANES;
            let own =
                Natural::<S>::new(lanes(&self.columns, self.first + at, LANES.min(self.rows - at)));
            let values = [own.moneyness, own.rate * own.time, own.dividend * own.time];
            for (to, values) in words.chunks_exact_mut(LANES).zip(values) {
                to.iter_mut().zip(values.store().0).for_each(|(to, value)| *to = single(value));
            }
            let still = Doubles::splat(f64::from(STILL));
            let total = own.total.select_below(still, still, own.total).store().0;
            totals.iter_mut().zip(total).for_each(|(to, total)| *to = single(total).max(STILL));
        }
    }
}

/// The measures that are wanted of the options `first..first + n`, from the words that the kernel wrote for them in tiles;
/// `second` is empty where none of its measures is wanted.
///
/// # Panics
/// Panics if a column has neither one value nor enough, outputs differ in length or words are missing.
pub fn widen(options: &Options<'_>, first: usize, words: [&[f32]; 2], to: &mut Wanted<'_>) {
    let Some(rows) = to.iter().flatten().map(|to| to.len()).next() else { return };
    assert!(to.iter().flatten().all(|to| to.len() == rows), "outputs of one length");
    simd::dispatch(Widen { columns: options.columns(), first, rows, words, to });
}

struct Widen<'a, 'b, 'c> {
    columns: [&'a [f64]; 7],
    first: usize,
    rows: usize,
    words: [&'a [f32]; 2],
    to: &'b mut Wanted<'c>,
}

impl Body for Widen<'_, '_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Isa>(self) {
        for tile in 0..tiles(self.rows) {
            let at = tile * LANES;
            let live = LANES.min(self.rows - at);
            let own = Natural::<S>::new(lanes(&self.columns, self.first + at, live));
            let first = doubles::<S, FIRST>(self.words[0], tile);
            let second = doubles::<S, SECOND>(self.words[1], tile);
            for (to, values) in self.to.iter_mut().zip(own.measures(first, second)) {
                if let Some(to) = to {
                    to[at..at + live].copy_from_slice(&values.store().0[..live]);
                }
            }
        }
    }
}

/// `N` words of each option of a tile; zeros where there are no words at all.
#[inline(always)]
fn doubles<S: Isa, const N: usize>(words: &[f32], tile: usize) -> [Doubles<S>; N] {
    let mut values = [Doubles::splat(0.0); N];
    if words.is_empty() {
        return values;
    }
    let words = words[tile * N * LANES..][..N * LANES].chunks_exact(LANES);
    for (to, words) in values.iter_mut().zip(words) {
        let mut lanes = [0.0; LANES];
        lanes.iter_mut().zip(words).for_each(|(lane, word)| *lane = f64::from(*word));
        *to = Doubles::load(&lanes);
    }
    values
}

/// Sixteen options, with what their units are made of.
struct Natural<S: Isa> {
    spot: Doubles<S>,
    years: Doubles<S>,
    root: Doubles<S>,
    rate: Doubles<S>,
    dividend: Doubles<S>,
    sign: Doubles<S>,
    moneyness: Doubles<S>,
    total: Doubles<S>,
    /// T, σ and s; 1 where the option is its own limit.
    time: Doubles<S>,
    volatility: Doubles<S>,
    deviation: Doubles<S>,
    yielded: Doubles<S>,
    discounted: Doubles<S>,
    /// 0, or NaN where an input is.
    nan_if_missing: Doubles<S>,
}

impl<S: Isa> Natural<S> {
    #[inline(always)]
    fn new([spot, strike, years, volatility, rate, dividend, sign]: [Doubles<S>; 7]) -> Self {
        let (zero, one) = (Doubles::splat(0.0), Doubles::splat(1.0));
        let nan_if_missing = (spot + strike) + (years + volatility) + (rate + dividend) + sign;
        let root = years.sqrt();
        let total = volatility * root;
        let moving = |still: Doubles<S>, value: Doubles<S>| {
            total.select_below(Doubles::splat(f64::from(STILL)), still, value)
        };
        let moneyness = (rate - dividend).fma(years, ln_ratio(spot, strike));
        // At its limit an option only asks for the side, however near the strike.
        let side = moneyness.select_below(zero, -one, zero.select_below(moneyness, one, zero));
        Self {
            spot,
            years,
            root,
            rate,
            dividend,
            sign,
            moneyness: moving(side, moneyness),
            total,
            time: moving(one, years),
            volatility: moving(one, volatility),
            deviation: moving(one, total),
            yielded: exp(-(dividend * years)),
            discounted: strike * exp(-(rate * years)),
            nan_if_missing: nan_if_missing * Doubles::splat(0.0),
        }
    }

    /// Measures in the order of [`NAMES`](crate::math::options::black_scholes::NAMES). Small numbers come first in a product, for
    /// units may be beyond the range where the density is 0.
    #[inline(always)]
    fn measures(
        &self,
        [price, delta, density, rho, theta]: [Doubles<S>; FIRST],
        [vanna, volga, charm, speed, zomma, color, veta, ultima]: [Doubles<S>; SECOND],
    ) -> [Doubles<S>; MEASURES] {
        let one = Doubles::splat(1.0);
        let forward = self.spot * self.yielded;
        let smaller = forward.select_below(self.discounted, forward, self.discounted);
        let out = self.moneyness.select_below(Doubles::splat(-LEAST), one, -one);
        // The sign where it is the side in the money, else 0.
        let within = Doubles::splat(0.5) * (self.sign - out);
        let (per_spot, per_deviation) = (one / self.spot, one / self.deviation);
        let (per_time, per_volatility) = (one / self.time, one / self.volatility);
        let per_square = |value: Doubles<S>| value * smaller * per_spot * per_spot * per_deviation;

        let delta = (delta * smaller).fma(per_spot, within * self.yielded);
        let carry = self.rate * self.discounted - self.dividend * forward;
        let vega = |value: Doubles<S>| value * smaller * self.root;
        [
            price.fma(smaller, within * (forward - self.discounted)),
            delta,
            per_square(density),
            vega(density),
            (theta * smaller).fma(per_time, -(within * carry)),
            self.years * rho.fma(smaller, within * self.discounted),
            -(self.years * self.spot * delta),
            vanna * smaller * per_spot * per_volatility,
            vega(volga) * per_volatility,
            (charm * smaller * per_spot).fma(per_time, within * self.dividend * self.yielded),
            per_square(speed) * per_spot * per_deviation,
            per_square(zomma) * per_volatility,
            per_square(color) * per_time,
            vega(veta) * per_time,
            vega(ultima) * per_volatility * per_volatility,
        ]
        .map(|value| value + self.nan_if_missing)
    }
}
