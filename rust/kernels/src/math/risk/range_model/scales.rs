//! Scales of the returns to come, from averages of ranges and returns.

use super::super::rolling::dot;
use super::SeasonStreams;

/// Averages end after so many half-lives, or with the memory.
const HALF_LIVES: usize = 20;
/// Least ratio of a faster average to the slow one.
const FLOOR: f64 = 0.1;
/// Weight of the fast average, one bar ahead.
const FAST: f64 = 0.5;
/// Weight of the middle one, and what it gains where candles have no ranges.
const MIDDLE: [f64; 2] = [0.4, 0.5];
/// What is left of the fast average and of the short trend per bar ahead.
const FADING: f64 = 0.85;
/// Weights of the short and the long trend.
const TREND: [f64; 2] = [0.60, 1.65];

/// Log returns and true ranges of bars.
#[derive(Clone, Debug)]
pub struct Moves {
    /// Log return of each bar; 0 for the first, which has none.
    pub returns: Vec<f64>,
    /// Their absolute values.
    sizes: Vec<f64>,
    /// True range in logarithms: from the highest of high and last close to the lowest of low and
    /// last close; 0 for the first bar.
    pub ranges: Vec<f64>,
}

impl Moves {
    /// Moves of bars, oldest first, from prices above 0.
    #[must_use]
    pub fn new(high: &[f64], low: &[f64], close: &[f64]) -> Self {
        let (mut returns, mut ranges) = (vec![0.0; close.len()], vec![0.0; close.len()]);
        let mut last = close.first().map_or(0.0, |close| close.ln());
        for bar in 1..close.len() {
            let now = close[bar].ln();
            returns[bar] = now - last;
            ranges[bar] = high[bar].ln().max(last) - low[bar].ln().min(last);
            last = now;
        }
        let sizes = returns.iter().map(|r| r.abs()).collect();
        Self { returns, sizes, ranges }
    }
}

/// Scales of one horizon; 0 where nothing moved within memory.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sides {
    /// Scale of both sides.
    pub both: f64,
    /// Scale of falls.
    pub left: f64,
    /// Scale of rises.
    pub right: f64,
}

impl Sides {
    fn new(both: f64, tilt: f64) -> Self {
        Self { both, left: both * (-tilt).exp(), right: both * tilt.exp() }
    }
}

/// What is forecast at a bar for those to come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// Of the next bar.
    pub next: Sides,
    /// Of the horizon.
    pub ahead: Sides,
    /// Factor of the next bar's season.
    pub season: f64,
    /// Average return over average range, half-life 64 bars, in [-1, 1].
    pub trend: f64,
}

/// Weights of the averages, oldest first, each summing to 1.
#[derive(Clone, Debug)]
pub(super) struct Averages {
    fast: Vec<f64>,
    middle: Vec<f64>,
    slow: Vec<f64>,
    short: Vec<f64>,
    long: Vec<f64>,
}

impl Averages {
    pub(super) fn new(memory: usize) -> Self {
        let of = |half_life| weights(half_life, memory);
        let [fast, middle, slow, short, long] = [1, 16, 256, 4, 64].map(of);
        Self { fast, middle, slow, short, long }
    }

    pub(super) fn scale(
        &self,
        moves: &Moves,
        seasons: &SeasonStreams,
        bar: usize,
        season_window: usize,
        horizon: usize,
    ) -> Scale {
        let Moves { returns, sizes, ranges } = moves;
        let here = bar - season_window;
        let deseasonalized = &seasons.ranges[..=here];
        let slow = average(&self.slow, deseasonalized);
        let ratio = |weights| (average(weights, deseasonalized) / slow).max(FLOOR).ln();
        let (fast, middle) = (ratio(&self.fast), ratio(&self.middle));

        let (ranges, sizes, returns) = (&ranges[..=bar], &sizes[..=bar], &returns[..=bar]);
        let (range, size) = (average(&self.slow, ranges), average(&self.slow, sizes));
        // 1 for candles with ranges, 0 where open, high and low are the close.
        let ranged = if size == 0.0 { 1.0 } else { ((range / size - 1.0) / 0.5).clamp(0.0, 1.0) };
        let trend = |weights| {
            let range = average(weights, ranges);
            if range > 0.0 { average(weights, returns) / range } else { 0.0 }
        };
        let (short, long) = (trend(&self.short), trend(&self.long));

        let sides = |horizon: usize, season: f64| {
            let fading = (1.0 - FADING.powi(horizon as i32)) / ((1.0 - FADING) * horizon as f64);
            let weight = MIDDLE[0] + MIDDLE[1] * (1.0 - ranged);
            let faster = FAST * fading * ranged * fast + weight * middle;
            let both = if slow > 0.0 { slow * (faster + season).exp() } else { 0.0 };
            let tilt = TREND[0] * fading * short + TREND[1] * (1.0 - fading) * long;
            Sides::new(both, ranged * tilt)
        };
        Scale {
            next: sides(1, seasons.next[here]),
            ahead: sides(horizon, seasons.ahead[here]),
            season: seasons.next[here].exp(),
            trend: long,
        }
    }
}

/// Weights that halve every `half_life` bars, oldest first.
fn weights(half_life: usize, memory: usize) -> Vec<f64> {
    let number = (HALF_LIVES * half_life).min(memory);
    let weight = |age: usize| (-(age as f64) / half_life as f64).exp2();
    let total: f64 = (0..number).map(weight).sum();
    (0..number).rev().map(|age| weight(age) / total).collect()
}

/// Weighted mean of the newest values.
fn average(weights: &[f64], values: &[f64]) -> f64 {
    dot(weights, &values[values.len() - weights.len()..])
}
