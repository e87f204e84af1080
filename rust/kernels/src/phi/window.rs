//! Integrated information along a stream of channels.

use super::search::{Memory, Search};
use super::{CHANNELS, Scores, at};
use crate::rng;
use crate::shrinkage;
use crate::simd::{self, Body, F64, Isa, LANES};

/// Numbers of a window: Φ_R at the minimum-information bipartition; its excess over the mean of the
/// permuted pairings; Φ_WMS there; time-delayed mutual information; the mask of the bipartition.
pub const MEASURES: usize = 5;

/// Integrated information of windows of rank-normal scores, pairs one step apart.
///
/// The covariance of the pairs (separate means of past and present) is scaled to a correlation
/// and shrunk by [`shrinkage::oas`]: positive definite always, and the least error at these window
/// lengths. What shrinkage and chance leave of Φ without any dynamics is measured by permuting the
/// pairing of past and present, which keeps what the channels share at one time; the permutations are
/// those of a seed, common to all windows.
#[derive(Debug)]
pub struct Windows {
    window: usize,
    permutations: Vec<Vec<u32>>,
}

impl Windows {
    /// Windows of `window` bars with `permutations` permuted pairings.
    ///
    /// # Panics
    /// Panics if the window has fewer than three bars.
    #[must_use]
    pub fn new(window: usize, permutations: usize, seed: u64) -> Self {
        assert!(window >= 3, "two pairs at least");
        let stream = |number: usize| rng::stream(rng::PHI, number as u16);
        let permutations =
            (0..permutations).map(|p| rng::permutation(seed, stream(p), window - 1)).collect();
        Self { window, permutations }
    }

    /// Measures of the windows that end at `bars` (ascending) of `channels`, streams of equal
    /// length. NaN where a channel is constant within the window. The excess is NaN without
    /// permutations.
    ///
    /// # Panics
    /// Panics if there are not 2 to 8 channels, or a window leaves a stream.
    #[must_use]
    pub fn measure(&self, channels: &[&[f64]], bars: &[usize]) -> Vec<[f64; MEASURES]> {
        assert!(CHANNELS.contains(&channels.len()), "2 to 8 channels");
        let Some(&first) = bars.first() else { return Vec::new() };
        let scores = channels.iter().map(|x| Scores::new(x, self.window, first)).collect();
        simd::dispatch(Measure { windows: self, scores, bars })
    }
}

struct Measure<'a> {
    windows: &'a Windows,
    scores: Vec<Scores<'a>>,
    bars: &'a [usize],
}

impl Body for Measure<'_> {
    type Output = Vec<[f64; MEASURES]>;

    #[inline(always)]
    fn run<S: Isa>(mut self) -> Self::Output {
        let d = self.scores.len();
        let variants = 1 + self.windows.permutations.len();
        let mut moments = Moments::new(d, self.windows.window);
        // Lane after lane, bar after bar and within it the pairing as it is and permuted.
        let mut joint = vec![F64::splat(0.0); at(2 * d, 0)];
        let mut found = Vec::with_capacity(self.bars.len() * variants + LANES);
        let mut memory = Memory::new(d);
        let mut lane = 0;
        for bar in self.bars {
            moments.read(&mut self.scores, *bar);
            for variant in 0..variants {
                let pairing = variant.checked_sub(1).map(|p| &*self.windows.permutations[p]);
                moments.joint(pairing, lane, &mut joint);
                lane = (lane + 1) % LANES;
                if lane == 0 {
                    found.extend(Search { joint: &joint, memory: &mut memory }.run::<S>());
                }
            }
        }
        if lane > 0 {
            found.extend(Search { joint: &joint, memory: &mut memory }.run::<S>());
        }
        let mut measures = Vec::with_capacity(self.bars.len());
        for own in found.chunks_exact(variants).take(self.bars.len()) {
            let (real, permuted) = (&own[0], &own[1..]);
            let chance = permuted.iter().map(|i| i.phi_r).sum::<f64>() / permuted.len() as f64;
            let mask = if real.mask == 0 { f64::NAN } else { f64::from(real.mask) };
            measures.push([real.phi_r, real.phi_r - chance, real.phi_wms, real.tdmi, mask]);
        }
        measures
    }
}

