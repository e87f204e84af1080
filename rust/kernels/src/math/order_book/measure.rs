//! What a book measures.

use super::vector::{decay as weight, ln_ratio};
use super::{Levels, Space};
use crate::simd::{self, Body, Isa};

/// Smallest δ that is taken from the spread: a tenth of a basis point.
pub const NARROWEST: f64 = 1e-5;

/// How to measure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Setting {
    /// Width δ of the price axis; half the relative spread, and no less than [`NARROWEST`], if none.
    pub delta: Option<f64>,
    /// Length λ of the decay of liquidity.
    pub lambda: f64,
}

/// Decay of the sizes of one side, `q = ρ₀ e^(-d/λ)` by least squares of `ln q` on `d`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decay {
    /// λ.
    pub lambda: f64,
    /// ρ₀, a size.
    pub density: f64,
}

/// Measures of a book; pairs are bid, then ask.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measures {
    /// Mid, δ and reference size.
    pub space: Space,
    /// Best ask less best bid.
    pub spread: f64,
    /// `(Q_b - Q_a) / (Q_b + Q_a)` of the best sizes.
    pub top_imbalance: f64,
    /// `(a Q_b + b Q_a) / (Q_b + Q_a)`, the best prices weighted with the size across.
    pub top_mid: f64,
    /// Total sizes.
    pub depth: [f64; 2],
    /// Effective liquidity `Σ q e^(-d/λ)`.
    pub liquidity: [f64; 2],
    /// `(L_b - L_a) / (L_b + L_a)`, in [-1, 1].
    pub imbalance: f64,
    /// `(a L_b + b L_a) / (L_b + L_a)`, within the spread.
    pub weighted_mid: f64,
    /// Fitted decay; none where sizes do not fall with the distance or fewer than two differ.
    pub decay: [Option<Decay>; 2],
}

/// Sums over the levels of a side, in units of the reference size; distances and logarithms count from
/// those of the best level, so that equal levels give zeros.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sums {
    /// `Σ y e^(-d/λ)`.
    pub liquidity: f64,
    /// `Σ y`.
    pub depth: f64,
    /// d of the best level.
    pub first: f64,
    /// ln y of the best level.
    pub first_log: f64,
    /// `Σ d`.
    pub d: f64,
    /// `Σ d²`.
    pub dd: f64,
    /// `Σ ln y`.
    pub l: f64,
    /// `Σ d ln y`.
    pub dl: f64,
}

/// Measures a book; `None` if a side is empty.
#[must_use]
pub fn measure(bids: &Levels, asks: &Levels, setting: Setting) -> Option<Measures> {
    let (bid, ask) = (bids.best()?, asks.best()?);
    let mid = 0.5 * (bid.price + ask.price);
    let spread = ask.price - bid.price;
    let delta = setting.delta.unwrap_or((0.5 * spread / mid).max(NARROWEST));
    let reference = bid.size.sqrt() * ask.size.sqrt();
    let space = Space { mid, delta, reference };
    let sums =
        [bids, asks].map(|levels| simd::dispatch(Sweep { levels, space, lambda: setting.lambda }));
    let liquidity = sums.map(|side| side.liquidity * reference);
    let share = |a: f64, b: f64| ((a - b) / (a + b), mid + 0.5 * spread * ((a - b) / (a + b)));
    let (top_imbalance, top_mid) = share(bid.size, ask.size);
    let (imbalance, weighted_mid) = share(liquidity[0], liquidity[1]);
    Some(Measures {
        space,
        spread,
        top_imbalance,
        top_mid,
        depth: sums.map(|side| side.depth * reference),
        liquidity,
        imbalance,
        weighted_mid,
        decay: [decay(bids.len(), &sums[0], reference), decay(asks.len(), &sums[1], reference)],
    })
}

/// The straight line through `(d, ln q)` of `n` levels, as a decay.
#[must_use]
pub fn decay(n: usize, sums: &Sums, reference: f64) -> Option<Decay> {
    let n = n as f64;
    let (mean_d, mean_l) = (sums.d / n, sums.l / n);
    let spread = sums.dd - sums.d * mean_d;
    let slope = (sums.dl - sums.d * mean_l) / spread;
    // Distances that differ by rounding only tell nothing.
    if !(spread > 1e-9 * sums.dd && slope < 0.0) {
        return None;
    }
    let intercept = sums.first_log + mean_l - slope * (sums.first + mean_d);
    Some(Decay { lambda: -1.0 / slope, density: reference * intercept.exp() })
}

/// Levels at a time.
const CHUNK: usize = 64;
/// Sums side by side.
const LANES: usize = 16;

