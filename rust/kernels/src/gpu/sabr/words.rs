//! Smiles for single precision: what is lost by rounding, `ln(F/K)` and the volatility at the geometric mean of
//! forward and strike, is prepared here in double precision.

use super::SMILE;
use crate::gpu::greeks::natural::single;
use crate::math::options::sabr::Smile;

/// Largest ratio of what is summed to the sum: roundings count so many times.
const CANCELLED: f64 = 4.0;

/// The words of a smile in a spare lane, and of an option without value.
pub const SPARE: [f32; SMILE] = [0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// The words of a smile for the kernel [`sabr`](super); none where its numbers are beyond what single precision
/// is good for: a strike more than `e^20` times the forward or less than `e^-20`, a volatility at their geometric mean
/// outside 1e-6 to 1e4, or a first order in T that takes more than three quarters of the volatility away.
#[must_use]
pub fn smile_words(smile: &Smile, strike: f64) -> Option<[f32; SMILE]> {
    let Smile { forward, years, alpha, beta, rho, nu } = *smile;
    let rest = 1.0 - beta;
    let moneyness = log_ratio(forward, strike);
    let local = alpha * (-0.5 * rest * (forward.ln() + strike.ln())).exp();
    let (shape, skew, curve) =
        ((rest * local).powi(2) / 24.0, rho * beta * nu * local / 4.0, nu * nu / 24.0);
    let order = 1.0 + years * (shape + skew + (2.0 - 3.0 * rho * rho) * curve);
    let summed = 1.0 + years * (shape + skew.abs() + (2.0 + 3.0 * rho * rho) * curve);
    let fits =
        moneyness.abs() <= 20.0 && (1e-6..=1e4).contains(&local) && summed <= CANCELLED * order;
    let words = [moneyness, local, rest, rho, (1.0 - rho) * (1.0 + rho), nu, years];
    fits.then(|| words.map(single))
}

/// `ln(a/b)`, whose last bits are right where a and b are near each other.
fn log_ratio(a: f64, b: f64) -> f64 {
    let near = (a - b) / b;
    if near.abs() < 0.5 { near.ln_1p() } else { (a / b).ln() }
}
