//! Risk of a portfolio in `f64`: covariance, tails of its losses, and what each asset contributes.
//!
//! A portfolio has a weight per asset, negative for a short; its return over a bar is `Σ wᵢ rᵢ`, exact
//! for simple returns, and its loss the negative of it, in the unit of weights times returns. Weights are
//! held constant over a horizon and returns of its bars are added.

mod covariance;
mod error;
mod euler;
mod filtered;
mod history;
mod stress;

pub use covariance::{Estimate, Shocks, correlation};
pub use error::{Error, Result};
pub use euler::{Tail, tails};
pub use filtered::Filtered;
pub use history::History;
pub use stress::{Outcome, Stress};

/// Fewest rows in which every asset has a return.
pub const LEAST: usize = 100;

/// Loss of the portfolio where its assets return `returns`.
#[must_use]
pub fn loss(weights: &[f64], returns: &[f64]) -> f64 {
    -weights.iter().zip(returns).map(|(weight, r)| weight * r).sum::<f64>()
}
