//! Tails of residuals, and the losses that they forecast.

use super::super::Tail as Loss;
use super::super::estimators::{shortfall, value_at_risk};
use super::super::rolling::{Rolling, sum};
use super::{Moves, Scale};

/// Tail probabilities.
const LEVELS: [f64; 3] = [0.05, 0.025, 0.01];
/// Share of the residuals that the tail is fitted to.
const SHARE: f64 = 0.10;
/// Tail index that the fitted one is drawn to, and the weight of the fitted one.
const INDEX: f64 = 0.2;
const FITTED: f64 = 0.5;
/// Growth of the tail with the logarithm of the horizon.
const GROWTH: f64 = 0.02;

/// Value at risk at 95, 97.5 and 99 % and expected shortfall at the same levels, of one horizon.
pub type Losses = [f64; 6];

/// Returns in units of the scale forecast one bar before, losses negative; NaN for a bar without a
/// forecast before it, infinite where a price moves that had not moved within memory.
#[derive(Clone, Debug)]
pub struct Residuals {
    /// In units of the scale of both sides.
    pub both: Vec<f64>,
    /// In units of the scale of falls.
    pub left: Vec<f64>,
    /// Mirrored, in units of the scale of rises.
    pub right: Vec<f64>,
}

impl Residuals {
    /// Residuals of all bars: `scales` are the forecasts made at the bars from `first` on.
    #[must_use]
    pub fn new(moves: &Moves, scales: &[Scale], first: usize) -> Self {
        let of = |scale: fn(&Scale) -> f64| {
            let unit = |bar: usize| (bar.checked_sub(first + 1)).map(|at| scale(&scales[at]));
            let residual = |(bar, r): (usize, &f64)| match unit(bar) {
                None => f64::NAN,
                Some(_) if *r == 0.0 => 0.0,
                Some(unit) => r / unit,
            };
            moves.returns.iter().enumerate().map(residual).collect::<Vec<_>>()
        };
        // Adding zero makes every zero positive.
        let right = of(|scale| -scale.next.right).into_iter().map(|z| z + 0.0).collect();
        Self { both: of(|scale| scale.next.both), left: of(|scale| scale.next.left), right }
    }

    /// Forecasts at `bars`, ascending, from the `window` residuals that end at each: `scale` gives
    /// the scales forecast at a bar for the next one and the next `horizon`.
    pub(super) fn forecasts(
        &self,
        bars: &[usize],
        window: usize,
        horizon: usize,
        scale: impl Fn(usize) -> Scale,
    ) -> Vec<Forecast> {
        let Some(first) = bars.first() else { return Vec::new() };
        let mut left = Rolling::new(&self.left, window, *first);
        let mut right = Rolling::new(&self.right, window, *first);
        let growth = 1.0 + GROWTH * (horizon as f64).ln();
        let ahead = |scale: f64| (horizon > 1).then_some(scale * growth);
        let forecast = |bar: &usize| {
            let scale = scale(*bar);
            let squares = sum(&self.both[bar + 1 - window..=*bar], |z| z * z);
            let moved = |value: f64| if scale.next.both > 0.0 { value } else { f64::NAN };
            Forecast {
                volatility: moved(scale.next.both * (squares / window as f64).sqrt()),
                left: losses(left.sorted(*bar), scale.next.left, ahead(scale.ahead.left)),
                right: losses(right.sorted(*bar), scale.next.right, ahead(scale.ahead.right)),
                season: moved(scale.season),
                trend: moved(scale.trend),
            }
        };
        bars.iter().map(forecast).collect()
    }
}

/// What is forecast at a bar: NaN where nothing moved within memory; volatility and losses are not
/// finite either where a price that had not moved within memory moved among the residuals.
#[derive(Clone, Copy, Debug)]
pub struct Forecast {
    /// Volatility of the next bar.
    pub volatility: f64,
    /// Losses of a long: the next bar's and the horizon's.
    pub left: [Losses; 2],
    /// Losses of a short.
    pub right: [Losses; 2],
    /// Factor of the next bar's season.
    pub season: f64,
    /// Average return over average range.
    pub trend: f64,
}

/// Losses of the next bar and of the horizon, from residuals in ascending order and the scales;
/// `ahead` is none where the horizon is the next bar.
fn losses(sorted: &[f64], next: f64, ahead: Option<f64>) -> [Losses; 2] {
    let finite = sorted.iter().take(1).chain(sorted.last()).all(|z| z.is_finite());
    if !(finite && next > 0.0) {
        return [[f64::NAN; 6]; 2];
    }
    let tail = Tail::fit(sorted);
    let [fitted_95, fitted_97, fitted_99] = LEVELS.map(|level| tail.losses(level));
    // The fit misses the 95 % of short bars, where the order statistic is exact.
    let var = value_at_risk(sorted, LEVELS[0]).min(fitted_97.var);
    let es = shortfall(sorted, LEVELS[0]).max(var).min(fitted_97.es);
    let scaled = |scale: f64, tails: [Loss; 3]| {
        let [a, b, c] = tails;
        [a.var, b.var, c.var, a.es, b.es, c.es].map(|loss| scale * loss)
    };
    let next = scaled(next, [Loss { var, es }, fitted_97, fitted_99]);
    let ahead = ahead.map(|scale| scaled(scale, [fitted_95, fitted_97, fitted_99]));
    [next, ahead.unwrap_or(next)]
}

/// A generalised Pareto law of what lies beyond a threshold.
#[derive(Clone, Copy, Debug)]
struct Tail {
    threshold: f64,
    /// Share of the sample beyond the threshold.
    share: f64,
    /// Tail index ξ.
    index: f64,
    /// Scale β.
    scale: f64,
}

impl Tail {
    /// Fits the smallest tenth of a sample in ascending order by probability-weighted moments
    /// (Hosking and Wallis 1987, Technometrics 29, 339–349).
    fn fit(sorted: &[f64]) -> Self {
        let number = (sorted.len() as f64 * SHARE).round() as usize;
        let n = number as f64;
        let threshold = -sorted[number];
        let (mut mean, mut moment) = (0.0, 0.0);
        // The smallest excess first.
        for (rank, z) in sorted[..number].iter().rev().enumerate() {
            let excess = -z - threshold;
            mean += excess;
            moment += excess * (1.0 - (rank as f64 + 0.65) / n);
        }
        let (mean, moment) = (mean / n, moment / n);
        let apart = mean - 2.0 * moment;
        let fitted = if apart == 0.0 { INDEX } else { 2.0 - mean / apart };
        let index = ((1.0 - FITTED) * INDEX + FITTED * fitted).clamp(-0.5, 0.9);
        let share = n / sorted.len() as f64;
        Self { threshold, share, index, scale: mean * (1.0 - index) }
    }

    /// Value at risk and expected shortfall at a tail probability below the share.
    fn losses(&self, level: f64) -> Loss {
        let Self { threshold, share, index, scale } = *self;
        let log = (share / level).ln();
        let growth = if index.abs() < 1e-12 { log } else { (index * log).exp_m1() / index };
        let var = threshold + scale * growth;
        let es = (var + scale - index * threshold) / (1.0 - index);
        Loss { var, es: es.max(var) }
    }
}
