//! Integrated information along a stream of channels.

use super::CHANNELS;
use super::measure::{Bar, Found, Measure, Read};
use super::scores::{Scores, normal_scores};
use crate::shared::rng;
use crate::simd::dispatch;

/// Numbers of a window: Φ_R at the minimum-information bipartition; its excess over the mean of the
/// permuted pairings; Φ_WMS there; time-delayed mutual information; the mask of the bipartition.
pub const MEASURES: usize = 5;

/// Integrated information of windows of rank-normal scores, pairs one step apart.
///
/// The covariance of the pairs (separate means of past and present) is scaled to a correlation
/// and shrunk by [`shrinkage::oas`](crate::math::shrinkage::oas): positive definite always, and the least error
/// at these window lengths. What shrinkage and chance leave of Φ without any dynamics is measured by
/// permuting the pairing of past and present, which keeps what the channels share at one time; the
/// permutations are those of a seed, common to all windows.
#[derive(Debug)]
pub struct Windows {
    window: usize,
    table: Vec<f64>,
    pairings: Vec<u32>,
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
        let permuted =
            (0..permutations).flat_map(|p| rng::permutation(seed, stream(p), window - 1));
        let pairings = (0..window as u32 - 1).chain(permuted).collect();
        Self { window, table: normal_scores(window), pairings }
    }

    /// Score of each `2 rank − 1`.
    #[must_use]
    pub fn table(&self) -> &[f64] {
        &self.table
    }

    /// For each pairing and bar of the present the bar of the past, both from 0; first the pairing as it is.
    #[must_use]
    pub fn pairings(&self) -> &[u32] {
        &self.pairings
    }

    /// Measures of the windows that end at `bars` of `channels`, streams of equal length; fastest where each
    /// follows the one before. NaN where past or present of a channel are constant. The excess is NaN
    /// without permutations.
    ///
    /// # Panics
    /// Panics if there are not 2 to 8 channels, or a window leaves a stream.
    #[must_use]
    pub fn measure(&self, channels: &[&[f64]], bars: &[usize]) -> Vec<[f64; MEASURES]> {
        self.run(channels, bars, &self.pairings)
    }

    /// [`measure`](Self::measure) without permutations: the excess is NaN.
    ///
    /// # Panics
    /// As [`measure`](Self::measure).
    #[must_use]
    pub fn measure_real(&self, channels: &[&[f64]], bars: &[usize]) -> Vec<[f64; MEASURES]> {
        self.run(channels, bars, &self.pairings[..self.window - 1])
    }

    fn run(&self, channels: &[&[f64]], bars: &[usize], pairings: &[u32]) -> Vec<[f64; MEASURES]> {
        assert!(CHANNELS.contains(&channels.len()), "2 to 8 channels");
        let Some(&first) = bars.first() else { return Vec::new() };
        let scores = channels.iter().map(|x| Scores::new(x, &self.table, first)).collect();
        let found = dispatch(Measure {
            channels: channels.len(),
            window: self.window,
            pairings,
            count: bars.len(),
            read: Streams { scores, bars },
        });
        found.iter().map(measures).collect()
    }
}

fn measures(found: &Found) -> [f64; MEASURES] {
    let Found { real, chance } = *found;
    let excess = real.phi_r - chance.unwrap_or(f64::NAN);
    let mask = if real.mask == 0 { f64::NAN } else { f64::from(real.mask) };
    [real.phi_r, excess, real.phi_wms, real.tdmi, mask]
}

/// Windows of streams of values.
struct Streams<'a> {
    scores: Vec<Scores<'a>>,
    bars: &'a [usize],
}

impl Read for Streams<'_> {
    #[inline(always)]
    fn read(&mut self, item: usize, bars: &mut [Bar]) {
        for (channel, scores) in self.scores.iter_mut().enumerate() {
            for (bar, score) in bars.iter_mut().zip(scores.at(self.bars[item])) {
                bar[channel] = score;
            }
        }
    }
}
