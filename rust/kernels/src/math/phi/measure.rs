//! Moments of windows of scores, and what they say, sixteen pairings at a time.

use super::search::{Integration, Memory, Search};
use crate::math::dense::at;
use crate::math::shrinkage;
use crate::simd::{Body, F64, Isa, LANES};

/// Scores of one bar, by channel: 0 where there is none.
pub(crate) type Bar = [f64; 8];

/// Where windows of scores come from.
pub(crate) trait Read {
    /// Writes the scores of a window's channels, oldest bar first. Must be `#[inline(always)]`.
    fn read(&mut self, item: usize, bars: &mut [Bar]);
}

/// Measures of one window.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    /// Under the pairing as it is.
    pub(crate) real: Integration,
    /// Mean Φ_R of the permuted pairings, if there are any.
    pub(crate) chance: Option<f64>,
}

/// Integrated information of `count` windows under each of `pairings`.
pub(crate) struct Measure<'a, R> {
    pub(crate) channels: usize,
    pub(crate) window: usize,
    pub(crate) pairings: &'a [u32],
    pub(crate) count: usize,
    pub(crate) read: R,
}

impl<R: Read> Body for Measure<'_, R> {
    type Output = Vec<Found>;

    #[inline(always)]
    fn run<S: Isa>(mut self) -> Vec<Found> {
        let variants = self.pairings.len() / (self.window - 1);
        let mut moments = Moments::new(self.channels, self.window);
        // Lane after lane, window after window and within it the pairing as it is and permuted.
        let mut joint = vec![F64::splat(0.0); at(2 * self.channels, 0)];
        let mut memory = Memory::new(self.channels);
        let mut found = Vec::with_capacity(self.count * variants + LANES);
        let mut lane = 0;
        for item in 0..self.count {
            self.read.read(item, &mut moments.bars);
            moments.settle::<S>();
            for pairing in self.pairings.chunks_exact(self.window - 1) {
                moments.joint::<S>(pairing, lane, &mut joint);
                lane = (lane + 1) % LANES;
                if lane == 0 || found.len() + lane == self.count * variants {
                    found.extend(Search { joint: &joint, memory: &mut memory }.run::<S>());
                }
            }
        }
        let own = found.chunks_exact(variants).take(self.count);
        own.map(|own| {
            let permuted = &own[1..];
            let sum: f64 = permuted.iter().map(|i| i.phi_r).sum();
            let chance = (!permuted.is_empty()).then(|| sum / permuted.len() as f64);
            Found { real: own[0], chance }
        })
        .collect()
    }
}

/// Moments of the scores of one window.
struct Moments {
    channels: usize,
    bars: Vec<Bar>,
    /// Every bar in order.
    every: Vec<u32>,
    /// Means and inverse standard deviations of past and present, in the order of the covariance.
    mean: Vec<f64>,
    inverse: Vec<f64>,
    /// Correlations within the past and within the present, at their places.
    within: Vec<f64>,
}

impl Moments {
    fn new(channels: usize, window: usize) -> Self {
        let n = 2 * channels;
        Self {
            channels,
            bars: vec![Bar::default(); window],
            every: (0..window as u32).collect(),
            mean: vec![0.0; n],
            inverse: vec![0.0; n],
            within: vec![0.0; at(n, 0)],
        }
    }

    /// Bars that have an other side.
    #[inline(always)]
    fn pairs(&self) -> f64 {
        (self.bars.len() - 1) as f64
    }

    /// Bar that belongs to the other side only: the last is no past, the first no present.
    #[inline(always)]
    fn edge(&self, side: usize) -> &Bar {
        &self.bars[if side == 0 { self.bars.len() - 1 } else { 0 }]
    }

