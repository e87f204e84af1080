//! Normal scores of a window that moves along a stream.

use statrs::distribution::{ContinuousCDF, Normal};

use crate::shared::sliding::Sliding;

/// Normal score `Φ⁻¹((rank − ½) / window)` of each `2 rank − 1` from 1 to `2 window − 1`, at its place; 0 at
/// the places 0, which no rank has, and `window`.
#[must_use]
pub fn normal_scores(window: usize) -> Vec<f64> {
    let normal = Normal::standard();
    let score = |rank: usize| normal.inverse_cdf(rank as f64 / (2 * window) as f64);
    // The middle is set: the inverse is not exactly 0 there.
    (0..2 * window).map(|r| if r == 0 || r == window { 0.0 } else { score(r) }).collect()
}

/// Normal scores of the values in a moving window, ties at their mean rank: the Gaussian copula of Ince
/// et al. 2017 (Hum. Brain Mapp. 38:1541). A function of the window alone, bit for bit.
#[derive(Debug)]
pub struct Scores<'x> {
    ranks: Sliding<'x, f64>,
    /// Score of each rank.
    table: &'x [f64],
}

impl<'x> Scores<'x> {
    /// The window that ends at `end`, as long as the [table](normal_scores) is for.
    ///
    /// # Panics
    /// Panics if the window is empty or leaves the stream.
    #[must_use]
    #[inline(always)]
    pub fn new(stream: &'x [f64], table: &'x [f64], end: usize) -> Self {
        Self { ranks: Sliding::new(stream, table.len() / 2, end), table }
    }

    /// Scores of the window that ends at `end`, oldest first.
    ///
    /// # Panics
    /// Panics if the window leaves the stream.
    #[inline(always)]
    pub fn at(&mut self, end: usize) -> impl Iterator<Item = f64> {
        self.ranks.at(end).iter().map(|rank| self.table[*rank as usize])
    }
}
