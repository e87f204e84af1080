//! The kernel vote and its open lattice, evaluated directly in `f64`.

use super::{Error, enumerate};
use crate::math::geometry::polar;
use crate::shared::hyperbolic::EUCLIDEAN;

/// What the vote is made with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    /// [`HYPERBOLIC`](crate::shared::hyperbolic::HYPERBOLIC) or [`EUCLIDEAN`].
    pub metric: u32,
    /// Power p of the kernel `exp(-p d/2)`.
    pub power: f64,
    /// Rows L of a past window.
    pub past_window: usize,
    /// Bars H by which neighbouring labels overlap.
    pub horizon: f64,
    /// Temperature t in units of the largest eigenvalue of the couplings with ones on their
    /// diagonal.
    pub temperature: f64,
}

/// Sums of a vote.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Votes {
    /// Σ K y.
    pub weighted: f64,
    /// Σ K.
    pub weights: f64,
    /// Σ y.
    pub labels: f64,
    /// Smallest distance; the kernel gives it as `s²`.
    pub nearest: f64,
}

impl Rule {
    /// Distance d of two points `[r, nx, ny, nz]` with unit directions.
    #[must_use]
    pub fn distance(&self, a: &[f64; 4], b: &[f64; 4]) -> f64 {
        let chord: f64 = (1..4).map(|i| (a[i] - b[i]).powi(2)).sum();
        if self.metric == EUCLIDEAN {
            ((a[0] - b[0]).powi(2) + a[0] * b[0] * chord).sqrt()
        } else {
            polar::distance(a[0], b[0], chord)
        }
    }

    /// `K(d) = exp(-p d/2)`.
    #[must_use]
    pub fn weight(&self, distance: f64) -> f64 {
        (-0.5 * self.power * distance).exp()
    }

    /// Vote of the past window of rows `start ..` on the bar at `row`.
    ///
    /// # Panics
    /// Panics if a row lies outside `points` or `labels`.
    #[must_use]
    pub fn votes(&self, points: &[[f64; 4]], labels: &[f64], row: usize, start: usize) -> Votes {
        let mut votes = Votes { weighted: 0.0, weights: 0.0, labels: 0.0, nearest: f64::INFINITY };
        for j in start..start + self.past_window {
            let distance = self.distance(&points[row], &points[j]);
            let k = self.weight(distance);
            votes.weighted += k * labels[j];
            votes.weights += k;
            votes.labels += labels[j];
            votes.nearest = votes.nearest.min(distance);
        }
        votes
    }

    /// Field of a vote: `(Σ K y - mean(y) Σ K) / H`.
    #[must_use]
    pub fn field(&self, votes: &Votes) -> f64 {
        let mean = votes.labels / self.past_window as f64;
        (votes.weighted - mean * votes.weights) / self.horizon
    }

    /// Mean of the first spin of a lattice of open bars, newest first, with their votes.
    ///
    /// # Errors
    /// As [`enumerate`]; `votes` must be as many as `points`, at least one.
    pub fn marginal(&self, points: &[[f64; 4]], votes: &[Votes]) -> Result<f64, Error> {
        let n = points.len();
        if votes.len() != n || n == 0 {
            let expected = n.max(1);
            return Err(Error::Shape { what: "votes", nodes: n, found: votes.len(), expected });
        }
        let couplings: Vec<f64> = points
            .iter()
            .flat_map(|a| points.iter().map(|b| self.weight(self.distance(a, b))))
            .collect();
        let fields: Vec<f64> = votes.iter().map(|v| self.field(v)).collect();
        let temperature = self.temperature * largest_eigenvalue(&couplings, n);
        Ok(enumerate(&couplings, &fields, temperature)?.mean[0])
    }
}

/// Rayleigh quotient after 20 products of the Gram matrix with a vector of ones.
fn largest_eigenvalue(gram: &[f64], n: usize) -> f64 {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let mut old = vec![1.0; n];
    let mut new = old.clone();
    for _ in 0..20 {
        old = new;
        new = gram.chunks_exact(n).map(|row| dot(row, &old)).collect();
    }
    dot(&old, &new) / dot(&old, &old)
}
