//! Do hits come as often as they should, and independently?

use super::{Ratio, x_ln_y};

/// Proportion of failures (Kupiec 1995): `hits` of `n` against the probability `level`.
#[must_use]
pub fn kupiec(n: usize, hits: usize, level: f64) -> Ratio {
    let (hits, misses) = (hits as f64, (n - hits) as f64);
    let share = hits / n as f64;
    let expected = x_ln_y(misses, 1.0 - level) + x_ln_y(hits, level);
    let found = x_ln_y(misses, 1.0 - share) + x_ln_y(hits, share);
    Ratio::chi_squared((2.0 * (found - expected)).max(0.0), 1.0)
}

/// How often a hit (1) or none (0) followed a hit or none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Transitions {
    /// No hit after no hit.
    pub n00: usize,
    /// A hit after no hit.
    pub n01: usize,
    /// No hit after a hit.
    pub n10: usize,
    /// A hit after a hit.
    pub n11: usize,
}

impl Transitions {
    /// Counts the pairs of neighbours in a series of hits.
    #[must_use]
    pub fn count(hits: &[bool]) -> Self {
        let mut counts = Self::default();
        for pair in hits.windows(2) {
            match (pair[0], pair[1]) {
                (false, false) => counts.n00 += 1,
                (false, true) => counts.n01 += 1,
                (true, false) => counts.n10 += 1,
                (true, true) => counts.n11 += 1,
            }
        }
        counts
    }
}

/// Independence of hits (Christoffersen 1998): a first-order chain against none.
#[must_use]
pub fn christoffersen(hits: &[bool]) -> (Transitions, Ratio) {
    let counts = Transitions::count(hits);
    let [n00, n01, n10, n11] = [counts.n00, counts.n01, counts.n10, counts.n11].map(|n| n as f64);
    let share = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
    let (after_none, after_hit) = (share(n01, n00 + n01), share(n11, n10 + n11));
    let always = share(n01 + n11, n00 + n01 + n10 + n11);
    let one = x_ln_y(n00 + n10, 1.0 - always) + x_ln_y(n01 + n11, always);
    let two = x_ln_y(n00, 1.0 - after_none)
        + x_ln_y(n01, after_none)
        + x_ln_y(n10, 1.0 - after_hit)
        + x_ln_y(n11, after_hit);
    (counts, Ratio::chi_squared((2.0 * (two - one)).max(0.0), 1.0))
}

/// Conditional coverage: Kupiec's and Christoffersen's statistics together, two degrees of freedom.
#[must_use]
pub fn conditional_coverage(hits: &[bool], level: f64) -> Ratio {
    let count = hits.iter().filter(|hit| **hit).count();
    let (_, independence) = christoffersen(hits);
    let coverage = kupiec(hits.len(), count, level);
    Ratio::chi_squared(coverage.statistic + independence.statistic, 2.0)
}
