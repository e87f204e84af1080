//! Volatility, value at risk and expected shortfall in `f64`, no device needed.
//!
//! Returns are log returns in any unit; VaR and ES come in the same unit, losses positive.
//! Levels are tail probabilities `a` in (0, 1), such as 0.05.

mod analytic;
pub(crate) mod estimators;
mod filters;
mod range_model;
mod rolling;

pub use analytic::{normal, student};
pub use estimators::{linear_quantile, shortfall, value_at_risk};
pub use filters::{FiniteMemory, Garch, ewma};
pub use range_model::{
    Forecast, Losses, Moves, RangeModel, Residuals, Scale, Season, SeasonStreams, Sides, Windows,
};
pub use rolling::{Rolling, Window};

/// Value at risk and expected shortfall.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tail {
    /// Value at risk, a positive loss.
    pub var: f64,
    /// Expected shortfall, a positive loss; not below `var`.
    pub es: f64,
}
