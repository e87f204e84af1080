//! Integrated information of Gaussian time series.
//!
//! `d` channels are seen twice, now (the present) and one step before (the past). Their joint
//! covariance `J` has the order past 0, present 0, past 1, present 1, …; it is packed as a lower
//! triangle, [`at`]`(i, j)` for `i >= j`. Information is in nats.
//!
//! For a bipartition of the channels, with `I_ij` the mutual information of the past of part `i`
//! and the present of part `j` and `I` that of the whole:
//!
//! - `Φ_WMS = I - I_11 - I_22` (Barrett and Seth 2011, PLoS Comput. Biol. 7:e1001052), negative where
//!   redundancy dominates;
//! - `Φ_R = Φ_WMS + min(I_11, I_12, I_21, I_22)` (Mediano et al. 2019, arXiv:1909.02297; Luppi et al.
//!   2022), for which `0 <= Φ_R <= I - max(I_11, I_22)` whatever the covariance.
//!
//! The minimum-information bipartition is the one with the smallest Φ_R, not normalised; of equals
//! the one with the smallest mask. Channel 0 is always in part 1, and bit `k - 1` of a mask puts
//! channel `k` into part 2.

mod bipartition;
mod measure;
mod minors;
mod offline;
mod scores;
mod search;
mod window;

pub use crate::math::dense::at;
pub use bipartition::{Bipartition, bipartition};
pub(crate) use measure::{Bar, Found, Measure, Read};
pub use offline::{decoding, geometric};
pub use scores::{Scores, normal_scores};
pub use search::{Integration, integrate};
pub use window::{MEASURES, Windows};

/// Fewest and most channels.
pub const CHANNELS: std::ops::RangeInclusive<usize> = 2..=8;

/// The packed joint covariance of square blocks of one size: the past, the past (rows) with the
/// present (columns), and the present.
///
/// # Panics
/// Panics if a block has fewer rows or columns than the past has rows.
#[must_use]
pub fn pack(past: &[Vec<f64>], across: &[Vec<f64>], present: &[Vec<f64>]) -> Vec<f64> {
    let n = 2 * past.len();
    let entry = |i: usize, j: usize| match (i % 2, j % 2) {
        (0, 0) => past[i / 2][j / 2],
        (1, 1) => present[i / 2][j / 2],
        (0, _) => across[i / 2][j / 2],
        (_, _) => across[j / 2][i / 2],
    };
    (0..n).flat_map(|i| (0..=i).map(move |j| (i, j))).map(|(i, j)| entry(i, j)).collect()
}

/// Number of bipartitions of `channels` channels; their masks are `1..=bipartitions(channels)`.
#[must_use]
pub const fn bipartitions(channels: usize) -> u32 {
    (1 << (channels - 1)) - 1
}
