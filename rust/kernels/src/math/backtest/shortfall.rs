//! Losses and tests of expected shortfall.

use crate::math::risk::Tail;

/// Acerbi and Szekely (2014): `(Z1, Z2)`, both 0 under a right model and negative where risk is
/// understated. Z1 is NaN without a hit.
#[must_use]
pub fn acerbi_szekely(returns: &[f64], forecasts: &[Tail], level: f64) -> (f64, f64) {
    let beyond = returns.iter().zip(forecasts).filter(|(y, f)| **y <= -f.var);
    let (hits, sum) = beyond.fold((0usize, 0.0), |(n, sum), (y, f)| (n + 1, sum + y / -f.es));
    let z1 = 1.0 - sum / hits as f64;
    let z2 = 1.0 - sum / (returns.len() as f64 * level);
    (if hits == 0 { f64::NAN } else { z1 }, z2)
}

/// Joint loss of VaR and ES (Fissler and Ziegel 2016; FZ0 of Patton, Ziegel and Chen 2019); lower
/// is better, the unit shifts it by a constant.
#[must_use]
pub fn fz0(y: f64, forecast: Tail, level: f64) -> f64 {
    let (v, e) = (-forecast.var, -forecast.es);
    let beyond = if y <= v { (v - y) / (level * e) } else { 0.0 };
    -beyond + v / e + (-e).ln() - 1.0
}

/// Quantile ("tick") loss of a VaR (Koenker and Bassett 1978); lower is better.
#[must_use]
pub fn tick_loss(y: f64, var: f64, level: f64) -> f64 {
    let gap = y + var;
    gap * (level - if gap < 0.0 { 1.0 } else { 0.0 })
}
