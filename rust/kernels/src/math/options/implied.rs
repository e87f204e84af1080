//! The volatility that a price implies.

use implied_vol::DefaultSpecialFn;
use implied_vol::ImpliedBlackVolatilityNormalised;
use implied_vol::solver::Jaeckel;

/// An option whose price is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quote {
    /// Price of the option.
    pub price: f64,
    /// Spot price S, above 0.
    pub spot: f64,
    /// Strike K, above 0.
    pub strike: f64,
    /// Years to expiry T.
    pub years: f64,
    /// Rate r.
    pub rate: f64,
    /// Dividend yield q.
    pub dividend: f64,
    /// Call or put.
    pub call: bool,
}

/// Black volatility at which [`one`](super::black_scholes::one) gives the quoted price; NaN where there is
/// none: outside the bounds of the price, and at expiry.
///
/// Two steps of Householder's third order from a rational guess (Jäckel 2015, "Let's be rational"), on the side out
/// of the money. Relative error near 1e-15 where the price determines the volatility; a price in the
/// money determines it only as far as its time value survives rounding.
#[must_use]
pub fn volatility(quote: &Quote) -> f64 {
    let Quote { price, spot, strike, years, rate, dividend, call } = *quote;
    let forward = spot * (-dividend * years).exp();
    let discounted = strike * (-rate * years).exp();
    let log = ((spot - strike) / strike).ln_1p();
    let moneyness =
        if log.abs() < 0.5 { log } else { (spot / strike).ln() } + (rate - dividend) * years;
    let worth = if call { forward - discounted } else { discounted - forward };
    // Out of the money there is no intrinsic value.
    let time_value = if (moneyness > 0.0) == call { price - worth } else { price };
    let scale = forward.sqrt() * discounted.sqrt();
    if !(time_value >= 0.0 && years > 0.0) {
        return f64::NAN;
    }
    let total = ImpliedBlackVolatilityNormalised::builder()
        .log_moneyness(moneyness)
        .normalised_price(time_value / scale)
        .build()
        .and_then(|implied| implied.calculate_with::<Jaeckel<DefaultSpecialFn>>());
    total.filter(|total| total.is_finite()).map_or(f64::NAN, |total| total / years.sqrt())
}