/// Moments of the scores of one window.
struct Moments {
    channels: usize,
    window: usize,
    /// Scores, channel after channel.
    scores: Vec<f64>,
    /// Scores of the past in another order.
    shuffled: Vec<f64>,
    /// What the scores are multiplied by for their sum.
    ones: Vec<f64>,
    /// Means and inverse standard deviations of past and present, in the order of the covariance.
    mean: Vec<f64>,
    inverse: Vec<f64>,
    /// Correlations within the past and within the present, at their places.
    within: Vec<f64>,
}

impl Moments {
    #[inline(always)]
    fn new(channels: usize, window: usize) -> Self {
        let n = 2 * channels;
        Self {
            channels,
            window,
            scores: vec![0.0; channels * window],
            shuffled: vec![0.0; window - 1],
            ones: vec![1.0; window - 1],
            mean: vec![0.0; n],
            inverse: vec![0.0; n],
            within: vec![0.0; at(n, 0)],
        }
    }

    /// Scores of a channel in the past (0) or the present (1).
    #[inline(always)]
    fn side(&self, channel: usize, side: usize) -> &[f64] {
        &self.scores[channel * self.window + side..][..self.window - 1]
    }

    /// Takes up the window that ends at `bar`.
    #[inline(always)]
    fn read(&mut self, scores: &mut [Scores<'_>], bar: usize) {
        for (scores, to) in scores.iter_mut().zip(self.scores.chunks_exact_mut(self.window)) {
            scores.at(bar, to);
        }
        let n = (self.window - 1) as f64;
        for i in 0..2 * self.channels {
            let own = self.side(i / 2, i % 2);
            let mean = dot(own, &self.ones) / n;
            let variance = dot(own, own) / n - mean * mean;
            self.mean[i] = mean;
            // A constant channel has none: infinite, and what it touches is NaN.
            self.inverse[i] = 1.0 / variance.max(0.0).sqrt();
        }
        for i in 0..2 * self.channels {
            for j in (i % 2..i).step_by(2) {
                let product = dot(self.side(i / 2, i % 2), self.side(j / 2, j % 2));
                self.within[at(i, j)] = self.correlation(product, i, j);
            }
        }
    }

    #[inline(always)]
    fn correlation(&self, product: f64, i: usize, j: usize) -> f64 {
        let n = (self.window - 1) as f64;
        (product / n - self.mean[i] * self.mean[j]) * self.inverse[i] * self.inverse[j]
    }

    /// Writes the shrunk correlation of past and present, paired as they are or permuted, to a lane.
    #[inline(always)]
    fn joint(&mut self, pairing: Option<&[u32]>, lane: usize, joint: &mut [F64]) {
        let (d, size) = (self.channels, 2 * self.channels);
        for past in 0..d {
            if let Some(pairing) = pairing {
                let own = &self.scores[past * self.window..];
                for (to, from) in self.shuffled.iter_mut().zip(pairing) {
                    *to = own[*from as usize];
                }
            } else {
                let own = past * self.window;
                self.shuffled.copy_from_slice(&self.scores[own..own + self.window - 1]);
            }
            for present in 0..d {
                let (i, j) = (2 * past, 2 * present + 1);
                let product = dot(&self.shuffled, self.side(present, 1));
                joint[at(i.max(j), i.min(j))].0[lane] = self.correlation(product, i, j);
            }
        }
        let mut square = size as f64;
        for i in 0..size {
            for j in 0..i {
                if i % 2 == j % 2 {
                    joint[at(i, j)].0[lane] = self.within[at(i, j)];
                }
                square += 2.0 * joint[at(i, j)].0[lane].powi(2);
            }
        }
        let n = self.window - 1;
        let kept = 1.0 - shrinkage::oas(n, size, size as f64, square / (size * size) as f64);
        for i in 0..size {
            for j in 0..i {
                joint[at(i, j)].0[lane] *= kept;
            }
            // Not 1 in every case: a channel without variance has no correlation with itself.
            joint[at(i, i)].0[lane] = if self.inverse[i].is_finite() { 1.0 } else { f64::NAN };
        }
    }
}

/// Sum of the products in sixteen lanes and a tree: a fixed order that vectorises.
#[inline(always)]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0; LANES];
    let ((whole, rest), (with, with_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    for (x, y) in whole.iter().zip(with) {
        for i in 0..LANES {
            lanes[i] += x[i] * y[i];
        }
    }
    for (i, (x, y)) in rest.iter().zip(with_rest).enumerate() {
        lanes[i] += x * y;
    }
    let mut half = LANES / 2;
    while half > 0 {
        for i in 0..half {
            lanes[i] += lanes[i + half];
        }
        half /= 2;
    }
    lanes[0]
}
