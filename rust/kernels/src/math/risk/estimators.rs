//! Estimators from a sample.

/// The `k`-th smallest value with `k = ceil(n a)` (numpy's `inverted_cdf`), negated.
///
/// # Panics
/// Panics if `sorted`, ascending, is empty.
#[must_use]
pub fn value_at_risk(sorted: &[f64], level: f64) -> f64 {
    -sorted[rank(sorted.len(), level) - 1]
}

/// Mean of the worst `n a` values, the last one counted in part (Acerbi and Tasche 2002), negated.
///
/// # Panics
/// Panics if `sorted`, ascending, is empty.
#[must_use]
pub fn shortfall(sorted: &[f64], level: f64) -> f64 {
    let mass = sorted.len() as f64 * level;
    let below = rank(sorted.len(), level) - 1;
    let tail: f64 = sorted[..below].iter().sum();
    -(tail + (mass - below as f64) * sorted[below]) / mass
}

/// Quantile by linear interpolation between order statistics (type 7 of Hyndman and Fan 1996).
///
/// # Panics
/// Panics if `sorted`, ascending, is empty.
#[must_use]
pub fn linear_quantile(sorted: &[f64], level: f64) -> f64 {
    let at = (sorted.len() - 1) as f64 * level;
    let below = at.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (at - below as f64) * (sorted[above] - sorted[below])
}

/// `ceil(n a)`, at least 1, where a product that misses an integer by rounding counts as it.
pub(crate) fn rank(n: usize, level: f64) -> usize {
    let mass = n as f64 * level;
    let nearest = mass.round();
    let exact = if (mass - nearest).abs() < 1e-9 { nearest } else { mass.ceil() };
    (exact as usize).clamp(1, n)
}
