//! Correlation dimension of points from their pair distances.

/// Fewest pairs below the median for a dimension.
const PAIRS_MIN: usize = 50;

/// A dimension and what it rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Takens {
    /// `-1 / mean ln(d/r₀)` over the pairs with `d < r₀`.
    pub dimension: f64,
    /// Median distance r₀.
    pub median: f64,
    /// Pairs below it.
    pub pairs: usize,
}

/// Dimension by maximum likelihood (Takens 1985) from pair distances, each pair once.
///
/// In hyperbolic space it exceeds 3 for large sets, whose volume grows exponentially
/// ([`ball_dimension`]). Its relative standard error is about 1/√pairs or more: pairs share points.
/// Pairs at distance 0 have no logarithm and do not count. `None` with fewer than 50 pairs below
/// the median, or where a distance is NaN.
#[must_use]
pub fn takens(distances: &[f64]) -> Option<Takens> {
    if distances.is_empty() || distances.iter().any(|d| d.is_nan()) {
        return None;
    }
    let median = median(distances);
    let near = || distances.iter().filter(|&&d| d > 0.0 && d < median);
    let pairs = near().count();
    if pairs < PAIRS_MIN {
        return None;
    }
    let mean = near().map(|d| (d / median).ln()).sum::<f64>() / pairs as f64;
    Some(Takens { dimension: -mean.recip(), median, pairs })
}

/// Middle value, or the mean of the two in the middle.
fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    let half = values.len() / 2;
    let (below, upper, _) = values.select_nth_unstable_by(half, f64::total_cmp);
    let upper = *upper;
    match below.iter().copied().max_by(f64::total_cmp) {
        Some(lower) if 2 * half == values.len() => lower + 0.5 * (upper - lower),
        _ => upper,
    }
}

/// Share of pairs closer than each radius (Grassberger and Procaccia 1983).
#[must_use]
pub fn correlation_sum(distances: &[f64], radii: &[f64]) -> Vec<f64> {
    let share = |r: &f64| distances.iter().filter(|&d| d < r).count() as f64;
    radii.iter().map(|r| share(r) / distances.len() as f64).collect()
}

/// Slope of the least-squares line of `y` over `x`; NaN where all `x` are equal.
#[must_use]
pub fn slope(x: &[f64], y: &[f64]) -> f64 {
    let n = x.len().min(y.len()) as f64;
    let mean = |v: &[f64]| v.iter().sum::<f64>() / n;
    let (mx, my) = (mean(x), mean(y));
    let moment =
        |v: &[f64], mv: f64| -> f64 { x.iter().zip(v).map(|(x, v)| (x - mx) * (v - mv)).sum() };
    moment(y, my) / moment(x, mx)
}

/// `(sinh x - x) · 6/x³`, to rounding at any x > 0.
fn excess(x: f64) -> f64 {
    if x > 1.0 {
        return (x.sinh() - x) * 6.0 / (x * x * x);
    }
    // Σ x^(2k) 3!/(2k + 3)!: nine terms reach 1e-17 at x = 1.
    let square = x * x;
    (1..9).rev().fold(1.0, |sum, k| 1.0 + sum * square / f64::from((2 * k + 2) * (2 * k + 3)))
}

/// Radius of the Euclidean ball with the volume `π (sinh 2r - 2r)` of a ball of H³.
#[must_use]
pub fn volume_radius(r: f64) -> f64 {
    // V = π (2r)³/6 · excess(2r), and a Euclidean ball has 4π/3 R³.
    r * excess(2.0 * r).cbrt()
}

/// `d ln V / d ln r` of a ball of H³: `4 r sinh² r / (sinh 2r - 2r)`; 3 for small r, about 2r
/// for large.
#[must_use]
pub fn ball_dimension(r: f64) -> f64 {
    let ratio = r.sinh() / r;
    3.0 * ratio * ratio / excess(2.0 * r)
}
