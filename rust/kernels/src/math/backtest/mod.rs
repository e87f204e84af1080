//! Backtests of value at risk and expected shortfall.
//!
//! Returns and forecasts are in one unit; forecasts of VaR and ES are positive losses. A *hit* is
//! a return below `-VaR`.

mod compare;
mod coverage;
mod shortfall;

pub use compare::{DieboldMariano, diebold_mariano};
pub use coverage::{Transitions, christoffersen, conditional_coverage, kupiec};
pub use shortfall::{acerbi_szekely, fz0, tick_loss};

use statrs::distribution::{ChiSquared, ContinuousCDF};

/// A likelihood-ratio statistic and its p-value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratio {
    /// Statistic.
    pub statistic: f64,
    /// Probability of a larger one if the forecasts are right.
    pub p_value: f64,
}

impl Ratio {
    /// From a statistic that is chi-squared with `freedom` degrees of freedom.
    fn chi_squared(statistic: f64, freedom: f64) -> Self {
        let p_value = ChiSquared::new(freedom).map_or(f64::NAN, |law| law.sf(statistic));
        Self { statistic, p_value }
    }
}

/// `x ln y`, 0 where `x` is 0.
fn x_ln_y(x: f64, y: f64) -> f64 {
    if x == 0.0 { 0.0 } else { x * y.ln() }
}
