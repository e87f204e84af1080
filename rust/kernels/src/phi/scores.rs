//! Normal scores of a window that moves along a stream.

use statrs::distribution::{ContinuousCDF, Normal};

/// Normal scores `Φ⁻¹((rank - ½) / window)` of the values in a moving window, ties at their mean rank:
/// the Gaussian copula of Ince et al. 2017 (Hum. Brain Mapp. 38:1541).
///
/// Ranks are counted in integers while the window moves, so that the scores are a function of the
/// window alone, bit for bit.
#[derive(Debug)]
pub struct Scores<'x> {
    stream: &'x [f64],
    /// Bar that the window ends at.
    end: usize,
    /// Twice the rank minus 1 of each value of the window, oldest first.
    ranks: Vec<i32>,
    /// Score of each such number.
    table: Vec<f64>,
}

impl<'x> Scores<'x> {
    /// The window of `window` values that ends at `end`.
    ///
    /// # Panics
    /// Panics if the window is empty or leaves the stream.
    #[must_use]
    pub fn new(stream: &'x [f64], window: usize, end: usize) -> Self {
        assert!(window > 0, "a window of at least one value");
        let normal = Normal::standard();
        let score = |rank: usize| normal.inverse_cdf(rank as f64 / (2 * window) as f64);
        // The middle is set: the inverse is not exactly 0 there.
        let table = (0..2 * window).map(|r| if r == window { 0.0 } else { score(r) }).collect();
        let values = &stream[end + 1 - window..=end];
        let ranks = values.iter().map(|x| values.iter().map(|y| above(*x, *y)).sum()).collect();
        Self { stream, end, ranks, table }
    }

    fn advance(&mut self) {
        let window = self.ranks.len();
        self.end += 1;
        let first = self.end - window;
        let (old, new) = (self.stream[first], self.stream[self.end]);
        let kept = &self.stream[first + 1..self.end];
        self.ranks.copy_within(1.., 0);
        for (rank, x) in self.ranks.iter_mut().zip(kept) {
            *rank += above(*x, new) - above(*x, old);
        }
        let values = &self.stream[first + 1..=self.end];
        self.ranks[window - 1] = values.iter().map(|y| above(new, *y)).sum();
    }

    /// Moves to `end`, which is not before the last one, and writes the scores of the window that
    /// ends there, oldest first.
    ///
    /// # Panics
    /// Panics if `end` leaves the stream or lies before the last one, or `to` is not a window long.
    pub fn at(&mut self, end: usize, to: &mut [f64]) {
        assert!(end >= self.end, "a moving window moves forward");
        assert_eq!(to.len(), self.ranks.len(), "one score per value");
        while self.end < end {
            self.advance();
        }
        for (score, rank) in to.iter_mut().zip(&self.ranks) {
            *score = self.table[*rank as usize];
        }
    }
}

/// 2 where `x` is above `y`, 1 where they are equal, 0 below.
#[inline(always)]
fn above(x: f64, y: f64) -> i32 {
    i32::from(y < x) + i32::from(y <= x)
}