    /// Takes up the window that was read.
    #[inline(always)]
    fn settle<S: Isa>(&mut self) {
        let mut sum = Bar::default();
        for bar in &self.bars {
            for (sum, score) in sum.iter_mut().zip(bar) {
                *sum += score;
            }
        }
        let products = products::<S>(self.channels, &self.bars, &self.every, &self.bars);
        for i in 0..2 * self.channels {
            let (channel, side) = (i / 2, i % 2);
            let edge = self.edge(side)[channel];
            let mean = (sum[channel] - edge) / self.pairs();
            let square = products[channel][channel] - edge * edge;
            self.mean[i] = mean;
            // A constant side has none: infinite, and what it touches is NaN. Scores are equal where
            // ranks are, so this is exact where the variance would not be.
            self.inverse[i] = if self.varies(channel, side) {
                1.0 / (square / self.pairs() - mean * mean).sqrt()
            } else {
                f64::INFINITY
            };
        }
        for i in 0..2 * self.channels {
            for j in (i % 2..i).step_by(2) {
                let edge = self.edge(i % 2);
                let product = products[i / 2][j / 2] - edge[i / 2] * edge[j / 2];
                self.within[at(i, j)] = self.correlation(product, i, j);
            }
        }
    }

    /// Whether a channel varies in the past (0) or the present (1).
    #[inline(always)]
    fn varies(&self, channel: usize, side: usize) -> bool {
        let bars = &self.bars[side..][..self.bars.len() - 1];
        let first = bars[0][channel];
        // Most do at the second bar. Equal ranks have the same bits, and no score is NaN or -0.
        bars.iter().any(|bar| bar[channel].to_bits() != first.to_bits())
    }

    #[inline(always)]
    fn correlation(&self, product: f64, i: usize, j: usize) -> f64 {
        (product / self.pairs() - self.mean[i] * self.mean[j]) * self.inverse[i] * self.inverse[j]
    }

    /// Writes the shrunk correlation of past and present under a pairing to a lane.
    #[inline(always)]
    fn joint<S: Isa>(&self, pairing: &[u32], lane: usize, joint: &mut [F64]) {
        let (d, size) = (self.channels, 2 * self.channels);
        let products = products::<S>(d, &self.bars, pairing, &self.bars[1..]);
        let mut own = [0.0; at(16, 0)];
        let mut square = size as f64;
        for i in 0..size {
            for j in 0..i {
                let entry = match (i % 2, j % 2) {
                    (0, 1) => self.correlation(products[j / 2][i / 2], i, j),
                    (1, 0) => self.correlation(products[i / 2][j / 2], i, j),
                    _ => self.within[at(i, j)],
                };
                own[at(i, j)] = entry;
                square += 2.0 * entry * entry;
            }
        }
        let mean_square = square / (size * size) as f64;
        let kept =
            1.0 - shrinkage::oas((self.bars.len() - 1) as f64, size, size as f64, mean_square);
        for i in 0..size {
            for j in 0..i {
                joint[at(i, j)].0[lane] = own[at(i, j)] * kept;
            }
            // Not 1 in every case: a side without variance has no correlation with itself.
            joint[at(i, i)].0[lane] = if self.inverse[i].is_finite() { 1.0 } else { f64::NAN };
        }
    }
}

/// `[j][i]`: sum over the pairs of the score of channel `i` in the past and of `j` in the present.
#[inline(always)]
fn products<S: Isa>(channels: usize, past: &[Bar], pairing: &[u32], present: &[Bar]) -> [Bar; 8] {
    match channels {
        2 => sums::<S, 2>(past, pairing, present),
        3 => sums::<S, 3>(past, pairing, present),
        4 => sums::<S, 4>(past, pairing, present),
        5 => sums::<S, 5>(past, pairing, present),
        6 => sums::<S, 6>(past, pairing, present),
        7 => sums::<S, 7>(past, pairing, present),
        _ => sums::<S, 8>(past, pairing, present),
    }
}

/// [`products`] of `D` channels: a lane for each channel of the past, nothing to gather or to fold.
#[inline(always)]
fn sums<S: Isa, const D: usize>(past: &[Bar], pairing: &[u32], present: &[Bar]) -> [Bar; 8] {
    let mut sums = [Bar::default(); D];
    for (from, now) in pairing.iter().zip(present) {
        let before = &past[*from as usize];
        for (sum, now) in sums.iter_mut().zip(now) {
            for (sum, before) in sum.iter_mut().zip(before) {
                *sum = if S::FMA { before.mul_add(*now, *sum) } else { *sum + before * now };
            }
        }
    }
    let mut all = [Bar::default(); 8];
    all[..D].copy_from_slice(&sums);
    all
}
