//! Shrinkage of a sample covariance towards a multiple of the identity: `(1 - ρ) S + ρ μ I` with
//! `μ = tr S / p`.
//!
//! `S` is the covariance in 1/n normalisation, so that the intensity ρ is that of scikit-learn.

/// Intensity of the oracle approximating shrinkage estimator, in [0, 1], for `n` samples (an effective
/// number where they have weights) of `p` variables whose covariance has the given trace and mean squared entry.
///
/// `ρ = min(1, (a + μ²) / ((n + 1)(a - μ²/p)))`, `a` the mean squared entry: the form of Chen,
/// Wiesel, Eldar, Hero 2010 without its terms in 2/p, as scikit-learn has it. 1 where the covariance
/// is already a multiple of the identity.
#[must_use]
pub fn oas(n: f64, p: usize, trace: f64, mean_square: f64) -> f64 {
    let p = p as f64;
    let mu_square = (trace / p).powi(2);
    let above = mean_square + mu_square;
    let below = (n + 1.0) * (mean_square - mu_square / p);
    if below > above { above / below } else { 1.0 }
}

/// Intensity [`oas`] for centred samples (rows of `p` values).
///
/// # Panics
/// Panics if a row has another length than the first, or there is none.
#[must_use]
pub fn oas_of(rows: &[Vec<f64>]) -> f64 {
    let (covariance, p) = (covariance(rows), rows[0].len());
    let trace = (0..p).map(|i| covariance[i][i]).sum();
    let square: f64 = covariance.iter().flatten().map(|s| s * s).sum();
    oas(rows.len() as f64, p, trace, square / (p * p) as f64)
}

/// Intensity of Ledoit and Wolf 2004, in [0, 1], for centred samples (rows of `p` values).
///
/// # Panics
/// Panics if a row has another length than the first, or there is none.
#[must_use]
pub fn ledoit_wolf(rows: &[Vec<f64>]) -> f64 {
    let (n, p) = (rows.len() as f64, rows[0].len());
    let covariance = covariance(rows);
    let trace: f64 = (0..p).map(|i| covariance[i][i]).sum();
    let square: f64 = covariance.iter().flatten().map(|s| s * s).sum();
    // Σ over entries of the variance of a sample's product.
    let fourth: f64 = rows.iter().map(|x| x.iter().map(|v| v * v).sum::<f64>().powi(2)).sum();
    let beta = (fourth / n - square) / n;
    let delta = square - trace * trace / p as f64;
    if delta > 0.0 { (beta / delta).clamp(0.0, 1.0) } else { 1.0 }
}

/// Covariance of centred samples, 1/n normalisation.
fn covariance(rows: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let (n, p) = (rows.len() as f64, rows[0].len());
    assert!(rows.iter().all(|row| row.len() == p), "rows of one length");
    let entry = |i: usize, j: usize| rows.iter().map(|x| x[i] * x[j]).sum::<f64>() / n;
    (0..p).map(|i| (0..p).map(|j| entry(i, j)).collect()).collect()
}