/// Sums over one side.
struct Sweep<'a> {
    levels: &'a Levels,
    space: Space,
    lambda: f64,
}

/// One chunk, level by level: the weighted size, the distance and the logarithm of the size.
struct Chunk {
    prices: [f64; CHUNK],
    sizes: [f64; CHUNK],
    weighted: [f64; CHUNK],
    distances: [f64; CHUNK],
    logs: [f64; CHUNK],
}

impl Body for Sweep<'_> {
    type Output = Sums;

    #[inline(always)]
    fn run<S: Isa>(self) -> Sums {
        let mut chunk = Chunk {
            prices: [self.space.mid; CHUNK],
            sizes: [self.space.reference; CHUNK],
            weighted: [0.0; CHUNK],
            distances: [0.0; CHUNK],
            logs: [0.0; CHUNK],
        };
        let mut sums = Sums::default();
        let (prices, sizes) =
            (self.levels.prices().rchunks(CHUNK), self.levels.sizes().rchunks(CHUNK));
        let mut lanes = [[0.0; LANES]; 6];
        for (number, (prices, sizes)) in prices.zip(sizes).enumerate() {
            let n = prices.len();
            for i in 0..n {
                chunk.prices[i] = prices[n - 1 - i];
                chunk.sizes[i] = sizes[n - 1 - i];
            }
            // Whole lanes; what stands behind the last level is computed and then taken away.
            let whole = n.next_multiple_of(LANES);
            chunk.prices[n..whole].fill(self.space.mid);
            chunk.sizes[n..whole].fill(self.space.reference);
            place::<S>(&mut chunk, whole, self.space, self.lambda);
            if number == 0 {
                (sums.first, sums.first_log) = (chunk.distances[0], chunk.logs[0]);
            }
            add(&mut chunk, n, whole, [sums.first, sums.first_log], &mut lanes);
        }
        let [weighted, sizes, d, dd, l, dl] = lanes.map(fold);
        Sums { liquidity: weighted, depth: sizes / self.space.reference, d, dd, l, dl, ..sums }
    }
}

/// Distances, weights and logarithms of the first levels of a chunk.
#[inline(always)]
fn place<S: Isa>(chunk: &mut Chunk, whole: usize, space: Space, lambda: f64) {
    let Space { mid, delta, reference } = space;
    let (inverse_mid, inverse_delta) = (1.0 / mid, 1.0 / delta);
    let (inverse_reference, rate) = (1.0 / reference, -1.0 / lambda);
    let Chunk { prices, sizes, weighted, distances, logs } = chunk;
    let levels = prices[..whole].iter().zip(&sizes[..whole]);
    let places = weighted[..whole].iter_mut().zip(&mut distances[..whole]).zip(&mut logs[..whole]);
    for ((&price, &size), ((weighted, distance), log)) in levels.zip(places) {
        let xi = ln_ratio::<S>(price, mid, inverse_mid) * inverse_delta;
        let y = size * inverse_reference;
        let above = y - 1.0;
        let square = 0.25 * (xi * xi + above * above) / y;
        let grown = square + (square * (square + 1.0)).sqrt();
        *distance = ln_ratio::<S>(1.0 + (grown + grown), 1.0, 1.0);
        *weighted = y * weight::<S>(*distance * rate);
        *log = ln_ratio::<S>(size, reference, inverse_reference);
    }
}

/// Adds the first `n` levels of a chunk to the sums.
#[inline(always)]
fn add(
    chunk: &mut Chunk,
    n: usize,
    whole: usize,
    [first, first_log]: [f64; 2],
    lanes: &mut [[f64; LANES]; 6],
) {
    chunk.weighted[n..whole].fill(0.0);
    chunk.sizes[n..whole].fill(0.0);
    chunk.distances[n..whole].fill(first);
    chunk.logs[n..whole].fill(first_log);
    for at in (0..whole).step_by(LANES) {
        #[allow(clippy::needless_range_loop)] // along six rows of lanes at once
        for i in 0..LANES {
            let (d, l) = (chunk.distances[at + i] - first, chunk.logs[at + i] - first_log);
            lanes[0][i] += chunk.weighted[at + i];
            lanes[1][i] += chunk.sizes[at + i];
            lanes[2][i] += d;
            lanes[3][i] += d * d;
            lanes[4][i] += l;
            lanes[5][i] += d * l;
        }
    }
}

/// Sum of the lanes, as a tree.
#[inline(always)]
fn fold(mut lanes: [f64; LANES]) -> f64 {
    let mut half = LANES / 2;
    while half > 0 {
        for i in 0..half {
            lanes[i] += lanes[i + half];
        }
        half /= 2;
    }
    lanes[0]
}
